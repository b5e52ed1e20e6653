# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What services contain: dashboards, charts, data models, ingestion pipelines. Enough to fill and count them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import changes, query
from .errors import ApiError, bad_request, coded, not_allowed
from .estate import CHILD_KINDS, COLLECTIONS, Record, now
from .kinds import KINDS
from .messages import Answer, Call, as_json
from .offspring import make
from .repository import with_hrefs
from .state import State
from .tokens import Principal

Json = dict[str, Any]
Found = dict[str, str]
Handler = Callable[[State, Call, Principal, Found], Answer]


def _request(call: Call) -> Json:
    try:
        request = json.loads(call.body)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
    if not isinstance(request, dict):
        raise bad_request("Invalid request format")
    missing = [f"{name} must not be null" for name in ("name", "service") if request.get(name) is None]
    if missing:
        raise bad_request(f"[{', '.join(missing)}]")
    return request


def _service(state: State, kind: str, request: Json) -> Record:
    """The service that a request for a child names, by reference or by FQN. Raises ApiError 404."""
    named = request["service"]
    tables = state.estate.tables
    if isinstance(named, dict):
        return state.estate.table(str(named.get("type"))).find(id_=str(named.get("id")))
    parent = next((entity for entity, row in KINDS.items() if kind in row.children), "")
    return tables[parent].find(fqn=str(named))


def _shown(state: State, call: Call, record: Record) -> Json:
    service = record.json["service"]
    body = {**record.json, "service": state.estate.reference(service["type"], service["id"])}
    shown: Json = with_hrefs(body, call.base, record.kind)
    return shown


def _writer(who: Principal, operation: str) -> None:
    if not (who.admin or who.bot):
        raise not_allowed(who.name, [operation])


def _create(kind: str, upsert: bool) -> Handler:
    def create(state: State, call: Call, who: Principal, _found: Found) -> Answer:
        _writer(who, "Create")
        request = _request(call)
        record = make(kind, request, _service(state, kind, request), who)
        table = state.estate.tables[kind]
        if upsert and record.fqn in table.by_fqn:
            body = _shown(state, call, table.by_fqn[record.fqn])
            return as_json(200, body, {"X-OpenMetadata-Change": "entityNoChange"})
        table.add(record)
        body = _shown(state, call, record)
        return as_json(201, body, {"X-OpenMetadata-Change": "entityCreated"} if upsert else {"Location": body["href"]})

    return create


def _list(kind: str) -> Handler:
    def listing(state: State, call: Call, _who: Principal, _found: Found) -> Answer:
        query.limit(state.can, call)
        records = state.estate.tables[kind].listed(query.include(call))
        service = call.query.get("service")
        if service:
            records = [record for record in records if record.fqn.startswith(f"{service}.")]
        chosen, paging = query.page(state.can, call, records)
        return as_json(200, {"data": [_shown(state, call, record) for record in chosen], "paging": paging})

    return listing


def _get(kind: str) -> Handler:
    def get(state: State, call: Call, _who: Principal, found: Found) -> Answer:
        table = state.estate.tables[kind]
        include = query.include(call)
        record = table.find(id_=found.get("id", ""), fqn=found.get("fqn", ""), include=include)
        return as_json(200, _shown(state, call, record))

    return get


def _delete(kind: str) -> Handler:
    def delete(state: State, call: Call, who: Principal, found: Found) -> Answer:
        _writer(who, "Delete")
        table = state.estate.tables[kind]
        record = table.find(id_=found.get("id", ""), fqn=found.get("fqn", ""), include="all")
        if query.flag(call, "hardDelete"):
            table.drop(record)
            return as_json(200, record.json, {"X-OpenMetadata-Change": "entityDeleted"})
        if not record.deleted:
            record.json = _bumped(record.json, who, deleted=True)
        return as_json(200, record.json, {"X-OpenMetadata-Change": "entitySoftDeleted"})

    return delete


def _bumped(body: Json, who: Principal, deleted: bool) -> Json:
    version = changes.next_version(body["version"])
    return {**body, "deleted": deleted, "version": version, "updatedAt": now(), "updatedBy": who.name}


def _restore(kind: str) -> Handler:
    def restore(state: State, call: Call, who: Principal, _found: Found) -> Answer:
        _writer(who, "EditAll")
        try:
            id_ = str(json.loads(call.body)["id"])
        except (ValueError, KeyError, TypeError):
            raise coded(400, "[id must not be null]") from None
        record = state.estate.tables[kind].find(id_=id_, include="deleted")
        record.json = _bumped(record.json, who, deleted=False)
        return as_json(200, record.json, {"X-OpenMetadata-Change": "entityRestored"})

    return restore


def _routes() -> list[tuple[str, str, Handler]]:
    made: list[tuple[str, str, Handler]] = []
    for kind in CHILD_KINDS:
        if kind == "ingestionPipeline":
            continue
        base = f"/{COLLECTIONS[kind]}"
        made += [
            ("GET", base, _list(kind)),
            ("POST", base, _create(kind, upsert=False)),
            ("PUT", base, _create(kind, upsert=True)),
            ("PUT", f"{base}/restore", _restore(kind)),
            ("GET", f"{base}/name/{{fqn}}", _get(kind)),
            ("DELETE", f"{base}/name/{{fqn}}", _delete(kind)),
            ("GET", f"{base}/{{id}}", _get(kind)),
            ("DELETE", f"{base}/{{id}}", _delete(kind)),
        ]
    return made


ROUTES = _routes()
