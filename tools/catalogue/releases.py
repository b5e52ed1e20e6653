# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases there are, and which wheel each of them stands for.

A server's version has three numbers, a wheel's has four: a release X.Y.Z stands for its wheel with the highest fourth.
Every release is read. Looking only between releases that differ would spare one wheel in eight, and miss what a single
patch did that the next one took back, as 1.9.11 did.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

OLDEST = (1, 2, 0)
Version = tuple[int, ...]


class Releases:
    """The list that is under version control: the wheel of each release."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.wheels: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    @property
    def all(self) -> list[str]:
        """Every known release, the oldest first."""
        return sorted(self.wheels, key=parse)

    def add(self, wheels: Iterable[str]) -> None:
        """Take in wheels such as `2.1.0.0`: each release of 1.2 on, at its highest fourth number."""
        for wheel in filter(_is_final, wheels):
            version = parse(wheel)
            release = ".".join(map(str, version[:3]))
            if version[:3] >= OLDEST and version >= parse(self.wheels.get(release, "0")):
                self.wheels[release] = wheel

    def write(self) -> None:
        """Write the list."""
        text = json.dumps({release: self.wheels[release] for release in self.all}, indent=1)
        self.file.write_text(f"{text}\n", encoding="utf-8")


def parse(version: str) -> Version:
    """A version's numbers. Raises ValueError for one with letters."""
    return tuple(map(int, version.split(".")))


def _is_final(version: str) -> bool:
    return all(part.isdecimal() for part in version.split("."))
