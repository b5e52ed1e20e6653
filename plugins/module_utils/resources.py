# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to manage, as data: each kind of service, its fields, and which of them came when.

FIELDS is the one place where a field is written down, and RESOURCES the one where a kind is: options, requests,
comparison, diff and results follow them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.schemas import ServiceType, Version


class FieldType(Enum):
    """What a field holds."""

    TEXT = "text"
    CONFIG = "config"
    REFERENCES = "references"
    TAGS = "tags"
    SETTING = "setting"
    PARENT = "parent"


@dataclass(frozen=True)
class Field:
    """One manageable field: the option's name, the server's, and the releases that have it.

    `singular` is the member of servers before `plural_since`, which can hold one only. `targets` are the collections
    in which a name may be found, in that order. `by_name`: create requests hold qualified names, not ids. `wiped`: a
    PUT that leaves it out clears it (others it keeps, but neither clears them nor, for tags, sets them).

    A setting is a scalar (`scalar`: what Ansible calls its type, or `date`), perhaps `within` another member, with the
    `default` that the server fills in, and perhaps one of `choices`. What is `acted` is set by a request of its own,
    and never written. What is `lost_by_restore` counts as false for what is deleted, or was so until its last change,
    whatever the server says.
    """

    option: str
    api: str
    type: FieldType
    since: Version = (1, 2)
    singular: str = ""
    plural_since: Version = ()
    targets: tuple[str, ...] = ()
    by_name: bool = False
    wiped: bool = False
    scalar: str = ""
    within: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    acted: bool = False
    lost_by_restore: bool = False


DISPLAY_NAME = Field("display_name", "displayName", FieldType.TEXT, wiped=True)
DESCRIPTION = Field("description", "description", FieldType.TEXT, wiped=True)
OWNERS = Field(
    "owners", "owners", FieldType.REFERENCES, singular="owner", plural_since=(1, 5), targets=("user", "team")
)
DOMAINS = Field(
    "domains",
    "domains",
    FieldType.REFERENCES,
    singular="domain",
    plural_since=(1, 9),
    targets=("domain",),
    by_name=True,
)
FIELDS = (
    DISPLAY_NAME,
    DESCRIPTION,
    Field("connection", "connection", FieldType.CONFIG, wiped=True),
    OWNERS,
    DOMAINS,
    Field("tags", "tags", FieldType.TAGS, targets=("tag", "glossaryTerm")),
    Field(
        "data_products",
        "dataProducts",
        FieldType.REFERENCES,
        since=(1, 2, 1),
        targets=("dataProduct",),
        by_name=True,
        wiped=True,
    ),
)


COLLECTIONS = {
    "user": "/users",
    "team": "/teams",
    "domain": "/domains",
    "dataProduct": "/dataProducts",
    "tag": "/tags",
    "glossaryTerm": "/glossaryTerms",
}

# Members of a stored service that a PUT wipes when the request leaves them out, and that tasks don't manage, with the
# release whose create request has them.
_CARRIED: Mapping[str, Version] = {"ingestionRunner": (1, 7), "style": (2, 0)}
_UNSTYLED: Mapping[str, Version] = {"ingestionRunner": (1, 7)}
# Members that a PUT may reset though no create request can hold them (1.12+): a PATCH puts them back.
KEPT = ("entityStatus",)
# What the server itself writes into each service. Whatever else a service holds is somebody's, known here or not.
SERVERS_OWN = (
    *("id", "name", "fullyQualifiedName", "serviceType", "version", "updatedAt", "updatedBy", "impersonatedBy", "href"),
    *("deleted", "changeDescription", "incrementalChangeDescription", "changeSummary", "testConnectionResult"),
    *("pipelines", "models", "provider", "dataContract", "followers", "votes"),
)
NEVER: Version = (9999,)


@dataclass(frozen=True)
class Resource:
    """One kind of service.

    `children` are the collections of what it may hold, by the words for it; a service with any isn't deleted without
    `recursive` (server 1.2). `later` are the options that this kind got later than others, or never. `carried` are
    members that a PUT wipes, with the release whose create request has them. `tested_as` is what requests to test a
    connection call the kind, where that isn't the kind with a capital, and `tested` the release that can test one.
    """

    kind: str
    children: Mapping[str, str]
    since: Version = (1, 2)
    later: Mapping[str, Version] = field(default_factory=dict)
    carried: Mapping[str, Version] = field(default_factory=lambda: _CARRIED)
    tested_as: str = ""
    tested: Version = (1, 2)
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    type_option: ClassVar[str] = "service_type"
    """What tasks call the type that says which schema a config follows."""
    type_api: ClassVar[str] = "serviceType"
    noun: ClassVar[str] = "service"
    default_type: ClassVar[str] = ""
    """The type of what tells none."""
    types: ClassVar[Mapping[str, tuple[Version, Version]]] = {}
    """Types that came or went otherwise than their schemas: the first release that has one, and the first without."""
    patched: ClassVar[bool] = False
    """Whether changes go by PATCH alone."""

    @property
    def config(self) -> Field:
        """The field that holds its config."""
        return next(item for item in self.fields if item.type is FieldType.CONFIG)

    @property
    def path(self) -> str:
        """The collection, below `/api/v1`."""
        return f"/services/{self.kind}Services"

    @property
    def label(self) -> str:
        """What messages and results call one of them."""
        return f"{self.kind}_service"

    @property
    def plural(self) -> str:
        """What messages call many of them."""
        return f"{self.kind} services"

    @property
    def entity_type(self) -> str:
        """What the server calls one of them."""
        return f"{self.kind}Service"

    @property
    def service_kind(self) -> str:
        """What a request to test a connection calls the kind."""
        return self.tested_as or self.kind.capitalize()

    @property
    def every_child(self) -> Mapping[str, str]:
        """All that one may hold: what is of its kind, and ingestion pipelines."""
        return {**self.children, "ingestion pipelines": "/services/ingestionPipelines"}

    @property
    def held(self) -> str:
        """All that one may hold, in words."""
        return ", ".join(self.every_child)

    def since_of(self, item: Field) -> Version:
        """The release that brought an option for this kind; `NEVER` where none did."""
        return max(item.since, self.since, self.later.get(item.option, ()))

    def service_type(self, name: str, server: Version | None = None) -> ServiceType:
        """A type of this kind as a server of that version has it, by default the newest known one."""
        return schemas.service_type(self.kind, name, server or schemas.newest())

    def service_types(self) -> tuple[str, ...]:
        """The names of every known type of this kind."""
        return schemas.service_types(self.kind)

    def has_no_schema(self, name: str) -> bool:  # noqa: ARG002
        """Whether a type that is known has a config that no published model describes."""
        return False


# Create requests by kind and release: the models published with each. metadataServices don't let anybody ask for tags
# (server 1.2), and a pipeline service's schedule is only in its create request. What can be tested: `serviceType` and
# `connection` of `TestServiceConnectionRequest` in the same models, which has no connection of the last two kinds yet.
_ALL = (
    Resource(
        "dashboard",
        {"dashboards": "/dashboards", "charts": "/charts", "data models": "/dashboard/datamodels"},
    ),
    Resource("database", {"databases": "/databases"}),
    Resource("messaging", {"topics": "/topics"}),
    Resource(
        "pipeline",
        {"pipelines": "/pipelines"},
        carried={**_CARRIED, "scheduleInterval": (1, 2), "lifeCycle": (1, 2)},
    ),
    Resource("mlmodel", {"ML models": "/mlmodels"}, tested_as="MlModel"),
    Resource("storage", {"containers": "/containers"}),
    Resource("search", {"search indexes": "/searchIndexes"}),
    Resource(
        "metadata",
        {},
        later={"tags": NEVER, "data_products": NEVER, "domains": (1, 5)},
        carried=_UNSTYLED,
    ),
    Resource("api", {"API collections": "/apiCollections"}, since=(1, 5), carried=_UNSTYLED, tested=(1, 6)),
    Resource("security", {}, since=(1, 8), carried=_UNSTYLED, tested=(1, 8, 9)),
    Resource(
        "drive",
        {"directories": "/drives/directories", "files": "/drives/files", "spreadsheets": "/drives/spreadsheets"},
        since=(1, 9),
        carried={"ingestionRunner": (1, 10), "style": (2, 0)},
        tested=(1, 10),
    ),
    Resource("llm", {"LLM models": "/llmModels"}, since=(1, 12), carried=_UNSTYLED, tested_as="LLM", tested=NEVER),
    Resource("mcp", {}, since=(1, 13), carried=_UNSTYLED, tested=NEVER),
)
RESOURCES: dict[str, Resource] = {resource.kind: resource for resource in _ALL}


@dataclass(frozen=True)
class Subject:
    """What a task is about, and where its options say so.

    `rows` are the resources by kind, `default` the kind where a task tells none. `listed` is the option with many.
    """

    rows: Mapping[str, Resource]
    listed: str
    kind_option: str
    default: str = ""

    def resource(self, description: Mapping[str, Any], kind: str = "") -> Resource | None:
        """The resource of a description, or None where it tells no kind that there is."""
        return self.rows.get(str(kind or description.get(self.kind_option) or self.default))

    @property
    def any(self) -> Resource:
        """One of the resources, for what all have in common."""
        return next(iter(self.rows.values()))


SERVICES = Subject(RESOURCES, "services", "kind")
