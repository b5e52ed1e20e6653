# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingestion pipelines that hold a secret wherever the catalogue has one, and the token of the server's own bot."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES, PIPELINES_PATH
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from fake_openmetadata.launch import FakeServer
from leaks.canaries import Canaries
from leaks.connections import Json, Place, _covering, places
from leaks.servers import canaries_for
from unit.plugins import configs

MODULE, BULK, INFO, RUN = "ingestion_pipeline", "ingestion_pipeline_bulk", "ingestion_pipeline_info", "ingestion_run"
SCHEDULE = "30 2 * * *"
# Those types of which a secret is known to the newest release, by kind of service.
HOLDING = tuple(
    (kind, type_)
    for kind, resource in PIPELINES.items()
    for type_ in resource.configs
    if type_ != "Application" and places(type_, resource)
)


@dataclass(frozen=True)
class Pipeline:
    """A pipeline to manage; `places` are those of its `secrets`."""

    options: Json
    places: frozenset[Place]
    secrets: frozenset[str]

    def request(self, service: Json) -> Json:
        """What the server is sent to create it below a service."""
        given = self.options
        return {
            "name": given["name"],
            "pipelineType": given["pipeline_type"],
            "service": service,
            "sourceConfig": {"config": given["source_config"]},
            "airflowConfig": {"scheduleInterval": given["schedule"]},
        }


def pipelines(canaries: Canaries, generation: str = "", holding: Iterable[tuple[str, str]] = HOLDING) -> list[Pipeline]:
    """Pipelines that together hold a secret in every place, each a secret of its own."""
    found = []
    for kind, type_ in holding:
        resource = PIPELINES[kind]
        for number, (choices, reached) in enumerate(_covering(type_, resource)):
            name = f"{kind}_{type_}_{number}"
            config, secrets = configs.full(type_, choices, resource=resource), set()
            for path in configs.canaries(type_, choices, resource):
                secret = canaries.fitting(path[-1], f"{generation}{name} {'.'.join(path)}")
                config = configs.put(config, path, secret)
                secrets.add(secret)
            options = {
                "service_kind": kind,
                "service": f"{kind}_service",
                "name": name,
                "pipeline_type": type_,
                "schedule": SCHEDULE,
                "source_config": config,
            }
            found.append(Pipeline(options, reached, frozenset(secrets)))
    return found


def _call(server: FakeServer, method: str, path: str, body: Any = None) -> Any:
    """A request of an admin, without Ansible."""
    headers = {"Authorization": f"Bearer {server.admin_token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{server.url}/api/v1{path}", data, headers, method=method)  # noqa: S310 - our own process
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read())


def make_service(server: FakeServer, kind: str, config: Json | None = None, type_: str = "") -> Json:
    """A service that pipelines belong to; a reference to it."""
    resource = RESOURCES[kind]
    name = type_ or next(iter(configs.types(resource)))
    connection = {"type": name, **(config or configs.minimal(name, resource=resource))}
    body = {"name": f"{kind}_service", "serviceType": name, "connection": {"config": connection}}
    made = _call(server, "PUT", resource.path, body)
    return {"id": made["id"], "type": resource.entity_type}


def store(server: FakeServer, pipeline: Pipeline, service: Json) -> str:
    """Put a pipeline onto the server; returns the token of the server's bot, which every answer shows."""
    made = _call(server, "POST", PIPELINES_PATH, pipeline.request(service))
    token: str = made["openMetadataServerConnection"]["securityConfig"]["jwtToken"]
    return token


PLAIN: Json = {"service": "dashboard_service", "name": "plain"}


@dataclass(frozen=True)
class Scene:
    """A server with a pipeline whose service has a `password`, and the `token` of the server's own bot."""

    canaries: Canaries
    password: str
    token: str


def scene(server: FakeServer) -> Scene:
    """Store a service and a pipeline, and learn what may not be told; runs go quickly."""
    server.configure_orchestrator(known_after=0, queued=0, unseen=0, seconds=0.1)
    canaries = canaries_for(server)
    password = canaries.plain("the service's password")
    config = {"hostPort": "https://metabase.example.com", "username": "reader", "password": password}
    service = make_service(server, "dashboard", config, "Metabase")
    plain = {"name": "plain", "pipeline_type": "metadata", "schedule": SCHEDULE, "source_config": {}}
    token = store(server, Pipeline(plain, frozenset(), frozenset()), service)
    canaries.hide("the signature of the token of the server's bot", token.rpartition(".")[2])
    for kind in {kind for kind, _type in HOLDING}:
        make_service(server, kind)
    return Scene(canaries, password, token)
