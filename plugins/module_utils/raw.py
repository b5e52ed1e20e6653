# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at a task's options before Ansible does, which would make a text of a list, or trip over an infinite number.

Each finding is a sentence that names the option, and never holds a value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

_DEEPEST = 50
_FINITE = "must be a finite number"


def problem(options: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    """What is wrong with the options given for an argument spec's `options`, or None where Ansible can tell."""
    for name, value in given.items():
        found = _unsendable(name, "the name of an option") or _unsendable(value, str(name))
        if found:
            return f"{found}."
    found = _misfit_of_members(options, given, "")
    return f"{found}." if found else None


def _unsendable(value: Any, path: str, depth: int = 0) -> str | None:
    """What no JSON in UTF-8 can hold, anywhere in a value."""
    if depth > _DEEPEST:
        return f"{path.split('.', maxsplit=1)[0]} is nested deeper than {_DEEPEST} levels"
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return f"{path} holds half a character (a lone surrogate)"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{path} {_FINITE}"
    if isinstance(value, Mapping):
        names = (_unsendable(key, f"a name in {path}") for key in value)
        members = (_unsendable(member, f"{path}.{key}", depth + 1) for key, member in value.items())
        return next(filter(None, names), None) or next(filter(None, members), None)
    if isinstance(value, (list, tuple)):
        found = (_unsendable(member, f"{path}.{index}", depth + 1) for index, member in enumerate(value))
        return next(filter(None, found), None)
    return None


def _misfit_of_members(options: Mapping[str, Any], given: Mapping[str, Any], above: str) -> str | None:
    found = (_misfit(options.get(name, {}), value, f"{above}{name}") for name, value in given.items())
    return next(filter(None, found), None)


def _misfit(option: Mapping[str, Any], value: Any, path: str) -> str | None:
    """What is wrong with the shape of one option's value."""
    kind = option.get("type", "raw")
    if value is None:
        return None
    if kind in ("str", "path") and isinstance(value, (list, tuple, Mapping)):
        return f"{path} must be a text, not {_shape(value)}"
    if kind in ("int", "float") and _is_infinite(value):
        return f"{path} {_FINITE}"
    if kind == "dict":
        return _misfit_of_mapping(option, value, path)
    return _misfit_of_list(option, value, path) if kind == "list" else None


def _is_infinite(value: Any) -> bool:
    try:
        return isinstance(value, str) and not math.isfinite(float(value))
    except ValueError:
        return False


def _misfit_of_mapping(option: Mapping[str, Any], value: Any, path: str) -> str | None:
    try:
        members = check_type_dict(value)  # A text may hold pairs or JSON.
    except (TypeError, ValueError):
        return f"{path} must be a mapping (dict), not {_shape(value)}"
    return _misfit_of_members(option.get("options") or {}, members, f"{path}.")


def _misfit_of_list(option: Mapping[str, Any], value: Any, path: str) -> str | None:
    if isinstance(value, Mapping) or (option.get("elements") == "dict" and not isinstance(value, (list, tuple))):
        return f"{path} must be a list, not {_shape(value)}"
    if not isinstance(value, (list, tuple)):
        return None
    each = {"type": option.get("elements", "raw"), "options": option.get("options")}
    found = (_misfit(each, member, f"{path}.{index}") for index, member in enumerate(value))
    return next(filter(None, found), None)


def _shape(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "a mapping"
    return {str: "a text", int: "a number", float: "a number"}.get(type(value), "a list")
