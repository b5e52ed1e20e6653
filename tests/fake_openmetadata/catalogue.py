# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection classes of a release: fields, defaults, secrets and the conversion of what a client sent.

Built from the published schemas in tools/connection-schemas.json and, where a release differed from them, from
data/corrections.json (read off the models and schemas published with that release; 1.2 stands for its last patch).
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .values import ConversionError, to_boolean, to_integer, to_string, to_uri

SCHEMAS = Path(__file__).resolve().parents[2] / "tools" / "connection-schemas.json"
CORRECTIONS = Path(__file__).resolve().parent / "data" / "corrections.json"
Version = tuple[int, int]


@dataclass
class Shape:
    """A field's type. `kind` is one of string, uri, boolean, integer, enum, array, map, object, choice, any.

    An `open` object takes members that it doesn't know.
    """

    kind: str
    default: Any = None
    secret: bool = False
    values: tuple[str, ...] = ()
    items: Shape | None = None
    open: bool = False
    members: dict[str, Shape] = field(default_factory=dict)
    choices: list[Shape] = field(default_factory=list)


_ANY = Shape("any")


def parse_version(text: str) -> Version:
    """(major, minor) of "1.5" or "<=1.5"; the latter has always been there."""
    if text.startswith("<="):
        return (0, 0)
    major, minor = text.split(".")[:2]
    return (int(major), int(minor))


class _Builder:
    """Builds the shapes of one service type for one release."""

    def __init__(self, name: str, published: dict[str, Any], corrections: dict[str, Any], version: Version) -> None:
        self.name = name
        self.schema = published["schema"]
        self.first = {path: parse_version(text) for path, text in published["field_first_seen"].items()}
        self.corrections = corrections
        self.version = version

    def build(self) -> Shape:
        return self.object(self.schema, self.name, [])

    def object(self, schema: dict[str, Any], key: str, path: list[str]) -> Shape:
        """Shape of an object; `key` is how corrections call it, `path` where it stands."""
        properties = dict(schema["properties"])
        for before, changes in self.corrections["before"].items():
            if self.version < parse_version(before) and key in changes:
                properties.update(changes[key].get("add", {}))
                for dropped in changes[key].get("drop", []):
                    properties.pop(dropped, None)
        defaults = self.corrections["defaults"].get(key, {})
        members = {}
        for name, node in properties.items():
            here = [*path, name]
            if self.first.get(".".join(here), (0, 0)) > self.version:
                continue
            members[name] = self.shape({**node, "default": defaults.get(name, node.get("default"))}, here)
        return Shape("object", open=schema.get("additionalProperties", True) is not False, members=members)

    def shape(self, node: dict[str, Any], path: list[str]) -> Shape:
        """Shape of a field."""
        default = node.get("default")
        where = ".".join([self.name, *path])
        if self._untyped(where):
            return Shape("any", default=default)
        shape = self._choice(node["anyOf"], where, path) if "anyOf" in node else self._plain(node, path)
        if default is not None:
            shape.default = copy.deepcopy(default)
        return shape

    def _untyped(self, where: str) -> bool:
        before = self.corrections["untyped_before"].get(where)
        return before is not None and self.version < parse_version(before)

    def _plain(self, node: dict[str, Any], path: list[str]) -> Shape:
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            target = self.schema["$defs"][name]
            if "properties" in target:
                return self.object(target, f"{self.name}#{name}", path)
            return self._plain(target, path)
        if "properties" in node:
            return self.object(node, "", path)
        kind = node.get("type", "any")
        if "enum" in node or "const" in node:
            return Shape("enum", values=tuple(node.get("enum") or [node["const"]]), default=node.get("default"))
        if kind == "array":
            return Shape("array", items=self._plain(node.get("items", {}), path))
        if kind == "object":
            return Shape("map" if node.get("additionalProperties") == {"type": "string"} else "any")
        if kind == "string" and node.get("format") == "uri":
            kind = "uri"
        return Shape(kind, default=node.get("default"), secret=node.get("format") == "password")

    def _choice(self, nodes: list[dict[str, Any]], where: str, path: list[str]) -> Shape:
        """Alternatives. Without a converter for them the server's class holds a plain object."""
        typed = self.corrections["typed_since"]
        if self.version < parse_version(typed.get(where, typed["*"])):
            return Shape("any")
        named = {node["$ref"].rsplit("/", 1)[1]: node for node in nodes if "$ref" in node}
        names = self.corrections["order"].get(where, list(named))
        for before, allowed in self.corrections["alternatives_before"].items():
            if self.version < parse_version(before) and where in allowed:
                names = [name for name in names if name in allowed[where]]
        choices = [self._plain(named[name], path) for name in names]
        if any(node.get("additionalProperties") is True for node in nodes):
            choices.append(Shape("object", open=True))
        return Shape("choice", choices=choices)


def convert(shape: Shape, value: Any) -> Any:
    """The value as the server's class holds it, with defaults filled in; None means no value.

    Raises ConversionError at the first member, in the order sent, that doesn't fit.
    """
    if value is None:
        return None
    simple: dict[str, Callable[[Any], Any]] = {
        "string": to_string,
        "uri": to_uri,
        "boolean": to_boolean,
        "integer": to_integer,
    }
    if shape.kind in simple:
        return simple[shape.kind](value)
    compound: dict[str, Callable[[Shape, Any], Any]] = {
        "object": _object,
        "choice": _chosen,
        "array": _array,
        "map": _map,
        "enum": _enum,
    }
    return compound[shape.kind](shape, value) if shape.kind in compound else value


def _object(shape: Shape, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConversionError
    converted = {}
    for name, member in value.items():
        if name in shape.members:
            converted[name] = convert(shape.members[name], member)
        elif shape.open:
            converted[name] = member
        else:
            raise ConversionError(name)
    for name, member_shape in shape.members.items():
        if name not in converted and member_shape.default is not None:
            converted[name] = copy.deepcopy(member_shape.default)
    return {name: member for name, member in converted.items() if member is not None}


def _chosen(shape: Shape, value: Any) -> Any:
    return convert(_choose(shape, value), value)


def _choose(shape: Shape, value: Any) -> Shape:
    """The first alternative that the value converts to, as the server tries them."""
    for choice in shape.choices:
        try:
            convert(choice, value)
        except ConversionError:
            continue
        return choice
    raise ConversionError


def _array(shape: Shape, value: Any) -> list[Any]:
    if not isinstance(value, list) or shape.items is None:
        raise ConversionError
    return [convert(shape.items, item) for item in value]


def _map(_shape: Shape, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ConversionError
    return {name: to_string(member) for name, member in value.items() if member is not None}


def _enum(shape: Shape, value: Any) -> str:
    if not isinstance(value, str) or value not in shape.values:
        raise ConversionError(text=f"Cannot construct instance of an enumeration, problem: {value}")
    return value


def map_secrets(shape: Shape, value: Any, change: Callable[[str, str], str], path: str = "") -> Any:
    """A copy of a converted value in which each secret is `change(path, secret)`.

    Secrets in lists and in objects without a class are out of sight, as on the server.
    """
    if shape.kind == "choice" and value is not None:
        shape = _choose(shape, value)
    if shape.kind != "object" or not isinstance(value, dict):
        return value
    result = {}
    for name, member in value.items():
        here = f"{path}.{name}" if path else name
        member_shape = shape.members.get(name, _ANY)
        if member_shape.secret and isinstance(member, str):
            result[name] = change(here, member)
        else:
            result[name] = map_secrets(member_shape, member, change, here)
    return result


class Catalogue:
    """The service types of a release."""

    def __init__(self, version: Version) -> None:
        """Read the schemas; a type's shapes are built when first used."""
        self.version = version
        self._corrections: dict[str, Any] = json.loads(CORRECTIONS.read_text(encoding="utf-8"))
        published: dict[str, Any] = json.loads(SCHEMAS.read_text(encoding="utf-8"))["service_types"]
        self._published = {**published, **self._corrections["gone"]}
        self.service_types = [name for name in self._published if self._has(name)]

    def _has(self, name: str) -> bool:
        """Does this release have a service type?"""
        data = self._published[name]
        first = parse_version(self._corrections["first_seen"].get(name, data["first_seen"]))
        return first <= self.version and not ("gone_in" in data and parse_version(data["gone_in"]) <= self.version)

    @functools.cached_property
    def _shapes(self) -> dict[str, Shape]:
        return {}

    def shape(self, service_type: str) -> Shape:
        """The connection class of a service type, which must be one of `service_types`."""
        if service_type not in self._shapes:
            builder = _Builder(service_type, self._published[service_type], self._corrections, self.version)
            self._shapes[service_type] = builder.build()
        return self._shapes[service_type]

    def convert(self, service_type: str, config: Any) -> Any:
        """A connection with defaults filled in. Raises ConversionError."""
        return convert(self.shape(service_type), config)

    def map_secrets(self, service_type: str, config: Any, change: Callable[[str, str], str]) -> Any:
        """A copy of a converted connection with its secrets changed; see map_secrets above."""
        return map_secrets(self.shape(service_type), config, change)
