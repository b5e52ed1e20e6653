#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dashboard_service
short_description: Manage one OpenMetadata dashboard service
version_added: 0.1.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Creates, updates, restores, soft-deletes and purges a dashboard service of OpenMetadata, that is, the connection to
    Superset, Looker, Tableau, Metabase, Redash, Power BI and the like.
  - What a task leaves out stays as it is; V("") or V([]) clears.
  - Works the same with every release from 1.2 on and for every kind of token; what the server would wipe, ignore or
    hide is taken care of.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.services.one
  - community.openmetadata.service
  - community.openmetadata.service.policy
seealso:
  - module: community.openmetadata.dashboard_service_info
"""

EXAMPLES = r"""
- name: Manage the connection to Superset
  community.openmetadata.dashboard_service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
    service_type: Superset
    display_name: Superset (sales)
    description: Dashboards of the sales teams.
    connection:
      hostPort: https://superset.example.com
      connection:
        provider: db
        username: openmetadata
        password: "{{ superset_password }}"
    owners:
      - rec_team
    domains:
      - RecDomain
    tags:
      - Tier.Tier1

- name: Change the description only, all else stays
  community.openmetadata.dashboard_service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
    description: Dashboards of the sales and marketing teams.

- name: Take away owners and tags
  community.openmetadata.dashboard_service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
    owners: []
    tags: []

- name: Never overwrite a password that somebody has rotated on the server
  community.openmetadata.dashboard_service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
    update_secrets: on_create
    connection:
      hostPort: https://superset-new.example.com
      connection:
        provider: db
        username: openmetadata
        password: "{{ superset_password }}"

- name: Soft-delete the service with all that it holds
  community.openmetadata.dashboard_service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
    state: absent
    recursive: true

- name: Remove it for good
  community.openmetadata.dashboard_service:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
    state: absent
    recursive: true
    hard_delete: true
"""

RETURN = r"""
action:
  description: What was done, or would be done in check mode.
  type: str
  returned: success
  choices: [created, updated, restored, deleted, purged, none]
  sample: updated
version_before:
  description: The service's version before the task; null when there was none.
  type: float
  returned: success
  sample: 0.1
version:
  description:
    - The service's version now, as the server returned it; null when there is none.
    - In check mode it is the same as RV(version_before).
  type: float
  returned: success
  sample: 0.2
changed_fields:
  description: The fields that changed. Fields of the connection are named by their path.
  type: list
  elements: str
  returned: success
  sample: [connection.hostPort, description]
unverified:
  description:
    - Secrets that the server doesn't show to this token, so that drift in them can't be seen. Bots see all.
    - With O(update_secrets=always) they are sent in a run without check mode, and the returned version decides whether
      the task changed something.
  type: list
  elements: str
  returned: success
  sample: [connection.connection.password]
dashboard_service:
  description: The service as it is after the task, secrets hidden; null when there is none.
  type: dict
  returned: success
  sample:
    id: 3f7ad4b1-9a0e-4c0e-8f0f-6f6a3c9d2d7e
    name: superset
    fully_qualified_name: superset
    service_type: Superset
    display_name: Superset (sales)
    description: Dashboards of the sales teams.
    connection:
      type: Superset
      hostPort: https://superset.example.com
      connection:
        provider: db
        username: openmetadata
        password: (secret)
      supportsMetadataExtraction: true
    owners:
      - id: 5b1f0c0e-5d1c-4a5d-9a3b-0a8f1f0d6c11
        name: rec_team
        type: team
    domains: [RecDomain]
    tags: [Tier.Tier1]
    data_products: []
    version: 0.2
    updated_at: 1700000000000
    updated_by: admin
    deleted: false
    href: https://openmetadata.example.com/api/v1/services/dashboardServices/3f7ad4b1-9a0e-4c0e-8f0f-6f6a3c9d2d7e
diff:
  description: The service before and after, field by field, secrets hidden.
  type: dict
  returned: success
failure:
  description: What went wrong.
  type: dict
  returned: failure
  contains:
    code:
      description: The kind of failure, for programs.
      type: str
      sample: permission_denied
    message:
      description: What was wrong, or what the server said, secrets hidden.
      type: str
    cure:
      description: What to do about it.
      type: str
    details:
      description: The request that failed (C(method), C(path), C(status), C(attempts)), where there was one.
      type: dict
"""

from ansible_collections.community.openmetadata.plugins.module_utils import runner, services

SPEC = services.one_spec("dashboard")
work = services.one


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
