# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries the example workflows that each wheel brings: would the collection take them on a server of that release?"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from . import structure
from .releases import parse
from .verdicts import Verdict, verdict

FOLDER = "metadata/examples/workflows/"


@dataclass(frozen=True)
class Example:
    """One part of an example workflow that the catalogue knows: a connection, or a source config."""

    release: str
    file: str
    kind: str
    type: str
    config: Any


@dataclass(frozen=True)
class Result:
    """An example and what the collection says of it."""

    example: Example
    verdict: Verdict

    @property
    def refused(self) -> bool:
        """Whether a task with it would be refused."""
        return bool(self.verdict.errors)

    @property
    def findings(self) -> tuple[str, ...]:
        """All that is wrong with it."""
        return (*self.verdict.errors, *self.verdict.warnings)


def newest_of_minors(releases: list[str]) -> list[str]:
    """The newest release of each minor, of releases with the oldest first."""
    return [[*group][-1] for _minor, group in groupby(releases, key=lambda release: parse(release)[:2])]


def check(archive: Path, release: str) -> list[Result]:
    """Check every example of a release."""
    return [Result(each, verdict(each.kind, each.type, parse(release), each.config)) for each in read(archive, release)]


def read(archive: Path, release: str) -> Iterator[Example]:
    """The connections and source configs in a wheel's, or archive's, example workflows."""
    with zipfile.ZipFile(archive) as source:
        for name in sorted(source.namelist()):
            if name.startswith(FOLDER) and name.endswith((".yaml", ".yml")):
                yield from _parts(source.read(name), release, PurePosixPath(name).name)


def _parts(text: bytes, release: str, file: str) -> Iterator[Example]:
    source = yaml.safe_load(text).get("source", {})
    connection = _member(source, "serviceConnection", "config")
    config = _member(source, "sourceConfig", "config")
    if isinstance(config, Mapping) and "type" in config:
        yield Example(release, file, "ingestion", str(config["type"]), config)
    if isinstance(connection, Mapping):
        name = str(connection.get("type") or source.get("type"))
        kind, name = structure.named(name, parse(release), str(_member(source, "sourceConfig", "config", "type")))
        yield Example(release, file, kind, name, connection)


def _member(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def page(results: list[Result]) -> str:
    """The page of the documentation: what was accepted by release and kind, and what is wrong with an example."""
    releases = list(dict.fromkeys(result.example.release for result in results))
    kinds = sorted({result.example.kind for result in results})
    lines = [_HEAD, f"| release | {' | '.join(kinds)} |", f"|---{'|---' * len(kinds)}|"]
    for release in releases:
        counts = []
        for kind in kinds:
            mine = [each for each in results if (each.example.release, each.example.kind) == (release, kind)]
            accepted = sum(not each.refused for each in mine)
            counts.append("" if not mine else str(accepted) if accepted == len(mine) else f"{accepted} of {len(mine)}")
        lines.append(f"| {release} | {' | '.join(counts)} |")
    wrong: dict[tuple[str, str, str], list[str]] = {}
    for result in results:
        if result.findings:
            name = (result.example.file, result.example.kind, "<br>".join(result.findings))
            wrong.setdefault(name, []).append(result.example.release)
    lines += ["", _WRONG]
    for (file, kind, said), having in wrong.items():
        lines.append(f"| {file} ({kind}) | {', '.join(having)} | {said} |")
    return "\n".join(lines) + "\n"


_HEAD = """\
<!--
Copyright: Contributors to the community.openmetadata collection
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# The catalogue and the official examples

OpenMetadata's packages bring example workflows. `make catalogue-check` takes the connection and the source config of
each, for the newest patch of each minor, and writes this page. A number is how many were accepted. Connections are
validated as the modules do before they create a service on a server of that release; source configs (ingestion) are
compared with what the catalogue says of the release.
"""
_WRONG = """\
An example that lacks a required member is accepted, with a warning. These aren't what their own release's models want:

| example | releases | what is wrong |
|---|---|---|"""
