#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dashboard_service_bulk
short_description: Manage many OpenMetadata dashboard services in one task
version_added: 0.1.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Does for a whole list what M(community.openmetadata.dashboard_service) does for one service, and optionally removes
    services that aren't listed.
  - All services are read and planned before anything is written. They are written by several connections at once, or
    through the server's bulk endpoint where it has one.
  - If a run is interrupted, the next one finishes the work.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.services.many
  - community.openmetadata.service.policy
seealso:
  - module: community.openmetadata.dashboard_service
"""

EXAMPLES = r"""
- name: Manage the dashboard services of the sales teams
  community.openmetadata.dashboard_service_bulk:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    defaults:
      owners: [rec_team]
      domains: [RecDomain]
    services:
      - name: sales_superset
        service_type: Superset
        connection:
          hostPort: https://superset.example.com
          connection:
            provider: db
            username: openmetadata
            password: "{{ superset_password }}"
      - name: sales_metabase
        service_type: Metabase
        connection:
          hostPort: https://metabase.example.com
          username: openmetadata@example.com
          password: "{{ metabase_password }}"
      - name: sales_old
        state: absent
        recursive: true

- name: Delete what isn't listed, but never more than two services
  community.openmetadata.dashboard_service_bulk:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    services:
      - name: sales_superset
      - name: sales_metabase
    scope:
      name_pattern: sales_*
    prune: true
    prune_limit: 2
"""

RETURN = r"""
results:
  description:
    - What became of each service, in the order of O(services), each as M(community.openmetadata.dashboard_service)
      returns it, with its C(name).
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
  description: Names of the services in O(scope) that aren't listed. Known if O(scope) or O(prune) is given.
  type: list
  elements: str
  returned: always, unless the task's options are wrong
  sample: [sales_forgotten]
summary:
  description: How many services there were of each outcome, pruned ones included.
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
  description: What went wrong, as for M(community.openmetadata.dashboard_service).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import runner, service_lists

SPEC = service_lists.many_spec("dashboard")
work = service_lists.many


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
