# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in server without a network, for tests: its API is called directly, which leaves no process behind."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

from .api import Api
from .capabilities import capabilities
from .kinds import KINDS
from .messages import Answer, Call, dumps
from .state import State

Json = dict[str, Any]
BASE = "/services/dashboardServices"
SUPERSET: Json = {
    "type": "Superset",
    "hostPort": "http://superset:8088",
    "connection": {"provider": "db", "username": "u", "password": "sekret"},
}


@dataclass
class Reply:
    """An answer, read."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def message(self) -> str:
        """The text of an error."""
        return str(self.body.get("message") or self.body.get("responseMessage") or self.body.get("error"))

    @property
    def change(self) -> str:
        """The change header."""
        return self.headers["X-OpenMetadata-Change"]


class Caller:
    """Calls a server as one of its users."""

    def __init__(
        self,
        profile: str,
        bulk: bool = False,
        extra_members: tuple[str, ...] = (),
        entity: str = "dashboardService",
    ) -> None:
        """A fresh server of a release; `entity` is the kind of service that the short calls below mean."""
        self.entity = entity
        self.base = f"/{KINDS[entity].collection}"
        self.state = State(capabilities(profile, bulk=bulk, extra_members=extra_members))
        self.api = Api(self.state)
        # Tests of single rules must not depend on how fast they run.
        self.state.orchestrator.clock.stop()
        users = ("admin", "ingestion-bot", "rec_user", "rec_user_2", "rec_editor", "plain")
        self.tokens = {name: self.state.token(name) for name in users}

    def call(self, method: str, path: str, body: Any = None, who: str = "admin", **extra: Any) -> Reply:
        """Any request; `query` and `headers` may be given, and `raw` instead of a body."""
        headers = {"Content-Type": "application/json-patch+json" if method == "PATCH" else "application/json"}
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        headers.update(extra.get("headers", {}))
        data = extra.get("raw", b"" if body is None else dumps(body))
        answer: Answer = self.api(Call(method, path, extra.get("query", {}), headers, data, "http://fake"))
        if not answer.body:
            return Reply(answer.status, None, answer.headers)
        is_json = answer.content_type == "application/json"
        return Reply(answer.status, json.loads(answer.body) if is_json else answer.body.decode(), answer.headers)

    def post(self, body: Json, who: str = "admin") -> Reply:
        """Create a service."""
        return self.call("POST", self.base, body, who)

    def put(self, body: Json, who: str = "admin") -> Reply:
        """Create or update a service."""
        return self.call("PUT", self.base, body, who)

    def patch(self, id_: str, *operations: Json, who: str = "admin", **extra: Any) -> Reply:
        """Patch a service."""
        return self.call("PATCH", f"{self.base}/{id_}", list(operations), who, **extra)

    def get(self, name: str = "rec_a", who: str = "admin", **query: str) -> Reply:
        """Read a service by name, with all its relations."""
        known = self.state.services[self.entity].put_fields() - {"ingestionRunner"}
        return self.call("GET", f"{self.base}/name/{name}", who=who, query={"fields": ",".join(sorted(known)), **query})

    def delete(self, id_: str, who: str = "admin", **query: str) -> Reply:
        """Delete a service."""
        return self.call("DELETE", f"{self.base}/{id_}", who=who, query=query)

    def advance(self, seconds: float) -> None:
        """Let time pass for the orchestrator."""
        self.state.orchestrator.clock.advance(seconds)

    def id(self, kind: str, fqn: str) -> str:
        """The id of something seeded."""
        return str(self.state.estate.tables[kind].by_fqn[fqn].id)


def superset(name: str = "rec_a", password: str | None = None, **members: Any) -> Json:
    """A create request for a Superset service."""
    config = copy.deepcopy(SUPERSET)
    if password is not None:
        config["connection"]["password"] = password
    return {"name": name, "serviceType": "Superset", "connection": {"config": config}, **members}


def service(service_type: str, config: Json | None, name: str = "rec_a") -> Json:
    """A create request for a service of any type."""
    return {"name": name, "serviceType": service_type, "connection": {"config": config}}


def pipeline(service_id: str, name: str = "daily", entity: str = "dashboardService", **members: Any) -> Json:
    """A create request for an ingestion pipeline; without a schedule unless `airflowConfig` has one."""
    return {
        "name": name,
        "pipelineType": "metadata",
        "service": {"id": service_id, "type": entity},
        "sourceConfig": {"config": {"type": "DashboardMetadata"}},
        "airflowConfig": {},
        **members,
    }


def op(kind: str, path: str, *value: Any) -> Json:
    """A patch operation."""
    return {"op": kind, "path": path, **({"value": value[0]} if value else {})}


def label(fqn: str, source: str = "Classification") -> Json:
    """A tag label."""
    return {"tagFQN": fqn, "source": source, "labelType": "Manual", "state": "Confirmed"}
