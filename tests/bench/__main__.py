# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long it takes to create, leave and update many services, and to create, deploy and leave their
pipelines, in each way one might do it.

Whole processes are timed by the clock, against the fake server; each run has a server of its own. The ways take turns,
so that whatever else the machine does meets all of them; the tables show medians. A run that fails, or that leaves
other services or pipelines than it should, ends the benchmark.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import collection_tree
from bench import catalogue, choices, goals, scale
from bench.runs import LABELS, LONG, MOST, ONCE, ONE, PIPELINES, Bench, Case, Times
from bench.ways import EMPTY, IMPORTING

WAYS = {"both": (*LABELS, *PIPELINES), "services": tuple(LABELS), "pipelines": tuple(PIPELINES)}


def main() -> None:
    """Measure and print Markdown; raises `RuntimeError` where a run goes wrong."""
    options = _options()
    collection_tree.link()
    times = Times()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder, options.profile)
        for number in range(options.runs):
            print(f"run {number + 1} of {options.runs}", file=sys.stderr)
            for case in cases(options.sizes, WAYS[options.only], first=number == 0):
                times.add(case, bench.measure(case))
        found = list(choices.measure(folder, bench.environment)) if options.choices else []
        starts = list(catalogue.measure(folder, bench.environment))
        costs = {size: scale.measure(size, folder, bench.environment) for size in options.scale}
    tools = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "requests"))
    machine = f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}"
    print(f"{time.strftime('%Y-%m-%d')}, {machine}, {tools}.")
    print(f"Fake server {options.profile}; medians of {options.runs} runs, and one of what is slow.\n")
    print("\n\n".join(times.tables()))
    print(f"\nA play without tasks took {times.median(Case(EMPTY, 1), EMPTY):.2f} s.\n")
    print(f"The catalogue in a process of its own, medians of {catalogue.RUNS}:\n\n{catalogue.table(starts)}\n")
    if costs:
        print(f"The bulk module in a process of its own:\n\n{scale.table(costs)}\n")
    if found:
        wait = f"each request waits {1000 * choices.DELAY:g} ms, /bulk {1000 * choices.ROW:g} ms more for each service"
        print(f"With other numbers than the module's own ({wait}):\n\n{choices.table(found)}\n")
    print(goals.table(times, costs, starts))


def cases(sizes: list[int], ways: tuple[str, ...], first: bool) -> list[Case]:
    """What a round measures: the slow ones are in the first round only."""
    single = [Case(way, 1) for way in (EMPTY, IMPORTING, *ONE)]
    return single + [
        Case(way, size)
        for size in sizes
        for way in ways
        if size <= MOST.get(way, size) and (first or not (way in ONCE or (way, size) in LONG))
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[20, 200, 1000], help="how many services, and pipelines"
    )
    parser.add_argument("--only", choices=WAYS, default="both", help="what lists are of")
    parser.add_argument("--scale", type=int, nargs="*", default=list(scale.SIZES), help="for time and memory")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run")
    parser.add_argument("--profile", default="1.2", help="the fake server's release")
    parser.add_argument("--choices", action="store_true", help="also with other numbers of threads, rows and pages")
    options = parser.parse_args()
    if options.runs < 1 or min(options.sizes) < 1:
        parser.error("--runs and --sizes start at 1")
    return options


def _processor() -> str:
    """What the machine's processor is called, where it tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
