# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else, who changes the service called `NAME` just before a request of the run gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from faults.broken import Broken
from faults.operations import DATABASES, NAME, NEW, Operation, metabase, mysql
from properties import strategies
from properties.strategies import Start
from properties.world import ADMIN, BOT

Json = dict[str, Any]
THEIRS = "Theirs"


@dataclass(frozen=True)
class Writer:
    """What somebody else does, and to which operations it can happen."""

    name: str
    write: Callable[[Broken], None] = field(repr=False)
    fits: Callable[[Operation], bool] = field(repr=False)


def _create(world: Broken, **members: Any) -> None:
    if NAME not in world.services():
        given = {name: NEW[name] for name in ("description", "owners", "domains", "tags")}
        service_type, config = ("Mysql", mysql()) if world.resource is DATABASES else ("Metabase", metabase())
        Start(NAME, service_type, config, {**given, **members}).make(world)


def _delete(world: Broken, hard: bool) -> None:
    stored = world.services().get(NAME)
    if stored is not None:
        flags = {"recursive": "true", **({"hardDelete": "true"} if hard else {})}
        world.call("DELETE", f"{world.resource.path}/{stored['id']}", **flags)


def _edit(world: Broken, option: str, value: Any) -> None:
    stored = world.services().get(NAME)
    if stored is not None and not stored["deleted"]:
        strategies.edit(world, stored["id"], option, value, ADMIN)


def _connect(world: Broken) -> None:
    """Change a member of the connection that no task mentions."""
    stored = world.services().get(NAME)
    if stored is None or stored["deleted"]:
        return
    config = {**stored["connection"]["config"], "supportsMetadataExtraction": False}
    kept = {name: stored[name] for name in ("serviceType", "displayName", "description") if name in stored}
    world.call("PUT", world.resource.path, {"name": NAME, "connection": {"config": config}, **kept}, BOT)


def _restore(world: Broken) -> None:
    stored = world.services().get(NAME)
    if stored is not None and stored["deleted"]:
        world.call("PUT", f"{world.resource.path}/restore", {"id": stored["id"]})


def _exists(operation: Operation) -> bool:
    return not operation.creates


def _says(option: str) -> Callable[[Operation], bool]:
    return lambda operation: _exists(operation) and option in operation.target


def _silent_on(option: str) -> Callable[[Operation], bool]:
    return lambda operation: _exists(operation) and option not in operation.target


WRITERS = (
    Writer("creates the same", _create, lambda operation: operation.creates),
    Writer(
        "creates another",
        lambda world: _create(world, description=THEIRS, display_name=THEIRS, tags=["PII.Sensitive"]),
        lambda operation: operation.creates,
    ),
    Writer("deletes", lambda world: _delete(world, hard=False), _exists),
    Writer("purges", lambda world: _delete(world, hard=True), _exists),
    Writer("edits the same field", lambda world: _edit(world, "description", THEIRS), _says("description")),
    Writer("edits alike", lambda world: _edit(world, "description", "New"), _says("description")),
    Writer("edits another field", lambda world: _edit(world, "display_name", THEIRS), _silent_on("display_name")),
    Writer("edits the owners", lambda world: _edit(world, "owners", ["rec_user"]), _silent_on("owners")),
    Writer("edits the tags", lambda world: _edit(world, "tags", ["Tier.Tier1"]), _silent_on("tags")),
    Writer("edits the connection", _connect, _exists),
    Writer(
        "restores",
        _restore,
        lambda operation: any(isinstance(one, Start) and one.deleted and one.name == NAME for one in operation.starts),
    ),
)


@dataclass(frozen=True)
class Outage:
    """The orchestrator goes away just before a request, and is back before the next run."""

    name: str
    mode: str

    def begin(self, world: Broken) -> None:
        """Let it go."""
        world.orchestrator.configure({"mode": self.mode})


OUTAGES = (Outage("orchestrator down", "down"), Outage("orchestrator locked", "unauthorized"))
