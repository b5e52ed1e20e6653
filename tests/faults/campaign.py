# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every operation with every fault at every request, prints what became of it, and fails where a promise broke.

`python -m faults.campaign --only 'update all/2.0/bot/reset after/4'` repeats one case; parts of it, and shell patterns
in each part, choose several.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from faults import verdict
from faults.broken import Broken, BrokenPipelines
from faults.kinds import FAULTS, Fault
from faults.operations import Operation, Setting, settings
from faults.verdict import Run
from faults.writers import OUTAGES, WRITERS, Outage, Writer

_WORLDS: dict[tuple[str, str, bool, str, str], Broken] = {}


@dataclass(frozen=True)
class Case:
    """One fault, or one other writer, at one request of an operation."""

    setting: Setting
    what: Fault | Writer | Outage
    at: int

    @property
    def label(self) -> str:
        """The fault's name in the table."""
        return f"somebody {self.what.name}" if isinstance(self.what, Writer) else self.what.name

    @property
    def id(self) -> str:
        """How `--only` names it."""
        return f"{self.setting.id}/{self.label}/{self.at}"


@dataclass
class Tally:
    """What became of cases: counts by operation, fault and outcome, and the promises that were broken, by case."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Take in what others counted."""
        self.counts.update(other.counts)
        self.broken.update(other.broken)

    @property
    def total(self) -> int:
        """How many cases there were."""
        return sum(self.counts.values())


def world_of(setting: Setting) -> Broken:
    """A server for a setting; settings that can share one do."""
    operation = setting.operation
    resource = operation.resource
    key = setting.profile, setting.who, operation.bulk, resource.kind, resource.entity_type
    if key not in _WORLDS and resource.patched:
        _WORLDS[key] = BrokenPipelines(setting.profile, setting.who, resource)
    elif key not in _WORLDS:
        _WORLDS[key] = Broken(setting.profile, setting.who, operation.bulk, operation.resource)
    return _WORLDS[key]


def prepare(world: Broken, operation: Operation) -> None:
    """Bring a server to where an operation begins."""
    world.reset()
    for start in (operation.bystander, *operation.starts):
        start.make(world)


def perform(world: Broken, operation: Operation) -> Run:
    """Run an operation's task once, with what is armed."""
    before, children, met = world.services(), world.children(), world.at
    had, started = (world.workflows, world.runs) if isinstance(world, BrokenPipelines) else ({}, 0)
    result = world.run(operation.module, operation.task)
    after = world.services()
    # A purged service takes its children with it, whoever purged it.
    kept = {child for child, parent in children.items() if parent in {body["id"] for body in after.values()}}
    assert kept <= world.children().keys(), "children got lost"
    requests, pauses = tuple(world.sent), tuple(world.pauses)
    run = Run(result, before, after, requests, pauses, world.struck_a_write, world.meanwhile, met)
    if isinstance(world, BrokenPipelines):
        run = replace(run, workflows=world.workflows, had=had, started=world.runs - started)
    return run


@dataclass(frozen=True)
class Flawless:
    """A run that meets no fault; which of its requests carry no token, and the last one about the service `NAME`."""

    run: Run
    anonymous: tuple[bool, ...]
    last: int


def flawless(setting: Setting) -> Flawless:
    """Run an operation without a fault, to learn what it does."""
    world = world_of(setting)
    prepare(world, setting.operation)
    run = perform(world, setting.operation)
    assert not run.failed, f"{setting.id}: {run.result['msg']}"
    about = [number for number, touched in enumerate(world.touched, start=1) if touched]
    return Flawless(run, tuple(world.anonymous), max(about, default=len(run.sent)))


def cases(setting: Setting, known: Flawless) -> Iterator[Case]:
    """Every fault at every request, and every other writer as long as the run isn't done with the service.

    Where pipelines are concerned, their orchestrator goes away instead.
    """
    for at, (request, bare) in enumerate(zip(known.run.sent, known.anonymous, strict=True), start=1):
        method = request.split(" ")[0]
        yield from (Case(setting, fault, at) for fault in FAULTS if fault.fits(method, bare))
        if setting.operation.resource.patched:
            yield from (Case(setting, outage, at) for outage in OUTAGES)
        elif at <= known.last:
            yield from (Case(setting, writer, at) for writer in WRITERS if writer.fits(setting.operation))


def examine(case: Case, expected: Run) -> str:
    """The outcome of one case. Raises AssertionError where a promise is broken."""
    operation = case.setting.operation
    world = world_of(case.setting)
    prepare(world, operation)
    if isinstance(case.what, Fault):
        world.arm(case.at, fault=case.what)
        run = perform(world, operation)
        assert world.struck, "the fault was never met"
        return verdict.judge_fault(operation, case.what, expected, run, perform(world, operation))
    if isinstance(case.what, Outage):
        world.arm(case.at, other=case.what.begin)
        run = perform(world, operation)
        world.orchestrator.configure({"mode": "airflow"})
        return verdict.judge_outage(operation, expected, run, perform(world, operation))
    world.arm(case.at, other=case.what.write)
    run = perform(world, operation)
    return verdict.judge_race(operation, world.server, expected, run, perform(world, operation))


def examine_all(setting: Setting, wanted: Callable[[str], bool] = lambda _id: True) -> Tally:
    """All cases of a setting that are wanted."""
    tally = Tally()
    known = flawless(setting)
    for case in cases(setting, known):
        if not wanted(case.id):
            continue
        try:
            outcome = examine(case, known.run)
        except AssertionError as error:
            outcome = "broken"
            tally.broken[case.id] = f"{known.run.sent[case.at - 1]}: {error}"
        tally.counts[setting.operation.name, case.label, outcome] += 1
    return tally


# -- the command -----------------------------------------------------------------------------------------------------

# What a cell's letters mean.
_SHORT = {verdict.DONE: "", verdict.TOLD: "e", verdict.REFUSED: "r", verdict.OVERWRITTEN: "o", "broken": "BROKEN"}


def table(tally: Tally) -> Iterator[str]:
    """Operation by fault in Markdown: how many cases ended how."""
    operations = list(dict.fromkeys(setting.operation.name for setting in settings()))
    labels = list(dict.fromkeys(label for _operation, label, _outcome in tally.counts))
    order = [fault.name for fault in FAULTS] + [f"somebody {writer.name}" for writer in WRITERS]
    order += [outage.name for outage in OUTAGES]
    met = [name for name in operations if any(operation == name for operation, _label, _outcome in tally.counts)]
    yield f"| | {' | '.join(met)} |"
    yield f"|---|{'---|' * len(met)}"
    for label in sorted(labels, key=order.index):
        cells = (_cell(tally, operation, label) for operation in met)
        yield f"| {label} | {' | '.join(cells)} |"


def _cell(tally: Tally, operation: str, label: str) -> str:
    counts = {short: tally.counts[operation, label, outcome] for outcome, short in _SHORT.items()}
    return " ".join(f"{count}{short}" for short, count in counts.items() if count) or "-"


def report(tally: Tally, seconds: float) -> Iterator[str]:
    """The table, the totals and what broke."""
    yield from table(tally)
    yield ""
    yield from (f"- n{short}: {outcome}" for outcome, short in _SHORT.items())
    yield ""
    outcomes: Counter[str] = Counter()
    for (_operation, _label, outcome), count in tally.counts.items():
        outcomes[outcome] += count
    yield f"{tally.total} cases in {seconds:.0f} s: " + ", ".join(f"{count} {name}" for name, count in outcomes.items())
    for case, error in sorted(tally.broken.items()):
        yield f"\nBROKEN {case}\n  {error}\n  again: make faults FAULTS=\"--only '{case}'\""


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a case's id begins with the parts of a pattern, each a shell pattern."""
    parts = pattern.split("/") if pattern else []

    def wanted(case: str) -> bool:
        # Names of operations may hold a slash ("bulk create, endpoint"), and so may patterns, then.
        return all(fnmatchcase(given, part) for given, part in zip(case.split("/"), parts, strict=False))

    return wanted


def _work(job: tuple[str, str]) -> Tally:
    name, pattern = job
    return examine_all(next(setting for setting in settings() if setting.id == name), matcher(pattern))


def run(pattern: str, jobs: int) -> Tally:
    """Examine all settings that a pattern means, several at a time."""
    wanted = matcher(pattern)
    tally = Tally()
    with multiprocessing.Pool(jobs) as pool:
        work = [(setting.id, pattern) for setting in settings() if wanted(setting.id)]
        for part in pool.imap_unordered(_work, work):
            tally.add(part)
    return tally


def main() -> int:
    """Run the campaign; returns the exit code."""
    parser = argparse.ArgumentParser(description="Inject every fault at every request of every operation.")
    parser.add_argument("--only", default="", help="operation/release/user/fault/request; parts may be patterns")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("OPENMETADATA_")]:
        del os.environ[name]
    began = time.monotonic()
    tally = run(options.only, options.jobs)
    if not tally.total:
        print(f"no case is called {options.only!r}")
        return 2
    for line in report(tally, time.monotonic() - began):
        print(line)
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
