# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON patches, applied as the server applies them, and the check that the result still is an entity."""

from __future__ import annotations

import copy
import re
from typing import Any

import jsonpatch
import jsonpointer

from .binding import BindError, JavaClass, chain
from .changes import to_json
from .errors import ApiError, bad_request, unhandled

Json = dict[str, Any]
_FAILURES = (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException)


def _number(operation: Json) -> int:
    """All digits of a path as one number."""
    return int(re.sub(r"\D", "", str(operation.get("path", ""))) or 0)


def _by_index(operations: list[Json], backwards: bool = False) -> list[Json]:
    if not any(re.search(r"\d", str(operation.get("path", ""))) for operation in operations):
        return operations
    ordered = sorted(operations, key=_number)
    return ordered[::-1] if backwards else ordered


def reordered(operations: list[Json]) -> list[Json]:
    """Operations as older servers do them: removals last, and where a path holds an index, by index."""
    removals = [operation for operation in operations if operation.get("op") == "remove"]
    others = [operation for operation in operations if operation.get("op") != "remove"]
    return _by_index(others) + _by_index(removals, backwards=True)


def patched(original: Json, operations: list[Json], entity_class: JavaClass) -> Json:
    """The patched entity. Raises ApiError 500 for an operation that can't be done, 400 for a result that doesn't fit.

    Source: 1.2's answer to such an operation quotes the whole entity, ciphertext included.
    """
    wanted = [operation for operation in operations if not str(operation.get("path", "")).endswith("href")]
    document = copy.deepcopy(original)
    for operation in wanted:
        document = _apply(document, operation)
    try:
        bound: Json = entity_class(document, [])
    except BindError as error:
        raise _unfit(entity_class, error) from None
    return bound


def _apply(document: Json, operation: Json) -> Json:
    try:
        result: Any = jsonpatch.JsonPatch([operation]).apply(document)
    except _FAILURES as error:
        raise _impossible(document, operation, error) from None
    except (TypeError, KeyError, AttributeError) as error:
        raise bad_request(f"Illegal value for the op member of the JSON patch operation: {error}") from None
    if not isinstance(result, dict):
        raise bad_request(f"Cannot construct instance of `{result}`")
    return result


def _impossible(document: Json, operation: Json, error: Exception) -> ApiError:
    path = str(operation.get("path", ""))
    if isinstance(error, jsonpatch.InvalidJsonPatch):
        return bad_request(f"Illegal JSON patch operation: {to_json(operation)}")
    if operation.get("op") == "test":
        return unhandled("JsonPatch.Operation.TEST fails! Values are not equal")
    parent: Any = document
    *parts, name = path.split("/")[1:] or [""]
    for part in parts:
        child = parent.get(part) if isinstance(parent, dict) else None
        if child is None:
            name = part
            break
        parent = child
    if isinstance(parent, list):
        return unhandled(f"'{to_json(parent)}' contains no element for index {name}")
    return unhandled(f"'{to_json(parent)}' contains no value for name '{name}'")


def _unfit(entity_class: JavaClass, error: BindError) -> ApiError:
    where = "[Source: UNKNOWN; byte offset: #UNKNOWN]"
    return bad_request(f"{error.text}\n at {where} (through reference chain: {chain(entity_class, error.path)})")
