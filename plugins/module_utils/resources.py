# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to manage, as data: each kind of service, its fields, and which of them came when.

FIELDS is the one place where a field is written down, and RESOURCES the one where a kind is: options, requests,
comparison, diff and results follow them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    `default` that the server fills in. What is `acted` is set by a request of its own, and never written. What is
    `lost_by_restore` counts as false for what is deleted, or was so until its last change, whatever the server says.
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
    acted: bool = False
    lost_by_restore: bool = False


_DISPLAY_NAME = Field("display_name", "displayName", FieldType.TEXT, wiped=True)
_DESCRIPTION = Field("description", "description", FieldType.TEXT, wiped=True)
_OWNERS = Field(
    "owners", "owners", FieldType.REFERENCES, singular="owner", plural_since=(1, 5), targets=("user", "team")
)
_DOMAINS = Field(
    "domains",
    "domains",
    FieldType.REFERENCES,
    singular="domain",
    plural_since=(1, 9),
    targets=("domain",),
    by_name=True,
)
FIELDS = (
    _DISPLAY_NAME,
    _DESCRIPTION,
    Field("connection", "connection", FieldType.CONFIG, wiped=True),
    _OWNERS,
    _DOMAINS,
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


def _airflow(option: str, api: str, scalar: str, default: Any = None) -> Field:
    return Field(option, api, FieldType.SETTING, scalar=scalar, within="airflowConfig", default=default)


# Defaults as server 1.2 fills them in. Members and releases: the models published with each; none has tags.
PIPELINE_FIELDS = (
    Field("service", "service", FieldType.PARENT),
    _DISPLAY_NAME,
    _DESCRIPTION,
    Field("source_config", "sourceConfig", FieldType.CONFIG),
    _airflow("schedule", "scheduleInterval", "str"),
    _airflow("start_date", "startDate", "date"),
    _airflow("end_date", "endDate", "date"),
    _airflow("timezone", "pipelineTimezone", "str", "UTC"),
    _airflow("pipeline_retries", "retries", "int", 0),
    _airflow("retry_delay", "retryDelay", "int", 300),
    _airflow("concurrency", "concurrency", "int", 1),
    _airflow("max_active_runs", "maxActiveRuns", "int", 1),
    _airflow("pipeline_timeout", "workflowTimeout", "int"),
    _airflow("catchup", "pipelineCatchup", "bool", False),
    _airflow("pause_pipeline", "pausePipeline", "bool", False),
    _airflow("email", "email", "str"),
    _airflow("default_view", "workflowDefaultView", "str", "tree"),
    _airflow("default_view_orientation", "workflowDefaultViewOrientation", "str", "LR"),
    Field("log_level", "loggerLevel", FieldType.SETTING, scalar="str", default="INFO"),
    Field("raise_on_error", "raiseOnError", FieldType.SETTING, since=(1, 7), scalar="bool", default=True),
    Field("streamable_logs", "enableStreamableLogs", FieldType.SETTING, since=(1, 10), scalar="bool", default=False),
    Field("enabled", "enabled", FieldType.SETTING, scalar="bool", default=True, acted=True),
    # A soft delete takes it out of the orchestrator and leaves the flag (server 1.2).
    Field("deployed", "deployed", FieldType.SETTING, scalar="bool", default=False, acted=True, lost_by_restore=True),
    _OWNERS,
    replace(_DOMAINS, since=(1, 5)),
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
    members that a PUT wipes, with the release whose create request has them.
    """

    kind: str
    children: Mapping[str, str]
    since: Version = (1, 2)
    later: Mapping[str, Version] = field(default_factory=dict)
    carried: Mapping[str, Version] = field(default_factory=lambda: _CARRIED)
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    type_option: ClassVar[str] = "service_type"
    """What tasks call the type that says which schema a config follows."""
    type_api: ClassVar[str] = "serviceType"
    noun: ClassVar[str] = "service"
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


PIPELINES_PATH = "/services/ingestionPipelines"
PIPELINE_SCHEMAS = "ingestion"
"""What the schemas of source configs are found under."""
# Every type, with the first release that has it and the first that has it no more: the models published with each.
PIPELINE_TYPES: Mapping[str, tuple[Version, Version]] = {
    "metadata": ((1, 2), NEVER),
    "usage": ((1, 2), NEVER),
    "lineage": ((1, 2), NEVER),
    "profiler": ((1, 2), NEVER),
    "autoClassification": ((1, 6), NEVER),
    "dbt": ((1, 2), NEVER),
    "TestSuite": ((1, 2), NEVER),
    "dataInsight": ((1, 2), NEVER),
    "elasticSearchReindex": ((1, 2), NEVER),
    "Application": ((1, 2), (1, 3)),
    "application": ((1, 3), NEVER),
    "policyAgent": ((2, 0), NEVER),
}


@dataclass(frozen=True)
class PipelineResource(Resource):
    """The ingestion pipelines of services of one kind.

    `configs` says which source config a pipeline of a type has, by the type.
    """

    configs: Mapping[str, str] = field(default_factory=dict)
    parents: str = ""
    """The collection of the services, below `/api/v1`, where that isn't made of the kind."""
    fields: ClassVar[tuple[Field, ...]] = PIPELINE_FIELDS
    type_option: ClassVar[str] = "pipeline_type"
    type_api: ClassVar[str] = "pipelineType"
    noun: ClassVar[str] = "pipeline"
    types: ClassVar[Mapping[str, tuple[Version, Version]]] = PIPELINE_TYPES
    patched: ClassVar[bool] = True

    @property
    def path(self) -> str:
        """The collection, below `/api/v1`."""
        return PIPELINES_PATH

    @property
    def label(self) -> str:
        """What messages and results call one of them."""
        return "ingestion_pipeline"

    @property
    def plural(self) -> str:
        """What messages call many of them."""
        return "ingestion pipelines"

    @property
    def entity_type(self) -> str:
        """What the server calls one of them."""
        return "ingestionPipeline"

    @property
    def every_child(self) -> Mapping[str, str]:
        """A pipeline holds nothing."""
        return {}

    @property
    def parent_type(self) -> str:
        """What the server calls the services."""
        return "testSuite" if self.parents else f"{self.kind}Service"

    @property
    def parent_path(self) -> str:
        """The collection of the services, below `/api/v1`."""
        return self.parents or f"/services/{self.parent_type}s"

    @property
    def parent_words(self) -> str:
        """What messages call one of the services."""
        return "test suite" if self.parents else f"{self.kind} service"

    def service_type(self, name: str, server: Version | None = None) -> ServiceType:
        """The source config of a pipeline type as a server of that version has it.

        One that takes everything where no published model has one for this kind of service.
        """
        config = self.configs.get(name)
        if config is None:
            return ServiceType(PIPELINE_SCHEMAS, name, schemas.UNKNOWN, known=False)
        return schemas.service_type(PIPELINE_SCHEMAS, config, server or schemas.newest())

    def service_types(self) -> tuple[str, ...]:
        """The names of every known type of pipelines, whatever the kind of service."""
        return tuple(PIPELINE_TYPES)

    def has_no_schema(self, name: str) -> bool:
        """Whether no published model describes the source config of a known type for services of this kind."""
        return name in PIPELINE_TYPES and name not in self.configs

    @property
    def default_type(self) -> str:
        """The type of a pipeline that tells none."""
        return "metadata" if not self.parents else next(iter(self.configs))


# Create requests by kind and release: the models published with each. metadataServices don't let anybody ask for tags
# (server 1.2), and a pipeline service's schedule is only in its create request.
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
    Resource("mlmodel", {"ML models": "/mlmodels"}),
    Resource("storage", {"containers": "/containers"}),
    Resource("search", {"search indexes": "/searchIndexes"}),
    Resource(
        "metadata",
        {},
        later={"tags": NEVER, "data_products": NEVER, "domains": (1, 5)},
        carried=_UNSTYLED,
    ),
    Resource("api", {"API collections": "/apiCollections"}, since=(1, 5), carried=_UNSTYLED),
    Resource("security", {}, since=(1, 8), carried=_UNSTYLED),
    Resource(
        "drive",
        {"directories": "/drives/directories", "files": "/drives/files", "spreadsheets": "/drives/spreadsheets"},
        since=(1, 9),
        carried={"ingestionRunner": (1, 10), "style": (2, 0)},
    ),
    Resource("llm", {"LLM models": "/llmModels"}, since=(1, 12), carried=_UNSTYLED),
    Resource("mcp", {}, since=(1, 13), carried=_UNSTYLED),
)
RESOURCES: dict[str, Resource] = {resource.kind: resource for resource in _ALL}

# Source configs: by the types' names and descriptions in the published models.
_CONFIGS: Mapping[str, Mapping[str, str]] = {
    "dashboard": {"metadata": "DashboardMetadata"},
    "database": {
        "metadata": "DatabaseMetadata",
        "usage": "DatabaseUsage",
        "lineage": "DatabaseLineage",
        "profiler": "Profiler",
        "autoClassification": "AutoClassification",
        "dbt": "DBT",
        "policyAgent": "PolicyAgent",
    },
    "messaging": {"metadata": "MessagingMetadata", "autoClassification": "AutoClassification/messaging"},
    "pipeline": {"metadata": "PipelineMetadata"},
    "mlmodel": {"metadata": "MlModelMetadata"},
    "storage": {"metadata": "StorageMetadata", "autoClassification": "AutoClassification/storage"},
    "search": {"metadata": "SearchMetadata"},
    "metadata": {
        "metadata": "DatabaseMetadata",
        "elasticSearchReindex": "MetadataToElasticSearch",
        "dataInsight": "dataInsight",
        "application": "Application",
        "Application": "Application",
    },
    "api": {"metadata": "ApiMetadata"},
    "security": {"metadata": "SecurityMetadata"},
    "drive": {"metadata": "DriveMetadata"},
    "mcp": {"metadata": "McpMetadata"},
}
# A test suite is no service, but its pipeline is found below it all the same (server 1.2).
TEST_SUITE = PipelineResource("test_suite", {}, configs={"TestSuite": "TestSuite"}, parents="/dataQuality/testSuites")
PIPELINES: dict[str, PipelineResource] = {
    **{
        each.kind: PipelineResource(each.kind, {}, each.since, carried={}, configs=_CONFIGS.get(each.kind, {}))
        for each in _ALL
    },
    TEST_SUITE.kind: TEST_SUITE,
}
