# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Automation workflows: waiting for them, whatever the server answers, and removing them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.automation import (
    Automation,
    Candidate,
    Report,
    Step,
)
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings
from ansible_collections.community.openmetadata.plugins.module_utils.connection_tests import result_of
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from fake_openmetadata.launch import FakeServer
from unit.plugins.modules_here import try_out
from unit.plugins.support import Json, User, bot, plain, scripted, sent
from unit.plugins.workflows import BASE, SHOP, stored


def test_the_bots_token_is_learned_from_each_answer() -> None:
    token = "canary-not-even-a-jwt"
    mine = {"openMetadataServerConnection": {"securityConfig": {"jwtToken": token}}}

    def answer(request: Json) -> Any:
        if request["path"].endswith("/automations/workflows"):
            return plain(201, json.dumps({"id": "1", **mine}).encode())
        if "trigger" in request["path"]:
            return plain(400, json.dumps({"message": f"1 Failed to trigger workflow: {token}"}).encode())
        return plain(200, json.dumps({"id": "1", **mine}).encode())

    with scripted(answer) as script, pytest.raises(errors.OrchestratorUnreachable) as caught:
        automation(script.url).run(subject(), 10, 1)
    assert token not in str(caught.value)
    assert HIDDEN in str(caught.value)


def automation(url: str, warnings: list[str] | None = None) -> Automation:
    """A tester whose time is what it sleeps."""
    said = [] if warnings is None else warnings
    slept: list[float] = []
    client = Client(Settings(url, "token", retries=0), sleep=lambda _seconds: None)
    return Automation(client, said.extend, slept.append, lambda: sum(slept))


def subject(known: bool = True) -> Candidate:
    """Something to test."""
    return Candidate(RESOURCES["database"].service_type("Postgres"), {"connection": {"config": {}}}, open=known)


def request_of(_server: FakeServer) -> Json:
    """What the server is sent of the service."""
    return {
        "connection": {"config": {"type": "Postgres", **SHOP["connection"]}},
        "connectionType": "Postgres",
        "serviceType": "Database",
    }


def test_what_the_orchestrator_quotes_of_unknown_secrets_is_cut() -> None:
    quoted = {"message": "w Failed to trigger workflow due to airflow API returned Internal and response canary"}

    def answer(request: Json) -> Any:
        refused = "trigger" in request["path"]
        return plain(400, json.dumps(quoted).encode()) if refused else plain(200, b'{"id": "1"}')

    with scripted(answer) as script, pytest.raises(errors.OrchestratorRefused) as caught:
        automation(script.url).run(subject(known=False), 10, 1)
    assert str(caught.value).endswith("returned Internal")


def test_it_tells_the_steps_until_then(server: FakeServer) -> None:
    user = stored(bot(server), seconds=8)
    runner = Automation(user.client(), lambda _said: None, server.advance, lambda: 0.0)
    times = iter([0.0, 0.0, 3.5, 3.5])
    runner._clock = lambda: next(times)
    report = runner.run(Candidate(subject().kind, request_of(server)), 3, 3.5)
    assert isinstance(report.problem, errors.TimedOut)
    assert [step.name for step in report.steps] == ["CheckAccess", "GetDatabases", "GetSchemas"]
    assert "the steps so far: CheckAccess, GetDatabases, GetSchemas." in str(report.problem)
    assert report.duration == 3.5


def test_it_looks_at_once_and_then_each_interval(server: FakeServer) -> None:
    user = stored(bot(server), seconds=5)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        server.advance(seconds)

    report = Automation(user.client(), lambda _said: None, sleep, lambda: now[0]).run(
        Candidate(subject().kind, request_of(server)), 120, 2
    )
    assert (report.passed, report.duration) == (True, 6.0)
    assert [request.split("/")[0] for request in sent(server)] == ["POST "] * 2 + ["GET "] * 4 + ["DELETE "]


def test_the_last_look_is_at_the_end(server: FakeServer) -> None:
    slept: list[float] = []
    runner = Automation(
        stored(bot(server), seconds=1000).client(), lambda _said: None, slept.append, lambda: sum(slept)
    )
    assert runner.run(Candidate(subject().kind, request_of(server)), 5, 2).problem is not None
    assert slept == [2, 2, 1]


Answers = dict[str, list[tuple[int, Json]]]


RUNS = (200, {"status": "Running", "response": {"status": "Running", "steps": []}})


DONE = (200, {"status": "Successful", "response": {"status": "Successful", "steps": []}})


UNREACHED = (400, {"message": "Failed to deploy pipeline [w] due to [No response from the test connection.]."})


def told(answers: Answers, warnings: list[str] | None = None) -> tuple[Report | Exception, list[str]]:
    """What becomes of a test by a server that answers so, the last answer again and again, and all requests."""
    answers = {"POST": [(201, {"id": "1"})], "DELETE": [(200, {})], **answers}

    def answer(request: Json) -> Any:
        kind = "trigger" if "trigger" in request["path"] else request["method"]
        left = answers[kind]
        status, body = left.pop(0) if len(left) > 1 else left[0]
        return plain(status, json.dumps(body).encode())

    with scripted(answer) as script:
        try:
            found: Report | Exception = automation(script.url, warnings).run(subject(), 10, 1)
        except errors.OpenMetadataError as error:
            found = error
        return found, [f"{entry['method']} {entry['path'].partition('/workflows/')[2]}" for entry in script.requests]


def test_a_server_that_did_not_wait_for_its_orchestrator() -> None:
    """It calls it unreachable, but the test goes on."""
    found, requests = told({"trigger": [UNREACHED], "GET": [RUNS, DONE]})
    assert isinstance(found, Report)
    assert found.passed
    assert requests[-1].startswith("DELETE")
    assert len(requests) == 5


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        pytest.param({"trigger": [UNREACHED], "GET": [(200, {})]}, errors.OrchestratorUnreachable, id="unreachable"),
        pytest.param({"trigger": [(500, {"message": "x"})], "GET": [(200, {})]}, errors.ServerError, id="500"),
        pytest.param({"trigger": [(401, {"message": "x"})]}, errors.OrchestratorUnauthorized, id="401"),
        pytest.param({"trigger": [(403, {"message": "x"})]}, errors.PermissionDenied, id="403"),
        pytest.param({"trigger": [(200, {})], "GET": [(404, {"message": "x"})]}, errors.NotFound, id="gone"),
        pytest.param({"trigger": [(200, {})], "GET": [(500, {"message": "x"})]}, errors.ServerError, id="poll"),
        pytest.param({"trigger": [(200, {})], "GET": [(200, {"response": []})]}, None, id="nothing yet"),
        pytest.param({"trigger": [(200, {})], "GET": [(200, {"response": "x"})]}, errors.UnexpectedAnswer, id="a text"),
        pytest.param(
            {"trigger": [(200, {})], "GET": [(200, {"response": {"steps": ["x"]}})]},
            errors.UnexpectedAnswer,
            id="steps",
        ),
        pytest.param({"POST": [(201, {})]}, errors.UnexpectedAnswer, id="no id"),
    ],
)
def test_the_workflow_is_removed_whatever_happens(answers: Answers, kind: type[Exception] | None) -> None:
    warnings: list[str] = []
    found, requests = told(answers, warnings)
    assert isinstance(found, kind or Report), found
    assert requests[-1].startswith("DELETE name/ansible_connection_test_")
    assert warnings == []


@pytest.mark.parametrize("status", [400, 401, 403])
def test_nothing_is_removed_where_nothing_was_made(status: int) -> None:
    found, requests = told({"POST": [(status, {"message": "x"})]})
    assert isinstance(found, errors.ApiError)
    assert [request.split()[0] for request in requests] == ["POST"]


def test_a_test_that_broke_off() -> None:
    broken = (200, {"status": "Failed", "response": {"status": "Running", "steps": [{"name": "a", "passed": True}]}})
    found, _requests = told({"trigger": [(200, {})], "GET": [RUNS, broken]})
    assert isinstance(found, Report)
    assert isinstance(found.problem, errors.ConnectionTestBroken)
    result = result_of(found, {"name": "n", "kind": "database", "fail_on": "never"})
    assert (result["failed"], result["failure"]["code"]) == (True, "connection_test_broken")
    assert [step["name"] for step in result["steps"]] == ["a"]


def test_a_workflow_that_says_successful_is_not_taken_at_its_word() -> None:
    says = (200, {"status": "Successful"})
    found, requests = told({"trigger": [(200, {})], "GET": [says, says, DONE]})
    assert isinstance(found, Report)
    assert found.passed
    assert len(requests) == 6


@pytest.mark.parametrize(
    ("report", "passed"),
    [
        (Report("Successful", (), 1.0), True),
        (Report("Failed", (), 1.0), False),
        (Report("Failed", (Step("a", True, True),), 1.0), False),
        (Report("Failed", (Step("a", False, False),), 1.0), True),
        (Report("Successful", (Step("a", False, True),), 1.0), False),
        (Report("Running", (Step("a", True, True),), 1.0, errors.TimedOut("t")), False),
    ],
)
def test_whether_it_passed(report: Report, passed: bool) -> None:
    assert report.passed is passed
    result = result_of(report, {"name": "n", "kind": "database", "fail_on": "mandatory"})
    assert result.get("failed", False) is not passed
    never = result_of(report, {"name": "n", "kind": "database", "fail_on": "never"})
    assert never.get("failed", False) is (report.problem is not None)


def test_a_failure_that_no_step_explains() -> None:
    result = result_of(Report("Failed", (), 1.0), {"name": "n", "kind": "database", "fail_on": "any"})
    assert "the server says Failed, but not of which step." in result["msg"]


def test_the_runner_of_the_service_tests_it() -> None:
    entity = {
        "id": "1",
        "name": "a.b",
        "serviceType": "Postgres",
        "ingestionRunner": {"id": "2", "type": "ingestionRunner", "name": "edge"},
        "connection": {"config": {"type": "Postgres", "hostPort": "p:1"}},
    }

    def answer(request: Json) -> Any:
        found: Json = {"version": "2.0.7"} if request["path"].endswith("version") else entity
        if request["method"] == "POST":
            found = {"id": "1"}
        elif BASE in request["path"]:
            found = DONE[1]
        return plain(200, json.dumps(found).encode())

    with scripted(answer) as script:
        user = User(FakeServer(), "token")
        user.server.url = script.url
        assert try_out(user, {"kind": "database", "name": "a.b"})["passed"]
        (body,) = [json.loads(entry["body"]) for entry in script.requests if entry["body"] and "name" in str(entry)][:1]
    assert (body["request"]["serviceName"], body["request"]["ingestionRunner"]) == ("a.b", "edge")
