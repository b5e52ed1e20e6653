# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingestion pipelines: what is stored, and what is told of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_openmetadata.cipher import MASK, PREFIX
from fake_openmetadata.testing import Caller, Reply, op, pipeline, service, superset

BASE = "/services/ingestionPipelines"
CLOUD = {"dbtCloudAuthToken": "sekret", "dbtCloudAccountId": "1", "dbtCloudUrl": "https://cloud.getdbt.com"}
MYSQL = {"type": "Mysql", "username": "u", "hostPort": "db:3306", "authType": {"password": "sekret"}}


def made(caller: Caller, **members: Any) -> dict[str, Any]:
    """A pipeline of a new dashboard service."""
    service_id = caller.post(superset()).body["id"]
    body: dict[str, Any] = caller.call("POST", BASE, pipeline(service_id, **members)).body
    return body


def read(caller: Caller, fqn: str = "rec_a.daily", who: str = "admin", **query: str) -> dict[str, Any]:
    body: dict[str, Any] = caller.call("GET", f"{BASE}/name/{fqn}", who=who, query=query).body
    return body


def put(caller: Caller, body: dict[str, Any], **members: Any) -> Reply:
    return caller.call("PUT", BASE, pipeline(body["service"]["id"], **members))


def patch(caller: Caller, id_: str, *operations: dict[str, Any]) -> Reply:
    return caller.call("PATCH", f"{BASE}/{id_}", list(operations))


def act(caller: Caller, action: str, id_: str, who: str = "admin") -> Reply:
    return caller.call("POST", f"{BASE}/{action}/{id_}", who=who)


def dbt(caller: Caller, **source: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dbt pipeline of a new database service: the request and the answer."""
    service_id = caller.call("POST", "/services/databaseServices", service("Mysql", MYSQL, "rec_db")).body["id"]
    config = {"config": {"type": "DBT", "dbtConfigSource": {**CLOUD, **source}}}
    request = pipeline(service_id, "dbt", "databaseService", pipelineType="dbt", sourceConfig=config)
    return request, caller.call("POST", BASE, request).body


@pytest.mark.parametrize("who", ["admin", "ingestion-bot", "plain", "rec_user"])
def test_every_answer_holds_the_bots_token(old: Caller, who: str) -> None:
    id_ = made(old)["id"]
    token = old.tokens["ingestion-bot"]
    for reply in (
        old.call("GET", f"{BASE}/{id_}", who=who),
        old.call("GET", BASE, who=who),
    ):
        assert token in json.dumps(reply.body)
    assert token not in json.dumps(old.call("DELETE", f"{BASE}/{id_}").body)


@pytest.mark.parametrize(
    ("profile", "members"),
    [
        ("1.2", {"owner"}),
        ("1.5", {"owners", "domain"}),
        ("1.7", {"owners", "domain", "provider", "raiseOnError"}),
        ("1.9", {"owners", "domains", "provider", "raiseOnError", "processingEngine"}),
        ("2.0", {"owners", "domains", "provider", "raiseOnError", "processingEngine", "enableStreamableLogs"}),
    ],
)
def test_members_of_a_create_request(profile: str, members: set[str]) -> None:
    known = set(Caller(profile).state.pipelines.classes.create.members)
    common = {"name", "displayName", "description", "pipelineType", "service", "sourceConfig"}
    assert known == {*common, "airflowConfig", "loggerLevel", *members}


@pytest.mark.parametrize(("profile", "field"), [("1.2", "domain"), ("1.2", "tags"), ("2.0", "tags")])
def test_fields_that_pipelines_lack(profile: str, field: str) -> None:
    caller = Caller(profile)
    made(caller)
    reply = caller.call("GET", BASE, query={"fields": field})
    assert (reply.status, reply.message) == (400, f"Invalid field name {field}")


def test_owners_and_domains_of_newer_servers(new: Caller) -> None:
    owner = {"id": new.id("user", "rec_user"), "type": "user"}
    body = made(new, owners=[owner], domains=["RecDomain"])
    shown = read(new, fields="owners,domains")
    assert [one["name"] for one in shown["owners"] + shown["domains"]] == ["rec_user", "RecDomain"]
    patch(new, body["id"], op("remove", "/owners/0"))
    assert read(new, fields="owners")["owners"] == []


def test_the_listing_is_filtered(old: Caller) -> None:
    made(old)
    dbt(old)
    old.call("POST", BASE, pipeline(old.id("dashboardService", "rec_a"), "usage", pipelineType="usage"))

    def names(**query: str) -> list[str]:
        return [one["name"] for one in old.call("GET", BASE, query=query).body["data"]]

    assert names() == ["daily", "dbt", "usage"]
    assert names(service="rec_a") == ["daily", "usage"]
    assert names(serviceType="databaseService") == ["dbt"]
    assert names(pipelineType="dbt,usage") == ["dbt", "usage"]


@pytest.mark.parametrize(
    ("source", "status", "message"),
    [
        ({"config": {"type": "Profiler", "profileSample": 101}}, 400, "Profile sample value must be"),
        ({}, 500, "A JSONObject text must begin with"),
        ({"config": "x"}, 500, "A JSONObject text must begin with"),
    ],
)
def test_some_are_stored_although_refused(old: Caller, source: Any, status: int, message: str) -> None:
    service_id = old.post(superset()).body["id"]
    reply = old.call("POST", BASE, pipeline(service_id, sourceConfig=source))
    assert reply.status == status
    assert message in reply.message
    assert read(old)["name"] == "daily"


def test_a_put_after_a_deploy_forgets_it_and_the_pause(old: Caller) -> None:
    body = made(old)
    assert put(old, body).change == "entityNoChange"
    act(old, "deploy", body["id"])
    old.advance(5)
    act(old, "toggleIngestion", body["id"])
    assert (read(old)["deployed"], read(old)["enabled"]) == (True, False)
    reply = put(old, body)
    assert (reply.change, reply.body["deployed"], reply.body["enabled"]) == ("entityUpdated", False, True)
    # The orchestrator isn't told.
    assert old.state.orchestrator.dags["daily"].paused is True


def test_a_put_keeps_the_owner_and_drops_words(old: Caller) -> None:
    owner = {"id": old.id("user", "rec_user"), "type": "user"}
    body = made(old, owner=owner, displayName="D", description="d")
    reply = put(old, body)
    assert [one["name"] for one in reply.body["changeDescription"]["fieldsDeleted"]] == ["description", "displayName"]
    assert read(old, fields="owner")["owner"]["name"] == "rec_user"


def test_a_patch_ignores_name_type_and_service(old: Caller) -> None:
    body = made(old)
    other = old.post(superset("rec_b")).body["id"]
    reply = patch(old, body["id"], op("replace", "/service", {"id": other, "type": "dashboardService"}))
    assert reply.change == "entityNoChange"
    assert patch(old, body["id"], op("replace", "/pipelineType", "usage")).change == "entityNoChange"
    assert (read(old)["service"]["name"], read(old)["pipelineType"]) == ("rec_a", "metadata")
    assert patch(old, body["id"], op("remove", "/sourceConfig")).status == 500


def test_dates_come_back_as_milliseconds(old: Caller) -> None:
    body = made(old, airflowConfig={"startDate": "2024-01-01", "endDate": 1706745600000})
    assert (body["airflowConfig"]["startDate"], body["airflowConfig"]["endDate"]) == (1704067200000, 1706745600000)
    reply = put(old, body, airflowConfig={"startDate": "first of May"})
    assert "`java.util.Date`" in reply.message


def test_dbt_secrets_are_masked_for_people(old: Caller) -> None:
    _request, body = dbt(old)
    secret = body["sourceConfig"]["config"]["dbtConfigSource"]["dbtCloudAuthToken"]
    assert secret == MASK
    clear = read(old, "rec_db.dbt", "ingestion-bot")["sourceConfig"]["config"]["dbtConfigSource"]
    assert clear["dbtCloudAuthToken"] == "sekret"
    assert patch(old, body["id"], op("add", "/displayName", "D")).body["sourceConfig"] == body["sourceConfig"]
    versions = old.call("GET", f"{BASE}/{body['id']}/versions").body["versions"]
    deleted = old.call("DELETE", f"{BASE}/{body['id']}").body
    restored = old.call("PUT", f"{BASE}/restore", {"id": body["id"]}).body
    for answer in (versions, deleted, restored):
        assert PREFIX in json.dumps(answer)
    assert "sekret" not in json.dumps([versions, deleted, restored])


@pytest.mark.parametrize(("named", "kept"), [({}, MASK), ({"fullyQualifiedName": "rec_db"}, "sekret")])
def test_a_put_with_the_mask_keeps_the_secret_of_a_service_named_by_fqn(
    old: Caller, named: dict[str, str], kept: str
) -> None:
    request, body = dbt(old)
    request["service"].update(named)
    request["sourceConfig"] = body["sourceConfig"]
    reply = old.call("PUT", BASE, request)
    assert reply.change == ("entityNoChange" if named else "entityUpdated")
    clear = read(old, "rec_db.dbt", "ingestion-bot")["sourceConfig"]["config"]["dbtConfigSource"]
    assert clear["dbtCloudAuthToken"] == kept


@pytest.mark.parametrize(("profile", "kept"), [("1.2", MASK), ("2.0", MASK), ("2.1", "sekret")])
def test_a_patch_stores_the_mask_until_the_newest_servers(profile: str, kept: str) -> None:
    caller = Caller(profile)
    _request, body = dbt(caller)
    patch(caller, body["id"], op("add", "/sourceConfig/config/dbtConfigSource/dbtCloudAuthToken", MASK))
    clear = read(caller, "rec_db.dbt", "ingestion-bot")["sourceConfig"]["config"]["dbtConfigSource"]
    assert clear["dbtCloudAuthToken"] == kept


def test_unknown_members_hide_dbt_secrets_from_the_old_server(old: Caller) -> None:
    # The closed class of that release lacks dbtConfigType, so that an open class without secrets is taken (recorded).
    _request, body = dbt(old, dbtConfigType="cloud")
    assert body["sourceConfig"]["config"]["dbtConfigSource"]["dbtCloudAuthToken"] == "sekret"


def test_children_go_and_come_with_their_service(old: Caller) -> None:
    body = made(old)
    act(old, "deploy", body["id"])
    service_id = body["service"]["id"]
    assert old.delete(service_id).message == "dashboardService is not empty"
    old.delete(service_id, recursive="true")
    assert (read(old)["code"], old.state.orchestrator.dags) == (404, {})
    old.call("PUT", "/services/dashboardServices/restore", {"id": service_id})
    # It is said to be deployed, but the orchestrator doesn't know it.
    assert read(old)["deployed"] is True
    assert act(old, "trigger", body["id"]).status == 400


def test_who_may_do_what(old: Caller) -> None:
    body = made(old)
    refused = "Principal: CatalogPrincipal{name='plain'} operations [EditAll] not allowed"
    reply = act(old, "deploy", body["id"], who="plain")
    assert (reply.status, reply.message) == (403, refused)
    # The orchestrator has acted by then.
    assert list(old.state.orchestrator.dags) == ["daily"]
    assert read(old)["deployed"] is False
    old.advance(5)
    assert act(old, "toggleIngestion", body["id"], who="plain").message == refused
    assert (old.state.orchestrator.dags["daily"].paused, read(old)["enabled"]) == (True, True)
    assert act(old, "trigger", body["id"], who="plain").status == 200
    query = {"startTs": "0", "endTs": "9999999999999"}
    assert old.call("GET", f"{BASE}/rec_a.daily/pipelineStatus", who="plain", query=query).status == 200
    assert old.call("GET", f"{BASE}/rec_a.daily/pipelineStatus/x", who="plain").status == 403


def test_pipelines_of_test_suites(old: Caller) -> None:
    suite = old.call("GET", "/dataQuality/testSuites/name/rec_suite").body["id"]
    request = pipeline(suite, "tests", "testSuite", pipelineType="TestSuite", sourceConfig={"config": {}})
    assert old.call("POST", BASE, request).body["fullyQualifiedName"] == "rec_suite.tests"


@pytest.mark.parametrize(("profile", "whole"), [("1.2", False), ("2.0", True)])
def test_pages_of_pipelines_that_share_a_name(profile: str, whole: bool) -> None:
    caller = Caller(profile)
    for name in ("rec_a", "rec_b", "rec_c"):
        caller.call("POST", BASE, pipeline(caller.post(superset(name)).body["id"]))
    seen, after = [], ""
    while True:
        page = caller.call("GET", BASE, query={"limit": "2", **({"after": after} if after else {})})
        if page.status == 500:
            break
        seen += [one["fullyQualifiedName"] for one in page.body["data"]]
        after = page.body["paging"].get("after", "")
        if not after:
            break
    assert (len(seen) == 3) is whole
