# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tarball holds: all that users need, and nothing else."""

from __future__ import annotations

import re
import subprocess
import tarfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

import collection_tree

# Everything in these folders is for users.
FOLDERS = ("docs", "examples", "meta", "playbooks", "plugins", "roles")
FILES = {
    "CHANGELOG.md",
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "requirements.txt",
}
KINDS = ("*.j2", "*.json", "*.md", "*.png", "*.py", "*.rst", "*.txt", "*.yaml", "*.yml", "LICENSE")
# What says where, or on which machine, something was made.
TRACES = re.compile(r"(?<![\w.])/(root|work|home/\w+)/|https?://(localhost|127\.0\.0\.1|10\.)[^\s\"']*/simple")


@pytest.fixture(scope="module")
def content(tarball: Path) -> dict[str, bytes]:
    """Files by name."""
    with tarfile.open(tarball) as archive:
        return {entry.name: read.read() for entry in archive if (read := archive.extractfile(entry))}


def test_it_holds_nothing_that_is_not_for_users(content: dict[str, bytes]) -> None:
    strays = {name for name in content if name not in FILES and name.split("/")[0] not in FOLDERS}
    assert strays == set()
    assert {name for name in content if not any(fnmatch(name.rpartition("/")[2], kind) for kind in KINDS)} == set()


def test_it_holds_all_that_is_for_users(content: dict[str, bytes]) -> None:
    command = ["git", "-C", str(collection_tree.ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()
    there = [name for name in listed if (collection_tree.ROOT / name).exists()]
    wanted = {name for name in there if name.split("/")[0] in FOLDERS or name in FILES}
    assert len(wanted) > 40
    assert wanted - set(content) == set()


def test_it_says_nothing_of_where_it_was_made(content: dict[str, bytes]) -> None:
    texts = {name: body.decode() for name, body in content.items() if not name.endswith(".png")}
    found = {name: match.group() for name, text in texts.items() if (match := TRACES.search(text))}
    assert found == {}


def test_it_is_small(tarball: Path, content: dict[str, bytes]) -> None:
    """The catalogue grows with each release of OpenMetadata, so this is to be seen before Galaxy's users see it."""
    assert tarball.stat().st_size < 1_000_000
    assert sum(map(len, content.values())) < 2_000_000
