# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Binding of request bodies to the server's request classes, and the wording of what doesn't fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import jsontext
from .errors import ApiError, bad_request
from .values import ConversionError, is_java_uri, java_hash, to_boolean, to_integer, to_string

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_TOKENS = {"object": ("Object", "START_OBJECT"), "array": ("Array", "START_ARRAY")}
Path = list[str | int]


@dataclass(eq=False)
class BindError(Exception):
    """A member doesn't fit. `after` tells whether the server points behind the token instead of at it."""

    text: str
    path: Path
    after: bool = False


@dataclass(frozen=True)
class JavaClass:
    """A request class: its name and, in the order of the schema, its members' binders."""

    name: str
    members: dict[str, Callable[[Any, Path], Any]] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)

    def __call__(self, value: Any, path: Path) -> Any:
        """Bind an object; None stays."""
        if value is None:
            return None
        if not isinstance(value, dict):
            raise BindError(_wrong_token(self.name, value), path)
        bound = {name: default for name, default in self.defaults.items() if name not in value}
        for name, member in value.items():
            here = [*path, name]
            if name not in self.members:
                known = ", ".join(f'"{one}"' for one in known_order(list(self.members)))
                text = (
                    f'Unrecognized field "{name}" (class {self.name}), not marked as ignorable '
                    f"({len(self.members)} known properties: {known}])"
                )
                raise BindError(text, here, after=True)
            bound[name] = self.members[name](member, here)
        return {name: member for name, member in bound.items() if member is not None}


def known_order(names: list[str]) -> list[str]:
    """The order in which the server's JSON library lists the members of a class: that of its hash table.

    Source: server 1.2's messages; Jackson keeps members in slots by hash code, a second area takes one collision for
    each pair of slots, and the rest spills over.
    """
    size = 8 if len(names) <= 5 else 16 if len(names) <= 12 else 32
    while size > 16 and size < len(names) + len(names) // 4:
        size *= 2
    slots: dict[int, str] = {}
    spilled = size + size // 2
    for name in names:
        slot = java_hash(name) & (size - 1)
        if slot in slots:
            slot = size + slot // 2
        if slot in slots:
            slot, spilled = spilled, spilled + 1
        slots[slot] = name
    return [slots[slot] for slot in sorted(slots)]


def _wrong_token(name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        word, token = _TOKENS["object" if isinstance(value, dict) else "array"]
        return f"Cannot deserialize value of type `{name}` from {word} value (token `JsonToken.{token}`)"
    kind, method = ("String", "String")
    shown = f"'{value}'"
    if isinstance(value, bool):
        kind, method, shown = "Boolean", "boolean/Boolean", str(value).lower()
    elif isinstance(value, int | float):
        kind, method, shown = "Number", "int/Int" if isinstance(value, int) else "double/Double", str(value)
    return (
        f"Cannot construct instance of `{name}` (although at least one Creator exists): "
        f"no {method}-argument constructor/factory method to deserialize from {kind} value ({shown})"
    )


def string(value: Any, path: Path) -> str | None:
    """Text; numbers and booleans are written out."""
    if value is None:
        return None
    try:
        return to_string(value)
    except ConversionError:
        raise BindError(_wrong_token("java.lang.String", value), path) from None


def uuid(value: Any, path: Path) -> str | None:
    """A UUID in its long form."""
    if value is None:
        return None
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.lower()
    if isinstance(value, dict | list):
        raise BindError(_wrong_token("java.util.UUID", value), path)
    text = (
        f'Cannot deserialize value of type `java.util.UUID` from String "{value}": '
        "UUID has to be represented by standard 36-char representation"
    )
    raise BindError(text, path)


def integer(value: Any, path: Path) -> int | None:
    """A whole number, or text of one."""
    if value is None:
        return None
    try:
        return to_integer(value)
    except ConversionError:
        text = f'Cannot deserialize value of type `java.lang.Integer` from String "{value}": not a valid Integer value'
        raise BindError(text, path) from None


def instant(value: Any, path: Path) -> int | None:
    """A date, with or without a time, as milliseconds since 1970; a number is taken for that already."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    try:
        moment = datetime.fromisoformat(str(string(value, path)))
    except ValueError:
        text = f'Cannot deserialize value of type `java.util.Date` from String "{value}": not a valid representation'
        raise BindError(text, path) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def boolean(value: Any, path: Path) -> bool | None:
    """A boolean or a word for one."""
    if value is None:
        return None
    try:
        return to_boolean(value)
    except ConversionError:
        text = (
            f'Cannot deserialize value of type `java.lang.Boolean` from String "{value}": '
            'only "true" or "false" recognized'
        )
        raise BindError(text, path) from None


def uri(value: Any, path: Path) -> str | None:
    """Text that is a URI."""
    text = string(value, path)
    if text is not None and not is_java_uri(text):
        raise BindError(f'Cannot deserialize value of type `java.net.URI` from String "{text}"', path)
    return text


def anything(value: Any, dummy: Path) -> Any:
    """Any JSON value."""
    return value


def an_object(value: Any, path: Path) -> dict[str, Any] | None:
    """Any JSON object."""
    if value is not None and not isinstance(value, dict):
        raise BindError(_wrong_token("java.lang.Object", value), path)
    return value


def enum(name: str, values: list[str]) -> Callable[[Any, Path], str | None]:
    """One of some words."""

    def bind(value: Any, path: Path) -> str | None:
        if value is None or (isinstance(value, str) and value in values):
            return value
        if isinstance(value, dict | list):
            raise BindError(_wrong_token(name, value), path)
        raise BindError(f"Cannot construct instance of `{name}`, problem: {string(value, path)}", path)

    return bind


def list_of(binder: Callable[[Any, Path], Any]) -> Callable[[Any, Path], list[Any] | None]:
    """A list; a single value isn't taken for one."""

    def bind(value: Any, path: Path) -> list[Any] | None:
        if value is None:
            return None
        if not isinstance(value, list):
            name = "java.util.ArrayList<java.lang.Object>"
            text = (
                _wrong_token(name, value)
                if isinstance(value, dict)
                else f"Cannot deserialize value of type `{name}` from {_scalar(value)}"
            )
            raise BindError(text, path)
        return [binder(item, [*path, index]) for index, item in enumerate(value)]

    return bind


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return f"Boolean value (token `JsonToken.VALUE_{str(value).upper()}`)"
    if isinstance(value, str):
        return "String value (token `JsonToken.VALUE_STRING`)"
    return "Integer value (token `JsonToken.VALUE_NUMBER_INT`)"


def bind(body: bytes, target: JavaClass, terse: bool = False) -> dict[str, Any] | None:
    """The body as a request, or None for an empty body or null.

    Raises ApiError 400: plain text for broken JSON, JSON for a member that doesn't fit, in which case `terse`
    servers only say `Invalid request format`.
    """
    if not body.strip():
        return None
    try:
        value = jsontext.loads(body)
    except jsontext.JsonSyntaxError as error:
        raise ApiError(400, str(error)) from None
    try:
        bound: dict[str, Any] | None = target(value, [])
    except BindError as error:
        raise bad_request("Invalid request format" if terse else _describe(body, target, error)) from None
    return bound


def _describe(body: bytes, target: JavaClass, error: BindError) -> str:
    node = jsontext.parse(body)
    for key in error.path:
        node = node.member(key)
    where = jsontext.location(body, node.after if error.after else node.start)
    text = f"{error.text}\n at {where}"
    if not error.path:
        return text
    return f"{text} (through reference chain: {chain(target, error.path)})"


def chain(target: JavaClass, path: Path) -> str:
    """`Class["member"]->Class["member"]`, as the server names the way to a member."""
    links = []
    current: Any = target
    for key in path:
        if isinstance(key, int):
            links.append(f"java.util.ArrayList[{key}]")
            continue
        links.append(f'{current.name}["{key}"]')
        member = current.members.get(key) if isinstance(current, JavaClass) else None
        current = member if isinstance(member, JavaClass) else ITEM_CLASSES.get(key, current)
    return "->".join(links)


REFERENCE = JavaClass(
    "org.openmetadata.schema.type.EntityReference",
    {
        "id": uuid,
        "type": string,
        "name": string,
        "fullyQualifiedName": string,
        "description": string,
        "displayName": string,
        "deleted": boolean,
        "inherited": boolean,
        "href": uri,
    },
)
TAG_LABEL = JavaClass(
    "org.openmetadata.schema.type.TagLabel",
    {
        "tagFQN": string,
        "name": string,
        "displayName": string,
        "description": string,
        "style": anything,
        "source": enum("org.openmetadata.schema.type.TagLabel$TagSource", ["Classification", "Glossary"]),
        "labelType": enum(
            "org.openmetadata.schema.type.TagLabel$LabelType", ["Manual", "Propagated", "Automated", "Derived"]
        ),
        "state": enum("org.openmetadata.schema.type.TagLabel$State", ["Suggested", "Confirmed"]),
        "href": uri,
    },
    {"source": "Classification", "labelType": "Manual", "state": "Confirmed"},
)
STYLE = JavaClass(
    "org.openmetadata.schema.type.Style",
    {
        "color": string,
        "iconURL": string,
        "coverImage": JavaClass("org.openmetadata.schema.type.CoverImage", {"url": string, "position": string}),
    },
)
ITEM_CLASSES = {
    "owner": REFERENCE,
    "owners": REFERENCE,
    "ingestionRunner": REFERENCE,
    "tags": TAG_LABEL,
    "style": STYLE,
}
