# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API: which request does what. Matching, content types, authentication, in the real server's order."""

from __future__ import annotations

import functools
import re
import uuid as uuid_module
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from . import children, pipeline_routes, readonly, service_routes, sessions, workflow_routes
from .errors import ApiError, framework
from .kinds import KINDS
from .messages import Answer, Call, of_error
from .state import State
from .tokens import Principal

Handler = Callable[[State, Call, Principal, dict[str, str]], Answer]
NOBODY = Principal("", bot=False, admin=False)
# Routes that not every release has, and the capability that brings them. Without /bulk that path still is one, that
# of a service by id, which knows no PUT.
NEEDS = {("POST", "/auth/login"): "login_servlet"}
for _kind in KINDS.values():
    NEEDS["PUT", f"/{_kind.collection}/bulk"] = "bulk"
    NEEDS["PATCH", f"/{_kind.collection}/name/{{fqn}}"] = "patch_by_name"
for _base in (pipeline_routes.BASE, workflow_routes.BASE):
    NEEDS["PATCH", f"{_base}/name/{{fqn}}"] = "patch_by_name"
# The first releases of kinds of services, by the start of their paths.
SINCE = {f"/{kind.collection}": kind.since for kind in KINDS.values()}
PATCH_TYPE = "application/json-patch+json"
# Fixed names that stand where an id could.
_WORDS = {"name", "bulk", "restore", "login", "version", "loggedInUser"}


@dataclass(frozen=True)
class Route:
    """A method and a path pattern: `{id}` is a UUID, `{name}` any one segment."""

    method: str
    pattern: str
    handler: Handler
    open: bool = False

    @functools.cached_property
    def since(self) -> tuple[int, int]:
        """The first release that has the path."""
        return SINCE.get("/".join(self.pattern.split("/")[:3]), (0, 0))

    @functools.cached_property
    def _expression(self) -> re.Pattern[str]:
        words = "|".join(sorted(_WORDS))
        text = re.escape(self.pattern).replace(r"\{", "{").replace(r"\}", "}")
        text = text.replace("{id}", f"(?P<id>(?!(?:{words})(?:/|$))[^/]+)")
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", text))

    def match(self, path: str) -> dict[str, str] | None:
        """The path's variables, or None."""
        match = self._expression.fullmatch(path)
        return {name: unquote(value) for name, value in match.groupdict().items()} if match else None


def _routes() -> list[Route]:
    made: list[Route] = []
    for method, pattern, handler, is_open in sessions.ROUTES:
        made.append(Route(method, pattern, handler, is_open))
    for module in (service_routes, pipeline_routes, workflow_routes, children, readonly):
        made.extend(Route(method, pattern, handler) for method, pattern, handler in module.ROUTES)
    return made


def _key(path: str) -> tuple[int, str]:
    """What decides which routes are worth trying: the number of segments and the first two of them.

    Nothing but names and ids stands in second place otherwise, so it counts below `services` only.
    """
    first, _slash, rest = path[1:].partition("/")
    return path.count("/"), f"{first}/{rest.partition('/')[0]}" if first == "services" else first


ROUTES: dict[tuple[int, str], list[Route]] = {}
for _route in _routes():
    ROUTES.setdefault(_key(_route.pattern), []).append(_route)


class Api:
    """Answers calls."""

    def __init__(self, state: State) -> None:
        """Serve a state."""
        self.state = state

    def __call__(self, call: Call) -> Answer:
        """The answer, errors included."""
        self.state.catch_up()
        try:
            return self._handle(call)
        except ApiError as error:
            return of_error(error)

    def _handle(self, call: Call) -> Answer:
        path = call.path.rstrip("/") or "/"
        tried = ROUTES.get(_key(path), [])
        matching = [(route, found) for route in tried if (found := self._fits(route, path)) is not None]
        if not matching:
            raise self._framework(404, "Not Found")
        if call.method == "OPTIONS":
            allowed = sorted({route.method for route, _variables in matching} | {"OPTIONS"})
            return Answer(200, ",".join(allowed).encode(), "text/plain", {"Allow": ",".join(allowed)})
        method = "GET" if call.method == "HEAD" else call.method
        chosen = next(((route, found) for route, found in matching if route.method == method), None)
        if chosen is None:
            raise self._framework(405, "Method Not Allowed")
        route, found = chosen
        self._check_type(call, method)
        who = NOBODY if route.open else self.state.principal(call.header("Authorization"))
        _check_ids(self, found)
        return route.handler(self.state, call, who, found)

    def _fits(self, route: Route, path: str) -> dict[str, str] | None:
        """The path's variables, when the release has the route."""
        needed = NEEDS.get((route.method, route.pattern))
        if needed and not getattr(self.state.can, needed):
            return None
        if self.state.can.version < route.since:
            return None
        return route.match(path)

    def _check_type(self, call: Call, method: str) -> None:
        if method not in {"POST", "PUT", "PATCH"} or not call.body:
            return
        given = (call.header("Content-Type") or "").split(";")[0].strip().lower()
        wanted = PATCH_TYPE if method == "PATCH" else "application/json"
        if given and given != wanted:
            raise self._framework(415, "Unsupported Media Type")

    def _framework(self, status: int, reason: str) -> ApiError:
        return framework(status, reason, self.state.can.maps_http_errors)


def _check_ids(api: Api, found: dict[str, str]) -> None:
    """A path with an id that is no UUID matches nothing."""
    if "id" not in found:
        return
    if not re.fullmatch(r"[0-9a-fA-F]{1,8}(?:-[0-9a-fA-F]{1,4}){3}-[0-9a-fA-F]{1,12}", found["id"]):
        raise api._framework(404, "Not Found")
    try:
        found["id"] = str(uuid_module.UUID(found["id"]))
    except ValueError:
        raise api._framework(404, "Not Found") from None
