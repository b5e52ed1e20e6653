#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ingestion_pipeline
short_description: Manage an ingestion pipeline of an OpenMetadata service
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Creates, updates, restores and deletes a pipeline that brings the metadata of a service into OpenMetadata.
  - Deploys it to the orchestrator (such as Airflow) that runs it, and pauses it there or lets it go on.
  - Options that are left out stay as they are on the server. Nothing is deployed, and nothing paused or unpaused, that
    needn't be.
  - A run that was cut short, or failed since the orchestrator was away, is finished by the next one.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.ingestion.one
  - community.openmetadata.ingestion.policy
seealso:
  - module: community.openmetadata.ingestion_pipeline_bulk
  - module: community.openmetadata.ingestion_pipeline_info
  - module: community.openmetadata.ingestion_run
"""

EXAMPLES = r"""
- name: Read dashboards every night, except for drafts
  community.openmetadata.ingestion_pipeline:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    service: sales_superset
    name: sales_superset_metadata
    schedule: 30 2 * * *
    source_config:
      dashboardFilterPattern:
        excludes: ["^draft .*"]
    owners: [rec_team]

- name: Pause it
  community.openmetadata.ingestion_pipeline:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    service: sales_superset
    name: sales_superset_metadata
    enabled: false

- name: Remove it for good
  community.openmetadata.ingestion_pipeline:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    service: sales_superset
    name: sales_superset_metadata
    state: absent
    hard_delete: true
"""

RETURN = r"""
action:
  description: What was done, or would be in check mode.
  type: str
  returned: success
  sample: updated
version_before:
  description: The pipeline's version before the task; null when it did not exist.
  type: float
  returned: success
  sample: 0.2
version:
  description: Its version as the server last told it. A deploy moves it without telling.
  type: float
  returned: success
  sample: 0.3
changed_fields:
  description: The fields that changed, or would.
  type: list
  elements: str
  returned: success
  sample: [schedule, source_config.includeTags]
unverified:
  description: Secrets that this token can't compare with the stored ones.
  type: list
  elements: str
  returned: success
  sample: []
ingestion_pipeline:
  description: The pipeline, with secrets hidden; null when it is gone. In check mode as it would be.
  type: dict
  returned: success
  contains:
    fully_qualified_name:
      description: What it is found by.
      type: str
      returned: always
      sample: sales_superset.sales_superset_metadata
    service_kind:
      description: What kind of service it belongs to.
      type: str
      returned: always
      sample: dashboard
    service:
      description: That service.
      type: str
      returned: always
      sample: sales_superset
    provider:
      description: V(user), unless OpenMetadata made the pipeline for itself.
      type: str
      returned: always
      sample: user
    deployed:
      description:
        - Whether the orchestrator has it. False after a restore, which the orchestrator knows nothing of, whatever the
          server says.
      type: bool
      returned: always
      sample: true
    enabled:
      description: Whether its schedule is on.
      type: bool
      returned: always
      sample: true
    source_config:
      description: What it ingests and how, as the server has it.
      type: dict
      returned: always
      sample: {type: DashboardMetadata, includeTags: false}
  sample:
    service_kind: dashboard
    service: sales_superset
    name: sales_superset_metadata
    pipeline_type: metadata
    schedule: 30 2 * * *
    deployed: true
    enabled: true
diff:
  description: Before and after, field by field, secrets hidden.
  type: dict
  returned: success
failure:
  description:
    - What went wrong, as RV(community.openmetadata.dashboard_service#module:failure).
    - Where the orchestrator failed, C(details) hold C(orchestrator), C(deployed) and C(enabled) as they are now.
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import pipelines, runner

SPEC = pipelines.one_spec()
work = pipelines.one


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
