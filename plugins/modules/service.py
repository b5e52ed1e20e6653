#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: service
short_description: Manage one OpenMetadata service of any kind
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Creates, updates, restores, soft-deletes and purges a service of OpenMetadata, that is, the connection to a
    database, a dashboard tool, a message broker, a pipeline scheduler and so on.
  - What a task leaves out stays as it is; V("") or V([]) clears.
  - Works the same with every release from 1.2 on and for every kind of token; what the server would wipe, ignore or
    hide is taken care of.
  - M(community.openmetadata.dashboard_service) is the same for dashboards only.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.services.one
  - community.openmetadata.services.kind
  - community.openmetadata.service
  - community.openmetadata.service.policy
seealso:
  - module: community.openmetadata.service_bulk
  - module: community.openmetadata.service_info
  - module: community.openmetadata.dashboard_service
"""

EXAMPLES = r"""
- name: Manage the connection to a MySQL server
  community.openmetadata.service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    kind: database
    name: shop
    service_type: Mysql
    description: Orders and customers.
    connection:
      hostPort: mysql.example.com:3306
      username: openmetadata
      authType:
        password: "{{ mysql_password }}"
    owners:
      - rec_team
    tags:
      - Tier.Tier1

- name: Manage the connection to Kafka
  community.openmetadata.service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    kind: messaging
    name: events
    service_type: Kafka
    connection:
      bootstrapServers: kafka.example.com:9092

- name: Remove a service with all that it holds for good
  community.openmetadata.service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    kind: database
    name: shop
    state: absent
    recursive: true
    hard_delete: true
"""

RETURN = r"""
action:
  description: As RV(community.openmetadata.dashboard_service#module:action).
  type: str
  returned: success
  choices: [created, updated, restored, deleted, purged, none]
  sample: created
version_before:
  description: As RV(community.openmetadata.dashboard_service#module:version_before).
  type: float
  returned: success
  sample: 0.1
version:
  description: As RV(community.openmetadata.dashboard_service#module:version).
  type: float
  returned: success
  sample: 0.2
changed_fields:
  description: As RV(community.openmetadata.dashboard_service#module:changed_fields).
  type: list
  elements: str
  returned: success
  sample: [connection.hostPort, description]
unverified:
  description: As RV(community.openmetadata.dashboard_service#module:unverified).
  type: list
  elements: str
  returned: success
  sample: [connection.authType.password]
service:
  description:
    - The service as it is after the task, secrets hidden; null when there is none. It has the members of
      RV(community.openmetadata.dashboard_service#module:dashboard_service), and C(kind).
  type: dict
  returned: success
  sample: {kind: database, name: shop, service_type: Mysql, version: 0.2}
diff:
  description: The service before and after, field by field, secrets hidden.
  type: dict
  returned: success
failure:
  description: What went wrong, as RV(community.openmetadata.dashboard_service#module:failure).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import runner, services

SPEC = services.one_spec()
work = services.one


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
