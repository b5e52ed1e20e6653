# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases there are, and which of them have to be read.

A server's version has three numbers, a wheel's has four: a release X.Y.Z stands for its wheel with the highest fourth.
The first and the last release of each minor are read, and where two that were read differ, one between them, until
each change is known to the very release. What lies between two equal ones is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import groupby, pairwise
from pathlib import Path

from .release import Release

OLDEST = (1, 2, 0)
Version = tuple[int, ...]


class Releases:
    """The list that is under version control: the wheel of each release, and the releases that were read."""

    def __init__(self, file: Path) -> None:
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"read": {}, "passed_over": {}}
        self.file = file
        self.read: set[str] = set(known["read"])
        self.wheels: dict[str, str] = {**known["read"], **known["passed_over"]}

    @property
    def all(self) -> list[str]:
        """Every known release, the oldest first."""
        return sorted(self.wheels, key=parse)

    def add(self, wheels: Iterable[str]) -> None:
        """Take in wheels such as `2.1.0.0`: each release of 1.2 on, at its highest fourth number."""
        for wheel in sorted(filter(_is_final, wheels), key=parse):
            version = parse(wheel)
            release = ".".join(map(str, version[:3]))
            if version[:3] >= OLDEST and version >= parse(self.wheels.get(release, "0")):
                self.wheels[release] = wheel

    def write(self) -> None:
        """Write the list."""
        read = {release: self.wheels[release] for release in self.all if release in self.read}
        passed = {release: self.wheels[release] for release in self.all if release not in self.read}
        text = json.dumps({"read": read, "passed_over": passed}, indent=1)
        self.file.write_text(f"{text}\n", encoding="utf-8")

    def contents(self, reading: Callable[[str], Release]) -> dict[str, Release]:
        """What each release has, the oldest first; `reading` reads a wheel. One passed over equals both neighbours."""
        found: dict[str, Release] = {}

        def look(release: str) -> Release:
            if release not in found:
                found[release] = reading(self.wheels[release])
            return found[release]

        order = self.all
        for release in sorted(self.read | _ends(order), key=parse):
            look(release)
        for first, last in pairwise(sorted(found, key=parse)):
            _bisect(order[order.index(first) : order.index(last) + 1], look)
        self.read = set(found)
        for before, release in pairwise(order):
            found.setdefault(release, found[before])
        return {release: found[release] for release in order}


def parse(version: str) -> Version:
    """A version's numbers. Raises ValueError for one with letters."""
    return tuple(map(int, version.split(".")))


def _is_final(version: str) -> bool:
    return all(part.isdecimal() for part in version.split("."))


def _ends(order: list[str]) -> set[str]:
    ends = set()
    for _, group in groupby(order, key=lambda release: parse(release)[:2]):
        minor = list(group)
        ends |= {minor[0], minor[-1]}
    return ends


def _bisect(order: list[str], look: Callable[[str], Release]) -> None:
    """Read what lies between the first and the last of a row, as far as it is needed to know where they differ."""
    if len(order) > 2 and look(order[0]) != look(order[-1]):
        middle = len(order) // 2
        look(order[middle])
        _bisect(order[: middle + 1], look)
        _bisect(order[middle:], look)
