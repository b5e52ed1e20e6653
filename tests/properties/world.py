# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in server and the modules that talk to it, all in this process, so that thousands of runs take minutes.

Everything is the real thing but the socket: the modules' own main(), the client's own session, whose requests end in an
adapter that hands them to the server's API. test_world.py compares this with a server that is a process of its own.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import requests
from ansible.module_utils.common import warnings as ansible_warnings
from ansible.module_utils.testing import patch_module_args
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from ansible_collections.community.openmetadata.plugins.module_utils import client, model, plan
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.resources import COLLECTIONS, Resource
from ansible_collections.community.openmetadata.plugins.modules import (
    dashboard_service,
    dashboard_service_bulk,
    dashboard_service_info,
    service,
    service_bulk,
    service_info,
)
from dashboards import DASHBOARDS
from fake_openmetadata.api import Api
from fake_openmetadata.capabilities import capabilities
from fake_openmetadata.messages import Answer, Call, dumps
from fake_openmetadata.state import State

Json = dict[str, Any]
BASE = DASHBOARDS.path
URL = "http://openmetadata.test"
ADMIN, BOT = "admin", "ingestion-bot"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CANARY = "canary"
"""In every secret that tests make, and nowhere else."""

SINGLE: ModuleType = dashboard_service
BULK: ModuleType = dashboard_service_bulk
INFO: ModuleType = dashboard_service_info
# What stands in for a module where the services are of another kind than its own.
_FOR_ANY_KIND: dict[ModuleType, ModuleType] = {SINGLE: service, BULK: service_bulk, INFO: service_info}


class Refused(Exception):
    """The server refused what a test wanted to prepare."""


class _Wire(HTTPAdapter):
    """Hands prepared requests to a server's API; one at a time, as the server's event loop does."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **_options: Any) -> requests.Response:
        path, _mark, query = request.path_url.partition("?")
        body = request.body or b""
        call = Call(
            str(request.method),
            path.removeprefix(client.API),
            dict(parse_qsl(query, keep_blank_values=True)),
            dict(request.headers),
            body.encode() if isinstance(body, str) else body,
            URL,
        )
        answer = self._world.serve(call)
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body)), **answer.headers}
        raw = HTTPResponse(io.BytesIO(answer.body), headers, answer.status, preload_content=False)
        return self.build_response(request, raw)


def run_module(module: ModuleType, arguments: Mapping[str, Any], check: bool = False) -> Json:
    """Run a module in this process and return its result. Nothing it prints may hold a secret, or tell of a bug."""
    printed, complained = io.StringIO(), io.StringIO()
    with (
        patch.object(ansible_warnings, "_global_warnings", {}),
        patch_module_args({**arguments, "_ansible_check_mode": check, "_ansible_diff": True}),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(complained),
        contextlib.suppress(SystemExit),
    ):
        module.main()
    said = printed.getvalue() + complained.getvalue()
    assert CANARY not in said, f"a secret got out: {said}"
    assert json.dumps(arguments["token"])[1:-1] not in said, "the token got out"
    assert not complained.getvalue(), f"said on stderr: {complained.getvalue()}"
    result: Json = json.loads(printed.getvalue())
    assert result.get("failure", {}).get("code") != "internal_error", result["msg"]
    return result


class World:
    """A server of one release, with or without /bulk, and the modules as one of its users runs them.

    `resource` is the kind of service that all is about. Modules get what they are told for dashboards and say what they
    say of these, whatever the kind: others are managed by the modules for any kind.
    """

    def __init__(self, profile: str, who: str = ADMIN, bulk: bool = False, resource: Resource = DASHBOARDS) -> None:
        self.profile = profile
        self.who = who
        self.sent: list[str] = []
        self._state = State(capabilities(profile, bulk=bulk))
        self.orchestrator = self._state.orchestrator
        self._api = Api(self._state)
        self._lock = threading.Lock()
        self._tokens = {name: self._state.token(name) for name in (ADMIN, BOT)}
        self.resource = resource
        self.server = model.Server(self._state.can.text, resource)
        self.ids = {
            (kind, fqn): record.id
            for kind in COLLECTIONS
            for fqn, record in self._state.estate.tables[kind].by_fqn.items()
        }

    def reset(self) -> None:
        """Forget all services."""
        self._state.reset()
        self.sent.clear()

    def serve(self, call: Call) -> Answer:
        """Answer a request and log it."""
        with self._lock:
            self.sent.append(f"{call.method} {call.path}")
            return self._api(call)

    # -- what tests prepare and look at ------------------------------------------------------------------------------

    def call(self, method: str, path: str, body: Any = None, who: str = ADMIN, **query: str) -> Json:
        """One request of somebody else; not logged. Raises `Refused`."""
        kind = "application/json-patch+json" if method == "PATCH" else "application/json"
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self._tokens[who]}"}
        answer = self._api(Call(method, path, query, headers, b"" if body is None else dumps(body), URL))
        if answer.status >= 400:
            raise Refused(f"{method} {path}: {answer.status} {answer.body.decode()}")
        found: Json = json.loads(answer.body)
        return found

    def state(self) -> Json:
        """All services and their children, secrets in clear."""
        copied: Json = json.loads(json.dumps(self._state.view()))
        return copied

    def services(self) -> dict[str, Json]:
        """All services by name, secrets in clear."""
        return {body["name"]: body for body in self.state()[self.resource.entity_type]}

    def children(self) -> dict[str, str]:
        """The ids of all children, each with its service's id."""
        return {
            child["id"]: child["service"]["id"]
            for bodies in self.state().values()
            for child in bodies
            if "service" in child
        }

    def view(self, name: str) -> Json | None:
        """A service field by field, as a fresh read by the modules' user shows it; None when it isn't there."""
        with self._connected():
            settings = client.Settings(url=URL, token=self._tokens[self.who])
            current = Reconciler(client.Client(settings), self.resource).read(name)
        return None if current is None else plan.view(current)

    # -- what is tested ----------------------------------------------------------------------------------------------

    def run(self, module: ModuleType, arguments: Mapping[str, Any], check: bool = False) -> Json:
        """Run a module and return its result; `sent` then holds its requests. Nothing it prints may hold a secret."""
        self.sent.clear()
        with self._connected():
            return self.run_for_kind(module, {"url": URL, "token": self._tokens[self.who], **arguments}, check)

    def run_for_kind(self, module: ModuleType, arguments: Mapping[str, Any], check: bool) -> Json:
        """Run a module for dashboards, or for another kind the one for any, which then says the same of it."""
        if self.resource is DASHBOARDS:
            return run_module(module, arguments, check)
        told = {"kind": self.resource.kind}
        if module is BULK:
            arguments = {**arguments, "defaults": {**told, **arguments.get("defaults", {})}}
        else:
            arguments = {**told, **arguments}
        return self._as_of_dashboards(run_module(_FOR_ANY_KIND[module], arguments, check))

    def _as_of_dashboards(self, result: Json) -> Json:
        """A result in the words of the modules for dashboards; each service tells its kind."""
        for mine, theirs in (("service", "dashboard_service"), ("services", "dashboard_services")):
            if mine in result:
                result[theirs] = result.pop(mine)
        for found in [result.get("dashboard_service"), *result.get("dashboard_services", ())]:
            if found is not None:
                assert found.pop("kind") == self.resource.kind
        for entries in ("results", "pruned"):
            result[entries] = [self._as_of_dashboards(entry) for entry in result.get(entries, ())]
            assert all(entry.pop("kind", self.resource.kind) == self.resource.kind for entry in result[entries])
        return result

    @property
    def wrote(self) -> list[str]:
        """The requests of the last run that could change something."""
        return [request for request in self.sent if request.split(" ")[0] in WRITES]

    def paused(self, error: Exception) -> None:
        """Called in place of every pause before a request is repeated."""
        raise AssertionError(f"nothing goes wrong here, but it wants to wait after: {error}")

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        new_session = client._new_session

        def connected(settings: client.Settings) -> requests.Session:
            session = new_session(settings)
            session.mount("http://", _Wire(self))
            return session

        def paused(_self: client.Client, _attempt: int, error: Exception) -> None:
            self.paused(error)

        with patch.object(client, "_new_session", connected), patch.object(client.Client, "pause", paused):
            yield
