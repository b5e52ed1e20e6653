# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection does to a server: every operation, each with the services that it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES, Resource
from dashboards import DASHBOARDS
from properties import pipelines
from properties.pipelines import RUN
from properties.strategies import Start
from properties.world import ADMIN, BOT, BULK, CANARY, INFO, SINGLE

Json = dict[str, Any]
NAME = "alpha"
BYSTANDER = Start("bystander", "Metabase", {"hostPort": "http://h", "password": f"{CANARY}-bystander"}, children=1)


def metabase(host: str = "http://old", secret: str = "old") -> Json:
    """A connection."""
    return {"hostPort": host, "username": "reader", "password": f"{CANARY}-{secret}"}


def found(name: str = NAME, **members: Any) -> Start:
    """A service as it is before a run."""
    given = {"description": "Old", "owners": ["rec_team"], "tags": ["PII.Sensitive"]}
    return Start(name, "Metabase", metabase(), given, children=1, **members)


@dataclass(frozen=True)
class Operation:
    """A task, and the services that it finds. A fault's other writer aims at the service called `NAME`.

    `resource` is their kind, and `bystander` a service of it that no task is about.
    """

    name: str
    module: ModuleType
    task: Json
    starts: tuple[Start | pipelines.Start, ...] = (found(),)
    bulk: bool = False
    resource: Resource = DASHBOARDS
    bystander: Start | pipelines.Start = BYSTANDER

    @property
    def target(self) -> Json:
        """The words of the task on the service called `NAME`."""
        services = self.task.get("services", [self.task])
        return next((item for item in services if item.get("name") == NAME), {})

    @property
    def present(self) -> bool:
        """Whether the service is to be there afterwards."""
        return self.module not in (INFO, RUN) and self.target.get("state") != "absent"

    @property
    def creates(self) -> bool:
        """Whether the service isn't there before."""
        return all(start.name != NAME for start in self.starts)


NEW: Json = {
    "name": NAME,
    "service_type": "Metabase",
    "connection": metabase(),
    "description": "New",
    "owners": ["rec_team"],
    "domains": ["RecDomain"],
    "tags": ["Tier.Tier1"],
}
TYPED: Json = {"name": NAME, "service_type": "Metabase"}
MOVED: Json = {"connection": metabase("http://new", "new")}
CHANGED: Json = {**MOVED, "tags": ["Tier.Tier2"], "description": "New", "owners": []}
GONE: Json = {"name": NAME, "state": "absent", "recursive": True}

SINGLES = (
    Operation("create", SINGLE, NEW, ()),
    Operation("update text", SINGLE, {"name": NAME, "description": "New", "display_name": "Alpha"}),
    Operation("update tags", SINGLE, {"name": NAME, "tags": ["Tier.Tier1"]}),
    Operation("update connection", SINGLE, {**TYPED, **MOVED}),
    Operation("update all", SINGLE, {**TYPED, **CHANGED}),
    Operation("nothing to do", SINGLE, {"name": NAME, "description": "Old", "tags": ["PII.Sensitive"]}),
    Operation("restore", SINGLE, {**TYPED, "connection": metabase("http://new")}, (found(deleted=True),)),
    Operation("soft delete", SINGLE, GONE),
    Operation("purge", SINGLE, {**GONE, "hard_delete": True}),
)
LOGIN = Operation("create, by password", SINGLE, {"username": "admin", "password": "admin", **NEW}, ())
INFOS = (
    Operation("info, one", INFO, {"name": NAME}),
    Operation("info, all", INFO, {}, (found(), found("beta", deleted=True))),
)


def _bulk(name: str, services: list[Json], starts: tuple[Start, ...], bulk: bool, **options: Any) -> Operation:
    # One thread, so that the requests of each run come in the same order.
    task = {"services": services, "concurrency": 1, **options}
    return Operation(f"{name}{', endpoint' if bulk else ''}", BULK, task, starts, bulk)


def _bulks(bulk: bool) -> Iterator[Operation]:
    names = (NAME, "beta", "gamma")
    create = [{**NEW, "name": name} for name in names]
    update = [{**TYPED, **CHANGED, "name": name} for name in names]
    yield _bulk("bulk create", create, (), bulk)
    yield _bulk("bulk update", update, tuple(found(name) for name in names), bulk)
    mixed = [
        {**TYPED, **MOVED, "tags": ["Tier.Tier2"]},
        {**NEW, "name": "beta"},
        {**NEW, "name": "gamma"},
        {"name": "delta", "display_name": "Delta"},
        {"name": "epsilon", "state": "absent", "recursive": True},
        {"name": "zeta", "description": "Old"},
    ]
    starts = (found(), found("delta", deleted=True), *(found(name) for name in ("epsilon", "zeta", "old")))
    options = {"prune": True, "scope": {"name_pattern": "[!b]*"}, "defaults": {"recursive": True}}
    yield _bulk("bulk mixed, prune", mixed, starts, bulk, on_error="continue", **options)


BULKS = (*_bulks(False), *_bulks(True))

# The same code serves every kind; a few operations see to it that it does so here, too.
DATABASES = RESOURCES["database"]


def mysql(host: str = "old:3306", secret: str = "old") -> Json:
    """A connection to a database, its secret on the second level."""
    return {"hostPort": host, "username": "reader", "authType": {"password": f"{CANARY}-{secret}"}}


def _database(name: str, task: Json, there: bool = True, module: ModuleType = SINGLE) -> Operation:
    given = {"description": "Old", "owners": ["rec_team"], "tags": ["PII.Sensitive"]}
    starts = (Start(NAME, "Mysql", mysql(), given, children=1),) if there else ()
    bystander = Start("bystander", "Mysql", mysql("other:3306", "bystander"), children=1)
    return Operation(f"{name}, database", module, task, starts, resource=DATABASES, bystander=bystander)


ON_DATABASES = (
    _database("create", {**NEW, "service_type": "Mysql", "connection": mysql()}, there=False),
    _database("update all", {**CHANGED, "name": NAME, "connection": mysql("new:3306", "new")}),
    _database("purge", {**GONE, "hard_delete": True}),
    _database(
        "bulk update",
        {"services": [{**CHANGED, "name": NAME, "connection": mysql("new:3306", "new")}], "concurrency": 1},
        module=BULK,
    ),
)

# -- ingestion pipelines ---------------------------------------------------------------------------------------------

DEPLOYED = ("deploy", "wait")
PAUSED = (*DEPLOYED, "toggleIngestion")
WORDS: Json = {"service": pipelines.SERVICE, "name": NAME}
NIGHTLY: Json = {"schedule": "30 2 * * *", "source_config": {"includeTags": False}, "description": "New"}


def pipeline(*steps: str, name: str = NAME) -> pipelines.Start:
    """A pipeline as it is before a run."""
    config = {"type": "DashboardMetadata", "includeOwners": True}
    settings = {"description": "Old", "schedule": "0 1 * * *", "owners": ["rec_team"]}
    return pipelines.Start("dashboard", name, "metadata", config, settings, steps)


def _pipeline(name: str, task: Json, *starts: pipelines.Start, module: ModuleType = SINGLE) -> Operation:
    resource, bystander = PIPELINES["dashboard"], pipeline(*DEPLOYED, name="bystander")
    return Operation(f"{name}, pipeline", module, task, starts, resource=resource, bystander=bystander)


_LISTED = [
    {**WORDS, **NIGHTLY, "name": "new"},
    {**WORDS, **NIGHTLY},
    {**WORDS, "name": "back", "schedule": ""},
    {**WORDS, "name": "paused", "enabled": False},
    {**WORDS, "name": "gone", "state": "absent"},
    {**WORDS, "name": "same", "description": "Old"},
]
ON_PIPELINES = (
    _pipeline("create", {**WORDS, **NIGHTLY, "owners": ["rec_team"]}),
    _pipeline("create paused", {**WORDS, **NIGHTLY, "enabled": False}),
    _pipeline("update", {**WORDS, **NIGHTLY}, pipeline(*DEPLOYED)),
    _pipeline("update paused", {**WORDS, **NIGHTLY}, pipeline(*PAUSED)),
    _pipeline("update text", {**WORDS, "description": "New"}, pipeline(*DEPLOYED)),
    _pipeline("nothing to do", {**WORDS, "description": "Old"}, pipeline(*DEPLOYED)),
    _pipeline("pause", {**WORDS, "enabled": False}, pipeline(*DEPLOYED)),
    _pipeline("restore", {**WORDS, **NIGHTLY}, pipeline(*DEPLOYED, "delete")),
    _pipeline("restore paused", {**WORDS, "enabled": False}, pipeline(*PAUSED, "delete")),
    _pipeline("soft delete", {**WORDS, "state": "absent"}, pipeline(*DEPLOYED)),
    _pipeline("purge", {**WORDS, "state": "absent", "hard_delete": True}, pipeline(*DEPLOYED)),
    _pipeline(
        "bulk",
        {"services": _LISTED, "concurrency": 1, "on_error": "continue"},
        pipeline(*DEPLOYED),
        pipeline(*DEPLOYED, "delete", name="back"),
        *(pipeline(*DEPLOYED, name=name) for name in ("paused", "gone", "same")),
        module=BULK,
    ),
    _pipeline("run", {**WORDS, "interval": 2.0, "wait_timeout": 20.0}, pipeline(*DEPLOYED), module=RUN),
    _pipeline("info", {"service": pipelines.SERVICE, "runs": 1}, pipeline(*DEPLOYED), module=INFO),
)


@dataclass(frozen=True)
class Setting:
    """An operation on a server of one release, as one of its users."""

    operation: Operation
    profile: str
    who: str

    @property
    def id(self) -> str:
        """How `--only` names it."""
        return f"{self.operation.name}/{self.profile}/{self.who}"


def settings() -> Iterator[Setting]:
    """Every operation on both releases; with both kinds of token where it matters."""
    for profile in ("1.2", "2.0"):
        for operation in SINGLES:
            yield Setting(operation, profile, ADMIN)
            yield Setting(operation, profile, BOT)
        for operation in BULKS:
            # A bot may send whatever it reads through the endpoint; an admin's masks may not go there.
            if operation.bulk == (profile == "2.0"):
                yield Setting(operation, profile, BOT if operation.bulk else ADMIN)
        for operation in ON_DATABASES:
            yield Setting(operation, profile, BOT if profile == "2.0" else ADMIN)
        for operation in ON_PIPELINES:
            yield Setting(operation, profile, BOT if profile == "2.0" else ADMIN)
        for operation in (LOGIN, *INFOS):
            yield Setting(operation, profile, ADMIN)
