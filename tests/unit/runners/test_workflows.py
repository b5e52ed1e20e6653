# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflows call what is there, and the compose file is complete. Neither can be run here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import collection_tree

WORKFLOWS = sorted((collection_tree.ROOT / ".github" / "workflows").glob("*.yml"))
COMPOSE = collection_tree.ROOT / "tests" / "servers" / "compose.yaml"
NEEDED = re.compile(r"\$\{(\w+):\?")


def load(path: Path) -> dict[str, Any]:
    """A file, read as YAML."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def steps(path: Path) -> list[dict[str, Any]]:
    """The steps of all jobs of a workflow."""
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def test_there_are_workflows() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "real-servers.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_make_target_is_there(path: Path) -> None:
    makefile = (collection_tree.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    called = re.findall(r"\bmake ([a-z-]+)", "\n".join(step.get("run", "") for step in steps(path)))
    assert called
    assert set(called) <= targets


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_script_is_one(path: Path) -> None:
    for step in steps(path):
        assert ("run" in step) != ("uses" in step)
        script = re.sub(r"\$\{\{.*?\}\}", "value", step.get("run", ":"))
        subprocess.run(["bash", "-n"], input=script, text=True, check=True, timeout=10)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_end(path: Path) -> None:
    for job in load(path)["jobs"].values():
        assert job["timeout-minutes"] <= 90


def test_the_workflow_starts_the_compose_file_with_what_it_needs() -> None:
    job = load(collection_tree.ROOT / ".github" / "workflows" / "real-servers.yml")["jobs"]["test"]
    assert set(NEEDED.findall(COMPOSE.read_text(encoding="utf-8"))) <= set(job["env"])
    assert (collection_tree.ROOT / job["env"]["COMPOSE_FILE"]) == COMPOSE
    releases = [each["openmetadata"] for each in job["strategy"]["matrix"]["include"]]
    assert [release.rpartition(".")[0] for release in releases] == ["1.5", "1.9", "1.12", "2.0"]
    published = load(COMPOSE)["services"]["server"]["ports"]
    assert published == [f"127.0.0.1:{job['env']['SERVER'].rpartition(':')[2]}:8585"]


def test_services_wait_for_services_that_can_be_waited_for() -> None:
    services = load(COMPOSE)["services"]
    waited_for = {
        name: cond["condition"] for each in services.values() for name, cond in each.get("depends_on", {}).items()
    }
    assert waited_for == {
        "database": "service_healthy",
        "search": "service_healthy",
        "migration": "service_completed_successfully",
    }
    for name, condition in waited_for.items():
        assert ("healthcheck" in services[name]) == (condition == "service_healthy")
    assert services["migration"]["environment"] == services["server"]["environment"]
    assert services["migration"]["image"] == services["server"]["image"]
    settings = services["server"]["environment"]
    database = services["database"]["environment"]
    assert settings["DB_HOST"] in services
    assert settings["ELASTICSEARCH_HOST"] in services
    assert [settings[name] for name in ("DB_USER", "DB_USER_PASSWORD", "OM_DATABASE")] == [
        database[name] for name in ("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB")
    ]
