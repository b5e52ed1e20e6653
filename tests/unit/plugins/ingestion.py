# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingestion pipelines in a stand-in server: stored by other means than those under test, managed, and read back.

What waits in here lets time pass for the orchestrator alone: no test waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import ingestion, ingestion_runs, pipelines
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from ansible_collections.community.openmetadata.plugins.module_utils.orchestrator import Orchestrator
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task, Work
from fake_openmetadata.launch import FakeServer
from unit.plugins import modules_here
from unit.plugins.support import ROLES, User, admin, bot, sent, writes

Json = dict[str, Any]
LIST = "/services/ingestionPipelines"
READ = f"GET {LIST}/name/s.p"
SERVICE = "GET /services/dashboardServices/name/s"
VERSION = "GET /system/version"
POST = f"POST {LIST}"
NOTHING = [VERSION, SERVICE, READ]
BOTH_ROLES = pytest.mark.parametrize("role", list(ROLES))
METADATA = {"type": "DashboardMetadata"}


@dataclass
class Clock:
    """The time of whoever waits; it passes for the orchestrator, too."""

    server: FakeServer
    seconds: float = 1000.0

    def now(self) -> float:
        """A look at it takes a moment, so that nobody waits for ever."""
        self.seconds += 0.001
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.server.advance(seconds)


@contextmanager
def _by(clock: Clock) -> Iterator[None]:
    with patch.object(ingestion, "Orchestrator", partial(Orchestrator, clock=clock.now)):
        yield


def _perform(user: User, spec: ArgumentSpec, work: Work, options: Json, **modes: bool) -> Json:
    """What a module returns, with no token of anybody in it."""
    clock = Clock(user.server)

    def waiting(task: Task, client: Client) -> Json:
        with _by(clock):
            return work(task, Client(client.settings, client.redactor, sleep=clock.sleep))

    result = modules_here.result(user, spec, waiting, options, **modes)
    assert user.server.bot_token not in json.dumps(result)
    assert user.server.admin_token not in json.dumps(result)
    return result


def one(user: User, check: bool = False, **options: Any) -> Json:
    """What `ingestion_pipeline` returns for the pipeline `p` of the dashboard service `s`, or another one."""
    return _perform(user, pipelines.one_spec(), pipelines.one, {"service": "s", "name": "p", **options}, check=check)


def many(user: User, listed: list[Json], check: bool = False, **options: Any) -> Json:
    """What `ingestion_pipeline_bulk` returns."""
    options = {"ingestion_pipelines": listed, **options}
    return _perform(user, pipelines.many_spec(), pipelines.many, options, check=check)


def info(user: User, **options: Any) -> Json:
    """What `ingestion_pipeline_info` returns."""
    return _perform(user, pipelines.info_spec(), pipelines.info, options)


def run(user: User, check: bool = False, **options: Any) -> Json:
    """What `ingestion_run` returns for the pipeline `p` of the dashboard service `s`, or another one."""
    options = {"service": "s", "name": "p", **options}
    return _perform(user, ingestion_runs.run_spec(), ingestion_runs.run, options, check=check)


# What service there is of a kind, and what type of it; all releases have these but for some kinds.
TYPES = {
    "dashboard": "Metabase",
    "database": "Mysql",
    "messaging": "Kafka",
    "pipeline": "Dagster",
    "mlmodel": "Mlflow",
    "storage": "S3",
    "search": "ElasticSearch",
    "metadata": "Amundsen",
    "api": "Rest",
    "security": "Ranger",
    "drive": "GoogleDrive",
    "llm": "CustomLLM",
    "mcp": "Mcp",
}


def given_service(server: FakeServer, name: str = "s", kind: str = "dashboard") -> str:
    """Store a service; returns its id."""
    body = {"name": name, "serviceType": TYPES[kind]}
    if kind == "dashboard":
        body["connection"] = {"config": {"type": "Metabase", "hostPort": "http://m"}}  # type: ignore[assignment]
    id_ = str(admin(server).call("POST", f"/services/{kind}Services", body)["id"])
    server.clear_requests()
    return id_


def given(
    server: FakeServer,
    name: str = "p",
    service: str = "s",
    kind: str = "dashboard",
    *,
    deployed: bool = True,
    enabled: bool = True,
    **members: Any,
) -> str:
    """Store a pipeline, deploy it and wait until it is known, pause it; returns its id and empties the log."""
    user = admin(server)
    path = f"/services/{kind}Services"
    body = {
        "name": name,
        "pipelineType": "metadata",
        "service": {"id": user.call("GET", f"{path}/name/{service}")["id"], "type": f"{kind}Service"},
        "sourceConfig": {"config": METADATA},
        "airflowConfig": {},
        **members,
    }
    id_ = str(user.call("POST", LIST, body)["id"])
    if deployed:
        user.call("POST", f"{LIST}/deploy/{id_}")
        server.advance(5)
    if not enabled:
        user.call("POST", f"{LIST}/toggleIngestion/{id_}")
    server.clear_requests()
    return id_


def stored(server: FakeServer, name: str = "s.p") -> Json:
    """A pipeline as a bot reads it now, without how the server's bot logs in."""
    user = bot(server)
    release = Server(user.client().get("/system/version")["version"], PIPELINES["dashboard"])
    body: Json = user.call("GET", f"{LIST}/name/{name}", fields=release.query_fields, include="all")
    del body["openMetadataServerConnection"]
    return body


def dags(server: FakeServer) -> Json:
    """The workflows that the orchestrator has, by name: whether each is paused."""
    return {name: dag["paused"] for name, dag in server.orchestrator()["dags"].items()}


def states(server: FakeServer, name: str = "s.p") -> tuple[bool, bool]:
    """`deployed` and `enabled` as the server has them."""
    body = stored(server, name)
    return body["deployed"], body["enabled"]


def patched(server: FakeServer) -> list[Json]:
    """The operations of all PATCHes since the log was cleared."""
    return [operation for entry in writes(server) if entry["method"] == "PATCH" for operation in entry["body"]]


def posted(server: FakeServer) -> Json:
    """The body of the only create request since the log was cleared."""
    (body,) = (entry["body"] for entry in writes(server) if (entry["method"], entry["path"]) == ("POST", LIST))
    return dict(body)


def acts(server: FakeServer) -> list[str]:
    """What the orchestrator was told since the log was cleared, in order: `deploy`, `toggleIngestion` …"""
    found = (entry.removeprefix(f"{POST}/").partition("/")[0] for entry in sent(server) if f"{POST}/" in entry)
    return list(found)


def assert_no_put(server: FakeServer) -> None:
    """Nothing was sent that would undeploy a pipeline; a restore is no such thing."""
    puts = {entry["path"] for entry in writes(server) if entry["method"] == "PUT"}
    assert puts <= {f"{LIST}/restore"}
