# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run: the same services described for each way of managing them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
API = "/api/v1/services/dashboardServices"
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
    options = {
        "url": f"{url}{API}",
        "method": "PUT",
        "headers": {"Authorization": f"Bearer {token}"},
        "body_format": "json",
        "body": "{{ item }}",
        "status_code": [200, 201],
    }
    return {"name": "A loop", "ansible.builtin.uri": options, "loop": [request_of(each) for each in wanted]}


def _importing(_url: str, _token: str, _wanted: list[Json]) -> Json:
    return {"name": "One task", "bench_import": {}}


TASKS = {
    IMPORTING: _importing,
    "bulk": _bulk,
    "bulk endpoint": _bulk,
    "loop": _loop,
    "module loop": _module_loop,
    "uri": _uri,
}


def write_playbook(path: Path, way: str, url: str, token: str, wanted: list[Json]) -> None:
    """Write the playbook of a way (one of `TASKS`, or `empty`); JSON is YAML too."""
    tasks = [TASKS[way](url, token, wanted)] if way in TASKS else []
    play = {"name": "Benchmark", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
    path.write_text(json.dumps([play]))
