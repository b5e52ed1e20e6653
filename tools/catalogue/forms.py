# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of one kind: which type has which root definition since when, and each definition's forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import corrections
from .reader import Node
from .release import Release

ANYTHING = "*"
"""The key of the root of types that the server's enum lists without a schema: it takes whatever it gets."""
_ANYTHING: Node = {"fields": {}, "open": True}

History = list[list[Any]]
"""Pairs of a release and what is there since: a key or node, or None for nothing."""


@dataclass
class Kind:
    """One kind's history: `types` by name, `definitions` by short key. `refused` are models that the enum lacks."""

    types: dict[str, History] = field(default_factory=dict)
    definitions: dict[str, History] = field(default_factory=dict)
    refused: dict[str, None] = field(default_factory=dict)


def kinds(releases: Mapping[str, Release]) -> dict[str, Kind]:
    """Every kind's history out of the releases, the oldest first. Raises ValueError for definitions in a circle."""
    defaults = corrections.definition_defaults(releases.values())
    names = sorted({kind for release in releases.values() for kind in release["kinds"]})
    return {name: _history(name, releases, defaults) for name in names}


def _history(name: str, releases: Mapping[str, Release], defaults: Mapping[str, Any]) -> Kind:
    kind = Kind()
    found: dict[str, dict[str, Node]] = {}
    roots: dict[str, dict[str, str | None]] = {}
    for release, content in releases.items():
        listed, types = _types(content, name)
        roots[release] = {each: types.get(each, ANYTHING) for each in listed}
        kind.refused.update(dict.fromkeys(each for each in types if each not in listed))
        keys = _reachable(content, [types[each] for each in listed if each in types])
        found[release] = {
            key: corrections.corrected(key, content["definitions"][key], dict(defaults)) for key in sorted(keys)
        }
        if ANYTHING in roots[release].values():
            found[release][ANYTHING] = _ANYTHING
    short = _short({key for nodes in found.values() for key in nodes})
    for release, nodes in found.items():
        for each in {**kind.types, **roots[release]}:
            root = roots[release].get(each)
            _note(kind.types.setdefault(each, []), release, root and short[root])
        for key, node in nodes.items():
            _note(kind.definitions.setdefault(short[key], []), release, _renamed(node, short))
    kind.refused = dict.fromkeys(each for each in sorted(kind.refused) if each not in kind.types)
    return kind


def _types(content: Release, kind: str) -> tuple[list[str], dict[str, str]]:
    entry = content["kinds"].get(kind, {"listed": [], "types": {}})
    return entry["listed"], entry["types"]


def _note(history: History, release: str, value: Any) -> None:
    if not _equal(history[-1][1] if history else None, value):
        history.append([release, value])


def _equal(one: Any, other: Any) -> bool:
    """Whether two forms say the same; which field is named first says nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        required = [sorted(node.get("required", [])) for node in (one, other)]
        return required[0] == required[1] and {**one, "required": 0} == {**other, "required": 0}
    return bool(one == other)


def _reachable(content: Release, roots: list[str]) -> set[str]:
    """The keys of all definitions that roots lead to."""
    done: set[str] = set()

    def walk(key: str, above: tuple[str, ...]) -> None:
        if key in above:
            raise ValueError(f"a definition within itself: {' > '.join((*above, key))}")
        if key not in done:
            for each in references(content["definitions"][key]):
                walk(each, (*above, key))
            done.add(key)

    for root in roots:
        walk(root, ())
    return done


def references(node: Any) -> Iterator[str]:
    """Each key that a node refers to."""
    if not isinstance(node, dict):
        return
    if "ref" in node:
        yield node["ref"]
    for each in [*node.get("fields", {}).values(), *node.get("any", []), node.get("items"), node.get("open")]:
        yield from references(each)


def _renamed(node: Any, short: Mapping[str, str]) -> Any:
    """A node with short keys in its references."""
    if isinstance(node, list):
        return [_renamed(each, short) for each in node]
    if not isinstance(node, dict):
        return node
    renamed: Node = {}
    for key, value in node.items():
        if key == "fields":
            renamed[key] = {name: _renamed(each, short) for name, each in value.items()}
        elif key in ("any", "items", "open"):
            renamed[key] = _renamed(value, short)
        else:
            renamed[key] = short[value] if key == "ref" else value
    return renamed


def _short(keys: set[str]) -> dict[str, str]:
    """A short name for each key: the class, where no other has it, else with as much of its module as it takes."""
    length = dict.fromkeys(keys, 1)
    while True:
        names = {key: _ending(key, length[key]) for key in sorted(keys)}
        doubles = [key for key in keys if list(names.values()).count(names[key]) > 1]
        if not doubles:
            return names
        for key in doubles:
            length[key] += 1


def _ending(key: str, length: int) -> str:
    parts = key.split(".")
    if len(parts) > 1 and parts[-2].lower() == parts[-1].lower():
        del parts[-2]
    return ".".join(parts[-length:])
