# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads the wheels and keeps the part of each that is read: the generated models and the example workflows."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = "openmetadata-ingestion"
KEPT = re.compile(r"metadata/(generated/schema/.*\.py|examples/workflows/.*\.ya?ml)$")


class Wheels:
    """The wheels, below a folder: a wheel of 20 MB becomes an archive of about 1 MB there.

    `downloads` counts the wheels that this run had to download, `size` is their size in bytes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.downloads = 0
        self.size = 0

    def models(self, wheel: str) -> Path:
        """The archive of a wheel's models and examples, such as that of `1.2.0.1`.

        Raises subprocess.CalledProcessError when pip doesn't find the wheel.
        """
        archive = self.folder / f"models-{wheel}.zip"
        if not archive.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._download(wheel)
            _repack(file, archive)
            file.unlink()
        return archive

    def _download(self, wheel: str) -> Path:
        # The name that pip gives the file; one that an interrupted run left behind is whole, as pip moves it there.
        file = self.folder / f"{PACKAGE.replace('-', '_')}-{wheel}-py3-none-any.whl"
        if not file.exists():
            _pip("download", "--no-deps", "--only-binary", ":all:", "--dest", str(self.folder), f"{PACKAGE}=={wheel}")
            self.downloads += 1
            self.size += file.stat().st_size
        return file


def published() -> list[str]:
    """Every version that has a wheel, as pip lists them."""
    text = _pip("index", "versions", "--only-binary", ":all:", PACKAGE)
    found = re.search(r"^Available versions: (.*)$", text, re.MULTILINE)
    return found[1].split(", ") if found else []


def _repack(wheel: Path, archive: Path) -> None:
    unfinished = archive.with_suffix(".part")
    with (
        zipfile.ZipFile(wheel) as source,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in filter(KEPT.match, source.namelist()):
            target.writestr(name, source.read(name))
    unfinished.rename(archive)


def _pip(command: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pip", command, "--quiet", "--disable-pip-version-check", *arguments]
        if command == "download"
        else [sys.executable, "-m", "pip", command, "--disable-pip-version-check", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
