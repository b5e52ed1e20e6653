# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingestion pipelines: stored like services, and given to an orchestrator that runs them."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

from . import changes, names
from .connections import Connections
from .errors import bad_request, null_pointer, unhandled
from .estate import Estate, Record, now
from .kinds import NEVER, EntityType
from .orchestrator import Orchestrator
from .pipeline_classes import PipelineClasses
from .repository import Repository, with_hrefs
from .sources import schedule_fault, source_fault
from .tokens import Principal
from .updating import Updater

Json = dict[str, Any]
# Source: the models published with each release; no release has tags on pipelines.
PIPELINE = EntityType(
    "ingestionPipeline", {"tags": NEVER, "dataProducts": NEVER, "ingestionRunner": NEVER, "domain": (1, 5)}
)
DBT = "DBT"
# What a change of makes newer servers deploy a deployed pipeline anew.
_REDEPLOYED = {"airflowConfig", "enabled", "sourceConfig", "loggerLevel"}


class PipelineUpdater(Updater):
    """The updater of ingestion pipelines. Name, type and service are not compared: changes of them go unnoticed."""

    repository: Pipelines

    def _special(self) -> None:
        old, new = (self.repository.decrypted(body) for body in (self.original, self.updated))
        if old != new:
            self.change.record("sourceConfig", "old-encrypted-value", "new-encrypted-value", as_json=True)
        self.change.record("airflowConfig", self.original["airflowConfig"], self.updated.get("airflowConfig"))
        for name in ("loggerLevel", "enabled", "deployed", "raiseOnError", "enableStreamableLogs"):
            if self.updated.get(name) is not None:
                self.change.record(name, self.original.get(name), self.updated[name])
        if self.operation == changes.PATCH:
            self._redeploy()

    def _redeploy(self) -> None:
        """Newer servers tell the orchestrator of a change before it is stored. Raises ApiError 400 when that fails."""
        changed = {one["name"] for one in self.change.added + self.change.updated + self.change.deleted}
        if self.can.redeploys_on_change and self.original["deployed"] and changed & _REDEPLOYED:
            self.repository.deploy(self.updated)
            if "enabled" in changed:
                self.repository.orchestrator.pause(self.updated["name"], not self.updated["enabled"])


class Pipelines(Repository):
    """The repository of ingestion pipelines."""

    updater = PipelineUpdater

    def __init__(
        self, estate: Estate, connections: Connections, orchestrator: Orchestrator, server: Callable[[], Json]
    ) -> None:
        """`connections` know the source configs, `server` is how the orchestrator reaches this server."""
        super().__init__(PIPELINE, estate, PipelineClasses(estate.can))
        self.connections = connections
        self.orchestrator = orchestrator
        self._server = server

    def fqn(self, body: Json) -> str:
        """The service's FQN and the name, quoted when it holds a dot."""
        return f"{body['service'].get('fullyQualifiedName')}.{names.quote_name(body['name'])}"

    def draft(self, request: Json, who: Principal) -> Json:
        """A new pipeline from a create request. Raises ApiError 404 for an unknown owner or domain.

        The service is looked up later, so that the FQN is a wrong one unless the request knows the service's.
        """
        body: Json = {
            "id": str(uuid.uuid4()),
            **{name: request[name] for name in self.classes.create.members if name in request},
            "deployed": False,
            "enabled": True,
            "version": 0.1,
            "updatedAt": now(),
            "updatedBy": who.name,
            "deleted": False,
            "provider": request.get("provider") or "user",
        }
        if request.get("owner"):
            body["owner"] = self.estate.owner(request["owner"])
        if self.can.owners:
            body["owners"] = self.owners(request.get("owners") or [])
        if request.get("domain"):
            body["domain"] = self.named("domain", request["domain"])
        if self.can.domains:
            body["domains"] = [self.named("domain", fqn) for fqn in request.get("domains") or []]
        if self.can.since(1, 7):
            body.setdefault("raiseOnError", True)
        if self.can.since(1, 10):
            body.setdefault("enableStreamableLogs", False)
        body["fullyQualifiedName"] = self.fqn(body)
        return body

    def unmask(self, draft: Json) -> None:
        """Put stored secrets where an update holds masks.

        Server 1.2 looks the pipeline up by the FQN of the service as the request has it: a request that names the
        service by its id alone has its masks stored.
        """
        stored = self.table.by_fqn.get(draft["fullyQualifiedName"])
        if stored is not None and not stored.deleted:
            self._unmask(draft, stored.json)
        named = draft["service"]
        draft["service"] = self.estate.reference(str(named.get("type")), str(named.get("id")), "non-deleted")
        draft["fullyQualifiedName"] = self.fqn(draft)

    def _unmask(self, body: Json, stored: Json) -> None:
        if self._is_dbt(body) and self._is_dbt(stored):
            config = self.connections.unmask(DBT, body["sourceConfig"].get("config"), stored["sourceConfig"]["config"])
            body["sourceConfig"] = {"config": config}

    def unmask_patched(self, original: Json, updated: Json) -> None:
        """The newest servers put stored secrets where a patched pipeline holds masks (newest source)."""
        if self.can.pipeline_patch_unmasks and updated.get("sourceConfig"):
            self._unmask(updated, original)

    def _is_dbt(self, body: Json) -> bool:
        """Only these are converted to a class, and have secrets. Source: server 1.2."""
        return bool(body["pipelineType"] == "dbt" and body["service"]["type"] == "databaseService")

    def prepare(self, body: Json) -> None:
        """Look the service up and encrypt the config of a dbt pipeline. Raises ApiError 404, 400 or 500."""
        named = body["service"]
        body["service"] = self.estate.reference(str(named.get("type")), str(named.get("id")), "non-deleted")
        body["fullyQualifiedName"] = self.fqn(body)
        if body.get("sourceConfig") is None:
            call = "org.openmetadata.schema.metadataIngestion.SourceConfig.getConfig()"
            raise null_pointer(call, "ingestionPipeline.getSourceConfig()")
        if self._is_dbt(body):
            body["sourceConfig"] = {"config": self.connections.encrypt(DBT, body["sourceConfig"].get("config"))}

    def stored(self, body: Json, original: Json | None) -> Json:
        """The service is stored apart, so that an update never moves a pipeline."""
        service = (original or body)["service"]
        kept = super().stored(body, original)
        kept.pop("openMetadataServerConnection", None)
        return {**kept, "service": {"id": service["id"], "type": service["type"]}}

    def own(self, record: Record, fields: set[str]) -> Json:
        """The service, and the last run if it is asked for."""
        service = record.json["service"]
        shown: Json = {"service": self.estate.reference(service["type"], service["id"])}
        if "pipelineStatuses" in fields:
            recorded = [one for one in self._statuses(record) if one["pipelineState"] != "queued"]
            shown.update({"pipelineStatuses": recorded[0]} if recorded else {})
        return shown

    def _statuses(self, record: Record) -> list[Json]:
        self.orchestrator.tick()
        runs = self.orchestrator.runs.get(record.fqn, [])
        shown = [run.recorded(self.orchestrator.clock.now()) for run in reversed(runs)]
        return [one for one in shown if one is not None]

    def decrypted(self, body: Json) -> Any:
        """The source config with secrets in clear."""
        config = body["sourceConfig"].get("config")
        return self.connections.decrypt(DBT, config) if self._is_dbt(body) else config

    def shown(self, body: Json, who: Principal, record: Record | None = None) -> Json:
        """With the connection to this server, the bot's token in clear, for everybody (server 1.2)."""
        shown = {**body, "openMetadataServerConnection": self._server()}
        if self._is_dbt(body):
            show = self.connections.decrypt if who.bot else self.connections.mask
            shown["sourceConfig"] = {"config": show(DBT, body["sourceConfig"].get("config"))}
        return shown

    def shown_patched(self, body: Json, who: Principal) -> Json:
        """As any other answer (server 1.2)."""
        return self.shown(body, who)

    def shown_removed(self, body: Json, base: str, dummy_who: Principal) -> Json:
        """As stored, ciphertext included, with a href for the service alone (server 1.2)."""
        return {**body, "service": with_hrefs(body["service"], base)}

    def shown_version(self, body: Json, dummy_who: Principal) -> Json:
        """As stored, ciphertext included (server 1.2)."""
        return body

    def chosen(self, records: list[Record], query: dict[str, str]) -> list[Record]:
        """By `service` (an FQN), `serviceType` (its entity type) and `pipelineType` (one or several)."""
        if query.get("service"):
            records = [record for record in records if record.fqn.startswith(f"{query['service']}.")]
        if query.get("serviceType"):
            records = [record for record in records if record.json["service"]["type"] == query["serviceType"]]
        if query.get("pipelineType"):
            wanted = query["pipelineType"].split(",")
            records = [record for record in records if record.json["pipelineType"] in wanted]
        return records

    def create(self, draft: Json) -> Json:
        """Store a new pipeline. Raises ApiError for what the server trips over only when it is stored (server 1.2)."""
        created = super().create(draft)
        config = created["sourceConfig"].get("config")
        if not isinstance(config, dict):
            raise unhandled("A JSONObject text must begin with '{' at 1 [character 2 line 1]")
        sample = config.get("profileSample")
        if isinstance(sample, int | float) and not 0 <= sample <= 100:
            raise bad_request("Profile sample value must be between 0 and 100")
        return created

    # -- the orchestrator -------------------------------------------------------------------------------------------

    def deploy(self, body: Json) -> Json:
        """Give a pipeline to the orchestrator. Raises ApiError 400."""
        fault = source_fault(self.can.version, self.decrypted(body))
        return self.orchestrator.deploy(body, fault or schedule_fault(body["airflowConfig"].get("scheduleInterval")))

    def mark(self, record: Record, who: Principal, **members: bool) -> tuple[Json, str]:
        """Store what the orchestrator did; neither time nor author of the pipeline change (server 1.2)."""
        original = self.entity(record, self.put_fields())
        updated = {**copy.deepcopy(original), **members}
        changed = self.updater(self, record, original, updated, changes.PUT, who).run()
        return updated, "entityUpdated" if changed else "entityNoChange"
