# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests for ingestion pipelines and automation workflows must fit."""

from __future__ import annotations

from typing import Any

from .binding import (
    REFERENCE,
    JavaClass,
    anything,
    boolean,
    enum,
    instant,
    integer,
    list_of,
    string,
    uri,
    uuid,
)
from .capabilities import Capabilities
from .requests_in import RequestClasses

_PACKAGE = "org.openmetadata.schema.entity.services.ingestionPipelines"
# Source: the models published with each release.
_TYPES = ("metadata", "usage", "lineage", "profiler", "TestSuite", "dataInsight", "elasticSearchReindex", "dbt")
AIRFLOW = JavaClass(
    f"{_PACKAGE}.AirflowConfig",
    {
        "pausePipeline": boolean,
        "concurrency": integer,
        "startDate": instant,
        "endDate": instant,
        "pipelineTimezone": string,
        "retries": integer,
        "retryDelay": integer,
        "pipelineCatchup": boolean,
        "scheduleInterval": string,
        "maxActiveRuns": integer,
        "workflowTimeout": integer,
        "workflowDefaultView": string,
        "workflowDefaultViewOrientation": string,
        "email": string,
    },
    # Source: server 1.2.
    {
        "pausePipeline": False,
        "concurrency": 1,
        "pipelineTimezone": "UTC",
        "retries": 0,
        "retryDelay": 300,
        "pipelineCatchup": False,
        "maxActiveRuns": 1,
        "workflowDefaultView": "tree",
        "workflowDefaultViewOrientation": "LR",
    },
)
SOURCE_CONFIG = JavaClass("org.openmetadata.schema.metadataIngestion.SourceConfig", {"config": anything})
LEVEL = enum("org.openmetadata.schema.metadataIngestion.LogLevels", ["DEBUG", "INFO", "WARN", "ERROR"])


def _relations(can: Capabilities, domain_in_request: Any) -> dict[str, Any]:
    """Owners of all releases, domains from 1.5 on, as the models have them."""
    members: dict[str, Any] = {"owners": list_of(REFERENCE)} if can.owners else {"owner": REFERENCE}
    if can.domains:
        members["domains"] = list_of(domain_in_request)
    elif can.owners:
        members["domain"] = domain_in_request
    return members


def _entity_members(can: Capabilities) -> dict[str, Any]:
    return {
        "id": uuid,
        "name": string,
        "displayName": string,
        "description": string,
        "fullyQualifiedName": string,
        **_relations(can, REFERENCE),
        "version": anything,
        "updatedAt": anything,
        "updatedBy": string,
        "href": uri,
        "changeDescription": anything,
        "deleted": boolean,
        **({"incrementalChangeDescription": anything} if can.consolidation else {}),
    }


class PipelineClasses(RequestClasses):
    """What requests for ingestion pipelines a release knows."""

    required = ("pipelineType", "service", "sourceConfig", "airflowConfig")

    def __init__(self, can: Capabilities) -> None:
        """Build the classes."""
        kinds = [*_TYPES, "application" if can.since(1, 3) else "Application"]
        kinds += ["autoClassification"] if can.since(1, 6) else []
        kinds += ["policyAgent"] if can.since(2, 0) else []
        own: dict[str, Any] = {
            "pipelineType": enum(f"{_PACKAGE}.PipelineType", kinds),
            "service": REFERENCE,
            "sourceConfig": SOURCE_CONFIG,
            "airflowConfig": AIRFLOW,
            "loggerLevel": LEVEL,
            **({"provider": string, "raiseOnError": boolean} if can.since(1, 7) else {}),
            **({"processingEngine": REFERENCE} if can.since(1, 9) else {}),
            **({"enableStreamableLogs": boolean} if can.since(1, 10) else {}),
        }
        create = JavaClass(
            "org.openmetadata.schema.api.services.ingestionPipelines.CreateIngestionPipeline",
            {"name": string, "displayName": string, "description": string, **own, **_relations(can, string)},
            {"loggerLevel": "INFO"},
        )
        entity = JavaClass(
            f"{_PACKAGE}.IngestionPipeline",
            {
                **_entity_members(can),
                **own,
                "openMetadataServerConnection": anything,
                "pipelineStatuses": anything,
                "deployed": boolean,
                "enabled": boolean,
                "provider": string,
                **({"followers": list_of(REFERENCE), "ingestionRunner": REFERENCE} if can.followers else {}),
            },
        )
        super().__init__(can, create, entity)


class WorkflowClasses(RequestClasses):
    """What requests for automation workflows a release knows."""

    required = ("workflowType", "request")

    def __init__(self, can: Capabilities) -> None:
        """Build the classes."""
        package = "org.openmetadata.schema.entity.automations"
        own: dict[str, Any] = {
            "workflowType": enum(f"{package}.WorkflowType", ["TEST_CONNECTION"]),
            "status": enum(f"{package}.WorkflowStatus", ["Pending", "Successful", "Failed", "Running"]),
            "request": anything,
            "response": anything,
        }
        create = JavaClass(
            "org.openmetadata.schema.api.automations.CreateWorkflow",
            {"name": string, "displayName": string, "description": string, **own, **_relations(can, string)},
        )
        members = {**_entity_members(can), **own, "openMetadataServerConnection": anything}
        super().__init__(can, create, JavaClass(f"{package}.Workflow", members))
