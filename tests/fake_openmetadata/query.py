# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Query parameters, their checks and paging."""

from __future__ import annotations

from .capabilities import Capabilities
from .errors import bad_request, framework, unhandled
from .estate import Record
from .messages import Call
from .names import decode_cursor, encode_cursor
from .values import java_hash

INCLUDES = ("all", "deleted", "non-deleted")
MOST = 1000000


def include(call: Call) -> str:
    """`include`; the server isn't strict about case and dashes. Raises ApiError 400."""
    text = call.query.get("include", "non-deleted").strip()
    if not text:
        return "non-deleted"
    for known in INCLUDES:
        if text.replace("_", "-").lower() == known:
            return known
    raise bad_request(f"query param include must be one of [{', '.join(INCLUDES)}]")


def flag(call: Call, name: str) -> bool:
    """A boolean parameter: only the word true, in any case, is true."""
    return call.query.get(name, "").lower() == "true"


def fields(call: Call, known: set[str]) -> set[str]:
    """`fields`. Raises ApiError 400 for an unknown one."""
    text = call.query.get("fields", "").replace(" ", "")
    if not text:
        return set()
    if text == "*":
        return set(known)
    wanted = list(dict.fromkeys(text.split(",")))
    # Server 1.2 names the first unknown one in the order of Java's hash set.
    for name in sorted(wanted, key=lambda name: _slot(name, len(wanted))):
        if name not in known:
            raise bad_request(f"Invalid field name {name}")
    return set(wanted)


def _slot(name: str, number: int) -> int:
    """Where a Java HashSet of so many texts keeps one (which has 16 slots at least, and room for a third more)."""
    size = 16
    while size < number * 4 / 3 + 1:
        size *= 2
    code = java_hash(name)
    return (code ^ code >> 16) & (size - 1)


def limit(can: Capabilities, call: Call) -> int:
    """`limit`. Raises ApiError 400 out of bounds, and what the framework says of a value that is no number."""
    text = call.query.get("limit", "10")
    try:
        number = int(text)
    except ValueError:
        raise framework(404, "Not Found", can.maps_http_errors) from None
    if number < 0:
        raise bad_request("[query param limit must be greater than or equal to 0]")
    if number > MOST:
        raise bad_request(f"[query param limit must be less than or equal to {MOST}]")
    return number


def page(can: Capabilities, call: Call, records: list[Record]) -> tuple[list[Record], dict[str, object]]:
    """The records of the page asked for, and the paging member. `records` are sorted by name."""
    size = limit(can, call)
    before, after = call.query.get("before"), call.query.get("after")
    if before and after:
        raise bad_request("Only one of before or after query parameter allowed")
    paging: dict[str, object] = {"total": len(records)}
    if size == 0:
        return [], paging
    records = sorted(records, key=lambda record: _key(can, record))
    keys = [_key(can, record) for record in records]
    if before:
        return _backward(records, keys, decode_cursor(before, can.cursors_with_ids), size, paging)
    return _forward(records, keys, decode_cursor(after, can.cursors_with_ids) if after else None, size, paging)


Key = tuple[str, ...]


def _key(can: Capabilities, record: Record) -> Key:
    """What pages are cut by. On old servers the name alone: of entities that share one, a page may skip some."""
    name = str(record.json["name"])
    return (name, record.id) if can.cursors_with_ids else (name,)


def _forward(
    records: list[Record], keys: list[Key], after: Key | None, size: int, paging: dict[str, object]
) -> tuple[list[Record], dict[str, object]]:
    rest = [(key, record) for key, record in zip(keys, records, strict=True) if after is None or key > after]
    chosen = rest[:size]
    if after is not None:
        if not chosen:
            raise unhandled("Index 0 out of bounds for length 0")
        paging["before"] = encode_cursor(chosen[0][0])
    if len(rest) > size:
        paging["after"] = encode_cursor(chosen[-1][0])
    return [record for _key, record in chosen], paging


def _backward(
    records: list[Record], keys: list[Key], before: Key, size: int, paging: dict[str, object]
) -> tuple[list[Record], dict[str, object]]:
    rest = [(key, record) for key, record in zip(keys, records, strict=True) if key < before]
    chosen = rest[-size:]
    if not chosen:
        raise unhandled("Index -1 out of bounds for length 0")
    if len(rest) > size:
        paging["before"] = encode_cursor(chosen[0][0])
    paging["after"] = encode_cursor(chosen[-1][0])
    return [record for _key, record in chosen], paging
