# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Automation workflows: tests of connections."""

from __future__ import annotations

from typing import Any

import pytest

from fake_openmetadata.cipher import MASK
from fake_openmetadata.testing import Caller, superset

BASE = "/automations/workflows"


def request(password: str = "sekret", host: str = "http://superset:8088", **members: str) -> dict[str, Any]:
    """A create request that tests a Superset."""
    config = {"hostPort": host, "connection": {"provider": "db", "username": "u", "password": password}}
    what = {"connection": {"config": config}, "connectionType": "Superset", "serviceType": "Dashboard", **members}
    return {"name": "rec_test", "workflowType": "TEST_CONNECTION", "request": what}


def password(body: dict[str, Any]) -> str:
    return str(body["request"]["connection"]["config"]["connection"]["password"])


def after_its_test(caller: Caller, **what: str) -> dict[str, Any]:
    """A workflow after its test."""
    id_ = caller.call("POST", BASE, request(**what)).body["id"]
    assert caller.call("POST", f"{BASE}/trigger/{id_}").status == 200
    caller.advance(5)
    body: dict[str, Any] = caller.call("GET", f"{BASE}/{id_}").body
    return body


def test_secrets_are_masked_for_people_and_the_bots_token_is_told(old: Caller) -> None:
    created = old.call("POST", BASE, request())
    assert password(created.body) == MASK
    shown = old.call("GET", f"{BASE}/{created.body['id']}", who="ingestion-bot").body
    assert password(shown) == "sekret"
    [kept] = old.state.view()["workflow"]
    assert (password(kept), "openMetadataServerConnection" in kept) == ("sekret", False)
    token = created.body["openMetadataServerConnection"]["securityConfig"]["jwtToken"]
    assert token == old.tokens["ingestion-bot"]
    deleted = old.call("DELETE", f"{BASE}/{created.body['id']}", query={"hardDelete": "true"}).body
    assert (password(deleted), "href" in deleted) == (MASK, False)


@pytest.mark.parametrize(("named", "sent"), [({"serviceName": "rec_a"}, "sekret"), ({}, MASK)])
def test_stored_secrets_stand_in_for_masks(old: Caller, named: dict[str, str], sent: str) -> None:
    old.post(superset())
    id_ = old.call("POST", BASE, request(password=MASK, **named)).body["id"]
    assert password(old.call("GET", f"{BASE}/{id_}", who="ingestion-bot").body) == sent


def test_reports_come_step_by_step(old: Caller) -> None:
    id_ = old.call("POST", BASE, request()).body["id"]
    assert "response" not in old.call("GET", f"{BASE}/{id_}").body
    old.call("POST", f"{BASE}/trigger/{id_}")
    old.advance(1.1)
    body = old.call("GET", f"{BASE}/{id_}").body
    assert (body["status"], body["response"]["status"], len(body["response"]["steps"])) == ("Running", "Running", 2)
    old.advance(2)
    body = old.call("GET", f"{BASE}/{id_}").body
    assert (body["status"], body["response"]["status"], body["version"]) == ("Successful", "Successful", 0.5)
    assert body["updatedBy"] == "ingestion-bot"


def test_a_test_that_fails_has_a_successful_workflow(old: Caller) -> None:
    body = after_its_test(old, host="http://nowhere.invalid")
    assert (body["status"], body["response"]["status"]) == ("Successful", "Failed")
    first = body["response"]["steps"][0]
    assert first["message"] == "Failed to connect to superset, please validate the credentials"
    assert "Connection refused" in first["errorLog"]


def test_tests_go_as_told(old: Caller) -> None:
    old.state.workflows.order({"failing": ["GetCharts"], "error": "boom", "seconds": 1})
    steps = after_its_test(old)["response"]["steps"]
    assert [(step["name"], step["passed"]) for step in steps] == [
        ("CheckAccess", True), ("GetDashboards", True), ("GetCharts", False),
    ]  # fmt: skip
    assert steps[2]["errorLog"] == "boom"


def test_newer_servers_join_the_reports_into_one_version(new: Caller) -> None:
    assert after_its_test(new)["version"] == 0.2


@pytest.mark.parametrize(("mode", "status"), [("down", 400), ("unauthorized", 400), ("none", 204)])
def test_without_an_orchestrator(old: Caller, mode: str, status: int) -> None:
    id_ = old.call("POST", BASE, request()).body["id"]
    old.state.orchestrator.configure({"mode": mode})
    assert old.call("POST", f"{BASE}/trigger/{id_}").status == status


def test_what_is_refused(old: Caller) -> None:
    assert old.call("POST", BASE, request(), who="plain").status == 403
    assert old.call("POST", BASE, request(connectionType="Nope")).status == 400
    assert old.call("POST", BASE, request(serviceType="Api")).status == 400, "comes with 1.5"
    assert old.call("POST", BASE, {"name": "x"}).message == "[workflowType must not be null, request must not be null]"
    assert old.call("POST", BASE, {**request(), "request": []}).message == "Request must not be empty"


def test_definitions_of_tests(old: Caller) -> None:
    path = "/services/testConnectionDefinitions/name"
    found = old.call("GET", f"{path}/Postgres.testConnectionDefinition").body
    assert [step["mandatory"] for step in found["steps"]] == [True] * 4 + [False] * 3
    assert old.call("GET", f"{path}/Nope.testConnectionDefinition").status == 404
    assert old.call("GET", f"{path}/Omni.testConnectionDefinition").status == 404, "comes with 2.0"
    assert old.call("GET", f"{path}/CustomDatabase.testConnectionDefinition").status == 404


def test_a_type_without_a_definition_cannot_be_tested(old: Caller) -> None:
    body = request(connectionType="CustomDashboard")
    body["request"]["connection"] = {"config": {"type": "CustomDashboard"}}
    id_ = old.call("POST", BASE, body).body["id"]
    refused = old.call("POST", f"{BASE}/trigger/{id_}")
    assert (refused.status, "CustomDashboard.testConnectionDefinition not found" in refused.message) == (400, True)
    assert "response" not in old.call("GET", f"{BASE}/{id_}").body


def test_nothing_follows_a_step_that_is_to_be_the_last(old: Caller) -> None:
    steps = after_its_test(old, host="http://nowhere.invalid")["response"]["steps"]
    assert [(step["name"], step["passed"]) for step in steps] == [("CheckAccess", False)]


@pytest.mark.parametrize(("profile", "status"), [("1.2", "Failed"), ("2.0", "Successful")])
def test_what_a_step_that_is_not_mandatory_makes_of_the_test(profile: str, status: str) -> None:
    caller = Caller(profile)
    caller.state.workflows.order({"failing": ["GetViews"]})
    body = request(connectionType="Postgres", serviceType="Database")
    body["request"]["connection"] = {"config": {"username": "u", "hostPort": "p:5432", "database": "d"}}
    id_ = caller.call("POST", BASE, body).body["id"]
    caller.call("POST", f"{BASE}/trigger/{id_}")
    caller.advance(5)
    response = caller.call("GET", f"{BASE}/{id_}").body["response"]
    assert (response["status"], len(response["steps"])) == (status, 7)
