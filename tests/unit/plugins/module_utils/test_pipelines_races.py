# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else writes at the same time, or an answer gets lost, at each request: nothing is done by halves."""

from __future__ import annotations

from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import (
    BOTH_ROLES,
    LIST,
    METADATA,
    NOTHING,
    acts,
    dags,
    given,
    given_service,
    one,
    states,
    stored,
)
from unit.plugins.support import ROLES, User, admin, sent, writes

Json = dict[str, Any]
CREATE, CHANGE, RESTORE = rf"POST {LIST}$", rf"PATCH {LIST}/", rf"PUT {LIST}/restore$"
DEPLOY, TOGGLE, DELETE = rf"POST {LIST}/deploy/", rf"POST {LIST}/toggleIngestion/", rf"DELETE {LIST}/"
LOST: dict[str, Json] = {
    "before": {"drop": "before"},
    "after": {"drop": "after"},
    "cut": {"truncate": True},
    "503": {"status": 503, "body": {"message": "busy"}},
}
# For each operation: what there is, what is asked for, the action, and the requests that may go wrong.
OPERATIONS: dict[str, tuple[str, Json, str, tuple[str, ...]]] = {
    "create": ("", {"schedule": "0 4 * * *"}, "created", (CREATE, DEPLOY)),
    "create paused": ("", {"schedule": "0 4 * * *", "enabled": False}, "created", (CREATE, DEPLOY, TOGGLE)),
    "change": ("stored", {"schedule": "0 4 * * *"}, "updated", (CHANGE, DEPLOY)),
    "change and pause": (
        "stored",
        {"schedule": "0 4 * * *", "enabled": False},
        "updated",
        (CHANGE, DEPLOY, TOGGLE),
    ),
    "deploy": ("undeployed", {}, "updated", (DEPLOY,)),
    "pause": ("stored", {"enabled": False}, "updated", (TOGGLE,)),
    "go on": ("paused", {"enabled": True}, "updated", (TOGGLE,)),
    "restore": ("deleted", {}, "restored", (RESTORE, DEPLOY)),
    "restore and change": ("deleted", {"schedule": "0 4 * * *"}, "restored", (RESTORE, CHANGE, DEPLOY)),
    "restore paused": ("deleted paused", {}, "restored", (RESTORE, DEPLOY, TOGGLE)),
}
EACH = [(name, request) for name, (_there, _options, _action, requests) in OPERATIONS.items() for request in requests]


def prepare(server: FakeServer, there: str) -> None:
    given_service(server)
    if there:
        id_ = given(server, deployed=there != "undeployed", enabled="paused" not in there)
        if "deleted" in there:
            admin(server).call("DELETE", f"{LIST}/{id_}")
    server.clear_requests()


def fault(server: FakeServer, request: str, **what: Any) -> None:
    method, path = request.split(" ")
    server.inject(method=method, path=path, **what)


def finished(server: FakeServer, name: str, user: User) -> None:
    """Everything is as the operation wants it, and a second run sees that."""
    there, options, _action, _requests = OPERATIONS[name]
    enabled = options.get("enabled", "paused" not in there)
    assert (states(server), dags(server)) == ((True, enabled), {"p": not enabled})
    if "schedule" in options:
        assert stored(server)["airflowConfig"]["scheduleInterval"] == options["schedule"]
    server.clear_requests()
    again = one(user, **options)
    assert (again["changed"], again["action"]) == (False, "none")
    assert sent(server) == NOTHING


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize(("name", "request_"), EACH)
def test_a_lost_answer(server: FakeServer, name: str, request_: str, how: str) -> None:
    there, options, action, _requests = OPERATIONS[name]
    prepare(server, there)
    fault(server, request_, **LOST[how])
    user = admin(server)
    result = one(user, retries=3, **options)
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], result["action"]) == (True, action)
    assert acts(server).count("toggleIngestion") <= 3
    finished(server, name, user)


@pytest.mark.parametrize(("name", "request_"), EACH)
def test_what_fails_each_time_is_told_and_done_later(server: FakeServer, name: str, request_: str) -> None:
    there, options, action, requests = OPERATIONS[name]
    prepare(server, there)
    before = states(server) if there else None
    fault(server, request_, status=400, body={"code": 400, "message": "Not today"}, count=0)
    user = admin(server)
    result = one(user, **options)
    assert (result["failed"], "Not today" in result["msg"]) == (True, True)
    # Whatever came before the request that fails was written.
    assert result["changed"] is (request_ != requests[0])
    if there and request_ == requests[0] != RESTORE:
        assert states(server) == before
    server.clear_faults()
    result = one(user, **options)
    assert result["changed"] is True
    assert result["action"] in (action, "updated")
    finished(server, name, user)


# ---- somebody else


def body(**members: Any) -> Json:
    """A create request of somebody else."""
    return {
        "name": "p",
        "pipelineType": "metadata",
        "sourceConfig": {"config": METADATA},
        "airflowConfig": {},
        **members,
    }


@BOTH_ROLES
@pytest.mark.parametrize("theirs", ["0 4 * * *", "0 5 * * *"])
def test_somebody_else_creates_it_first(server: FakeServer, role: str, theirs: str) -> None:
    service = {"id": given_service(server), "type": "dashboardService"}
    other = body(service=service, airflowConfig={"scheduleInterval": theirs})
    fault(server, CREATE, concurrent={"method": "PUT", "path": LIST, "json": other})
    user = ROLES[role](server)
    result = one(user, schedule="0 4 * * *")
    assert (result["action"], result["version_before"]) == ("updated", 0.1)
    assert result["changed_fields"] == (["deployed"] if theirs == "0 4 * * *" else ["deployed", "schedule"])
    assert stored(server)["airflowConfig"]["scheduleInterval"] == "0 4 * * *"
    assert one(user, schedule="0 4 * * *")["changed"] is False


@BOTH_ROLES
def test_somebody_else_changes_another_field(server: FakeServer, role: str) -> None:
    """A PATCH names what it changes alone, so that theirs survives."""
    given_service(server)
    id_ = given(server)
    theirs = [{"op": "add", "path": "/description", "value": "Theirs"}]
    fault(server, CHANGE, concurrent={"path": f"{LIST}/{id_}", "patch": theirs})
    user = ROLES[role](server)
    result = one(user, schedule="0 4 * * *")
    assert (result["changed"], result["changed_fields"]) == (True, ["schedule"])
    after = stored(server)
    assert (after["description"], after["airflowConfig"]["scheduleInterval"]) == ("Theirs", "0 4 * * *")
    assert one(user, schedule="0 4 * * *")["changed"] is False


@BOTH_ROLES
def test_somebody_else_does_the_same(server: FakeServer, role: str) -> None:
    given_service(server)
    id_ = given(server)
    theirs = [{"op": "add", "path": "/displayName", "value": "D"}]
    fault(server, CHANGE, concurrent={"path": f"{LIST}/{id_}", "patch": theirs})
    result = one(ROLES[role](server), display_name="D")
    assert (result["changed"], stored(server)["displayName"]) == (False, "D")


@BOTH_ROLES
@pytest.mark.parametrize("wished", [True, False])
def test_somebody_else_toggles_at_the_same_time(server: FakeServer, role: str, wished: bool) -> None:
    """Two toggles make none: the state is looked at, not the number of toggles."""
    given_service(server)
    id_ = given(server, enabled=not wished)
    fault(server, TOGGLE, concurrent={"method": "POST", "path": f"{LIST}/toggleIngestion/{id_}"})
    one(ROLES[role](server), enabled=wished)
    assert (states(server), dags(server)) == ((True, wished), {"p": not wished})


@BOTH_ROLES
@pytest.mark.parametrize("request_", [CHANGE, DEPLOY])
def test_somebody_else_purges_it(server: FakeServer, role: str, request_: str) -> None:
    given_service(server)
    id_ = given(server)
    gone = {"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": "true"}}
    fault(server, request_, concurrent=gone)
    result = one(ROLES[role](server), schedule="0 4 * * *")
    assert result["failed"] is True
    assert result["changed"] is (request_ == DEPLOY)
    if request_ == DEPLOY:
        assert "Now the pipeline is gone" in result["msg"]
    result = one(ROLES[role](server), schedule="0 4 * * *")
    assert (result["action"], states(server), dags(server)) == ("created", (True, True), {"p": False})


@BOTH_ROLES
def test_somebody_else_restores_it_first(server: FakeServer, role: str) -> None:
    prepare(server, "deleted paused")
    id_ = stored(server)["id"]
    fault(server, RESTORE, concurrent={"method": "PUT", "path": f"{LIST}/restore", "json": {"id": id_}})
    result = one(ROLES[role](server))
    assert (result["changed"], result["action"]) == (True, "updated")
    assert (states(server), dags(server)) == ((True, False), {"p": True})


@BOTH_ROLES
def test_somebody_else_purges_it_first(server: FakeServer, role: str) -> None:
    given_service(server)
    id_ = given(server)
    gone = {"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": "true"}}
    fault(server, DELETE, concurrent=gone)
    result = one(ROLES[role](server), state="absent", hard_delete=True)
    assert (result["changed"], result["action"]) == (False, "none")


@BOTH_ROLES
def test_somebody_else_deletes_it_first(old: FakeServer, role: str) -> None:
    given_service(old)
    id_ = given(old)
    fault(old, DELETE, concurrent={"method": "DELETE", "path": f"{LIST}/{id_}"})
    result = one(ROLES[role](old), state="absent")
    assert (result["changed"], result["action"]) == (False, "none")


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("hard", [True, False])
def test_a_lost_answer_to_a_delete(server: FakeServer, hard: bool, how: str) -> None:
    given_service(server)
    given(server)
    fault(server, DELETE, **LOST[how])
    result = one(admin(server), retries=3, state="absent", hard_delete=hard)
    assert (result["changed"], result["action"], dags(server)) == (True, "purged" if hard else "deleted", {})
    again = one(admin(server), state="absent", hard_delete=hard)
    assert again["changed"] is False


def test_a_conflict_that_stays_is_told(server: FakeServer) -> None:
    given_service(server)
    fault(server, CREATE, status=409, count=0, body={"code": 409, "message": "Entity already exists"})
    result = one(admin(server))
    assert (result["failure"]["code"], result["changed"]) == ("conflict", False)
    assert 2 <= len(writes(server)) <= 5


def test_answers_that_make_no_sense(server: FakeServer) -> None:
    given_service(server)
    fault(server, CREATE, status=201, body={"id": 5})
    result = one(admin(server))
    assert (result["failure"]["code"], result["changed"]) == ("unexpected_answer", True)


def test_a_toggle_that_never_shows(server: FakeServer) -> None:
    given_service(server)
    given(server)
    fault(server, TOGGLE, status=200, body={"enabled": True, "deployed": True}, count=0)
    result = one(admin(server), enabled=False)
    assert "the server answered with success but did not change enabled." in result["msg"]
    assert (result["failure"]["code"], result["changed"]) == ("not_taken", False)
    assert acts(server) == ["toggleIngestion"] * 3
