# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are not successes, each in the form in which the real server words them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CHALLENGE = {"WWW-Authenticate": "om-auth"}


@dataclass(eq=False)
class ApiError(Exception):
    """An answer with an error status. `body` is sent as JSON, or as plain text when it is a string."""

    status: int
    body: dict[str, Any] | str
    headers: dict[str, str] = field(default_factory=dict)


def coded(status: int, message: str) -> ApiError:
    """`{"code", "message"}`; the server adds its challenge header to what it maps itself, but not to 400."""
    challenged = status in {401, 403, 404, 409, 412}
    return ApiError(status, {"code": status, "message": message}, dict(CHALLENGE) if challenged else {})


def bad_request(message: str) -> ApiError:
    """400 with a message."""
    return coded(400, message)


def unhandled(message: str) -> ApiError:
    """500 as the server words an exception that no rule covers; the message may quote whole entities."""
    return ApiError(
        500, {"responseMessage": f"An exception with message [{message}] was thrown while processing request."}
    )


def entity_not_found(kind: str, key: str) -> ApiError:
    """404 for an entity of a kind (`dashboardService`, `user`, …) by id or name."""
    return coded(404, f"{kind} instance for {key} not found")


def not_allowed(user: str, operations: list[str]) -> ApiError:
    """403: the principal lacks the named operations."""
    return coded(403, f"Principal: CatalogPrincipal{{name='{user}'}} operations [{', '.join(operations)}] not allowed")


def framework(status: int, reason: str, mapped: bool) -> ApiError:
    """An error of the web framework. Unless `mapped`, it comes out as 500 (server 1.2)."""
    text = f"HTTP {status} {reason}"
    return ApiError(status, {"code": status, "message": text}) if mapped else unhandled(text)


def null_pointer(call: str, variable: str) -> ApiError:
    """500 with the text of a Java null pointer message."""
    return unhandled(f'Cannot invoke "{call}" because "{variable}" is null')
