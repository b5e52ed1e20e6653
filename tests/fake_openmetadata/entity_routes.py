# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes that all types of entities have: services of each kind, ingestion pipelines, workflows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from . import jsontext, query
from .binding import bind
from .errors import ApiError, bad_request, coded, not_allowed, null_pointer
from .estate import Record
from .messages import Answer, Call, as_json, dumps
from .repository import Repository, with_hrefs
from .requests_in import RESTORE
from .state import State
from .tokens import Principal

Json = dict[str, Any]
Found = dict[str, str]
Handler = Callable[[Repository, Call, Principal, Found], Answer]
CHANGE = "X-OpenMetadata-Change"


# What a patch of a member is called among the operations that policies know; all else is EditAll.
EDITS = {
    "description": "EditDescription",
    "displayName": "EditDisplayName",
    "owner": "EditOwner",
    "owners": "EditOwners",
    "tags": "EditTags",
}


def allow(who: Principal, *operations: str) -> None:
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


def _etag(repository: Repository, record: Record) -> dict[str, str]:
    return {"ETag": etag(repository, record)} if repository.can.if_match else {}


def etag(repository: Repository, record: Record) -> str:
    """The strong tag of an entity: it changes with whatever is shown."""
    body = repository.entity(record, repository.put_fields())
    return f'"{hashlib.sha256(dumps(body)).hexdigest()[:16]}"'


def _read(repository: Repository, call: Call, who: Principal, record: Record) -> Answer:
    fields = query.fields(call, repository.classes.fields())
    body = repository.read(record, fields, who)
    return as_json(200, with_hrefs(body, call.base, repository.kind.entity), _etag(repository, record))


def get_by_id(repository: Repository, call: Call, who: Principal, found: Found) -> Answer:
    """GET /{id}."""
    query.fields(call, repository.classes.fields())
    return _read(repository, call, who, repository.table.find(id_=found["id"], include=query.include(call)))


def get_by_name(repository: Repository, call: Call, who: Principal, found: Found) -> Answer:
    """GET /name/{fqn}."""
    query.fields(call, repository.classes.fields())
    fqn = repository.asked(found["fqn"])
    return _read(repository, call, who, repository.table.find(fqn=fqn, include=query.include(call)))


def listing(repository: Repository, call: Call, who: Principal, _found: Found) -> Answer:
    """GET, a page."""
    include = query.include(call)
    query.limit(repository.can, call)
    fields = query.fields(call, repository.classes.fields())
    records = repository.chosen(repository.table.listed(include), call.query)
    if call.query.get("domain"):
        domain = repository.estate.tables["domain"].find(fqn=call.query["domain"])
        records = [record for record in records if domain.id in record.domains]
    chosen, paging = query.page(repository.can, call, records)
    data = [with_hrefs(repository.read(record, fields, who), call.base, repository.kind.entity) for record in chosen]
    return as_json(200, {"data": data, "paging": paging})


def create(repository: Repository, call: Call, who: Principal, _found: Found) -> Answer:
    """POST."""
    request = repository.classes.bind_create(call.body)
    draft = repository.draft(request, who)
    allow(who, "Create")
    body = with_hrefs(repository.shown(repository.create(draft), who), call.base, repository.kind.entity)
    return as_json(201, body, {"Location": body["href"]})


def upsert(repository: Repository, call: Call, who: Principal, _found: Found) -> Answer:
    """PUT: create, or update the entity of that name."""
    body, change, status = put(repository, who, repository.classes.bind_create(call.body))
    return as_json(status, with_hrefs(repository.shown(body, who), call.base, repository.kind.entity), {CHANGE: change})


def put(repository: Repository, who: Principal, request: Json, unmask: bool = True) -> tuple[Json, str, int]:
    """Create or update from a checked request; returns the entity, the change header and the status."""
    draft = repository.draft(request, who)
    if unmask:
        repository.unmask(draft)
    stored = repository.table.by_fqn.get(draft["fullyQualifiedName"])
    allow(who, "Create" if stored is None else "EditAll")
    if stored is None:
        return repository.create(draft), "entityCreated", 201
    body, change = repository.put(draft, who)
    return body, change, 200


def patch(repository: Repository, call: Call, who: Principal, found: Found) -> Answer:
    """PATCH /{id}."""
    return _patch(repository, call, who, lambda: repository.table.find(id_=found["id"]))


def patch_by_name(repository: Repository, call: Call, who: Principal, found: Found) -> Answer:
    """PATCH /name/{fqn}."""
    return _patch(repository, call, who, lambda: repository.table.find(fqn=repository.asked(found["fqn"])))


def _patch(repository: Repository, call: Call, who: Principal, find: Any) -> Answer:
    operations = _operations(call.body)
    record = find()
    allow(who, *_edits(operations))
    if repository.can.if_match:
        _check_match(repository, record, call.header("If-Match"))
    body, change = repository.patch(record.id, operations, who)
    body = repository.shown_patched(body, who)
    return as_json(
        200, with_hrefs(body, call.base, repository.kind.entity), {CHANGE: change, **_etag(repository, record)}
    )


def _check_match(repository: Repository, record: Record, wanted: str | None) -> None:
    """Raises ApiError 412 unless one of the tags in If-Match is the entity's (a weak one is its version)."""
    if not wanted:
        return
    current = etag(repository, record)
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


def _delete(repository: Repository, call: Call, who: Principal, record: Record) -> Answer:
    allow(who, "Delete")
    recursive, hard = query.flag(call, "recursive"), query.flag(call, "hardDelete")
    body, change = repository.delete(record, recursive, hard, who)
    return as_json(200, repository.shown_removed(body, call.base, who), {CHANGE: change})


def delete_by_id(repository: Repository, call: Call, who: Principal, found: Found) -> Answer:
    """DELETE /{id}."""
    return _delete(repository, call, who, repository.table.find(id_=found["id"], include="all"))


def delete_by_name(repository: Repository, call: Call, who: Principal, found: Found) -> Answer:
    """DELETE /name/{fqn}."""
    return _delete(repository, call, who, repository.table.find(fqn=repository.asked(found["fqn"]), include="all"))


def restore(repository: Repository, call: Call, who: Principal, _found: Found) -> Answer:
    """PUT /restore."""
    request = bind(call.body, RESTORE, repository.can.terse_request_errors)
    if request is None:
        raise null_pointer("org.openmetadata.schema.api.data.RestoreEntity.getId()", "restore")
    if "id" not in request:
        raise bad_request("[id must not be null]")
    repository.table.find(id_=request["id"], include="deleted")
    allow(who, "EditAll")
    body = repository.restore(request["id"], who)
    return as_json(200, repository.shown_removed(body, call.base, who), {CHANGE: "entityRestored"})


def versions(repository: Repository, _call: Call, who: Principal, found: Found) -> Answer:
    """GET /{id}/versions: each version is a JSON text."""
    texts = [dumps(repository.shown_version(body, who)).decode() for body in repository.versions(found["id"])]
    return as_json(200, {"entityType": repository.kind.entity, "versions": texts})


def version(repository: Repository, _call: Call, who: Principal, found: Found) -> Answer:
    """GET /{id}/versions/{version}."""
    return as_json(200, repository.shown_version(repository.version(found["id"], found["version"]), who))


COMMON: list[tuple[str, str, Handler]] = [
    ("GET", "", listing),
    ("POST", "", create),
    ("PUT", "", upsert),
    ("GET", "/name/{fqn}", get_by_name),
    ("PATCH", "/name/{fqn}", patch_by_name),
    ("DELETE", "/name/{fqn}", delete_by_name),
    ("PUT", "/restore", restore),
    ("GET", "/{id}", get_by_id),
    ("PATCH", "/{id}", patch),
    ("DELETE", "/{id}", delete_by_id),
    ("GET", "/{id}/versions", versions),
    ("GET", "/{id}/versions/{version}", version),
]


def routes(
    base: str, select: Callable[[State], Repository], handlers: list[tuple[str, str, Handler]]
) -> list[tuple[str, str, Callable[[State, Call, Principal, Found], Answer]]]:
    """Routes below a path, for the repository that is selected from the state of the server."""

    def bound(handler: Handler) -> Callable[[State, Call, Principal, Found], Answer]:
        return lambda state, call, who, found: handler(select(state), call, who, found)

    return [(method, f"{base}{rest}", bound(handler)) for method, rest, handler in handlers]
