# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a kind: reading, creating, updating, deleting, restoring, versions."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from . import changes, names, patching
from .connections import Connections
from .errors import coded, null_pointer
from .estate import HREFS, RELATIONS, Estate, Record, now
from .kinds import Kind
from .requests_in import ServiceClasses
from .tokens import Principal
from .updating import Updater

Json = dict[str, Any]
# Members that hold references, which get a href of their own.
REFERENCES = (
    "owner",
    "owners",
    "domain",
    "domains",
    "dataProducts",
    "pipelines",
    "service",
    "classification",
    "glossary",
)


class Services:
    """The repository of one kind of services."""

    def __init__(self, kind: Kind, estate: Estate, connections: Connections, classes: ServiceClasses) -> None:
        """Work on an estate; the classes say what requests and patched services must fit."""
        self.kind = kind
        self.estate = estate
        self.can = estate.can
        self.connections = connections
        self.classes = classes

    @property
    def table(self) -> Any:
        """The services."""
        return self.estate.tables[self.kind.entity]

    # -- views ------------------------------------------------------------------------------------------------------

    def put_fields(self) -> set[str]:
        """The relations that an update reads and answers with."""
        fields = {"owners" if self.can.owners else "owner", "tags"}
        if self.has("domain"):
            fields.add("domains" if self.can.domains else "domain")
        if self.can.data_products and self.has("dataProducts"):
            fields.add("dataProducts")
        if self.can.ingestion_runner and self.has("ingestionRunner"):
            fields.add("ingestionRunner")
        return fields

    def has(self, member: str) -> bool:
        """Does this kind have a member that kinds have in general?"""
        return self.kind.has(member, self.can.version)

    def entity(self, record: Record, fields: set[str]) -> Json:
        """The entity as stored, with the relations asked for, without hrefs."""
        body = copy.copy(record.json)
        if "pipelines" in fields:
            body["pipelines"] = self._pipelines(record)
        body.update(self.relations(record, fields))
        return body

    def relations(self, record: Record, fields: set[str]) -> Json:
        """The relations asked for, without hrefs; absent ones are left out, empty lists are not."""
        estate = self.estate
        found: Json = {}
        if "owner" in fields and record.owners:
            found["owner"] = estate.reference(record.owners[0]["type"], record.owners[0]["id"])
        if "owners" in fields:
            found["owners"] = [estate.reference(owner["type"], owner["id"]) for owner in record.owners]
        if "domain" in fields and record.domains:
            found["domain"] = estate.reference("domain", record.domains[0])
        if "domains" in fields:
            found["domains"] = [estate.reference("domain", id_) for id_ in record.domains]
        if "dataProducts" in fields:
            found["dataProducts"] = [estate.reference("dataProduct", id_) for id_ in record.data_products]
        if "tags" in fields:
            found["tags"] = [estate.label(label) for label in record.tags]
        if "ingestionRunner" in fields and record.runner:
            found["ingestionRunner"] = record.runner
        if "followers" in fields:
            found["followers"] = []
        return found

    def _pipelines(self, record: Record) -> list[Json]:
        return [
            self.estate.reference("ingestionPipeline", child.id)
            for child in self.estate.tables["ingestionPipeline"].by_id.values()
            if child.json["service"]["id"] == record.id
        ]

    def shown(self, body: Json, who: Principal, record: Record | None = None) -> Json:
        """The body with its connection as this reader may see it, if at all; a record remembers its views."""
        if body.get("connection") is None:
            return body
        if who.blind:
            return {name: member for name, member in body.items() if name != "connection"}
        if record is not None and who.bot in record.views:
            return {**body, "connection": record.views[who.bot]}
        connection = self.connections.shown(body["serviceType"], body["connection"], clear=who.bot)
        if record is not None:
            record.views[who.bot] = connection
        return {**body, "connection": connection}

    def read(self, record: Record, fields: set[str], who: Principal) -> Json:
        """What a GET answers, without hrefs."""
        return self.shown(self.entity(record, fields), who, record)

    # -- writes -----------------------------------------------------------------------------------------------------

    def draft(self, request: Json, who: Principal) -> Json:
        """A new entity from a create request. Raises ApiError 404 for unknown owners, domains, data products."""
        estate = self.estate
        body: Json = {
            "id": str(uuid.uuid4()),
            "name": request["name"],
            "fullyQualifiedName": names.quote_name(request["name"]),
            "displayName": request.get("displayName"),
            "serviceType": request["serviceType"],
            "description": request.get("description"),
            "connection": copy.deepcopy(request.get("connection")),
        }
        if request.get("owner"):
            body["owner"] = estate.owner(request["owner"])
        if request.get("domain"):
            body["domain"] = self._named("domain", request["domain"])
        if self.can.owners:
            body["owners"] = self.owners(request.get("owners") or [])
        if self.can.domains and self.has("domain"):
            body["domains"] = [self._named("domain", fqn) for fqn in request.get("domains") or []]
        products = [self._named("dataProduct", fqn) for fqn in request.get("dataProducts") or []]
        if self.can.data_products and self.has("dataProducts"):
            body["dataProducts"] = products
        if self.can.request_tags:
            body["tags"] = [dict(label) for label in request.get("tags") or []]
        if self.can.ingestion_runner:
            body["ingestionRunner"] = request.get("ingestionRunner")
        if self.can.style and self.has("style"):
            body["style"] = request.get("style")
        body.update({"version": 0.1, "updatedAt": now(), "updatedBy": who.name, "deleted": False})
        body.update(self.kind.defaults)
        if self.can.entity_status:
            body["entityStatus"] = "Unprocessed"
        return {name: member for name, member in body.items() if member is not None}

    def owners(self, references: list[Json]) -> list[Json]:
        """Full references of owners: one team, or several users. Raises ApiError 404 or 400."""
        teams = [reference for reference in references if reference.get("type") == "team"]
        if len(teams) > 1:
            raise coded(400, "Only One Team is allowed to own Data Assets.")
        if teams and len(references) > 1:
            raise coded(400, "Data Assets can have up to 5 users or a Team but not both as owners.")
        return [self.estate.owner(reference) for reference in references]

    def _named(self, kind: str, fqn: str) -> Json:
        record = self.estate.tables[kind].find(fqn=fqn)
        return self.estate.reference(kind, record.id)

    def unmask(self, draft: Json) -> None:
        """Put stored secrets where an update holds masks.

        Nothing is looked up for a soft-deleted service, nor for one stored without a connection. Raises ApiError 400
        for an update that leaves a stored connection out (server 1.2; the newer source still reads on without one).
        """
        stored = self.table.by_fqn.get(draft["fullyQualifiedName"])
        if stored is None or stored.deleted or stored.json.get("connection") is None:
            return
        service_type = draft["serviceType"]
        if draft.get("connection") is None:
            raise self.connections.cannot_unmask(service_type)
        config = self.connections.unmask(
            service_type, draft["connection"].get("config"), stored.json["connection"].get("config")
        )
        draft["connection"] = {"config": config} if config is not None else {}

    def prepare(self, draft: Json) -> None:
        """Encrypt the connection, if there is one. Raises ApiError 400."""
        if draft.get("connection") is not None:
            config = self.connections.encrypt(draft["serviceType"], draft["connection"].get("config"))
            draft["connection"] = {"config": config}

    def _prepare_tags(self, body: Json) -> None:
        """Put the labels in order. Raises ApiError 400 for two that exclude each other."""
        if body.get("tags"):
            body["tags"] = changes.prepared_labels(body["tags"])
            self.estate.check_exclusive(body["tags"])

    def create(self, draft: Json) -> Json:
        """Store a new service; returns the entity without hrefs. Raises ApiError 409 when the name is taken."""
        self._prepare_tags(draft)
        self.prepare(draft)
        record = Record(self.kind.entity, {name: member for name, member in draft.items() if name not in RELATIONS})
        if draft["fullyQualifiedName"] in self.table.by_fqn:
            raise coded(409, "Entity already exists")
        if self.can.request_tags:
            record.tags, draft["tags"] = changes.checked_labels(self.estate, draft["tags"])
        self.relate(record, draft)
        self.table.add(record)
        return draft

    def relate(self, record: Record, body: Json) -> None:
        """Store a body's relations, tags excepted."""
        owners = body.get("owners") or ([body["owner"]] if body.get("owner") else [])
        domains = body.get("domains") or ([body["domain"]] if body.get("domain") else [])
        record.owners = [{"id": owner["id"], "type": owner["type"]} for owner in owners]
        record.domains = [domain["id"] for domain in domains]
        record.data_products = [product["id"] for product in body.get("dataProducts") or []]
        record.runner = body.get("ingestionRunner")

    def put(self, draft: Json, who: Principal) -> tuple[Json, str]:
        """Update the service of that name; returns the entity without hrefs and the change header."""
        self._prepare_tags(draft)
        self.prepare(draft)
        record = self.table.by_fqn[draft["fullyQualifiedName"]]
        original = self.entity(record, self.put_fields())
        self._check_connections(original, draft)
        if record.deleted:
            self.restore(record.id, who)
        updater = Updater(self, record, original, draft, changes.PUT, who)
        changed = updater.run()
        return draft, "entityUpdated" if changed else "entityNoChange"

    def _check_connections(self, original: Json, updated: Json) -> None:
        """Raises ApiError 500 when a side of an update has no connection, on servers that trip over that."""
        if self.can.late_connections:
            return
        for body, variable in ((original, "decryptedOrigConn"), (updated, "decryptedUpdatedConn")):
            if body.get("connection") is None:
                raise null_pointer("org.openmetadata.schema.ServiceConnectionEntityInterface.getConfig()", variable)

    def patch(self, id_: str, operations: list[Json], who: Principal) -> tuple[Json, str]:
        """Apply a JSON patch; returns the entity without hrefs (its secrets as stored) and the change header."""
        record = self.table.find(id_=id_)
        original = self.entity(record, self.put_fields())
        wanted = patching.reordered(operations) if self.can.reorders_patches else operations
        updated = patching.patched(original, wanted, self.classes.entity)
        updated.update({"updatedBy": who.name, "updatedAt": now()})
        if self.can.patch_unmasks and original.get("connection") and updated.get("connection"):
            config = updated["connection"].get("config")
            stored = original["connection"].get("config")
            updated["connection"] = {"config": self.connections.unmask(updated["serviceType"], config, stored)}
        self._prepare_tags(updated)
        self.prepare(updated)
        if self.can.patch_restores_name:
            updated["name"] = original["name"]
        updated["fullyQualifiedName"] = names.quote_name(updated["name"])
        self._check_connections(original, updated)
        updater = Updater(self, record, original, updated, changes.PATCH, who)
        changed = updater.run()
        return updated, "entityUpdated" if changed else "entityNoChange"

    def delete(self, record: Record, recursive: bool, hard: bool, who: Principal) -> tuple[Json, str]:
        """Delete; returns the entity without hrefs (its secrets as stored) and the change header."""
        children = self.estate.children(record)
        if children and not recursive:
            raise coded(400, f"{self.kind.entity} is not empty")
        for child in children:
            self._delete_child(child, hard, who)
        original = self.entity(record, self.put_fields())
        updated = copy.deepcopy(original)
        if hard:
            self.table.drop(record)
            return updated, "entityDeleted"
        updated.update({"updatedBy": who.name, "updatedAt": now(), "deleted": True})
        Updater(self, record, original, updated, changes.SOFT_DELETE, who).run()
        return updated, "entitySoftDeleted"

    def _delete_child(self, child: Record, hard: bool, who: Principal) -> None:
        if hard:
            self.estate.tables[child.kind].drop(child)
        elif not child.deleted:
            child.json = {
                **child.json,
                "deleted": True,
                "version": changes.next_version(child.json["version"]),
                "updatedAt": now(),
                "updatedBy": who.name,
            }

    def restore(self, id_: str, who: Principal) -> Json:
        """Restore a soft-deleted service and its children; returns the entity without hrefs.

        Raises ApiError 404 when the service, or a child, isn't deleted.
        """
        record = self.table.find(id_=id_, include="deleted")
        children = self.estate.children(record)
        for child in children:
            self.estate.tables[child.kind].find(id_=child.id, include="deleted")
        original = self.entity(record, self.put_fields())
        self._check_connections(original, original)
        for child in children:
            version = changes.next_version(child.json["version"])
            child.json = {**child.json, "deleted": False, "version": version, "updatedAt": now()}
        updated = copy.deepcopy(original)
        updated.update({"updatedBy": who.name, "updatedAt": now()})
        Updater(self, record, original, updated, changes.PUT, who).run()
        return updated

    # -- versions ---------------------------------------------------------------------------------------------------

    def versions(self, id_: str) -> list[Json]:
        """The latest and all earlier versions, newest first, without hrefs."""
        record = self.table.find(id_=id_, include="all")
        older = {body["version"]: body for body in record.history}
        return [self.entity(record, self.put_fields()), *(older[version] for version in sorted(older, reverse=True))]

    def version(self, id_: str, text: str) -> Json:
        """One version. Raises ApiError 404 when there is none, 400 when `text` is no number."""
        try:
            wanted = float(text)
        except ValueError:
            raise coded(400, f'For input string: "{text}"') from None
        for body in self.versions(id_):
            if body["version"] == wanted:
                return body
        raise coded(404, f"{self.kind.entity} instance for {id_} and version {wanted} not found")


def with_hrefs(value: Any, base: str, kind: str = "") -> Any:
    """A copy of an entity, or list of them, with `href` added to it and to every reference in it."""
    if isinstance(value, list):
        return [with_hrefs(item, base, kind) for item in value]
    if not isinstance(value, dict):
        return value
    result = dict(value)
    for name in REFERENCES:
        if name in result:
            result[name] = with_hrefs(result[name], base)
    own = kind or str(result.get("type"))
    if "id" in result and own in HREFS:
        result["href"] = f"{base}/api/v1/{HREFS[own]}/{result['id']}"
    return result
