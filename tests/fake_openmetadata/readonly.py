# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, teams, domains, tags and the like: read only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import query
from .estate import COLLECTIONS, Record
from .messages import Answer, Call, as_json
from .names import quote_name
from .repository import with_hrefs
from .state import State
from .tokens import Principal

KINDS = ("user", "team", "domain", "dataProduct", "classification", "tag", "glossary", "glossaryTerm", "testSuite")
# Only these quote the names of their entities; the others' FQNs have parts.
QUOTED = {"user", "team", "domain", "classification", "glossary"}
Handler = Callable[[State, Call, Principal, dict[str, str]], Answer]


def _shown(call: Call, record: Record) -> dict[str, Any]:
    body: dict[str, Any] = with_hrefs(record.json, call.base, record.kind)
    return body


def _by_id(kind: str) -> Handler:
    def get(state: State, call: Call, _who: Principal, found: dict[str, str]) -> Answer:
        return as_json(200, _shown(call, state.estate.tables[kind].find(id_=found["id"], include=query.include(call))))

    return get


def _by_name(kind: str) -> Handler:
    def get(state: State, call: Call, _who: Principal, found: dict[str, str]) -> Answer:
        fqn = quote_name(found["fqn"]) if kind in QUOTED else found["fqn"]
        return as_json(200, _shown(call, state.estate.tables[kind].find(fqn=fqn, include=query.include(call))))

    return get


def _list(kind: str) -> Handler:
    def get(state: State, call: Call, _who: Principal, _found: dict[str, str]) -> Answer:
        records, paging = query.page(state.can, call, state.estate.tables[kind].listed(query.include(call)))
        return as_json(200, {"data": [_shown(call, record) for record in records], "paging": paging})

    return get


def me(state: State, call: Call, who: Principal, _found: dict[str, str]) -> Answer:
    """GET /users/loggedInUser."""
    return as_json(200, _shown(call, state.estate.tables["user"].find(fqn=who.name)))


def _routes() -> list[tuple[str, str, Handler]]:
    made: list[tuple[str, str, Handler]] = [("GET", "/users/loggedInUser", me)]
    for kind in KINDS:
        base = f"/{COLLECTIONS[kind]}"
        made.append(("GET", base, _list(kind)))
        made.append(("GET", f"{base}/name/{{fqn}}", _by_name(kind)))
        made.append(("GET", f"{base}/{{id}}", _by_id(kind)))
    return made


ROUTES = _routes()
