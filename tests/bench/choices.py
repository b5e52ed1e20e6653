# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bulk module's numbers were chosen by: threads at once, services in a request of `/bulk`, services on a page.

The fake server answers at once, so here each request waits as it would for a server elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import scale, ways
from bench.ways import Json
from fake_openmetadata.launch import FakeServer

DELAY = 0.02
"""Seconds that a request waits."""
ROW = 0.005
"""Seconds more that `/bulk` waits for each service in the request."""
THREADS = (1, 2, 4, 8, 16, 32)
BATCHES = (10, 50, 100, 250, 1000)
PAGES = (50, 100, 250, 1000)


@dataclass(frozen=True)
class Choice:
    """One value of one number, and how long the module took with it, in seconds."""

    what: str
    value: int
    seconds: float


def measure(folder: Path, environment: dict[str, str]) -> Iterator[Choice]:
    """Try each value of each number."""
    with FakeServer(profile="1.2") as server:
        for threads in THREADS:
            server.reset()
            server.inject(method="POST|PUT", delay=DELAY, count=0)
            options = {**_options(server, 500), "concurrency": threads}
            yield Choice("threads: create 500", threads, scale.module(options, folder, environment, "create").seconds)
    with FakeServer(profile="2.0", bulk=True) as server:
        for batch in BATCHES:
            server.reset()
            server.inject(method="PUT", delay=DELAY + ROW * batch, count=0)
            cost = scale.module(_options(server, 1000), folder, environment, "create", {"bulk._BATCH": batch})
            yield Choice("services in a request of /bulk: create 1000", batch, cost.seconds)
        server.clear_faults()
        server.inject(method="GET", delay=DELAY, count=0)
        for page in PAGES:
            cost = scale.module(_options(server, 1000), folder, environment, "unchanged", {"client._PAGE": page})
            yield Choice("services on a page: 1000 unchanged", page, cost.seconds)


def _options(server: FakeServer, size: int) -> Json:
    return {"url": server.url, "token": server.bot_token, "services": ways.services_of(size, "First")}


def table(found: list[Choice]) -> str:
    """Markdown: each number with all of its values in a line."""
    lines = ["| number | seconds by value |", "|---|---|"]
    for what in dict.fromkeys(choice.what for choice in found):
        cells = (f"{choice.value}: {choice.seconds:.2f} s" for choice in found if choice.what == what)
        lines.append(f"| {what} | {', '.join(cells)} |")
    return "\n".join(lines)
