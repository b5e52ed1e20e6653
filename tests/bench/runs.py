# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs and times each way, each step in a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import collection_tree
from bench import ways
from bench.ways import EMPTY, IMPORTING, Json
from fake_openmetadata.launch import FakeServer

HERE = Path(__file__).parent
UNCHANGED = "unchanged (bot)"
STEPS = ("create", UNCHANGED, "unchanged (admin)", "update")
LABELS = {
    "bulk": "dashboard_service_bulk, one task",
    "bulk endpoint": "the same, server with /bulk",
    "loop": "dashboard_service, in a loop",
    "module loop": "the same, each in a process of its own",
    "uri": "ansible.builtin.uri, in a loop",
    "floor": "requests script, 8 workers",
}
PIPELINE_STEPS = ("create and deploy", "unchanged")
PIPELINES = {
    "pipeline bulk": "ingestion_pipeline_bulk, one task",
    "pipeline loop": "ingestion_pipeline, in a loop",
    "pipeline uri": "ansible.builtin.uri, in a loop to store and one to deploy",
}
"""The ways of managing pipelines, one of each service."""
ONE = {"loop": "dashboard_service", "module loop": "the same, in a process of its own"}
"""The ways with one service."""
MOST = {"module loop": 20, "uri": 200, **dict.fromkeys(PIPELINES, 200)}
"""So many services these are measured with at most."""
ONCE = ("module loop", "uri", "pipeline uri")
"""These start a process for each service: they are measured only once."""
LONG = {("loop", 1000)}
"""These take minutes, since Ansible's loops themselves slow down with their length: they are measured once, too."""
LIMIT = 900
"""Seconds after which a run is given up."""


@dataclass(frozen=True)
class Case:
    """A way and how many services."""

    way: str
    size: int


class Times:
    """Seconds of each step of each case, of every run."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[Case, str], list[float]] = defaultdict(list)

    def add(self, case: Case, steps: dict[str, float]) -> None:
        """Keep what a run took."""
        for step, seconds in steps.items():
            self._seconds[case, step].append(seconds)

    def median(self, case: Case, step: str) -> float:
        """Seconds; raises `KeyError` for what was not measured."""
        if not self.has(case, step):
            raise KeyError((case, step))
        return statistics.median(self._seconds[case, step])

    def has(self, case: Case, step: str) -> bool:
        """Whether it was measured."""
        return (case, step) in self._seconds

    def sizes(self) -> list[int]:
        """The sizes of lists."""
        return sorted({case.size for case, _step in self._seconds if case.size > 1})

    def tables(self) -> list[str]:
        """Medians as Markdown: seconds of each step, and how many times the bulk task's seconds they are."""
        found = [self._table("services", LABELS, STEPS), self._table("pipelines", PIPELINES, PIPELINE_STEPS)]
        return [table for table in found if table]

    def _table(self, what: str, labels: dict[str, str], steps: tuple[str, ...]) -> str:
        """One of the tables; empty where none of these ways was measured."""
        rows = []
        for case in [Case(way, size) for size in self.sizes() for way in labels]:
            if self.has(case, steps[0]):
                bulk = Case(next(iter(labels)), case.size)
                medians = [(self.median(case, step), self.median(bulk, step)) for step in steps]
                cells = (f"{seconds:.2f} s ({seconds / least:.1f}x)" for seconds, least in medians)
                rows.append(f"| {case.size} | {labels[case.way]} | {' | '.join(cells)} |")
        head = [f"| {what} | how |" + "".join(f" {step} |" for step in steps), "|---:|---|" + "---:|" * len(steps)]
        return "\n".join([*head, *rows]) if rows else ""


class Bench:
    """Measures cases one at a time."""

    def __init__(self, folder: Path, profile: str) -> None:
        """Files go to the folder; the server speaks like a release."""
        self.folder = folder
        self.profile = profile
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OPENMETADATA_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(collection_tree.LINK_PATH),
            "ANSIBLE_LIBRARY": str(HERE / "library"),
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "LC_ALL": "C.UTF-8",
        }

    def measure(self, case: Case) -> dict[str, float]:
        """Seconds of each step, one after the other on the same server."""
        print(f"  {case.size} x {case.way}", file=sys.stderr)
        if case.way in (EMPTY, IMPORTING):
            path = self.folder / "task.json"
            ways.write_playbook(path, case.way, "", "", [])
            return {case.way: self._timed([self._ansible(), str(path)])}
        return self._pipelines(case) if case.way in PIPELINES else self._services(case)

    def _services(self, case: Case) -> dict[str, float]:
        first, second = (ways.services_of(case.size, words) for words in ("First", "Second"))
        with FakeServer(profile=self.profile, bulk=case.way == "bulk endpoint") as server:
            tokens = (server.bot_token, server.bot_token, server.admin_token, server.admin_token)
            seconds = {}
            for step, token, wanted in zip(STEPS, tokens, (first, first, first, second), strict=True):
                command = self._command(case, server, token, wanted)
                seconds[step] = self._timed(command)
                _verify(server, case, wanted)
        return seconds

    def _pipelines(self, case: Case) -> dict[str, float]:
        services = ways.services_of(case.size, "First")
        with FakeServer(profile=self.profile) as server:
            self._timed(self._command(Case("floor", case.size), server, server.admin_token, services))
            wanted = ways.pipelines_of(server.state()["dashboardService"])
            seconds = {}
            for step in PIPELINE_STEPS:
                seconds[step] = self._timed(self._command(case, server, server.bot_token, wanted))
                _verify_pipelines(server, case, wanted)
        return seconds

    def _command(self, case: Case, server: FakeServer, token: str, wanted: list[Json]) -> list[str]:
        path = self.folder / "task.json"
        if case.way == "floor":
            bodies = [ways.request_of(each) for each in wanted]
            path.write_text(json.dumps({"url": server.url, "token": token, "bodies": bodies}))
            return [sys.executable, str(HERE / "floor.py"), str(path)]
        ways.write_playbook(path, case.way, server.url, token, wanted)
        return [self._ansible(), str(path)]

    @staticmethod
    def _ansible() -> str:
        return str(Path(sys.executable).with_name("ansible-playbook"))

    def _timed(self, command: list[str]) -> float:
        start = time.perf_counter()
        ended = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=LIMIT
        )
        seconds = time.perf_counter() - start
        if ended.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}")
        return seconds


def _verify(server: FakeServer, case: Case, wanted: list[Json]) -> None:
    """What was timed has to have been done."""
    there = {one["name"]: one.get("displayName") for one in server.state()["dashboardService"]}
    if there != {each["name"]: each["display_name"] for each in wanted}:
        raise RuntimeError(f"{LABELS[case.way]} left {len(there)} services, not the {case.size} described")


def _verify_pipelines(server: FakeServer, case: Case, wanted: list[Json]) -> None:
    """What was timed has to have been done."""
    there = {one["name"] for one in server.state()["ingestionPipeline"] if one["deployed"]}
    if there != {each["name"] for each in wanted}:
        raise RuntimeError(f"{PIPELINES[case.way]} deployed {len(there)} pipelines, not the {case.size} described")
