# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The classes of a server's connections: conversion of what a client sent, and the secrets in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .values import ConversionError, to_boolean, to_integer, to_string, to_uri


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
