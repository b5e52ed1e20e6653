# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module says to Ansible: results, failures and warnings, none of which holds a secret."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as ansible_warnings
from ansible.module_utils.common.parameters import PASS_VARS

from ansible_collections.community.openmetadata.plugins.module_utils import (
    arguments,
    client,
    errors,
    model,
    plan,
    runner,
)
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome
from ansible_collections.community.openmetadata.plugins.module_utils.redact import CHANGED, HIDDEN, looks_secret
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task
from ansible_collections.community.openmetadata.plugins.modules import dashboard_service, dashboard_service_info
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins import configs

Json = dict[str, Any]
Run = Callable[..., Json]
SPEC = arguments.service_spec().merge(arguments.policy_spec()).merge(ArgumentSpec(kind=DASHBOARDS.kind))
ARGUMENTS: Json = {
    "url": "http://127.0.0.1:9",
    "token": "canary-token",
    "name": "s",
    "service_type": "Metabase",
    "connection": {"hostPort": "http://h", "password": "canary-password"},
    "retries": 0,
}


@pytest.fixture
def ends(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run something that ends as modules do, and read the one line of JSON that it printed."""

    def run(work: Callable[[], Any], given: Json, **more: Any) -> Json:
        # From 2.21 on, the invocation is told on request only.
        asked = {"inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
        internal = {f"_ansible_{name}": value for name, value in {**asked, **more}.items()}
        # Ansible collects warnings for the whole process: in a list, and since 2.19 in a mapping.
        monkeypatch.setattr(ansible_warnings, "_global_warnings", type(ansible_warnings._global_warnings)())
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            # 2.19 and newer want to know how arguments are written down. And other tests of this process may have
            # loaded the controller, where these releases display warnings at once.
            monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy")
            monkeypatch.setattr(importlib.import_module("ansible.module_utils._internal"), "is_controller", False)
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {**given, **internal}}).encode()
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", arguments)
        with pytest.raises(SystemExit):
            work()
        printed = capsys.readouterr()
        assert "canary" not in printed.out + printed.err
        result: Json = json.loads(printed.out)
        return result

    return run


def works(work: Callable[[Task, client.Client], Json], spec: ArgumentSpec = SPEC) -> Callable[[], Any]:
    return lambda: runner.run(spec, work)


def raises(error: Exception) -> Callable[[], Any]:
    def work(_module: Task, _client: client.Client) -> Json:
        raise error

    return works(work)


def test_a_result_is_redacted_and_so_is_the_invocation(ends: Run) -> None:
    result = ends(
        works(
            lambda _module, _client: {"changed": True, "said": "x canary-password y", "connection": {"token": "a1b2"}}
        ),
        ARGUMENTS,
    )
    assert (result["changed"], result["said"]) == (True, f"x {HIDDEN} y")
    assert result["connection"] == {"token": HIDDEN}
    given = result["invocation"]["module_args"]
    assert given["connection"] == {"hostPort": "http://h", "password": HIDDEN}
    assert given["name"] == "s"
    assert "failed" not in result


def test_a_failure_of_input(ends: Run) -> None:
    result = ends(raises(errors.InvalidInput("this is wrong.", "Do that.")), ARGUMENTS)
    assert result["failed"] is True
    assert result["msg"] == "dashboard_service 's': this is wrong. Do that."
    assert result["failure"] == {
        "code": "invalid_input",
        "message": "this is wrong.",
        "cure": "Do that.",
        "details": {},
    }


def test_a_failure_of_a_request(ends: Run) -> None:
    error = errors.ServerError("no canary-password", method="PUT", path="/x", status=503, attempts=5)
    result = ends(raises(error), ARGUMENTS)
    assert result["msg"] == (
        f"dashboard_service 's': PUT /x failed with HTTP 503 after 5 tries: no {HIDDEN}. {errors.ServerError.cure}"
    )
    assert result["failure"]["code"] == "server_error"
    assert result["failure"]["details"] == {"method": "PUT", "path": "/x", "status": 503, "attempts": 5}


def test_a_failure_without_an_answer(ends: Run) -> None:
    result = ends(raises(errors.Unreachable("refused", method="GET", path="/x")), ARGUMENTS)
    assert result["msg"].startswith("dashboard_service 's': GET /x failed: refused. Check that url")
    assert result["failure"]["details"]["status"] is None


@pytest.mark.parametrize("error", [ValueError("canary-password"), KeyError("canary-token"), RecursionError()])
def test_a_bug_is_told_without_a_traceback(ends: Run, error: Exception) -> None:
    result = ends(raises(error), ARGUMENTS)
    assert result["failed"] is True
    assert result["msg"].startswith("This is a bug in community.openmetadata, please report it: ")
    assert type(error).__name__ in result["msg"]
    assert result["failure"]["code"] == "internal_error"
    assert "Traceback" not in json.dumps(result)
    assert "exception" not in result


def test_requests_may_be_missing(ends: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "REQUESTS_ERROR", ImportError("no requests"))
    result = ends(works(lambda _module, _client: {}), ARGUMENTS)
    assert result["failed"] is True
    assert "requests" in result["msg"]
    assert result["failure"]["code"] == "missing_library"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"bogus": "x"}, id="an unknown option"),
        pytest.param({"timeout": "canary-password"}, id="a secret in the wrong option"),
        pytest.param({"connection": "canary-password"}, id="a connection that is no mapping"),
        pytest.param({"connection": ["canary-password"]}, id="a connection that is a list"),
        pytest.param({"validate_connection": "canary-password"}, id="a secret as a choice"),
        pytest.param({"retries": "many"}, id="a text for a number"),
    ],
)
def test_ansible_refuses_arguments_without_a_leak(ends: Run, given: Json) -> None:
    result = ends(works(lambda _module, _client: {}), {**ARGUMENTS, **given})
    assert result["failed"] is True
    assert result["msg"]


@pytest.mark.parametrize("service_type", [*configs.TYPES, "Unheard", None])
def test_no_secret_of_any_type_is_in_the_invocation(ends: Run, service_type: str | None) -> None:
    """Also where the task doesn't say which type it is, so that only names tell what is secret."""

    def echo(values: list[str], _module: Task, _client: client.Client) -> Json:
        return {"changed": False, "echo": values}

    for name in configs.TYPES if service_type in (None, "Unheard") else [service_type]:
        assert name is not None
        for choices in configs.variants(name):
            given = {**ARGUMENTS, "service_type": service_type, "connection": configs.full(name, choices)}
            values = list(configs.canaries(name, choices).values())

            assert "canary" not in json.dumps(ends(works(partial(echo, values)), given))


@pytest.mark.parametrize("service_type", configs.TYPES)
def test_every_secret_of_the_catalogue_is_told_by_its_name_too(service_type: str) -> None:
    for choices in configs.variants(service_type):
        for path in configs.canaries(service_type, choices):
            assert looks_secret(path[-1]), path


def test_warnings_are_redacted(ends: Run) -> None:
    def work(module: Task, _client: client.Client) -> Json:
        module.say(["mind canary-password", "and this"])
        return {"changed": False}

    warnings = ends(works(work), ARGUMENTS)["warnings"]
    assert len(warnings) == 2
    assert f"mind {HIDDEN}" in json.dumps(warnings[0])
    assert "and this" in json.dumps(warnings[1])


def outcome(**more: Any) -> Outcome:
    facts: Json = {
        "name": "s",
        "kind": "dashboard",
        "label": "dashboard_service",
        "action": "updated",
        "changed": True,
        "version_before": 0.1,
        "version": 0.2,
        "changed_fields": ["description"],
        "unverified": [],
        "service": {"name": "s"},
        "before": {"description": "a"},
        "after": {"description": "b"},
    }
    return Outcome(**{**facts, **more})


def test_an_outcome_as_a_result() -> None:
    assert runner.result_of(outcome(), DASHBOARDS.kind) == {
        "changed": True,
        "action": "updated",
        "version_before": 0.1,
        "version": 0.2,
        "changed_fields": ["description"],
        "unverified": [],
        "dashboard_service": {"name": "s"},
        "diff": {
            "before_header": "dashboard_service s",
            "after_header": "dashboard_service s",
            "before": {"description": "a"},
            "after": {"description": "b"},
            "prepared": "description: a -> b\n",
        },
    }


@pytest.mark.parametrize(("before", "after"), [({}, {"a": 1}), ({"a": 1}, {})])
def test_a_creation_or_removal_has_no_lines_of_changes(before: Json, after: Json) -> None:
    assert (
        "prepared"
        not in runner.result_of(outcome(before=before, after=after, changed_fields=["a"]), DASHBOARDS.kind)["diff"]
    )


def test_lines_of_changes_show_everything_but_secrets() -> None:
    desired = {
        "hostPort": "http://new",
        "token": "canary-1",
        "connectionOptions": {"apiKey": "canary-2", "password": "canary-3", "kept": "k"},
        "list": [{"clientSecret": "canary-4"}, "x"],
        "flag": False,
    }
    entity = {"id": "1", "name": "s", "serviceType": "CustomDashboard", "version": 0.1}
    server = model.Server("2.0.7", DASHBOARDS)
    config = {"type": "CustomDashboard", "hostPort": "http://old", "flag": True, "token": "canary-5", "gone": "g"}
    current = model.Current.from_entity({**entity, "connection": {"config": config}}, server)
    wish = model.Desired("s", "CustomDashboard", {"connection": desired, "description": "two\nlines"})
    todo = plan.present(wish, current, server, plan.Policy(secrets_readable=True))
    shown = outcome(before=todo.before, after=todo.after, changed_fields=todo.changed_fields)
    lines = runner.result_of(shown, DASHBOARDS.kind)["diff"]["prepared"].splitlines()
    assert "canary" not in "".join(lines)
    assert "connection.hostPort: http://old -> http://new" in lines
    assert f"connection.token: {HIDDEN} -> {CHANGED}" in lines
    assert "connection.flag: true -> false" in lines
    assert [line for line in lines if line.startswith("connection.gone: g -> ")]
    assert len([line for line in lines if ": " in line]) == len(todo.changed_fields)


def test_one_warning_says_how_to_get_an_exact_audit() -> None:
    found = runner.warnings_of(outcome(unverified=["connection.password", "connection.apiKey"], warnings=["first"]))
    assert found[0] == "first"
    assert len(found) == 2
    assert "connection.password, connection.apiKey" in found[1]
    assert "bot's token" in found[1]
    assert runner.warnings_of(outcome()) == []


# ---- the modules as a whole


def given(server: FakeServer, **more: Any) -> Json:
    return {"url": server.url, "token": server.admin_token, **more}


def test_the_module_from_creation_to_purge(server: FakeServer, ends: Run) -> None:
    options = given(server, name="s", service_type="Metabase",
                    connection={"hostPort": "http://h", "username": "u", "password": "canary-password"})  # fmt: skip
    predicted = ends(dashboard_service.main, options, check_mode=True)
    assert (predicted["changed"], predicted["action"], predicted["version"]) == (True, "created", None)
    created = ends(dashboard_service.main, options)
    assert (created["changed"], created["action"], created["version"]) == (True, "created", 0.1)
    assert created["dashboard_service"]["connection"]["password"] == HIDDEN
    assert created["diff"]["after"] == predicted["diff"]["after"]
    again = ends(dashboard_service.main, options)
    assert (again["changed"], again["unverified"]) == (False, ["connection.password"])
    assert len(again["warnings"]) == 1
    kept = ends(dashboard_service.main, {**options, "update_secrets": "on_create", "description": "d"})
    assert kept["changed_fields"] == ["description"]
    gone = ends(dashboard_service.main, given(server, name="s", state="absent"))
    assert gone["action"] == "deleted"
    back = ends(dashboard_service.main, options)
    assert back["action"] == "restored"
    purged = ends(dashboard_service.main, given(server, name="s", state="absent", hard_delete=True))
    assert (purged["action"], purged["version"], purged["dashboard_service"]) == ("purged", None, None)


def test_the_info_module(server: FakeServer, ends: Run) -> None:
    for name in ("a", "b"):
        options = given(server, name=name, service_type="Metabase",
                        connection={"hostPort": "http://h", "password": "canary-password"})  # fmt: skip
        ends(dashboard_service.main, options)
    result = ends(dashboard_service_info.main, {"url": server.url, "token": server.bot_token})
    assert [each["name"] for each in result["dashboard_services"]] == ["a", "b"]
    assert result["changed"] is False
    assert result["server_version"]
    one = ends(dashboard_service_info.main, {"url": server.url, "token": server.bot_token, "name": "b"})
    assert [each["name"] for each in one["dashboard_services"]] == ["b"]
    none = ends(dashboard_service_info.main, {"url": server.url, "token": server.bot_token, "name": "c"})
    assert none["dashboard_services"] == []


@pytest.mark.parametrize("name", ["", "  ", None])
def test_an_empty_name_is_refused(server: FakeServer, ends: Run, name: str | None) -> None:
    result = ends(dashboard_service.main, given(server, name=name, service_type="Metabase"))
    # Ansible before 2.19 refuses nothing at all as a text.
    assert result.get("failure", {}).get("code") == "invalid_input" or "'None' is not a string" in result["msg"]
    assert server.requests() == []


def test_a_name_is_needed(ends: Run) -> None:
    assert ends(dashboard_service.main, {"url": "http://h", "token": "canary-token"})["msg"] == (
        "missing required arguments: name"
    )


def test_no_url_and_no_token(ends: Run) -> None:
    assert ends(dashboard_service.main, {"name": "s"})["msg"].endswith(
        "url is missing. Set url, or OPENMETADATA_HOST in the environment."
    )
    missing = ends(dashboard_service.main, {"name": "s", "url": "http://h"})
    assert "there is nothing to log in with." in missing["msg"]
    assert "OPENMETADATA_JWT_TOKEN" in missing["failure"]["cure"]


def test_the_environment_is_used(server: FakeServer, ends: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENMETADATA_HOST", server.url)
    monkeypatch.setenv("OPENMETADATA_USERNAME", "admin")
    monkeypatch.setenv("OPENMETADATA_PASSWORD", "admin")
    assert ends(dashboard_service_info.main, {})["dashboard_services"] == []
