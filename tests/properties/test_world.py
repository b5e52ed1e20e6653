# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in within this process says the same as the one that is a process of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from ansible_collections.community.openmetadata.plugins.module_utils.resources import COLLECTIONS
from fake_openmetadata.launch import FakeServer
from properties import strategies
from properties.counting import count, scaled
from properties.strategies import Start
from properties.world import ADMIN, SINGLE, URL, World, run_module

Json = dict[str, Any]


class Remote(World):
    """The same, but the module's requests go over the network to a process."""

    def __init__(self, server: FakeServer, profile: str) -> None:
        super().__init__(profile)
        self.process = server

    def run(self, module: Any, arguments: Any, check: bool = False) -> Json:
        """Run a module against the process."""
        return run_module(module, {"url": self.process.url, "token": self.process.admin_token, **arguments}, check)

    def call(self, method: str, path: str, body: Any = None, who: str = ADMIN, **query: str) -> Json:
        """One request of somebody else, over the network."""
        import requests

        token = self.process.admin_token if who == ADMIN else self.process.bot_token
        kind = "application/json-patch+json" if method == "PATCH" else "application/json"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.process.url}/api/v1{path}"
        answer = requests.request(method, url, params=query, data=data, headers=headers, timeout=10)
        answer.raise_for_status()
        found: Json = answer.json()
        return found


def without_ids(result: Json, address: str) -> str:
    """A result as text, without what differs from server to server."""
    service = result.get("dashboard_service") or {}
    text = json.dumps({name: value for name, value in result.items() if name != "invocation"}, sort_keys=True)
    for name in ("id", "updated_at"):
        if service.get(name):
            text = text.replace(str(service[name]), name)
    for owner in service.get("owners", ()):
        text = text.replace(owner["id"], owner["name"])
    return text.replace(address, "server")


@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_the_network_makes_no_difference(profile: str) -> None:
    near = World(profile)
    with FakeServer(profile) as server:
        far = Remote(server, profile)
        far.ids = _ids(far)

        @settings(max_examples=scaled(10, 50))
        @given(strategies.cases(near.server))
        def check(case: tuple[Start, Json]) -> None:
            start, task = case
            near.reset()
            server.reset()
            for world in (near, far):
                start.make(world)
            for checking in (True, False, False):
                one = without_ids(near.run(SINGLE, task, checking), URL)
                other = without_ids(far.run(SINGLE, task, checking), server.url)
                assert one == other
            count()

        check()


def _ids(world: Remote) -> dict[tuple[str, str], str]:
    """The ids of what the process has from the start."""
    found = {}
    for kind, path in COLLECTIONS.items():
        for entity in world.call("GET", path, limit="1000")["data"]:
            found[kind, entity["fullyQualifiedName"]] = entity["id"]
    return found
