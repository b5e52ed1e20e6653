#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ingestion_pipeline_bulk
short_description: Manage many ingestion pipelines in one task
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Does for a whole list what M(community.openmetadata.ingestion_pipeline) does for one pipeline.
  - Optionally removes pipelines that aren't listed.
  - All pipelines are read with one listing and planned before anything is written. They are stored by several
    connections at once, and deployed a hundred with a request.
  - If a run is interrupted, the next one finishes the work.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.ingestion.many
  - community.openmetadata.ingestion.policy
seealso:
  - module: community.openmetadata.ingestion_pipeline
"""

EXAMPLES = r"""
- name: Read all dashboard tools every night
  community.openmetadata.ingestion_pipeline_bulk:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    defaults:
      source_config:
        includeOwners: true
    ingestion_pipelines:
      - service: sales_superset
        name: sales_superset_metadata
        schedule: 30 2 * * *
      - service: sales_metabase
        name: sales_metabase_metadata
        schedule: 45 2 * * *
"""

RETURN = r"""
results:
  description:
    - What became of each pipeline, in the order of O(ingestion_pipelines), each as
      M(community.openmetadata.ingestion_pipeline) returns it, with its C(service_kind), C(service) and C(name).
    - An entry that failed has C(failed), C(msg) and C(failure). One that was left alone because another one failed has
      C(skipped).
    - Only changed entries have a C(diff).
  type: list
  elements: dict
  returned: always, unless the task's options are wrong
pruned:
  description: The same for each pipeline that was pruned.
  type: list
  elements: dict
  returned: always, unless the task's options are wrong
unmanaged:
  description: The pipelines in O(scope) that aren't listed, each by C(service_kind), C(service) and C(name).
  type: list
  elements: dict
  returned: always, unless the task's options are wrong
  sample: [{service_kind: dashboard, service: sales_superset, name: forgotten}]
summary:
  description: As RV(community.openmetadata.dashboard_service_bulk#module:summary).
  type: dict
  returned: always, unless the task's options are wrong
  sample: {created: 1, updated: 1, restored: 0, deleted: 1, purged: 0, none: 17, failed: 0, skipped: 0}
requests:
  description: How many requests were sent to the server.
  type: int
  returned: always, unless the task's options are wrong
  sample: 23
server_version:
  description: The server's release.
  type: str
  returned: always, unless the task's options are wrong
  sample: 1.12.4
diff:
  description: Before and after of each changed pipeline, field by field, secrets hidden.
  type: list
  elements: dict
  returned: success
failure:
  description: What went wrong, as RV(community.openmetadata.ingestion_pipeline#module:failure).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import pipelines, runner

SPEC = pipelines.many_spec()
work = pipelines.many


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
