#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: service_info
short_description: Read OpenMetadata services of any kind
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Returns one service by its name, or all of a kind, in the form that M(community.openmetadata.service) returns.
  - Secrets are hidden, also from bots, to whom the server shows them.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.attributes.info_module
  - community.openmetadata.openmetadata
  - community.openmetadata.services.kind
  - community.openmetadata.services.info
seealso:
  - module: community.openmetadata.service
  - module: community.openmetadata.dashboard_service_info
"""

EXAMPLES = r"""
- name: Read all database services
  community.openmetadata.service_info:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    kind: database
  register: result

- name: Show what was read
  ansible.builtin.debug:
    msg: "{{ result.services | map(attribute='name') }}"
"""

RETURN = r"""
services:
  description: The services, sorted by name, each as RV(community.openmetadata.service#module:service).
  type: list
  elements: dict
  returned: success
  sample: [{kind: database, name: shop, service_type: Mysql, version: 0.2}]
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

from ansible_collections.community.openmetadata.plugins.module_utils import runner, services

SPEC = services.info_spec()
work = services.info


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
