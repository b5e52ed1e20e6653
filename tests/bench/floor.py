# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor of the benchmark: nothing but PUT requests, eight at a time. Reads what to send from the file it is given.

It plans nothing and knows nothing of what was there; no tool that sends a request for each service can be faster.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

WORKERS = 8


def main() -> None:
    """Send everything; raises `requests.HTTPError` for the first request that is refused."""
    task: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=WORKERS))
    session.headers["Authorization"] = f"Bearer {task['token']}"

    def put(body: dict[str, Any]) -> None:
        session.put(f"{task['url']}/api/v1/services/dashboardServices", json=body, timeout=60).raise_for_status()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(put, task["bodies"]))


if __name__ == "__main__":
    main()
