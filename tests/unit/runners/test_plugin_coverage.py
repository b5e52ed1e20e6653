# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines count as run wherever a copy of them ran, and too few of them make the report fail."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from coverage import CoverageData

import plugin_coverage
from collection_tree import NAME

SOURCE = "a = 1\nb = 2\nif a:\n    b = 3\nelse:\n    b = 4\n" + "c = 5\n" * 14


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two plugins of 19 lines each."""
    plugins = tmp_path / "plugins" / "modules"
    plugins.mkdir(parents=True)
    for name in ("one.py", "other.py"):
        (plugins / name).write_text(SOURCE)
    monkeypatch.setattr(plugin_coverage, "ROOT", tmp_path)
    monkeypatch.setattr(plugin_coverage, "PATHS", [str(tmp_path / "plugins"), *plugin_coverage.PATHS[1:]])
    return tmp_path


def note(root: Path, kind: str, ran: dict[Path, set[int]]) -> Path:
    """What a run of tests leaves: these lines of these files."""
    data = CoverageData(str(root / kind))
    arcs = {
        str(file): list(itertools.pairwise([-1, *sorted(lines), -1]))  # from each line to the next that ran
        for file, lines in ran.items()
    }
    data.add_arcs(arcs)
    data.write()
    return root / kind


def test_copies_count_for_the_original(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = set(range(1, 21)) - {5}
    units = note(root, "units", {root / "plugins/modules/one.py": every, root / "plugins/modules/other.py": {1, 2, 3}})
    copied = root / "elsewhere" / NAME / "plugins/modules/other.py"
    assert plugin_coverage.report([units, note(root, "integration-0", {copied: every - {4}})]) == 0
    assert "97.4 % of 38 plugin lines ran" in capsys.readouterr().out


def test_a_file_that_never_ran_counts(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = {root / "plugins/modules/one.py": set(range(1, 21)) - {5}}
    assert plugin_coverage.report([note(root, "units", one), note(root, "integration-0", one)]) == 1
    assert "50.0 % of 38 plugin lines ran" in capsys.readouterr().out


def test_both_kinds_of_tests_have_to_be_there(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plugin_coverage.report([note(root, "units", {root / "plugins/modules/one.py": {1}})]) == 1
    assert "notes of ['units'] only" in capsys.readouterr().out
