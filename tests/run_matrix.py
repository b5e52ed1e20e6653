# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs what touches Ansible with each release of ansible-core that is supported: units, leaks, sanity, integration.

The oldest release gets more of it than the others, which differ less; `--full` gives all of it, and every leak test, to
each. Each release gets a virtual environment of its own. An interpreter that this machine lacks is
named, not passed over in silence; the release that `make test` uses for everything else is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "tests" / "requirements.txt"
NEEDED = (
    "requests",
    "aiohttp",
    "coverage",
    "cryptography",
    "jsonpatch",
    "PyJWT",
    "hypothesis",
    "pytest",
    "pytest-xdist",
)
OWN = ("ansible-core==", "resolvelib==")
"""Packages of which each release is, or wants, another one."""
# What touches Ansible; the rest knows nothing of it, and runs with each Python in CI.
UNITS = (
    "tests/unit/plugins/filter",
    "tests/unit/plugins/module_utils/test_arguments.py",
    "tests/unit/plugins/module_utils/test_raw.py",
    "tests/unit/plugins/module_utils/test_runner.py",
)
# Playbooks that say the same whether tasks stay in the controller or not.
MORE_UNITS = ("tests/unit/plugins/plugin_utils",)
# The role, whose playbooks may print no secret; then modules as well; then all.
LEAKS = ("tests/leaks/test_every_place.py", "-k", "controller and role and bot")
MORE_LEAKS = ("tests/leaks", "-k", "(controller and role and bot) or (module and test_life and bot)")
ALL_LEAKS = ("tests/leaks",)
SANITY = ("--test", "import", "--test", "validate-modules")
"""The tests that depend upon the release; `make sanity` runs all."""
# Module processes that are asked to tell everything; then also a service's life in the controller; then all targets.
INTEGRATION = ("--target", "service_quiet", "--profile", "1.2", "--token", "bot")
MORE_INTEGRATION = ("--target", "dashboard_service", "--profile", "2.0", "--token", "bot")
ALL_INTEGRATION = ("--profile", "2.0", "--token", "bot")
LIMIT = 1800
"""Seconds after which a command is given up."""


@dataclass(frozen=True)
class Entry:
    """A release of ansible-core and the Python to run it with.

    A `thin` one differs little from what `make test` uses for everything else; a `spare` one so little that it takes
    `--all` to try it.
    """

    core: str
    python: str
    thin: bool = False
    spare: bool = False

    def __str__(self) -> str:
        return f"ansible-core {self.core} with Python {self.python}"


ENTRIES = (
    Entry("2.16.14", "3.11"),
    Entry("2.18.9", "3.12", thin=True),
    Entry("2.19.14", "3.11"),
    Entry("2.20.10", "3.12", thin=True, spare=True),
    Entry("2.21.5", "3.13", thin=True),
)


def main() -> int:
    """Returns 0 when every release that could be tried passed, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also the release that this environment has, and spare ones")
    parser.add_argument("--full", action="store_true", help="no release gets less than another")
    options = parser.parse_args()
    summary, failed = [], False
    for entry in ENTRIES:
        here = (version("ansible-core"), f"{sys.version_info.major}.{sys.version_info.minor}")
        if here == (entry.core, entry.python) and not options.all:
            summary.append(f"{entry}: all other targets use it")
            continue
        if entry.spare and not options.all:
            summary.append(f"{entry}: with --all")
            continue
        interpreter = find(entry.python)
        if interpreter is None:
            summary.append(f"{entry}: NOT TRIED, there is no Python {entry.python} on this machine")
            continue
        start = time.monotonic()
        wrong = _try(entry, interpreter, options.full)
        failed = failed or bool(wrong)
        verdict = f"FAILED: {', '.join(wrong)}" if wrong else "ok"
        summary.append(f"{entry}: {verdict} ({time.monotonic() - start:.0f} s)")
    print("\n".join(["", *summary]))
    return int(failed)


def find(python: str) -> Path | None:
    """An interpreter of that release: on the path, or among pyenv's (whose shims may be for none)."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    found: list[Any] = [shutil.which(f"python{python}"), *sorted(pyenv.glob(f"versions/{python}.*/bin/python{python}"))]
    for path in filter(None, found):
        asked = subprocess.run(
            [path, "-c", "import sys, venv; print(sys.executable)"], capture_output=True, check=False
        )
        if asked.returncode == 0:
            return Path(path)
    return None


def _commands(entry: Entry, python: str, full: bool) -> dict[str, list[str]]:
    """What to run, by the name under which it is told of."""
    pytest = [python, "-m", "pytest", "-q", "-n", "2"]
    integration = [python, str(ROOT / "tests" / "integration" / "run.py")]
    more = full or not entry.thin
    leaks = ALL_LEAKS if full else MORE_LEAKS if more else LEAKS
    commands = {
        "units": [*pytest, *UNITS, *(MORE_UNITS if more else ())],
        "leaks": [*pytest, *leaks],
        "sanity": [python, "tests/run_ansible_test.py", "sanity", *SANITY],
        "integration": [*integration, *INTEGRATION],
    }
    if more:
        commands["more integration"] = [*integration, *(ALL_INTEGRATION if full else MORE_INTEGRATION)]
    return commands


def _try(entry: Entry, interpreter: Path, full: bool) -> list[str]:
    """The names of what failed."""
    python = _environment(entry, interpreter)
    wrong = []
    for name, command in _commands(entry, str(python), full).items():
        print(f"--- {entry}: {name}", flush=True)
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
            stdin=subprocess.DEVNULL,
            timeout=LIMIT,
            check=False,
        )
        wrong += [name] if ended.returncode else []
    return wrong


def _environment(entry: Entry, interpreter: Path) -> Path:
    """The virtual environment's Python, with the versions of `LOCK` but for those that the release decides upon."""
    folder = ROOT / ".cache" / "matrix" / entry.core
    python = folder / "bin" / "python"
    lock = "".join(line for line in LOCK.read_text().splitlines(keepends=True) if not line.startswith(OWN))
    state = hashlib.sha256(f"{lock}{entry}{interpreter}{NEEDED}".encode()).hexdigest()
    stamp = folder / ".state"
    if stamp.exists() and stamp.read_text() == state:
        return python
    subprocess.run([interpreter, "-m", "venv", "--clear", folder], check=True, timeout=LIMIT)
    constraints = folder / "constraints.txt"
    constraints.write_text(lock)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    packages = [f"ansible-core=={entry.core}", *NEEDED]
    subprocess.run([*install, "--constraint", str(constraints), *packages], check=True, timeout=LIMIT)
    stamp.write_text(state)
    return python


if __name__ == "__main__":
    sys.exit(main())
