# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test on an up-to-date copy of the collection: `run_ansible_test.py sanity [ARGUMENT…]`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import collection_tree

BIN = Path(sys.executable).parent
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

# ansible-test fetches get-pip.py from its own host when it first makes a virtual environment, which fails behind most
# company proxies. It takes a cached file first, and Python brings a pip of its own. The names are those that the
# ansible-core releases of tests/requirements.txt look for.
PIP_CACHE = Path("~/.ansible/test/cache").expanduser()
PIP_CACHE_FILES = ("get_pip_24_2.py", "get_pip_25_2.py")
PIP_BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap(default_pip=True)\n"


def run(command: str, *arguments: str) -> int:
    """Runs `ansible-test COMMAND ARGUMENT…` with this interpreter and returns its exit code."""
    _provide_pip()
    return subprocess.run(
        [str(BIN / "ansible-test"), command, "--python", PYTHON_VERSION, *arguments],
        check=False,
        cwd=collection_tree.copy(),
        env=environment(),
        stdin=subprocess.DEVNULL,
    ).returncode


def environment() -> dict[str, str]:
    """The environment with this interpreter's own commands first: version managers' shims break ansible-test."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "PIP_QUIET": "1"}


def _provide_pip() -> None:
    PIP_CACHE.mkdir(parents=True, exist_ok=True)
    for name in PIP_CACHE_FILES:
        file = PIP_CACHE / name
        if not file.exists():
            file.write_text(PIP_BOOTSTRAP, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
