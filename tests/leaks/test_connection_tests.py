# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of connections, by connectors that quote what they are given, and answers that hold the bot's token."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaks.connections import Json, Service, superset
from leaks.playbook import Run, Step
from leaks.servers import Start, canaries_for, login, sent, store

WORKFLOWS = "/automations/workflows"


def step(title: str, options: Json, **members: object) -> Step:
    """A task that tests a connection."""
    return Step(title, {"kind": "dashboard", "interval": 0.1, **options}, "connection_test", **members)  # type: ignore[arg-type]


def quoting(service: Service) -> str:
    """What a bad connector says."""
    return f"can't log in: {service.connection} {' '.join(service.secrets)}"


@pytest.mark.parametrize("who", ["admin", "bot"])
def test_a_connection_is_tested(start: Start, folder: Path, who: str) -> None:
    server = start("2.0")
    canaries = canaries_for(server)
    first, second, third = (superset(canaries, label) for label in ("stored", "given", "new"))
    unstored = {**third.options, "name": "unstored"}
    store(server, [first])
    server.clear_requests()
    for service in (first, second, third):
        server.plan_test(failing=["CheckAccess"], error=quoting(service), seconds=0)
    server.plan_test(seconds=0)
    named = {"name": first.name}
    failed: Json = {"expect": "failed", "says": "CheckAccess"}
    steps = [
        step("Foretell", named, check=True, expect="ok"),
        step("What is stored", named, **failed),
        step("What is given", second.options, **failed),
        step("What nobody stored", unstored, **failed),
        step("What passes", second.options, expect="ok"),
        step("A misspelt secret", _misspelt(second), expect="failed", says="passwrd"),
        step("Too many options", {**second.options, "descripton": "x"}, expect="failed", says="Unsupported"),
    ]
    Run(folder, canaries).play(steps, login(server, who))
    tested = second.secrets | third.secrets | (first.secrets if who == "bot" else frozenset())
    assert tested <= sent(server)


def _misspelt(service: Service) -> Json:
    login = {"passwrd": next(iter(service.secrets)), "username": "u", "provider": "db"}
    return {**service.options, "connection": {**service.connection, "connection": login}}


@pytest.mark.parametrize("who", ["admin", "bot"])
def test_whatever_goes_wrong(start: Start, folder: Path, who: str) -> None:
    """The server quotes what it was sent and what it holds, and the orchestrator what it was given."""
    server = start("1.2")
    canaries = canaries_for(server)
    first, second = (superset(canaries, label) for label in ("stored", "given"))
    store(server, [first])
    named = {"name": first.name}
    quoted = {"message": f"w Failed to trigger workflow due to airflow API returned X and response {quoting(first)}"}
    server.inject(method="POST", path=f"{WORKFLOWS}$", echo="body")
    server.inject(method="POST", path=f"{WORKFLOWS}$", truncate=True)
    server.inject(method="POST", path=f"{WORKFLOWS}/trigger", status=400, body=quoted)
    server.inject(method="GET", path=f"{WORKFLOWS}/", echo="ciphertext")
    server.inject(method="DELETE", path=WORKFLOWS, echo="ciphertext", count=0)
    steps = [
        step("The server quotes the request", second.options, expect="failed", says="HTTP 500"),
        step("The answer breaks off", second.options, expect="failed", says="cut short"),
        step("The orchestrator quotes the connection", named, expect="failed", says="Failed to trigger workflow"),
        step("The server quotes the services", named, expect="failed", says="HTTP 500"),
        step("It takes too long", {**second.options, "wait_timeout": 0.1}, expect="failed", says="didn't end"),
    ]
    run = Run(folder, canaries)
    run.play(steps, login(server, who))
    warned = [result for result in run.results(steps) if result.get("warnings")]
    assert len(warned) >= 3
    assert second.secrets <= sent(server)
