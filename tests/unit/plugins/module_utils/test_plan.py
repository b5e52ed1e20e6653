# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done, told without any request: one test for each rule of the server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import plan, redact
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput, Unchangeable
from ansible_collections.community.openmetadata.plugins.module_utils.model import (
    Current,
    Desired,
    Server,
)
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Policy
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from dashboards import DASHBOARDS
from unit.plugins.plans import (
    ADMIN,
    BOT,
    CLEARABLE,
    CLEARED,
    CONFIG,
    DOMAIN,
    FIELD,
    JOE,
    KEEP,
    NEW,
    OPTIONS,
    OTHER,
    PII,
    PRODUCT,
    SERVERS,
    STORED,
    TIER,
    current_of,
    masked,
    planned,
    whole,
    wish,
)


def test_the_tables_know_every_option() -> None:
    assert set(STORED) == set(OTHER) == set(FIELD)


# ---- which action


@SERVERS
def test_nothing_is_to_be_done_where_all_is_as_wanted(server: Server) -> None:
    values = {option: value for option, value in STORED.items() if server.has(FIELD[option])}
    todo = planned(wish(**values), whole(server), server)
    assert (todo.action, todo.put, todo.changed_fields, todo.unverified) == (plan.NONE, False, [], ())
    assert todo.before == todo.after


@SERVERS
def test_nothing_is_to_be_done_where_nothing_is_wanted(server: Server) -> None:
    todo = planned(Desired("s"), whole(server), server)
    assert (todo.action, todo.put, todo.changed_fields) == (plan.NONE, False, [])


@SERVERS
@OPTIONS
def test_each_option_alone_is_an_update_of_it_alone(option: str, server: Server) -> None:
    if not server.has(FIELD[option]):
        return
    todo = planned(wish(**{option: OTHER[option]}), whole(server), server)
    assert todo.action == plan.UPDATED
    assert todo.changed_fields == ["connection.hostPort" if option == "connection" else option]


@SERVERS
@CLEARABLE
def test_each_option_can_be_cleared(option: str, server: Server) -> None:
    if not server.has(FIELD[option]):
        return
    current = whole(server, data_products=()) if option == "domains" else whole(server)
    todo = planned(wish(**{option: CLEARED[option]}), current, server)
    assert (todo.action, todo.changed_fields) == (plan.UPDATED, [option])
    assert option in todo.before
    assert option not in todo.after


@SERVERS
@CLEARABLE
def test_clearing_what_is_empty_is_nothing(option: str, server: Server) -> None:
    todo = planned(wish(**{option: CLEARED[option]}), current_of(server, connection=CONFIG), server)
    assert (todo.action, todo.put) == (plan.NONE, False)


@CLEARABLE
def test_setting_what_is_empty_is_an_update(option: str) -> None:
    domains: dict[str, Any] = {"domains": (DOMAIN,)} if option == "data_products" else {}
    todo = planned(wish(**{option: OTHER[option]}), current_of(NEW, connection=CONFIG, **domains))
    assert (todo.action, todo.changed_fields) == (plan.UPDATED, [option])


def test_an_absent_service_is_created_with_its_defaults_shown() -> None:
    todo = planned(wish(connection={"hostPort": "http://h", "password": "s3cret"}, tags=(TIER, PII), owners=()), None)
    assert (todo.action, todo.put, todo.before) == (plan.CREATED, True, {})
    assert todo.after == {
        "service_type": "Metabase",
        "connection.type": "Metabase",
        "connection.hostPort": "http://h",
        "connection.password": HIDDEN,
        "connection.supportsMetadataExtraction": True,
        "tags": ["PII.Sensitive", "Tier.Tier1"],
    }


def test_a_new_service_needs_a_type() -> None:
    with pytest.raises(InvalidInput, match="service_type is missing"):
        planned(Desired("s"), None)


@pytest.mark.parametrize("deleted", [False, True])
def test_another_service_type_is_refused(deleted: bool) -> None:
    with pytest.raises(InvalidInput) as caught:
        planned(Desired("s", "Looker"), current_of(NEW, deleted, connection=CONFIG))
    assert str(caught.value) == "service_type is Metabase on the server and can't be changed to Looker."
    assert "hard_delete=true" in caught.value.cure


def test_a_soft_deleted_service_is_restored() -> None:
    todo = planned(Desired("s"), current_of(NEW, True, connection=CONFIG))
    assert (todo.action, todo.put, todo.changed_fields) == (plan.RESTORED, False, ["deleted"])
    assert todo.before["deleted"] is True


def test_a_soft_deleted_service_is_restored_and_updated() -> None:
    todo = planned(wish(description="new"), current_of(NEW, True, connection=masked()), policy=ADMIN)
    assert (todo.action, todo.put, todo.changed_fields) == (plan.RESTORED, True, ["deleted", "description"])


@pytest.mark.parametrize("values", [{"domains": ()}, {"domains": (), "data_products": (PRODUCT,)}])
def test_data_products_without_a_domain_are_refused_before_any_write(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        planned(wish(**values), whole(NEW))
    assert "data_products are set, but domains would be empty" in str(caught.value)


def test_data_products_without_a_domain_do_not_matter_where_nothing_is_to_be_done() -> None:
    current = current_of(NEW, connection=CONFIG, data_products=(PRODUCT,))
    assert planned(wish(data_products=(PRODUCT,)), current).action == plan.NONE


def test_data_products_without_a_domain_are_fine_before_1_10() -> None:
    server = Server("1.9.17", DASHBOARDS)
    current = current_of(server, connection=CONFIG, domains=(DOMAIN,), data_products=(PRODUCT,))
    assert planned(wish(domains=()), current, server).action == plan.UPDATED


# ---- a service stored without a connection answers 500 to every PUT and PATCH


@OPTIONS
@pytest.mark.parametrize("release", ["1.2.0-SNAPSHOT", "1.3.4"])
def test_what_an_old_release_cannot_change_is_explained_before_any_write(option: str, release: str) -> None:
    server = Server(release, DASHBOARDS)
    with pytest.raises(Unchangeable, match="stored without a connection"):
        planned(wish(**{option: OTHER[option]}), current_of(server), server)


@pytest.mark.parametrize("option", [option for option in FIELD if option not in ("connection", "data_products")])
@pytest.mark.parametrize("policy", [ADMIN, BOT, KEEP])
def test_a_service_without_connection_is_patched_only(option: str, policy: Policy) -> None:
    todo = planned(wish(**{option: OTHER[option]}), current_of(NEW), policy=policy)
    assert (todo.action, todo.changed_fields, todo.put) == (plan.UPDATED, [option], False)


@pytest.mark.parametrize("config", [{}, {"type": "CustomDashboard"}, {"supportsMetadataExtraction": True}])
def test_a_connection_of_defaults_is_not_the_same_as_none(config: dict[str, Any]) -> None:
    current = Current.from_entity({"id": "i", "name": "s", "serviceType": "CustomDashboard", "version": 0.1}, NEW)
    todo = planned(Desired("s", None, {"connection": config}), current)
    assert (todo.action, todo.put) == (plan.UPDATED, True)
    assert "connection.type" in todo.changed_fields


def test_a_service_without_connection_is_left_alone_where_nothing_is_to_be_done() -> None:
    assert planned(wish(description=""), current_of(NEW)).action == plan.NONE


def test_a_service_without_connection_can_be_restored() -> None:
    assert planned(Desired("s"), current_of(NEW, True)).action == plan.RESTORED


@pytest.mark.parametrize("release", ["1.2.0-SNAPSHOT", "1.3.4"])
def test_an_old_release_cannot_even_restore_a_service_without_connection(release: str) -> None:
    server = Server(release, DASHBOARDS)
    with pytest.raises(Unchangeable, match="stored without a connection"):
        planned(Desired("s"), current_of(server, True), server)


def test_only_who_may_not_see_a_connection_is_warned_that_there_may_be_one() -> None:
    assert planned(wish(connection=CONFIG), current_of(NEW), policy=BOT).warnings == ()
    (warning,) = planned(wish(connection=CONFIG), current_of(NEW), policy=ADMIN).warnings
    assert "takes the place of whatever is stored" in warning
    assert planned(wish(description="d"), current_of(NEW), policy=ADMIN).warnings == ()


# ---- secrets


def test_a_bot_sees_that_a_secret_is_the_same() -> None:
    todo = planned(wish(connection=CONFIG), current_of(NEW, connection=CONFIG), policy=BOT)
    assert (todo.action, todo.put, todo.unverified) == (plan.NONE, False, ())
    assert todo.before["connection.password"] == todo.after["connection.password"] == redact.UNCHANGED


def test_a_bot_sees_that_a_secret_differs() -> None:
    todo = planned(wish(connection={**CONFIG, "password": "new1"}), current_of(NEW, connection=CONFIG), policy=BOT)
    assert (todo.action, todo.put, todo.changed_fields) == (plan.UPDATED, True, ["connection.password"])
    assert (todo.before["connection.password"], todo.after["connection.password"]) == (HIDDEN, redact.CHANGED)
    assert "s3cret" not in str(todo.before) + str(todo.after)


def test_an_admin_cannot_compare_a_secret_so_it_is_sent_and_named() -> None:
    todo = planned(wish(connection=CONFIG), current_of(NEW, connection=masked()), policy=ADMIN)
    assert (todo.action, todo.put, todo.changed_fields) == (plan.NONE, True, [])
    assert todo.unverified == ("connection.password",)
    assert todo.before["connection.password"] == todo.after["connection.password"] == redact.NOT_COMPARABLE


def test_on_create_a_secret_that_cannot_be_compared_is_not_sent() -> None:
    todo = planned(wish(connection=CONFIG), current_of(NEW, connection=masked()), policy=KEEP)
    assert (todo.action, todo.put, todo.unverified) == (plan.NONE, False, ("connection.password",))


def test_on_create_another_secret_is_no_difference() -> None:
    policy = Policy(keep_secrets=True, secrets_readable=True)
    todo = planned(wish(connection={**CONFIG, "password": "new1"}), current_of(NEW, connection=CONFIG), policy=policy)
    assert (todo.action, todo.put, todo.changed_fields) == (plan.NONE, False, [])


@pytest.mark.parametrize("readable", [False, True])
def test_on_create_everything_but_secrets_is_compared(readable: bool) -> None:
    policy = Policy(keep_secrets=True, secrets_readable=readable)
    known = CONFIG if readable else masked()
    desired = wish(connection={**CONFIG, "hostPort": "http://new", "password": "new1", "username": None})
    todo = planned(desired, current_of(NEW, connection=known), policy=policy)
    assert (todo.put, todo.changed_fields) == (True, ["connection.hostPort", "connection.username"])


def test_on_create_a_secret_that_is_not_stored_yet_is_sent() -> None:
    known = {key: value for key, value in CONFIG.items() if key != "password"}
    todo = planned(wish(connection=CONFIG), current_of(NEW, connection=known), policy=KEEP)
    assert (todo.action, todo.put, todo.changed_fields) == (plan.UPDATED, True, ["connection.password"])
    assert plan.create_request(todo.desired, todo.current, NEW, KEEP)["connection"]["config"]["password"] == "s3cret"


def test_a_secret_that_the_task_does_not_mention_is_not_unverified() -> None:
    todo = planned(wish(description="Other"), current_of(NEW, connection=masked()), policy=ADMIN)
    assert todo.unverified == ()


# ---- absent


@pytest.mark.parametrize(
    ("deleted", "hard", "action"),
    [(False, False, plan.DELETED), (False, True, plan.PURGED), (True, False, plan.NONE), (True, True, plan.PURGED)],
)
def test_how_a_service_goes(deleted: bool, hard: bool, action: str) -> None:
    todo = plan.absent(Desired("s"), current_of(NEW, deleted, connection=CONFIG), hard)
    assert todo.action == action
    if action == plan.DELETED:
        assert todo.changed_fields == ["deleted"]
    if action == plan.PURGED:
        assert todo.after == {}
        assert todo.changed_fields == sorted(todo.before)


@pytest.mark.parametrize("hard", [False, True])
def test_an_absent_service_stays_absent(hard: bool) -> None:
    assert plan.absent(Desired("s"), None, hard).action == plan.NONE


# ---- views and predictions


@SERVERS
def test_a_view_hides_secrets_and_leaves_out_what_is_empty(server: Server) -> None:
    current = current_of(server, connection=CONFIG, description="", owners=(JOE,))
    assert plan.view(current) == {
        "service_type": "Metabase",
        "connection.type": "Metabase",
        "connection.hostPort": "http://h",
        "connection.username": "u",
        "connection.password": HIDDEN,
        "connection.supportsMetadataExtraction": True,
        "owners": ["joe (user)"],
    }


def test_a_view_shows_what_is_switched_off() -> None:
    current = current_of(NEW, connection={**CONFIG, "supportsMetadataExtraction": False})
    assert plan.view(current)["connection.supportsMetadataExtraction"] is False
    todo = planned(wish(connection=CONFIG), current)
    name = "connection.supportsMetadataExtraction"
    assert (todo.before[name], todo.after[name], todo.changed_fields) == (False, True, [name])


@SERVERS
def test_a_prediction_shows_the_service_as_it_would_be(server: Server) -> None:
    values = {option: value for option, value in OTHER.items() if server.has(FIELD[option])}
    todo = planned(wish(**values), whole(server), server)
    shown = plan.predicted(todo, server, BOT)
    assert shown is not None
    assert shown["display_name"] == "Other"
    assert shown["owners"] == [{"type": "team", "id": "t-1", "name": "rec_team"}]
    assert shown["connection"]["hostPort"] == "http://other"
    assert shown["connection"]["password"] == HIDDEN
    assert shown["tags"] == ["Tier.Tier1"]
    assert (shown["version"], shown["deleted"]) == (0.3, False)


def test_a_prediction_of_a_new_service() -> None:
    shown = plan.predicted(planned(wish(connection=CONFIG), None), NEW, ADMIN)
    assert shown is not None
    assert (shown["name"], shown["service_type"], shown["owners"]) == ("s", "Metabase", [])
    assert "s3cret" not in str(shown)


@pytest.mark.parametrize("value", ["", "x" * 100_000, "日本\u2028\x00", "%", '"', "\\", "{{ x }}"])
def test_any_text_can_be_planned(value: str) -> None:
    todo = planned(wish(description=value), current_of(NEW, connection=CONFIG))
    assert todo.after.get("description", "") == value


def test_planning_needs_neither_ansible_nor_requests() -> None:
    script = (
        "import sys; from ansible_collections.community.openmetadata.plugins.module_utils import plan;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'ansible', 'requests', 'urllib3'}))"
    )
    path = Path(__file__).resolve().parents[4] / ".cache" / "link"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(path)}
    )
    assert done.stdout.strip() == "[]"
