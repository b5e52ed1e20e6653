#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: connection_test
short_description: Test the connection of an OpenMetadata service
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Lets OpenMetadata test whether it reaches what a service leads to, as the button B(Test Connection) does. The test
    runs where ingestion pipelines run, in the server's orchestrator, which Airflow is as a rule.
  - Tests the connection that is stored with a service, or another one before it is stored.
  - The server tests by an automation workflow. This module makes one and always removes it, also when the test fails
    or takes too long; if it can't, it warns and names it. Nothing else is changed.
  - Fails where a step fails, unless O(fail_on) says otherwise.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.services.kind
attributes:
  check_mode:
    details:
      - Looks whether there is such a service and such a test, checks O(connection), and says what would be tested. It
        tests nothing.
  diff_mode:
    support: N/A
    details:
      - This module changes nothing.
options:
  name:
    description: The service's name. It need not exist if O(connection) and O(service_type) are given.
    type: str
    required: true
  service_type:
    description:
      - What kind of service it is, for example V(Mysql). Needed for a service that doesn't exist yet.
      - Custom services and a few others have no test.
    type: str
  connection:
    description:
      - A connection to test in place of the stored one, as O(community.openmetadata.service#module:connection).
      - Secrets that the task leaves out are those that are stored with the service, and so are secrets that it gives as
        masks (C(*********)). A secret that the task gives is the one to test.
      - Nothing of it is stored.
    type: dict
  validate_connection:
    description:
      - Whether O(connection) is checked before anything is sent, as
        O(community.openmetadata.service#module:validate_connection) says.
    type: str
    choices: [strict, warn, "off"]
    default: strict
  fail_on:
    description:
      - V(mandatory) fails if a step fails that ingestion can't do without.
      - V(any) fails if any step fails, and V(never) only where there is no result, for example without an orchestrator.
    type: str
    choices: [mandatory, any, never]
    default: mandatory
  wait_timeout:
    description: How many seconds the test may take.
    type: float
    default: 120.0
  interval:
    description: How many seconds to wait before looking again whether the test is over.
    type: float
    default: 2.0
notes:
  - V(api) services can be tested since OpenMetadata 1.6, V(security) services since 1.8.9 and V(drive) services since
    1.10. There is no test for V(llm) and V(mcp) yet.
  - A token needs the right to create and delete automation workflows. Admins and the ingestion bot have it.
  - Some connectors hide what goes wrong. Superset's on OpenMetadata 1.2 passes with a wrong password.
seealso:
  - module: community.openmetadata.service
  - module: community.openmetadata.service_info
"""

EXAMPLES = r"""
- name: Test the stored connection of a service
  community.openmetadata.connection_test:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    kind: database
    name: shop

- name: Test a new password before it is stored
  community.openmetadata.connection_test:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    kind: database
    name: shop
    service_type: Mysql
    connection:
      hostPort: mysql.example.com:3306
      username: openmetadata
      authType:
        password: "{{ new_mysql_password }}"
    fail_on: any
"""

RETURN = r"""
passed:
  description: Whether the test came to its end and no mandatory step failed, whatever O(fail_on) says.
  type: bool
  returned: when a test ran
  sample: true
status:
  description:
    - What OpenMetadata says of the test, V(Successful) or V(Failed); V(Running) for one that took too long.
    - OpenMetadata 1.2 says V(Failed) for an optional step, too.
  type: str
  returned: when a test ran
  sample: Successful
steps:
  description: The steps that were taken, in their order. Some tests end with the first step that fails.
  type: list
  elements: dict
  returned: when a test ran
  contains:
    name:
      description: The step.
      type: str
      sample: CheckAccess
    passed:
      description: Whether it went well.
      type: bool
      sample: false
    mandatory:
      description: Whether ingestion can't do without it.
      type: bool
      sample: true
    message:
      description: What OpenMetadata says of a step that failed.
      type: str
      sample: Failed to connect to mysql, please validate the credentials
    error_log:
      description:
        - What the connector says of a step that failed, secrets hidden.
        - Left out where stored secrets were tested that the token can't see, since nobody could hide them. A bot's
          token sees them, unless an external secrets manager keeps them.
      type: str
      sample: Access denied for user 'openmetadata'
duration:
  description: How many seconds the test took.
  type: float
  returned: when a test ran
  sample: 2.1
msg:
  description: What would be tested, or why the task failed.
  type: str
  returned: in check mode, and on failure
  sample: "Would test the connection of database_service 'shop' (Mysql): CheckAccess, GetSchemas."
failure:
  description:
    - What went wrong, as RV(community.openmetadata.dashboard_service#module:failure).
    - C(code) is C(connection_test_failed) where a step failed, C(connection_test_broken) where the test broke off,
      C(timed_out), C(orchestrator_unreachable), C(orchestrator_unauthorized), C(orchestrator_refused),
      C(no_orchestrator), or what it is with other modules.
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import connection_tests, runner

SPEC = connection_tests.spec()
work = connection_tests.work


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
