# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is of ingestion pipelines, as data: their fields, their types, and those of services of each kind.

PIPELINE_FIELDS is the one place where a field of theirs is written down, as FIELDS is for services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    DESCRIPTION,
    DISPLAY_NAME,
    DOMAINS,
    NEVER,
    OWNERS,
    RESOURCES,
    Field,
    FieldType,
    Resource,
    Subject,
)
from ansible_collections.community.openmetadata.plugins.module_utils.schemas import ServiceType, Version


def _airflow(option: str, api: str, scalar: str, default: Any = None) -> Field:
    return Field(option, api, FieldType.SETTING, scalar=scalar, within="airflowConfig", default=default)


LOG_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")
# Defaults as server 1.2 fills them in. Members and releases: the models published with each; none has tags.
PIPELINE_FIELDS = (
    Field("service", "service", FieldType.PARENT),
    DISPLAY_NAME,
    DESCRIPTION,
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
    Field("log_level", "loggerLevel", FieldType.SETTING, scalar="str", default="INFO", choices=LOG_LEVELS),
    Field("raise_on_error", "raiseOnError", FieldType.SETTING, since=(1, 7), scalar="bool", default=True),
    Field("streamable_logs", "enableStreamableLogs", FieldType.SETTING, since=(1, 10), scalar="bool", default=False),
    Field("enabled", "enabled", FieldType.SETTING, scalar="bool", default=True, acted=True),
    # A soft delete takes it out of the orchestrator and leaves the flag (server 1.2).
    Field("deployed", "deployed", FieldType.SETTING, scalar="bool", default=False, acted=True, lost_by_restore=True),
    OWNERS,
    replace(DOMAINS, since=(1, 5)),
)


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
    default_type: ClassVar[str] = "metadata"
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
@dataclass(frozen=True)
class _TestSuite(PipelineResource):
    default_type: ClassVar[str] = "TestSuite"


TEST_SUITE = _TestSuite("test_suite", {}, configs={"TestSuite": "TestSuite"}, parents="/dataQuality/testSuites")
PIPELINES: dict[str, PipelineResource] = {
    **{
        each.kind: PipelineResource(each.kind, {}, each.since, carried={}, configs=_CONFIGS.get(each.kind, {}))
        for each in RESOURCES.values()
    },
    TEST_SUITE.kind: TEST_SUITE,
}

PIPELINES_SUBJECT = Subject(PIPELINES, "ingestion_pipelines", "service_kind", "dashboard")
