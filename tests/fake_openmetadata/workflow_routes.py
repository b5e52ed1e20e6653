# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of automation workflows and of the definitions of connection tests."""

from __future__ import annotations

import uuid
from typing import Any

from . import entity_routes
from .connection_tests import is_defined, steps
from .entity_routes import COMMON
from .errors import entity_not_found
from .kinds import KINDS
from .messages import Answer, Call, as_json
from .sessions import STARTED
from .state import State
from .tokens import Principal

Found = dict[str, str]
BASE = "/automations/workflows"
DEFINITIONS = "/services/testConnectionDefinitions"
_SUFFIX = ".testConnectionDefinition"


def trigger(state: State, _call: Call, _who: Principal, found: Found) -> Answer:
    """POST /trigger/{id}."""
    answer = state.workflows.trigger(state.workflows.table.find(id_=found["id"]))
    return Answer(204) if answer is None else as_json(200, answer)


def definition(state: State, call: Call, _who: Principal, found: Found) -> Answer:
    """GET /services/testConnectionDefinitions/name/{type}.testConnectionDefinition."""
    name = found["fqn"].removesuffix(_SUFFIX)
    present = [entity for entity, kind in KINDS.items() if kind.since <= state.can.version]
    known = any(name in state.services[entity].connections.catalogue.service_types for entity in present)
    if not (known and is_defined(name) and found["fqn"].endswith(_SUFFIX)):
        raise entity_not_found("testConnectionDefinition", found["fqn"])
    id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, name))
    what = {"Superset": "basic metadata extraction of dashboards and charts"}.get(name, "basic metadata extraction")
    body: dict[str, Any] = {
        "id": id_,
        "name": name,
        "displayName": f"{name} Test Connection",
        "description": f"This Test Connection validates the access against the server and {what}.",
        "fullyQualifiedName": found["fqn"],
        "steps": [step.defined() for step in steps(name)],
        "version": 0.1,
        "updatedAt": STARTED,
        "updatedBy": "admin",
        "href": f"{call.base}/api/v1{DEFINITIONS}/{id_}",
        "deleted": False,
    }
    return as_json(200, body)


ROUTES = [
    ("POST", f"{BASE}/trigger/{{id}}", trigger),
    ("GET", f"{DEFINITIONS}/name/{{fqn}}", definition),
    *entity_routes.routes(BASE, lambda state: state.workflows, COMMON),
]
