# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingestion pipelines as they may be found, what tasks may say of them, and a server with an orchestrator behind it."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from unittest.mock import patch

from hypothesis import event
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import client, ingestion, model, plan
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.orchestrator import Orchestrator
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import (
    PIPELINE_FIELDS,
    PIPELINE_TYPES,
    PIPELINES,
    PIPELINES_PATH,
    PipelineResource,
)
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES, Field, FieldType
from ansible_collections.community.openmetadata.plugins.modules import (
    ingestion_pipeline,
    ingestion_pipeline_bulk,
    ingestion_pipeline_info,
    ingestion_run,
)
from fake_openmetadata.messages import Answer, Call
from properties import strategies
from properties.strategies import edit
from properties.world import ADMIN, BOT, Refused, World, run_module
from unit.plugins import configs

Json = dict[str, Any]
Draw = strategies.Draw
ONE: ModuleType = ingestion_pipeline
MANY: ModuleType = ingestion_pipeline_bulk
READ: ModuleType = ingestion_pipeline_info
RUN: ModuleType = ingestion_run
SERVICE = "parent"
ENTITY = "ingestionPipeline"
SUITE = "rec_suite"
"""A test suite that the stand-in server has from the start."""
NAMES = ("nightly", "by hand (2%)", "v1.2")
# Seconds until an orchestrator surely knows what it was given.
_KNOWN = 5.0


class PipelineWorld(World):
    """A server with an orchestrator whose time passes only when a module waits, or a test lets it.

    `bodies` are those of the requests of the last run, in order.
    """

    def __init__(self, profile: str, who: str = ADMIN) -> None:
        super().__init__(profile, who)
        self.bodies: list[Any] = []
        self.orchestrator.clock.stop()

    def serve(self, call: Call) -> Answer:
        """Answer a request and remember its body."""
        self.bodies.append(json.loads(call.body) if call.body else None)
        return super().serve(call)

    def run(self, module: ModuleType, arguments: Mapping[str, Any], check: bool = False) -> Json:
        """Run a module for pipelines; nothing it prints may hold a secret or the token of the server's bot."""
        self.bodies.clear()
        result = super().run(module, arguments, check)
        told = self._state.pipelines._server()["securityConfig"]["jwtToken"]
        assert told.rpartition(".")[2] not in json.dumps(result), "the bot's token got out"
        return result

    def run_for_kind(self, module: ModuleType, arguments: Mapping[str, Any], check: bool) -> Json:
        """Run a module for pipelines; their kind is an option."""
        return run_module(module, arguments, check)

    def pipelines(self) -> dict[str, Json]:
        """All pipelines by qualified name, secrets in clear."""
        return {body["fullyQualifiedName"]: body for body in self.state()[ENTITY]}

    def workflows(self) -> Json:
        """What the orchestrator has, by its own names."""
        found: Json = self.orchestrator.view()["dags"]
        return found

    def look(self, task: Json) -> Json | None:
        """A pipeline field by field, as a fresh read by the modules' user shows it; None when it isn't there."""
        resource = PIPELINES[task["service_kind"]]
        parent = task["service"] if resource.parents else model.qualified(task["service"])
        with self._connected():
            settings = client.Settings(url="http://openmetadata.test", token=self._tokens[self.who])
            reader = ingestion.Pipelines(client.Client(settings), resource)
            current = reader.reread(Desired(task["name"], parent=parent))
        return None if current is None else plan.view(current)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        clock = self.orchestrator.clock
        impatient = functools.partial(client.Client, sleep=clock.advance)
        timed = functools.partial(Orchestrator, clock=clock.now)
        with (
            super()._connected(),
            patch.object(client, "Client", impatient),
            patch.object(ingestion, "Orchestrator", timed),
        ):
            yield


# -- pipelines as they are found -------------------------------------------------------------------------------------


def make_parent(world: World, kind: str, name: str = SERVICE) -> Json:
    """The service that a pipeline belongs to, made if it isn't there; a reference to it."""
    resource = PIPELINES[kind]
    if resource.parents:
        return {"id": world.call("GET", f"{resource.parents}/name/{SUITE}")["id"], "type": resource.parent_type}
    services = RESOURCES[kind]
    with contextlib.suppress(Refused):
        type_ = next(
            each for each in configs.types(services) if services.service_type(each, world.server.version).there
        )
        config = configs.minimal(type_, release=world.server.version, resource=services)
        body = {"name": name, "serviceType": type_, "connection": {"config": {"type": type_, **config}}}
        world.call("POST", services.path, body)
    return {"id": world.call("GET", f"{services.path}/name/{name}")["id"], "type": resource.parent_type}


@dataclass(frozen=True)
class Start:
    """A pipeline as it is before a task runs; `steps` are what others did with it since it was created.

    `settings` are options with the values that it was created with; `absent`: only its service is there.
    """

    kind: str
    name: str
    type: str
    config: Json = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    absent: bool = False

    @property
    def service(self) -> str:
        """The name of what it belongs to."""
        return SUITE if PIPELINES[self.kind].parents else SERVICE

    @property
    def words(self) -> Json:
        """A task's words for this pipeline and no other."""
        return {"service_kind": self.kind, "service": self.service, "name": self.name}

    @property
    def fqn(self) -> str:
        """What the server calls it."""
        return f"{self.service}.{model.qualified(self.name)}"

    def request(self, world: World) -> Json:
        """What somebody else sends to create it."""
        server = Server(world.server.text, PIPELINES[self.kind])
        body: Json = {
            "name": self.name,
            "pipelineType": self.type,
            "service": make_parent(world, self.kind),
            "sourceConfig": {"config": self.config},
            "airflowConfig": {},
        }
        for item in PIPELINE_FIELDS:
            if item.option in self.settings and not item.targets:
                holder = body[item.within] if item.within else body
                holder[server.api_name(item)] = self.settings[item.option]
        return body

    def make(self, world: World) -> None:
        """Bring it about on a server, as others would."""
        make_parent(world, self.kind)
        if self.absent:
            return
        stored = world.call("POST", PIPELINES_PATH, self.request(world))
        for option in ("owners", "domains"):
            if option in self.settings:
                _label(world, self.kind, stored["id"], option, self.settings[option])
        for step in self.steps:
            # What can't be done to it as it is then, nobody did.
            with contextlib.suppress(Refused):
                self._step(world, stored["id"], step)

    def _step(self, world: World, id_: str, step: str) -> None:
        if step == "put":
            world.call("PUT", PIPELINES_PATH, self.request(world))
        elif step in ("deploy", "toggleIngestion", "trigger"):
            world.call("POST", f"{PIPELINES_PATH}/{step}/{id_}")
        elif step == "wait":
            world.orchestrator.clock.advance(_KNOWN)
        elif step == "delete":
            world.call("DELETE", f"{PIPELINES_PATH}/{id_}")
        elif step == "restore":
            world.call("PUT", f"{PIPELINES_PATH}/restore", {"id": id_})
        elif step == "with its service":
            if PIPELINES[self.kind].parents:
                return
            services = RESOURCES[self.kind].path
            parent = make_parent(world, self.kind)["id"]
            world.call("DELETE", f"{services}/{parent}", recursive="true")
            world.call("PUT", f"{services}/restore", {"id": parent})
        else:
            path, value = PATCHES[step]
            world.call("PATCH", f"{PIPELINES_PATH}/{id_}", [{"op": "add", "path": path, "value": value}])


def _label(world: World, kind: str, id_: str, option: str, value: Any) -> None:
    """Set owners or domains, which the API takes as references."""
    resource, server = world.resource, world.server
    world.resource, world.server = PIPELINES[kind], Server(server.text, PIPELINES[kind])
    try:
        edit(world, id_, option, value, ADMIN)
    finally:
        world.resource, world.server = resource, server


# What others patch; the orchestrator learns of it on newer servers only.
PATCHES: dict[str, tuple[str, Any]] = {
    "describe": ("/description", "Theirs"),
    "reschedule": ("/airflowConfig/scheduleInterval", "11 5 * * *"),
    "log more": ("/loggerLevel", "DEBUG"),
    "disable": ("/enabled", False),
    "enable": ("/enabled", True),
    "undeploy": ("/deployed", False),
    "pretend": ("/deployed", True),
}
_STEPS = ("deploy", "wait", "toggleIngestion", "put", "delete", "restore", "with its service", "trigger", *PATCHES)
# What mostly happens, so that much of it is found.
_LIVES = (
    (),
    ("deploy", "wait"),
    ("deploy", "wait", "toggleIngestion"),
    ("deploy", "wait", "toggleIngestion", "put"),
    ("deploy", "wait", "delete"),
    ("delete",),
    ("deploy", "wait", "delete", "restore"),
    ("deploy", "wait", "toggleIngestion", "delete"),
    ("deploy", "wait", "with its service"),
    ("deploy", "wait", "toggleIngestion", "with its service"),
    ("deploy",),
)


def kinds(server: Server) -> st.SearchStrategy[str]:
    """A kind of services that a release has and that has pipelines with a schema."""
    there = [kind for kind, each in PIPELINES.items() if each.parents or RESOURCES[kind].since <= server.version]
    return st.sampled_from([kind for kind in there if types(PIPELINES[kind], server)])


def types(resource: PipelineResource, server: Server) -> list[str]:
    """The types of pipelines that a release has for a kind of services."""
    return [
        name
        for name in resource.configs
        if PIPELINE_TYPES[name][0] <= server.version < PIPELINE_TYPES[name][1]
        and resource.service_type(name, server.version).there
    ]


_SETTINGS: dict[str, tuple[Any, ...]] = {
    "schedule": ("", "30 2 * * *", "0 */6 * * mon-fri", "@daily"),
    "start_date": ("", "2026-01-31", "2026-02-01T06:00:00Z"),
    "end_date": ("", "2027-01-31", "2027-02-01T06:00:00+02:00"),
    "timezone": ("UTC", "Europe/Berlin"),
    "pipeline_retries": (0, 2),
    "retry_delay": (300, 60),
    "concurrency": (1, 3),
    "max_active_runs": (1, 2),
    "pipeline_timeout": (3600, 7200),
    "catchup": (False, True),
    "pause_pipeline": (False, True),
    "email": ("", "ops@example.com"),
    "default_view": ("tree", "grid"),
    "default_view_orientation": ("LR", "TB"),
    "log_level": ("INFO", "DEBUG", "ERROR"),
    "raise_on_error": (True, False),
    "streamable_logs": (False, True),
}


def value_of(item: Field, server: Server) -> st.SearchStrategy[Any]:
    """A value to set an option to, which the server takes."""
    return st.sampled_from(_SETTINGS[item.option]) if item.option in _SETTINGS else strategies.values(item, server)


def _settable(server: Server) -> list[Field]:
    """The fields that both a create request and a task may set, source config excepted."""
    return [
        item
        for item in PIPELINE_FIELDS
        if item.type not in (FieldType.CONFIG, FieldType.PARENT) and not item.acted and server.has(item)
    ]


def taken(config: Json) -> Json:
    """A source config without what the server checks although its schema doesn't say so."""
    return {name: value for name, value in config.items() if name != "profileSample" or 0 <= value <= 100}


@st.composite
def source_configs(draw: Draw, type_: str, server: Server) -> Json:
    """A source config, perhaps with nothing but its type."""
    some = strategies.placeholders if draw(st.integers(0, 4)) == 0 else strategies.connections
    config = taken(draw(some(type_, server)))
    told = server.resource.service_type(type_, server.version).root["fields"].get("type", {})
    return {"type": told["default"], **config} if "default" in told else config


@st.composite
def starts(draw: Draw, release: Server) -> Start:
    """A pipeline as it may be found."""
    kind = draw(kinds(release))
    server = Server(release.text, PIPELINES[kind])
    type_ = draw(st.sampled_from(types(PIPELINES[kind], server)))
    name = draw(st.sampled_from(NAMES))
    if draw(st.integers(0, 4)) == 0:
        event("absent")
        return Start(kind, name, type_, absent=True)
    settings = {item.option: draw(value_of(item, server)) for item in _settable(server) if draw(st.integers(0, 2)) == 0}
    life = draw(st.sampled_from(_LIVES))
    more = draw(st.lists(st.sampled_from(_STEPS), max_size=3))
    event(" → ".join(life) or "undeployed")
    settings = {option: value for option, value in settings.items() if value not in ("", [])}
    return Start(kind, name, type_, draw(source_configs(type_, server)), settings, (*life, *more))


# -- tasks -----------------------------------------------------------------------------------------------------------


@st.composite
def tasks(draw: Draw, release: Server, start: Start) -> Json:
    """A task's words for a pipeline: near what is there, or quite different, or that it should be gone."""
    if draw(st.integers(0, 5)) == 0:
        return {**start.words, "state": "absent", "hard_delete": draw(st.booleans())}
    server = Server(release.text, PIPELINES[start.kind])
    task: Json = {**start.words, "state": "present"}
    if start.type != PIPELINES[start.kind].default_type or draw(st.booleans()):
        task["pipeline_type"] = start.type
    for item in _settable(server):
        how = draw(st.sampled_from(("omitted", "omitted", "kept", "set")))
        if how == "kept" and item.option in start.settings:
            task[item.option] = start.settings[item.option]
        elif how == "set":
            task[item.option] = draw(value_of(item, server))
    for option, choices in (("enabled", (None, None, True, False)), ("deploy", (None, None, True, False))):
        chosen = draw(st.sampled_from(choices))
        if chosen is not None:
            task[option] = chosen
    how = draw(st.sampled_from(("omitted", "fresh", "near", "near")))
    if how == "fresh" or (how == "near" and start.absent):
        task["source_config"] = taken(draw(strategies.connections(start.type, server)))
    elif how == "near":
        config = taken(draw(strategies.near(start.type, start.config, server)))
        config.pop("supportsMetadataExtraction", None)
        task["source_config"] = config
    task["update_secrets"] = draw(st.sampled_from(("always", "on_create")))
    return task


WHO = (ADMIN, BOT)
