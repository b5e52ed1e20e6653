# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ingestion pipelines in the orchestrator: when they start and end, and what is shown of them when.

A run is queued, for a moment nobody knows it, then it runs and ends as told (server 1.2 with Airflow 2.7).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
OUTCOMES = ("success", "partialSuccess", "failed")
# Seconds between a kill and the end of the run (server 1.2: "some seconds later").
KILLED_AFTER = 3.0


class Clock:
    """The orchestrator's time: the real one, unless it was stopped, and what tests advanced it by, in seconds."""

    def __init__(self) -> None:
        """In step with the real time."""
        self.ahead = 0.0
        self._stopped: float | None = None

    def stop(self) -> None:
        """From now on time passes only when it is advanced."""
        self._stopped = time.time()

    def now(self) -> float:
        """Seconds since 1970."""
        return (time.time() if self._stopped is None else self._stopped) + self.ahead

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("time only goes on")
        self.ahead += seconds


@dataclass
class Plan:
    """How a run goes: seconds in the queue, then out of sight, then running; its outcome and its log."""

    queued: float = 0.5
    unseen: float = 0.5
    seconds: float = 2.0
    outcome: str = "success"
    log: str = ""
    # How many children of each kind a successful run of a metadata pipeline finds in the source.
    found: int = 3

    def changed(self, members: Json) -> Plan:
        """A copy with other members. Raises ValueError for an unknown member or outcome."""
        unknown = members.keys() - vars(self).keys()
        if unknown:
            raise ValueError(f"unknown in a run's plan: {', '.join(sorted(unknown))}")
        plan = Plan(**{**vars(self), **members})
        if plan.outcome not in OUTCOMES:
            raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}")
        return plan


@dataclass(eq=False)
class Run:
    """A run. Instants are seconds since 1970, `begin` is when it leaves the queue."""

    fqn: str
    plan: Plan
    created: float
    kind: str = "manual"
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    begin: float | None = None
    end: float = 0.0
    outcome: str = ""
    done: bool = False

    @property
    def start(self) -> float:
        """When it starts to run, for one that left the queue."""
        return (self.begin or 0.0) + self.plan.unseen

    def leave_queue(self, at: float) -> None:
        """Begin; it ends as planned unless it is killed."""
        self.begin = at
        self.end = self.start + self.plan.seconds
        self.outcome = self.plan.outcome

    def kill(self, now: float) -> None:
        """End early, as a run that did part of its work (server 1.2)."""
        self.end = min(self.end, now + KILLED_AFTER)
        self.outcome = "partialSuccess"

    def queued(self) -> Json:
        """What the orchestrator says of it while it waits."""
        instant = datetime.fromtimestamp(self.created, UTC).isoformat()
        shown = _ms(self.created)
        return {"runId": f"{self.kind}__{instant}", "pipelineState": "queued", "startDate": shown, "timestamp": shown}

    def recorded(self, now: float) -> Json | None:
        """What the server has on record, once the run has reported something."""
        if self.begin is None or now < self.start:
            return None
        shown: Json = {
            "runId": self.run_id,
            "pipelineState": "running",
            "startDate": _ms(self.start),
            "timestamp": _ms(self.start),
        }
        if now >= self.end:
            shown.update({"pipelineState": self.outcome, "endDate": _ms(self.end)})
        return shown


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


@dataclass(eq=False)
class Dag:
    """A workflow that the orchestrator was given; it is known to it from an instant on."""

    fqn: str
    known: float
    paused: bool
    resumed: float = 0.0
    runs: list[Run] = field(default_factory=list)

    def waiting(self) -> list[Run]:
        """The runs in the queue."""
        return [run for run in self.runs if run.begin is None]

    def active(self, now: float) -> Run | None:
        """The run that has left the queue and not ended."""
        return next((run for run in self.runs if run.begin is not None and run.begin <= now < run.end), None)

    def progress(self, now: float, ended: Callable[[Run], None]) -> None:
        """Let runs begin, one at a time, and end, as far as time went; the ended ones are reported in order."""
        free = max((run.end for run in self.runs if run.begin is not None), default=0.0)
        for run in self.waiting():
            at = max(run.created + run.plan.queued, self.known, self.resumed, free)
            if self.paused or at > now:
                break
            run.leave_queue(at)
            free = run.end
        for run in self.runs:
            if run.begin is not None and run.end <= now and not run.done:
                run.done = True
                ended(run)
