#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: service_bulk
short_description: Manage many OpenMetadata services of any kind in one task
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Does for a whole list what M(community.openmetadata.service) does for one service, and optionally removes services
    that aren't listed.
  - All services are read and planned before anything is written, each kind by a list of its own. They are written by
    several connections at once, or through the server's bulk endpoints where it has these.
  - If a run is interrupted, the next one finishes the work.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.services.many_of_any_kind
  - community.openmetadata.service.policy
seealso:
  - module: community.openmetadata.service
  - module: community.openmetadata.dashboard_service_bulk
"""

EXAMPLES = r"""
- name: Register a dashboard tool, the database below it and the pipelines that feed that
  community.openmetadata.service_bulk:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    defaults:
      owners: [rec_team]
    services:
      - kind: dashboard
        name: sales_metabase
        service_type: Metabase
        connection:
          hostPort: https://metabase.example.com
          username: openmetadata@example.com
          password: "{{ metabase_password }}"
      - kind: database
        name: sales
        service_type: Postgres
        connection:
          hostPort: postgres.example.com:5432
          username: openmetadata
          database: sales
          authType:
            password: "{{ postgres_password }}"
      - kind: pipeline
        name: sales_airflow
        service_type: Airflow
        connection:
          hostPort: https://airflow.example.com
          connection:
            type: Backend
"""

RETURN = r"""
results:
  description:
    - What became of each service, in the order of O(services), each as M(community.openmetadata.service) returns it,
      with its C(kind) and C(name).
    - An entry that failed has C(failed), C(msg) and C(failure). One that was left alone because another one failed has
      C(skipped).
    - Only changed entries have a C(diff).
  type: list
  elements: dict
  returned: always, unless the task's options are wrong
pruned:
  description: The same for each service that was pruned.
  type: list
  elements: dict
  returned: always, unless the task's options are wrong
unmanaged:
  description: The services in O(scope) that aren't listed, each by C(kind) and C(name).
  type: list
  elements: dict
  returned: always, unless the task's options are wrong
  sample: [{kind: database, name: sales_forgotten}]
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
  description: Before and after of each changed service, field by field, secrets hidden.
  type: list
  elements: dict
  returned: success
failure:
  description: What went wrong, as RV(community.openmetadata.dashboard_service#module:failure).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import runner, service_lists

SPEC = service_lists.many_spec()
work = service_lists.many


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
