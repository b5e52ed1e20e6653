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

    def services(self, collection: str = SERVICES) -> Iterator[Json]:
        """Every service of a kind, soft-deleted ones too; none where the server's release has no such kind."""
        after: dict[str, str] = {}
        while True:
            try:
                page = self.request("GET", collection, include="all", limit=100, **after)
            except requests.HTTPError as error:
                # Servers of 1.2 answer 500 that quotes a 404.
                if error.response.status_code == 404 or "HTTP 404" in error.response.text:
                    return
                raise
            yield from page["data"]
            if not page["paging"].get("after"):
                return
            after = {"after": page["paging"]["after"]}

    def remove(self, prefix: str) -> list[str]:
        """Purges every service whose name starts with the prefix, with all that it holds; returns their names."""
        # Targets have this file, but not the stand-in server.
        from fake_openmetadata.kinds import KINDS

        doomed = [
            (kind.collection, service)
            for kind in KINDS.values()
            for service in self.services(kind.collection)
            if service["name"].startswith(prefix)
        ]
        for collection, service in doomed:
            self.request("DELETE", f"{collection}/{service['id']}", hardDelete="true", recursive="true")
        return [service["name"] for _collection, service in doomed]

    @contextmanager
    def emptied(self) -> Iterator[str]:
        """Yields a prefix for names that nobody has, and purges whatever is called so at the end."""
        prefix = f"rec_{secrets.token_hex(3)}_"
        try:
            yield prefix
        finally:
            for name in self.remove(prefix):
                print(f"removed {name}")
