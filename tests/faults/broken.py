# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server some of whose requests go wrong, and modules that don't really wait before they try again."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any
from unittest.mock import patch

from ansible_collections.community.openmetadata.plugins.module_utils import client, ingestion
from ansible_collections.community.openmetadata.plugins.module_utils.orchestrator import Orchestrator
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Resource
from dashboards import DASHBOARDS
from fake_openmetadata.messages import Answer, Call
from faults.kinds import Fault
from faults.operations import NAME
from properties.pipelines import MANY, ONE, READ
from properties.world import BULK, INFO, SINGLE, URL, WRITES, World, run_module

Json = dict[str, Any]
Meanwhile = Callable[["Broken"], None]
# Of the module's own client, before the parent class replaces it: it is to wait here, and to say for how long.
_PAUSE = client.Client.pause
_CLIENT = client.Client


class Broken(World):
    """A world in which a request of the next run meets a fault, or is preceded by somebody else's.

    Of each request, `anonymous` says whether it carried no token, and `touched` whether it was about service `NAME`.
    `struck` are the requests that met the fault, `pauses` the seconds that the client wanted to wait, `meanwhile` the
    services before and after what somebody else did, `at` the number of the request that this happens to.
    """

    def __init__(self, profile: str, who: str, bulk: bool, resource: Resource = DASHBOARDS) -> None:
        super().__init__(profile, who, bulk, resource)
        self.anonymous: list[bool] = []
        self.touched: list[bool] = []
        self.struck: list[str] = []
        self.pauses: list[float] = []
        self.meanwhile: tuple[dict[str, Json], dict[str, Json]] | None = None
        self.at = 0
        self._fault: Fault | None = None
        self._other: Meanwhile | None = None

    def arm(self, at: int, fault: Fault | None = None, other: Meanwhile | None = None) -> None:
        """Let the request of number `at` of the next run go wrong, or let somebody else act before it."""
        self.at, self._fault, self._other = at, fault, other

    def serve(self, call: Call) -> Answer:
        """Answer a request, or let it go wrong."""
        number = len(self.sent) + 1
        self.anonymous.append(call.header("Authorization") is None)
        self.touched.append(self._touches(call))
        if self._other is not None and number == self.at:
            before = self.services()
            self._other(self)
            self.meanwhile = before, self.services()
        if self._fault is None or not self._fault.meets(call, number, self.at):
            return super().serve(call)
        self.sent.append(f"{call.method} {call.path}")
        self.struck.append(self.sent[-1])
        return self._fault.answer(functools.partial(self._api, call))

    def _touches(self, call: Call) -> bool:
        stored = self.services().get(NAME)
        text = call.path + call.body.decode()
        return f"/{NAME}" in text or f'"{NAME}"' in text or (stored is not None and stored["id"] in text)

    @property
    def struck_a_write(self) -> bool:
        """Whether the fault met a request that could change something."""
        return any(request.split(" ")[0] in WRITES for request in self.struck)

    def run(self, module: ModuleType, arguments: Mapping[str, Any], check: bool = False) -> Json:
        """Run a module, with a fault if one is armed; a task that names a user logs in with a password."""
        for seen in (self.sent, self.anonymous, self.touched, self.struck, self.pauses):
            seen.clear()
        self.meanwhile = None
        # A blank token counts as none, and is one that run_module can look for.
        token = "\t\t" if "username" in arguments else self._tokens[self.who]
        try:
            with self._connected():
                return self.run_for_kind(module, {"url": URL, "timeout": 0.5, "token": token, **arguments}, check)
        finally:
            self.arm(0)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        impatient = functools.partial(client.Client, sleep=self.pauses.append)
        with (
            super()._connected(),
            patch.object(client.Client, "pause", _PAUSE),
            patch.object(client, "Client", impatient),
        ):
            yield


# The modules for pipelines, by those for services whose words they are made to speak.
_FOR_PIPELINES: dict[ModuleType, ModuleType] = {SINGLE: ONE, BULK: MANY, INFO: READ}
_WORDS = {
    "ingestion_pipeline": "dashboard_service",
    "ingestion_pipelines": "dashboard_services",
}


class BrokenPipelines(Broken):
    """The same where all is about ingestion pipelines: they take the place of services."""

    def __init__(self, profile: str, who: str, resource: Resource) -> None:
        super().__init__(profile, who, bulk=False, resource=resource)
        self.orchestrator.clock.stop()

    def reset(self) -> None:
        """Forget all; what the orchestrator is given, it knows with the second look."""
        super().reset()
        self.orchestrator.configure({"known_after": 1.0})

    def run_for_kind(self, module: ModuleType, arguments: Mapping[str, Any], check: bool) -> Json:
        """Run a module for pipelines, in the words of those for dashboard services."""
        told = {"ingestion_pipelines" if name == "services" else name: value for name, value in arguments.items()}
        result = run_module(_FOR_PIPELINES.get(module, module), told, check)
        return {_WORDS.get(name, name): value for name, value in result.items()}

    def _touches(self, call: Call) -> bool:
        """Nobody else writes here."""
        return False

    @property
    def workflows(self) -> dict[str, bool]:
        """What the orchestrator has, and whether it is paused."""
        return {name: dag["paused"] for name, dag in self.orchestrator.view()["dags"].items()}

    @property
    def runs(self) -> int:
        """How many runs were ever started by hand or by a task."""
        return sum(run.kind == "manual" for runs in self.orchestrator.runs.values() for run in runs)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        clock = self.orchestrator.clock
        timed = functools.partial(Orchestrator, clock=clock.now)
        with (
            super()._connected(),
            patch.object(_CLIENT, "sleep", lambda _self, seconds: clock.advance(seconds)),
            patch.object(ingestion, "Orchestrator", timed),
        ):
            yield
