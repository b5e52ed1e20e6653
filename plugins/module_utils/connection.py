# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release knows of a connection: its fields, defaults and secrets, and in which form the server holds it.

Paths are tuples of keys below the module's option `connection` (the server's `connection.config`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Callable

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, looks_secret
from ansible_collections.community.openmetadata.plugins.module_utils.schemas import UNKNOWN

Node = schemas.Node
Path = schemas.Path
Version = schemas.Version
ServiceType = schemas.ServiceType

NEWEST: Version = schemas.newest()
"""The newest release that the catalogue was made from."""

REFUSED = 100
"""What one member weighs that an alternative can't hold; one that an open one only tolerates weighs 1."""

WRAPPER = "config"
"""The member of the API's `connection` that holds what the module's `connection` does."""

EMPTY: tuple[Any, ...] = (None, [], {})
"""What the server takes for a member that isn't there."""

_PLAIN: Node = {"type": "string"}
_TOKEN = re.compile(r"(?i)(token|password)$")


def patches(kind: ServiceType, server: Version) -> tuple[ServiceType, ...]:
    """The type as each patch of the server's minor release has it, its own first."""
    return schemas.patches(kind.kind, kind.name, server)


def changes(kind: ServiceType) -> tuple[Version, ...]:
    """The releases in which a type changed, and the first one of each minor."""
    return schemas.changes(kind.kind, kind.name)


def releases_with(kind: ServiceType, path: Path) -> tuple[Version, ...]:
    """The releases in which a type has a member, the oldest first."""
    return schemas.releases_with(kind.kind, kind.name, path)


@lru_cache(maxsize=1000)
def parse_version(text: str) -> Version:
    """`1.10` or `1.2.0-SNAPSHOT` as a tuple of numbers."""
    numbers = []
    for part in text.lstrip("vV").split("-", maxsplit=1)[0].split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def with_type(kind: ServiceType, config: Mapping[str, Any]) -> dict[str, Any]:
    """The config with `type` filled in: a service stored without one answers 500 to every later write (server 1.2)."""
    node = kind.root["fields"].get("type", {})
    default = node.get("default", node["enum"][0] if len(node.get("enum", ())) == 1 else kind.name)
    given = config.get("type")
    return {**config, "type": default if given in (None, "") else given}


def select(node: Node, value: Any) -> Node:
    """The node that fits a value: of alternatives the first that it converts to, as the server tries them in order.

    What is required plays no part in that (server 1.2, `ClassConverter`).
    """
    if "any" not in node:
        return node
    best, least = UNKNOWN, math.inf
    alternatives: list[Node] = node["any"]
    for alternative in alternatives:
        weight = strangeness(alternative, value)
        if weight == 0:
            return alternative
        if weight < least:
            best, least = alternative, weight
    return best


def strangeness(node: Node, value: Any) -> int:
    """How far a value is from what one alternative describes; from `REFUSED` on it doesn't convert to it."""
    if "fields" not in node:
        return 0 if isinstance(value, (list, Mapping)) == ("items" in node) else 1000 * REFUSED
    if not isinstance(value, Mapping):
        return 1000 * REFUSED
    weight = 0
    for key, member in value.items():
        field = node["fields"].get(key)
        if field is None:
            weight += 1 if node.get("open") else 2 * REFUSED
        elif isinstance(member, Mapping):
            # What is wrong below a member that belongs here weighs less than a member that doesn't.
            weight += min(REFUSED, strangeness(select(field, member), member))
        elif len(field.get("enum", ())) == 1 and member not in (None, *field["enum"]):
            weight += 2 * REFUSED
    return weight


def lacks(node: Node, value: Mapping[str, Any]) -> bool:
    """Whether a value lacks something that a shape requires."""
    return any(value.get(key) is None for key in node.get("required", ()))


def convert(node: Node, value: Any) -> Any:
    """The value as the server stores it: members without a value dropped, scalars in the field's own type."""
    node = select(node, value)
    if isinstance(value, Mapping):
        return {str(key): convert(child(node, key), member) for key, member in value.items() if member is not None}
    if isinstance(value, (list, tuple)):
        return [convert(node.get("items", UNKNOWN), member) for member in value]
    return _scalar(node.get("type", ""), value)


def child(node: Node, key: str) -> Node:
    """The node of a member, known or not."""
    if key in node.get("fields", {}):
        field: Node = node["fields"][key]
        return field
    rest = node.get("open")
    return {**rest, "free": True} if isinstance(rest, dict) else UNKNOWN


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
    """A converted value with every default filled in and what is empty left out: equal means equal to the server.

    A required member's default isn't filled in: who leaves it out leaves it to the server.
    """
    # Where "nothing" is one of the alternatives, the server may fill in another one's defaults for it (Looker).
    has_none = any(alternative.get("fields") == {} for alternative in node.get("any", ()))
    node = select(node, value)
    if isinstance(value, Mapping):
        needed = node.get("required", ())
        defaults = {
            key: field["default"]
            for key, field in node.get("fields", {}).items()
            if "default" in field and key not in needed
        }
        every = {**defaults, **{str(key): member for key, member in value.items() if member is not None}}
        if has_none and every == defaults:
            return {}
        members = ((key, canonical(child(node, key), member)) for key, member in every.items())
        return {key: member for key, member in members if member not in EMPTY or key in defaults}
    if isinstance(value, (list, tuple)):
        return [canonical(node.get("items", UNKNOWN), member) for member in value]
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
    result: dict[str, Any] = _each_leaf(kind.root, config, (), _hide, _names(kind.kind, kind.name))
    return result


def secrets(kind: ServiceType, config: Mapping[str, Any]) -> list[tuple[Path, Any]]:
    """Each secret of a config, known or suspected, with its path, in clear."""
    found: list[tuple[Path, Any]] = []

    def collect(value: Any, path: Path, hidden: bool) -> None:
        if hidden and value not in ("", None):
            found.append((path, value))

    _each_leaf(kind.root, config, (), collect, _names(kind.kind, kind.name))
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
def _names(kind: str, name: str) -> _Names:
    plain: set[str] = set()
    hidden: set[str] = set()
    objects: set[str] = set()
    if kind not in schemas.KINDS:
        return _Names(frozenset(), frozenset(), frozenset())
    words = {name, *schemas.service_types(kind)}
    for field, node in schemas.every_field(kind, name):
        words.add(field)
        shapes = node.get("any", [node])
        words.update(value for value in (*node.get("enum", ()), node.get("default")) if isinstance(value, str))
        for shape in shapes:
            named = objects if "ref" in shape or "fields" in shape else plain
            (hidden if is_hidden(shape, (field,)) else named).add(field)
    return _Names(frozenset(plain - hidden), frozenset(objects - hidden), frozenset(words))


def vocabulary(kind: ServiceType) -> frozenset[str]:
    """The words that everybody may read of a service type: names of types and fields, enum values and defaults."""
    return _names(kind.kind, kind.name).words


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
    text or list in place of a mapping, may well be one. A field that only is in the wrong place is what it is called.
    """
    node = select(node, value)
    hidden = hidden or is_hidden(node, path)
    if isinstance(value, Mapping):
        closed = "fields" in node and not node.get("open")
        copy = {}
        for key, member in value.items():
            field, known = child(node, key), key in node.get("fields", ())
            if not known and closed and not path and key == WRAPPER:
                # The API's own form, one level too deep.
                field, known = node, True
            elif not known and isinstance(member, Mapping):
                known = key in names.objects
            elif not known and key in names.plain:
                field, known = _PLAIN, True
            copy[key] = _each_leaf(field, member, (*path, key), leaf, names, hidden or (closed and not known))
        return copy
    if isinstance(value, (list, tuple)):
        hidden = hidden or _misplaced(node)
        return [_each_leaf(node.get("items", UNKNOWN), member, path, leaf, names, hidden) for member in value]
    return leaf(value, path, hidden or _misplaced(node))


def _misplaced(node: Node) -> bool:
    """Whether anything but a mapping stands in the wrong place here."""
    return "fields" in node and not node.get("lenient")


def filled(kind: ServiceType, config: Mapping[str, Any]) -> dict[str, Any]:
    """A config as a server of that release shows it, with defaults."""
    full: dict[str, Any] = canonical(kind.root, with_type(kind, config))
    return full


def flat(kind: ServiceType, config: Mapping[str, Any]) -> dict[Path, Any]:
    """A config field by field, defaults filled in and secrets hidden: what a diff is made of."""
    return dict(_flat(redacted(kind, filled(kind, config)), ()))


def _flat(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and value:
        for key, member in sorted(value.items()):
            yield from _flat(member, (*path, key))
    else:
        yield path, value
