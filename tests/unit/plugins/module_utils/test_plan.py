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

from ansible_collections.community.openmetadata.plugins.module_utils import model, plan, redact
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import (
    Current,
    Desired,
    Reference,
    Server,
    Tag,
)
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Plan, Policy
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, MASK

OLD, NEW = Server("1.2.0-SNAPSHOT"), Server("2.0.7")
SERVERS = pytest.mark.parametrize("server", [OLD, NEW], ids=["1.2", "2.0"])
ADMIN, BOT = Policy(), Policy(secrets_readable=True)
KEEP = Policy(keep_secrets=True)

JOE, TEAM = Reference("user", "u-1", "joe"), Reference("team", "t-1", "rec_team")
DOMAIN, DOMAIN2 = Reference("domain", "d-1", "RecDomain"), Reference("domain", "d-2", "RecDomain2")
PRODUCT = Reference("dataProduct", "p-1", "RecProduct")
PII, TIER = Tag("PII.Sensitive"), Tag("Tier.Tier1")
CONFIG = {"type": "Metabase", "hostPort": "http://h", "username": "u", "password": "s3cret",
          "supportsMetadataExtraction": True}  # fmt: skip
FIELD = {item.option: item for item in model.FIELDS}

# Every option's value on the server, and another one.
STORED: dict[str, Any] = {
    "display_name": "Shown",
    "description": "Words",
    "connection": CONFIG,
    "owners": (JOE,),
    "domains": (DOMAIN,),
    "tags": (PII,),
    "data_products": (PRODUCT,),
}
OTHER: dict[str, Any] = {
    "display_name": "Other",
    "description": "Other words",
    "connection": {"hostPort": "http://other", "username": "u", "password": "s3cret"},
    "owners": (TEAM,),
    "domains": (DOMAIN2,),
    "tags": (TIER,),
    "data_products": (Reference("dataProduct", "p-2", "RecProduct2"),),
}
CLEARED = {option: "" if FIELD[option].kind is model.Kind.TEXT else () for option in FIELD if option != "connection"}
OPTIONS = pytest.mark.parametrize("option", list(FIELD))
CLEARABLE = pytest.mark.parametrize("option", list(CLEARED))


def test_the_tables_know_every_option() -> None:
    assert set(STORED) == set(OTHER) == set(FIELD)


def current_of(server: Server, deleted: bool = False, **values: Any) -> Current:
    """A service with these values; `masked` ones are shown as to an admin."""
    entity: dict[str, Any] = {"id": "1", "name": "s", "serviceType": "Metabase", "version": 0.3, "deleted": deleted}
    for option, value in values.items():
        item = FIELD[option]
        if item.kind is model.Kind.CONNECTION:
            entity["connection"] = {"config": value}
        elif item.kind is model.Kind.TAGS:
            entity["tags"] = [tag.to_api() for tag in value]
        elif item.kind is model.Kind.TEXT:
            entity[item.api] = value
        else:
            members = [{**each.to_api(), "name": each.name, "fullyQualifiedName": each.name} for each in value]
            entity[server.api_name(item)] = members if server.holds_many(item) else next(iter(members), None)
    return Current.from_entity(entity, server)


def whole(server: Server, **more: Any) -> Current:
    values = {**STORED, **more}
    return current_of(server, **{option: value for option, value in values.items() if server.has(FIELD[option])})


def masked(**changes: Any) -> dict[str, Any]:
    return {**CONFIG, "password": MASK, **changes}


def wish(**values: Any) -> Desired:
    return Desired("s", "Metabase", values)


def planned(desired: Desired, current: Current | None, server: Server = NEW, policy: Policy = BOT) -> Plan:
    return plan.present(desired, current, server, policy)


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
    server = Server("1.9.17")
    current = current_of(server, connection=CONFIG, domains=(DOMAIN,), data_products=(PRODUCT,))
    assert planned(wish(domains=()), current, server).action == plan.UPDATED


# ---- a service stored without a connection answers 500 to every PUT and PATCH


@OPTIONS
def test_a_service_without_connection_is_explained_before_any_write(option: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        planned(wish(**{option: OTHER[option]}), current_of(NEW, domains=(DOMAIN,)))
    assert "stored without a connection" in str(caught.value)
    assert "hard_delete=true" in caught.value.cure


@pytest.mark.parametrize("config", [{}, {"type": "CustomDashboard"}, {"supportsMetadataExtraction": True}])
def test_a_connection_of_defaults_is_not_the_same_as_none(config: dict[str, Any]) -> None:
    current = Current.from_entity({"id": "i", "name": "s", "serviceType": "CustomDashboard", "version": 0.1}, NEW)
    with pytest.raises(InvalidInput, match="stored without a connection"):
        planned(Desired("s", None, {"connection": config}), current)


def test_a_service_without_connection_is_left_alone_where_nothing_is_to_be_done() -> None:
    assert planned(wish(description=""), current_of(NEW)).action == plan.NONE


def test_a_service_without_connection_can_be_restored() -> None:
    assert planned(Desired("s"), current_of(NEW, True)).action == plan.RESTORED


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


# ---- what a PUT can and can't do


@pytest.mark.parametrize(
    ("values", "put"),
    [
        pytest.param({"tags": (TIER,)}, False, id="tags are only patched"),
        pytest.param({"tags": ()}, False, id="clearing tags"),
        pytest.param({"owners": ()}, False, id="clearing owners"),
        pytest.param({"domains": ()}, False, id="clearing domains"),
        pytest.param({"owners": (), "domains": (), "tags": ()}, False, id="clearing all three"),
        pytest.param({"owners": (TEAM,)}, True, id="setting owners"),
        pytest.param({"domains": (DOMAIN2,)}, True, id="setting domains"),
        pytest.param({"data_products": ()}, True, id="clearing data products"),
        pytest.param({"description": ""}, True, id="clearing the description"),
        pytest.param({"description": "new", "display_name": "new"}, True, id="texts"),
        pytest.param({"tags": (TIER,), "description": "new"}, False, id="tags take something else along"),
        pytest.param({"tags": (TIER,), "connection": OTHER["connection"]}, True, id="tags and the connection"),
    ],
)
def test_what_needs_a_put(values: dict[str, Any], put: bool) -> None:
    """A bot sends one for the connection only: it would keep descriptions back, and a PATCH carries all the rest."""
    current = whole(NEW) if "data_products" in values else whole(NEW, data_products=())
    assert planned(wish(**values), current, policy=ADMIN).put == put
    assert planned(wish(**values), current, policy=BOT).put == ("connection" in values)


@SERVERS
def test_a_put_carries_over_everything_that_it_would_wipe(server: Server) -> None:
    body = plan.create_request(wish(display_name="new"), whole(server), server, BOT)
    expected: dict[str, Any] = {
        "name": "s",
        "serviceType": "Metabase",
        "displayName": "new",
        "description": "Words",
        "connection": {"config": CONFIG},
    }
    if server is NEW:
        expected["dataProducts"] = ["RecProduct"]
    # Owners, domains and tags that the task leaves out are kept by the server.
    assert body == expected


def test_a_put_sends_masks_for_a_connection_that_the_task_leaves_out() -> None:
    body = plan.create_request(wish(display_name="n"), current_of(NEW, connection=masked()), NEW, ADMIN)
    assert body["connection"] == {"config": masked()}


def test_a_put_fills_in_a_type_that_the_stored_connection_lacks() -> None:
    body = plan.create_request(wish(), current_of(NEW, connection={"hostPort": "http://h"}), NEW, ADMIN)
    assert body["connection"]["config"]["type"] == "Metabase"


def test_an_ingestion_runner_is_carried_over() -> None:
    entity = {
        **whole(NEW).entity,
        "ingestionRunner": {"id": "r-1", "type": "ingestionRunner", "name": "r", "href": "x"},
    }
    body = plan.create_request(wish(description="n"), Current.from_entity(entity, NEW), NEW, BOT)
    assert body["ingestionRunner"] == {"id": "r-1", "type": "ingestionRunner"}


@SERVERS
def test_a_post_holds_everything_under_the_names_of_the_release(server: Server) -> None:
    values = {option: value for option, value in OTHER.items() if server.has(FIELD[option])}
    body = plan.create_request(wish(**values), None, server, ADMIN)
    tags = [{"tagFQN": "Tier.Tier1", "source": "Classification", "labelType": "Manual", "state": "Confirmed"}]
    common = {
        "name": "s",
        "serviceType": "Metabase",
        "displayName": "Other",
        "description": "Other words",
        "connection": {"config": {"type": "Metabase", **OTHER["connection"]}},
        "tags": tags,
    }
    team = {"id": "t-1", "type": "team"}
    if server is OLD:
        assert body == {**common, "owner": team, "domain": "RecDomain2"}
    else:
        assert body == {**common, "owners": [team], "domains": ["RecDomain2"], "dataProducts": ["RecProduct2"]}


@SERVERS
def test_a_post_without_connection_still_has_its_type(server: Server) -> None:
    body = plan.create_request(wish(), None, server, ADMIN)
    assert body == {"name": "s", "serviceType": "Metabase", "connection": {"config": {"type": "Metabase"}}}


@pytest.mark.parametrize("option", ["data_products"])
def test_a_release_that_lacks_a_field_is_not_sent_it(option: str) -> None:
    body = plan.create_request(wish(**{option: ()}), None, OLD, ADMIN)
    assert FIELD[option].api not in body


@SERVERS
def test_tags_are_never_in_a_put(server: Server) -> None:
    body = plan.create_request(wish(tags=(TIER,), description="new"), whole(server), server, BOT)
    assert "tags" not in body


# ---- the remainder


def left(desired: Desired, before: Current | None, after: Current, server: Server) -> list[dict[str, Any]]:
    return [dict(part.operation) for part in plan.remainder(desired, before, after, server)]


@SERVERS
def test_nothing_is_left_where_the_server_took_everything(server: Server) -> None:
    assert left(wish(description="Words"), whole(server), whole(server), server) == []
    assert left(wish(description="Words"), None, whole(server), server) == []


@SERVERS
def test_what_a_bots_put_kept_back_is_patched(server: Server) -> None:
    desired = wish(description="new", display_name="")
    assert left(desired, whole(server), whole(server), server) == [
        {"op": "remove", "path": "/displayName"},
        {"op": "add", "path": "/description", "value": "new"},
    ]


def test_clearing_and_setting_on_servers_with_single_owners() -> None:
    desired = wish(owners=(), domains=(DOMAIN2,), tags=())
    assert left(desired, whole(OLD), whole(OLD), OLD) == [
        {"op": "remove", "path": "/owner"},
        {"op": "add", "path": "/domain", "value": {"id": "d-2", "type": "domain"}},
        {"op": "add", "path": "/tags", "value": []},
    ]


def test_clearing_and_setting_on_servers_with_lists() -> None:
    desired = wish(owners=(), domains=(DOMAIN2,), tags=(TIER,), data_products=())
    assert left(desired, whole(NEW), whole(NEW), NEW) == [
        {"op": "add", "path": "/owners", "value": []},
        {"op": "add", "path": "/domains", "value": [{"id": "d-2", "type": "domain"}]},
        {"op": "add", "path": "/tags", "value": [TIER.to_api()]},
        {"op": "add", "path": "/dataProducts", "value": []},
    ]


@SERVERS
@OPTIONS
def test_what_a_put_lost_though_the_task_left_it_out_is_put_back(option: str, server: Server) -> None:
    if option == "connection" or not server.has(FIELD[option]):
        return
    after = current_of(
        server, **{name: value for name, value in STORED.items() if name != option and server.has(FIELD[name])}
    )
    (operation,) = left(wish(), whole(server), after, server)
    assert (operation["op"], operation["path"]) == ("add", f"/{server.api_name(FIELD[option])}")


@SERVERS
def test_the_connection_is_never_patched(server: Server) -> None:
    after = current_of(server, connection={**CONFIG, "hostPort": "http://kept"})
    assert left(wish(connection=CONFIG), current_of(server, connection=CONFIG), after, server) == []


def test_the_fields_of_the_connection_that_were_not_taken_are_named() -> None:
    after = current_of(NEW, connection={**CONFIG, "hostPort": "http://kept"})
    assert plan.connection_remainder(wish(connection=CONFIG), after, NEW, BOT) == ["connection.hostPort"]
    assert plan.connection_remainder(wish(connection=CONFIG), current_of(NEW, connection=masked()), NEW, ADMIN) == []
    assert plan.connection_remainder(wish(), after, NEW, BOT) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"entityStatus": "Approved"}, {"entityStatus": "Unprocessed"},
         [{"op": "add", "path": "/entityStatus", "value": "Approved"}]),
        ({"entityStatus": "Approved"}, {"entityStatus": "Approved"}, []),
        ({"entityStatus": "Approved"}, {}, []),
        ({}, {"entityStatus": "Unprocessed"}, []),
    ],
)  # fmt: skip
def test_an_entity_status_that_a_put_reset_is_put_back(
    before: dict[str, str], after: dict[str, str], expected: list[dict[str, Any]]
) -> None:
    one, two = (Current.from_entity({**whole(NEW).entity, **members}, NEW) for members in (before, after))
    assert left(wish(), one, two, NEW) == expected


def test_an_escaped_description_is_not_a_remainder() -> None:
    after = current_of(NEW, connection=CONFIG, description="&#39;a&#39; &amp; b")
    assert left(wish(description="'a' & b"), None, after, NEW) == []


def test_an_escaped_description_is_shown_as_it_is_stored() -> None:
    todo = planned(wish(description="'a' & b"), current_of(NEW, connection=CONFIG, description="&#39;a&#39; &amp; b"))
    assert (todo.action, todo.after["description"]) == (plan.NONE, "&#39;a&#39; &amp; b")


@pytest.mark.parametrize("label_type", ["Derived", "Propagated"])
def test_derived_labels_are_neither_drift_nor_sent(label_type: str) -> None:
    entity = {**whole(NEW).entity, "tags": [PII.to_api(), {**TIER.to_api(), "labelType": label_type}]}
    current = Current.from_entity(entity, NEW)
    assert planned(wish(tags=(PII,)), current).action == plan.NONE
    (operation,) = left(wish(tags=(Tag("A.b"),)), current, current, NEW)
    assert [label["tagFQN"] for label in operation["value"]] == ["A.b"]


@pytest.mark.parametrize("option", ["owners", "domains", "data_products"])
def test_inherited_references_are_no_drift(option: str) -> None:
    member = NEW.api_name(FIELD[option])
    inherited = {"id": "x", "type": "user", "name": "boss", "fullyQualifiedName": "boss", "inherited": True}
    stored = whole(NEW) if option == "data_products" else whole(NEW, data_products=())
    entity = {**stored.entity, member: [*stored.entity[member], inherited]}
    todo = planned(wish(**{option: STORED[option]}), Current.from_entity(entity, NEW))
    assert todo.action == plan.NONE
    assert planned(wish(**{option: ()}), Current.from_entity({**entity, member: [inherited]}, NEW)).action == plan.NONE


@pytest.mark.parametrize("option", ["owners", "tags", "domains"])
def test_the_order_of_a_list_is_no_drift(option: str) -> None:
    pairs = {"owners": (JOE, TEAM), "tags": (PII, TIER), "domains": (DOMAIN, DOMAIN2)}
    current = whole(NEW, **{option: pairs[option]})
    assert planned(wish(**{option: pairs[option][::-1]}), current).action == plan.NONE


# ---- absent


@pytest.mark.parametrize(
    ("deleted", "hard", "action"),
    [(False, False, plan.DELETED), (False, True, plan.PURGED), (True, False, plan.NONE), (True, True, plan.PURGED)],
)
def test_how_a_service_goes(deleted: bool, hard: bool, action: str) -> None:
    todo = plan.absent(Desired("s"), current_of(NEW, deleted, connection=CONFIG), NEW, hard)
    assert todo.action == action
    if action == plan.DELETED:
        assert todo.changed_fields == ["deleted"]
    if action == plan.PURGED:
        assert todo.after == {}
        assert todo.changed_fields == sorted(todo.before)


@pytest.mark.parametrize("hard", [False, True])
def test_an_absent_service_stays_absent(hard: bool) -> None:
    assert plan.absent(Desired("s"), None, NEW, hard).action == plan.NONE


# ---- views and predictions


@SERVERS
def test_a_view_hides_secrets_and_leaves_out_what_is_empty(server: Server) -> None:
    current = current_of(server, connection=CONFIG, description="", owners=(JOE,))
    assert plan.view(current, server) == {
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
    assert plan.view(current, NEW)["connection.supportsMetadataExtraction"] is False
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
