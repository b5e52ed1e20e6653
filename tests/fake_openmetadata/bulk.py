# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PUT …/bulk: many create requests at once. Rows fail alone; masks aren't looked up; no versions come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import jsontext
from .binding import BindError
from .errors import ApiError, bad_request
from .messages import Answer, Call, as_json
from .repository import Repository
from .tokens import Principal

Json = dict[str, Any]
CREATED, UPDATED = 201, 200


def run(repository: Repository, call: Call, who: Principal, put: Callable[[Json], Json]) -> Answer:
    """Work through the rows and report, failed ones with the whole request, in no promised order."""
    rows = _rows(call)
    if call.query.get("async", "").lower() == "true":
        return as_json(202, {"jobId": _job(rows), "message": "Bulk create or update is being processed."})
    passed: list[Json] = []
    failed: list[Json] = []
    for row in rows:
        try:
            request = _request(repository, row)
            known = request["name"] in {one.json["name"] for one in repository.table.by_id.values()}
            body = put(request)
        except ApiError as error:
            text = error.body if isinstance(error.body, str) else _message(error.body)
            failed.append({"request": row, "message": text, "status": error.status})
        else:
            passed.append({"request": body["fullyQualifiedName"], "status": UPDATED if known else CREATED})
    # Callers must not rely on the order of rows, so it isn't kept.
    passed.reverse()
    outcome = "success" if not failed else "partialSuccess" if passed else "failure"
    result = {
        "dryRun": False,
        "status": outcome,
        "numberOfRowsProcessed": len(rows),
        "numberOfRowsPassed": len(passed),
        "numberOfRowsFailed": len(failed),
        "successRequest": passed,
        "failedRequest": failed,
    }
    return as_json(200, result)


def _job(rows: list[Any]) -> str:
    import uuid

    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(rows)))


def _rows(call: Call) -> list[Any]:
    try:
        rows = jsontext.loads(call.body)
    except jsontext.JsonSyntaxError as error:
        raise ApiError(400, str(error)) from None
    if not isinstance(rows, list):
        raise bad_request("Invalid request format")
    return rows


def _request(repository: Repository, row: Any) -> Json:
    try:
        request = repository.classes.create(row, [])
    except BindError:
        raise bad_request("Invalid request format") from None
    if request is None:
        raise bad_request("Invalid request format")
    repository.classes.validate(request)
    bound: Json = request
    return bound


def _message(body: Json) -> str:
    return str(body.get("message") or body.get("responseMessage"))
