# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the catalogue costs a process: to import what reads it with the data of one kind, and to look up one type.

Each time it is a process of its own: with byte code that an earlier one left, as in the controller, or without, as a
module has it, whose files come in a zip. Called with a kind and a type, it is that process.
"""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import collection_tree

MODULE_UTILS = "ansible_collections.community.openmetadata.plugins.module_utils"
TYPES = {"dashboard": "Superset", "database": "BigQuery"}
"""The kind that the modules manage and the one with the most data, each with one of its largest types."""
RUNS = 15
LIMIT = 60
"""Seconds after which a process is given up."""


@dataclass(frozen=True)
class Start:
    """What a process took, in milliseconds of the processor: medians."""

    kind: str
    cached: bool
    imported: float
    first: float


def measure(folder: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Each kind, without byte code and with it."""
    for kind in TYPES:
        for cached in (False, True):
            if cached:
                _process(kind, folder, environment, cached)
            taken = [_process(kind, folder, environment, cached) for _number in range(RUNS)]
            yield Start(kind, cached, *map(statistics.median, zip(*taken, strict=True)))


def _process(kind: str, folder: Path, environment: dict[str, str], cached: bool) -> tuple[float, float]:
    """Milliseconds of the processor for the import and for the first look-up, in a fresh process."""
    code = folder / ("with-bytecode" if cached else "without-bytecode")
    paths = f"{Path(__file__).parents[1]}:{collection_tree.LINK_PATH}"
    ended = subprocess.run(
        [sys.executable, "-X", f"pycache_prefix={code}", "-m", "bench.catalogue", kind],
        # The last is a setting that counts unless it is empty.
        env={**environment, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "" if cached else "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    imported, first = json.loads(ended.stdout)
    return imported, first


def table(starts: list[Start]) -> str:
    """Markdown: milliseconds of each kind."""
    lines = ["| catalogue | byte code | import | first look-up |", "|---|---|---:|---:|"]
    for start in starts:
        code = "there" if start.cached else "none"
        what = f"{start.kind}, {TYPES[start.kind]}"
        lines.append(f"| {what} | {code} | {start.imported:.1f} ms | {start.first:.1f} ms |")
    return "\n".join(lines)


def run(kind: str) -> None:
    """Import and look up in this process, and print what it took."""
    # What every process that runs a module has anyhow: the packages above, and these of the standard library.
    for name in (MODULE_UTILS, "functools", "typing"):
        importlib.import_module(name)
    begun = time.process_time()
    schemas = importlib.import_module(f"{MODULE_UTILS}.schemas")
    importlib.import_module(f"{MODULE_UTILS}.catalogue_data.{kind}")
    newest = schemas.newest()
    imported = time.process_time()
    schemas.service_type(kind, TYPES[kind], newest)
    looked = time.process_time()
    json.dump([1000 * (imported - begun), 1000 * (looked - imported)], sys.stdout)


if __name__ == "__main__":
    run(sys.argv[1])
