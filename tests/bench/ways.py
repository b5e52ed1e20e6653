# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run: the same services, and the same pipelines, described for each way of managing them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
API = "/api/v1/services/dashboardServices"
PIPELINES_API = "/api/v1/services/ingestionPipelines"
PIPELINE = ("service", "name", "schedule", "source_config")
"""What a pipeline is described by."""
EMPTY = "empty"
"""A play without tasks."""
IMPORTING = "importing"
"""A task with a module that only imports requests."""


def services_of(count: int, description: str) -> list[Json]:
    """That many Superset services, in the collection's words; their passwords are made up."""
    return [
        {
            "name": f"bench_{number:04}",
            "service_type": "Superset",
            "display_name": description,
            "connection": {
                "hostPort": f"http://superset-{number}:8088",
                "connection": {"provider": "db", "username": "openmetadata", "password": f"made-up-{number}"},
            },
        }
        for number in range(count)
    ]


def request_of(service: Json) -> Json:
    """A service as the API wants it."""
    return {
        "name": service["name"],
        "serviceType": service["service_type"],
        "displayName": service["display_name"],
        "connection": {"config": {"type": service["service_type"], **service["connection"]}},
    }


def pipelines_of(services: list[Json]) -> list[Json]:
    """A nightly pipeline for each of these stored services, in the collection's words, and its service's id."""
    return [
        {
            "service": service["name"],
            "service_id": service["id"],
            "name": f"{service['name']}_metadata",
            "schedule": "30 2 * * *",
            "source_config": {"includeOwners": True},
        }
        for service in services
    ]


def _pipeline_request_of(pipeline: Json) -> Json:
    """A pipeline as the API wants it."""
    return {
        "name": pipeline["name"],
        "pipelineType": "metadata",
        "service": {"id": pipeline["service_id"], "type": "dashboardService"},
        "sourceConfig": {"config": {"type": "DashboardMetadata", **pipeline["source_config"]}},
        "airflowConfig": {"scheduleInterval": pipeline["schedule"]},
    }


def _bulk(url: str, token: str, wanted: list[Json]) -> Json:
    options = {"url": url, "token": token, "services": wanted}
    return {"name": "One task", "community.openmetadata.dashboard_service_bulk": options}


def _module_loop(url: str, token: str, wanted: list[Json]) -> Json:
    return {**_loop(url, token, wanted), "vars": {"openmetadata_in_controller": False}}


def _loop(url: str, token: str, wanted: list[Json]) -> Json:
    names = ("name", "service_type", "display_name", "connection")
    options = {"url": url, "token": token, **{name: f"{{{{ item.{name} }}}}" for name in names}}
    return {"name": "A loop", "community.openmetadata.dashboard_service": options, "loop": wanted}


def _uri(url: str, token: str, wanted: list[Json]) -> Json:
    return _put(f"{url}{API}", token, [request_of(each) for each in wanted])


def _put(url: str, token: str, requests: list[Json]) -> Json:
    options = {
        "url": url,
        "method": "PUT",
        "headers": {"Authorization": f"Bearer {token}"},
        "body_format": "json",
        "body": "{{ item }}",
        "status_code": [200, 201],
    }
    return {"name": "A loop", "ansible.builtin.uri": options, "loop": requests}


def _pipeline_bulk(url: str, token: str, wanted: list[Json]) -> Json:
    listed = [{name: each[name] for name in PIPELINE} for each in wanted]
    options = {"url": url, "token": token, "ingestion_pipelines": listed}
    return {"name": "One task", "community.openmetadata.ingestion_pipeline_bulk": options}


def _pipeline_loop(url: str, token: str, wanted: list[Json]) -> Json:
    options = {"url": url, "token": token, **{name: f"{{{{ item.{name} }}}}" for name in PIPELINE}}
    return {"name": "A loop", "community.openmetadata.ingestion_pipeline": options, "loop": wanted}


def _pipeline_uri(url: str, token: str, wanted: list[Json]) -> Json:
    """Such loops know nothing of what is there: they store everything, and deploy everything."""
    put = _put(f"{url}{PIPELINES_API}", token, [_pipeline_request_of(each) for each in wanted])
    deploy = {
        "url": f"{url}{PIPELINES_API}/deploy/{{{{ item }}}}",
        "method": "POST",
        "headers": {"Authorization": f"Bearer {token}"},
    }
    ids = "{{ stored.results | map(attribute='json.id') }}"
    return {
        "name": "Two loops",
        "block": [
            {**put, "register": "stored"},
            {"name": "Another loop", "ansible.builtin.uri": deploy, "loop": ids},
        ],
    }


def _importing(_url: str, _token: str, _wanted: list[Json]) -> Json:
    return {"name": "One task", "bench_import": {}}


TASKS = {
    IMPORTING: _importing,
    "bulk": _bulk,
    "bulk endpoint": _bulk,
    "loop": _loop,
    "module loop": _module_loop,
    "uri": _uri,
    "pipeline bulk": _pipeline_bulk,
    "pipeline loop": _pipeline_loop,
    "pipeline uri": _pipeline_uri,
}


def write_playbook(path: Path, way: str, url: str, token: str, wanted: list[Json]) -> None:
    """Write the playbook of a way (one of `TASKS`, or `empty`); JSON is YAML too."""
    tasks = [TASKS[way](url, token, wanted)] if way in TASKS else []
    play = {"name": "Benchmark", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
    path.write_text(json.dumps([play]))
