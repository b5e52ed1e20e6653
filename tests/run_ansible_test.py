# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test on an up-to-date copy of the collection: `run_ansible_test.py sanity [ARGUMENT…]`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import collection_tree

BIN = Path(sys.executable).parent
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

# ansible-test fetches get-pip.py from its own host when it first makes a virtual environment, which fails behind most
# company proxies. It takes a cached file first, and Python brings a pip of its own. The names are those that the
# ansible-core releases of tests/run_matrix.py look for.
PIP_CACHE = Path("~/.ansible/test/cache").expanduser()
PIP_CACHE_FILES = ("get_pip_23_1_2.py", "get_pip_24_2.py", "get_pip_25_2.py")
PIP_BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap(default_pip=True)\n"


def command(name: str, *arguments: str) -> list[str]:
    """The command line of `ansible-test NAME ARGUMENT…` with this interpreter, to be run in the copy's root."""
    return [str(BIN / "ansible-test"), name, "--python", PYTHON_VERSION, *arguments]


def environment() -> dict[str, str]:
    """The environment with this interpreter's own commands first: version managers' shims break ansible-test."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}


def provide_pip() -> None:
    """Puts the files in the cache where they are missing."""
    PIP_CACHE.mkdir(parents=True, exist_ok=True)
    for name in PIP_CACHE_FILES:
        file = PIP_CACHE / name
        if not file.exists():
            file.write_text(PIP_BOOTSTRAP, encoding="utf-8")


def provide_key(tree: Path) -> None:
    """Puts a key pair into the copy where it is missing.

    ansible-test wants one for every integration run, used or not. Its own way needs ssh-keygen, and fails when two runs
    start at once.
    """
    folder = tree / "tests" / "output" / ".tmp"
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "id_rsa.pub").exists():
        return
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    encoding = serialization.Encoding
    private = key.private_bytes(encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
    public = key.public_key().public_bytes(encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    (folder / "id_rsa").touch(mode=0o600)
    (folder / "id_rsa").write_bytes(private)
    (folder / "id_rsa.pub").write_bytes(public)


def main(arguments: list[str]) -> int:
    """Runs ansible-test and returns its exit code."""
    provide_pip()
    tree = collection_tree.copy()
    return subprocess.run(
        command(*arguments), check=False, cwd=tree, env=environment(), stdin=subprocess.DEVNULL
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
