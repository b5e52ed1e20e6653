# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP side: the API below /api/, control below /_fake/, the UI's page everywhere else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .api import Api
from .errors import ApiError, unhandled
from .faults import PAGE, Fault, Faults, concurrent_call
from .messages import Answer, Call, as_json, of_error
from .state import State

Json = dict[str, Any]
PREFIX = "/api/v1"
LARGEST = 64 * 1024 * 1024


class Front:
    """Takes requests off the network, keeps the log, does the faults."""

    def __init__(self, state: State) -> None:
        """Serve a state."""
        self.state = state
        self.api = Api(state)
        self.faults = Faults()
        self.log: list[Json] = []

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{anything:.*}", self.handle)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request."""
        path, _mark, query = request.raw_path.partition("?")
        body = await request.read()
        if path.startswith("/_fake/"):
            return _response(self.control(request.method, path[len("/_fake/") :], body))
        if not path.startswith("/api/"):
            return _response(Answer(200, PAGE, "text/html"))
        call = Call(
            request.method,
            path[len(PREFIX) :] if path.startswith(PREFIX + "/") else "//" + path,
            dict(parse_qsl(query, keep_blank_values=True)),
            dict(request.headers),
            body,
            f"{request.scheme}://{request.host}",
        )
        return await self._serve(request, call)

    async def _serve(self, request: web.Request, call: Call) -> web.StreamResponse:
        entry = self._logged(call)
        fault = self.faults.for_call(call)
        if fault is None:
            answer = self._answer(call)
            entry["status"] = answer.status
            return _response(answer)
        await asyncio.sleep(float(fault.spec.get("delay", 0)))
        if fault.drop == "before":
            entry["status"] = None
            return _dropped(request)
        answer = self._faulty(fault, call)
        entry["status"] = answer.status
        if fault.drop == "after":
            return _dropped(request)
        if fault.spec.get("truncate"):
            return await _truncated(request, answer)
        return _response(answer)

    def _answer(self, call: Call) -> Answer:
        try:
            return self.api(call)
        except Exception as error:  # noqa: BLE001 - a fault of the stand-in must be told apart from a dead server
            return of_error(unhandled(f"fake server: {type(error).__name__}: {error}"))

    def _faulty(self, fault: Fault, call: Call) -> Answer:
        if "concurrent" in fault.spec:
            self._answer(concurrent_call(self.state, fault.spec["concurrent"], call.base))
        return fault.replacement(self.state, call) or self._answer(call)

    def _logged(self, call: Call) -> Json:
        try:
            principal = self.state.tokens.check(call.header("Authorization"))
        except ApiError:
            principal = None
        try:
            body = json.loads(call.body) if call.body else None
        except ValueError:
            body = call.body.decode(errors="replace")
        entry = {
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "principal": principal,
            "user_agent": call.header("User-Agent"),
            "if_match": call.header("If-Match"),
            "body": body,
        }
        self.log.append(entry)
        return entry

    # -- control ----------------------------------------------------------------------------------------------------

    def control(self, method: str, what: str, body: bytes) -> Answer:
        """A control request; never logged, needs no token."""
        actions: dict[tuple[str, str], Callable[[Json], Any]] = {
            ("POST", "reset"): self._reset,
            ("GET", "requests"): lambda _: self.log,
            ("DELETE", "requests"): lambda _: self.log.clear(),
            ("POST", "faults"): self._order,
            ("GET", "faults"): lambda _: [vars(fault) for fault in self.faults.ordered],
            ("DELETE", "faults"): lambda _: self.faults.ordered.clear(),
            ("POST", "token"): self._token,
            ("GET", "state"): lambda _: self.state.view(),
            ("GET", "orchestrator"): lambda _: self.state.orchestrator.view(),
            ("PUT", "orchestrator"): self.state.orchestrator.configure,
            ("POST", "runs"): self.state.orchestrator.order,
            ("POST", "tests"): self.state.workflows.order,
            ("POST", "clock"): self._advance,
        }
        action = actions.get((method, what))
        if action is None:
            return as_json(404, {"error": f"no control action {method} {what}"})
        try:
            return as_json(200, action(json.loads(body) if body else {}))
        except ApiError as error:
            return of_error(error)
        except (ValueError, KeyError, TypeError) as error:
            return as_json(400, {"error": str(error)})

    def _reset(self, dummy: Json) -> None:
        self.state.reset()
        self.faults.ordered.clear()
        self.log.clear()

    def _order(self, spec: Json) -> None:
        self.faults.order(spec)

    def _advance(self, wanted: Json) -> Json:
        self.state.orchestrator.clock.advance(float(wanted["seconds"]))
        return {"now": self.state.orchestrator.tick()}

    def _token(self, wanted: Json) -> Json:
        return {"token": self.state.token(wanted.get("user", "admin"), wanted.get("expires_in"))}


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status, body=answer.body, content_type=answer.content_type, headers=answer.headers
    )


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, answer: Answer) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = answer.content_type
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
