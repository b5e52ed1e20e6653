# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pipeline over HTTP: requests and their bodies, end states, and what is refused before any write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import (
    BOTH_ROLES,
    LIST,
    METADATA,
    NOTHING,
    POST,
    VERSION,
    acts,
    assert_no_put,
    dags,
    given,
    given_service,
    one,
    patched,
    posted,
    states,
    stored,
)
from unit.plugins.services import profile_of
from unit.plugins.support import ROLES, admin, bot, sent, writes

Json = dict[str, Any]
UNDEPLOYED = {"op": "add", "path": "/deployed", "value": False}
DAILY = {"scheduleInterval": "0 3 * * *"}


def add(path: str, value: Any) -> Json:
    return {"op": "add", "path": path, "value": value}


def shown(result: Json) -> Json:
    """The pipeline of a result, without what only the server can know; with its defaults, as a check can't tell which
    of them it writes down.
    """
    unknown = ("id", "version", "updated_at", "updated_by", "href", "source_config")
    return {name: value for name, value in result["ingestion_pipeline"].items() if name not in unknown}


# ---- creating


@BOTH_ROLES
def test_creating_is_four_requests_and_a_deploy(server: FakeServer, role: str) -> None:
    service = given_service(server)
    result = one(ROLES[role](server))
    body = stored(server)
    assert sent(server)[:5] == [*NOTHING, POST, f"{POST}/deploy/{body['id']}"]
    assert len(writes(server)) == 2
    assert posted(server) == {
        "name": "p",
        "pipelineType": "metadata",
        "service": {"id": service, "type": "dashboardService"},
        "sourceConfig": {"config": METADATA},
        "airflowConfig": {},
    }
    assert (result["changed"], result["action"], result["version_before"], result["warnings"]) == (
        True, "created", None, []
    )  # fmt: skip
    assert (body["deployed"], body["enabled"], dags(server)) == (True, True, {"p": False})
    assert {"deployed", "pipeline_type", "service", "source_config.includeTags"} <= set(result["changed_fields"])


@BOTH_ROLES
def test_creating_with_everything(server: FakeServer, role: str) -> None:
    service = given_service(server)
    owner = {"id": admin(server).call("GET", "/users/name/rec_user")["id"], "type": "user"}
    server.clear_requests()
    options: Json = {
        "display_name": "Nightly",
        "description": "Words",
        "source_config": {"includeTags": False, "dashboardFilterPattern": {"excludes": ["^draft .*"]}},
        "schedule": "30 2 * * *",
        "start_date": "2026-01-31",
        "end_date": "2027-01-31T06:00:00+02:00",
        "timezone": "Europe/Berlin",
        "pipeline_retries": 2,
        "retry_delay": 60,
        "concurrency": 2,
        "max_active_runs": 2,
        "pipeline_timeout": 600,
        "catchup": True,
        "pause_pipeline": False,
        "email": "a@example.org",
        "default_view": "grid",
        "default_view_orientation": "TB",
        "log_level": "DEBUG",
        "enabled": True,
        "owners": ["rec_user"],
    }
    predicted = one(ROLES[role](server), check=True, **options)
    assert writes(server) == []
    result = one(ROLES[role](server), **options)
    lists = profile_of(server) == "2.0"
    assert posted(server) == {
        "name": "p",
        "displayName": "Nightly",
        "description": "Words",
        "pipelineType": "metadata",
        "service": {"id": service, "type": "dashboardService"},
        "sourceConfig": {"config": {**METADATA, "includeTags": False,
                                    "dashboardFilterPattern": {"excludes": ["^draft .*"]}}},
        "airflowConfig": {
            "scheduleInterval": "30 2 * * *",
            "startDate": "2026-01-31T00:00:00Z",
            "endDate": "2027-01-31T04:00:00Z",
            "pipelineTimezone": "Europe/Berlin",
            "retries": 2,
            "retryDelay": 60,
            "concurrency": 2,
            "maxActiveRuns": 2,
            "workflowTimeout": 600,
            "pipelineCatchup": True,
            "pausePipeline": False,
            "email": "a@example.org",
            "workflowDefaultView": "grid",
            "workflowDefaultViewOrientation": "TB",
        },
        "loggerLevel": "DEBUG",
        **({"owners": [owner]} if lists else {"owner": owner}),
    }  # fmt: skip
    assert acts(server) == ["deploy"]
    assert shown(predicted) == shown(result)
    assert (predicted["diff"], predicted["changed_fields"]) == (result["diff"], result["changed_fields"])
    assert (predicted["changed"], predicted["action"], predicted["version"]) == (True, "created", None)
    server.clear_requests()
    for check in (True, False):
        again = one(ROLES[role](server), check=check, **options)
        assert (again["changed"], again["action"], again["changed_fields"]) == (False, "none", [])
        assert shown(again) == shown(result)
    assert writes(server) == []


@BOTH_ROLES
def test_nothing_to_do_is_three_requests(server: FakeServer, role: str) -> None:
    given_service(server)
    given(server, airflowConfig=DAILY)
    before = stored(server)
    server.clear_requests()
    told: Json = {"schedule": "0 3 * * *", "source_config": {"includeTags": True}, "log_level": "INFO", "enabled": True}
    nothing: Json = {}
    for options in (nothing, told):
        result = one(ROLES[role](server), **options)
        assert (result["changed"], result["action"], result["version"]) == (False, "none", before["version"])
        assert sent(server) == NOTHING
        server.clear_requests()
    assert stored(server) == before


def test_without_deploy_it_is_stored_alone(server: FakeServer) -> None:
    given_service(server)
    result = one(admin(server), deploy=False)
    assert sent(server) == [*NOTHING, POST]
    assert (result["action"], result["ingestion_pipeline"]["deployed"]) == ("created", False)
    assert (states(server), dags(server)) == ((False, True), {})
    server.clear_requests()
    assert one(admin(server), deploy=False)["changed"] is False
    assert sent(server) == NOTHING
    # Somebody wants it deployed later.
    result = one(admin(server))
    assert (result["action"], result["changed_fields"], states(server)) == ("updated", ["deployed"], (True, True))


@BOTH_ROLES
def test_created_paused(server: FakeServer, role: str) -> None:
    """The orchestrator has to know it before it can be paused there."""
    given_service(server)
    result = one(ROLES[role](server), enabled=False)
    assert (result["action"], result["ingestion_pipeline"]["enabled"]) == ("created", False)
    assert (states(server), dags(server), acts(server)) == ((True, False), {"p": True}, ["deploy", "toggleIngestion"])
    server.clear_requests()
    assert one(ROLES[role](server), enabled=False)["changed"] is False
    assert one(ROLES[role](server))["changed"] is False
    assert sent(server) == [*NOTHING, *NOTHING]


# ---- updating


CHANGES: dict[str, tuple[Any, Json]] = {
    "schedule": ("0 4 * * *", add("/airflowConfig/scheduleInterval", "0 4 * * *")),
    "start_date": ("2026-01-31", add("/airflowConfig/startDate", "2026-01-31T00:00:00Z")),
    "pipeline_retries": (2, add("/airflowConfig/retries", 2)),
    "catchup": (True, add("/airflowConfig/pipelineCatchup", True)),
    "log_level": ("DEBUG", add("/loggerLevel", "DEBUG")),
    "source_config": ({"includeTags": False}, add("/sourceConfig/config/includeTags", False)),
}


@BOTH_ROLES
@pytest.mark.parametrize("option", CHANGES)
def test_an_update_patches_exactly_what_differs_and_deploys(server: FakeServer, role: str, option: str) -> None:
    given_service(server)
    id_ = given(server, airflowConfig=DAILY, description="kept", displayName="Kept")
    value, operation = CHANGES[option]
    before = stored(server)
    server.clear_requests()
    predicted = one(ROLES[role](server), check=True, **{option: value})
    assert writes(server) == []
    server.clear_requests()
    result = one(ROLES[role](server), **{option: value})
    assert [(entry["method"], entry["path"]) for entry in writes(server)] == [
        ("PATCH", f"{LIST}/{id_}"),
        ("POST", f"{LIST}/deploy/{id_}"),
    ]
    # Should the task be cut short before the deploy, the next one sees that it is due.
    assert patched(server) == [operation, UNDEPLOYED]
    field = {"source_config": "source_config.includeTags"}.get(option, option)
    assert (result["action"], result["changed_fields"]) == ("updated", [field])
    assert (predicted["changed_fields"], predicted["diff"]) == (result["changed_fields"], result["diff"])
    assert shown(predicted) == shown(result)
    after = stored(server)
    assert (after["deployed"], after["enabled"], after["description"]) == (True, True, "kept")
    assert result["version"] == after["version"] > before["version"]
    server.clear_requests()
    assert one(ROLES[role](server), **{option: value})["changed"] is False
    assert sent(server) == NOTHING


@BOTH_ROLES
def test_what_the_orchestrator_need_not_know_is_not_deployed(server: FakeServer, role: str) -> None:
    given_service(server)
    id_ = given(server)
    result = one(ROLES[role](server), description="d", display_name="D", owners=["rec_user"])
    assert [each for each in sent(server) if "/users/" not in each] == [*NOTHING, f"PATCH {LIST}/{id_}"]
    owner = stored(server)["owners"][0] if profile_of(server) == "2.0" else stored(server)["owner"]
    reference = {"id": owner["id"], "type": "user"}
    assert patched(server) == [
        add("/displayName", "D"),
        add("/description", "d"),
        add("/owners", [reference]) if profile_of(server) == "2.0" else add("/owner", reference),
    ]
    assert result["changed_fields"] == ["description", "display_name", "owners"]


@BOTH_ROLES
def test_values_are_cleared(server: FakeServer, role: str) -> None:
    given_service(server)
    given(
        server,
        airflowConfig={**DAILY, "startDate": "2026-01-31T00:00:00Z", "email": "a@example.org"},
        description="Words",
        sourceConfig={"config": {**METADATA, "includeTags": False, "includeOwners": True}},
    )
    options: Json = {
        "schedule": "",
        "start_date": "",
        "email": "",
        "description": "",
        "source_config": {"includeOwners": True},
    }
    result = one(ROLES[role](server), **options)
    assert patched(server) == [
        {"op": "remove", "path": "/description"},
        {"op": "remove", "path": "/sourceConfig/config/includeTags"},
        {"op": "remove", "path": "/airflowConfig/scheduleInterval"},
        {"op": "remove", "path": "/airflowConfig/startDate"},
        {"op": "remove", "path": "/airflowConfig/email"},
        UNDEPLOYED,
    ]
    assert result["changed_fields"] == ["description", "email", "schedule", "source_config.includeTags", "start_date"]
    assert result["ingestion_pipeline"]["schedule"] is None
    server.clear_requests()
    assert one(ROLES[role](server), **options)["changed"] is False


@BOTH_ROLES
@pytest.mark.parametrize("enabled", [True, False])
def test_pausing_and_going_on(server: FakeServer, role: str, enabled: bool) -> None:
    given_service(server)
    id_ = given(server, enabled=not enabled)
    result = one(ROLES[role](server), enabled=enabled)
    assert sent(server) == [*NOTHING, f"{POST}/toggleIngestion/{id_}"]
    assert (result["changed_fields"], states(server), dags(server)) == (
        ["enabled"],
        (True, enabled),
        {"p": not enabled},
    )


@BOTH_ROLES
@pytest.mark.parametrize("enabled", [True, False])
def test_enabled_never_flips_by_itself(server: FakeServer, role: str, enabled: bool) -> None:
    given_service(server)
    given(server, enabled=enabled)
    result = one(ROLES[role](server), schedule="0 4 * * *", description="d")
    assert (result["changed_fields"], acts(server)) == (["description", "schedule"], ["deploy"])
    assert (states(server), dags(server)) == ((True, enabled), {"p": not enabled})


@BOTH_ROLES
def test_changed_and_paused_at_once(server: FakeServer, role: str) -> None:
    given_service(server)
    given(server)
    result = one(ROLES[role](server), schedule="0 4 * * *", enabled=False)
    assert (result["changed_fields"], acts(server)) == (["enabled", "schedule"], ["deploy", "toggleIngestion"])
    assert (states(server), dags(server)) == ((True, False), {"p": True})
    assert_no_put(server)


def test_without_deploy_a_change_is_told_to_be_stored_alone(server: FakeServer) -> None:
    given_service(server)
    id_ = given(server)
    result = one(admin(server), deploy=False, schedule="0 4 * * *")
    assert sent(server) == [*NOTHING, f"PATCH {LIST}/{id_}"]
    assert patched(server) == [add("/airflowConfig/scheduleInterval", "0 4 * * *")]
    assert [each for each in result["warnings"] if "deploy is false" in each] == result["warnings"]
    assert (len(result["warnings"]), states(server)) == (1, (True, True))


# ---- what others did


@BOTH_ROLES
@pytest.mark.parametrize("wished", [True, False])
def test_a_put_of_somebody_else_is_put_right(server: FakeServer, role: str, wished: bool) -> None:
    """It undeploys and lets the record go on, while the orchestrator still has it paused."""
    service = given_service(server)
    given(server, enabled=False)
    body = {
        "name": "p",
        "pipelineType": "metadata",
        "service": {"id": service, "type": "dashboardService"},
        "sourceConfig": {"config": METADATA},
        "airflowConfig": {},
    }
    admin(server).call("PUT", LIST, body)
    assert (states(server), dags(server)) == ((False, True), {"p": True})
    server.clear_requests()
    result = one(ROLES[role](server), enabled=wished)
    assert (states(server), dags(server)) == ((True, wished), {"p": not wished})
    assert result["changed_fields"] == (["deployed"] if wished else ["deployed", "enabled"])
    assert_no_put(server)
    server.clear_requests()
    assert one(ROLES[role](server), enabled=wished)["changed"] is False
    assert sent(server) == NOTHING


@BOTH_ROLES
@pytest.mark.parametrize("enabled", [True, False])
def test_restored_it_is_deployed_and_stays_paused(server: FakeServer, role: str, enabled: bool) -> None:
    given_service(server)
    id_ = given(server, enabled=enabled)
    assert one(admin(server), state="absent")["action"] == "deleted"
    assert dags(server) == {}
    server.clear_requests()
    predicted = one(ROLES[role](server), check=True)
    assert (predicted["action"], writes(server)) == ("restored", [])
    result = one(ROLES[role](server))
    assert result["action"] == predicted["action"] == "restored"
    assert result["changed_fields"] == predicted["changed_fields"] == ["deleted", "deployed"]
    assert shown(predicted) == shown(result)
    assert (states(server), dags(server)) == ((True, enabled), {"p": not enabled})
    assert writes(server)[0]["path"] == f"{LIST}/restore"
    assert stored(server)["id"] == id_
    server.clear_requests()
    assert one(ROLES[role](server))["changed"] is False
    assert sent(server) == NOTHING


@BOTH_ROLES
@pytest.mark.parametrize("wished", [True, False])
@pytest.mark.parametrize("enabled", [True, False])
def test_restored_and_changed_at_once(server: FakeServer, role: str, enabled: bool, wished: bool) -> None:
    given_service(server)
    given(server, enabled=enabled)
    one(admin(server), state="absent")
    server.clear_requests()
    result = one(ROLES[role](server), schedule="0 4 * * *", description="d", enabled=wished)
    assert result["action"] == "restored"
    assert (states(server), dags(server)) == ((True, wished), {"p": not wished})
    assert stored(server)["airflowConfig"]["scheduleInterval"] == "0 4 * * *"
    assert_no_put(server)
    server.clear_requests()
    assert one(ROLES[role](server), schedule="0 4 * * *", enabled=wished)["changed"] is False


@BOTH_ROLES
@pytest.mark.parametrize("how", ["by somebody else", "with its service"])
@pytest.mark.parametrize("enabled", [True, False])
def test_what_others_restored_is_deployed(server: FakeServer, role: str, how: str, enabled: bool) -> None:
    service = given_service(server)
    id_ = given(server, enabled=enabled)
    user = admin(server)
    if how == "by somebody else":
        user.call("DELETE", f"{LIST}/{id_}")
        user.call("PUT", f"{LIST}/restore", {"id": id_})
    else:
        user.call("DELETE", f"/services/dashboardServices/{service}", recursive="true")
        user.call("PUT", "/services/dashboardServices/restore", {"id": service})
    assert (states(server), dags(server)) == ((True, enabled), {})
    server.clear_requests()
    result = one(ROLES[role](server))
    assert (result["action"], result["changed_fields"]) == ("updated", ["deployed"])
    assert (states(server), dags(server)) == ((True, enabled), {"p": not enabled})
    server.clear_requests()
    assert one(ROLES[role](server))["changed"] is False
    assert sent(server) == NOTHING


def test_what_is_not_mentioned_survives(server: FakeServer) -> None:
    given_service(server)
    given(
        server,
        enabled=False,
        description="d",
        displayName="D",
        loggerLevel="WARN",
        airflowConfig={**DAILY, "retries": 3, "email": "a@example.org", "startDate": "2026-01-31T00:00:00Z"},
        sourceConfig={"config": {**METADATA, "includeOwners": True}},
    )
    before = stored(server)
    assert one(bot(server), concurrency=2)["changed_fields"] == ["concurrency"]
    after = stored(server)
    own = ("version", "updatedAt", "updatedBy", "changeDescription", "incrementalChangeDescription", "airflowConfig")
    assert {name: each for name, each in after.items() if name not in own} == {
        name: each for name, each in before.items() if name not in own
    }
    assert after["airflowConfig"] == {**before["airflowConfig"], "concurrency": 2}


# ---- removing


@BOTH_ROLES
def test_soft_delete_and_purge(server: FakeServer, role: str) -> None:
    given_service(server)
    id_ = given(server)
    user = ROLES[role](server)
    assert one(user, check=True, state="absent")["action"] == "deleted"
    assert writes(server) == []
    result = one(user, state="absent")
    assert (result["action"], result["warnings"], dags(server)) == ("deleted", [], {})
    assert result["ingestion_pipeline"]["deleted"] is True
    assert stored(server)["deleted"] is True
    server.clear_requests()
    assert one(user, state="absent")["changed"] is False
    assert writes(server) == []
    result = one(user, state="absent", hard_delete=True)
    assert (result["action"], result["ingestion_pipeline"]) == ("purged", None)
    assert [(entry["method"], entry["path"], entry["query"]) for entry in writes(server)] == [
        ("DELETE", f"{LIST}/{id_}", {"hardDelete": "true"})
    ]
    server.clear_requests()
    again = one(user, state="absent", hard_delete=True)
    assert (again["changed"], again["action"]) == (False, "none")


def test_what_a_purge_leaves_behind_is_told(server: FakeServer) -> None:
    given_service(server)
    given(server, "a b.c")
    assert dags(server) == {"a_b_c": False}
    for check in (True, False):
        result = one(admin(server), check=check, name="a b.c", state="absent", hard_delete=True)
        assert result["action"] == "purged"
        assert result["warnings"] == [
            "the orchestrator knows 'a b.c' as 'a_b_c', and OpenMetadata does not remove it there by that name: it may "
            "go on running. Remove it in the orchestrator.",
            'OpenMetadata keeps the record of the runs of s."a b.c": a new pipeline of that name shows them.',
        ]
    assert dags(server) == {"a_b_c": False}


def test_removing_needs_no_service(server: FakeServer) -> None:
    result = one(admin(server), service="nowhere", state="absent")
    assert (result["changed"], result["action"]) == (False, "none")
    assert sent(server) == [VERSION, f"GET {LIST}/name/nowhere.p"]


# ---- releases in between


@BOTH_ROLES
@pytest.mark.parametrize("profile", ["1.4", "1.6", "1.9", "1.13"])
def test_a_life_on_other_releases(start: Callable[..., FakeServer], profile: str, role: str) -> None:
    server = start(profile)
    given_service(server)
    user = ROLES[role](server)
    options: Json = {"schedule": "0 3 * * *", "owners": ["rec_user"]}
    steps: list[tuple[Json, str, tuple[bool, bool]]] = [
        (options, "created", (True, True)),
        ({"schedule": "0 4 * * *", "source_config": {"includeTags": False}}, "updated", (True, True)),
        ({"enabled": False}, "updated", (True, False)),
        ({"log_level": "DEBUG", "owners": []}, "updated", (True, False)),
        ({"state": "absent"}, "deleted", (True, False)),
        ({"description": "d"}, "restored", (True, False)),
        ({"enabled": True}, "updated", (True, True)),
    ]
    for given_options, action, state in steps:
        predicted = one(user, check=True, **given_options)
        result = one(user, **given_options)
        assert (predicted["action"], result["action"]) == (action, action), given_options
        assert predicted["changed_fields"] == result["changed_fields"]
        assert states(server) == state
        server.advance(5)
        server.clear_requests()
        assert one(user, **given_options)["changed"] is False
        assert writes(server) == []
    assert_no_put(server)
    assert dags(server) == {"p": False}
    assert one(user, state="absent", hard_delete=True)["action"] == "purged"


# ---- names


@pytest.mark.parametrize("name", ["a.b", "with blank", "100% & more", "Ünï 日本", "a.b.c", "don't (ever) - do_it"])
@pytest.mark.parametrize("service", ["s", "dotted.service", "with blank"])
def test_names_of_every_kind(server: FakeServer, name: str, service: str) -> None:
    given_service(server, service)
    user = bot(server)
    assert one(user, service=service, name=name)["action"] == "created"
    result = one(user, service=service, name=name)
    assert (result["action"], result["ingestion_pipeline"]["name"]) == ("none", name)
    assert result["ingestion_pipeline"]["service"] == service
    assert one(user, service=service, name=name, description="d")["changed_fields"] == ["description"]
    assert one(user, service=service, name=name, state="absent")["action"] == "deleted"
    assert one(user, service=service, name=name)["action"] == "restored"
    assert one(user, service=service, name=name, state="absent", hard_delete=True)["action"] == "purged"


# ---- refused before any write


BAD: list[tuple[Json, str]] = [
    ({"schedule": "every night"}, "schedule: 'every night' can't be read as a schedule: it has 2 fields"),
    ({"schedule": "61 * * * *"}, "'61' is no minute, which goes from 0 to 59"),
    ({"start_date": "2026-01-02", "end_date": "2026-01-01"}, "end_date is 2026-01-01T00:00:00Z, which is not after"),
    ({"start_date": "soon"}, "start_date: 'soon' is no date."),
    ({"end_date": "0001-01-01T00:00:00+05:00"}, "end_date: '0001-01-01T00:00:00+05:00' is no date."),
    ({"concurrency": 0}, "concurrency is 0."),
    ({"wait_deployed": -1}, "wait_deployed is -1."),
    ({"source_config": {"includeTag": False}}, "source_config.includeTag"),
    ({"source_config": {"includeTags": "perhaps"}}, "source_config.includeTags"),
    ({"source_config": {"type": "DatabaseMetadata"}}, "source_config.type"),
    ({"log_level": "LOUD"}, "value of log_level must be one of: DEBUG, INFO, WARN, ERROR, got: LOUD"),
    ({"owners": ["nobody"]}, "owners: there is no user or team called 'nobody'."),
    ({"service": " "}, "service is missing."),
    ({"name": " "}, "name is empty."),
    ({"name": "a::b"}, "name holds '::'"),
    ({"service_kind": "bogus"}, "value of service_kind must be one of"),
    ({"deploy": False, "enabled": False}, "enabled is what the orchestrator is told"),
]


@pytest.mark.parametrize(("options", "said"), BAD, ids=[str(options) for options, _said in BAD])
def test_bad_input(server: FakeServer, options: Json, said: str) -> None:
    given_service(server)
    for check in (True, False):
        result = one(admin(server), check=check, **options)
        assert (result["failed"], said in result["msg"]) == (True, True), result["msg"]
    assert writes(server) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"raise_on_error": False}, "raise_on_error needs OpenMetadata 1.7; the server is 1.2.0"),
        ({"streamable_logs": True}, "streamable_logs needs OpenMetadata 1.10; the server is 1.2.0"),
        ({"domains": ["RecDomain"]}, "domains needs OpenMetadata 1.5; the server is 1.2.0"),
        ({"owners": ["rec_user", "rec_team"]}, "owners names 2, but OpenMetadata 1.2.0"),
        (
            {"service_kind": "database", "pipeline_type": "autoClassification"},
            "autoClassification needs OpenMetadata 1.6",
        ),
        ({"service_kind": "database", "pipeline_type": "policyAgent"}, "policyAgent needs OpenMetadata 2.0"),
        ({"service_kind": "metadata", "pipeline_type": "application"}, "application needs OpenMetadata 1.3"),
        ({"service_kind": "api"}, "need OpenMetadata 1.5"),
        ({"source_config": {"includeDraftDashboard": True, "overrideLineage": True}}, "source_config.overrideLineage"),
    ],
)
def test_what_an_old_release_lacks(old: FakeServer, options: Json, said: str) -> None:
    kind = options.get("service_kind", "dashboard")
    if kind != "api":
        given_service(old, kind=kind)
    result = one(admin(old), **options)
    assert (result["failed"], said in result["msg"]) == (True, True), result["msg"]
    assert writes(old) == []


def test_what_a_new_release_has_no_more(new: FakeServer) -> None:
    given_service(new, kind="metadata")
    result = one(
        admin(new), service_kind="metadata", pipeline_type="Application", source_config={"type": "Application"}
    )
    assert "OpenMetadata 1.3 and later have no Application" in result["msg"]
    assert writes(new) == []


def test_what_a_new_release_has(new: FakeServer) -> None:
    given_service(new)
    options: Json = {"raise_on_error": False, "streamable_logs": True, "domains": ["RecDomain"]}
    assert one(bot(new), **options)["action"] == "created"
    body = stored(new)
    assert (body["raiseOnError"], body["enableStreamableLogs"]) == (False, True)
    assert [domain["name"] for domain in body["domains"]] == ["RecDomain"]
    assert one(bot(new), **options)["changed"] is False


def test_an_unknown_member_with_a_warning_and_without(server: FakeServer) -> None:
    given_service(server)
    options: Json = {"source_config": {"includeTag": False}, "deploy": False}
    result = one(admin(server), validate_source_config="warn", **options)
    assert (result["action"], len(result["warnings"])) == ("created", 1)
    assert "includeTag" in result["warnings"][0]
    result = one(admin(server), name="q", validate_source_config="off", **options)
    assert (result["action"], result["warnings"]) == ("created", [])
    assert stored(server, "s.q")["sourceConfig"]["config"] == {**METADATA, "includeTag": False}


@pytest.mark.parametrize("check", [True, False])
def test_another_type_is_refused(server: FakeServer, check: bool) -> None:
    given_service(server, kind="database")
    given(server, kind="database", sourceConfig={"config": {"type": "DatabaseMetadata"}})
    result = one(admin(server), check=check, service_kind="database", pipeline_type="profiler")
    assert "pipeline_type is metadata on the server and can't be changed to profiler." in result["msg"]
    assert "remove the pipeline (state=absent, hard_delete=true) and create it anew" in result["failure"]["cure"]
    assert writes(server) == []


@pytest.mark.parametrize("check", [True, False])
def test_a_name_that_another_kinds_service_took(server: FakeServer, check: bool) -> None:
    given_service(server)
    given_service(server, kind="database")
    given(server, kind="database", sourceConfig={"config": {"type": "DatabaseMetadata"}})
    result = one(admin(server), check=check)
    assert "there is a pipeline s.p already, of a databaseService" in result["msg"]
    for hard in (True, False):
        result = one(admin(server), check=check, state="absent", hard_delete=hard)
        assert "there is a pipeline s.p already, of a databaseService" in result["msg"]
    assert writes(server) == []
    assert one(admin(server), service_kind="database")["changed"] is False


@pytest.mark.parametrize("deleted", [True, False])
def test_a_service_that_is_not_there(server: FakeServer, deleted: bool) -> None:
    if deleted:
        service = given_service(server)
        admin(server).call("DELETE", f"/services/dashboardServices/{service}")
        server.clear_requests()
    said = "the dashboard service 's' is soft-deleted" if deleted else "there is no dashboard service called 's'"
    predicted = one(admin(server), check=True)
    assert (predicted["action"], predicted["warnings"]) == ("created", [f"{said} yet: a pipeline needs it."])
    assert predicted["ingestion_pipeline"]["service"] == "s"
    result = one(admin(server))
    assert f"service: {said}." in result["msg"]
    assert ("Restore it first" if deleted else "Create it first") in result["failure"]["cure"]
    assert writes(server) == []


@pytest.mark.parametrize("check", [True, False])
def test_a_pipeline_whose_service_is_deleted_with_it(server: FakeServer, check: bool) -> None:
    service = given_service(server)
    given(server)
    admin(server).call("DELETE", f"/services/dashboardServices/{service}", recursive="true")
    server.clear_requests()
    result = one(admin(server), check=check)
    said = "the dashboard service 's' is soft-deleted"
    if check:
        assert (result["action"], result["warnings"]) == ("restored", [f"{said} yet: a pipeline needs it."])
    else:
        assert f"service: {said}." in result["msg"]
    assert writes(server) == []
