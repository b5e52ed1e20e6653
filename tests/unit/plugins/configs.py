# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes connections of every service type out of the catalogue, for tests: `minimal`, `full` and each alternative.

Every value is told by its path, so that no two are equal; no value is the field's default. A secret holds
`canary-<service type>-<path>`, which tests look for where it may not be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Resource
from dashboards import DASHBOARDS

Choices = Mapping[str, int]
"""Which alternative to take, by the dotted path of the member that has some; the first where nothing is said."""


def types(resource: Resource) -> tuple[str, ...]:
    """A kind's service types in the newest release."""
    return tuple(name for name in resource.service_types() if resource.service_type(name).there)


TYPES = types(DASHBOARDS)


@dataclass
class _Maker:
    """Makes one config; `points` are the alternatives it came by, `secrets` the canaries it planted."""

    service_type: str
    choices: Choices
    everything: bool
    release: connection.Version = connection.NEWEST
    resource: Resource = DASHBOARDS
    points: dict[str, int] = field(default_factory=dict)
    secrets: dict[connection.Path, str] = field(default_factory=dict)

    def make(self) -> dict[str, Any]:
        root = self.resource.service_type(self.service_type, self.release).root
        config: dict[str, Any] = self.node(root, ())
        if not self.everything:
            config.pop("type", None)
        return config

    def node(self, node: connection.Node, path: connection.Path) -> Any:
        if "any" in node:
            self.points[".".join(path)] = len(node["any"])
            return self.node(node["any"][self.choices.get(".".join(path), 0)], path)
        if "fields" in node:
            return self.mapping(node, path)
        if "items" in node:
            return [self.node(node["items"], (*path, "0"))]
        return self.scalar(node, path)

    def mapping(self, node: connection.Node, path: connection.Path) -> dict[str, Any]:
        names = list(node["fields"]) if self.everything else list(node.get("required", ()))
        made = {name: self.node(node["fields"][name], (*path, name)) for name in names}
        if self.everything and node.get("open"):
            rest = node["open"] if isinstance(node["open"], dict) else {"type": "string"}
            made["anything"] = self.node(rest, (*path, "anything"))
        return made

    def scalar(self, node: connection.Node, path: connection.Path) -> Any:
        if "secret" in node:
            self.secrets[path] = f"canary-{self.service_type}-{'.'.join(path)}"
            return self.secrets[path]
        if "enum" in node:
            return next((each for each in node["enum"] if each != node.get("default")), node["enum"][0])
        if node["type"] == "boolean":
            return not node.get("default", False)
        if node["type"] in ("integer", "number"):
            return max(node.get("default", 0), node.get("minimum", 0)) + 7
        name = "-".join(path).lower()
        return f"https://{name}.example.com" if node.get("format") == "uri" else f"{name} of {self.service_type}"


def minimal(
    service_type: str,
    choices: Choices | None = None,
    release: connection.Version = connection.NEWEST,
    resource: Resource = DASHBOARDS,
) -> dict[str, Any]:
    """A connection with what is required and nothing else, not even `type`, which the collection fills in."""
    return _Maker(service_type, choices or {}, everything=False, release=release, resource=resource).make()


def full(
    service_type: str,
    choices: Choices | None = None,
    release: connection.Version = connection.NEWEST,
    resource: Resource = DASHBOARDS,
) -> dict[str, Any]:
    """A connection with every field of a release set, to something else than its default."""
    return _Maker(service_type, choices or {}, everything=True, release=release, resource=resource).make()


def canaries(
    service_type: str, choices: Choices | None = None, resource: Resource = DASHBOARDS
) -> dict[connection.Path, str]:
    """The secrets of `full(service_type, choices)` by path."""
    maker = _Maker(service_type, choices or {}, everything=True, resource=resource)
    maker.make()
    return maker.secrets


def points(service_type: str, choices: Choices, release: connection.Version) -> dict[str, int]:
    """The members of `full(service_type, choices, release)` that have alternatives, and how many."""
    maker = _Maker(service_type, choices, everything=True, release=release)
    maker.make()
    return maker.points


@cache
def variants(service_type: str, release: connection.Version = connection.NEWEST) -> tuple[Choices, ...]:
    """Choices that together reach every alternative of a type at every depth, each differing in one branch only."""
    return tuple(_variants(service_type, {}, "", release))


def _variants(service_type: str, choices: Choices, below: str, release: connection.Version) -> Iterator[Choices]:
    yield choices
    for point, count in points(service_type, choices, release).items():
        if point not in choices and point.startswith(below):
            for index in range(1, count):
                yield from _variants(service_type, {**choices, point: index}, f"{point}.", release)


def every_variant() -> list[tuple[str, Choices]]:
    """Every service type with each of its choices."""
    return [(name, choices) for name in TYPES for choices in variants(name)]


def name_of(service_type: str, choices: Choices) -> str:
    """A readable id for a test: `Superset[connection=2]`."""
    chosen = ",".join(f"{point}={index}" for point, index in choices.items())
    return f"{service_type}[{chosen}]" if chosen else service_type


def with_defaults(service_type: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The config with each default of the catalogue written out, at every depth that the config has."""
    kind = DASHBOARDS.service_type(service_type)
    filled: dict[str, Any] = _filled(kind.root, {"type": service_type, **config})
    return filled


def _filled(node: connection.Node, value: Any) -> Any:
    node = connection.select(node, value)
    if not isinstance(value, Mapping):
        return value
    fields = node.get("fields", {})
    defaults = {name: member["default"] for name, member in fields.items() if "default" in member}
    return json.loads(
        json.dumps({name: _filled(fields.get(name, {}), member) for name, member in {**defaults, **value}.items()})
    )


def put(config: Mapping[str, Any], path: connection.Path, value: Any) -> dict[str, Any]:
    """A copy of the config with one member set, anywhere below mappings and items that are there."""
    copy: dict[str, Any] = json.loads(json.dumps(config))
    place: Any = copy
    for key in path[:-1]:
        place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
    place[path[-1]] = value
    return copy


def without(config: Mapping[str, Any], path: connection.Path) -> dict[str, Any]:
    """A copy of the config without one member."""
    copy: dict[str, Any] = json.loads(json.dumps(config))
    place = copy
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return copy


def leaves(config: Mapping[str, Any], path: connection.Path = ()) -> Iterator[tuple[connection.Path, Any]]:
    """Each member of a config that is no mapping, with its path."""
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value
