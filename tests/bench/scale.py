# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the bulk module on ever more services, each time in a process of its own: how long, how much memory.

Called with the name of a file that holds the module's options, it is that process.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import collection_tree
from bench import ways
from fake_openmetadata.launch import FakeServer

SIZES = (500, 1000, 2500, 5000)
LIMIT = 900
"""Seconds after which a run is given up."""


@dataclass(frozen=True)
class Cost:
    """What the module's process took: seconds and MiB at the most."""

    seconds: float
    memory: float


def measure(size: int, folder: Path, environment: dict[str, str]) -> dict[str, Cost]:
    """The cost of creating so many services and of finding them unchanged, by step."""
    services = ways.services_of(size, "First")
    found = {}
    with FakeServer(profile="1.2") as server:
        for step in ("create", "unchanged"):
            path = folder / "options.json"
            path.write_text(json.dumps({"url": server.url, "token": server.bot_token, "services": services}))
            ended = subprocess.run(
                [sys.executable, "-m", "bench.scale", str(path)],
                env={**environment, "PYTHONPATH": f"{Path(__file__).parents[1]}:{collection_tree.LINK_PATH}"},
                capture_output=True,
                text=True,
                timeout=LIMIT,
                check=True,
            )
            facts = json.loads(ended.stdout)
            if facts["summary"]["created" if step == "create" else "none"] != size:
                raise RuntimeError(f"{step} of {size} services ended in {facts['summary']}")
            found[step] = Cost(facts["seconds"], facts["memory"])
    return found


def table(costs: dict[int, dict[str, Cost]]) -> str:
    """Markdown: for each size seconds, milliseconds per service, and memory."""
    lines = ["| services | step | seconds | per service | memory at most |", "|---:|---|---:|---:|---:|"]
    for size, steps in costs.items():
        for step, cost in steps.items():
            each = 1000 * cost.seconds / size
            lines.append(f"| {size} | {step} | {cost.seconds:.1f} s | {each:.2f} ms | {cost.memory:.0f} MiB |")
    return "\n".join(lines)


def run(path: Path) -> None:
    """Run the module in this process and print what it took."""
    start = time.perf_counter()
    from ansible.module_utils.testing import patch_module_args

    from ansible_collections.community.openmetadata.plugins.modules import dashboard_service_bulk

    printed = io.StringIO()
    with (
        patch_module_args(json.loads(path.read_text())),
        contextlib.redirect_stdout(printed),
        contextlib.suppress(SystemExit),
    ):
        dashboard_service_bulk.main()
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    summary = json.loads(printed.getvalue())["summary"]
    json.dump({"seconds": seconds, "memory": memory, "summary": summary}, sys.stdout)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
