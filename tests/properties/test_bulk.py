# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of services: one by one, by a pool of threads and through /bulk, all end in the same state and say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.task import learn
from dashboards import DASHBOARDS
from properties import strategies
from properties.counting import count, scaled
from properties.promises import STAMPS
from properties.strategies import NAMES, Start
from properties.world import ADMIN, BOT, BULK, SINGLE, World

Json = dict[str, Any]
_OUTCOME = ("changed", "action", "changed_fields", "unverified", "version_before", "version")


@st.composite
def plays(draw: strategies.Draw, world: World) -> tuple[list[Start], list[Json], Json]:
    """What is there, the list of a task, and the task's other words. The last service may be there and not listed."""
    found, tasks = [], []
    for name in NAMES[: draw(st.integers(1, len(NAMES)))]:
        start, task = draw(strategies.cases(world.server, name))
        found.append(start)
        tasks.append(task)
    stray = draw(strategies.starts(world.server, "zz stray"))
    prune = draw(st.booleans())
    words = {**draw(strategies.policies()), "prune": prune, "defaults": {"recursive": draw(st.booleans())}}
    return [*found, stray], tasks, words


def told(results: list[Json], tasks: list[Json]) -> list[Json]:
    """What the results say of each service; the secrets of all tasks are hidden, as where one task has them all."""
    veil = Redactor()
    learn(veil, {"services": tasks}, DASHBOARDS.kind)
    said: list[Json] = veil.value(_told(results))
    return said


def _told(results: list[Json]) -> list[Json]:
    return [
        {"failure": result["failure"]["message"]}
        if result.get("failed")
        else {**{member: result[member] for member in _OUTCOME}, "after": result.get("diff", {}).get("after")}
        for result in results
    ]


def state_of(world: World) -> Json:
    """Services and children without what differs from server to server: ids and times."""
    return {kind: [_without_ids(body) for body in bodies] for kind, bodies in world.state().items()}


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(member) for member in value]
    if isinstance(value, dict):
        dropped = {"id", *STAMPS} - {"version", "updatedBy"}
        return {key: _without_ids(member) for key, member in value.items() if key not in dropped}
    return value


def one_by_one(world: World, tasks: list[Json], words: Json, stray: list[str]) -> list[Json]:
    """What the module for one service makes of the same tasks."""
    policy = {"update_secrets": words["update_secrets"]}
    defaults = words["defaults"]
    gone = [{"name": name, "state": "absent"} for name in stray]
    results = []
    for task in [*tasks, *gone]:
        merged = {**(defaults if task["state"] == "absent" else {}), **task}
        result = world.run(SINGLE, {**merged, **policy})
        if not result.get("changed"):
            result.pop("diff", None)
        results.append(result)
    return results


@pytest.mark.parametrize("who", [ADMIN, BOT])
@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_one_by_one_in_a_pool_and_through_bulk_end_alike(profile: str, who: str) -> None:
    single, pool, endpoint = World(profile, who), World(profile, who), World(profile, who, bulk=True)

    @settings(max_examples=scaled(12, 90))
    @given(plays(single))
    def check(play: tuple[list[Start], list[Json], Json]) -> None:
        found, tasks, words = play
        for world in (single, pool, endpoint):
            world.reset()
            for start in found:
                start.make(world)
        stray = [name for name, body in single.services().items() if name == found[-1].name and not body["deleted"]]
        one = told(one_by_one(single, tasks, words, stray if words["prune"] else []), tasks)
        expected = state_of(single)
        arguments = {**words, "services": tasks, "on_error": "continue"}
        for world, how in ((pool, "never"), (endpoint, "auto")):
            before = world.state()
            predicted = world.run(BULK, {**arguments, "bulk_endpoint": how}, check=True)
            assert not world.wrote
            assert world.state() == before, "check mode changed the server"
            real = world.run(BULK, {**arguments, "bulk_endpoint": how})
            if "PUT /services/dashboardServices/bulk" in world.wrote:
                event("through /bulk")
            assert told([*real["results"], *real["pruned"]], tasks) == one, how
            assert state_of(world) == expected, how
            check_prediction(predicted, real)
            check_again(world, {**arguments, "bulk_endpoint": how}, real)
        count()

    check()


def check_prediction(predicted: Json, real: Json) -> None:
    """Check mode said what happened to each service; secrets that can't be compared excepted."""
    said = zip([*predicted["results"], *predicted["pruned"]], [*real["results"], *real["pruned"]], strict=True)
    for one, other in said:
        assert one.get("failed") == other.get("failed"), (one, other)
        if not one.get("failed") and (one["changed"] or not other["unverified"]):
            assert [one[member] for member in _OUTCOME[:4]] == [other[member] for member in _OUTCOME[:4]]


def check_again(world: World, arguments: Json, real: Json) -> None:
    """The same list once more finds nothing to do and leaves everything as it is."""
    settled = world.state()
    again = world.run(BULK, {**arguments, "prune": False})
    assert [result.get("failed") for result in again["results"]] == [result.get("failed") for result in real["results"]]
    assert not any(result["changed"] for result in again["results"])
    assert world.state() == settled, "a second run changed the server"


@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_nothing_is_written_when_one_of_the_list_cannot_be(profile: str) -> None:
    world = World(profile)

    @settings(max_examples=scaled(10, 50))
    @given(plays(world), st.integers(0, 3))
    def check(play: tuple[list[Start], list[Json], Json], place: int) -> None:
        found, tasks, words = play
        world.reset()
        for start in found:
            start.make(world)
        before = world.state()
        wrong = {
            "name": "wrong",
            "service_type": "Metabase",
            "connection": {"hostPort": "http://h"},
            "owners": ["nobody"],
        }
        services = [*tasks[:place], wrong, *tasks[place:]]
        result = world.run(BULK, {**words, "services": services})
        assert result["failed"]
        assert not result["changed"]
        assert "nobody" in result["msg"]
        assert not world.wrote
        assert world.state() == before
        count()

    check()
