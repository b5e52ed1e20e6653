# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

TLS = "tls"
TIMEOUT = "timeout"
NETWORK = "network"


class OpenMetadataError(Exception):
    """What the collection raises on purpose. `str()` is the message; `cure` says what to do next.

    `changed`: something was written before it failed, or may have been.
    """

    code = "error"
    cure = ""
    changed = False

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        if cure:
            self.cure = cure

    @property
    def maybe_written(self) -> bool:
        """Whether the request that failed was a write that may have been carried out."""
        return False

    def details(self) -> dict[str, Any]:
        """Facts for the `failure` member of a result."""
        return {}


class InvalidInput(OpenMetadataError):
    """The task asks for something that can't be; found before any write."""

    code = "invalid_input"


class NotTestable(InvalidInput):
    """There is no connection to test, or no test for it."""

    code = "not_testable"


class Unchangeable(InvalidInput):
    """This server can't change a service that is stored without a connection (1.2 and 1.3)."""


class NotTaken(OpenMetadataError):
    """The server answered with success but kept another value."""

    code = "not_taken"


class UnexpectedAnswer(OpenMetadataError):
    """The server answered with success, but with something else than was asked for."""

    code = "unexpected_answer"
    cure = "Check that url leads to OpenMetadata itself, and that its release is supported."


class ApiError(OpenMetadataError):
    """The server refused or could not be reached.

    `str()` holds the server's words, redacted. `transient`: worth another try. `maybe_done`: the request may have
    been carried out although it failed. `retry_after`: seconds the server asks to wait, or None.
    """

    code = "server_error"

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int | None = None,
        attempts: int = 1,
        transient: bool = False,
        maybe_done: bool = False,
        retry_after: float | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.status = status
        self.attempts = attempts
        self.transient = transient
        self.maybe_done = maybe_done
        self.retry_after = retry_after
        self.reason = reason

    @property
    def maybe_written(self) -> bool:
        return self.maybe_done and self.method != "GET"

    def as_type(self, kind: type[ApiError]) -> ApiError:
        """The same facts as another type of error."""
        facts = {name: value for name, value in vars(self).items() if name not in ("cure", "changed")}
        return kind(str(self), **facts)

    def details(self) -> dict[str, Any]:
        return {"method": self.method, "path": self.path, "status": self.status, "attempts": self.attempts}


class AuthenticationError(ApiError):
    """401, or a login that was refused."""

    code = "authentication_error"
    cure = (
        "Check token (it may have expired: take a new one from Settings > Bots or your profile), "
        "or username and password."
    )


class PermissionDenied(ApiError):
    """403."""

    code = "permission_denied"
    cure = "Use the token of a bot or user whose roles may create, edit and delete such services."


class NotFound(ApiError):
    """404."""

    code = "not_found"
    cure = "Check the names of owners, domains, tags and data products: one of them is gone."


class Conflict(ApiError):
    """409, or 412: somebody else wrote at the same time."""

    code = "conflict"
    cure = "Somebody else is changing this service at the same time. Run the task again."


class OrchestratorError(ApiError):
    """What the orchestrator was asked to do failed.

    `orchestrator` says how it is, `truth` what is true now: `deployed`, `enabled`.
    """

    code = "orchestrator_error"
    cure = (
        "Run the task again when the orchestrator works: it does what is left. To store things without it, set "
        "deploy=false."
    )
    orchestrator = ""
    truth: dict[str, Any] = {}

    def details(self) -> dict[str, Any]:
        return {**super().details(), "orchestrator": self.orchestrator, **self.truth}


class BadRequest(ApiError):
    """400 and every other refusal of what was sent."""

    code = "bad_request"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, **facts)
        about_connection = re.search(r"(?i)connection|encrypt|unmask|unrecognized", message)
        self.cure = (
            "Compare connection with what this server's release knows."
            if about_connection
            else "Correct what the server names; its rules may be stricter than the collection's."
        )


class ServerError(ApiError):
    """5xx and 429, still there after the last try."""

    code = "server_error"
    cure = "Run the task again later; if it stays, look into the server's log."


class Unreachable(ApiError):
    """No usable answer: refused, reset, timed out, TLS, cut short."""

    code = "unreachable"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.cure = {
            TLS: "Set ca_path to the CA that signed the server's certificate, or correct url (http or https?).",
            TIMEOUT: "Check url and the network, or raise timeout and retries.",
        }.get(self.reason, "Check that url is right and that the server is up.")


class NotOpenMetadata(ApiError):
    """Something answered, but not OpenMetadata's API (a page of HTML, a redirect)."""

    code = "not_openmetadata"
    cure = (
        "Set url to the address that serves OpenMetadata itself, with no path but a prefix of your proxy's; "
        "a proxy or single sign-on page may stand in between."
    )


class OrchestratorUnreachable(ApiError):
    """The server can't reach its orchestrator, or waited for it in vain."""

    code = "orchestrator_unreachable"
    cure = (
        "Check that the server's orchestrator (Airflow, for example) is up, and that it can reach the service: a host "
        "that doesn't answer at all looks the same."
    )


class OrchestratorUnauthorized(ApiError):
    """The orchestrator doesn't let the server in."""

    code = "orchestrator_unauthorized"
    cure = "Correct the login for the orchestrator in the server's settings."


class OrchestratorRefused(ApiError):
    """The orchestrator could not do what the server asked for."""

    code = "orchestrator_refused"
    cure = "Look into the orchestrator's log; its OpenMetadata packages have to be of the server's release."


class NoOrchestrator(OpenMetadataError):
    """The server has no orchestrator."""

    code = "no_orchestrator"


class ConnectionTestFailed(OpenMetadataError):
    """A connection was tested, and doesn't work."""

    code = "connection_test_failed"
    cure = "Correct the connection, or what it leads to; steps has every step."


class ConnectionTestBroken(OpenMetadataError):
    """The test of a connection broke off."""

    code = "connection_test_broken"
    cure = "Look into the orchestrator's log; a step may have taken longer than it waits."


class TimedOut(OpenMetadataError):
    """Something that the task waits for took too long."""

    code = "timed_out"
    cure = "Raise wait_timeout, or look into the orchestrator's log for what it waits for."


_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    429: ServerError,
}


def by_status(status: int) -> type[ApiError]:
    """The type of error for an HTTP status of 400 and above."""
    return _BY_STATUS.get(status, ServerError if status >= 500 else BadRequest)
