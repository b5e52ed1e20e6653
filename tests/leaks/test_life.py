# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service from its creation to its end, with everything that can be asked of it in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leaks.connections import Json, Service, superset
from leaks.playbook import Run, Step, bulk, single
from leaks.servers import PATH, Start, canaries_for, login, sent, store


@pytest.mark.parametrize("who", ["admin", "bot"])
def test_from_creation_to_purge(start: Start, folder: Path, who: str) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    first, second, third = (superset(canaries, label) for label in ("first", "second", "third"))
    moved = replace(third, connection={**third.connection, "hostPort": "https://elsewhere.example.com"})
    labels = {"tags": ["PII.Sensitive"], "owners": ["rec_team"], "domains": ["RecDomain"]}
    drift = "changed" if who == "bot" else "ok"
    absent = {"name": first.name, "state": "absent"}
    steps = [
        Step("Foretell the creation", first.options, check=True),
        Step("Create", first.options),
        Step("The same again", first.options, expect="ok"),
        Step("Foretell another secret", second.options, check=True, expect=drift),
        Step("Another secret", second.options),
        Step("Keep the secret", {**moved.options, "update_secrets": "on_create"}),
        Step("What a PUT leaves to a PATCH", {"name": first.name, "description": "d", **labels}),
        Step(
            "Warn of a misspelt field", {**first.options, **_misspelt(first), "validate_connection": "warn"}, **_REFUSED
        ),
        Step("Read one", {"name": first.name}, "dashboard_service_info", expect="ok"),
        Step("Foretell the removal", absent, check=True),
        Step("Remove", absent),
        Step("Read all, the removed ones, too", {"include_deleted": True}, "dashboard_service_info", expect="ok"),
        Step("Foretell the return", third.options, check=True),
        Step("Bring back", third.options),
        Step("Purge", {**absent, "hard_delete": True}),
    ]
    run = Run(folder, canaries)
    run.play(steps, login(server, who))
    assert first.secrets | second.secrets | third.secrets <= sent(server)
    assert [result.get("action") for result in run.results(steps)[-2:]] == ["restored", "purged"]


_REFUSED: Json = {"expect": "failed", "says": "Failed to unmask"}


def _misspelt(service: Service) -> Json:
    return {"connection": {**service.connection, "hostPrt": "https://superset.example.com"}}


def test_what_a_bot_reads_of_others(start: Start, folder: Path) -> None:
    """Secrets that no task told of: a bot is shown them in clear, and sends them back to keep them."""
    server = start("1.2")
    canaries = canaries_for(server)
    names = ("one", "two", "three")
    stored = [superset(canaries, "stored", name) for name in names]
    wanted = [superset(canaries, "wanted", name) for name in names]
    moved = [
        replace(each, connection={**each.connection, "hostPort": "https://elsewhere.example.com"}) for each in wanted
    ]
    store(server, stored)
    server.clear_requests()
    server.inject(method="PUT", path=f"{PATH}$", echo="body", count=0)
    keep = {"update_secrets": "on_create"}
    refused: Json = {"expect": "failed", "says": "HTTP 500"}
    Run(folder, canaries).play(
        single("Keep the secret", moved[:1], keep, **refused) + bulk("Keep the secrets", moved[1:], keep, **refused),
        login(server, "bot"),
    )
    assert {secret for service in stored for secret in service.secrets} <= sent(server)
