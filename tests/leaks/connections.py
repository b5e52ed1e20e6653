# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that hold a secret wherever the catalogue has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Resource
from dashboards import DASHBOARDS
from leaks.canaries import Canaries
from unit.plugins import configs

Json = dict[str, Any]
Place = tuple[str | int, ...]
"""The way to a secret from its service type on: keys, and the numbers of the alternatives taken."""


@dataclass(frozen=True)
class Service:
    """A service to manage; `places` are those of its `secrets`, `kind` is for the modules for services of any kind."""

    name: str
    service_type: str
    connection: Json
    places: frozenset[Place]
    secrets: frozenset[str]
    kind: str = ""

    @property
    def options(self) -> Json:
        """What a task says of it."""
        kind = {"kind": self.kind} if self.kind else {}
        return {**kind, "name": self.name, "service_type": self.service_type, "connection": self.connection}

    def request(self) -> Json:
        """What the server is sent to create it."""
        config = {"type": self.service_type, **self.connection}
        return {"name": self.name, "serviceType": self.service_type, "connection": {"config": config}}


def places(service_type: str, resource: Resource = DASHBOARDS) -> frozenset[Place]:
    """Where a service type has secrets, as the catalogue has it."""
    return frozenset((service_type, *place) for place in _places(resource.service_type(service_type).root))


def _places(node: connection.Node) -> Iterator[Place]:
    if "secret" in node:
        yield ()
    for index, alternative in enumerate(node.get("any", ())):
        yield from ((index, *place) for place in _places(alternative))
    for name, member in node.get("fields", {}).items():
        yield from ((name, *place) for place in _places(member))
    if "items" in node:
        # The only one that `configs` makes.
        yield from (("0", *place) for place in _places(node["items"]))


def _choices(place: Place) -> dict[str, int]:
    """The alternatives on the way to a place, in the words of `configs`."""
    chosen: dict[str, int] = {}
    keys: list[str] = []
    for step in place[1:]:
        if isinstance(step, int):
            chosen[".".join(keys)] = step
        else:
            keys.append(step)
    return chosen


def _covering(service_type: str, resource: Resource) -> Iterator[tuple[dict[str, int], frozenset[Place]]]:
    """Few choices of alternatives that together reach every secret of a type, each with the secrets that it reaches."""
    every = sorted(places(service_type, resource), key=lambda place: (-len(_choices(place)), str(place)))
    left = every
    while left:
        choices: dict[str, int] = {}
        for place in [*left, *every]:
            wanted = _choices(place)
            if all(choices.get(point, index) == index for point, index in wanted.items()):
                choices.update(wanted)
        reached = frozenset(
            place for place in every if all(choices.get(point, 0) == index for point, index in _choices(place).items())
        )
        yield choices, reached
        left = [place for place in left if place not in reached]


def services(canaries: Canaries, generation: str = "", resource: Resource = DASHBOARDS) -> list[Service]:
    """Services that together hold a secret in every place, each a secret of its own; CustomDashboard has no place."""
    found = []
    kind = "" if resource is DASHBOARDS else resource.kind
    for service_type in configs.types(resource):
        for number, (choices, reached) in enumerate(_covering(service_type, resource)):
            name = f"{service_type}_{number}"
            config, secrets = configs.full(service_type, choices, resource=resource), set()
            for path in configs.canaries(service_type, choices, resource):
                secret = canaries.fitting(path[-1], f"{generation}{name} {'.'.join(path)}")
                config = configs.put(config, path, secret)
                secrets.add(secret)
            found.append(Service(name, service_type, config, reached, frozenset(secrets), kind))
    return found


def superset(canaries: Canaries, label: str, name: str = "superset") -> Service:
    """A service that every release can hold, its secret on the second level."""
    password = canaries.text(f"{label} {name} password")
    login = {"provider": "db", "username": "reader", "password": password}
    config = {"hostPort": "https://superset.example.com", "connection": login}
    return Service(name, "Superset", config, frozenset(), frozenset({password}))


def metabase(canaries: Canaries, label: str, name: str = "metabase", **members: Any) -> Service:
    """A service with its secret on the first level; `members` are further fields, or other values."""
    password = canaries.text(f"{label} {name} password")
    config = {"hostPort": "https://metabase.example.com", "username": "reader", "password": password, **members}
    return Service(name, "Metabase", config, frozenset(), frozenset({password}))
