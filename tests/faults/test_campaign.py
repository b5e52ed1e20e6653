# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fixed part of the campaign, and that the campaign notices what it is there to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import client, deploys, errors, races, runs
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from faults import campaign, verdict
from faults.campaign import Case, Tally
from faults.kinds import FAULTS
from faults.operations import settings
from faults.writers import OUTAGES, WRITERS

# One of each kind of operation, on either release, as either user.
PART = (
    "create/1.2/admin",
    "update connection/2.0/ingestion-bot",
    "update tags/2.0/admin",
    "restore/1.2/ingestion-bot",
    "purge/2.0/admin",
    "info, one/1.2/admin",
    "bulk create, endpoint/2.0/ingestion-bot",
    "update all, database/1.2/admin",
    "create, database/2.0/ingestion-bot",
    "restore paused, pipeline/1.2/admin",
    "update, pipeline/2.0/ingestion-bot",
    "run, pipeline/1.2/admin",
)


def examined(setting: str, faults: str = "*") -> Tally:
    """The campaign for one setting, or for some of its faults."""
    one = next(each for each in settings() if each.id == setting)
    return campaign.examine_all(one, campaign.matcher(f"{setting}/{faults}"))


@pytest.mark.parametrize("setting", PART)
def test_no_promise_breaks(setting: str) -> None:
    tally = examined(setting)
    assert not tally.broken, "\n".join(campaign.report(tally, 0))
    assert tally.total >= 30
    assert {outcome for _operation, _label, outcome in tally.counts} >= {verdict.DONE, verdict.TOLD}


def every_case() -> Iterator[Case]:
    """All cases; nothing but the runs without a fault is run."""
    for setting in settings():
        yield from campaign.cases(setting, campaign.flawless(setting))


def test_the_campaign_meets_every_request_of_every_operation_with_every_fault() -> None:
    every = list(every_case())
    assert len(every) > 4000
    assert len({case.id for case in every}) == len(every)
    labels = {case.label for case in every}
    others = {f"somebody {writer.name}" for writer in WRITERS} | {outage.name for outage in OUTAGES}
    assert labels == {fault.name for fault in FAULTS} | others
    always = {fault.name for fault in FAULTS if not fault.writes_only and not fault.needs_token}
    for setting in settings():
        mine = [case for case in every if case.setting == setting]
        requests = max(case.at for case in mine)
        for at in range(1, requests + 1):
            assert always <= {case.label for case in mine if case.at == at}, f"{setting.id}/{at}"


# -- what the campaign notices ---------------------------------------------------------------------------------------


def _never_looks_again() -> AbstractContextManager[Any]:
    """After a lost answer the write is simply repeated."""

    def request(self: client.Client, method: str, path: str, **options: Any) -> client.Answer:
        for attempt in range(1, self.settings.retries + 2):
            try:
                return original(self, method, path, **options)
            except errors.ApiError as error:
                if not error.transient or attempt > self.settings.retries:
                    raise
                self.pause(attempt, error)
        raise AssertionError

    original = client.Client.request
    return patch.object(client.Client, "request", request)


@contextmanager
def _never_tries_again() -> Iterator[None]:
    with patch.object(client, "_REPEATABLE", frozenset()):
        yield


def _ignores_the_servers_wish() -> AbstractContextManager[Any]:
    return patch.object(client, "_retry_after", lambda _header: None)


def _takes_the_others_for_a_loss() -> AbstractContextManager[Any]:
    return patch.object(races, "met", lambda read, *_answers: read)


def _claims_every_write() -> AbstractContextManager[Any]:
    return patch.object(races, "moved", lambda *_answers: True)


def _forgets_what_failed() -> AbstractContextManager[Any]:
    return patch.object(errors.ApiError, "maybe_written", False)


def _takes_any_page_for_an_answer() -> AbstractContextManager[Any]:
    return patch.object(errors.NotOpenMetadata, "cure", "")


def _never_plans_anew() -> AbstractContextManager[Any]:
    original = Reconciler._read

    def read(self: Reconciler, qualified: str, include: str = "all") -> Any:
        seen = self.__dict__.setdefault("_seen", {})
        if qualified not in seen:
            seen[qualified] = original(self, qualified, include)
        return seen[qualified]

    return patch.object(Reconciler, "_read", read)


def _forgets_what_it_pauses() -> AbstractContextManager[Any]:
    return patch.object(deploys, "PAUSED_ANEW", ())


def _takes_a_started_run_for_none() -> AbstractContextManager[Any]:
    return patch.object(runs.Runner, "_began", lambda *_arguments: False)


BROKEN: list[tuple[Callable[[], AbstractContextManager[Any]], str, str]] = [
    (_never_looks_again, "create/1.2/admin", "reset after"),
    (_never_plans_anew, "create/2.0/admin", "reset after"),
    (_never_tries_again, "update connection/1.2/admin", "502"),
    (_ignores_the_servers_wish, "update connection/1.2/admin", "429"),
    (_takes_the_others_for_a_loss, "update connection/2.0/admin", "somebody edits the owners"),
    (_takes_the_others_for_a_loss, "update connection/1.2/ingestion-bot", "somebody edits another field"),
    (_claims_every_write, "update all/1.2/admin", "somebody edits alike"),
    (_forgets_what_failed, "update connection/1.2/admin", "500 after"),
    (_forgets_what_it_pauses, "restore paused, pipeline/1.2/admin", "reset after"),
    (_takes_a_started_run_for_none, "run, pipeline/1.2/admin", "reset after"),
    (_takes_any_page_for_an_answer, "info, all/1.2/admin", "page 200"),
]


@pytest.mark.parametrize(("defect", "setting", "fault"), BROKEN, ids=lambda value: getattr(value, "__name__", None))
def test_a_defect_is_noticed(defect: Callable[[], AbstractContextManager[Any]], setting: str, fault: str) -> None:
    sound = examined(setting, fault)
    assert sound.total
    assert not sound.broken
    with defect():
        tally = examined(setting, fault)
    assert tally.broken
    text = "\n".join(campaign.report(tally, 1))
    assert all(f"--only '{case}'" in text for case in tally.broken)
    assert "BROKEN" in text
