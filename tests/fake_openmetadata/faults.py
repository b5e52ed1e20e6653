# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to order: which request goes wrong, and how.

A fault is a mapping. Which requests it means: `method` and `path` (regular expressions; the path is the one below
/api/v1), `nth` (the first match that goes wrong, default 1) and `count` (how many do, default 1, 0 for all). What
happens, one or more of:

- `delay`: seconds to wait first
- `concurrent`: `{"method", "path", "query", "json" | "patch"}`, done by the admin before the request itself
- `status`, with `headers` and `body` (JSON or text): answered instead of acting
- `html`: true, a page instead of an answer
- `redirect`: a URL, answered with 307 (or `status`)
- `echo`: `body` or `ciphertext`, a 500 whose message quotes the request, or the stored entities
- `drop`: `before` or `after` acting, the connection is closed without an answer
- `truncate`: true, the request is done, but the answer breaks off half-way
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .errors import unhandled
from .kinds import KINDS
from .messages import Answer, Call, as_json, dumps, of_error
from .state import State

Json = dict[str, Any]
SELECTORS = {"method", "path", "nth", "count"}
ACTIONS = {"delay", "concurrent", "status", "headers", "body", "html", "redirect", "echo", "drop", "truncate"}
PAGE = b'<!DOCTYPE html><html><head><title>OpenMetadata</title></head><body><div id="root"></div></body></html>'


@dataclass
class Fault:
    """One fault and how often it was met."""

    spec: Json
    seen: int = 0
    fired: int = 0

    def meets(self, call: Call) -> bool:
        """Does this request go wrong? Counts matches."""
        if not re.fullmatch(self.spec.get("method", ".*"), call.method):
            return False
        if not re.search(self.spec.get("path", ""), call.path):
            return False
        self.seen += 1
        count = int(self.spec.get("count", 1))
        if self.seen < int(self.spec.get("nth", 1)) or (count and self.fired >= count):
            return False
        self.fired += 1
        return True

    @property
    def drop(self) -> str:
        """`before`, `after` or empty."""
        return str(self.spec.get("drop", ""))

    def replacement(self, state: State, call: Call) -> Answer | None:
        """What is answered instead of acting, if anything."""
        spec = self.spec
        headers = {str(name): str(value) for name, value in spec.get("headers", {}).items()}
        if spec.get("html"):
            return Answer(int(spec.get("status", 200)), PAGE, "text/html", headers)
        if spec.get("redirect"):
            return Answer(int(spec.get("status", 307)), headers={**headers, "Location": str(spec["redirect"])})
        if spec.get("echo"):
            return of_error(unhandled(_quoted(state, call, str(spec["echo"]))))
        if "status" not in spec:
            return None
        body = spec.get("body", "")
        if isinstance(body, str):
            return Answer(int(spec["status"]), body.encode(), "text/plain", headers)
        return as_json(int(spec["status"]), body, headers)


def _quoted(state: State, call: Call, what: str) -> str:
    if what == "body":
        return call.body.decode(errors="replace")
    tables = (state.estate.tables[kind] for kind in (*KINDS, "ingestionPipeline"))
    return dumps([record.json for table in tables for record in table.listed("all")]).decode()


def concurrent_call(state: State, spec: Json, base: str) -> Call:
    """The request that a `concurrent` fault slips in."""
    patch = "patch" in spec
    body = spec.get("patch", spec.get("json"))
    return Call(
        method=str(spec.get("method", "PATCH" if patch else "PUT")),
        path=str(spec["path"]),
        query={str(name): str(value) for name, value in spec.get("query", {}).items()},
        headers={
            "Authorization": f"Bearer {state.token('admin', 60)}",
            "Content-Type": "application/json-patch+json" if patch else "application/json",
        },
        body=b"" if body is None else dumps(body),
        base=base,
    )


@dataclass
class Faults:
    """All faults ordered."""

    ordered: list[Fault] = field(default_factory=list)

    def order(self, spec: Json) -> None:
        """Add one. Raises ValueError for a word that isn't known or a fault that does nothing."""
        unknown = set(spec) - SELECTORS - ACTIONS
        if unknown:
            raise ValueError(f"unknown in a fault: {', '.join(sorted(unknown))}")
        if not set(spec) & (ACTIONS - {"headers", "body"}):
            raise ValueError("the fault does nothing")
        for name in ("method", "path"):
            try:
                re.compile(str(spec.get(name, "")))
            except re.error as error:
                raise ValueError(f"{name} is no regular expression: {error}") from None
        self.ordered.append(Fault(spec))

    def for_call(self, call: Call) -> Fault | None:
        """The first fault that this request meets."""
        return next((fault for fault in self.ordered if fault.meets(call)), None)
