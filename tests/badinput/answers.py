# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes answers that no server should give: every member of a service wrong in many ways, lists, look-ups, no JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from fake_openmetadata.messages import Answer, Call
from properties.world import BASE, World

Json = dict[str, Any]
Change = Callable[[bytes], bytes]

MEMBERS = (
    "id", "name", "fullyQualifiedName", "serviceType", "connection", "connection.config", "connection.config.hostPort",
    "connection.config.type", "version", "deleted", "owners", "owners.0", "owners.0.id", "owners.0.name",
    "owners.0.type", "tags", "tags.0", "tags.0.tagFQN", "tags.0.labelType", "domains", "domains.0", "domains.0.id",
    "displayName", "description", "updatedAt", "updatedBy", "href", "changeDescription",
)  # fmt: skip
VALUES: tuple[Any, ...] = (None, "", "x", 5, -1.5, True, [], [None], [5], [[]], {}, {"a": {"b": []}}, "\ud800", 10**40)
NO_JSON = (
    b"", b"null", b"[]", b"5", b'"text"', b"true", b"{", b'{"a": ', b"<html>down</html>", b"\xff\xfe",
    b"\xef\xbb\xbf{}", b"{}", b'{"a": 1} trailing', b"NaN", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000, b"\0" * 10,
)  # fmt: skip
VERSIONS: tuple[Any, ...] = (
    None,
    "",
    "latest",
    "v",
    [],
    {},
    ["1.2"],
    True,
    -1,
    "1.x",
    "9" * 400,
    "1..2",
    "\ud800",
    1e300,
)
PAGES: tuple[Any, ...] = (
    {"data": None}, {"data": {}}, {"data": "x"}, {"data": [None]}, {"data": [5]}, {"data": [[]]}, {"data": [{}]},
    {"data": [], "paging": 5}, {"data": [], "paging": []}, {"data": [], "paging": "x"}, {"data": [], "paging": None},
    {"data": [], "paging": {"after": 5}}, {"data": [], "paging": {"after": []}}, {"data": [], "paging": {"after": {}}},
    {"data": [], "paging": {"after": "again"}}, {"paging": {}}, {"data": [{"name": "a"}]}, {"data": [{"id": "a"}]},
)  # fmt: skip
ROWS: tuple[Any, ...] = (
    5, "x", {}, [None], [5], [[]], ["bad"], [{}], [{"request": None}], [{"request": 5, "status": "x"}],
    [{"request": "bad", "status": "nonsense"}], [{"request": "bad", "status": []}], [{"request": {"name": []}}],
    [{"request": "bad", "message": {"a": []}, "status": 400}], [{"request": "bad", "status": 1e300}],
    [{"request": "stranger", "status": 400}], [{"request": [], "status": None, "message": None}],
)  # fmt: skip


@dataclass(frozen=True)
class Tampering:
    """Which answers (`METHOD path`, a regular expression) are changed, and into what."""

    title: str
    where: str
    change: Change
    module: str = "single"
    profile: str = "2.0"


class Tampered(World):
    """A server whose answers are changed on their way."""

    tampering: Tampering | None = None
    served = 0

    def serve(self, call: Call) -> Answer:
        """Answer a request, changed where it is to be; a task must come to an end."""
        self.served += 1
        assert self.served < 200, "the task never ends"
        answer = super().serve(call)
        if self.tampering is None or not re.fullmatch(self.tampering.where, f"{call.method} {call.path}"):
            return answer
        return replace(answer, body=self.tampering.change(answer.body))

    def paused(self, error: Exception) -> None:
        """Answers that are cut short are asked for again, at once."""


def _member(path: str, value: Any) -> Change:
    """Sets a member of an answer, where there is such a place; `...` takes it away."""

    def change(body: bytes) -> bytes:
        entity: Any = json.loads(body)
        place: Any = entity
        keys: list[Any] = [int(key) if key.isdecimal() else key for key in path.split(".")]
        try:
            for key in keys[:-1]:
                place = place[key]
            if value is ...:
                place.pop(keys[-1])
            else:
                place[keys[-1]] = value
        except (IndexError, KeyError, TypeError):
            return body
        return json.dumps(entity).encode()

    return change


def _body(body: bytes) -> Change:
    return lambda _body: body


def _json(value: Any) -> Change:
    return _body(json.dumps(value).encode())


def _short(value: Any) -> str:
    return "missing" if value is ... else ascii(value)[:30]


READ, CREATE, UPDATE, LIST = f"GET {BASE}/name/.*", f"POST {BASE}", f"PUT {BASE}", f"GET {BASE}"
DELETE, RESTORE, PATCH, ROW = f"DELETE {BASE}/.*", f"PUT {BASE}/restore", f"PATCH {BASE}/.*", f"PUT {BASE}/bulk"
VERSION, USER = "GET /system/version", "GET /users/name/.*"


def tamperings() -> list[Tampering]:
    """All of them."""
    return [*_of_readings(), *_of_writes(), *_of_bodies(), *_of_lists(), *_of_others()]


def _each(name: str, where: str, members: tuple[str, ...], values: tuple[Any, ...], **more: str) -> Iterator[Tampering]:
    for member, value in product(members, values):
        yield Tampering(f"{name} {member}={_short(value)}", where, _member(member, value), **more)


def _of_readings() -> Iterator[Tampering]:
    yield from _each("read", READ, MEMBERS, (*VALUES, ...))
    yield from _each("old", READ, MEMBERS, (None, 5, "x", [], [5], {}, ...), profile="1.2")
    yield from _each("release", VERSION, ("version",), VERSIONS)


def _of_writes() -> Iterator[Tampering]:
    members = (
        "id", "name", "version", "deleted", "connection", "connection.config", "owners", "owners.0", "tags.0",
        "changeDescription",
    )  # fmt: skip
    values: tuple[Any, ...] = (None, 5, "x", [], [5], {}, "\ud800", ...)
    yield from _each("create", CREATE, members, values)
    yield from _each("update", UPDATE, members, values)
    yield from _each("patch", PATCH, members, values)
    yield from _each("delete", DELETE, members, values, module="absent")
    yield from _each("restore", RESTORE, members, values, module="restore")


def _of_bodies() -> Iterator[Tampering]:
    modules = {LIST: "info", DELETE: "absent", RESTORE: "restore", ROW: "bulk"}
    for where, body in product((VERSION, READ, USER, LIST, CREATE, UPDATE, PATCH, DELETE, RESTORE, ROW), NO_JSON):
        yield Tampering(f"{where} {body[:20]!r}", where, _body(body), modules.get(where, "single"))


def _of_lists() -> Iterator[Tampering]:
    for page, module in product(PAGES, ("info", "bulk")):
        yield Tampering(f"page {json.dumps(page)}", LIST, _json(page), module)
    for rows in ROWS:
        yield Tampering(f"rows {json.dumps(rows)}", ROW, _json({"failedRequest": rows}), "bulk")


def _of_others() -> Iterator[Tampering]:
    for kind in ("users", "domains", "tags"):
        members = ("id", "name", "fullyQualifiedName")
        yield from _each(kind, f"GET /{kind}/name/.*", members, (None, 5, [], {}, "", "\ud800", ...))
