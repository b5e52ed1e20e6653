# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's tarball, and the collection as `ansible-galaxy collection install` leaves it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import collection_tree
from fake_openmetadata.launch import FakeServer

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class User:
    """Somebody who has Ansible and a folder, and nothing of the repository."""

    folder: Path

    def run(self, *command: str, environment: Mapping[str, str] | None = None) -> str:
        """Run one of Ansible's commands; returns what it printed. Fails with that if it fails."""
        ended = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
                "ANSIBLE_NOCOLOR": "1",
                # Byte code would count as a change of the installed collection.
                "PYTHONDONTWRITEBYTECODE": "1",
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout[-3000:]
        return ended.stdout

    @property
    def collections(self) -> Path:
        """The collections path."""
        return self.folder / "collections"

    @property
    def root(self) -> Path:
        """The installed collection."""
        return self.collections / collection_tree.NAME


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it as `make build` does."""
    folder = tmp_path_factory.mktemp("build")
    tree = collection_tree.copy()
    User(folder).run("ansible-galaxy", "collection", "build", "--output-path", str(folder), str(tree))
    (found,) = folder.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def user(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> User:
    """Somebody who has installed the tarball."""
    found = User(tmp_path_factory.mktemp("user"))
    found.run("ansible-galaxy", "collection", "install", str(tarball), "-p", str(found.collections), "--offline")
    return found


@pytest.fixture(scope="session")
def server() -> Iterator[FakeServer]:
    """A server to talk to."""
    with FakeServer(profile="2.0") as running:
        yield running
