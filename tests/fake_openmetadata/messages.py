# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP messages without a network, so that a request can also be made from inside the server."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError


@dataclass
class Call:
    """A request below /api/v1."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    base: str = ""

    def header(self, name: str) -> str | None:
        """A header, whatever its case."""
        for key, value in self.headers.items():
            if key.lower() == name.lower():
                return value
        return None


@dataclass
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def as_json(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, dumps(body), headers=headers or {})


def dumps(body: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def of_error(error: ApiError) -> Answer:
    """The answer for an error."""
    if isinstance(error.body, str):
        return Answer(error.status, error.body.encode(), "text/plain", dict(error.headers))
    return as_json(error.status, error.body, dict(error.headers))
