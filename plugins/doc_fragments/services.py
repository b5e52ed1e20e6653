# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import textwrap

_KINDS = (
    "[dashboard, database, messaging, pipeline, mlmodel, storage, search, metadata, api, security, drive, llm, mcp]"
)

_KIND = """\
kind:
  description:
    - What kind of services it is about, as OpenMetadata tells them apart.
    - V(api) came with OpenMetadata 1.5, V(security) with 1.8, V(drive) with 1.9, V(llm) with 1.12 and V(mcp) with 1.13.
  type: str
  required: true
  choices: {kinds}
"""

_ITEM_KIND = """\
kind:
  description: What kind of service it is. Here or in O(defaults).
  type: str
  choices: {kinds}
"""

_ITEM = """\
name:
  description: The service's name. Each may be listed once{each}.
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
"""

_MANY = """\
options:
  services:
    description: The services. Each may have the options of M(community.openmetadata.{single}).
    type: list
    elements: dict
    required: true
    suboptions:
{item}
  defaults:
    description:
      - Options for every service that doesn't have them itself.
      - O(defaults.hard_delete) and O(defaults.recursive) count for pruned services, too.
    type: dict
    default: {{}}
    suboptions:
{defaults}
  prune:
    description: Delete services in O(scope) that aren't listed, softly unless O(defaults.hard_delete=true).
    type: bool
    default: false
  scope:
    description:
      - Which services this task is responsible for. Without it, all{of_kinds}.
      - With it, RV(unmanaged) names the services in scope that aren't listed, also without O(prune).
    type: dict
    suboptions:
{scope}
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
"""

_SCOPE = """\
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
"""

_SCOPE_KINDS = """\
kinds:
  description: Services of these kinds, besides those of the listed services.
  type: list
  elements: str
  choices: {kinds}
"""


# What services have in common may hold the same but the name.
_DEFAULTS = re.sub(
    "(?m)^(\\w+):\n  description:.*\n(?:    .*\n)*",
    r"\1:\n  description: See O(services[].\1).\n",
    _ITEM[_ITEM.index("state:") :],
)


def _below(text: str, depth: int) -> str:
    return textwrap.indent(text.format(kinds=_KINDS, each=" of each kind"), " " * depth).rstrip()


class ModuleDocFragment:
    """The options of modules for one service, for many, and for reading; for one kind, or for all of them."""

    ONE = r"""
options:
  name:
    description:
      - The service's name, unique among services of its kind and case-sensitive.
      - A name can't be changed. To show another one, set O(display_name).
    type: str
    required: true
  state:
    description:
      - V(present) creates the service or brings it to the described state; a soft-deleted one is restored, together
        with what it holds.
      - V(absent) deletes it, softly unless O(hard_delete=true).
    type: str
    choices: [present, absent]
    default: present
  hard_delete:
    description: With O(state=absent), remove the service for good, also one that is soft-deleted already.
    type: bool
    default: false
  recursive:
    description:
      - With O(state=absent), delete what the service holds, too, such as dashboards or databases, and its ingestion
        pipelines.
      - Without it, a service that holds anything is not deleted, and the task fails and counts what it holds.
    type: bool
    default: false
"""

    KIND: str
    MANY: str
    MANY_OF_ANY_KIND: str

    INFO = r"""
options:
  name:
    description: Return the service of this name only, or none if there isn't one.
    type: str
  service_type:
    description: Return services of this type only.
    type: str
  domain:
    description: Return services of this domain only, given by its fully qualified name. Inherited domains don't count.
    type: str
  include_deleted:
    description: Return soft-deleted services, too.
    type: bool
    default: false
"""


# Made of parts, which ansible-test wants outside of the class.
ModuleDocFragment.KIND = "options:\n" + _below(_KIND, 2) + "\n"

ModuleDocFragment.MANY = _MANY.format(
    single="dashboard_service",
    item=textwrap.indent(_ITEM.format(each=""), " " * 6).rstrip(),
    defaults=_below(_DEFAULTS, 6),
    scope=_below(_SCOPE, 6),
    of_kinds="",
)

ModuleDocFragment.MANY_OF_ANY_KIND = _MANY.format(
    single="service",
    item=_below(_ITEM_KIND + _ITEM, 6),
    defaults=_below(_ITEM_KIND.replace("Here or in O(defaults).", "See O(services[].kind).") + _DEFAULTS, 6),
    scope=_below(_SCOPE_KINDS + _SCOPE, 6),
    of_kinds=" of the kinds that are listed",
)
