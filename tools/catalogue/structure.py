# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a config by the catalogue alone: unknown members, wrong types, missing and impossible values."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .reader import Node
from .releases import Version

_LINK = Path(__file__).resolve().parents[2] / ".cache" / "link"
MISSING = ": required"
"""The end of the finding about a required member that isn't there: servers take placeholders, so it is a warning."""

_NUMBERS = {"integer": int, "number": float}


def find_collection() -> None:
    """See to it that the collection's modules can be imported: a plain clone has them below a link."""
    if str(_LINK) not in sys.path:
        sys.path.insert(0, str(_LINK))


def schemas() -> Any:
    """The collection's module that reads the catalogue."""
    find_collection()
    from ansible_collections.community.openmetadata.plugins.module_utils import schemas as module

    return module


def named(name: str, version: Version, source: str) -> tuple[str, str]:
    """The kind and the name of the type that an example calls so, such as `databricks-usage`.

    Where several are called so, the one that the release has, then the one whose kind the type of the source config
    speaks of. The kind is `unknown` for none.
    """
    plain = name.partition("-")[0].lower()
    having = [
        (kind, each)
        for kind in schemas().KINDS
        for each in schemas().service_types(kind)
        if kind != "ingestion" and each.lower() == plain
    ]
    having.sort(
        key=lambda found: (not schemas().service_type(*found, version).there, not source.lower().startswith(found[0]))
    )
    return having[0] if having else ("unknown", name)


def findings(kind: str, name: str, version: Version, config: Any) -> list[str]:
    """What is wrong with a config, a sentence each, as a server of that version sees it."""
    if kind not in schemas().KINDS:
        return [f"{name}: no such service type"]
    form = schemas().service_type(kind, name, version)
    if not form.known or not form.there:
        return [f"{name}: this release has no such {'source config' if kind == 'ingestion' else 'service type'}"]
    return list(_wrong(form.root, config, ""))


def _wrong(node: Node, value: Any, path: str) -> Iterator[str]:
    if value is None or node.get("lenient"):
        return
    if "any" in node:
        yield from min((list(_wrong(each, value, path)) for each in node["any"]), key=len)
    elif "items" in node:
        if not isinstance(value, list):
            yield f"{path}: no list"
            return
        for index, item in enumerate(value):
            yield from _wrong(node["items"], item, f"{path}.{index}")
    elif "fields" in node:
        yield from _wrong_object(node, value, path)
    else:
        yield from _wrong_scalar(node, value, path)


def _wrong_object(node: Node, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path}: no mapping"
        return
    for key, member in value.items():
        name = f"{path}.{key}".lstrip(".")
        if key in node["fields"]:
            yield from _wrong(node["fields"][key], member, name)
        elif isinstance(node.get("open"), dict):
            yield from _wrong(node["open"], member, name)
        elif not node.get("open"):
            yield f"{name}: unknown"
    for key in node.get("required", []):
        if value.get(key) is None and "default" not in node["fields"][key]:
            yield f"{path}.{key}{MISSING}".lstrip(".")


def _wrong_scalar(node: Node, value: Any, path: str) -> Iterator[str]:
    """Jackson makes a text of any scalar, and a number or truth value of a text that is one."""
    kind = node["type"]
    if isinstance(value, (dict, list)):
        yield f"{path}: no {kind}"
    elif "enum" in node and value not in node["enum"]:
        yield f"{path}: none of {', '.join(map(str, node['enum']))}"
    elif kind == "boolean" and not isinstance(value, bool) and str(value).lower() not in ("true", "false"):
        yield f"{path}: no {kind}"
    elif kind in _NUMBERS:
        try:
            _NUMBERS[kind](value)
        except ValueError:
            yield f"{path}: no {kind}"
