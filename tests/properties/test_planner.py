# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner alone: no request, no server; for every release, what is read, wished for and written fits together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import (
    connection,
    field_values,
    model,
    plan,
    remainder,
)
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Policy
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS, Field, FieldType
from dashboards import DASHBOARDS
from properties import strategies
from properties.counting import count, scaled
from properties.world import CANARY

Json = dict[str, Any]
RELEASES = ("1.2.0-SNAPSHOT", "1.3.1", "1.5.15", "1.7.2", "1.9.17", "1.10.4", "1.13.6", "2.0.7")


def member(item: Field, name: str) -> Any:
    """A reference or tag as a server knows it."""
    target = next(target for target in item.targets if name in strategies.POOL[target])
    if item.type is FieldType.TAGS:
        return model.Tag(name, "Glossary" if target == "glossaryTerm" else "Classification")
    return model.Reference(target, f"id-of-{name}", name)


def resolved(item: Field, value: Any) -> Any:
    """A value of an option as the planner gets it."""
    if item.type is FieldType.TEXT:
        return value
    names = [each if isinstance(each, str) else each["name"] for each in value]
    return tuple(member(item, name) for name in names)


@st.composite
def desires(draw: strategies.Draw, server: Server, service_type: str, config: Json | None) -> Desired:
    """A wish with its names resolved."""
    given_options = draw(strategies.options(server))
    values = {
        item.option: resolved(item, given_options[item.option]) for item in FIELDS if item.option in given_options
    }
    if config is None:
        values["connection"] = draw(strategies.connections(service_type, server))
    elif draw(st.booleans()):
        values["connection"] = draw(strategies.near(service_type, config, server))
    return Desired("sales", service_type, values)


@st.composite
def situations(draw: strategies.Draw, server: Server) -> tuple[Current, Desired, Policy]:
    """A stored service, masked or not, a wish and how secrets are treated."""
    service_type = draw(strategies.types(server))
    config = draw(strategies.connections(service_type, server))
    stored = draw(strategies.stored_values(server))
    values = {item.option: resolved(item, stored[item.option]) for item in FIELDS if item.option in stored}
    readable = draw(st.booleans())
    entity = body_of(Desired("sales", service_type, {**values, "connection": config}), server, readable)
    entity["deleted"] = draw(st.booleans())
    policy = Policy(keep_secrets=draw(st.booleans()), secrets_readable=readable)
    return Current.from_entity(entity, server), draw(desires(server, service_type, config)), policy


def body_of(desired: Desired, server: Server, readable: bool) -> Json:
    """An entity as a server answers with it."""
    kind = DASHBOARDS.service_type(str(desired.type), server.version)
    config = connection.filled(kind, desired.values["connection"])
    if not readable:
        config = masked(kind, config)
    entity: Json = {"id": "id", "name": desired.name, "serviceType": desired.type, "version": 0.1}
    entity["connection"] = {"config": config}
    for item in FIELDS:
        value = desired.values.get(item.option)
        if item.type is not FieldType.CONFIG and value and server.has(item):
            entity[server.api_name(item)] = answered(item, value, server)
    return entity


def answered(item: Field, value: Any, server: Server) -> Any:
    """A value as a server answers with it."""
    if item.type is FieldType.TEXT:
        return value
    if item.type is FieldType.TAGS:
        return [tag.to_api() for tag in value]
    members = [{**each.to_api(), "name": each.name, "fullyQualifiedName": each.name} for each in value]
    return members if server.holds_many(item) else members[0]


def masked(kind: connection.ServiceType, config: Json) -> Json:
    """A connection as everybody but a bot sees it: the fields of passwords hidden, others with telling names not."""

    def hide(node: connection.Node, value: Any) -> Any:
        node = connection.select(node, value)
        if isinstance(value, Mapping):
            return {key: hide(connection.child(node, key), member) for key, member in value.items()}
        return MASK if "secret" in node and isinstance(value, str) else value

    hidden: Json = hide(kind.root, config)
    return hidden


@pytest.mark.parametrize("release", RELEASES)
def test_the_planner(release: str) -> None:
    server = Server(release, DASHBOARDS)

    @settings(max_examples=scaled(15, 80))
    @given(situations(server))
    def check(situation: tuple[Current, Desired, Policy]) -> None:
        current, desired, policy = situation
        untouched = json.dumps([current.entity, str(desired)], sort_keys=True, default=str)
        try:
            todo = plan.present(desired, current, server, policy)
        except InvalidInput:
            count()
            return
        assert (todo.action == plan.NONE) == (todo.before == todo.after)
        assert bool(todo.changed_fields) == (todo.action != plan.NONE)
        assert todo.action == plan.RESTORED or not current.deleted
        assert CANARY not in json.dumps([todo.before, todo.after])
        # Nothing that the wish leaves out differs between the two sides.
        named = {"deleted", *desired.values}
        assert all(name.split(".")[0] in named for name in todo.changed_fields)
        assert json.dumps([current.entity, str(desired)], sort_keys=True, default=str) == untouched
        check_writing(current, desired, todo, server, policy)
        count()

    check()


def check_writing(current: Current, desired: Desired, todo: plan.Plan, server: Server, policy: Policy) -> None:
    """What would be sent brings the wish about, keeps the rest, and leaves nothing to do."""
    body = plan.create_request(desired, current, server, policy)
    restored = Current.from_entity({**current.entity, "deleted": False}, server)
    after = put(restored, body, server) if todo.put else restored
    for part in remainder.remainder(desired, current, after, server, plan.Policy()):
        entity = dict(after.entity)
        name = part.operation["path"][1:]
        if part.operation["op"] == "remove":
            del entity[name]
        else:
            entity[name] = part.operation["value"]
        after = Current.from_entity(entity, server)
    assert not remainder.remainder(desired, current, after, server, plan.Policy())
    for item in FIELDS:
        if item.type is not FieldType.CONFIG:
            wanted = desired.values.get(item.option, current.values[item.option])
            assert field_values.same(item, wanted, after.values[item.option], server), item.option
    again = plan.present(desired, after, server, policy)
    assert again.action == plan.NONE, again.changed_fields
    assert not again.put or again.unverified


def put(stored: Current, body: Json, server: Server) -> Current:
    """What an ordinary user's PUT makes of a service: omitted texts and data products go, other omitted members stay.

    Source: openmetadata-api, "What PUT does to each field" (measured on 1.2, read for newer releases).
    """
    entity: Json = {name: stored.entity[name] for name in ("id", "name", "serviceType", "version")}
    kind = stored.kind
    sent = body["connection"]["config"]
    secrets = dict(connection.secrets(kind, stored.values["connection"]))
    unmasked = {path: secrets.get(path) for path, value in connection.secrets(kind, sent) if value == MASK}
    assert None not in unmasked.values(), f"a mask would be stored as a secret: {unmasked}"
    hidden = MASK in secrets.values()
    entity["connection"] = {"config": masked(kind, connection.filled(kind, sent)) if hidden else sent}
    for item in FIELDS:
        name = server.api_name(item)
        given_member = body.get(name)
        if item.type is FieldType.CONFIG:
            continue
        if given_member:
            names = {each["id"]: each for each in _listed(stored.entity.get(name))}
            entity[name] = _answer(item, given_member, names, server)
        elif name in stored.entity and not item.wiped:
            entity[name] = stored.entity[name]
    return Current.from_entity(entity, server)


def _listed(value: Any) -> list[Any]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict) and "id" in each]


def _answer(item: Field, sent: Any, known: Json, server: Server) -> Any:
    """What a server answers with for a member of a create request, in which some references are names."""
    if item.type is FieldType.TEXT or item.type is FieldType.TAGS:
        return sent
    members = []
    for each in sent if isinstance(sent, list) else [sent]:
        if isinstance(each, str):
            members.append({"id": f"id-of-{each}", "type": item.targets[0], "name": each, "fullyQualifiedName": each})
        else:
            members.append(known.get(each["id"], {**each, "name": each["id"].removeprefix("id-of-")}))
    return members if server.holds_many(item) else members[0]
