#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dashboard_service_info
short_description: Read OpenMetadata dashboard services
version_added: 0.1.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Returns one dashboard service by name, or all of them, in the form that M(community.openmetadata.dashboard_service)
    returns.
  - Secrets are hidden, also from bots, to whom the server shows them.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.attributes.info_module
  - community.openmetadata.openmetadata
  - community.openmetadata.services.info
seealso:
  - module: community.openmetadata.dashboard_service
"""

EXAMPLES = r"""
- name: Read one service
  community.openmetadata.dashboard_service_info:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    name: superset
  register: result

- name: Read every Tableau service of a domain
  community.openmetadata.dashboard_service_info:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    service_type: Tableau
    domain: RecDomain
  register: result

- name: Show what was read
  ansible.builtin.debug:
    msg: "{{ result.dashboard_services | map(attribute='name') }}"
"""

RETURN = r"""
dashboard_services:
  description: The services found, by name, secrets hidden.
  type: list
  elements: dict
  returned: success
  sample:
    - id: 3f7ad4b1-9a0e-4c0e-8f0f-6f6a3c9d2d7e
      name: superset
      fully_qualified_name: superset
      service_type: Superset
      display_name: Superset (sales)
      description: Dashboards of the sales teams.
      connection:
        type: Superset
        hostPort: https://superset.example.com
      owners: []
      domains: [RecDomain]
      tags: []
      data_products: []
      version: 0.2
      updated_at: 1700000000000
      updated_by: admin
      deleted: false
      href: https://openmetadata.example.com/api/v1/services/dashboardServices/3f7ad4b1-9a0e-4c0e-8f0f-6f6a3c9d2d7e
server_version:
  description: The server's release.
  type: str
  returned: success
  sample: 1.12.4
failure:
  description: What went wrong, as for M(community.openmetadata.dashboard_service).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import runner, services

SPEC = services.info_spec("dashboard")
work = services.info


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
