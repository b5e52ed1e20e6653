# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests ask of a stand-in server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from fake_openmetadata.launch import FakeServer
from leaks.canaries import Canaries
from leaks.connections import Json, Service

PATH = "/services/dashboardServices"
WRITES = f"{PATH}(/.*)?$"

Start = Callable[[str], FakeServer]


def canaries_for(server: FakeServer) -> Canaries:
    """Secrets to hide, and the server's tokens, which nobody else made."""
    tokens = {"admin": server.admin_token, "bot": server.bot_token}
    # A signature alone is a secret, too: header and claims can be guessed.
    return Canaries({f"the signature of the {who}'s token": token.rpartition(".")[2] for who, token in tokens.items()})


def login(server: FakeServer, who: str) -> Json:
    """Options that log in; nothing is tried twice, for the faults are meant to be seen."""
    token = {"admin": server.admin_token, "bot": server.bot_token}[who]
    return {"url": server.url, "token": token, "retries": 0}


def store(server: FakeServer, found: list[Service]) -> None:
    """Put services onto the server without Ansible."""
    for service in found:
        headers = {"Authorization": f"Bearer {server.admin_token}", "Content-Type": "application/json"}
        body = json.dumps(service.request()).encode()
        with urlopen(Request(f"{server.url}/api/v1{PATH}", body, headers, method="PUT"), timeout=10):  # noqa: S310
            pass


def sent(server: FakeServer) -> set[str]:
    """Every text that the server was sent in a request's body."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(member)
        if isinstance(value, str):
            found.add(value)

    walk([entry["body"] for entry in server.requests()])
    return found


def unmet(server: FakeServer) -> list[Json]:
    """The faults that no request met: what they were to show was not shown."""
    with urlopen(f"{server.url}/_fake/faults", timeout=10) as answer:  # noqa: S310
        return [fault["spec"] for fault in json.loads(answer.read()) if not fault["fired"]]
