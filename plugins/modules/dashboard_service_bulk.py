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
  - community.openmetadata.service.policy
options:
  services:
    description: The services. Each may have the options of M(community.openmetadata.dashboard_service).
    type: list
    elements: dict
    required: true
    suboptions: &item
      name:
        description: The service's name. Each may be listed once.
        type: str
        required: true
      state:
        description: Whether the service should be there; V(present) unless O(defaults) says otherwise.
        type: str
        choices: [present, absent]
      hard_delete:
        description: With V(absent), remove the service for good.
        type: bool
      recursive:
        description: With V(absent), delete what the service holds, too.
        type: bool
      service_type:
        description: What kind of service it is.
        type: str
      display_name:
        description: The name to show to people. V("") removes it.
        type: str
      description:
        description: Description in Markdown. V("") removes it.
        type: str
      connection:
        description: The connection's settings. Those of O(defaults) are merged under it, key by key.
        type: dict
      owners:
        description: Names or e-mail addresses of users and teams, or mappings of C(name) and C(type).
        type: list
        elements: raw
      domains:
        description: Fully qualified names of the domains.
        type: list
        elements: str
      tags:
        description: Fully qualified names of classification tags or glossary terms.
        type: list
        elements: str
      data_products:
        description: Fully qualified names of data products.
        type: list
        elements: str
  defaults:
    description:
      - Options for every service that doesn't have them itself.
      - O(defaults.hard_delete) and O(defaults.recursive) count for pruned services, too.
    type: dict
    default: {}
    suboptions:
      state:
        description: See O(services[].state).
        type: str
        choices: [present, absent]
      hard_delete:
        description: See O(services[].hard_delete).
        type: bool
      recursive:
        description: See O(services[].recursive).
        type: bool
      service_type:
        description: See O(services[].service_type).
        type: str
      display_name:
        description: See O(services[].display_name).
        type: str
      description:
        description: See O(services[].description).
        type: str
      connection:
        description: See O(services[].connection).
        type: dict
      owners:
        description: See O(services[].owners).
        type: list
        elements: raw
      domains:
        description: See O(services[].domains).
        type: list
        elements: str
      tags:
        description: See O(services[].tags).
        type: list
        elements: str
      data_products:
        description: See O(services[].data_products).
        type: list
        elements: str
  prune:
    description: Delete services in O(scope) that aren't listed, softly unless O(defaults.hard_delete=true).
    type: bool
    default: false
  scope:
    description:
      - Which services this task is responsible for. Without it, all.
      - With it, RV(unmanaged) names the services in scope that aren't listed, also without O(prune).
    type: dict
    suboptions:
      service_types:
        description: Services of these types.
        type: list
        elements: str
        default: []
      name_pattern:
        description: Services whose name fits this shell pattern, for example V(sales_*).
        type: str
      domain:
        description: Services of this domain, given by its fully qualified name.
        type: str
  prune_limit:
    description: If more services than this would be pruned, nothing is changed, and the task fails and names them.
    type: int
    default: 5
  on_error:
    description:
      - V(fail) changes nothing if one of the services can't be planned, and stops at the first error after that.
      - V(continue) does all that can be done, then fails with each error.
    type: str
    choices: [fail, continue]
    default: fail
  concurrency:
    description: How many requests may be under way at once.
    type: int
    default: 8
  bulk_endpoint:
    description:
      - Whether to use the server's bulk endpoint. V(auto) uses it if the server has it.
      - Deleting and restoring, keeping stored secrets, and services without a connection always take single requests.
    type: str
    choices: [auto, never, always]
    default: auto
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

from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, runner
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Bulk, Prune, Scope, items
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task

SCOPE = {
    "service_types": {"type": "list", "elements": "str", "default": []},
    "name_pattern": {"type": "str"},
    "domain": {"type": "str"},
}
SPEC = arguments.policy_spec().merge(
    arguments.ArgumentSpec(
        {
            "services": {"type": "list", "elements": "dict", "required": True, "options": arguments.item_options()},
            "defaults": {"type": "dict", "default": {}, "options": arguments.item_options(named=False)},
            "prune": {"type": "bool", "default": False},
            "scope": {"type": "dict", "options": SCOPE},
            "prune_limit": {"type": "int", "default": 5},
            "on_error": {"type": "str", "choices": ["fail", "continue"], "default": "fail"},
            "concurrency": {"type": "int", "default": 8},
            "bulk_endpoint": {"type": "str", "choices": ["auto", "never", "always"], "default": "auto"},
        }
    )
)


def work(task: Task, client: Client) -> dict[str, Any]:
    """Bring every service to the state that the task describes; returns the module's result."""
    params = task.params
    scope, defaults = params["scope"] or {}, params["defaults"]
    bulk = Bulk(
        Reconciler(
            client,
            keep_secrets=params["update_secrets"] == "on_create",
            validate=params["validate_connection"],
            check_mode=task.check_mode,
        ),
        concurrency=params["concurrency"],
        endpoint=params["bulk_endpoint"],
        go_on=params["on_error"] == "continue",
    )
    prune = Prune(
        Scope(tuple(scope.get("service_types") or ()), scope.get("name_pattern") or "", scope.get("domain") or ""),
        enabled=params["prune"],
        limit=params["prune_limit"],
        hard_delete=bool(defaults.get("hard_delete")),
        recursive=bool(defaults.get("recursive")),
    )
    report = bulk.run(items(params), prune, want_unmanaged=params["scope"] is not None)
    return runner.result_of_many(task, report, bulk.reconciler.server.text, client.requests_sent)


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
