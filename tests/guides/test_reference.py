# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs what the guides to connections and to secrets show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from guides.reader import PAGES, VAULT, Reader, recaps, section
from unit.docs.pages import blocks

SERVICE = "community.openmetadata.dashboard_service"
CERTIFICATE = "/etc/ssl/company-ca.pem"


def _connections(newest: bool) -> list[dict[str, Any]]:
    """A task for each example of the guide; where it shows a part of a connection, with the rest of the example.

    Those of the types that the newest release has, or of those that it has no more.
    """
    tasks: list[dict[str, Any]] = []
    examples: dict[str, dict[str, Any]] = {}
    for number, block in enumerate(blocks(PAGES["guide_connections"])):
        if block.section == "Services without a connection":
            # It has a test of its own.
            continue
        if isinstance(block.content, list):
            (task,) = block.content
            examples[block.section] = task[SERVICE]
        else:
            options = examples[block.section]
            config = {**options["connection"], **block.content["connection"]}
            task = {"name": str(block), SERVICE: {**options, "name": f"choice_{number}", "connection": config}}
        tasks.append(task)
    return [task for task in tasks if DASHBOARDS.service_type(task[SERVICE]["service_type"]).there == newest]


def test_every_connection_is_made_and_then_left_alone(reader: Reader) -> None:
    tasks = _connections(newest=True)
    text = yaml.safe_dump(tasks)
    variables = {name: f"made-up {name}" for name in re.findall(r"\{\{ (vault_\w+) \}\}", text)}
    assert len(variables) > 20
    certificate = reader.write("company-ca.pem", "-----BEGIN CERTIFICATE-----")
    tasks = yaml.safe_load(text.replace(CERTIFICATE, str(certificate)))
    assert recaps(reader.play(tasks, **variables)) == [len(tasks)]
    services = reader.services()
    assert len(services) == len(tasks)
    assert len({service["serviceType"] for service in services.values()}) == 22
    assert recaps(reader.play(tasks, **variables)) == [0]


def test_types_of_older_releases_only(tmp_path: Path) -> None:
    tasks = _connections(newest=False)
    variables = {name: f"made-up {name}" for name in re.findall(r"\{\{ (vault_\w+) \}\}", yaml.safe_dump(tasks))}
    assert [task[SERVICE]["service_type"] for task in tasks] == ["Mstr"]
    with FakeServer(profile="1.4") as server:
        reader = Reader(tmp_path, server)
        assert recaps(reader.play(tasks, **variables)) == [len(tasks)]
        assert recaps(reader.play(tasks, **variables)) == [0]


def test_services_without_a_connection(reader: Reader) -> None:
    (block,) = section("guide_connections", "Services without a connection")
    assert [recaps(reader.play(block.content)) for _run in range(2)] == [[1], [0]]
    stored = {name: service.get("connection") for name, service in reader.services().items()}
    assert stored.pop("superset_by_client") is None
    assert len(stored) == 2
    assert all(stored.values())


def test_secrets_from_a_vault(reader: Reader) -> None:
    (play,) = section("guide_secrets", "Keep them in a vault")
    (compare,) = section("guide_secrets", "A bot's token sees more than a user's")
    reader.write("services.yml", play.text)
    reader.vault("vault.yml")
    assert recaps(reader.type("ansible-playbook services.yml --ask-vault-pass")) == [1]
    assert recaps(reader.play(compare.content, **VAULT)) == [0]
    other = {**VAULT, "vault_superset_password": "made-up, and new"}
    assert recaps(reader.play(compare.content, **other)) == [1]


def test_secrets_that_somebody_else_keeps(reader: Reader) -> None:
    (rotated,) = section("guide_secrets", "Rotate them")
    (reference,) = section("guide_secrets", "External secret managers")
    assert recaps(reader.play(rotated.content, vault_superset_first_password="made-up-1")) == [1]
    # The task may leave it out, or have another one: the stored one stays.
    assert recaps(reader.play(rotated.content)) == [0]
    assert recaps(reader.play(rotated.content, vault_superset_first_password="made-up-2")) == [0]
    assert _password(reader) == "made-up-1"
    assert [recaps(reader.play(reference.content)) for _run in range(2)] == [[1], [0]]


def _password(reader: Reader) -> str:
    return str(reader.services()["superset"]["connection"]["config"]["connection"]["password"])


def test_loops(reader: Reader) -> None:
    many, loop = section("guide_secrets", "What is hidden where")
    config = {"hostPort": "https://metabase.example.com", "username": "u", "password": "made-up-1"}
    services = {name: {"service_type": "Metabase", "connection": config} for name in ("a", "b")}
    listed = [{"name": name, **service} for name, service in services.items()]
    assert recaps(reader.play(many.content, dashboard_services=listed)) == [1]
    output = reader.play(loop.content, dashboard_services=services)
    assert recaps(output) == [0]
    assert "made-up-1" not in output
