# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a kind: their connections, and the pipelines that work on them."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from . import names
from .connections import Connections
from .errors import null_pointer
from .estate import Estate, Record, now
from .kinds import Kind
from .repository import Repository
from .requests_in import ServiceClasses
from .tokens import Principal
from .updating import ServiceUpdater

Json = dict[str, Any]


class Services(Repository):
    """The repository of one kind of services."""

    updater = ServiceUpdater

    def __init__(self, kind: Kind, estate: Estate, connections: Connections, classes: ServiceClasses) -> None:
        """Work on an estate; the classes say what requests and patched services must fit."""
        super().__init__(kind, estate, classes)
        self.kind: Kind = kind
        self.connections = connections

    def fqn(self, body: Json) -> str:
        """The name, quoted when it holds a dot."""
        return names.quote_name(body["name"])

    def asked(self, fqn: str) -> str:
        """A name with a dot may be written without quotes."""
        return names.quote_name(fqn)

    def own(self, record: Record, fields: set[str]) -> Json:
        """The pipelines, if they are asked for."""
        return {"pipelines": self._pipelines(record)} if "pipelines" in fields else {}

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
            body["domain"] = self.named("domain", request["domain"])
        if self.can.owners:
            body["owners"] = self.owners(request.get("owners") or [])
        if self.can.domains and self.has("domain"):
            body["domains"] = [self.named("domain", fqn) for fqn in request.get("domains") or []]
        products = [self.named("dataProduct", fqn) for fqn in request.get("dataProducts") or []]
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

    def prepare(self, body: Json) -> None:
        """Encrypt the connection, if there is one. Raises ApiError 400."""
        if body.get("connection") is not None:
            config = self.connections.encrypt(body["serviceType"], body["connection"].get("config"))
            body["connection"] = {"config": config}

    def check(self, original: Json, updated: Json) -> None:
        """Raises ApiError 500 when a side of an update has no connection, on servers that trip over that."""
        if self.can.late_connections:
            return
        for body, variable in ((original, "decryptedOrigConn"), (updated, "decryptedUpdatedConn")):
            if body.get("connection") is None:
                raise null_pointer("org.openmetadata.schema.ServiceConnectionEntityInterface.getConfig()", variable)

    def unmask_patched(self, original: Json, updated: Json) -> None:
        """Newer servers put stored secrets where a patched connection holds masks (newer source)."""
        if self.can.patch_unmasks and original.get("connection") and updated.get("connection"):
            config = updated["connection"].get("config")
            stored = original["connection"].get("config")
            updated["connection"] = {"config": self.connections.unmask(updated["serviceType"], config, stored)}
