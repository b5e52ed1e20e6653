# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to the server: whole requests, and the patches for what they left undone."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import plan, remainder
from ansible_collections.community.openmetadata.plugins.module_utils.model import (
    Current,
    Desired,
    Server,
    Tag,
)
from dashboards import DASHBOARDS
from unit.plugins.plans import (
    ADMIN,
    BOT,
    CONFIG,
    DOMAIN,
    DOMAIN2,
    FIELD,
    JOE,
    NEW,
    OLD,
    OPTIONS,
    OTHER,
    PII,
    SERVERS,
    STORED,
    TEAM,
    TIER,
    current_of,
    masked,
    planned,
    whole,
    wish,
)

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


def test_a_post_without_connection_has_none_where_the_server_can_change_such_a_service() -> None:
    assert plan.create_request(wish(), None, NEW, ADMIN) == {"name": "s", "serviceType": "Metabase"}
    placeholder = {"name": "s", "serviceType": "Metabase", "connection": {"config": {"type": "Metabase"}}}
    assert plan.create_request(wish(connection={}), None, NEW, ADMIN) == placeholder
    for server in (OLD, Server("1.3.4", DASHBOARDS)):
        assert plan.create_request(wish(), None, server, ADMIN) == placeholder


def test_what_a_create_request_can_hold_is_carried_along() -> None:
    style = {"color": "#123456", "iconURL": "http://i"}
    runner = {"id": "r-1", "type": "ingestionRunner", "name": "r", "href": "http://r"}
    current = whole(NEW)
    stored = Current.from_entity({**current.entity, "style": style, "ingestionRunner": runner}, NEW)
    body = plan.create_request(wish(description="d"), stored, NEW, ADMIN)
    assert body["style"] == style
    assert body["ingestionRunner"] == {"id": "r-1", "type": "ingestionRunner"}
    assert "style" not in plan.create_request(wish(description="d"), stored, Server("1.13.6", DASHBOARDS), ADMIN)


def test_what_no_create_request_can_hold_is_a_reason_to_patch_and_is_put_back() -> None:
    attributes = {"cost_center": "42"}
    newer = Server("2.1.0", DASHBOARDS)
    stored = Current.from_entity({**whole(NEW).entity, "serviceAttributes": attributes}, newer)
    assert planned(wish(description="d"), whole(NEW), newer, ADMIN).put
    assert not planned(wish(description="d"), stored, newer, ADMIN).put
    wiped = whole(NEW)
    (left,) = remainder.remainder(wish(connection=CONFIG), stored, wiped, newer, ADMIN)
    assert left.operation == {"op": "add", "path": "/serviceAttributes", "value": attributes}
    assert remainder.remainder(wish(connection=CONFIG), stored, stored, newer, ADMIN) == []


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
    return [dict(part.operation) for part in remainder.remainder(desired, before, after, server, ADMIN)]


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
    assert remainder.connection_remainder(wish(connection=CONFIG), after, NEW, BOT) == ["connection.hostPort"]
    assert (
        remainder.connection_remainder(wish(connection=CONFIG), current_of(NEW, connection=masked()), NEW, ADMIN) == []
    )
    assert remainder.connection_remainder(wish(), after, NEW, BOT) == []


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
