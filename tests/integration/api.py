# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server's API, as far as tests prepare and tidy up by it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

SERVICES = "services/dashboardServices"
TIMEOUT = 30
Json = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """A server that runs already. `token` is an admin's or a bot's with all rights."""

    url: str
    token: str

    def request(self, method: str, path: str, body: Any = None, **params: str | int) -> Any:
        """A request to the API; returns the JSON of the answer. Raises `requests.HTTPError`."""
        response = requests.request(
            method,
            f"{self.url}/api/v1/{path}",
            params=params,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=TIMEOUT,
        )
        response.raise_for_status()
        return response.json() if response.content else None

    def services(self) -> Iterator[Json]:
        """Every service, soft-deleted ones too."""
        after: dict[str, str] = {}
        while True:
            page = self.request("GET", SERVICES, include="all", limit=100, **after)
            yield from page["data"]
            if not page["paging"].get("after"):
                return
            after = {"after": page["paging"]["after"]}

    def remove(self, prefix: str) -> list[str]:
        """Purges every service whose name starts with the prefix, with all that it holds; returns their names."""
        doomed = [service for service in self.services() if service["name"].startswith(prefix)]
        for service in doomed:
            self.request("DELETE", f"{SERVICES}/{service['id']}", hardDelete="true", recursive="true")
        return [service["name"] for service in doomed]

    @contextmanager
    def emptied(self) -> Iterator[str]:
        """Yields a prefix for names that nobody has, and purges whatever is called so at the end."""
        prefix = f"rec_{secrets.token_hex(3)}_"
        try:
            yield prefix
        finally:
            for name in self.remove(prefix):
                print(f"removed {name}")
