# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The core knows no kind of service by its name: kinds are rows of `resources.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
# The rows themselves, and the data that they lead to.
DATA = ("resources.py", "pipeline_kinds.py", "catalogue_data")
CORE = sorted(
    path
    for folder in ("module_utils", "plugin_utils")
    for path in (PLUGINS / folder).rglob("*.py")
    if not set(DATA) & set(path.relative_to(PLUGINS / folder).parts)
)
# What is about ingestion pipelines alone: the word means these there, and no kind of service.
INGESTION = (
    *("deploys.py", "ingestion.py", "ingestion_runs.py", "orchestrator.py", "pipeline_bulk.py", "pipelines.py"),
    "runs.py",
)
# Where the imports of `schemas.py` begin, which Ansible needs one by one to find the files that a module needs.
IMPORTS = "# A process imports only the kinds that it meets."
# Of these the word alone means something else in any program, so that only quoted it is a kind.
ORDINARY = ("api", "search")


def _signs(kind: str) -> re.Pattern[str]:
    """What gives a kind away: the word, alone or quoted, and what the server, options and results make of it."""
    made = rf"{kind}[_ ]?services?"
    word = rf"([\"'`]){kind}\1" if kind in ORDINARY else rf"(?<![\w-]){kind}s?\b"
    return re.compile(f"(?i){word}|{made}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition(IMPORTS)[0]


def _is_checked(path: Path, kind: str) -> bool:
    return path.name not in INGESTION or "pipeline" not in kind.lower()


def test_there_is_a_core() -> None:
    assert {"apply.py", "bulk.py", "model.py", "redact.py", "schemas.py", "in_controller.py"} <= {p.name for p in CORE}
    assert len(_text(PLUGINS / "module_utils" / "schemas.py")) > 5000


@pytest.mark.parametrize("kind", [*RESOURCES, "ingestionPipeline", "ingestion pipeline"])
def test_no_kind_stands_in_the_core(kind: str) -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in CORE
        if _is_checked(path, kind)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if _signs(kind).search(line)
    ]
    assert found == []


@pytest.mark.parametrize("kind", RESOURCES)
def test_a_kind_would_be_noticed(kind: str) -> None:
    for line in (f'if kind == "{kind}":', f"/services/{kind}Services", f"{kind}_services", f"all {kind} services"):
        assert _signs(kind).search(line)
