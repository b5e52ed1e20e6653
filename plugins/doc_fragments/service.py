# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What a dashboard service should be like."""

    DOCUMENTATION = r"""
options:
  service_type:
    description:
      - What kind of service it is, for example V(Superset), V(Looker), V(Tableau), V(Metabase), V(Redash), V(PowerBI),
        V(Mode), V(QlikSense), V(QlikCloud), V(Lightdash), V(DomoDashboard) or V(CustomDashboard).
      - Needed to create a service. It can't be changed afterwards.
    type: str
  display_name:
    description: The name to show to people. V("") removes it.
    type: str
  description:
    description: Description in Markdown. V("") removes it.
    type: str
  connection:
    description:
      - The connection's settings, by the names that OpenMetadata uses for this O(service_type), as for example
        C(hostPort). C(type) is filled in.
      - The whole connection is described. A setting that is left out takes its default; what this service type requires
        stays as the server has it.
      - Without this option, the stored connection stays as it is, and a new service gets none. On servers before 1.4,
        which can't change a service without a connection, it gets an empty one.
      - C({}) is a connection of defaults only, as a placeholder for a service that nothing is ingested from.
    type: dict
  owners:
    description:
      - The owners, each a user's or team's name or e-mail address, or a mapping of C(name) and C(type) (V(user) or
        V(team)) where a user and a team share a name.
      - Servers before 1.5 hold one owner.
    type: list
    elements: raw
  domains:
    description:
      - Fully qualified names of the domains.
      - Servers before 1.9 hold one domain.
    type: list
    elements: str
  tags:
    description:
      - Fully qualified names of classification tags or glossary terms. The service will have these and no others.
    type: list
    elements: str
  data_products:
    description: Fully qualified names of data products. Needs OpenMetadata 1.2.1.
    type: list
    elements: str
"""

    POLICY = r"""
options:
  update_secrets:
    description:
      - V(always) sends the secrets of C(connection), so that they are changed where they differ.
      - V(on_create) leaves each secret that is stored already as it is, with the object that holds it where the task
        leaves that out.
    type: str
    choices: [always, on_create]
    default: always
  validate_connection:
    description:
      - Whether C(connection) is checked before anything is sent, also in check mode. V(strict) fails with all findings,
        V(warn) shows them as warnings, V(off) leaves the check to the server.
      - Required settings that are missing are a warning, as OpenMetadata stores such a service all the same. So are
        numbers and booleans where a text belongs, and addresses without V(https://) or V(http://).
      - What only a server newer than this collection can know is never more than a warning.
    type: str
    choices: [strict, warn, "off"]
    default: strict
"""
