# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plans are made of in tests: wishes, and services as each release holds them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import plan
from ansible_collections.community.openmetadata.plugins.module_utils.model import (
    Current,
    Desired,
    Reference,
    Server,
    Tag,
)
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Plan, Policy
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS, FieldType
from dashboards import DASHBOARDS

OLD, NEW = Server("1.2.0-SNAPSHOT", DASHBOARDS), Server("2.0.7", DASHBOARDS)
SERVERS = pytest.mark.parametrize("server", [OLD, NEW], ids=["1.2", "2.0"])
ADMIN, BOT = Policy(), Policy(secrets_readable=True)
KEEP = Policy(keep_secrets=True)

JOE, TEAM = Reference("user", "u-1", "joe"), Reference("team", "t-1", "rec_team")
DOMAIN, DOMAIN2 = Reference("domain", "d-1", "RecDomain"), Reference("domain", "d-2", "RecDomain2")
PRODUCT = Reference("dataProduct", "p-1", "RecProduct")
PII, TIER = Tag("PII.Sensitive"), Tag("Tier.Tier1")
CONFIG = {"type": "Metabase", "hostPort": "http://h", "username": "u", "password": "s3cret",
          "supportsMetadataExtraction": True}  # fmt: skip
FIELD = {item.option: item for item in FIELDS}

# Every option's value on the server, and another one.
STORED: dict[str, Any] = {
    "display_name": "Shown",
    "description": "Words",
    "connection": CONFIG,
    "owners": (JOE,),
    "domains": (DOMAIN,),
    "tags": (PII,),
    "data_products": (PRODUCT,),
}
OTHER: dict[str, Any] = {
    "display_name": "Other",
    "description": "Other words",
    "connection": {"hostPort": "http://other", "username": "u", "password": "s3cret"},
    "owners": (TEAM,),
    "domains": (DOMAIN2,),
    "tags": (TIER,),
    "data_products": (Reference("dataProduct", "p-2", "RecProduct2"),),
}
CLEARED = {option: "" if FIELD[option].type is FieldType.TEXT else () for option in FIELD if option != "connection"}
OPTIONS = pytest.mark.parametrize("option", list(FIELD))
CLEARABLE = pytest.mark.parametrize("option", list(CLEARED))


def current_of(server: Server, deleted: bool = False, **values: Any) -> Current:
    """A service with these values; `masked` ones are shown as to an admin."""
    entity: dict[str, Any] = {"id": "1", "name": "s", "serviceType": "Metabase", "version": 0.3, "deleted": deleted}
    for option, value in values.items():
        item = FIELD[option]
        if item.type is FieldType.CONFIG:
            entity["connection"] = {"config": value}
        elif item.type is FieldType.TAGS:
            entity["tags"] = [tag.to_api() for tag in value]
        elif item.type is FieldType.TEXT:
            entity[item.api] = value
        else:
            members = [{**each.to_api(), "name": each.name, "fullyQualifiedName": each.name} for each in value]
            entity[server.api_name(item)] = members if server.holds_many(item) else next(iter(members), None)
    return Current.from_entity(entity, server)


def whole(server: Server, **more: Any) -> Current:
    values = {**STORED, **more}
    return current_of(server, **{option: value for option, value in values.items() if server.has(FIELD[option])})


def masked(**changes: Any) -> dict[str, Any]:
    return {**CONFIG, "password": MASK, **changes}


def wish(**values: Any) -> Desired:
    return Desired("s", "Metabase", values)


def planned(desired: Desired, current: Current | None, server: Server = NEW, policy: Policy = BOT) -> Plan:
    return plan.present(desired, current, server, policy)
