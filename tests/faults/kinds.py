# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with one request: the network, the server, whatever stands in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import requests
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from fake_openmetadata.faults import PAGE
from fake_openmetadata.messages import Answer, Call, as_json
from properties.world import URL, WRITES

Act = Callable[[], Answer]
_HOST = URL.rpartition("/")[2]
_LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Fault:
    """A fault and how a run may end under it.

    `answer` gets a function that lets the server act, and answers or raises in its place. `code` is that of a failure.
    `passes`: worth another try, so that a run has to get over it. `hides`: nobody can know whether the server acted.
    `lasting`: met by every request from the first one on. `wait`: seconds to wait before the next try.
    """

    name: str
    answer: Callable[[Act], Answer] = field(repr=False)
    code: str
    passes: bool = True
    hides: bool = False
    lasting: bool = False
    writes_only: bool = False
    needs_token: bool = False
    wait: float | None = None

    def fits(self, method: str, anonymous: bool) -> bool:
        """Whether a request can meet it: a read is the same whether or not the server did it before it failed."""
        return not (self.writes_only and method not in WRITES) and not (self.needs_token and anonymous)

    def meets(self, call: Call, number: int, at: int) -> bool:
        """Whether the request of that number meets a fault that begins at `at`."""
        if self.needs_token and call.header("Authorization") is None:
            return False
        return number >= at if self.lasting else number == at


def _refused(_act: Act) -> Answer:
    reason = NewConnectionError(HTTPConnection(_HOST), "Failed to establish a new connection: [Errno 111] Refused")
    raise requests.ConnectionError(MaxRetryError(HTTPConnectionPool(_HOST), "/api", reason))


def _reset(act: Act, acts: bool) -> Answer:
    if acts:
        act()
    raise requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset by peer")))


def _timeout(act: Act, acts: bool) -> Answer:
    if acts:
        act()
    said = "Read timed out. (read timeout=0.5)"
    raise requests.ReadTimeout(ReadTimeoutError(HTTPConnectionPool(_HOST), "/api", said))


def _status(act: Act, status: int, acts: bool = False, wait: int | None = None) -> Answer:
    if acts:
        act()
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return as_json(status, {"code": status, "message": f"made-up {status}"}, headers)


def _cut_body(act: Act) -> Answer:
    """The connection ends before all that Content-Length announced has come."""
    answer = act()
    length = {"Content-Length": str(len(answer.body))}
    return replace(answer, body=answer.body[: len(answer.body) // 2], headers={**answer.headers, **length})


def _cut_json(act: Act) -> Answer:
    """Complete for HTTP, but the JSON in it ends half-way."""
    answer = act()
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _page(status: int) -> Answer:
    return Answer(status, PAGE, "text/html")


FAULTS = (
    Fault("refused", _refused, "unreachable"),
    Fault("reset before", lambda act: _reset(act, False), "unreachable", hides=True),
    Fault("reset after", lambda act: _reset(act, True), "unreachable", hides=True, writes_only=True),
    Fault("timeout before", lambda act: _timeout(act, False), "unreachable", hides=True),
    Fault("timeout after", lambda act: _timeout(act, True), "unreachable", hides=True, writes_only=True),
    Fault("429", lambda act: _status(act, 429, wait=7), "server_error", wait=7.0),
    Fault("500", lambda act: _status(act, 500), "server_error", passes=False, hides=True),
    Fault("500 after", lambda act: _status(act, 500, True), "server_error", False, hides=True, writes_only=True),
    Fault("502", lambda act: _status(act, 502), "server_error", hides=True),
    Fault("502 after", lambda act: _status(act, 502, True), "server_error", hides=True, writes_only=True),
    Fault("503", lambda act: _status(act, 503, wait=3600), "server_error", wait=_LONGEST_WAIT),
    Fault("body cut", _cut_body, "unreachable", hides=True),
    Fault("JSON cut", _cut_json, "unreachable", hides=True),
    Fault("page 200", lambda _act: _page(200), "not_openmetadata", passes=False),
    Fault("page 502", lambda _act: _page(502), "server_error", hides=True),
    Fault(
        "expired token", lambda act: _status(act, 401), "authentication_error", False, lasting=True, needs_token=True
    ),
    Fault("resets before on", lambda act: _reset(act, False), "unreachable", False, hides=True, lasting=True),
    Fault("resets after on", lambda act: _reset(act, True), "unreachable", False, True, lasting=True, writes_only=True),
    Fault("503 on", lambda act: _status(act, 503, wait=7), "server_error", False, lasting=True, wait=7.0),
)
