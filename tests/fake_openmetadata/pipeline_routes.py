# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of ingestion pipelines: those that all types of entities have, and what an orchestrator does.

Who may not edit learns so only when the result is stored: the orchestrator has acted by then (server 1.2).
"""

from __future__ import annotations

import json
from typing import Any

from . import entity_routes
from .entity_routes import CHANGE, COMMON, allow
from .errors import ApiError, bad_request, null_pointer
from .messages import Answer, Call, as_json
from .pipelines import Pipelines
from .repository import with_hrefs
from .state import State
from .tokens import Principal

Json = dict[str, Any]
Found = dict[str, str]
BASE = "/services/ingestionPipelines"


def _deploy(pipelines: Pipelines, id_: str, who: Principal) -> Json:
    record = pipelines.table.find(id_=id_)
    answer = pipelines.deploy(pipelines.entity(record, pipelines.put_fields()))
    allow(who, "EditAll")
    pipelines.mark(record, who, deployed=True)
    return answer


def deploy(state: State, _call: Call, who: Principal, found: Found) -> Answer:
    """POST /deploy/{id}."""
    return as_json(200, _deploy(state.pipelines, found["id"], who))


def bulk_deploy(state: State, call: Call, who: Principal, _found: Found) -> Answer:
    """POST /bulk/deploy with a list of ids: an answer for each, in that order."""
    try:
        ids = json.loads(call.body)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
    if not isinstance(ids, list):
        raise bad_request("Invalid request format")
    answers = []
    for id_ in ids:
        try:
            answers.append(_deploy(state.pipelines, str(id_), who))
        except ApiError as error:
            body = error.body if isinstance(error.body, dict) else {"message": error.body}
            reason = f"Error deploying [{id_}] due to [{body.get('message') or body.get('responseMessage')}]"
            answers.append({"code": 500, "reason": reason, "platform": "Airflow"})
    return as_json(200, answers)


def trigger(state: State, _call: Call, _who: Principal, found: Found) -> Answer:
    """POST /trigger/{id}: anybody may."""
    record = state.pipelines.table.find(id_=found["id"])
    return as_json(200, state.orchestrator.trigger(record.json["name"]))


def kill(state: State, _call: Call, _who: Principal, found: Found) -> Answer:
    """POST /kill/{id}: anybody may."""
    record = state.pipelines.table.find(id_=found["id"])
    return as_json(200, state.orchestrator.kill(record.json["name"]))


def toggle(state: State, call: Call, who: Principal, found: Found) -> Answer:
    """POST /toggleIngestion/{id}: pause, or go on; one that the orchestrator doesn't know counts as undeployed."""
    pipelines = state.pipelines
    record = pipelines.table.find(id_=found["id"])
    enabled = not record.json["enabled"]
    known = state.orchestrator.pause(record.json["name"], paused=not enabled)
    allow(who, "EditAll")
    body, change = pipelines.mark(record, who, **({"enabled": enabled} if known else {"deployed": False}))
    return as_json(200, with_hrefs(pipelines.shown(body, who), call.base, record.kind), {CHANGE: change})


def statuses(state: State, call: Call, _who: Principal, found: Found) -> Answer:
    """GET /{fqn}/pipelineStatus with startTs and endTs, in milliseconds."""
    record = state.pipelines.table.find(fqn=found["fqn"])
    try:
        start, end = (int(call.query[name]) for name in ("startTs", "endTs"))
    except (KeyError, ValueError):
        raise null_pointer("java.lang.Long.longValue()", "startTs") from None
    shown = state.orchestrator.statuses(record.json["name"], record.fqn)
    data = [one for one in shown if one["pipelineState"] == "queued" or start <= one["timestamp"] <= end]
    paging = {"before": str(start), "after": str(end), "total": len(data)}
    return as_json(200, {"data": data, "paging": paging})


def one_status(state: State, _call: Call, who: Principal, found: Found) -> Answer:
    """GET /{fqn}/pipelineStatus/{run}: only who may edit (server 1.2)."""
    record = state.pipelines.table.find(fqn=found["fqn"])
    allow(who, "EditAll")
    shown = state.orchestrator.statuses(record.json["name"], record.fqn)
    run = next((one for one in shown if one["runId"] == found["run"]), None)
    return Answer(204) if run is None else as_json(200, run)


def logs(state: State, call: Call, _who: Principal, found: Found) -> Answer:
    """GET /logs/{id}/last."""
    record = state.pipelines.table.find(id_=found["id"])
    shown = state.orchestrator.logs(record.json["name"], record.json["pipelineType"], call.query.get("after", ""))
    return Answer(204) if shown is None else as_json(200, shown)


def status(state: State, _call: Call, _who: Principal, _found: Found) -> Answer:
    """GET /status: the orchestrator's."""
    shown = state.orchestrator.status()
    return Answer(204) if shown is None else as_json(200, shown)


ROUTES = [
    ("GET", f"{BASE}/status", status),
    ("POST", f"{BASE}/deploy/{{id}}", deploy),
    ("POST", f"{BASE}/bulk/deploy", bulk_deploy),
    ("POST", f"{BASE}/trigger/{{id}}", trigger),
    ("POST", f"{BASE}/kill/{{id}}", kill),
    ("POST", f"{BASE}/toggleIngestion/{{id}}", toggle),
    ("GET", f"{BASE}/logs/{{id}}/last", logs),
    ("GET", f"{BASE}/{{fqn}}/pipelineStatus", statuses),
    ("GET", f"{BASE}/{{fqn}}/pipelineStatus/{{run}}", one_status),
    *entity_routes.routes(BASE, lambda state: state.pipelines, COMMON),
]
