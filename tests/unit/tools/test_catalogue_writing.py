# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool writes what the collection reads, and says what changed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tools.catalogue import __main__ as command
from tools.catalogue import examples, render, structure, summary, wheels
from tools.catalogue.forms import Kind
from tools.catalogue.reader import Node
from tools.catalogue.releases import Releases

from unit.tools.model_texts import EXAMPLE, NEW, OLD, wheel

FIRST: Node = {"required": ["host"], "fields": {"host": {"type": "string"}, "old": {"type": "string"}}}
SECOND: Node = {"open": True, "fields": {"host": {"type": "string", "default": "a  b \\d"}, "new": {"ref": "X"}}}


def test_the_list_of_releases(tmp_path: Path) -> None:
    file = tmp_path / "releases.json"
    releases = Releases(file)
    releases.add(["1.1.9.0", "1.10.0.0", "1.2.0.9", "1.2.0.10", "1.2.0.8", "1.9.0.0", "2.0.0.0rc1"])
    releases.write()
    assert file.read_text() == '{\n "1.2.0": "1.2.0.10",\n "1.9.0": "1.9.0.0",\n "1.10.0": "1.10.0.0"\n}\n'
    again = Releases(file)
    again.add(["1.2.0.11"])
    assert again.all == ["1.2.0", "1.9.0", "1.10.0"]
    assert again.wheels["1.2.0"] == "1.2.0.11"


def test_forms_are_written_as_differences() -> None:
    assert render.differences([["1.2.0", FIRST], ["1.3.0", SECOND], ["1.4.0", {"fields": {}}]]) == [
        ["1.2.0", FIRST],
        ["1.3.0", {"required": None, "open": True, "fields": {"old": None, **SECOND["fields"]}}],
        ["1.4.0", {"open": None, "fields": {"host": None, "new": None}}],
    ]


def test_a_file_holds_what_it_is_made_of() -> None:
    long = {"fields": {"x": {"type": "string", "enum": [f"value  {number}" for number in range(30)]}}}
    kind = Kind(
        {"Demo": [["1.2.0", "Demo"], ["1.3.0", None]]},
        {"Demo": [["1.2.0", FIRST], ["1.3.0", SECOND]], "Long": [["1.2.0", long]]},
        {"Hidden": None},
    )
    text = render.kind_file("demo", kind)
    found: dict[str, Any] = {}
    exec(text, found)  # noqa: S102 - it is the file's own text
    assert json.loads(found["TYPES"]["Demo"]) == kind.types["Demo"]
    assert json.loads(found["DEFINITIONS"]["Long"]) == [["1.2.0", long]]
    assert json.loads(found["DEFINITIONS"]["Demo"]) == render.differences(kind.definitions["Demo"])
    assert "refuses them:\n# Hidden." in text
    assert max(map(len, text.splitlines())) <= 120
    # Only wrapping an entry may not change what its texts say.
    assert render.kind_file("demo", kind) == text


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the command works, with wheels as pip would have left them there."""
    cache = tmp_path / "cache"
    cache.mkdir()
    newer = {**NEW, "type/pattern": NEW["type/pattern"].replace("excludes", "without")}
    for version, texts in (("1.2.0.0", OLD), ("1.2.1.0", OLD), ("1.2.2.0", NEW), ("1.2.3.0", newer)):
        wheel(cache / f"openmetadata_ingestion-{version}-py3-none-any.whl", texts, {"demo.yaml": EXAMPLE})
    names = {"LIST": "list.json", "TARGET": "data", "CACHE": "cache", "PAGE": "page.md", "ROOT": ""}
    for name, file in names.items():
        monkeypatch.setattr(command, name, tmp_path / file)
    monkeypatch.setattr(command, "published", lambda: ["1.2.0.0", "1.2.1.0", "1.2.2.0"])
    return tmp_path


def test_a_refresh(workshop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.refresh([])
    said = capsys.readouterr().out
    assert "1.2.0 dashboard Demo: type with DemoConnection as its root\n" in said
    assert "3 releases read, up to 1.2.2; 0 wheels (0 MB) downloaded" in said
    before = {file.name: file.read_text() for file in (workshop / "data").iterdir()}
    assert sorted(before) == ["__init__.py", "dashboard.py", "ingestion.py", "releases.py"]
    command.refresh([])
    assert capsys.readouterr().out.startswith("0 changes")
    assert {file.name: file.read_text() for file in (workshop / "data").iterdir()} == before


def test_one_more_release(workshop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.refresh([])
    capsys.readouterr()
    command.refresh(["1.2.3.0"])
    assert capsys.readouterr().out.splitlines()[:-1] == [
        "1.2.3 dashboard Pattern.excludes: removed",
        '1.2.3 dashboard Pattern.without: added {"items": {"type": "string"}}',
    ]
    assert "1.2.3" in (workshop / "data" / "releases.py").read_text()


def test_wheels_give_way_to_what_is_read_of_them(workshop: Path) -> None:
    archive = wheels.Wheels(workshop / "cache").models("1.2.0.0")
    assert archive.name == "models-1.2.0.0.zip"
    assert not (workshop / "cache" / "openmetadata_ingestion-1.2.0.0-py3-none-any.whl").exists()
    with zipfile.ZipFile(archive) as source:
        assert "metadata/other.py" not in source.namelist()
        assert "metadata/examples/workflows/demo.yaml" in source.namelist()


def test_a_summary_of_what_is_no_longer() -> None:
    event = ("1.2.0", "dashboard", "Demo", "x")
    assert summary.changes({event: "added"}, {}) == ["1.2.0 dashboard Demo.x: no longer: added"]
    assert summary.changes({event: "a"}, {event: "b"}) == ["1.2.0 dashboard Demo.x: b (was: a)"]


SUPERSET = """
source:
  type: superset
  serviceConnection:
    config:
      hostPort: http://superset
      connection:
        provider: {provider}
        username: u
        {member}
  sourceConfig:
    config:
      type: DashboardMetadata
"""


def test_examples(tmp_path: Path) -> None:
    texts = {
        "good.yaml": SUPERSET.format(provider="db", member="password: p"),
        "incomplete.yaml": SUPERSET.format(provider="ldap", member=""),
        "bad.yaml": SUPERSET.format(provider="none", member="secret: p"),
        "strange.yaml": "source: {type: strange, serviceConnection: {config: {}}}",
        "kafka.yaml": "source: {type: kafka, serviceConnection: {config: {bootstrapServer: x, type: Kafka}}}",
        "source.yaml": "source: {sourceConfig: {config: {type: DashboardMetadata, markDeleted: true}}}",
        "mlflow.yaml": "source: {type: mlflow, serviceConnection: {config: {trackingUri: x}}}",
    }
    results = examples.check(wheel(tmp_path / "demo.whl", {}, texts), "1.2.0")
    assert {(each.example.file, each.example.kind, each.refused) for each in results} == {
        *((file, "ingestion", False) for file in ("good.yaml", "incomplete.yaml", "bad.yaml")),
        ("good.yaml", "dashboard", False),
        ("incomplete.yaml", "dashboard", False),
        ("bad.yaml", "dashboard", True),
        ("strange.yaml", "unknown", True),
        ("kafka.yaml", "messaging", True),
        ("mlflow.yaml", "mlmodel", False),
        ("source.yaml", "ingestion", True),
    }
    page = examples.page(results)
    assert "| 1.2.0 | 2 of 3 | 3 of 4 | 0 of 1 | 1 | 0 of 1 |" in page
    assert "| incomplete.yaml (dashboard) | 1.2.0 | connection.connection.password: not given; " in page
    assert "connection.connection.provider: must be one of db, ldap. connection.connection.secret: unknown" in page
    assert "| kafka.yaml (messaging) | 1.2.0 | connection.bootstrapServer: unknown for Kafka, did you mean" in page
    assert "| mlflow.yaml (mlmodel) | 1.2.0 | connection.registryUri: not given; " in page
    assert "| source.yaml (ingestion) | 1.2.0 | markDeleted: unknown |" in page


@pytest.mark.parametrize(
    ("name", "source", "kind"),
    [
        ("databricks-usage", "DatabaseUsage", ("database", "Databricks")),
        ("Rest", "ApiMetadata", ("api", "Rest")),
        ("airflow", "PipelineMetadata", ("pipeline", "Airflow")),
        ("nothing", "", ("unknown", "nothing")),
    ],
)
def test_what_an_example_is_about(name: str, source: str, kind: tuple[str, str]) -> None:
    assert structure.named(name, (2, 0, 7), source) == kind


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"hostPort": "http://x", "paginationLimit": "10", "siteName": 5}, []),
        ({"hostPort": "http://x", "paginationLimit": "many"}, ["paginationLimit: no integer"]),
        ({"hostPort": {"a": 1}}, ["hostPort: no string"]),
        ({"hostPort": "http://x", "supportsMetadataExtraction": "perhaps"}, ["supportsMetadataExtraction: no boolean"]),
        (
            {"hostPort": "http://x", "dashboardFilterPattern": {"includes": "x"}},
            ["dashboardFilterPattern.includes: no list"],
        ),
        ({"hostPort": "http://x", "dashboardFilterPattern": []}, ["dashboardFilterPattern: no mapping"]),
        ({}, ["hostPort: required"]),
    ],
)
def test_what_is_wrong(config: dict[str, Any], said: list[str]) -> None:
    assert structure.findings("dashboard", "Tableau", (2, 0, 7), config) == said
