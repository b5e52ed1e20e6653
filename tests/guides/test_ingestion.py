# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the guide on ingestion says, and the README's way from nothing to dashboards."""

from __future__ import annotations

from typing import Any

import yaml

from guides.reader import Reader, recaps, section

GUIDE = "guide_ingestion"


def _quick(reader: Reader) -> None:
    """Let the orchestrator know a pipeline, and end its runs, sooner than a real one does."""
    reader.server.configure_orchestrator(known_after=0.5, queued=0.1, unseen=0.1, seconds=0.5)


def _dashboards(reader: Reader) -> int:
    return len(reader.server.state()["dashboard"])


def _tasks(heading: str) -> list[Any]:
    return [task for block in section(GUIDE, heading) for task in block.content]


def _pipelines(reader: Reader) -> dict[str, Any]:
    return {each["name"]: each for each in reader.server.state()["ingestionPipeline"]}


def test_from_nothing_to_dashboards(reader: Reader) -> None:
    """The guide shows the same playbook, see below."""
    _quick(reader)
    (example,) = section("README", "From nothing to dashboards")
    (commands,) = section("README", "From nothing to dashboards", "console")
    reader.write("dashboards.yml", example.text)
    again = f"{commands.commands}\nansible-playbook dashboards.yml"
    # In check mode the pipeline is foretold although its service isn't there; at last only the run is a change.
    assert recaps(reader.type(again))[:2] == [3, 3]
    assert recaps(reader.type("ansible-playbook dashboards.yml", reader.login)) == [1]
    assert _dashboards(reader) > 0


def test_readme_and_guide_show_the_same() -> None:
    first, second = (section(page, "From nothing to dashboards")[0].content for page in ("README", GUIDE))
    assert first == second


def test_the_other_tasks(reader: Reader) -> None:
    _quick(reader)
    services = [
        {"kind": "dashboard", "name": "sales_superset", "service_type": "Superset", "connection": {}},
        {"kind": "dashboard", "name": "sales_metabase", "service_type": "Metabase", "connection": {}},
        {"kind": "database", "name": "sales", "service_type": "Postgres", "connection": {}},
    ]
    planted = [{"name": "Services", "community.openmetadata.service_bulk": {"services": services}}]
    headings = ("What to ingest", "Schedules", "Runs", "What deploying does", "Many pipelines")
    tasks = [task for heading in headings for task in _tasks(heading)]
    output = reader.play([*planted, *tasks], vault_dbt_token="made-up-dbt")
    assert recaps(output) == [len(tasks) + 1]
    assert set(_pipelines(reader)) == {
        *("sales_superset_metadata", "sales_profiler", "sales_dbt", "sales_metabase_metadata"),
    }
    assert _pipelines(reader)["sales_superset_metadata"]["enabled"] is False
    assert recaps(reader.play(_tasks("Many pipelines"))) == [0]


def test_without_an_orchestrator(reader: Reader) -> None:
    reader.server.configure_orchestrator(mode="none")
    service = {"name": "sales_superset", "service_type": "Superset", "connection": {}}
    reader.play([{"name": "Service", "community.openmetadata.dashboard_service": service}])
    tasks = _tasks("Without an orchestrator")
    assert recaps(reader.play(tasks)) == [2]
    written = yaml.safe_load((reader.folder / "sales_superset.yml").read_text(encoding="utf-8"))
    assert written["source"]["sourceConfig"]["config"] == {"type": "DashboardMetadata", "includeOwners": True}
    assert written["workflowConfig"]["openMetadataServerConfig"]["securityConfig"]["jwtToken"] == (
        reader.server.bot_token
    )
