# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Automation workflows: tests of connections that the orchestrator makes for the server."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

from . import changes, names
from .connection_tests import RunningTest, TestPlan, is_defined, plan_for
from .connections import Connections
from .errors import bad_request
from .estate import Estate, Record, now
from .kinds import KINDS, NEVER, EntityType
from .orchestrator import Orchestrator, deployment_error
from .pipeline_classes import WorkflowClasses
from .repository import Repository
from .services import Services
from .tokens import Principal

Json = dict[str, Any]
WORKFLOW = EntityType("workflow", {"tags": NEVER, "dataProducts": NEVER, "ingestionRunner": NEVER, "domain": (1, 5)})
_ENTITIES = {kind.java: entity for entity, kind in KINDS.items()}
_UNREACHABLE = "No response from the test connection. Make sure your service is reachable and accepting connections"
# Source: server 1.2, its plugin and its client.
_BROKEN = (
    "{name} Failed to trigger workflow due to airflow API returned Internal Server Error and response "
    '{{"error": "Error running automation workflow due to [Test connection definition for '
    '{type}.testConnectionDefinition not found!] "}}'
)


class Workflows(Repository):
    """The repository of automation workflows."""

    def __init__(
        self, estate: Estate, services: dict[str, Services], orchestrator: Orchestrator, server: Callable[[], Json]
    ) -> None:
        """`services` are the repositories of all kinds, `server` is how the orchestrator reaches this server."""
        super().__init__(WORKFLOW, estate, WorkflowClasses(estate.can))
        self._services = services
        self.orchestrator = orchestrator
        self._server = server
        self.plans: list[TestPlan] = []
        self._running: dict[str, RunningTest] = {}

    def fqn(self, body: Json) -> str:
        """The name, quoted when it holds a dot."""
        return names.quote_name(body["name"])

    def asked(self, fqn: str) -> str:
        """A name with a dot may be written without quotes."""
        return names.quote_name(fqn)

    def order(self, members: Json) -> None:
        """Plan how the next test goes. Raises TypeError for an unknown member."""
        self.plans.append(TestPlan(**members))

    def reset(self) -> None:
        """Forget plans and tests under way."""
        self.plans.clear()
        self._running.clear()

    def draft(self, request: Json, who: Principal) -> Json:
        """A new workflow from a create request. Raises ApiError 404 for an unknown owner, 400 without a request."""
        if not isinstance(request["request"], dict):
            raise bad_request("Request must not be empty")
        body: Json = {
            "id": str(uuid.uuid4()),
            "fullyQualifiedName": names.quote_name(request["name"]),
            **{name: copy.deepcopy(request[name]) for name in self.classes.create.members if name in request},
            "version": 0.1,
            "updatedAt": now(),
            "updatedBy": who.name,
            "deleted": False,
        }
        body["request"].setdefault("secretsManagerProvider", "noop")
        if request.get("owner"):
            body["owner"] = self.estate.owner(request["owner"])
        if self.can.owners:
            body["owners"] = self.owners(request.get("owners") or [])
        return body

    def _tested(self, body: Json) -> tuple[Connections, str]:
        """The rules for the connection that a workflow tests, and its type. Raises ApiError 400."""
        request = body["request"]
        entity = _ENTITIES.get(str(request.get("serviceType")), "")
        if not entity or KINDS[entity].since > self.can.version:
            raise bad_request(f"Invalid service type {request.get('serviceType')}")
        connections = self._services[entity].connections
        connection_type = str(request.get("connectionType"))
        if connection_type not in connections.catalogue.service_types:
            raise bad_request(f"Invalid connection type {connection_type}")
        return connections, connection_type

    def _with_config(self, body: Json, change: Callable[[Connections, str, Any], Any]) -> Json:
        connections, connection_type = self._tested(body)
        config = change(connections, connection_type, (body["request"].get("connection") or {}).get("config"))
        return {**body, "request": {**body["request"], "connection": {"config": config}}}

    def prepare(self, body: Json) -> None:
        """Put the secrets of the service that is named where there are masks, and encrypt. Raises ApiError 400.

        Source: server 1.2, and for the masks the published source.
        """
        request = body["request"]
        named = self.estate.tables.get(_ENTITIES.get(str(request.get("serviceType")), ""))
        record = named.by_fqn.get(names.quote_name(str(request.get("serviceName")))) if named else None
        stored = ((record.json.get("connection") or {}).get("config")) if record else None
        body.update(self._with_config(body, lambda rules, kind, config: rules.unmask(kind, config, stored)))
        body.update(self._with_config(body, lambda rules, kind, config: rules.encrypt(kind, config)))

    def stored(self, body: Json, original: Json | None) -> Json:
        """Without the connection to this server."""
        kept = super().stored(body, original)
        kept.pop("openMetadataServerConnection", None)
        return kept

    def shown(self, body: Json, who: Principal, record: Record | None = None) -> Json:
        """Masked for people, in clear for bots; the bot's token in clear for everybody (server 1.2)."""
        shown = self._with_config(body, lambda rules, kind, config: rules.shown(kind, {"config": config}, who.bot))
        shown["request"]["connection"] = shown["request"]["connection"]["config"]
        return {**shown, "openMetadataServerConnection": self._server()}

    def shown_patched(self, body: Json, who: Principal) -> Json:
        """As any other answer."""
        return self.shown(body, who)

    def shown_removed(self, body: Json, dummy_base: str, who: Principal) -> Json:
        """As any other answer, without a href (server 1.2)."""
        return self.shown(body, who)

    # -- tests ------------------------------------------------------------------------------------------------------

    def trigger(self, record: Record) -> Json | None:
        """Start the test; None without an orchestrator. Raises ApiError 400 when it can't be reached (server 1.2)."""
        name = record.json["name"]
        mode = self.orchestrator.mode
        if mode == "none":
            return None
        if mode == "down":
            raise deployment_error(name, _UNREACHABLE)
        if mode == "unauthorized":
            raise bad_request(f"{name} Failed to trigger workflow due to airflow API returned Unauthorized")
        request = record.json["request"]
        if not is_defined(request["connectionType"]):
            raise bad_request(_BROKEN.format(name=name, type=request["connectionType"]))
        plan = self.plans.pop(0) if self.plans else plan_for(request["connectionType"], request["connection"]["config"])
        self._running[record.id] = RunningTest(
            request["connectionType"], plan, self.orchestrator.clock.now(), strict=not self.can.since(1, 3)
        )
        message = f"Workflow [__root__=&#39;{name}&#39;] has been triggered."
        return {"code": 200, "reason": f'{{"message": "{message}"}}', "platform": "Airflow"}

    def catch_up(self) -> None:
        """Store what the tests under way have reported by now."""
        for id_, test in list(self._running.items()):
            record = self.table.by_id.get(id_)
            for report in test.reports(self.orchestrator.clock.now()) if record else []:
                self._report(record, report)

    def _report(self, record: Record, response: Json) -> None:
        """Store a report as the bot does; the workflow's own status says only that the test ended (server 1.2)."""
        old = record.json
        ended = response["status"] != "Running"
        change = changes.Change()
        status = "Successful" if ended else "Running"
        change.record("status", old.get("status"), status)
        change.record("response", old.get("response"), response, as_json=True)
        record.history.append(old)
        again = self.can.consolidation and old["updatedBy"] == "ingestion-bot"
        record.json = {
            **old,
            "status": status,
            "response": response,
            "version": old["version"] if again else changes.next_version(old["version"]),
            "updatedAt": now(),
            "updatedBy": "ingestion-bot",
            "changeDescription": change.described(old["version"]),
        }
