# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the orchestrator reaches the server, as every answer about pipelines and workflows tells everybody."""

from __future__ import annotations

from typing import Any

# Source: server 1.2.
_REST: dict[str, Any] = {
    "clusterName": "openmetadata",
    "type": "OpenMetadata",
    "authProvider": "openmetadata",
    "verifySSL": "no-ssl",
    "secretsManagerProvider": "noop",
    "secretsManagerLoader": "noop",
    "apiVersion": "v1",
    "includeTopics": True,
    "includeTables": True,
    "includeDashboards": True,
    "includePipelines": True,
    "includeMlModels": True,
    "includeUsers": True,
    "includeTeams": True,
    "includeGlossaryTerms": True,
    "includeTags": True,
    "includePolicy": True,
    "includeMessagingServices": True,
    "enableVersionValidation": True,
    "includeDatabaseServices": True,
    "includePipelineServices": True,
    "limitRecords": 1000,
    "forceEntityOverwriting": False,
    "storeServiceConnection": True,
    "supportsDataInsightExtraction": True,
    "supportsElasticSearchReindexingExtraction": True,
}


def server_connection(url: str, token: str) -> dict[str, Any]:
    """The member `openMetadataServerConnection`; `token` is the bot's, in clear."""
    return {**_REST, "hostPort": url, "securityConfig": {"jwtToken": token}}
