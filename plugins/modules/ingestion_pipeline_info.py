#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ingestion_pipeline_info
short_description: Read ingestion pipelines and their last runs
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Returns the pipelines that fit, in the form that M(community.openmetadata.ingestion_pipeline) returns.
  - Secrets are hidden, and so is the login of the server's own bot, which the server shows to everybody.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.attributes.info_module
  - community.openmetadata.openmetadata
options:
  name:
    description: Return pipelines of this name only.
    type: str
  service:
    description: Return pipelines of this service only; of a test suite, given by its fully qualified name.
    type: str
  service_kind:
    description: Return pipelines of services of this kind only. Needed for the O(service) that is a test suite.
    type: str
    choices: [dashboard, database, messaging, pipeline, mlmodel, storage, search, metadata, api, security, drive, llm,
      mcp, test_suite]
  pipeline_type:
    description: Return pipelines of this type only.
    type: str
  include_deleted:
    description: Return soft-deleted pipelines, too.
    type: bool
    default: false
  runs:
    description: How many of the last runs to tell for each pipeline, which costs a request each.
    type: int
    default: 0
seealso:
  - module: community.openmetadata.ingestion_pipeline
"""

EXAMPLES = r"""
- name: Read the pipelines of a service, with the last run of each
  community.openmetadata.ingestion_pipeline_info:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    service: sales_superset
    runs: 1
  register: result

- name: Show how they ended
  ansible.builtin.debug:
    msg: "{{ result.ingestion_pipelines | map(attribute='runs') }}"
"""

RETURN = r"""
ingestion_pipelines:
  description:
    - The pipelines, sorted by service and name, each as
      RV(community.openmetadata.ingestion_pipeline#module:ingestion_pipeline).
    - With O(runs), each has C(runs), the newest first, with C(run_id), C(status), C(started), C(ended) and
      C(reported); null if the orchestrator can't be asked.
  type: list
  elements: dict
  returned: success
  sample:
    - service_kind: dashboard
      service: sales_superset
      name: sales_superset_metadata
      pipeline_type: metadata
      schedule: 30 2 * * *
      deployed: true
      enabled: true
server_version:
  description: The server's release.
  type: str
  returned: success
  sample: 1.12.4
failure:
  description: What went wrong, as RV(community.openmetadata.dashboard_service#module:failure).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import pipelines, runner

SPEC = pipelines.info_spec()
work = pipelines.info


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
