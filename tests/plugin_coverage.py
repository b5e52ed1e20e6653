# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which plugin lines run in unit tests and in the processes that integration starts, module processes among them.

`make coverage` runs both and prints the report; it fails when less than `ENOUGH` percent of the lines ran. What was
noted lies in `.cache/coverage`, one file from the unit tests and one from each copy of the collection that ansible-test
worked in. ansible-test itself traces a module's lines, which run out of an archive, back to that copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from coverage import Coverage

import collection_tree
import run_ansible_test

ROOT = collection_tree.ROOT
FOLDER = ROOT / ".cache" / "coverage"
UNITS, INTEGRATION = "units", "integration"
# Where notes of the same file come from: the repository, and copies of it.
PATHS = [str(ROOT / "plugins"), f"*/{collection_tree.NAME}/plugins"]
# Where ansible-test leaves its own, below a copy.
NOTES = Path("tests", "output", "coverage")
ENOUGH = 95.0
# For one call of a tool, in seconds: longer than that means that something hangs.
TIMEOUT = 1800


def forget(trees: Iterable[Path]) -> None:
    """Drops what earlier integration runs noted in these copies."""
    for tree in trees:
        shutil.rmtree(tree / NOTES, ignore_errors=True)


def collect(trees: Iterable[Path]) -> None:
    """Takes what integration runs noted out of these copies."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [str(run_ansible_test.BIN / "ansible-test"), "coverage", "combine"]
    environment = run_ansible_test.environment()
    for number, tree in enumerate(trees):
        subprocess.run(command, check=True, cwd=tree, env=environment, stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        notes = tree / NOTES / "coverage"
        # Targets take whichever copy is free: none that is traced may have come this one's way.
        if notes.exists():
            shutil.copy(notes, FOLDER / f"{INTEGRATION}-{number}")


def main(arguments: list[str]) -> int:
    """Runs both kinds of tests, integration with these arguments; returns 0 when they pass and enough lines ran."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    noting = ("--cov-branch", f"--cov={ROOT / 'plugins'}", "--cov-report=")
    units = [sys.executable, "-m", "pytest", "-n", "2", "-q", *noting, "tests/unit"]
    integration = [sys.executable, "tests/integration/run.py", "--coverage", *arguments]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("OPENMETADATA_")},
        "PYTHONPATH": str(ROOT / "tests"),
        "COVERAGE_FILE": str(FOLDER / UNITS),
    }
    codes = [
        subprocess.run(command, check=False, cwd=ROOT, env=environment, timeout=TIMEOUT).returncode
        for command in (units, integration)
    ]
    return int(any(codes)) or report(sorted(FOLDER.iterdir()))


def report(notes: list[Path]) -> int:
    """Prints what ran by these notes; returns 0 when it is enough, 1 when it isn't or a kind of notes is missing."""
    kinds = {note.name.partition("-")[0] for note in notes}
    if kinds != {UNITS, INTEGRATION}:
        print(f"There are notes of {sorted(kinds)} only.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        coverage = Coverage(data_file=str(Path(folder, "coverage")), config_file=False)
        coverage.set_option("paths", {"plugins": PATHS})
        coverage.combine([str(note) for note in notes], keep=True)
        files = _plugins()
        coverage.report(morfs=[str(file) for file in files], show_missing=True, file=sys.stdout)
        found = [coverage.analysis2(str(file)) for file in files]
    # Of each: its name, its lines, those left out on purpose, those that never ran, and these as a text.
    lines = sum(len(each[1]) for each in found)
    missing = sum(len(each[3]) for each in found)
    percent = 100 * (lines - missing) / lines
    print(f"{percent:.1f} % of {lines} plugin lines ran; at least {ENOUGH:.0f} % have to.")
    return int(percent < ENOUGH)


def _plugins() -> list[Path]:
    """All Python files of the plugins, run or not."""
    return sorted((ROOT / "plugins").rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
