# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the catalogue knows of a connection: its fields, defaults and secrets, and in which form the server holds it.

Paths are tuples of keys below the module's option `connection` (the server's `connection.config`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Callable

from ansible_collections.community.openmetadata.plugins.module_utils import catalogue
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, looks_secret

Node = dict[str, Any]
Path = tuple[str, ...]
Version = tuple[int, ...]

NEWEST: Version = (2, 0)
"""The newest release that the catalogue was made from."""

WRAPPER = "config"
"""The member of the API's `connection` that holds what the module's `connection` does."""

EMPTY: tuple[Any, ...] = (None, [], {})
"""What the server takes for a member that isn't there."""

_UNKNOWN: Node = {"fields": {}, "open": True, "lenient": True}
_TOKEN = re.compile(r"(?i)(token|password)$")


@dataclass(frozen=True)
class ServiceType:
    """A service type's connection: `root` is its node, `first` its first release (None: before 1.3).

    `gone` are the defaults of fields that newer releases don't know; `until` names the last release that did.
    """

    name: str
    root: Node
    first: Version | None
    since: Mapping[str, Version]
    until: Mapping[str, Version]
    gone: Mapping[str, Any]
    known: bool = True

    def first_release(self, node: Node, path: Path) -> Version:
        """The release that brought a member of a node, empty for one that was always there."""
        of_node = parse_version(node.get("since", {}).get(path[-1], ""))
        return max(self.since.get(".".join(map(str, path)), ()), of_node)


@cache
def service_type(name: str) -> ServiceType:
    """The catalogue's entry, or one that accepts everything (`known` is False) for a type it has not heard of."""
    text = catalogue.TYPES.get(name)
    if text is None:
        return ServiceType(name, _UNKNOWN, None, {}, {}, {}, known=False)
    entry = json.loads(text)
    first = entry.get("first")
    return ServiceType(
        name,
        entry,
        parse_version(first) if first else None,
        {path: parse_version(release) for path, release in entry.get("since", {}).items()},
        {path: parse_version(release) for path, release in entry.get("until", {}).items()},
        entry.get("gone", {}),
    )


@lru_cache(maxsize=1000)
def parse_version(text: str) -> Version:
    """`1.10` or `1.2.0-SNAPSHOT` as a tuple of numbers."""
    numbers = []
    for part in text.lstrip("vV").split("-", maxsplit=1)[0].split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def service_types() -> tuple[str, ...]:
    """The names of every known service type."""
    return tuple(catalogue.TYPES)


def with_type(kind: ServiceType, config: Mapping[str, Any]) -> dict[str, Any]:
    """The config with `type` filled in: a service stored without one answers 500 to every later write (server 1.2)."""
    given = config.get("type")
    default = kind.root["fields"].get("type", {}).get("default", kind.name)
    return {**config, "type": default if given in (None, "") else given}


def resolve(node: Node) -> Node:
    """The node behind a reference, with the reference's own default."""
    name = node.get("ref")
    if name is None:
        return node
    shared = _shared(name)
    return {**shared, "default": node["default"]} if "default" in node else shared


@cache
def _shared(name: str) -> Node:
    node: Node = json.loads(catalogue.SHARED[name])
    return node


def select(node: Node, value: Any) -> Node:
    """The node that fits a value: of alternatives the first that it converts to, as the server tries them in order.

    What is required plays no part in that (server 1.2, `ClassConverter`).
    """
    node = resolve(node)
    if "any" not in node:
        return node
    best, least = _UNKNOWN, math.inf
    for alternative in map(resolve, node["any"]):
        weight = strangeness(alternative, value)
        if weight == 0:
            return alternative
        if weight < least:
            best, least = alternative, weight
    return best


def strangeness(node: Node, value: Any) -> int:
    """How much of a value one alternative can't hold; 0 is nothing. A contradicting member counts as one."""
    if "fields" not in node:
        return 0 if isinstance(value, (list, Mapping)) == ("items" in node) else 1000
    if not isinstance(value, Mapping):
        return 1000
    unknown = 0
    for key, member in value.items():
        field = node["fields"].get(key)
        if field is None:
            unknown += not node.get("open")
        elif len(field.get("enum", ())) == 1:
            unknown += member not in (None, *field["enum"])
    return unknown


def lacks(node: Node, value: Mapping[str, Any]) -> bool:
    """Whether a value lacks something that a shape requires."""
    return any(value.get(key) is None for key in node.get("required", ()))


def convert(node: Node, value: Any) -> Any:
    """The value as the server stores it: members without a value dropped, scalars in the field's own type."""
    node = select(node, value)
    if isinstance(value, Mapping):
        return {str(key): convert(child(node, key), member) for key, member in value.items() if member is not None}
    if isinstance(value, (list, tuple)):
        return [convert(node.get("items", _UNKNOWN), member) for member in value]
    return _scalar(node.get("type", ""), value)


def child(node: Node, key: str) -> Node:
    """The node of a member, known or not."""
    if key in node.get("fields", {}):
        return resolve(node["fields"][key])
    rest = node.get("open")
    return {**rest, "free": True} if isinstance(rest, dict) else _UNKNOWN


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string" and isinstance(value, (int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind in ("integer", "number"):
        return _number(value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,20}", value.strip()):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def canonical(node: Node, value: Any) -> Any:
    """A converted value with every default filled in and what is empty left out: equal means equal to the server."""
    # Where "nothing" is one of the alternatives, the server may fill in another one's defaults for it (Looker).
    has_none = any(resolve(alternative).get("fields") == {} for alternative in resolve(node).get("any", ()))
    node = select(node, value)
    if isinstance(value, Mapping):
        defaults = {key: field["default"] for key, field in node.get("fields", {}).items() if "default" in field}
        every = {**defaults, **{str(key): member for key, member in value.items() if member is not None}}
        if has_none and every == defaults:
            return {}
        members = ((key, canonical(child(node, key), member)) for key, member in every.items())
        return {key: member for key, member in members if member not in EMPTY or key in defaults}
    return convert(node, value)


def is_secret(node: Node, path: Path) -> bool:
    """Whether the server masks a field: the catalogue says so, or, where it doesn't know the field, its name does."""
    if "secret" in node:
        return True
    return "type" not in node and not node.get("fields") and any(looks_secret(name) for name in path)


def is_hidden(node: Node, path: Path) -> bool:
    """Whether a field's value may not be shown: a secret, or what the server shows in clear although it is one."""
    if is_secret(node, path) or not path or "enum" in node:
        return is_secret(node, path)
    return looks_secret(path[-1]) if node.get("free") else bool(_TOKEN.search(str(path[-1])))


def stored_secrets(node: Node, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Each place below a node where the server masks what is stored, with the value there; lists have no places."""
    node = select(node, value)
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from stored_secrets(child(node, key), member, (*path, key))
    elif value not in ("", *EMPTY) and is_secret(node, path):
        yield path, value


def redacted(kind: ServiceType, config: Mapping[str, Any]) -> dict[str, Any]:
    """The config with every secret hidden, known or suspected."""
    result: dict[str, Any] = _each_leaf(kind.root, config, (), _hide, _names(kind.name))
    return result


def secrets(kind: ServiceType, config: Mapping[str, Any]) -> list[tuple[Path, Any]]:
    """Each secret of a config, known or suspected, with its path, in clear."""
    found: list[tuple[Path, Any]] = []

    def collect(value: Any, path: Path, hidden: bool) -> None:
        if hidden and value not in ("", None):
            found.append((path, value))

    _each_leaf(kind.root, config, (), collect, _names(kind.name))
    return found


def _hide(value: Any, _path: Path, hidden: bool) -> Any:
    return HIDDEN if hidden and value not in ("", None) and not isinstance(value, bool) else value


@dataclass(frozen=True)
class _Names:
    """What fields of a type are called: texts that are no secret in any place, objects, and all words of the type."""

    plain: frozenset[str]
    objects: frozenset[str]
    words: frozenset[str]


@cache
def _names(name: str) -> _Names:
    kind = service_type(name)
    plain: set[str] = set()
    hidden: set[str] = set()
    objects: set[str] = set()
    words = {*service_types()}
    for path, node in _every_node(kind.root, ()):
        words.update(path[-1:])
        words.update(value for value in (*node.get("enum", ()), node.get("default")) if isinstance(value, str))
        (hidden if is_hidden(node, path) else objects if "fields" in node else plain).update(path[-1:])
    plain.update(path.rpartition(".")[2] for path in kind.until)
    return _Names(frozenset(plain - hidden), frozenset(objects - hidden), frozenset(words))


def _every_node(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """A node and all below it, each alternative by itself."""
    node = resolve(node)
    for alternative in node.get("any", ()):
        yield from _every_node(alternative, path)
    if "any" not in node:
        yield path, node
    for key, member in node.get("fields", {}).items():
        yield from _every_node(member, (*path, key))
    if "items" in node:
        yield from _every_node(node["items"], path)


def vocabulary(name: str) -> frozenset[str]:
    """The words that everybody may read of a service type: names of types and fields, enum values and defaults."""
    return _names(name).words


def _each_leaf(
    node: Node,
    value: Any,
    path: Path,
    leaf: Callable[[Any, Path, bool], Any],
    names: _Names,
    hidden: bool = False,
) -> Any:
    """A copy of a value with each scalar replaced by what `leaf` makes of it, its path and whether it is to be hidden.

    Hidden is a secret and all below it, and what stands where the catalogue knows no such thing: a misspelt field, or a
    text in place of a mapping, may well be a secret. A field that only stands in the wrong place is what it is called.
    """
    node = select(node, value)
    hidden = hidden or is_hidden(node, path)
    if isinstance(value, Mapping):
        closed = "fields" in node and not node.get("open")
        copy = {}
        for key, member in value.items():
            unknown = closed and key not in node["fields"]
            # The API's own form, one level too deep.
            field = node if unknown and not path and key == WRAPPER else child(node, key)
            known = field is node or key in (names.objects if isinstance(member, Mapping) else names.plain)
            copy[key] = _each_leaf(field, member, (*path, key), leaf, names, hidden or (unknown and not known))
        return copy
    if isinstance(value, (list, tuple)):
        return [_each_leaf(node.get("items", _UNKNOWN), member, path, leaf, names, hidden) for member in value]
    return leaf(value, path, hidden or ("fields" in node and not node.get("lenient")))


def filled(
    kind: ServiceType, config: Mapping[str, Any], server: Version, other: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A config as a server of that release shows it: with the defaults of the fields that it knows.

    A field that an `other` config of the same shape holds counts as known.
    """
    full: dict[str, Any] = canonical(kind.root, with_type(kind, config))
    if server >= NEWEST:
        return full
    shown: dict[str, Any] = _without_newer(kind, kind.root, full, (config, other), (), server)
    gone = {name: default for name, default in kind.gone.items() if server[:2] <= kind.until[name]}
    return {**gone, **shown}


def _without_newer(
    kind: ServiceType, node: Node, full: Any, written: tuple[Any, Any], path: Path, server: Version
) -> Any:
    """A canonical value without defaults that the server doesn't have, unless they are written down."""
    if not isinstance(full, Mapping):
        return full
    here = select(node, full)
    own, other = (config if isinstance(config, Mapping) else {} for config in written)
    if other and select(node, other) != here:
        other = {}
    return {
        key: _without_newer(kind, child(here, key), member, (own.get(key), other.get(key)), (*path, key), server)
        for key, member in full.items()
        if key in own or key in other or kind.first_release(here, (*path, key)) <= server
    }


def flat(kind: ServiceType, config: Mapping[str, Any], server: Version = NEWEST) -> dict[Path, Any]:
    """A config field by field, defaults filled in and secrets hidden: what a diff is made of."""
    return dict(_flat(redacted(kind, filled(kind, config, server)), ()))


def _flat(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and value:
        for key, member in sorted(value.items()):
            yield from _flat(member, (*path, key))
    else:
        yield path, value
