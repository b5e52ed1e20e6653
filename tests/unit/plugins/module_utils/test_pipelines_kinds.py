# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pipelines of every kind of service and of every type, and the secrets of those for dbt."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINE_TYPES, PIPELINES
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import (
    BOTH_ROLES,
    LIST,
    TYPES,
    VERSION,
    acts,
    assert_no_put,
    dags,
    given_service,
    one,
    patched,
    posted,
    run,
    states,
    stored,
)
from unit.plugins.services import profile_of
from unit.plugins.support import ROLES, User, admin, bot, sent, writes

Json = dict[str, Any]
METADATA = {
    "dashboard": "DashboardMetadata",
    "database": "DatabaseMetadata",
    "messaging": "MessagingMetadata",
    "pipeline": "PipelineMetadata",
    "mlmodel": "MlModelMetadata",
    "storage": "StorageMetadata",
    "search": "SearchMetadata",
    "metadata": "DatabaseMetadata",
    "api": "ApiMetadata",
    "security": "SecurityMetadata",
    "drive": "DriveMetadata",
    "mcp": "McpMetadata",
}
DATABASE_TYPES = {
    "usage": "DatabaseUsage",
    "lineage": "DatabaseLineage",
    "profiler": "Profiler",
    "autoClassification": "AutoClassification",
}


def has_kind(server: FakeServer, kind: str) -> bool:
    return profile_of(server) == "2.0" or RESOURCES[kind].since <= (1, 2)


def test_every_kind_is_known() -> None:
    assert set(PIPELINES) == {*RESOURCES, "test_suite"}
    assert set(TYPES) == set(RESOURCES)


@BOTH_ROLES
@pytest.mark.parametrize("kind", METADATA)
def test_metadata_of_every_kind(server: FakeServer, role: str, kind: str) -> None:
    if not has_kind(server, kind):
        result = one(ROLES[role](server), service_kind=kind)
        assert f"{PIPELINES[kind].plural} need OpenMetadata" in result["msg"]
        assert set(sent(server)) == {VERSION}
        return
    service = given_service(server, kind=kind)
    user = ROLES[role](server)
    predicted = one(user, check=True, service_kind=kind, deploy=False)
    result = one(user, service_kind=kind, deploy=False)
    assert result["action"] == predicted["action"] == "created"
    body = posted(server)
    assert body["service"] == {"id": service, "type": f"{kind}Service"}
    assert body["sourceConfig"] == {"config": {"type": METADATA[kind]}}
    assert result["ingestion_pipeline"]["service_kind"] == kind
    assert predicted["diff"] == result["diff"]
    server.clear_requests()
    assert one(user, service_kind=kind, deploy=False)["changed"] is False
    assert len(sent(server)) == 3
    assert one(user, service_kind=kind, deploy=False, state="absent", hard_delete=True)["action"] == "purged"


@pytest.mark.parametrize("type_", DATABASE_TYPES)
def test_every_type_for_databases(server: FakeServer, type_: str) -> None:
    given_service(server, kind="database")
    options: Json = {"service_kind": "database", "pipeline_type": type_, "schedule": "0 5 * * *"}
    result = one(admin(server), **options)
    if profile_of(server) == "1.2" and type_ == "autoClassification":
        assert "autoClassification needs OpenMetadata 1.6" in result["msg"]
        return
    assert (result["action"], states(server)) == ("created", (True, True))
    body = posted(server)
    assert (body["pipelineType"], body["sourceConfig"]) == (type_, {"config": {"type": DATABASE_TYPES[type_]}})
    server.clear_requests()
    assert one(admin(server), **options)["changed"] is False
    assert len(sent(server)) == 3


@pytest.mark.parametrize("type_", ["usage", "profiler"])
def test_a_type_without_a_schema_for_the_kind(server: FakeServer, type_: str) -> None:
    given_service(server)
    result = one(admin(server), pipeline_type=type_)
    assert (
        f"source_config.type is missing: no published model tells what {type_} pipelines of dashboard services"
        in (result["msg"])
    )
    assert writes(server) == []
    config = {"type": "OfTomorrow", "whatever": 1}
    assert one(admin(server), pipeline_type=type_, source_config=config, deploy=False)["action"] == "created"
    assert stored(server)["sourceConfig"] == {"config": config}
    assert one(admin(server), pipeline_type=type_, source_config=config, deploy=False)["changed"] is False


def test_a_type_that_nobody_knows(server: FakeServer) -> None:
    given_service(server)
    result = one(admin(server), pipeline_type="bogus")
    assert result["failed"] is True
    assert "bogus" in result["msg"]
    assert writes(server) == []
    assert "bogus" not in PIPELINE_TYPES


# ---- test suites


@BOTH_ROLES
def test_a_test_suite(server: FakeServer, role: str) -> None:
    """It is no service, but its pipeline is found below it all the same; its name is a qualified one."""
    user = ROLES[role](server)
    options: Json = {"service_kind": "test_suite", "service": "rec_suite", "schedule": "0 6 * * *"}
    result = one(user, **options)
    assert (result["action"], result["ingestion_pipeline"]["pipeline_type"]) == ("created", "TestSuite")
    assert result["ingestion_pipeline"]["fully_qualified_name"] == "rec_suite.p"
    body = posted(server)
    assert (body["pipelineType"], body["service"]["type"]) == ("TestSuite", "testSuite")
    assert body["sourceConfig"] == {"config": {"type": "TestSuite"}}
    assert (states(server, "rec_suite.p"), dags(server)) == ((True, True), {"p": False})
    server.clear_requests()
    assert one(user, **options)["changed"] is False
    suite, pipeline = "GET /dataQuality/testSuites/name/rec_suite", f"GET {LIST}/name/rec_suite.p"
    assert sent(server) == [VERSION, suite, pipeline]
    assert one(user, **{**options, "schedule": "0 7 * * *"})["changed_fields"] == ["schedule"]
    assert run(user, service_kind="test_suite", service="rec_suite")["status"] == "success"
    assert one(user, **options, state="absent")["action"] == "deleted"
    assert one(user, **options)["action"] == "restored"


def test_a_test_suite_that_is_not_there(server: FakeServer) -> None:
    result = one(admin(server), service_kind="test_suite", service="shop.orders.testSuite")
    assert "service: there is no test suite called 'shop.orders.testSuite'." in result["msg"]
    assert writes(server) == []


# ---- dbt


CLOUD = {
    "dbtCloudAuthToken": "canary-stored",
    "dbtCloudAccountId": "1",
    "dbtCloudUrl": "https://cloud.getdbt.com",
}
TOKEN = "source_config.dbtConfigSource.dbtCloudAuthToken"
PATH = "/sourceConfig/config/dbtConfigSource/dbtCloudAuthToken"
UNDEPLOYED = {"op": "add", "path": "/deployed", "value": False}


def dbt(user: User, check: bool = False, token: str | None = "canary-stored", **options: Any) -> Json:
    """What is done for a dbt pipeline with this token."""
    lists = {"dbtConfigType": "cloud"} if profile_of(user.server) == "2.0" else {}
    source = {**CLOUD, **lists, "dbtCloudAuthToken": token}
    config = {"dbtConfigSource": {name: value for name, value in source.items() if value is not None}}
    config.update(options.pop("config", {}))
    user.server.clear_requests()
    return one(user, check, service_kind="database", pipeline_type="dbt", source_config=config, **options)


def secret(server: FakeServer) -> str:
    """The token that is stored."""
    return str(stored(server)["sourceConfig"]["config"]["dbtConfigSource"]["dbtCloudAuthToken"])


@BOTH_ROLES
def test_dbt_secrets_are_stored_and_shown_to_nobody(server: FakeServer, role: str) -> None:
    given_service(server, kind="database")
    predicted = dbt(ROLES[role](server), check=True)
    result = dbt(ROLES[role](server))
    assert (result["action"], secret(server)) == ("created", "canary-stored")
    for each in (predicted, result):
        assert each["diff"]["after"][TOKEN] == "(secret)"
        assert "fernet" not in json.dumps(each)


def test_a_bot_sees_that_a_dbt_secret_is_the_same(server: FakeServer) -> None:
    given_service(server, kind="database")
    dbt(bot(server))
    result = dbt(bot(server))
    assert (result["changed"], result["unverified"], len(sent(server))) == (False, [], 3)
    predicted = dbt(bot(server), check=True, token="canary-new")
    result = dbt(bot(server), token="canary-new")
    assert result["changed_fields"] == predicted["changed_fields"] == [TOKEN]
    assert patched(server) == [{"op": "add", "path": PATH, "value": "canary-new"}, UNDEPLOYED]
    assert (secret(server), acts(server)) == ("canary-new", ["deploy"])
    assert "(secret)" in result["diff"]["before"][TOKEN]


def test_an_admins_dbt_secret_is_compared_by_the_server(server: FakeServer) -> None:
    """Nobody but a bot sees it: what is stored in clear is sent, and that changes nothing where it is the same."""
    given_service(server, kind="database")
    dbt(admin(server))
    before = stored(server)
    predicted = dbt(admin(server), check=True)
    assert (predicted["changed"], predicted["unverified"]) == (False, [TOKEN])
    result = dbt(admin(server))
    assert (result["changed"], result["unverified"]) == (False, [TOKEN])
    assert_no_put(server)
    assert (stored(server)["version"], secret(server)) == (before["version"], "canary-stored")


def test_an_admins_new_dbt_secret_is_stored(server: FakeServer) -> None:
    given_service(server, kind="database")
    dbt(admin(server))
    dbt(admin(server), token="canary-new")
    assert secret(server) == "canary-new"
    assert_no_put(server)


@BOTH_ROLES
def test_on_create_a_stored_dbt_secret_stays(server: FakeServer, role: str) -> None:
    given_service(server, kind="database")
    user = ROLES[role](server)
    assert dbt(user, update_secrets="on_create")["action"] == "created"
    result = dbt(user, token="canary-new", update_secrets="on_create")
    assert (result["changed"], writes(server), secret(server)) == (False, [], "canary-stored")
    result = dbt(user, token="canary-new", update_secrets="on_create", config={"dbtUpdateDescriptions": True})
    assert result["changed_fields"] == ["source_config.dbtUpdateDescriptions"]
    operation = {"op": "add", "path": "/sourceConfig/config/dbtUpdateDescriptions", "value": True}
    assert patched(server) == [operation, UNDEPLOYED]
    assert secret(server) == "canary-stored"


@BOTH_ROLES
def test_a_dbt_secret_that_the_task_leaves_out_stays(server: FakeServer, role: str) -> None:
    given_service(server, kind="database")
    user = ROLES[role](server)
    dbt(user)
    result = dbt(user, token=None, config={"dbtUpdateDescriptions": True})
    assert (result["changed_fields"], secret(server)) == (["source_config.dbtUpdateDescriptions"], "canary-stored")
    assert "*****" not in json.dumps(patched(server))
    server.clear_requests()
    result = one(user, service_kind="database", description="d")
    assert (result["changed_fields"], secret(server)) == (["description"], "canary-stored")
    assert [operation["path"] for operation in patched(server)] == ["/description"]


@BOTH_ROLES
def test_another_source_for_dbt(server: FakeServer, role: str) -> None:
    given_service(server, kind="database")
    user = ROLES[role](server)
    dbt(user)
    http = {"dbtManifestHttpPath": "http://m", **({"dbtConfigType": "http"} if profile_of(server) == "2.0" else {})}
    options: Json = {"service_kind": "database", "pipeline_type": "dbt", "source_config": {"dbtConfigSource": http}}
    server.clear_requests()
    result = one(user, **options)
    assert TOKEN in result["changed_fields"]
    assert "*****" not in json.dumps(patched(server))
    left = stored(server)["sourceConfig"]["config"]["dbtConfigSource"]
    assert {name: value for name, value in left.items() if name in {*http, *CLOUD}} == http
    assert one(user, **options)["changed"] is False


@BOTH_ROLES
def test_a_mask_is_refused(server: FakeServer, role: str) -> None:
    given_service(server, kind="database")
    for validate in ("strict", "off"):
        result = dbt(ROLES[role](server), token="*********", validate_source_config=validate)
        assert f"{TOKEN}: this is a masked value" in result["msg"]
    assert writes(server) == []


def test_a_dbt_pipeline_runs(server: FakeServer) -> None:
    given_service(server, kind="database")
    dbt(bot(server))
    assert run(admin(server), service_kind="database")["status"] == "success"
    assert dags(server) == {"p": False}
