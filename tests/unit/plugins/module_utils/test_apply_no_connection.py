# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that are stored without a connection, with a placeholder, or with one that the token may not view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Bulk, Item, Prune, Scope
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins.services import BOTH_ROLES, CONFIG, LIST, READ, VERSION, fails, given, present, profile_of, seen, wish
from unit.plugins.support import ROLES, Json, User, admin, bot, sent, writes


@pytest.fixture(params=["1.4", "2.0"])
def late(start: Callable[..., FakeServer], request: pytest.FixtureRequest) -> FakeServer:
    """Servers that can change a service without a connection."""
    return start(request.param)


@pytest.fixture(params=["1.2", "1.3"])
def early(start: Callable[..., FakeServer], request: pytest.FixtureRequest) -> FakeServer:
    """Servers that can't."""
    return start(request.param)


def stored(server: FakeServer, name: str = "s") -> Json | None:
    """The connection as a bot reads it."""
    entity = bot(server).call("GET", f"{LIST}/name/{name}", include="all")
    config: Json | None = (entity.get("connection") or {}).get("config")
    return config


# ---- none stored


@BOTH_ROLES
@pytest.mark.parametrize("service_type", ["Superset", "CustomDashboard"])
def test_a_service_is_created_without_a_connection(late: FakeServer, role: str, service_type: str) -> None:
    user = ROLES[role](late)
    desired = wish(service_type, description="x")
    predicted = present(user, desired, check_mode=True)
    assert writes(late) == []
    outcome = present(user, desired)
    assert (outcome.action, outcome.changed, outcome.warnings) == ("created", True, [])
    assert predicted.after == outcome.after == {"service_type": service_type, "description": "x"}
    assert outcome.service is not None
    assert outcome.service["connection"] is None
    assert "connection" not in writes(late)[0]["body"]
    assert stored(late) is None
    assert not present(user, desired).changed


@BOTH_ROLES
@pytest.mark.parametrize("values", [{"description": "d"}, {"display_name": "n"}, {"owners": ["rec_team"]},
                                    {"tags": ["Tier.Tier1"]}, {"domains": ["RecDomain"]}])  # fmt: skip
def test_its_fields_are_managed_by_patch(late: FakeServer, role: str, values: Json) -> None:
    user = ROLES[role](late)
    given(late)
    predicted = present(user, wish(**values), check_mode=True)
    late.clear_requests()
    outcome = present(user, wish(**values))
    assert outcome.changed_fields == predicted.changed_fields == list(values)
    assert [entry["method"] for entry in writes(late)] == ["PATCH"]
    assert {option: seen(late)[option] for option in values} == values
    assert not present(user, wish(**values)).changed


@BOTH_ROLES
def test_it_is_deleted_restored_given_a_connection_and_purged(late: FakeServer, role: str) -> None:
    user = ROLES[role](late)
    given(late)
    assert user.reconciler().absent(wish()).action == "deleted"
    late.clear_requests()
    assert present(user, wish(tags=["Tier.Tier1"])).action == "restored"
    assert [entry["method"] for entry in writes(late)] == ["PUT", "PATCH"]
    predicted = present(user, wish(connection=CONFIG), check_mode=True)
    outcome = present(user, wish(connection=CONFIG))
    assert outcome.changed_fields == predicted.changed_fields
    assert "connection.hostPort" in outcome.changed_fields
    assert predicted.after == outcome.after
    assert stored(late) == CONFIG
    assert not present(user, wish(connection=CONFIG)).changed
    assert user.reconciler().absent(wish(), hard_delete=True).action == "purged"


@BOTH_ROLES
def test_a_list_with_and_without_connections(start: Callable[..., FakeServer], role: str) -> None:
    """A row without a connection would take away what somebody stores at the same time: it isn't sent to /bulk."""
    server = start("2.0", bulk=True)
    user = ROLES[role](server)
    wishes = [Desired(f"s{number}", "Metabase", {"connection": CONFIG} if number % 2 else {}) for number in range(6)]
    for changed in (True, False):
        server.clear_requests()
        report = Bulk(user.reconciler()).run([Item(DASHBOARDS, each) for each in wishes], Prune(Scope()))
        assert not report.failed
        assert [getattr(result, "changed", None) for result in report.results] == [changed] * 6
        rows = [row for entry in writes(server) if entry["path"].endswith("/bulk") for row in entry["body"]]
        assert all("connection" in row for row in rows)
    assert [stored(server, f"s{number}") for number in range(6)] == [None, CONFIG] * 3


@BOTH_ROLES
def test_an_old_release_is_told_what_is_lost_and_what_is_harmless(early: FakeServer, role: str) -> None:
    user = ROLES[role](early)
    given(early)
    admin(early).call("POST", "/dashboards", {"name": "d", "service": "s"})
    early.clear_requests()
    error = fails(errors.Unchangeable, lambda: present(user, wish(connection=CONFIG)))
    assert "stored without a connection" in str(error)
    assert error.cure == (
        "Leave it as it is, or update the server to 1.4 or later, which can change it. "
        "Don't remove it: it holds 1 dashboards, which would go with it."
    )
    assert writes(early) == []


def test_an_old_release_with_nothing_in_the_service(early: FakeServer) -> None:
    given(early)
    error = fails(errors.Unchangeable, lambda: present(admin(early), wish(tags=["Tier.Tier1"])))
    assert error.cure.startswith("Leave it as it is, or update the server")
    assert "It holds no dashboards, charts, data models, ingestion pipelines, so it can also be removed" in error.cure
    assert admin(early).reconciler().absent(wish(), hard_delete=True).action == "purged"
    assert present(admin(early), wish()).action == "created"
    assert stored(early) is not None
    assert present(admin(early), wish(description="d")).action == "updated"


# ---- one that the token may not view


@pytest.fixture
def editor(late: FakeServer) -> User:
    """Somebody who may edit services, but not view their connections."""
    return User(late, late.token("rec_editor"))


def test_a_hidden_connection_is_never_lost(late: FakeServer, editor: User) -> None:
    given(late, connection=CONFIG)
    for values in ({"description": "d"}, {"display_name": "n", "tags": ["Tier.Tier1"]}, {"owners": ["rec_team"]}):
        late.clear_requests()
        assert present(editor, wish(**values)).changed
        assert [entry["method"] for entry in writes(late)] == ["PATCH"]
        assert not present(editor, wish(**values)).changed
        assert stored(late) == CONFIG


def test_a_hidden_connection_can_be_replaced_and_that_is_said(late: FakeServer, editor: User) -> None:
    given(late, connection=CONFIG)
    other = {**CONFIG, "hostPort": "http://other"}
    outcome = present(editor, wish(connection=other))
    assert outcome.changed
    assert "may not view it" in outcome.warnings[0]
    assert stored(late) == other
    assert not present(editor, wish(connection=other)).changed


# ---- placeholders

PLACEHOLDERS: list[tuple[str, Json]] = [
    ("Metabase", {"type": "Metabase"}),
    ("Superset", {"type": "Superset", "hostPort": "http://superset:8088"}),
    ("CustomDashboard", {"type": "CustomDashboard"}),
    ("Tableau", {"type": "Tableau", "hostPort": "https://t"}),
    ("Redash", {}),
    ("Superset", {"connection": {}}),
]


@BOTH_ROLES
@pytest.mark.parametrize(("service_type", "config"), PLACEHOLDERS)
@pytest.mark.parametrize("mode", ["strict", "warn", "off"])
def test_a_placeholder_is_stored_and_found_again(
    server: FakeServer, role: str, service_type: str, config: Json, mode: str
) -> None:
    user = ROLES[role](server)
    desired = wish(service_type, connection=config)
    predicted = present(user, desired, check_mode=True, validate=mode)
    outcome = present(user, desired, validate=mode)
    assert (outcome.action, outcome.warnings) == ("created", predicted.warnings)
    # Up to 1.7.0 Tableau requires more than the address.
    whole = service_type == "CustomDashboard" or (service_type, profile_of(server)) == ("Tableau", "2.0")
    assert len(outcome.warnings) == (not whole and mode != "off")
    for form in (config, {key: value for key, value in config.items() if key != "type"}):
        again = present(user, wish(service_type, connection=form), validate=mode)
        assert (again.changed, again.version) == (False, 0.1)


@BOTH_ROLES
def test_a_required_member_left_out_stays_as_somebody_set_it(server: FakeServer, role: str) -> None:
    user = ROLES[role](server)
    given(server, connection=CONFIG)
    desired = wish(connection={"username": "u2"})
    predicted = present(user, desired, check_mode=True)
    outcome = present(user, desired)
    assert predicted.changed_fields == outcome.changed_fields
    assert "connection.hostPort" not in outcome.changed_fields
    assert outcome.warnings == []
    kept = stored(server)
    assert kept is not None
    assert (kept["hostPort"], kept["username"]) == (CONFIG["hostPort"], "u2")
    assert not present(user, desired).changed


# ---- what a PUT would wipe


@BOTH_ROLES
@pytest.mark.parametrize("member", ["made_up", "style"])
def test_what_nobody_asked_to_wipe_stays(start: Callable[..., FakeServer], role: str, member: str) -> None:
    server = start("2.0", extra_members=("made_up",))
    user = ROLES[role](server)
    id_ = given(server, connection=CONFIG)
    value = {"color": "#123456"}
    admin(server).call("PATCH", f"{LIST}/{id_}", [{"op": "add", "path": f"/{member}", "value": value}])
    for desired in (wish(description="d"), wish(connection={**CONFIG, "hostPort": "http://other"})):
        outcome = present(user, desired)
        assert outcome.changed
        entity = admin(server).call("GET", f"{LIST}/{id_}")
        assert entity[member] == value
        assert not present(user, desired).changed


def test_reading_a_service_without_connection_costs_what_any_other_costs(late: FakeServer) -> None:
    given(late)
    present(admin(late), wish())
    assert sent(late) == [VERSION, READ]


def test_the_first_seen_input(late: FakeServer) -> None:
    """A bare service by POST, then tags: the advice to remove it was wrong from 1.4 on."""
    tags: dict[str, Any] = {"tags": ["Tier.Tier1"]}
    given(late, name="ext", service_type="Superset")
    assert present(admin(late), wish(None, name="ext", **tags)).changed_fields == ["tags"]
