# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading pipelines and their last runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import (
    BOTH_ROLES,
    LIST,
    VERSION,
    given,
    given_service,
    info,
    one,
    run,
)
from unit.plugins.support import ROLES, User, admin, sent, writes

Json = dict[str, Any]
DATABASE: Json = {"kind": "database", "sourceConfig": {"config": {"type": "DatabaseMetadata"}}}


@pytest.fixture
def estate(server: FakeServer) -> FakeServer:
    """Pipelines of services of three kinds, some with the same name."""
    given_service(server, "s")
    given_service(server, "dotted.s")
    given_service(server, "db", kind="database")
    given(server, "daily", "s", airflowConfig={"scheduleInterval": "0 3 * * *"})
    given(server, "a.b", "dotted.s", deployed=False)
    given(server, "daily", "db", deployed=False, **DATABASE)
    given(server, "profile", "db", deployed=False, **{**DATABASE, "pipelineType": "profiler",
                                                      "sourceConfig": {"config": {"type": "Profiler"}}})  # fmt: skip
    gone = given(server, "gone", "s", deployed=False)
    admin(server).call("DELETE", f"{LIST}/{gone}")
    one(admin(server), service_kind="test_suite", service="rec_suite", name="checks", deploy=False)
    server.clear_requests()
    return server


def names(result: Json) -> list[str]:
    return [each["fully_qualified_name"] for each in result["ingestion_pipelines"]]


ALL = ['"dotted.s"."a.b"', "db.daily", "db.profile", "rec_suite.checks", "s.daily"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ALL),
        ({"include_deleted": True}, [*ALL, "s.gone"]),
        ({"name": "daily"}, ["db.daily", "s.daily"]),
        ({"name": "gone"}, []),
        ({"name": "gone", "include_deleted": True}, ["s.gone"]),
        ({"service": "s"}, ["s.daily"]),
        ({"service": "s", "include_deleted": True}, ["s.daily", "s.gone"]),
        ({"service": "dotted.s"}, ['"dotted.s"."a.b"']),
        ({"service": "db"}, ["db.daily", "db.profile"]),
        ({"service": "db", "name": "daily"}, ["db.daily"]),
        ({"service": "db", "service_kind": "database"}, ["db.daily", "db.profile"]),
        ({"service": "db", "service_kind": "dashboard"}, []),
        ({"service": "db", "service_kind": "dashboard", "name": "daily"}, []),
        ({"service_kind": "database"}, ["db.daily", "db.profile"]),
        ({"service_kind": "test_suite"}, ["rec_suite.checks"]),
        ({"service": "rec_suite", "service_kind": "test_suite"}, ["rec_suite.checks"]),
        ({"pipeline_type": "profiler"}, ["db.profile"]),
        ({"pipeline_type": "TestSuite"}, ["rec_suite.checks"]),
        ({"name": "a.b", "service": "dotted.s"}, ['"dotted.s"."a.b"']),
        ({"name": "nothing"}, []),
        ({"service": "nowhere"}, []),
        ({"service": "nowhere", "name": "nothing"}, []),
    ],
)
def test_filters(estate: FakeServer, filters: Json, found: list[str]) -> None:
    result = info(admin(estate), **filters)
    assert (names(result), result["changed"]) == (found, False)
    kinds = {"db": "database", "rec_suite": "test_suite"}
    assert {
        each["service_kind"] == kinds.get(each["service"], "dashboard") for each in result["ingestion_pipelines"]
    } <= {True}
    assert writes(estate) == []


@BOTH_ROLES
def test_what_is_told_of_one(estate: FakeServer, role: str) -> None:
    result = info(ROLES[role](estate), service="s", name="daily")
    (shown,) = result["ingestion_pipelines"]
    told = (
        "name",
        "service",
        "service_kind",
        "pipeline_type",
        "schedule",
        "deployed",
        "enabled",
        "deleted",
        "log_level",
    )
    assert {name: shown[name] for name in told} == {
        "name": "daily",
        "service": "s",
        "service_kind": "dashboard",
        "pipeline_type": "metadata",
        "schedule": "0 3 * * *",
        "deployed": True,
        "enabled": True,
        "deleted": False,
        "log_level": "INFO",
    }
    assert shown["source_config"] == {"type": "DashboardMetadata"}
    assert "runs" not in shown
    assert "jwtToken" not in json.dumps(result)
    assert sent(estate) == [VERSION, f"GET {LIST}/name/s.daily"]


def test_whoever_has_no_roles_may_read(estate: FakeServer) -> None:
    assert names(info(User(estate, estate.user_token))) == ALL


def test_last_runs(server: FakeServer) -> None:
    given_service(server)
    given(server)
    server.plan_run(outcome="failed")
    assert run(admin(server))["failed"] is True
    assert run(admin(server))["status"] == "success"
    server.clear_requests()
    (shown,) = info(admin(server), runs=5)["ingestion_pipelines"]
    assert [each["status"] for each in shown["runs"]] == ["success", "failed"]
    assert set(shown["runs"][0]) == {"run_id", "status", "started", "ended", "reported"}
    assert shown["runs"][0]["started"] > shown["runs"][1]["ended"]
    assert sent(server) == [VERSION, f"GET {LIST}", f"GET {LIST}/s.p/pipelineStatus"]
    (shown,) = info(admin(server), runs=1, name="p", service="s")["ingestion_pipelines"]
    assert [each["status"] for each in shown["runs"]] == ["success"]


def test_no_runs_yet(estate: FakeServer) -> None:
    (shown,) = info(admin(estate), runs=1, service="dotted.s")["ingestion_pipelines"]
    assert shown["runs"] == []


@pytest.mark.parametrize("mode", ["down", "none"])
def test_runs_that_can_not_be_read(estate: FakeServer, mode: str) -> None:
    estate.configure_orchestrator(mode=mode)
    assert names(info(admin(estate))) == ALL
    result = info(admin(estate), runs=1)
    assert [each["runs"] for each in result["ingestion_pipelines"]] == [None] * len(ALL)
    assert len(result["warnings"]) == len(ALL)
    assert all("can't be read" in warning for warning in result["warnings"])


def test_a_number_of_runs_that_makes_no_sense(estate: FakeServer) -> None:
    assert info(admin(estate), runs=-1)["msg"] == "runs is -1. Set it to 0 or more."
