# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is aimed at, and whether it was reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.catalogue import Start
from bench.runs import LABELS, ONE, STEPS, UNCHANGED, Case, Times
from bench.scale import Cost
from bench.ways import EMPTY, IMPORTING


@dataclass(frozen=True)
class Goal:
    """A figure and its limit, which is an upper one unless `least`."""

    what: str
    figure: float
    limit: float
    least: bool = False

    def __str__(self) -> str:
        met = self.figure >= self.limit if self.least else self.figure <= self.limit
        sign = ">=" if self.least else "<="
        return f"| {self.what} | {sign} {self.limit:g} | {self.figure:.2f} | {'yes' if met else 'no'} |"


def table(times: Times, costs: dict[int, dict[str, Cost]], starts: list[Start]) -> str:
    """All goals as Markdown, as far as what they need was measured."""
    found = [*_single(times), *_floor(times), *_loops(times), *_scale(costs), *_catalogue(starts)]
    return "\n".join(["| goal | limit | measured | met |", "|---|---:|---:|---|", *map(str, found)])


def _single(times: Times) -> Iterator[Goal]:
    importing = times.median(Case(IMPORTING, 1), IMPORTING)
    for way, label in ONE.items():
        ratio = times.median(Case(way, 1), UNCHANGED) / importing
        yield Goal(f"a task on an unchanged service ({label}), times one that only imports requests", ratio, 1.25)


def _floor(times: Times) -> Iterator[Goal]:
    empty = times.median(Case(EMPTY, 1), EMPTY)
    for size in times.sizes():
        for step in STEPS if size >= 200 and times.has(Case("floor", size), UNCHANGED) else ():
            floor = times.median(Case("floor", size), step)
            for way in ("bulk", "bulk endpoint"):
                ratio = (times.median(Case(way, size), step) - empty) / floor
                label = f"{size} services, {step}{' with /bulk' if way != 'bulk' else ''}"
                yield Goal(f"{label}: the bulk task without the empty play, times the requests script", ratio, 1.5)


def _loops(times: Times) -> Iterator[Goal]:
    for size, least in ((20, 5), (200, 50)):
        if times.has(Case("uri", size), UNCHANGED):
            ratio = times.median(Case("uri", size), UNCHANGED) / times.median(Case("bulk", size), UNCHANGED)
            yield Goal(f"{size} unchanged services: {LABELS['uri']}, times the bulk task", ratio, least, least=True)
    if times.has(Case("module loop", 20), UNCHANGED):
        ratio = times.median(Case("module loop", 20), UNCHANGED) / times.median(Case("loop", 20), UNCHANGED)
        yield Goal("20 unchanged services in a loop: module processes, times the controller", ratio, 5, least=True)


def _scale(costs: dict[int, dict[str, Cost]]) -> Iterator[Goal]:
    if not costs:
        return
    sizes = sorted(costs)
    for step in costs[sizes[-1]]:
        yield Goal(f"MiB of the bulk module, {sizes[-1]} services, {step}", costs[sizes[-1]][step].memory, 120)
        first, last = (costs[size][step].seconds / size for size in (sizes[0], sizes[-1]))
        yield Goal(f"time per service with {sizes[-1]} services, times with {sizes[0]}, {step}", last / first, 1.25)


def _catalogue(starts: list[Start]) -> Iterator[Goal]:
    for start in starts:
        code = "with byte code" if start.cached else "without byte code"
        yield Goal(f"ms to import the catalogue of one kind ({start.kind}), {code}", start.imported, 10)
