# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the bulk module on ever more services, each time in a process of its own: how long, how much memory.

Called with the name of a file that holds the module's options, and other values for its constants, it is that process.
"""

from __future__ import annotations

import contextlib
import importlib
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
from bench.ways import Json
from fake_openmetadata.launch import FakeServer

MODULE_UTILS = "ansible_collections.community.openmetadata.plugins.module_utils"
SIZES = (500, 1000, 2500, 5000)
STEPS = {"create": "created", "unchanged": "none"}
"""What all services of a step have to have become."""
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
        for step in STEPS:
            options = {"url": server.url, "token": server.bot_token, "services": services}
            found[step] = module(options, folder, environment, step)
    return found


def module(
    options: Json, folder: Path, environment: dict[str, str], step: str, constants: dict[str, int] | None = None
) -> Cost:
    """The cost of one run of the module; constants are named as `bulk._BATCH`. Raises `RuntimeError`, see `STEPS`."""
    path = folder / "options.json"
    path.write_text(json.dumps({"options": options, "constants": constants or {}}))
    ended = subprocess.run(
        [sys.executable, "-m", "bench.scale", str(path)],
        env={**environment, "PYTHONPATH": f"{Path(__file__).parents[1]}:{collection_tree.LINK_PATH}"},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    facts = json.loads(ended.stdout)
    if facts["summary"][STEPS[step]] != len(options["services"]):
        raise RuntimeError(f"{step} ended in {facts['summary']}")
    return Cost(facts["seconds"], facts["memory"])


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
    task: Json = json.loads(path.read_text())
    start = time.perf_counter()
    from ansible.module_utils.testing import patch_module_args

    from ansible_collections.community.openmetadata.plugins.modules import dashboard_service_bulk

    for name, value in task["constants"].items():
        file, _dot, constant = name.partition(".")
        setattr(importlib.import_module(f"{MODULE_UTILS}.{file}"), constant, value)
    printed = io.StringIO()
    with (
        patch_module_args(task["options"]),
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
