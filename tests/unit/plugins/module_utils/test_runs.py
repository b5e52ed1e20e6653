# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a pipeline's runs is the one that was started."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import runs
from ansible_collections.community.openmetadata.plugins.module_utils.runs import Follower

Json = dict[str, Any]


def queued(start: int, kind: str = "manual") -> Json:
    return {"runId": f"{kind}__{start}", "pipelineState": "queued", "startDate": start, "timestamp": start}


def running(run_id: str, start: int) -> Json:
    return {"runId": run_id, "pipelineState": "running", "startDate": start, "timestamp": start}


def ended(run_id: str, start: int, state: str = "success") -> Json:
    return {"runId": run_id, "pipelineState": state, "startDate": start, "timestamp": start, "endDate": start + 5}


def found(follower: Follower, *looks: list[Json]) -> list[str | None]:
    """What the follower takes for ours, look after look, in whatever order a server tells them."""
    told: list[str | None] = []
    for look in looks:
        ours = [follower.find(order) for order in itertools.permutations(look)]
        assert all(each == ours[0] for each in ours)
        told.append(None if ours[0] is None else f"{ours[0]['runId']} {ours[0]['pipelineState']}")
    return told


def test_a_run_from_the_queue_to_its_end() -> None:
    looks = [[], [queued(10)], [], [running("a", 12)], [ended("a", 12)], [ended("a", 12)]]
    assert found(Follower([]), *looks) == [None, "manual__10 queued", None, "a running", "a success", "a success"]


@pytest.mark.parametrize("state", ["success", "failed", "partialSuccess"])
def test_one_that_was_never_seen_before_its_end(state: str) -> None:
    assert found(Follower([]), [], [ended("a", 12, state)]) == [None, f"a {state}"]


def test_old_runs_are_not_ours() -> None:
    old = [ended("old", 1), ended("older", 0, "failed")]
    looks = [old, [*old, queued(10)], old, [*old, running("a", 12)], [*old, ended("a", 12)]]
    assert found(Follower(old), *looks) == [None, "manual__10 queued", None, "a running", "a success"]


def test_the_run_that_was_under_way_is_not_ours() -> None:
    before = [running("theirs", 1)]
    looks = [
        before,
        [*before, queued(10)],
        [ended("theirs", 1), queued(10)],
        [ended("theirs", 1)],
        [ended("theirs", 1), running("a", 20)],
    ]
    assert found(Follower(before), *looks) == [None, "manual__10 queued", "manual__10 queued", None, "a running"]


def test_those_that_waited_before_ours_begin_first() -> None:
    before = [queued(1, "scheduled"), queued(2)]
    looks = [
        [*before, queued(10)],
        [queued(2), queued(10)],
        [running("first", 11), queued(2), queued(10)],
        [ended("first", 11), running("second", 20), queued(10)],
        [ended("first", 11), ended("second", 20)],
        [ended("first", 11), ended("second", 20), running("ours", 30)],
    ]
    assert found(Follower(before), *looks) == [*["manual__10 queued"] * 4, None, "ours running"]


def test_those_that_waited_begin_first_though_nobody_saw_ours_wait() -> None:
    before = [queued(1, "scheduled")]
    looks = [before, [], [running("theirs", 5)], [ended("theirs", 5)], [ended("theirs", 5), running("ours", 9)]]
    assert found(Follower(before), *looks) == [None, None, None, None, "ours running"]
    assert found(Follower(before), [ended("theirs", 5), ended("ours", 9)]) == ["ours success"]


def test_one_that_is_scheduled_while_ours_waits_is_not_ours() -> None:
    looks = [
        [queued(10)],
        [queued(10), queued(11, "scheduled")],
        [queued(11, "scheduled")],
        [running("ours", 12), queued(11, "scheduled")],
        [ended("ours", 12), running("theirs", 30)],
    ]
    told = found(Follower([]), *looks)
    assert told == ["manual__10 queued", "manual__10 queued", None, "ours running", "ours success"]


def test_one_that_begins_while_ours_waits_is_not_ours() -> None:
    looks = [[queued(10)], [running("theirs", 11), queued(10)], [ended("theirs", 11)], [ended("theirs", 11),
             running("ours", 20)]]  # fmt: skip
    assert found(Follower([]), *looks) == ["manual__10 queued", "manual__10 queued", None, "ours running"]


def test_ours_stays_ours_when_others_follow() -> None:
    looks = [
        [running("ours", 12)],
        [running("ours", 12), queued(20)],
        [ended("ours", 12), running("later", 21)],
        [running("later", 21)],
    ]
    assert found(Follower([]), *looks) == ["ours running", "ours running", "ours success", None]


def test_a_run_that_is_waited_for_instead() -> None:
    """Without one of its own, a task follows the one that is there."""
    old = [ended("old", 1)]
    assert found(Follower(old), [*old, running("theirs", 5)], [*old, ended("theirs", 5)]) == [
        "theirs running",
        "theirs success",
    ]


def test_runs_without_a_start() -> None:
    assert found(Follower([]), [{"runId": "a", "pipelineState": "running", "timestamp": 5}]) == ["a running"]
    assert found(Follower([]), [{"runId": "a", "pipelineState": "success"}]) == ["a success"]


def test_runs_as_results_show_them() -> None:
    assert runs.shown(ended("a", 1769839200000)) == {
        "run_id": "a",
        "status": "success",
        "started": "2026-01-31T06:00:00Z",
        "ended": "2026-01-31T06:00:00.005Z",
        "reported": "2026-01-31T06:00:00Z",
    }
    assert runs.shown({}) == dict.fromkeys(("run_id", "status", "started", "ended", "reported"))
