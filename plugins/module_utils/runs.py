# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of a pipeline: reading them, starting one and waiting for its end.

A run has no id that its start would tell. It stands in the queue under one name, is on nobody's record for a moment,
and goes on under another; runs of an earlier pipeline of the same name stand beside it (server 1.2).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from ansible_collections.community.openmetadata.plugins.module_utils import dates, errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current
from ansible_collections.community.openmetadata.plugins.module_utils.orchestrator import Orchestrator, explained
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES_PATH
from ansible_collections.community.openmetadata.plugins.module_utils.references import encoded

Json = Mapping[str, Any]
QUEUED, RUNNING, SUCCESS, PARTIAL = "queued", "running", "success", "partialSuccess"
_UNDER_WAY = (QUEUED, RUNNING)
_DAY = 24 * 3600.0
# How many lines of a log a message holds, and how long each may be.
_LINES = 20
_LONGEST_LINE = 500
# Seconds between two tries to start a run; a server refuses two starts within one second.
_AGAIN = 1.5
_TRIES = 3
# How often to look whether a run began whose start was not answered.
_LOOKS = 4


def shown(run: Json) -> dict[str, Any]:
    """A run as results show it: `run_id`, `status`, and the instants as texts."""
    told = {"started": "startDate", "ended": "endDate", "reported": "timestamp"}
    return {
        "run_id": run.get("runId"),
        "status": run.get("pipelineState"),
        **{name: dates.from_api(run[api]) if run.get(api) is not None else None for name, api in told.items()},
    }


def last_runs(client: Client, current: Current, most: int) -> list[dict[str, Any]]:
    """The last runs of a pipeline, the newest first."""
    return [shown(run) for run in _runs(client, current, 0.0, time.time() + _DAY)[:most]]


def _runs(client: Client, current: Current, since: float, until: float) -> list[Json]:
    """The runs of a pipeline between two instants (seconds since 1970), the newest first."""
    path = f"{PIPELINES_PATH}/{encoded(current.key)}/pipelineStatus"
    found = client.get(path, {"startTs": int(since * 1000), "endTs": int(until * 1000)}).get("data") or []
    if not isinstance(found, list) or not all(isinstance(run, Mapping) for run in found):
        raise errors.UnexpectedAnswer(f"the answer to GET {path} is no list of runs.")
    return sorted(found, key=_start, reverse=True)


def _start(run: Json) -> float:
    start = run.get("startDate") or run.get("timestamp")
    return float(start) if isinstance(start, (int, float)) else 0.0


def _id(run: Json) -> str:
    return str(run.get("runId"))


def _is_under_way(run: Json) -> bool:
    return run.get("pipelineState") in _UNDER_WAY


@dataclass
class Follower:
    """Tells which of a pipeline's runs is the one that was started, look after look.

    `before` are the runs that were there already. Those that begin while ours is still in the queue are others'; if
    nobody saw ours in the queue, as many begin before it as were waiting.
    """

    before: Sequence[Json]
    mine: str = ""
    _others: set[str] = field(default_factory=set)
    _queued: str = ""

    def __post_init__(self) -> None:
        self._others = {_id(run) for run in self.before}
        self._ahead = sum(run.get("pipelineState") == QUEUED for run in self.before)

    def find(self, runs: Sequence[Json]) -> Json | None:
        """Our run among those that are there now; None while nobody has it on record."""
        new = [run for run in sorted(runs, key=_start) if _id(run) not in self._others]
        if self.mine:
            return next((run for run in new if _id(run) == self.mine), None)
        waiting = [run for run in new if run.get("pipelineState") == QUEUED]
        begun = [run for run in new if run.get("pipelineState") != QUEUED]
        if waiting and self._queued in ("", *map(_id, waiting)):
            ours: Json = next((run for run in waiting if _id(run) == self._queued), waiting[0])
            self._queued, self._ahead = _id(ours), 0
            self._others.update(map(_id, begun))
            return ours
        if len(begun) <= self._ahead:
            return None
        ours = begun[self._ahead]
        self.mine = _id(ours)
        return ours


@dataclass(frozen=True)
class Waiting:
    """How to wait for a run: seconds in all, seconds between two looks, and whether to kill a run that takes longer."""

    timeout: float
    interval: float
    kill: bool = False


class Runner:
    """Starts runs of one pipeline and waits for them."""

    def __init__(
        self,
        client: Client,
        current: Current,
        orchestrator: Orchestrator,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.client = client
        self.current = current
        self.orchestrator = orchestrator
        self._since = now() - _DAY
        self._now = now

    def runs(self) -> list[Json]:
        """The runs of the last day, the newest first."""
        return _runs(self.client, self.current, self._since, self._now() + _DAY)

    def under_way(self, runs: Sequence[Json]) -> Json | None:
        """The run that is running, else one that waits, else None."""
        there = sorted(filter(_is_under_way, runs), key=lambda run: run.get("pipelineState") == QUEUED)
        return there[0] if there else None

    def start(self, before: Sequence[Json], wait_known: float) -> None:
        """Start a run, again and again while the orchestrator doesn't know the pipeline yet: at most `wait_known`
        seconds.

        Where the answer gets lost, the runs tell whether it was started. Raises `errors.ApiError`.
        """
        until = self.orchestrator.clock() + wait_known
        known = {_id(run) for run in before}
        tries, maybe = 0, False
        while True:
            try:
                return self.orchestrator.trigger(self.current.id)
            except errors.BadRequest as error:
                tries += self.orchestrator.knows(self.current.id)
                if tries >= _TRIES or self.orchestrator.clock() >= until or not self.orchestrator.works:
                    raise self.explained(error) from None
            except errors.ApiError as error:
                tries += 1
                error.changed = maybe = maybe or error.maybe_written
                if not error.transient or tries >= _TRIES:
                    raise
                self.client.pause(tries, error)
                if maybe and self._began(known):
                    return None
            self.client.sleep(_AGAIN)

    def _began(self, known: set[str]) -> bool:
        """Whether there is a run that wasn't there, after a start whose answer got lost; one may be out of sight."""
        try:
            for _look in range(_LOOKS):
                if any(_id(run) not in known for run in self.runs()):
                    return True
                self.client.sleep(_AGAIN)
        except errors.OpenMetadataError as error:
            error.changed = True
            raise
        return False

    def explained(self, error: errors.ApiError) -> errors.OrchestratorError:
        """An error of the orchestrator with how it is."""
        truth = {name: self.current.values[name] for name in ("deployed", "enabled")}
        return explained(error, self.orchestrator.state(), truth)

    def wait(self, follower: Follower, waiting: Waiting) -> Json:
        """Wait for the end of a run; returns it. Raises `errors.TimedOut`.

        An orchestrator that is away for a while is waited for, too.
        """
        until = self.orchestrator.clock() + waiting.timeout
        run: Json | None = None
        trouble = ""
        while True:
            try:
                run, trouble = follower.find(self.runs()) or run, ""
            except errors.BadRequest as error:
                trouble = f" The last look failed: {error}"
            if run is not None and not _is_under_way(run):
                return run
            if self.orchestrator.clock() >= until:
                raise self._took_too_long(run, waiting, trouble)
            self.client.sleep(waiting.interval)

    def _took_too_long(self, run: Json | None, waiting: Waiting, trouble: str) -> errors.TimedOut:
        said = "is not on record yet" if run is None else f"({_id(run)}) is still {run.get('pipelineState')}"
        killed = " It goes on."
        if waiting.kill:
            try:
                self.orchestrator.kill(self.current.id)
                killed = " It was killed."
            except errors.ApiError as error:
                killed = f" It could not be killed: {error}"
        return errors.TimedOut(
            f"the run {said} after {waiting.timeout:g} seconds.{killed}{trouble}",
            "Raise wait_timeout, or look into the orchestrator; unless_running=true waits for a run that goes on.",
        )

    def last_lines(self) -> list[str]:
        """The last lines of the last run's log; none where it can't be read."""
        path, told = f"{PIPELINES_PATH}/logs/{self.current.id}/last", ""
        try:
            chunk = self.client.get(path)
            told = _text(chunk)
            total = str(chunk.get("total") or "")
            if chunk.get("after") and total.isdigit():
                # The chunks are numbered from 0; the last two hold more than is shown.
                numbers = range(max(1, int(total) - 2), int(total))
                told = "".join(_text(self.client.get(path, {"after": str(number)})) for number in numbers)
        except errors.ApiError:
            pass
        return [line[:_LONGEST_LINE] for line in told.splitlines()[-_LINES:]]


def _text(chunk: Json) -> str:
    """What a chunk of a log holds: a text for each task, and the numbers of chunks."""
    return "\n".join(
        str(text) for name, text in chunk.items() if name not in ("total", "after") and isinstance(text, str)
    )
