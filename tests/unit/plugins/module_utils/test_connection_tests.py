# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of connections: what is tested, how it is told, and that nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.automation import (
    UNTOLD,
)
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from ansible_collections.community.openmetadata.plugins.module_utils.resources import NEVER, RESOURCES
from fake_openmetadata.kinds import KINDS
from fake_openmetadata.launch import FakeServer
from samples import SAMPLES
from unit.plugins.modules_here import one, try_out
from unit.plugins.support import ROLES, Json, User, admin, bot, sent, writes
from unit.plugins.workflows import BASE, BOTH_ROLES, MASK, NAMED, SECRET, SHOP, given, left, posted, stored

OPTIONAL, MANDATORY = ["GetViews"], ["GetTables", "GetViews"]


@BOTH_ROLES
def test_the_stored_connection(server: FakeServer, role: str) -> None:
    user = stored(ROLES[role](server))
    result = try_out(user, NAMED)
    assert (result["changed"], result["passed"], result["status"]) == (False, True, "Successful")
    assert [step["name"] for step in result["steps"]][:2] == ["CheckAccess", "GetDatabases"]
    assert {tuple(step) for step in result["steps"]} == {("name", "passed", "mandatory", "message", "error_log")}
    assert 0 <= result["duration"] < 5
    assert result["warnings"] == []
    (post, trigger, delete) = writes(server)
    id_ = trigger["path"].rpartition("/")[2]
    name = post["body"]["name"]
    assert sent(server) == [
        "GET /system/version",
        "GET /services/databaseServices/name/shop",
        "GET /services/testConnectionDefinitions/name/Postgres.testConnectionDefinition",
        f"POST {BASE}",
        f"POST {BASE}/trigger/{id_}",
        f"GET {BASE}/{id_}",
        f"DELETE {BASE}/name/{name}",
    ]
    assert delete["query"] == {"hardDelete": "true"}
    assert left(user) == []
    request = posted(server)
    assert (request["serviceType"], request["connectionType"], request["serviceName"]) == (
        "Database",
        "Postgres",
        "shop",
    )
    password = request["connection"]["config"]["authType"]["password"]
    assert password == (SECRET if role == "bot" else MASK)


def test_each_test_has_a_name_of_its_own(new: FakeServer) -> None:
    user = stored(bot(new))
    new.plan_test(seconds=0)
    for _time in range(2):
        assert try_out(user, NAMED)["passed"]
    names = [entry["body"]["name"] for entry in new.requests() if (entry["method"], entry["path"]) == ("POST", BASE)]
    assert len(set(names)) == 2
    assert all(len(name) <= 128 and "." not in name for name in names)


@pytest.mark.parametrize("kind", [kind for kind, resource in RESOURCES.items() if resource.tested < NEVER])
def test_every_kind_that_can_be_tested(new: FakeServer, kind: str) -> None:
    sample = SAMPLES[kind]
    result = try_out(bot(new), {**sample.options(), "interval": 0.1, "wait_timeout": 9, "name": "s"})
    assert result.get("passed") or result.get("msg") == "", result
    request = posted(new)
    assert request["serviceType"] == KINDS[f"{kind}Service"].java
    assert "serviceName" not in request


@pytest.mark.parametrize("kind", RESOURCES)
def test_the_servers_word_for_a_kind(kind: str) -> None:
    assert RESOURCES[kind].service_kind == KINDS[f"{kind}Service"].java


@pytest.mark.parametrize(
    ("version", "kind", "says"),
    [
        ("1.5.3", "api", "can't test connections of api services. OpenMetadata 1.6 can."),
        ("1.8.8", "security", "OpenMetadata 1.8.9 can."),
        ("1.9.2", "drive", "OpenMetadata 1.10 can."),
        ("2.0.7", "llm", "OpenMetadata 2.0.7 can't test connections of llm services."),
        ("2.0.7", "mcp", "can't test connections of mcp services."),
    ],
)
def test_a_kind_that_the_release_cannot_test(
    start: Callable[..., FakeServer], version: str, kind: str, says: str
) -> None:
    server = start(".".join(version.split(".")[:2]), version=version)
    result = try_out(bot(server), SAMPLES[kind].options())
    assert says in result["msg"]
    assert writes(server) == []


def test_a_server_newer_than_the_catalogue_may_test_more(start: Callable[..., FakeServer]) -> None:
    newest = ".".join(map(str, (*schemas.newest()[:2], 999)))
    server = start("2.0", version=newest)
    server.plan_test(seconds=0)
    assert try_out(bot(server), SAMPLES["llm"].options())["passed"]


def test_a_connection_that_nobody_stored(server: FakeServer) -> None:
    server.plan_test(seconds=0)
    assert try_out(admin(server), SHOP)["passed"]
    config = posted(server)["connection"]["config"]
    assert config == {"type": "Postgres", **SHOP["connection"]}


@BOTH_ROLES
@pytest.mark.parametrize("auth", [{}, {"authType": {"password": MASK}}, {"authType": {}}], ids=["out", "mask", "empty"])
def test_a_given_connection_gets_the_stored_secrets(server: FakeServer, role: str, auth: Json) -> None:
    user = stored(ROLES[role](server))
    options = given(hostPort="q:5432")
    options["connection"].pop("authType")
    options["connection"].update(auth)
    assert try_out(user, options)["passed"]
    config = posted(server)["connection"]["config"]
    assert config["hostPort"] == "q:5432"
    assert config["authType"] == {"password": SECRET if role == "bot" else MASK}


@BOTH_ROLES
def test_the_server_puts_stored_secrets_where_masks_are(server: FakeServer, role: str) -> None:
    user = stored(ROLES[role](server))
    server.inject(method="DELETE", path=BASE, status=500, body={"message": "no"}, count=0)
    try_out(user, NAMED)
    (kept,) = server.state()["workflow"]
    assert kept["request"]["connection"]["config"]["authType"]["password"] == SECRET


def test_a_secret_that_the_task_gives_is_the_one_to_test(server: FakeServer) -> None:
    user = stored(bot(server))
    assert try_out(user, given(authType={"password": "canary-new"}))["passed"]
    assert posted(server)["connection"]["config"]["authType"] == {"password": "canary-new"}
    (kept,) = [each for each in server.state()["databaseService"] if each["name"] == "shop"]
    assert kept["connection"]["config"]["authType"]["password"] == SECRET


def test_the_type_of_a_service_that_exists_need_not_be_given(server: FakeServer) -> None:
    user = stored(admin(server))
    options = given(authType={"password": "canary-new"}, hostPort="q:1234")
    del options["service_type"]
    assert try_out(user, options)["passed"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(
            {**NAMED, "connection": SHOP["connection"]}, "service_type is missing. A connection of", id="no type"
        ),
        pytest.param({**SHOP, "name": " "}, "name is empty.", id="no name"),
        pytest.param({**SHOP, "wait_timeout": 0}, "wait_timeout is 0", id="no time"),
        pytest.param({**SHOP, "interval": -1}, "interval is -1", id="no interval"),
        pytest.param({**SHOP, "kind": "oven"}, "value of kind must be one of", id="no kind"),
        pytest.param(given(authType={"password": MASK}), "connection.authType.password: this is a masked", id="mask"),
        pytest.param(given(hostPrt="canary-x"), "hostPrt", id="misspelt"),
        pytest.param(
            {**NAMED, "service_type": "CustomDatabase", "connection": {}},
            "has no test for connections of type CustomDatabase. Leave the service out",
            id="no test",
        ),
    ],
)
def test_what_cannot_be_tested(server: FakeServer, options: Json, says: str) -> None:
    for check in (False, True):
        result = try_out(bot(server), options, check=check)
        assert result["failed"]
        assert says in result["msg"]
    assert writes(server) == []


def test_no_service_and_no_connection(server: FakeServer) -> None:
    says = "there is no such service, and the task gives no connection. Correct name"
    result = try_out(bot(server), NAMED)
    assert result["failed"]
    assert says in result["msg"]
    # An earlier task may create it.
    foretold = try_out(bot(server), NAMED, check=True)
    assert foretold["msg"] == "Would test the connection of database_service 'shop'."
    assert [says in warning for warning in foretold["warnings"]] == [True]
    assert writes(server) == []


def test_a_misspelt_setting_may_be_a_warning(server: FakeServer) -> None:
    server.plan_test(seconds=0)
    result = try_out(bot(server), {**given(hostPrt="canary-x"), "validate_connection": "warn"})
    assert any("hostPrt" in warning for warning in result["warnings"])


@BOTH_ROLES
def test_a_mask_where_nothing_is_stored(server: FakeServer, role: str) -> None:
    user = ROLES[role](server)
    one(
        user, {**NAMED, "service_type": "Postgres", "connection": {"hostPort": "p:1", "username": "u", "database": "d"}}
    )
    result = try_out(user, given(authType={"password": MASK}))
    assert "no secret is stored that it could stand for. Give the secret itself" in result["msg"]


@pytest.mark.parametrize("options", [NAMED, SHOP], ids=["stored", "given"])
def test_a_deleted_service(server: FakeServer, options: Json) -> None:
    user = stored(bot(server))
    one(user, {**NAMED, "state": "absent"})
    assert "the service is deleted (softly). Restore it first" in try_out(user, options)["msg"]
    assert left(user) == []


def test_another_type_than_the_service_has(server: FakeServer) -> None:
    user = stored(bot(server))
    result = try_out(user, {**NAMED, "service_type": "Mysql"})
    assert "service_type is Postgres on the server, not Mysql." in result["msg"]


def test_a_service_without_a_connection(new: FakeServer) -> None:
    one(bot(new), {**NAMED, "service_type": "Postgres"})
    result = try_out(bot(new), NAMED)
    assert "the service is stored without a connection, or this token may not see it." in result["msg"]


def test_check_mode_reads_and_tells(server: FakeServer) -> None:
    user = stored(bot(server))
    result = try_out(user, NAMED, check=True)
    assert result["msg"].startswith(
        "Would test the connection of database_service 'shop' (Postgres): CheckAccess, GetDatabases, "
    )
    assert (result["changed"], "passed" in result) == (False, False)
    assert writes(server) == []


@pytest.mark.parametrize(
    ("failing", "fail_on", "passed", "fails"),
    [
        ([], "any", True, False),
        (OPTIONAL, "mandatory", True, False),
        (OPTIONAL, "any", True, True),
        (OPTIONAL, "never", True, False),
        (MANDATORY, "mandatory", False, True),
        (MANDATORY, "any", False, True),
        (MANDATORY, "never", False, False),
    ],
)
def test_what_counts_as_a_failure(
    server: FakeServer, failing: list[str], fail_on: str, passed: bool, fails: bool
) -> None:
    user = stored(bot(server), failing=failing, error="permission denied")
    result = try_out(user, {**NAMED, "fail_on": fail_on})
    assert (result["passed"], result.get("failed", False), result["changed"]) == (passed, fails, False)
    assert [step["name"] for step in result["steps"] if not step["passed"]] == failing
    assert left(user) == []
    if fails:
        assert result["failure"]["code"] == "connection_test_failed"
        told = failing if fail_on == "any" else [name for name in failing if name != "GetViews"]
        assert all(name in result["msg"] for name in told)
        assert ("GetViews (optional)" in result["msg"]) == (fail_on == "any")
        assert "permission denied" in result["msg"]


def test_the_first_step_is_named_with_its_message(server: FakeServer) -> None:
    user = stored(bot(server), failing=["CheckAccess"], error="Connection refused")
    result = try_out(user, NAMED)
    said = "Failed to connect to postgres, please validate the credentials"
    assert result["msg"] == (
        "database_service 'shop': the test of the connection failed: CheckAccess: "
        f"{said}: Connection refused. Correct the connection, or what it leads to; steps has every step."
    )
    assert result["status"] == "Failed"
    assert result["steps"][0] == {
        "name": "CheckAccess",
        "passed": False,
        "mandatory": True,
        "message": said,
        "error_log": "Connection refused",
    }


def test_a_connector_that_quotes_the_secrets(server: FakeServer) -> None:
    user = stored(bot(server), failing=["CheckAccess"], error=f"can't log in as u:{SECRET}")
    result = try_out(user, NAMED)
    assert result["steps"][0]["error_log"] == f"can't log in as u:{HIDDEN}"


def test_what_cannot_be_hidden_is_not_told(server: FakeServer) -> None:
    user = stored(admin(server), failing=["CheckAccess"], error=f"can't log in as u:{SECRET}")
    result = try_out(user, NAMED)
    assert result["steps"][0]["error_log"] == UNTOLD
    assert "please validate the credentials" in result["msg"]


def test_an_admins_own_secrets_are_known(server: FakeServer) -> None:
    user = stored(admin(server), failing=["CheckAccess"], error="can't log in as u:canary-new")
    result = try_out(user, given(authType={"password": "canary-new"}))
    assert result["steps"][0]["error_log"] == f"can't log in as u:{HIDDEN}"


@pytest.mark.parametrize(
    ("mode", "code", "says"),
    [
        ("down", "orchestrator_unreachable", "Check that the server's orchestrator (Airflow, for example) is up"),
        ("unauthorized", "orchestrator_unauthorized", "Correct the login for the orchestrator in the server"),
        ("none", "no_orchestrator", "the server has no orchestrator"),
    ],
)
def test_without_an_orchestrator(server: FakeServer, mode: str, code: str, says: str) -> None:
    user = stored(bot(server))
    server.configure_orchestrator(mode=mode)
    result = try_out(user, {**NAMED, "fail_on": "never"})
    assert (result["failed"], result["failure"]["code"]) == (True, code)
    assert says in result["msg"]
    assert "passed" not in result
    assert left(user) == []


def test_a_type_without_a_test_that_is_triggered_all_the_same(old: FakeServer) -> None:
    """An unprivileged token may not see the definition."""
    one(bot(old), {**NAMED, "service_type": "CustomDatabase", "connection": {"sourcePythonClass": "c"}})
    old.inject(path="testConnectionDefinitions", status=403, body={"message": "no"})
    result = try_out(bot(old), NAMED)
    assert result["failure"]["code"] == "orchestrator_refused"
    assert "Test connection definition for CustomDatabase.testConnectionDefinition not found" in result["msg"]
    assert left(bot(old)) == []


def test_it_waits_as_long_as_it_may(server: FakeServer) -> None:
    user = stored(bot(server), seconds=1000)
    result = try_out(user, {**NAMED, "wait_timeout": 0.2, "interval": 0.1, "fail_on": "never"})
    assert (result["failed"], result["failure"]["code"], result["status"]) == (True, "timed_out", "Running")
    assert "didn't end within 0.2 seconds; the orchestrator has reported no step. Raise wait_timeout" in result["msg"]
    assert (result["passed"], result["steps"]) == (False, [])
    assert left(user) == []
    assert [request.split("/")[0] for request in sent(server)[5:]] == ["GET ", "GET ", "GET ", "DELETE ", "GET "]


def test_who_may_not_test(server: FakeServer) -> None:
    stored(bot(server))
    result = try_out(User(server, server.user_token), NAMED)
    assert result["failure"]["code"] == "permission_denied"
    assert "roles may create and delete automation workflows" in result["msg"]


@pytest.mark.parametrize(
    ("drop", "warned"), [("after", ""), ("before", "may have been made after all. Remove it: DELETE /api/v1")]
)
def test_the_answer_that_tells_the_id_is_lost(server: FakeServer, drop: str, warned: str) -> None:
    user = stored(bot(server))
    server.inject(method="POST", path=f"{BASE}$", drop=drop)
    result = try_out(user, NAMED)
    assert result["failure"]["code"] == "unreachable"
    assert [warned in warning for warning in result["warnings"]] == [True] * bool(warned)
    assert left(user) == []


def test_the_answer_to_the_trigger_is_lost(server: FakeServer) -> None:
    user = stored(bot(server))
    server.inject(method="POST", path=f"{BASE}/trigger", drop="after")
    assert try_out(user, NAMED)["passed"]
    assert left(user) == []


@pytest.mark.parametrize("path", [f"{BASE}$", f"{BASE}/trigger"])
def test_a_fault_that_passes_before_anything_is_done(server: FakeServer, path: str) -> None:
    user = stored(bot(server))
    server.inject(method="POST", path=path, status=503, headers={"Retry-After": "0"})
    assert try_out(user, {**NAMED, "retries": 1})["passed"]
    server.inject(method="POST", path=path, status=503, headers={"Retry-After": "0"})
    assert try_out(user, NAMED)["failure"]["code"] == "server_error"
    assert left(user) == []


@pytest.mark.parametrize("failing", [[], ["CheckAccess"]])
def test_a_workflow_that_cannot_be_removed_is_named(server: FakeServer, failing: list[str]) -> None:
    user = stored(bot(server), failing=failing)
    server.inject(method="DELETE", path=BASE, status=403, body={"message": "not you"})
    result = try_out(user, NAMED)
    (workflow,) = left(user)
    (warning,) = result["warnings"]
    assert f"The automation workflow {workflow['name']}, which holds the connection, could not be removed" in warning
    assert f"DELETE /api/v1{BASE}/name/{workflow['name']}?hardDelete=true" in warning
    assert result.get("failed", False) is bool(failing)
    assert result["passed"] is not bool(failing)
