# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of services, the same for each kind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from . import bulk, jsontext, query
from .binding import bind
from .errors import ApiError, bad_request, coded, framework, not_allowed, null_pointer
from .estate import Record
from .kinds import KINDS
from .messages import Answer, Call, as_json, dumps
from .names import quote_name
from .repository import with_hrefs
from .requests_in import RESTORE
from .services import Services
from .state import State
from .tokens import Principal

Json = dict[str, Any]
Found = dict[str, str]
Handler = Callable[[Services, Call, Principal, Found], Answer]
CHANGE = "X-OpenMetadata-Change"


# What a patch of a member is called among the operations that policies know; all else is EditAll.
EDITS = {
    "description": "EditDescription",
    "displayName": "EditDisplayName",
    "owner": "EditOwner",
    "owners": "EditOwners",
    "tags": "EditTags",
}


def _allow(who: Principal, *operations: str) -> None:
    """Admins and the bot may do all, editors may edit, everyone else may read. Raises ApiError 403."""
    if who.admin or who.bot:
        return
    if not (who.editor and all(operation.startswith("Edit") for operation in operations)):
        raise not_allowed(who.name, list(operations))


def _edits(operations: list[Json]) -> list[str]:
    """The operations that a patch needs."""
    paths = [str(operation.get("path", "")).split("/") for operation in operations]
    needed = [next((EDITS[part] for part in path if part in EDITS), "EditAll") for path in paths]
    return list(dict.fromkeys(needed)) or ["EditAll"]


def _etag(services: Services, record: Record) -> dict[str, str]:
    return {"ETag": etag(services, record)} if services.can.if_match else {}


def etag(services: Services, record: Record) -> str:
    """The strong tag of an entity: it changes with whatever is shown."""
    body = services.entity(record, services.put_fields())
    return f'"{hashlib.sha256(dumps(body)).hexdigest()[:16]}"'


def _read(services: Services, call: Call, who: Principal, record: Record) -> Answer:
    fields = query.fields(call, services.classes.fields())
    body = services.read(record, fields, who)
    return as_json(200, with_hrefs(body, call.base, services.kind.entity), _etag(services, record))


def get_by_id(services: Services, call: Call, who: Principal, found: Found) -> Answer:
    """GET /{id}."""
    query.fields(call, services.classes.fields())
    return _read(services, call, who, services.table.find(id_=found["id"], include=query.include(call)))


def get_by_name(services: Services, call: Call, who: Principal, found: Found) -> Answer:
    """GET /name/{fqn}."""
    query.fields(call, services.classes.fields())
    fqn = quote_name(found["fqn"])
    return _read(services, call, who, services.table.find(fqn=fqn, include=query.include(call)))


def no_id(services: Services, _call: Call, _who: Principal, _found: Found) -> Answer:
    """GET /bulk: a word where an id should be."""
    raise framework(404, "Not Found", services.can.maps_http_errors)


def listing(services: Services, call: Call, who: Principal, _found: Found) -> Answer:
    """GET, a page."""
    include = query.include(call)
    query.limit(services.can, call)
    fields = query.fields(call, services.classes.fields())
    records = services.table.listed(include)
    if call.query.get("domain"):
        domain = services.estate.tables["domain"].find(fqn=call.query["domain"])
        records = [record for record in records if domain.id in record.domains]
    chosen, paging = query.page(services.can, call, records)
    data = [with_hrefs(services.read(record, fields, who), call.base, services.kind.entity) for record in chosen]
    return as_json(200, {"data": data, "paging": paging})


def create(services: Services, call: Call, who: Principal, _found: Found) -> Answer:
    """POST."""
    request = services.classes.bind_create(call.body)
    draft = services.draft(request, who)
    _allow(who, "Create")
    body = with_hrefs(services.shown(services.create(draft), who), call.base, services.kind.entity)
    return as_json(201, body, {"Location": body["href"]})


def upsert(services: Services, call: Call, who: Principal, _found: Found) -> Answer:
    """PUT: create, or update the service of that name."""
    body, change, status = put(services, who, services.classes.bind_create(call.body))
    return as_json(status, with_hrefs(services.shown(body, who), call.base, services.kind.entity), {CHANGE: change})


def put(services: Services, who: Principal, request: Json, unmask: bool = True) -> tuple[Json, str, int]:
    """Create or update from a checked request; returns the entity, the change header and the status."""
    draft = services.draft(request, who)
    if unmask:
        services.unmask(draft)
    stored = services.table.by_fqn.get(draft["fullyQualifiedName"])
    _allow(who, "Create" if stored is None else "EditAll")
    if stored is None:
        return services.create(draft), "entityCreated", 201
    body, change = services.put(draft, who)
    return body, change, 200


def upsert_bulk(services: Services, call: Call, who: Principal, _found: Found) -> Answer:
    """PUT /bulk."""
    return bulk.run(services, call, who, lambda request: put(services, who, request, unmask=False)[0])


def patch(services: Services, call: Call, who: Principal, found: Found) -> Answer:
    """PATCH /{id}."""
    return _patch(services, call, who, lambda: services.table.find(id_=found["id"]))


def patch_by_name(services: Services, call: Call, who: Principal, found: Found) -> Answer:
    """PATCH /name/{fqn}."""
    return _patch(services, call, who, lambda: services.table.find(fqn=quote_name(found["fqn"])))


def _patch(services: Services, call: Call, who: Principal, find: Any) -> Answer:
    operations = _operations(call.body)
    record = find()
    _allow(who, *_edits(operations))
    if services.can.if_match:
        _check_match(services, record, call.header("If-Match"))
    body, change = services.patch(record.id, operations, who)
    return as_json(200, with_hrefs(body, call.base, services.kind.entity), {CHANGE: change, **_etag(services, record)})


def _check_match(services: Services, record: Record, wanted: str | None) -> None:
    """Raises ApiError 412 unless one of the tags in If-Match is the entity's (a weak one is its version)."""
    if not wanted:
        return
    current = etag(services, record)
    accepted = {"*", current, f'W/"{record.json["version"]}"'}
    if not accepted & {tag.strip() for tag in wanted.split(",")}:
        raise coded(
            412,
            f"The entity has been modified. Current ETag: {current}. Please refresh and retry with the latest version.",
        )


def _operations(body: bytes) -> list[Json]:
    if not body.strip():
        raise null_pointer("javax.json.JsonPatch.toJsonArray()", "patch")
    try:
        operations = jsontext.loads(body)
    except jsontext.JsonSyntaxError as error:
        raise ApiError(400, str(error)) from None
    if not isinstance(operations, list) or not all(isinstance(one, dict) for one in operations):
        where = jsontext.location(body, jsontext.parse(body).start)
        raise bad_request(f"JSON patch has to be an array of objects\n at {where}")
    return operations


def _delete(services: Services, call: Call, who: Principal, record: Record) -> Answer:
    _allow(who, "Delete")
    recursive, hard = query.flag(call, "recursive"), query.flag(call, "hardDelete")
    body, change = services.delete(record, recursive, hard, who)
    return as_json(200, body, {CHANGE: change})


def delete_by_id(services: Services, call: Call, who: Principal, found: Found) -> Answer:
    """DELETE /{id}."""
    return _delete(services, call, who, services.table.find(id_=found["id"], include="all"))


def delete_by_name(services: Services, call: Call, who: Principal, found: Found) -> Answer:
    """DELETE /name/{fqn}."""
    return _delete(services, call, who, services.table.find(fqn=quote_name(found["fqn"]), include="all"))


def restore(services: Services, call: Call, who: Principal, _found: Found) -> Answer:
    """PUT /restore."""
    request = bind(call.body, RESTORE, services.can.terse_request_errors)
    if request is None:
        raise null_pointer("org.openmetadata.schema.api.data.RestoreEntity.getId()", "restore")
    if "id" not in request:
        raise bad_request("[id must not be null]")
    services.table.find(id_=request["id"], include="deleted")
    _allow(who, "EditAll")
    return as_json(200, services.restore(request["id"], who), {CHANGE: "entityRestored"})


def versions(services: Services, _call: Call, who: Principal, found: Found) -> Answer:
    """GET /{id}/versions: each version is a JSON text."""
    texts = [dumps(services.shown(body, who)).decode() for body in services.versions(found["id"])]
    return as_json(200, {"entityType": services.kind.entity, "versions": texts})


def version(services: Services, _call: Call, who: Principal, found: Found) -> Answer:
    """GET /{id}/versions/{version}."""
    return as_json(200, services.shown(services.version(found["id"], found["version"]), who))


_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "", listing),
    ("POST", "", create),
    ("PUT", "", upsert),
    ("GET", "/name/{fqn}", get_by_name),
    ("PATCH", "/name/{fqn}", patch_by_name),
    ("DELETE", "/name/{fqn}", delete_by_name),
    ("PUT", "/restore", restore),
    ("PUT", "/bulk", upsert_bulk),
    ("GET", "/bulk", no_id),
    ("GET", "/{id}", get_by_id),
    ("PATCH", "/{id}", patch),
    ("DELETE", "/{id}", delete_by_id),
    ("GET", "/{id}/versions", versions),
    ("GET", "/{id}/versions/{version}", version),
]


def _bound(entity: str, handler: Handler) -> Callable[[State, Call, Principal, Found], Answer]:
    def bound(state: State, call: Call, who: Principal, found: Found) -> Answer:
        return handler(state.services[entity], call, who, found)

    return bound


ROUTES = [
    (method, f"/{kind.collection}{rest}", _bound(kind.entity, handler))
    for kind in KINDS.values()
    for method, rest, handler in _ROUTES
]
