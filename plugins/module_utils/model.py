# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resource as the task wants it and as the server holds it, and what the server's release makes of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection, dates
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput, UnexpectedAnswer
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    KEPT,
    SERVERS_OWN,
    Field,
    FieldType,
    Resource,
)

# Labels that the server derives by itself; it makes them anew on each write, so they are neither wanted nor drift.
_QUOTED = re.compile(r'"[^"]+"')
_LAST_SEGMENT = re.compile(r'(.+)\.("[^"]+"|[^"]+?)')
_DERIVED = frozenset({"Derived", "Propagated"})


@dataclass(frozen=True)
class Server:
    """A server's release, as `GET /system/version` tells it, and what follows from it for one kind of resource."""

    text: str
    resource: Resource

    @property
    def version(self) -> connection.Version:
        """`(1, 2, 0)` for `1.2.0-SNAPSHOT`."""
        return connection.parse_version(self.text)

    def has(self, item: Field) -> bool:
        """Whether this release knows a field of this kind."""
        return self.version >= self.resource.since_of(item)

    def holds_many(self, item: Field) -> bool:
        """Whether a field holds a list here (owners since 1.5, domains since 1.9), not one value."""
        return not item.singular or self.version >= item.plural_since

    def api_name(self, item: Field) -> str:
        """What this release calls a field."""
        return item.api if self.holds_many(item) else item.singular

    @property
    def query_fields(self) -> str:
        """The `fields` to ask for; an unknown one would be refused (server 1.2)."""
        asked = [self.api_name(item) for item in self.resource.fields if item.targets and self.has(item)]
        return ",".join(asked + (["ingestionRunner"] if "ingestionRunner" in self.carried else []))

    @property
    def carried(self) -> tuple[str, ...]:
        """Members that a create request here can hold, and that a PUT wipes when it doesn't."""
        return tuple(name for name, since in self.resource.carried.items() if self.version >= since)

    def service_type(self, name: str) -> connection.ServiceType:
        """A type of this kind as this release has it."""
        return self.resource.service_type(name, self.version)

    @property
    def config(self) -> str:
        """The option that holds the config."""
        return self.resource.config.option

    @property
    def escapes_descriptions(self) -> bool:
        """From 1.13 on a PUT stores descriptions with HTML entities in place of quotes and the like."""
        return self.version >= (1, 13)

    @property
    def needs_domain_for_products(self) -> bool:
        """From 1.10 on a service with data products must have a domain."""
        return self.version >= (1, 10) and not self.resource.patched

    @property
    def takes_no_connection(self) -> bool:
        """Whether what is stored without a config can be changed.

        Before 1.4 a service stored without a connection answers 500 to every change and restore (server 1.2). What is
        changed by PATCH alone must have a config, too.
        """
        return self.version >= (1, 4) and not self.resource.patched

    @property
    def matches_versions(self) -> bool:
        """From 1.9 on a PATCH with If-Match is refused when somebody else wrote in between."""
        return self.version >= (1, 9)


@dataclass(frozen=True)
class Reference:
    """An owner, a domain, a data product, or what something belongs to. `name` is the name that tasks use, qualified
    where it can be.
    """

    type: str
    id: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes two references equal."""
        return (self.type, self.id)

    def to_api(self) -> dict[str, str]:
        """An entity reference; without `id` the server answers 400."""
        return {"id": self.id, "type": self.type}


@dataclass(frozen=True)
class Tag:
    """A classification tag or glossary term on a service."""

    name: str
    source: str = "Classification"
    label_type: str = "Manual"
    state: str = "Confirmed"

    @property
    def key(self) -> str:
        """What makes two labels equal."""
        return self.name

    def to_api(self) -> dict[str, str]:
        """A tag label."""
        return {"tagFQN": self.name, "source": self.source, "labelType": self.label_type, "state": self.state}


@dataclass(frozen=True)
class Desired:
    """What a task asks for. `values` holds the given options only: `""` and `[]` clear, what is missing stays.

    Before `resolved` the values are the task's; afterwards lists hold `Reference` and `Tag`. `parent` is the qualified
    name of what it belongs to, if it belongs to anything; `actions` are what else the task asks for.
    """

    name: str
    type: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    actions: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInput("name is empty.", "Give it a name.")

    @property
    def key(self) -> str:
        """What it is found by among those of its kind: its name, qualified where it belongs to something."""
        return f"{self.parent}.{qualified(self.name)}" if self.parent else self.name

    @property
    def qualified(self) -> str:
        """Its fully qualified name."""
        return self.key if self.parent else qualified(self.name)

    def resolved(self, values: Mapping[str, Any]) -> Desired:
        """The same wish with names replaced by what they stand for."""
        return replace(self, values={**self.values, **values})


@dataclass(frozen=True)
class Current:
    """A resource as the server holds it. `values` has all of its fields; the config is None when none is stored.

    `entity` is the server's JSON, in which secrets may be in clear: nothing of it leaves but through `redact.py`.
    `kind` is its type as the server's release has it.
    """

    id: str
    name: str
    type: str
    version: float
    deleted: bool
    values: Mapping[str, Any]
    entity: Mapping[str, Any] = field(repr=False)
    kind: connection.ServiceType = field(repr=False)
    resource: Resource = field(repr=False)

    @property
    def key(self) -> str:
        """What it is found by among those of its kind, as `Desired.key`."""
        return str(self.entity.get("fullyQualifiedName")) if self.resource.patched else self.name

    @property
    def config(self) -> Any:
        """Its config, or None."""
        return self.values[self.resource.config.option]

    @classmethod
    def from_entity(cls, entity: Mapping[str, Any], server: Server, before: Current | None = None) -> Current:
        """Read an answer of the server. A member that isn't in the answer keeps the value it had `before`.

        Answers to POST and PUT leave tags out on 1.2, and newer servers may leave out lists.
        """
        try:
            return cls._from_entity(entity, server, before)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            said = f"the server's answer is no {server.resource.label} as OpenMetadata {server.text} has it"
            raise UnexpectedAnswer(f"{said} ({type(error).__name__}).") from None

    @classmethod
    def _from_entity(cls, entity: Mapping[str, Any], server: Server, before: Current | None) -> Current:
        resource, values = server.resource, {}
        for item in resource.fields:
            member = server.api_name(item)
            missing = member not in entity and bool(item.targets) and server.holds_many(item)
            values[item.option] = before.values[item.option] if missing and before else _stored(item, entity, server)
        id_ = _text(entity["id"])
        if not id_.isascii() or not id_ or not entity["name"]:
            raise ValueError
        for changes in (entity.get("changeDescription") or {}).values():
            if isinstance(changes, list) and not all(isinstance(change, Mapping) for change in changes):
                raise TypeError
        return cls(
            id=id_,
            name=_text(entity["name"]),
            type=str(entity.get(resource.type_api)),
            version=float(entity.get("version") or 0),
            deleted=bool(entity.get("deleted")),
            values=values,
            entity=entity,
            kind=server.service_type(str(entity.get(resource.type_api))),
            resource=resource,
        )

    @classmethod
    def nothing(cls, desired: Desired, server: Server) -> Current:
        """What stands in for something that isn't there yet."""
        resource, type_ = server.resource, str(desired.type)
        empty: dict[str, Any] = {item.option: _stored(item, {}, server) for item in resource.fields}
        entity = {"fullyQualifiedName": desired.qualified}
        kind = server.service_type(type_)
        return cls(
            "", desired.name, type_, 0.0, deleted=False, values=empty, entity=entity, kind=kind, resource=resource
        )

    def named(self, desired: Desired) -> Current:
        """The same with the names of references that an answer to PATCH leaves out (server 1.2)."""
        names = {
            member.key: member
            for item in self.resource.fields
            if item.type is FieldType.REFERENCES
            for member in desired.values.get(item.option, ())
        }
        values = {
            item.option: tuple(member if member.name else names.get(member.key, member) for member in value)
            if item.type is FieldType.REFERENCES
            else value
            for item, value in ((item, self.values[item.option]) for item in self.resource.fields)
        }
        return replace(self, values=values)

    def strangers(self, server: Server) -> dict[str, Any]:
        """Members that neither a create request nor this collection knows, as servers newer than it have them."""
        known = {*SERVERS_OWN, *KEPT, *server.carried, *(server.api_name(item) for item in self.resource.fields)}
        return {
            name: value for name, value in self.entity.items() if name not in known and value not in connection.EMPTY
        }

    def result(self) -> dict[str, Any]:
        """The resource in the collection's own words, for results: snake_case, one form for all releases."""
        return {
            "id": self.id,
            "name": self.name,
            "fully_qualified_name": self.entity.get("fullyQualifiedName") or qualified(self.name),
            **self._of_parent(),
            self.resource.type_option: self.type,
            **{item.option: self._told(item) for item in self.resource.fields},
            "version": self.version,
            "updated_at": self.entity.get("updatedAt"),
            "updated_by": self.entity.get("updatedBy"),
            "deleted": self.deleted,
            "href": self.entity.get("href"),
        }

    def _of_parent(self) -> dict[str, Any]:
        """What is told of something that belongs to a service: its kind, and whether the server made it for itself."""
        if not self.resource.patched:
            return {}
        return {"service_kind": self.resource.kind, "provider": self.entity.get("provider") or "user"}

    def _told(self, item: Field) -> Any:
        """A field's value in results: secrets hidden, members by their names, and whole where these aren't enough."""
        value = self.values[item.option]
        if item.type in (FieldType.TEXT, FieldType.SETTING):
            return value
        if item.type is FieldType.CONFIG:
            return None if value is None else connection.redacted(self.kind, value)
        if item.type is FieldType.PARENT:
            return value and value.name
        if item.type is FieldType.REFERENCES and len(item.targets) > 1:
            return [vars(member) for member in value]
        return [member.name for member in value]


def _text(value: Any) -> str:
    """A text that UTF-8 can hold. Raises TypeError or ValueError for anything else."""
    if not isinstance(value, str):
        raise TypeError
    value.encode("utf-8")
    return value


def _stored(item: Field, entity: Mapping[str, Any], server: Server) -> Any:
    """What an entity holds for an option."""
    if item.lost_by_restore and (entity.get("deleted") or restored_last(entity)):
        return False
    holder = (entity.get(item.within) or {}) if item.within else entity
    member = holder.get(server.api_name(item))
    if item.type is FieldType.SETTING:
        return (_setting(item, member) if member is not None else item.default) if server.has(item) else None
    return _read(item, member)


def restored_last(entity: Mapping[str, Any]) -> bool:
    """Whether the last change to an entity restored it, alone or with what it belongs to."""
    return changed_last(entity).get("deleted", (None, None)) == (True, False)


def changed_last(entity: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the last change to an entity updated, and from what to what."""
    updated = (entity.get("changeDescription") or {}).get("fieldsUpdated") or ()
    return {str(change.get("name")): (change.get("oldValue"), change.get("newValue")) for change in updated}


def _setting(item: Field, member: Any) -> Any:
    """A scalar in the form that tasks give it; dates come as milliseconds since 1970 (server 1.2)."""
    if item.scalar == "date":
        return dates.from_api(member)
    return {"int": int, "bool": bool}.get(item.scalar, _text)(member)


def _read(item: Field, member: Any) -> Any:
    """A member of an entity as the value of an option."""
    if item.type is FieldType.TEXT:
        return _text(member or "")
    if item.type is FieldType.PARENT:
        return _parent(member) if member else None
    if item.type is FieldType.CONFIG:
        config = (member or {}).get("config")
        return dict(config) if config else None
    members = member if isinstance(member, list) else [member] if member else []
    if item.type is FieldType.TAGS:
        labels = [
            Tag(_text(label["tagFQN"]), label.get("source", ""), label.get("labelType", ""), label.get("state", ""))
            for label in members
        ]
        return tuple(label for label in labels if label.label_type not in _DERIVED)
    return tuple(_reference(item, reference) for reference in members if not reference.get("inherited"))


def _parent(member: Mapping[str, Any]) -> Reference:
    """What something belongs to, by its plain name where that is all of its qualified one."""
    name = _text(member.get("fullyQualifiedName") or member.get("name") or "")
    return Reference(_text(member["type"]), _text(member["id"]), plain(name))


def _reference(item: Field, reference: Mapping[str, Any]) -> Reference:
    name = reference.get("fullyQualifiedName") if item.by_name else reference.get("name")
    type_ = _text(reference.get("type") or item.targets[0])
    return Reference(type_, _text(reference["id"]), _text(name or reference.get("name") or ""))


def qualified(name: str) -> str:
    """A name as a fully qualified one: quoted when it holds a dot."""
    return f'"{name}"' if "." in name else name


def plain(name: str) -> str:
    """A qualified name that is quoted as a whole, as people write it; any other as it is."""
    return name[1:-1] if _QUOTED.fullmatch(name) else name


def wish_of(resource: Resource, key: str) -> Desired:
    """The wish that names what is found by a key, and asks for nothing else."""
    if not resource.patched:
        return Desired(key)
    parent, name = _LAST_SEGMENT.fullmatch(key).groups()  # type: ignore[union-attr]
    return Desired(plain(name), parent=parent)
