# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of services, each a row: all else about them is one code path, as in the real server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Version = tuple[int, int]
NEVER = (99, 0)


@dataclass(frozen=True)
class EntityType:
    """A type of entity: its name, and which members it lacks that types have in general, or until when."""

    entity: str
    absent: dict[str, Version] = field(default_factory=dict)

    def has(self, member: str, version: Version) -> bool:
        """Do this type's requests and entities know a member?"""
        return self.absent.get(member, (0, 0)) <= version


@dataclass(frozen=True, kw_only=True)
class Kind(EntityType):
    """A kind of service.

    `java` is its word in the names of the server's classes, `since` the release that brings it. `absent` names members
    that other kinds' create requests, entities and `fields` have, with the release that brings them.
    """

    name: str
    java: str
    collection: str
    since: Version = (1, 2)
    children: tuple[str, ...] = ()
    extra_request: tuple[str, ...] = ()
    entity_members: tuple[str, ...] = ()
    defaults: dict[str, str] = field(default_factory=dict)
    # Members that can't be asked for by `fields`, though entities hold them.
    not_asked: frozenset[str] = frozenset()
    # Another collection that hrefs name.
    href: str = ""
    # Another class that the server's enum of service types lies in.
    enum: str = ""

    @property
    def request_class(self) -> str:
        """The class of create requests."""
        return f"org.openmetadata.schema.api.services.Create{self.java}Service"

    @property
    def entity_class(self) -> str:
        """The class of entities."""
        return f"org.openmetadata.schema.entity.services.{self.java}Service"

    @property
    def type_enum(self) -> str:
        """The enum of service types: the code generator puts it into the first class that uses it."""
        return f"{self.enum or self.request_class}${self.java}ServiceType"


def _kind(name: str, java: str, since: Version = (1, 2), **more: Any) -> Kind:
    entity = f"{name}Service"
    return Kind(entity=entity, name=name, java=java, collection=f"services/{entity}s", since=since, **more)


# Which create request has which member when: the models published with each release. Children: server 1.2, and the
# published source for what came later. Kinds without any but ingestion pipelines have none here.
_ALL = (
    _kind(
        "dashboard",
        "Dashboard",
        children=("dashboard", "chart", "dashboardDataModel"),
        enum="org.openmetadata.schema.api.data.CreateDashboardDataModel",
    ),
    _kind("database", "Database", children=("database",)),
    _kind("messaging", "Messaging", children=("topic",)),
    _kind("pipeline", "Pipeline", children=("pipeline",), extra_request=("lifeCycle", "scheduleInterval")),
    _kind("mlmodel", "MlModel", children=("mlmodel",)),
    _kind("storage", "Storage", children=("container",)),
    _kind("search", "Search", children=("searchIndex",)),
    # Server 1.2 builds this kind's hrefs with the databases' path, and refuses `fields=tags` though it keeps tags.
    _kind(
        "metadata",
        "Metadata",
        entity_members=("provider",),
        defaults={"provider": "user"},
        absent={"domain": (1, 5), "dataProducts": NEVER, "style": NEVER},
        not_asked=frozenset({"tags"}),
        href="services/databaseServices",
    ),
    _kind("api", "Api", (1, 5), children=("apiCollection",), absent={"style": NEVER}),
    _kind("security", "Security", (1, 8), absent={"style": NEVER}),
    _kind(
        "drive",
        "Drive",
        (1, 9),
        children=("directory", "file", "spreadsheet"),
        absent={"ingestionRunner": (1, 10)},
    ),
    _kind("llm", "LLM", (1, 12), children=("llmModel",), absent={"style": NEVER}),
    _kind("mcp", "Mcp", (1, 13), absent={"style": NEVER}),
)
KINDS = {kind.entity: kind for kind in _ALL}
