# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many services at once over HTTP: how many requests that takes, with `/bulk` and without, and where it leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Bulk, Item, Prune, Report, Scope
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins.services import BOTH_ROLES, CONFIG, LIST, VERSION, fails, given, seen, wish
from unit.plugins.support import ROLES, Json, User, admin, bot, sent, writes

BULK = f"PUT {LIST}/bulk"
PAGE = f"GET {LIST}"
KEEP = Prune(Scope())
MANY = 500
BOTH_ENDPOINTS = pytest.mark.parametrize("has_bulk", [False, True], ids=["single", "bulk"])


@pytest.fixture(scope="module")
def start_bulk() -> Iterator[Callable[[str], FakeServer]]:
    """Start a stand-in server that has `/bulk`, or find the one that runs; it is emptied either way."""
    running: dict[str, FakeServer] = {}
    with ExitStack() as stack:

        def get(profile: str) -> FakeServer:
            if profile not in running:
                running[profile] = stack.enter_context(FakeServer(profile=profile, bulk=True))
            running[profile].reset()
            return running[profile]

        yield get


@pytest.fixture(params=["1.2", "2.0"])
def with_bulk(start_bulk: Callable[[str], FakeServer], request: pytest.FixtureRequest) -> FakeServer:
    """A server of each profile that has `/bulk`."""
    return start_bulk(request.param)


def run(user: User, items: list[Item], prune: Prune = KEEP, **options: Any) -> Report:
    """Run a list as a task does; `options` are those of `Bulk`, or of `User.reconciler`."""
    mine = {name: options.pop(name) for name in ("concurrency", "endpoint", "go_on") if name in options}
    unmanaged = options.pop("unmanaged", False)
    mine = {"concurrency": 4, **mine}
    client = user.client(retries=options.pop("retries", 4), connections=mine["concurrency"])
    return Bulk(Reconciler(client, DASHBOARDS, **options), **mine).run(items, prune, unmanaged)


def listed(count: int, **values: Any) -> list[Item]:
    """That many Metabase services, `s000` on, in an order that isn't the alphabet's."""
    names = [f"s{number:03}" for number in range(count)]
    return [Item(DASHBOARDS, wish(name=name, **{"connection": CONFIG, **values})) for name in names[::2] + names[1::2]]


def stored(server: FakeServer, count: int) -> None:
    """Store what `listed` describes, by other means than those under test."""
    client = admin(server).client()
    for item in listed(count):
        body = {"name": item.desired.name, "serviceType": "Metabase", "connection": {"config": CONFIG}}
        client.request("POST", LIST, body=body)
    server.clear_requests()


def names_of(server: FakeServer, deleted: bool = False) -> list[str]:
    return sorted(one["name"] for one in server.state()["dashboardService"] if one["deleted"] == deleted)


def state_of(server: FakeServer) -> dict[str, Json]:
    """All services as a bot sees them, without what differs from one server to the next."""
    names = names_of(server) + names_of(server, deleted=True)
    return {name: {**seen(server, name), "id": None, "version": None} for name in names}


def actions(report: Report) -> list[str | None]:
    return [result.action if isinstance(result, Outcome) else None for result in report.results]


def done(report: Report) -> dict[str, int]:
    return {name: count for name, count in report.summary.items() if count}


# ---- how many requests


def test_500_unchanged_are_the_version_and_the_list_to_a_bot(server: FakeServer) -> None:
    stored(server, MANY)
    report = run(bot(server), listed(MANY))
    assert sent(server) == [VERSION, PAGE]
    assert done(report) == {"none": MANY}


def test_a_list_of_several_pages_is_read_to_its_end(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "ansible_collections.community.openmetadata.plugins.module_utils.client._PAGE"
    monkeypatch.setattr(module, 10)
    stored(server, 25)
    assert done(run(bot(server), listed(25))) == {"none": 25}
    assert sent(server) == [VERSION, PAGE, PAGE, PAGE]


@BOTH_ROLES
def test_500_new_ones_through_bulk_are_five_writes(with_bulk: FakeServer, role: str) -> None:
    report = run(ROLES[role](with_bulk), listed(MANY))
    assert sent(with_bulk) == [VERSION, PAGE, *[BULK] * 5, PAGE]
    assert [len(entry["body"]) for entry in writes(with_bulk)] == [100] * 5
    assert done(report) == {"created": MANY}
    assert len(names_of(with_bulk)) == MANY


@pytest.mark.parametrize("has_bulk", [False, True], ids=["without", "with"])
def test_500_new_ones_one_by_one_are_500_writes(
    start: Callable[[str], FakeServer], start_bulk: Callable[[str], FakeServer], has_bulk: bool
) -> None:
    server = (start_bulk if has_bulk else start)("1.2")
    report = run(bot(server), listed(MANY), endpoint="never")
    log = sent(server)
    assert log[:2] == [VERSION, PAGE]
    assert Counter(log[2:]) == {f"POST {LIST}": MANY}
    assert done(report) == {"created": MANY}


def test_auto_asks_once_whether_there_is_a_bulk_endpoint(server: FakeServer) -> None:
    report = run(admin(server), listed(MANY))
    log = sent(server)
    assert log[:3] == [VERSION, PAGE, BULK]
    assert Counter(log[3:]) == {f"POST {LIST}": MANY}
    assert done(report) == {"created": MANY}


def test_always_fails_without_a_bulk_endpoint_and_writes_nothing(server: FakeServer) -> None:
    error = fails(errors.InvalidInput, lambda: run(admin(server), listed(2), endpoint="always"))
    assert "bulk_endpoint is always" in str(error)
    assert names_of(server) == []


@BOTH_ENDPOINTS
def test_up_to_ten_are_read_one_by_one(
    start: Callable[[str], FakeServer], start_bulk: Callable[[str], FakeServer], has_bulk: bool
) -> None:
    server = (start_bulk if has_bulk else start)("2.0")
    stored(server, 11)
    assert done(run(bot(server), listed(10))) == {"none": 10}
    assert Counter(sent(server)) == {VERSION: 1, **{f"{PAGE}/name/s{number:03}": 1 for number in range(10)}}
    server.clear_requests()
    assert done(run(bot(server), listed(11))) == {"none": 11}
    assert sent(server) == [VERSION, PAGE]


def test_a_single_write_is_no_reason_to_ask_for_bulk(with_bulk: FakeServer) -> None:
    stored(with_bulk, 3)
    run(bot(with_bulk), listed(4))
    assert [entry["path"] for entry in writes(with_bulk)] == [LIST]
    with_bulk.clear_requests()
    run(bot(with_bulk), listed(5), endpoint="always")
    assert [entry["path"] for entry in writes(with_bulk)] == [f"{LIST}/bulk"]


def test_an_empty_list_sends_nothing(server: FakeServer) -> None:
    report = run(admin(server), [])
    assert report.results == []
    assert sent(server) == []


def test_secrets_that_an_admin_cannot_compare_go_through_bulk(with_bulk: FakeServer) -> None:
    stored(with_bulk, 120)
    report = run(admin(with_bulk), listed(120))
    assert sent(with_bulk) == [VERSION, PAGE, BULK, BULK, PAGE]
    assert done(report) == {"none": 120}
    assert {tuple(result.unverified) for result in report.results if isinstance(result, Outcome)} == {
        ("connection.password",)
    }


def test_the_number_of_requests_is_the_clients(server: FakeServer) -> None:
    user = admin(server)
    reconciler = user.reconciler()
    Bulk(reconciler, concurrency=8).run(listed(30), KEEP)
    assert reconciler.client.requests_sent == len(sent(server)) == 33


# ---- what goes through /bulk


def test_masks_never_go_through_bulk(with_bulk: FakeServer) -> None:
    """An admin's description of a change leaves the secret out: its request holds the mask of what is stored."""
    stored(with_bulk, 20)
    changed = [Item(DASHBOARDS, wish(name=item.desired.name, display_name="New")) for item in listed(20)]
    report = run(admin(with_bulk), changed)
    assert done(report) == {"updated": 20}
    assert Counter(sent(with_bulk)) == {VERSION: 1, PAGE: 1, f"PUT {LIST}": 20}
    assert {one["connection"]["config"]["password"] for one in with_bulk.state()["dashboardService"]} == {
        CONFIG["password"]
    }


def test_neither_do_secrets_that_are_kept(with_bulk: FakeServer) -> None:
    stored(with_bulk, 12)
    other = listed(12, connection={**CONFIG, "password": "canary-new", "hostPort": "http://new"})
    assert done(run(admin(with_bulk), other, keep_secrets=True)) == {"updated": 12}
    assert BULK not in sent(with_bulk)
    configs = [one["connection"]["config"] for one in with_bulk.state()["dashboardService"]]
    assert {(each["hostPort"], each["password"]) for each in configs} == {("http://new", CONFIG["password"])}


def test_what_is_restored_goes_its_own_way(with_bulk: FakeServer) -> None:
    stored(with_bulk, 12)
    run(bot(with_bulk), [Item(DASHBOARDS, item.desired, absent=True) for item in listed(12)])
    with_bulk.clear_requests()
    report = run(bot(with_bulk), listed(12, connection={**CONFIG, "hostPort": "http://new"}))
    assert Counter(sent(with_bulk)) == {VERSION: 1, PAGE: 1, f"PUT {LIST}/restore": 12, f"PUT {LIST}": 12}
    assert done(report) == {"restored": 12}


@BOTH_ROLES
def test_what_bulk_keeps_back_is_patched(with_bulk: FakeServer, role: str) -> None:
    stored(with_bulk, 12)
    wanted = listed(12, connection={**CONFIG, "hostPort": "http://new"}, tags=["Tier.Tier1"])
    report = run(ROLES[role](with_bulk), wanted)
    assert done(report) == {"updated": 12}
    assert {tuple(tag["tagFQN"] for tag in one["tags"]) for one in with_bulk.state()["dashboardService"]} == {
        ("Tier.Tier1",)
    }
    methods = Counter(entry["method"] for entry in writes(with_bulk))
    assert methods == {"PUT": 1, "PATCH": 12}
    assert done(run(bot(with_bulk), wanted)) == {"none": 12}


def test_changed_is_told_by_the_version_after_bulk(with_bulk: FakeServer) -> None:
    """To an admin every row may be a change; the server's versions tell which one was."""
    stored(with_bulk, 12)
    wanted = listed(12)
    wanted[3] = Item(DASHBOARDS, wish(name=wanted[3].desired.name, connection={**CONFIG, "password": "canary-new"}))
    report = run(admin(with_bulk), wanted)
    assert [result.changed for result in report.results if isinstance(result, Outcome)] == [
        number == 3 for number in range(12)
    ]
    assert sent(with_bulk) == [VERSION, PAGE, BULK, PAGE]


# ---- where it leads


def _mixed(server: FakeServer) -> list[Item]:
    """Prepare a server and describe one of each: new, changed, the same, restored, deleted, purged, gone."""
    given(server, "changed", connection=CONFIG, description="Stored words", tags=["PII.Sensitive"])
    for name in ("same", "restored", "deleted", "purged"):
        given(server, name, connection=CONFIG)
    admin(server).reconciler().absent(wish(name="restored"))
    given(server, "other", connection=CONFIG)
    return [
        Item(DASHBOARDS, wish(name="new", connection=CONFIG, owners=["rec_user"], tags=["Tier.Tier1"])),
        Item(DASHBOARDS, wish(name="deleted"), absent=True),
        Item(
            DASHBOARDS, wish(name="changed", description="New words", connection={**CONFIG, "hostPort": "http://new"})
        ),
        Item(DASHBOARDS, wish(name="same", connection=CONFIG)),
        Item(DASHBOARDS, wish(name="newer", connection=CONFIG)),
        Item(DASHBOARDS, wish(name="purged"), absent=True, hard_delete=True),
        Item(DASHBOARDS, wish(name="restored", connection=CONFIG)),
        Item(DASHBOARDS, wish(name="gone"), absent=True),
    ]


MIXED = ["created", "deleted", "updated", "none", "created", "purged", "restored", "none"]


@BOTH_ROLES
@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_all_ways_lead_to_the_same_state(
    start: Callable[[str], FakeServer], start_bulk: Callable[[str], FakeServer], profile: str, role: str
) -> None:
    """One by one, as a list without `/bulk` and as a list with it; results come in the order of the list."""
    server = start(profile)
    for item in _mixed(server):
        reconciler = ROLES[role](server).reconciler()
        if item.absent:
            reconciler.absent(item.desired, hard_delete=item.hard_delete)
        else:
            reconciler.present(item.desired)
    end = state_of(server)
    assert set(end) == {"new", "deleted", "changed", "same", "newer", "restored", "other"}
    for get, endpoint in ((start, "never"), (start, "auto"), (start_bulk, "auto"), (start_bulk, "always")):
        server = get(profile)
        items = _mixed(server)
        report = run(ROLES[role](server), items, endpoint=endpoint)
        assert actions(report) == MIXED
        outcomes = [result for result in report.results if isinstance(result, Outcome)]
        assert [outcome.name for outcome in outcomes] == [item.desired.name for item in items]
        assert state_of(server) == end


@BOTH_ROLES
def test_check_mode_foretells_it(with_bulk: FakeServer, role: str) -> None:
    items = _mixed(with_bulk)
    before = state_of(with_bulk)
    with_bulk.clear_requests()
    foretold = run(ROLES[role](with_bulk), items, check_mode=True)
    assert writes(with_bulk) == []
    assert state_of(with_bulk) == before
    real = run(ROLES[role](with_bulk), items)
    assert actions(foretold) == actions(real) == MIXED
    assert foretold.summary == real.summary
    for one, other in zip(foretold.results, real.results, strict=True):
        assert isinstance(one, Outcome)
        assert isinstance(other, Outcome)
        assert (one.changed, one.changed_fields) == (other.changed, other.changed_fields)
        assert (one.before, one.after) == (other.before, other.after)
    again = run(ROLES[role](with_bulk), items)
    assert done(again) == {"none": len(items)}
