# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with many services: bad lists, bad rows, servers that break off; and how defaults are merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors, service_lists
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Item, Report
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins.module_utils.test_bulk import BULK, PAGE, actions, done, listed, names_of, run, stored
from unit.plugins.services import CONFIG, LIST, VERSION, fails, wish
from unit.plugins.support import admin, bot, sent, writes

GO_ON = pytest.mark.parametrize("go_on", [False, True], ids=["fail", "continue"])
# A connection that the server refuses, where the collection lets it through.
BAD = {**CONFIG, "bogus": "canary-bogus"}


@pytest.fixture(scope="module")
def start_either() -> Iterator[Callable[[bool], FakeServer]]:
    """A server of 2.0 with `/bulk` or without; it is emptied."""
    running: dict[bool, FakeServer] = {}
    with ExitStack() as stack:

        def get(has_bulk: bool) -> FakeServer:
            if has_bulk not in running:
                running[has_bulk] = stack.enter_context(FakeServer(profile="2.0", bulk=has_bulk))
            running[has_bulk].reset()
            return running[has_bulk]

        yield get


@pytest.fixture(params=[False, True], ids=["single", "bulk"])
def either(start_either: Callable[[bool], FakeServer], request: pytest.FixtureRequest) -> FakeServer:
    """A server without `/bulk`, and one that has it."""
    return start_either(request.param)


@pytest.fixture
def with_bulk(start_either: Callable[[bool], FakeServer]) -> FakeServer:
    """A server that has `/bulk`."""
    return start_either(True)


def errors_of(report: Report) -> dict[str, str]:
    """The errors by the name of the service."""
    found = {
        item.desired.name: str(result)
        for item, result in zip(report.items, report.results, strict=True)
        if isinstance(result, errors.OpenMetadataError)
    }
    assert "canary" not in repr(found)
    return found


# ---- bad lists


@pytest.mark.parametrize(
    ("absent", "hint"),
    [((False, False), ""), ((True, True), ""), ((False, True), " (a: present and absent)")],
)
def test_a_name_that_is_listed_twice_is_refused(either: FakeServer, absent: tuple[bool, bool], hint: str) -> None:
    items = [Item(DASHBOARDS, wish(name="a", connection=CONFIG), absent=each) for each in absent]
    items.insert(1, Item(DASHBOARDS, wish(name="b", connection=CONFIG)))
    error = fails(errors.InvalidInput, lambda: run(admin(either), items, go_on=True))
    assert str(error) == f"services lists a more than once{hint}."
    assert sent(either) == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_cannot_be_planned_stops_all_before_any_write(either: FakeServer, check_mode: bool) -> None:
    items = listed(12)
    items[5] = Item(DASHBOARDS, wish(name="bad", connection=CONFIG, owners=["nobody"]))
    items[7] = Item(DASHBOARDS, wish("Nonsense", name="worse", connection=CONFIG))
    report = run(admin(either), items, check_mode=check_mode)
    assert set(errors_of(report)) == {"bad", "worse"}
    assert done(report) == {"failed": 2, "skipped": 10}
    assert writes(either) == []


def test_unless_it_shall_go_on(either: FakeServer) -> None:
    items = listed(12)
    items[5] = Item(DASHBOARDS, wish(name="bad", connection=CONFIG, owners=["nobody"]))
    foretold = run(admin(either), items, go_on=True, check_mode=True)
    assert writes(either) == []
    report = run(admin(either), items, go_on=True)
    assert report.failed
    assert set(errors_of(report)) == {"bad"}
    assert actions(report) == actions(foretold) == ["created"] * 5 + [None] + ["created"] * 6
    assert len(names_of(either)) == 11


# ---- bad rows


def _with_bad_rows(count: int, *bad: int) -> list[Item]:
    items = listed(count)
    for number in bad:
        items[number] = Item(DASHBOARDS, wish(name=f"bad{number}", connection=BAD))
    return items


def test_failed_rows_find_their_items(either: FakeServer) -> None:
    """In the stand-in's answer rows stand in another order than they were sent."""
    report = run(admin(either), _with_bad_rows(12, 2, 9), go_on=True, validate="off")
    assert set(errors_of(report)) == {"bad2", "bad9"}
    assert all("bogus" in said for said in errors_of(report).values())
    assert [number for number, action in enumerate(actions(report)) if action is None] == [2, 9]
    assert done(report) == {"created": 10, "failed": 2}
    assert len(names_of(either)) == 10


@pytest.mark.parametrize(
    "rows",
    [
        [{"request": "s001", "status": 400, "message": "no"}, {"request": '"a.b"', "status": 403, "message": "never"}],
        [{"request": {"name": "a.b"}, "status": 403, "message": "never"}, {"request": "s001", "message": "no"}],
    ],
)
def test_failed_rows_are_known_by_name_or_request(with_bulk: FakeServer, rows: list[dict[str, Any]]) -> None:
    items = [Item(DASHBOARDS, wish(name=name, connection=CONFIG)) for name in ("s000", "s001", "a.b")]
    with_bulk.inject(method="PUT", path="/bulk$", status=200, body={"status": "failure", "failedRequest": rows})
    report = run(admin(with_bulk), items, go_on=True)
    assert errors_of(report) == {"s001": "no", "a.b": "never"}
    assert isinstance(report.results[2], errors.PermissionDenied)
    # What the answer didn't mention wasn't stored: it is created after all.
    assert names_of(with_bulk) == ["s000"]
    assert done(report) == {"created": 1, "failed": 2}


def test_with_fail_a_report_never_calls_skipped_what_was_stored(either: FakeServer) -> None:
    report = run(admin(either), _with_bad_rows(250, 30), validate="off", concurrency=2)
    assert "bad30" in errors_of(report)
    there = set(names_of(either))
    told = {result.name for result in report.results if isinstance(result, Outcome) and result.changed}
    assert told == there
    assert len(there) < 249


@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_batch_that_is_refused_as_a_whole_is_sent_one_by_one(with_bulk: FakeServer, status: int) -> None:
    with_bulk.inject(method="PUT", path="/bulk$", status=status, body={"code": status, "message": "no"}, count=0)
    assert done(run(admin(with_bulk), listed(12))) == {"created": 12}
    # After a 500 each is read again first, as it may have been stored all the same.
    reads = {f"GET {LIST}/name/s{number:03}": 1 for number in range(12)} if status == 500 else {}
    assert Counter(sent(with_bulk)) == {VERSION: 1, PAGE: 1, BULK: 1, f"POST {LIST}": 12, **reads}


def test_what_a_failed_batch_stored_all_the_same_is_told(with_bulk: FakeServer) -> None:
    body = {"name": "s001", "serviceType": "Metabase", "connection": {"config": CONFIG}}
    with_bulk.inject(
        method="PUT",
        path="/bulk$",
        status=500,
        body={"code": 500, "message": "no"},
        concurrent={"method": "POST", "path": LIST, "json": body},
    )
    items = [Item(DASHBOARDS, wish(name=name, connection=CONFIG)) for name in ("s000", "s001")]
    report = run(admin(with_bulk), items)
    assert done(report) == {"created": 2}
    assert sent(with_bulk).count(f"POST {LIST}") == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"code": 404, "message": "HTTP 404 Not Found"}),
        (405, {"code": 405, "message": "HTTP 405 Method Not Allowed"}),
        (500, {"responseMessage": "An exception with message [HTTP 405 Method Not Allowed] was thrown"}),
        (500, {"responseMessage": "An exception with message [HTTP 404 Not Found] was thrown"}),
    ],
)
def test_each_way_to_say_that_there_is_no_bulk_endpoint(with_bulk: FakeServer, status: int, body: Any) -> None:
    with_bulk.inject(method="PUT", path="/bulk$", status=status, body=body, count=0)
    assert done(run(admin(with_bulk), listed(205))) == {"created": 205}
    assert Counter(sent(with_bulk)) == {VERSION: 1, PAGE: 1, BULK: 1, f"POST {LIST}": 205}
    fails(errors.InvalidInput, lambda: run(admin(with_bulk), [Item(DASHBOARDS, wish(name="x", connection=CONFIG))],
                                           endpoint="always"))  # fmt: skip


# ---- servers that break off


@GO_ON
def test_a_list_that_cannot_be_read_is_read_by_name(either: FakeServer, go_on: bool) -> None:
    """One connection that can't be decrypted makes the whole list answer 500."""
    stored(either, 12)
    either.inject(method="GET", path=f"{LIST}$", status=500, body={"code": 500, "message": "broken"}, count=0)
    assert done(run(bot(either), listed(12), go_on=go_on)) == {"none": 12}
    assert Counter(sent(either))[PAGE] == 1
    assert len(sent(either)) == 14


def test_without_a_reading_nothing_is_written(either: FakeServer) -> None:
    either.inject(method="GET", path=f"{LIST}/name/s003", status=500, body={"code": 500, "message": "broken"}, count=0)
    fails(errors.ServerError, lambda: run(bot(either), listed(6), go_on=True))
    assert writes(either) == []


@GO_ON
@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize(
    ("which", "path", "nth"),
    [("POST", f"{LIST}$", 11), ("PUT", "/bulk$", 2)],
    ids=["single", "bulk"],
)
def test_a_second_run_finishes_what_was_interrupted(
    start_either: Callable[[bool], FakeServer], which: str, path: str, nth: int, drop: str, go_on: bool
) -> None:
    server = start_either(which == "PUT")
    stored(server, 5)
    items = listed(150)
    server.inject(method=which, path=path, nth=nth, drop=drop, count=0)
    report = run(bot(server), items, go_on=go_on, retries=0, concurrency=2)
    assert report.failed
    assert 5 < len(names_of(server)) < 150 or drop == "after"
    server.clear_faults()
    missing = 150 - len(names_of(server))
    assert done(run(bot(server), items)) == {
        name: count for name, count in {"created": missing, "none": 150 - missing}.items() if count
    }
    assert len(names_of(server)) == 150
    server.clear_requests()
    assert done(run(bot(server), items)) == {"none": 150}
    assert writes(server) == []


def test_a_fault_that_passes_is_not_noticed(either: FakeServer) -> None:
    for method, path in (("PUT", "/bulk$"), ("GET", f"{LIST}$"), ("POST", f"{LIST}$")):
        either.inject(method=method, path=path, status=503, body="")
    assert done(run(bot(either), listed(12))) == {"created": 12}


def _says_changed(work: Callable[[], Report]) -> bool:
    try:
        report = work()
    except errors.OpenMetadataError as error:
        return error.changed
    return any(getattr(result, "changed", False) for result in report.results)


def test_what_bulk_wrote_is_told_although_reading_it_failed(with_bulk: FakeServer) -> None:
    """Whether the run as a whole ends in an error or each service does: something was changed."""
    with_bulk.inject(method="GET", path=LIST, nth=2, status=500, body={"code": 500, "message": "broken"}, count=0)
    assert _says_changed(lambda: run(bot(with_bulk), listed(12), go_on=True))
    assert len(names_of(with_bulk)) == 12


# ---- defaults


def _items(defaults: dict[str, Any], *listed: dict[str, Any]) -> list[Item]:
    return service_lists.items({"services": list(listed), "defaults": defaults}, DASHBOARDS.kind)


def test_defaults_stand_under_each_item() -> None:
    defaults = {"service_type": "Metabase", "owners": ["rec_team"], "tags": ["Tier.Tier1"], "description": "d"}
    one, other = _items(
        {**defaults, "connection": None},
        {"name": "a", "tags": [], "description": "", "owners": None},
        {"name": "b", "service_type": "Superset", "owners": ["rec_user"], "display_name": "B"},
    )
    assert one.desired == wish(name="a", owners=["rec_team"], tags=[], description="")
    expected = {"owners": ["rec_user"], "tags": ["Tier.Tier1"], "description": "d", "display_name": "B"}
    assert other.desired == wish("Superset", name="b", **expected)


def test_the_connection_is_merged_key_by_key() -> None:
    shared = {"hostPort": "http://h", "connection": {"provider": "db", "username": "u", "password": "canary-default"}}
    defaults = {"service_type": "Superset", "connection": shared}
    one, other, third = _items(
        defaults,
        {"name": "a"},
        {"name": "b", "connection": {"hostPort": "http://b", "connection": {"password": "canary-own"}}},
        {"name": "c", "connection": {"connection": None, "supportsMetadataExtraction": False}},
    )
    assert one.desired.values["connection"] == shared
    own = {"provider": "db", "username": "u", "password": "canary-own"}
    assert other.desired.values["connection"] == {"hostPort": "http://b", "connection": own}
    assert third.desired.values["connection"] == {
        "hostPort": "http://h",
        "connection": None,
        "supportsMetadataExtraction": False,
    }
    # The defaults themselves are as they were, for the next item.
    assert shared["connection"] == {"provider": "db", "username": "u", "password": "canary-default"}


def test_state_and_how_to_delete_have_defaults_too() -> None:
    defaults = {"state": "absent", "hard_delete": True, "recursive": True}
    one, other, third = _items(
        defaults, {"name": "a"}, {"name": "b", "state": "present"}, {"name": "c", "hard_delete": False}
    )
    assert (one.absent, one.hard_delete, one.recursive) == (True, True, True)
    assert not other.absent
    assert (third.absent, third.hard_delete) == (True, False)
    assert not _items({}, {"name": "a"})[0].absent


def test_a_bad_item_is_named() -> None:
    error = fails(errors.InvalidInput, lambda: _items({}, {"name": "a"}, {"name": "b", "owners": [""]}))
    assert str(error).startswith("services: 'b': owners:")
