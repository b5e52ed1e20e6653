# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every connection and source config as each release of OpenMetadata has it: how to read `catalogue_data`.

A file of `catalogue_data` holds one kind: `TYPES` says which definition is a type's root since which release (null: the
type isn't there), `DEFINITIONS` which forms a definition has. What holds for a server is the last entry that is not
newer than it. Each form but the first holds what differs from the one before: a field or member of the node that is
null there is gone.

A node is an object (`fields`, `required`, and `open` for what else it may hold: true, or a node), alternatives (`any`,
in the order in which they are tried), a list (`items`, at least `min` of them), a reference to a definition (`ref`) or
a scalar (`type`, `enum`, `format`, `minimum`, `secret`), with a `default` where the server fills one in. A `lenient`
node takes any value. Nodes that this module hands out are shared between callers and hold no more references.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import ModuleType
from typing import Any, Callable

Node = dict[str, Any]
Path = tuple[str, ...]
Version = tuple[int, ...]

UNKNOWN: Node = {"fields": {}, "open": True, "lenient": True}
"""What accepts everything."""


@dataclass(frozen=True)
class ServiceType:
    """A service type's connection, or a source config, in one of its forms.

    `first` and `last` are the first and the last release that have the type at all; `last` is None while it is in the
    newest one, both are for a type that is not `known`. `there` is whether the release asked for has it: where it
    hasn't, `root` is the form that it had next to that release.
    """

    kind: str
    name: str
    root: Node = field(hash=False)
    known: bool = True
    first: Version | None = None
    last: Version | None = None
    there: bool = True


@cache
def releases() -> tuple[Version, ...]:
    """The releases that the catalogue was made from, the oldest first, three numbers each."""
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import releases as data

    return tuple(_version(text) for text in data.RELEASES.split())


def newest() -> Version:
    """The newest release that the catalogue knows."""
    return releases()[-1]


def service_types(kind: str) -> tuple[str, ...]:
    """The names of a kind's types, of all releases. Raises KeyError for a kind that is none."""
    return tuple(_data(kind).TYPES)


def service_type(kind: str, name: str, version: Version) -> ServiceType:
    """A type as a server of that version has it; one that takes everything for a type never heard of.

    A server newer than the catalogue has the newest form, one between two releases that of the older one, and one older
    than all the oldest. The source configs are the kind `ingestion`, and their names what their `type` says.
    """
    return _service_type(kind, name, _release(version))


@lru_cache(maxsize=500)
def _service_type(kind: str, name: str, release: Version) -> ServiceType:
    roots = _roots(kind, name)
    if not roots:
        return ServiceType(kind, name, UNKNOWN, known=False)
    key = _in_force(roots, release)
    # A type that isn't there yet is shown as it came, one that is gone as it was at last.
    nearest = release if key else _last_before(roots, release) or roots[0][0]
    return ServiceType(
        kind,
        name,
        _expanded(kind, key or str(_in_force(roots, nearest)), nearest),
        first=roots[0][0],
        last=None if roots[-1][1] else _previous(roots[-1][0]),
        there=key is not None,
    )


def patches(kind: str, name: str, version: Version) -> tuple[ServiceType, ...]:
    """The distinct forms of a type within the minor release of a version: its own first, then the oldest on.

    Patches that lack the type are left out, unless it is the version's own.
    """
    own = service_type(kind, name, version)
    found = [own]
    for release in changes(kind, name):
        if release[:2] == _release(version)[:2]:
            other = service_type(kind, name, release)
            if other.there and all(other.root != each.root for each in found if each.there):
                found.append(other)
    return tuple(found)


def releases_with(kind: str, name: str, path: Path) -> tuple[Version, ...]:
    """The releases in which a type has a member, the oldest first.

    A path is a tuple of keys; every alternative counts, and the items of a list stand at the list's own path.
    """
    found: list[Version] = []
    holds, breaks = False, set(changes(kind, name))
    for release in releases():
        if release in breaks:
            form = service_type(kind, name, release)
            holds = form.there and has(form.root, path)
        if holds:
            found.append(release)
    return tuple(found)


def has(node: Node, path: Path) -> bool:
    """Whether a node has a member at a path; every alternative counts, and items of a list stand at its own path."""
    if not path:
        return True
    if "any" in node:
        return any(has(each, path) for each in node["any"])
    if "items" in node:
        return has(node["items"], path)
    fields, rest = node.get("fields", {}), node.get("open")
    if path[0] in fields:
        return has(fields[path[0]], path[1:])
    return isinstance(rest, dict) and has(rest, path[1:])


def every_field(kind: str, name: str) -> Iterator[tuple[str, Node]]:
    """Each member that a type has had in any release, at any depth, with its node as written (with references)."""
    for node in _every_form(kind, name):
        yield from node.get("fields", {}).items()


@cache
def changes(kind: str, name: str) -> tuple[Version, ...]:
    """The releases in which a type, or anything below it, changed, and the first one of each minor."""
    found = {since for since, _key in _roots(kind, name)}
    found.update(since for key in _every_definition(kind, name) for since, _form in _forms(kind, key))
    minors = {release[:2]: release for release in reversed(releases())}
    return tuple(sorted(found | set(minors.values())))


def _every_form(kind: str, name: str) -> Iterator[Node]:
    for key in _every_definition(kind, name):
        for _since, form in _forms(kind, key):
            yield from _objects(form)


def _objects(node: Any) -> Iterator[Node]:
    """A node and the nodes within it, as far as they are written in place."""
    if isinstance(node, dict):
        yield node
        for each in (*node.get("fields", {}).values(), *node.get("any", ()), node.get("items"), node.get("open")):
            yield from _objects(each)


@cache
def _every_definition(kind: str, name: str) -> tuple[str, ...]:
    """The keys of all definitions that a type has referred to in any release."""
    done: dict[str, None] = {}
    todo = [key for _since, key in _roots(kind, name) if key]
    while todo:
        key = todo.pop()
        if key not in done:
            done[key] = None
            todo += [node["ref"] for _since, form in _forms(kind, key) for node in _objects(form) if "ref" in node]
    return tuple(done)


@lru_cache(maxsize=2000)
def _expanded(kind: str, key: str, release: Version) -> Node:
    """A definition in the form that a release has, with everything that it refers to."""
    form = _in_force(_forms(kind, key), release)
    return UNKNOWN if form is None else _filled(kind, form, release)


def _filled(kind: str, node: Node, release: Version) -> Node:
    if "ref" in node:
        target = _expanded(kind, node["ref"], release)
        return {**target, "default": node["default"]} if "default" in node else target
    filled = dict(node)
    if "fields" in node:
        filled["fields"] = {name: _filled(kind, each, release) for name, each in node["fields"].items()}
    if "any" in node:
        filled["any"] = [_filled(kind, each, release) for each in node["any"]]
    for member in ("items", "open"):
        if isinstance(node.get(member), dict):
            filled[member] = _filled(kind, node[member], release)
    return filled


@cache
def _roots(kind: str, name: str) -> tuple[tuple[Version, str | None], ...]:
    text = _data(kind).TYPES.get(name)
    return tuple((_version(since), key) for since, key in json.loads(text)) if text else ()


@cache
def _forms(kind: str, key: str) -> tuple[tuple[Version, Node], ...]:
    """A definition's forms, each made whole of the one before and what differs."""
    whole: Node = {}
    forms = []
    for since, change in json.loads(_data(kind).DEFINITIONS[key]):
        fields = _merged(whole.get("fields", {}), change.get("fields", {}))
        whole = {**_merged(whole, change), "fields": fields}
        forms.append((_version(since), whole))
    return tuple(forms)


def _merged(whole: Node, change: Node) -> Node:
    return {key: value for key, value in {**whole, **change}.items() if value is not None}


def _in_force(history: tuple[tuple[Version, Any], ...], release: Version) -> Any:
    """The last entry that is not newer than a release, None where there is none."""
    found = None
    for since, value in history:
        if since <= release:
            found = value
    return found


def _last_before(roots: tuple[tuple[Version, str | None], ...], release: Version) -> Version | None:
    """The last release before one that had the type."""
    gone = [since for since, key in roots if key is None and since <= release]
    return _previous(gone[-1]) if gone else None


def _previous(release: Version) -> Version:
    known = releases()
    return known[known.index(release) - 1]


def _release(version: Version) -> Version:
    """The release whose forms a server of that version has."""
    return max((*version, 0, 0)[:3], releases()[0])


def _version(text: str) -> Version:
    return tuple(map(int, text.split(".")))


def _data(kind: str) -> ModuleType:
    return _KINDS[kind]()


# A process imports only the kinds that it meets. Ansible finds the files that a module needs by its import statements,
# so that each kind has its own.
def _api() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import api

    return api


def _dashboard() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import dashboard

    return dashboard


def _database() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import database

    return database


def _drive() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import drive

    return drive


def _ingestion() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import ingestion

    return ingestion


def _llm() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import llm

    return llm


def _mcp() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import mcp

    return mcp


def _messaging() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import messaging

    return messaging


def _metadata() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import metadata

    return metadata


def _mlmodel() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import mlmodel

    return mlmodel


def _pipeline() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import pipeline

    return pipeline


def _search() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import search

    return search


def _security() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import security

    return security


def _storage() -> ModuleType:
    from ansible_collections.community.openmetadata.plugins.module_utils.catalogue_data import storage

    return storage


_KINDS: dict[str, Callable[[], ModuleType]] = {
    "api": _api,
    "dashboard": _dashboard,
    "database": _database,
    "drive": _drive,
    "ingestion": _ingestion,
    "llm": _llm,
    "mcp": _mcp,
    "messaging": _messaging,
    "metadata": _metadata,
    "mlmodel": _mlmodel,
    "pipeline": _pipeline,
    "search": _search,
    "security": _security,
    "storage": _storage,
}

KINDS = tuple(_KINDS)
"""The kinds of services, and `ingestion` for the source configs of ingestion."""
