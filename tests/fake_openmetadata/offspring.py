# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New children of services: such as a request makes, or a run of a pipeline finds."""

from __future__ import annotations

import uuid
from typing import Any

from .estate import Estate, Record, now
from .kinds import KINDS
from .tokens import Principal

Json = dict[str, Any]
# What a new entity of a kind has besides the members it is sent with.
EXTRAS: dict[str, Json] = {
    "dashboard": {"charts": [], "dataModels": []},
}
# What the server fills in where a request says nothing. Source: server 1.2.
DEFAULTS: dict[str, Json] = {"dashboard": {"dashboardType": "Dashboard"}}
SHOWN = (
    "displayName",
    "description",
    "chartType",
    "dashboardType",
    "dataModelType",
    "columns",
    "sourceUrl",
    "project",
)


def found(estate: Estate, service: Record, count: int) -> None:
    """What a successful run of a metadata pipeline brings: some children of each kind, unless they are there."""
    bot = Principal("ingestion-bot", bot=True, admin=False)
    for kind in KINDS[service.kind].children:
        for number in range(1, count + 1):
            record = make(kind, {"name": f"{kind}_{number}"}, service, bot)
            if record.fqn not in estate.tables[kind].by_fqn:
                estate.tables[kind].add(record)


def make(kind: str, request: Json, service: Record, who: Principal) -> Record:
    """A child of a kind from a create request; not stored yet."""
    parts = [service.fqn, "model", request["name"]] if kind == "dashboardDataModel" else [service.fqn, request["name"]]
    quoted = [f'"{part}"' if "." in part and not part.startswith('"') else part for part in parts]
    body = {
        "id": str(uuid.uuid4()),
        "name": request["name"],
        "fullyQualifiedName": ".".join(quoted),
        **DEFAULTS.get(kind, {}),
        **{name: request[name] for name in SHOWN if request.get(name) is not None},
        "version": 0.1,
        "updatedAt": now(),
        "updatedBy": who.name,
        **EXTRAS.get(kind, {}),
        "service": {"id": service.id, "type": service.kind},
        "serviceType": service.json["serviceType"],
        "deleted": False,
    }
    return Record(kind, body)
