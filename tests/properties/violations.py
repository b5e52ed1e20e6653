# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing wrong in a connection, anywhere; and whether a release's schema takes a connection, in the plainest words.

`fits` is what the validation is compared with. It shares nothing with it but the schemas, and decides only what they
decide: servers make texts of numbers and take connections that lack something, so neither is wrong here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.schemas import Node, Path, ServiceType

Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
_MAPPING: Json = {"noSuchMember": "x"}
_WRONG: dict[str, tuple[Any, ...]] = {
    "mapping": ("a text", 7, True, ["a text"], [_MAPPING]),
    "list": ("a text", 7, True, _MAPPING),
    "string": (["a text"], _MAPPING),
    "integer": ("many", 1.5, True, [7], _MAPPING),
    "number": ("many", True, [7], _MAPPING),
    "boolean": ("perhaps", 1, [True], _MAPPING),
}
_MEMBERS = ("a text", 7, True, ["a text"], _MAPPING)


@dataclass(frozen=True)
class Violation:
    """A connection with one change: which place, and whether it is a member that was added there."""

    config: Json
    path: Path
    added: bool


def fits(node: Node, value: Any, loosely: bool = False) -> bool:
    """Whether a value is what a node describes.

    Where there are alternatives, an open one could hold the members of all the others, whatever is in them; that it
    does so counts only `loosely`.
    """
    if value is None or node.get("lenient"):
        return True
    if "any" in node:
        shapes = [each for each in node["any"] if loosely or not _robs(each, node["any"], value)]
        return any(fits(each, value, loosely) for each in shapes)
    if "fields" in node:
        members = value.items() if isinstance(value, dict) else ()
        return isinstance(value, dict) and all(_member_fits(node, key, each, loosely) for key, each in members)
    if "items" in node:
        long_enough = isinstance(value, list) and len(value) >= node.get("min", 0)
        return long_enough and all(fits(node["items"], each, loosely) for each in value)
    return _scalar_fits(node, value)


def _robs(shape: Node, shapes: list[Node], value: Any) -> bool:
    """Whether a value holds what isn't among the fields of one alternative, but among those of another."""
    others = {key for each in shapes for key in each.get("fields", ())} - set(shape.get("fields", ()))
    return isinstance(value, dict) and not others.isdisjoint(value)


def _member_fits(node: Node, key: str, value: Any, loosely: bool) -> bool:
    if key in node["fields"]:
        return fits(node["fields"][key], value, loosely)
    rest = node.get("open", False)
    return rest is True or (isinstance(rest, dict) and fits(rest, value, loosely))


def _scalar_fits(node: Node, value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return False
    if node["type"] == "string":
        text = json.dumps(value) if isinstance(value, (bool, int, float)) else value
        return text in node.get("enum", (text,)) and not (node.get("format") == "uri" and " " in text)
    if node["type"] == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    numbers = (int, float) if node["type"] == "number" else (int,)
    return isinstance(number, numbers) and not isinstance(number, bool) and number >= node.get("minimum", number)


def taken(forms: tuple[ServiceType, ...], violation: Violation) -> bool | None:
    """Whether a changed connection is to be taken, by the patches of a minor release, the server's own first.

    What one of them takes is taken. So is a member that only another patch than the server's has in its place, whatever
    is in it: the validation goes by its name then, on purpose. None where an open alternative may be meant, or not.
    """
    having = [form for form in forms if form.there]
    if any(fits(form.root, violation.config) for form in having):
        return True
    path = tuple(key for key in violation.path if not key.isdecimal())
    own, *others = forms
    for end in range(1, len(path) + 1):
        if not schemas.has(own.root, path[:end]) and any(schemas.has(form.root, path[:end]) for form in others):
            return True
    return None if any(fits(form.root, violation.config, loosely=True) for form in having) else False


@st.composite
def violations(draw: Draw, config: Json, forms: tuple[ServiceType, ...], names: tuple[str, ...]) -> Violation:
    """A connection that fits one of the forms, changed in one place so that none of them is likely to take it.

    A member that is added is called like nothing, much like one that belongs there, or like one from anywhere.
    """
    root = next(form.root for form in forms if fits(form.root, config))
    places = list(_places(root, config, ()))
    adding = draw(st.booleans())
    path, node, value = draw(st.sampled_from([each for each in places if not adding or isinstance(each[2], dict)]))
    if adding or not path:
        known = sorted(node.get("fields", ()))
        near = [f"{name}{name[-1]}" for name in known] + [name.swapcase() for name in known]
        name = draw(st.sampled_from([each for each in ("noSuchMember", *near, *names) if each not in value]))
        return Violation(_changed(config, (*path, name), draw(st.sampled_from(_MEMBERS))), (*path, name), added=True)
    wrong = list(_WRONG[_kind(node)])
    if "enum" in node:
        wrong += ["none of these", *(f"{each}x" for each in node["enum"]), *(each.swapcase() for each in node["enum"])]
    return Violation(_changed(config, path, draw(st.sampled_from(wrong))), path, added=False)


def _places(node: Node, value: Any, path: Path) -> Iterator[tuple[Path, Node, Any]]:
    """Each place of a config that fits, the whole of it first, with the node that it fits there."""
    if "any" in node:
        (node, *_rest) = (each for each in node["any"] if fits(each, value))
    if node.get("lenient"):
        return
    yield path, node, value
    if isinstance(value, dict):
        for key, member in value.items():
            below = node["fields"].get(key, node.get("open"))
            if isinstance(below, dict):
                yield from _places(below, member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _places(node["items"], member, (*path, str(index)))


def _kind(node: Node) -> str:
    kind: str = "mapping" if "fields" in node else "list" if "items" in node else node["type"]
    return kind


def _changed(config: Json, path: Path, value: Any) -> Json:
    """A copy of a config with one value put in a place, within lists as well."""
    copy: Json = json.loads(json.dumps(config))
    place: Any = copy
    for key in path[:-1]:
        place = place[int(key) if isinstance(place, list) else key]
    place[int(path[-1]) if isinstance(place, list) else path[-1]] = value
    return copy
