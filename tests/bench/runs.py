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
ONE = {"loop": "dashboard_service", "module loop": "the same, in a process of its own"}
"""The ways with one service."""
ONCE = {"module loop": 20, "uri": 200}
"""These start a process for each service: they are measured up to so many services, and only once."""
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

    def table(self) -> str:
        """Medians as Markdown: seconds of each step, and how many times the bulk task's seconds they are."""
        lines = ["| services | how |" + "".join(f" {step} |" for step in STEPS), "|---:|---|" + "---:|" * len(STEPS)]
        for case in [Case(way, size) for size in self.sizes() for way in LABELS]:
            if self.has(case, UNCHANGED):
                cells = (f"{self.median(case, step):.2f} s ({self._ratio(case, step):.1f}x)" for step in STEPS)
                lines.append(f"| {case.size} | {LABELS[case.way]} | {' | '.join(cells)} |")
        return "\n".join(lines)

    def _ratio(self, case: Case, step: str) -> float:
        return self.median(case, step) / self.median(Case("bulk", case.size), step)


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
        first, second = (ways.services_of(case.size, words) for words in ("First", "Second"))
        with FakeServer(profile=self.profile, bulk=case.way == "bulk endpoint") as server:
            tokens = (server.bot_token, server.bot_token, server.admin_token, server.admin_token)
            seconds = {}
            for step, token, wanted in zip(STEPS, tokens, (first, first, first, second), strict=True):
                command = self._command(case, server, token, wanted)
                seconds[step] = self._timed(command)
                _verify(server, case, wanted)
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
