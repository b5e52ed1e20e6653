# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that a list doesn't name: which of them a task may remove, and how."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Item, Prune, Scope
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins.module_utils.test_bulk import PAGE, actions, done, names_of, run
from unit.plugins.services import BOTH_ROLES, CONFIG, LIST, VERSION, fails, given, wish
from unit.plugins.support import ROLES, admin, bot, sent, writes

KEPT = [Item(DASHBOARDS, wish(name="sales_kept"))]
SALES = Scope(name_pattern="sales_*", kinds=(DASHBOARDS.kind,))


def estate(server: FakeServer) -> None:
    """Some services of two teams, one of them soft-deleted."""
    given(server, "sales_kept", connection=CONFIG)
    given(server, "sales_a", connection=CONFIG, domains=["RecDomain"])
    given(server, "sales_b", "CustomDashboard", connection={"type": "CustomDashboard"})
    given(server, "hr_a", connection=CONFIG, domains=["RecDomain"])
    given(server, "hr_b", connection=CONFIG, domains=["RecDomain2"])
    given(server, "sales_gone", connection=CONFIG)
    admin(server).reconciler().absent(wish(name="sales_gone"))
    server.clear_requests()


def names(unmanaged: list[tuple[str, str]]) -> list[str]:
    """The names of services, all of which are dashboards'."""
    assert {kind for kind, _name in unmanaged} <= {DASHBOARDS.kind}
    return [name for _kind, name in unmanaged]


def prune(scope: Scope = SALES, **options: Any) -> Prune:
    return Prune(scope, enabled=True, **options)


@BOTH_ROLES
@pytest.mark.parametrize(
    ("scope", "outside"),
    [
        (Scope(), ["hr_a", "hr_b", "sales_a", "sales_b"]),
        (SALES, ["sales_a", "sales_b"]),
        (Scope(name_pattern="*_[a]"), ["hr_a", "sales_a"]),
        (Scope(name_pattern="SALES_*"), []),
        (Scope(name_pattern="sales"), []),
        (Scope(service_types=("CustomDashboard",)), ["sales_b"]),
        (Scope(service_types=("Metabase", "Superset")), ["hr_a", "hr_b", "sales_a"]),
        (Scope(service_types=("Superset",)), []),
        (Scope(domain="RecDomain"), ["hr_a", "sales_a"]),
        (Scope(domain="Rec"), []),
        (Scope(("Metabase",), "sales_*", "RecDomain"), ["sales_a"]),
        (Scope(("CustomDashboard",), "sales_*", "RecDomain"), []),
    ],
)
def test_what_is_outside_of_the_scope_stays(server: FakeServer, role: str, scope: Scope, outside: list[str]) -> None:
    estate(server)
    user = ROLES[role](server)
    before = names_of(server)
    told = run(user, KEPT, Prune(scope), unmanaged=True)
    assert names(told.unmanaged) == outside
    assert (told.pruned, actions(told)) == (0, ["none"])
    assert writes(server) == []
    report = run(user, KEPT, prune(scope))
    assert (names(report.unmanaged), report.pruned) == (outside, len(outside))
    assert [result.name for result in report.results if isinstance(result, Outcome)] == ["sales_kept", *outside]
    assert actions(report) == ["none"] + ["deleted"] * len(outside)
    assert names_of(server) == [name for name in before if name not in outside]
    again = run(user, KEPT, prune(scope))
    assert (names(again.unmanaged), again.pruned, done(again)) == ([], 0, {"none": 1})


def test_unmanaged_is_not_asked_for_unless_wanted(server: FakeServer) -> None:
    estate(server)
    assert run(bot(server), KEPT).unmanaged == []
    assert sent(server) == [VERSION, f"{PAGE}/name/sales_kept"]
    server.clear_requests()
    assert names(run(bot(server), KEPT, Prune(SALES), unmanaged=True).unmanaged) == ["sales_a", "sales_b"]
    assert sent(server) == [VERSION, PAGE]


def test_a_listed_service_is_never_pruned_even_if_it_should_be_absent(server: FakeServer) -> None:
    estate(server)
    items = [*KEPT, Item(DASHBOARDS, wish(name="sales_a"), absent=True, hard_delete=True)]
    items.append(Item(DASHBOARDS, wish(name="sales_new", connection=CONFIG)))
    report = run(admin(server), items, prune())
    assert actions(report) == ["none", "purged", "created", "deleted"]
    assert names(report.unmanaged) == ["sales_b"]


@pytest.mark.parametrize("check_mode", [False, True])
@BOTH_ROLES
def test_over_the_limit_nothing_is_changed_and_all_are_named(server: FakeServer, role: str, check_mode: bool) -> None:
    estate(server)
    items = [*KEPT, Item(DASHBOARDS, wish(name="sales_new", connection=CONFIG))]
    error = fails(
        errors.InvalidInput,
        lambda: run(ROLES[role](server), items, prune(limit=1), check_mode=check_mode, go_on=True),
    )
    assert "prune would remove 2 services, but prune_limit is 1: sales_a, sales_b." in str(error)
    assert "prune_limit" in error.cure
    assert writes(server) == []


@pytest.mark.parametrize(("limit", "passes"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_limit_itself_is_allowed(server: FakeServer, limit: int, passes: bool) -> None:
    estate(server)
    if passes:
        assert run(admin(server), KEPT, prune(limit=limit)).pruned == 2
    else:
        fails(errors.InvalidInput, lambda: run(admin(server), KEPT, prune(limit=limit)))
        assert writes(server) == []


def test_without_limit_given_five_may_go(server: FakeServer) -> None:
    for number in range(6):
        given(server, f"sales_{number}", connection=CONFIG)
    fails(errors.InvalidInput, lambda: run(admin(server), [Item(DASHBOARDS, wish(name="x"), absent=True)], prune()))
    assert run(admin(server), [Item(DASHBOARDS, wish(name="sales_0"))], prune()).pruned == 5


@pytest.mark.parametrize("scope", [Scope(), SALES])
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_empty_list_is_refused(server: FakeServer, scope: Scope, check_mode: bool) -> None:
    estate(server)
    error = fails(errors.InvalidInput, lambda: run(admin(server), [], prune(scope, limit=99), check_mode=check_mode))
    assert "services is empty and prune is set" in str(error)
    assert sent(server) == []


def test_an_empty_list_may_be_audited(server: FakeServer) -> None:
    estate(server)
    report = run(admin(server), [], Prune(SALES), unmanaged=True)
    assert names(report.unmanaged) == ["sales_a", "sales_b", "sales_kept"]
    assert report.results == []


@BOTH_ROLES
@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
def test_soft_or_for_good_as_foretold(server: FakeServer, role: str, hard: bool) -> None:
    estate(server)
    user = ROLES[role](server)
    foretold = run(user, KEPT, prune(hard_delete=hard), check_mode=True)
    assert writes(server) == []
    report = run(user, KEPT, prune(hard_delete=hard))
    assert actions(report) == actions(foretold) == ["none", *["purged" if hard else "deleted"] * 2]
    assert foretold.summary == report.summary
    for one, other in zip(foretold.results, report.results, strict=True):
        assert isinstance(one, Outcome)
        assert isinstance(other, Outcome)
        assert (one.before, one.after, one.changed_fields) == (other.before, other.after, other.changed_fields)
    assert names_of(server, deleted=True) == (["sales_gone"] if hard else ["sales_a", "sales_b", "sales_gone"])
    queries = [entry["query"] for entry in writes(server)]
    assert queries == [{"hardDelete": "true"} if hard else {}] * 2
    assert {entry["method"] for entry in writes(server)} == {"DELETE"}


def test_pruned_services_come_back_when_they_are_listed(server: FakeServer) -> None:
    estate(server)
    run(admin(server), KEPT, prune())
    listed = [*KEPT, Item(DASHBOARDS, wish(None, name="sales_a")), Item(DASHBOARDS, wish(None, name="sales_b"))]
    assert actions(run(admin(server), listed, prune())) == ["none", "restored", "restored"]


@BOTH_ROLES
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
def test_what_holds_dashboards_is_not_pruned(server: FakeServer, role: str, check_mode: bool, hard: bool) -> None:
    estate(server)
    admin(server).call("POST", "/dashboards", {"name": "board", "service": "sales_a"})
    report = run(ROLES[role](server), KEPT, prune(hard_delete=hard), check_mode=check_mode, go_on=True)
    assert report.failed
    failed = report.results[1]
    assert isinstance(failed, errors.OpenMetadataError)
    assert "holds 1 dashboards" in str(failed)
    assert "recursive" in failed.cure
    assert actions(report) == ["none", None, "purged" if hard else "deleted"]
    assert "sales_a" in names_of(server)
    assert ("sales_b" in names_of(server)) == check_mode


@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
def test_unless_their_dashboards_shall_go_too(server: FakeServer, hard: bool) -> None:
    estate(server)
    admin(server).call("POST", "/dashboards", {"name": "board", "service": "sales_a"})
    all_of_it = prune(hard_delete=hard, recursive=True)
    action = "purged" if hard else "deleted"
    assert actions(run(admin(server), KEPT, all_of_it, check_mode=True)) == ["none", action, action]
    assert [one["deleted"] for one in server.state()["dashboard"]] == [False]
    assert actions(run(admin(server), KEPT, all_of_it)) == ["none", action, action]
    assert [one["deleted"] for one in server.state()["dashboard"]] == ([] if hard else [True])


def test_nothing_is_pruned_where_a_listed_service_cannot_be_planned(server: FakeServer) -> None:
    estate(server)
    items = [*KEPT, Item(DASHBOARDS, wish(name="sales_new", connection=CONFIG, owners=["nobody"]))]
    report = run(admin(server), items, prune())
    assert report.failed
    assert done(report) == {"failed": 1, "skipped": 3}
    assert writes(server) == []


@pytest.mark.parametrize("go_on", [False, True])
def test_nothing_is_pruned_by_a_list_that_cannot_be_read(server: FakeServer, go_on: bool) -> None:
    """Reading by name is no way out: it can't tell what else there is."""
    estate(server)
    server.inject(method="GET", path=f"{LIST}$", status=500, body={"code": 500, "message": "broken"}, count=0)
    fails(errors.ServerError, lambda: run(admin(server), KEPT, prune(), go_on=go_on))
    assert writes(server) == []
