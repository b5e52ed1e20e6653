# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the clone its collection name, `ansible_collections/community/openmetadata`, whatever folder it lies in.

The plugins import each other by that name. pytest, mypy and ansible-playbook are content with a link
(`.cache/link`); ansible-test looks at the real path and ansible-lint at the files around it, so these two get a copy of
what git knows or would add (`.cache/copy`).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = Path("ansible_collections", "community", "openmetadata")
LINK_PATH = ROOT / ".cache" / "link"
COPY_PATH = ROOT / ".cache" / "copy"


def link() -> Path:
    """Makes the link where it is missing and returns it; `LINK_PATH` is its collections path."""
    path = LINK_PATH / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    target = os.path.relpath(ROOT, path.parent)
    if not path.is_symlink() or str(path.readlink()) != target:
        # Several test processes may start at once: each makes its own link and moves it into place.
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.symlink_to(target)
        draft.replace(path)
    return path


def copy(collections_path: Path = COPY_PATH) -> Path:
    """Brings the copy below that collections path up to date and returns its root.

    Modification times are kept, so that byte code and caches beside the copied files stay valid. Of several processes
    that want the same copy, one works and the others wait.
    """
    with _locked(collections_path):
        return _copy(collections_path / NAME)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(tree: Path) -> Path:
    if not (tree / ".git").exists():
        # Else ansible-test walks up to the clone's repository, which ignores the copy, and finds nothing to test.
        subprocess.run(["git", "init", "--quiet", str(tree)], check=True)
    wanted = set(_files())
    for name in wanted:
        _copy_file(ROOT / name, tree / name)
    for name in _copied(tree):
        if name not in wanted:
            (tree / name).unlink()
    return tree


def _files() -> Iterator[Path]:
    """Tracked and new files, without the ignored and the deleted ones."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, listing.split("\0")):
        if os.path.lexists(ROOT / name):
            yield Path(name)


def _copy_file(source: Path, target: Path) -> None:
    old = target.lstat() if os.path.lexists(target) else None
    new = source.lstat()
    if old and (old.st_mtime_ns, old.st_size, old.st_mode) == (new.st_mtime_ns, new.st_size, new.st_mode):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copy2(source, draft, follow_symlinks=False)
    draft.replace(target)


def _copied(tree: Path) -> Iterator[Path]:
    """Files of the copy that came from the repository, not from a run of a tool."""
    for folder, folders, files in os.walk(tree):
        here = Path(folder)
        if here == tree / "tests":
            folders[:] = [name for name in folders if name != "output"]
        folders[:] = [name for name in folders if name not in {".git", "__pycache__", ".ansible"}]
        for name in files:
            yield (here / name).relative_to(tree)


if __name__ == "__main__":
    makers = {"link": link, "copy": copy}
    sys.stdout.write(f"{makers[sys.argv[1]]()}\n")
