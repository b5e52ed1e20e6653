# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The orchestrator: deploying, running, pausing, and what of it the server knows."""

from __future__ import annotations

from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from fake_openmetadata.testing import Caller, Reply, op, pipeline, superset

BASE = "/services/ingestionPipelines"
DAILY = {"scheduleInterval": "0 3 * * *"}


class Deployed:
    """A pipeline of a dashboard service, and what can be done to it."""

    def __init__(self, caller: Caller, known: bool = True, **members: Any) -> None:
        """Create and deploy it; wait until it is known unless told otherwise."""
        self.caller = caller
        self.service_id = caller.post(superset()).body["id"]
        self.id = caller.call("POST", BASE, pipeline(self.service_id, **members)).body["id"]
        self.deployed = self.act("deploy")
        if known:
            caller.advance(5)

    def act(self, action: str) -> Reply:
        return self.caller.call("POST", f"{BASE}/{action}/{self.id}")

    @property
    def body(self) -> dict[str, Any]:
        read: dict[str, Any] = self.caller.call("GET", f"{BASE}/{self.id}").body
        return read

    def states(self) -> list[str]:
        query = {"startTs": "0", "endTs": "9999999999999"}
        reply = self.caller.call("GET", f"{BASE}/rec_a.daily/pipelineStatus", query=query)
        return [one["pipelineState"] for one in reply.body["data"]]

    def logs(self, after: str = "") -> Reply:
        return self.caller.call("GET", f"{BASE}/logs/{self.id}/last", query={"after": after} if after else {})


def test_a_deploy_moves_the_version_but_neither_time_nor_author(old: Caller) -> None:
    one = Deployed(old)
    body = one.body
    assert one.deployed.body == {
        "code": 200,
        "reason": '{"message": "Workflow [daily] has been created"}',
        "platform": "Airflow",
    }
    first = old.call("GET", f"{BASE}/{one.id}/versions/0.1").body
    assert (body["version"], body["deployed"]) == (0.2, True)
    assert (body["updatedAt"], body["updatedBy"]) == (first["updatedAt"], first["updatedBy"])
    assert one.act("deploy").status == 200
    assert one.body["version"] == 0.2


def test_a_fresh_deploy_is_unknown_for_a_while(old: Caller) -> None:
    one = Deployed(old, known=False)
    assert (
        one.act("trigger").message == "Failed to deploy pipeline [daily] due to [Failed to trigger IngestionPipeline]."
    )
    assert one.act("kill").status == 400
    toggled = one.act("toggleIngestion")
    assert (toggled.status, toggled.body["deployed"], toggled.body["enabled"]) == (200, False, True)
    old.advance(2)
    assert one.act("trigger").status == 200


def test_the_life_of_a_run(old: Caller) -> None:
    one = Deployed(old)
    assert one.states() == []
    assert one.act("trigger").body["code"] == 200
    assert one.states() == ["queued"]
    assert one.act("trigger").status == 400, "twice within a second"
    seen = []
    for _step in range(8):
        old.advance(0.45)
        seen.append((one.states() or [""])[0])
    assert [state for index, state in enumerate(seen) if state != seen[index - 1] or index == 0] == [
        "queued", "", "running", "success",
    ]  # fmt: skip
    run = old.call("GET", f"{BASE}/{one.id}", query={"fields": "pipelineStatuses"}).body["pipelineStatuses"]
    assert (run["pipelineState"], run["endDate"] > run["startDate"]) == ("success", True)
    single = old.call("GET", f"{BASE}/rec_a.daily/pipelineStatus/{run['runId']}")
    assert single.body["runId"] == run["runId"]


def test_both_instants_are_needed_and_count(old: Caller) -> None:
    one = Deployed(old)
    one.act("trigger")
    old.advance(10)
    path = f"{BASE}/rec_a.daily/pipelineStatus"
    assert old.call("GET", path).status == 500
    assert old.call("GET", path, query={"startTs": "0"}).status == 500
    assert old.call("GET", path, query={"startTs": "0", "endTs": "1"}).body["data"] == []


def test_runs_end_as_told_and_logs_tell_why(old: Caller) -> None:
    one = Deployed(old)
    assert one.logs().status == 400
    old.state.orchestrator.order({"pipeline": "rec_b.daily", "outcome": "success"})
    old.state.orchestrator.order({"pipeline": "rec_a.daily", "outcome": "failed", "log": "x" * 50, "seconds": 7})
    one.act("trigger")
    old.advance(7)
    assert one.states() == ["running"]
    old.advance(2)
    assert one.states() == ["failed"]
    assert old.call("GET", "/dashboards").body["data"] == []
    assert "ERROR - Workflow ended: failed" in one.logs().body["ingestion_task"]
    old.state.orchestrator.configure({"log_chunk": 60})
    text, after = "", ""
    while True:
        chunk = one.logs(after).body
        text, after = text + chunk["ingestion_task"], chunk.get("after", "")
        if not after:
            break
    assert (chunk["total"], text.endswith("Workflow ended: failed\n")) == ("3", True)


def test_a_run_makes_dashboards_appear_once(old: Caller) -> None:
    one = Deployed(old)
    for _run in range(2):
        one.act("trigger")
        old.advance(10)
    found = old.call("GET", "/dashboards", query={"service": "rec_a"}).body
    assert found["paging"]["total"] == 3
    assert {board["version"] for board in found["data"]} == {0.1}


def test_a_schedule_runs_its_last_interval_at_once(old: Caller) -> None:
    one = Deployed(old, airflowConfig=DAILY)
    old.advance(10)
    assert one.states() == ["success"]
    one.act("deploy")
    old.advance(10)
    assert one.states() == ["success"], "only for a new workflow"


def test_runs_of_a_paused_pipeline_stay_queued(old: Caller) -> None:
    one = Deployed(old)
    assert one.act("toggleIngestion").body["enabled"] is False
    one.act("trigger")
    old.advance(60)
    assert one.states() == ["queued"]
    one.act("deploy")
    old.advance(60)
    assert one.states() == ["queued"], "a deploy doesn't go on with a paused workflow"
    assert one.act("toggleIngestion").body["enabled"] is True
    old.advance(10)
    assert one.states() == ["success"]


def test_a_kill_ends_a_run_after_some_seconds(old: Caller) -> None:
    one = Deployed(old)
    old.state.orchestrator.configure({"seconds": 100})
    one.act("trigger")
    old.advance(5)
    assert one.act("kill").status == 200
    assert one.states() == ["running"]
    old.advance(4)
    assert one.states() == ["partialSuccess"]
    assert one.act("kill").status == 400
    one.act("trigger")
    assert one.act("kill").status == 200
    assert one.states() == ["partialSuccess"], "one in the queue is gone"


def test_runs_wait_for_each_other(old: Caller) -> None:
    one = Deployed(old)
    one.act("trigger")
    old.advance(1.1)
    one.act("trigger")
    assert sorted(one.states()) in (["queued", "running"], ["queued"])
    old.advance(20)
    assert one.states() == ["success", "success"]


def test_runs_survive_a_hard_delete(old: Caller) -> None:
    one = Deployed(old)
    one.act("trigger")
    old.advance(10)
    assert old.call("DELETE", f"{BASE}/{one.id}", query={"hardDelete": "true"}).status == 200
    assert old.state.orchestrator.dags == {}
    old.call("POST", BASE, pipeline(one.service_id))
    assert one.states() == ["success"]


def test_a_deleted_pipeline_is_deployed_anew_after_its_restore(old: Caller) -> None:
    one = Deployed(old)
    old.call("DELETE", f"{BASE}/{one.id}")
    assert old.call("PUT", f"{BASE}/restore", {"id": one.id}).body["deployed"] is True
    assert one.act("trigger").status == 400
    one.act("deploy")
    old.advance(5)
    assert one.act("trigger").status == 200


def test_a_name_that_the_orchestrator_changes_leaves_a_workflow_behind(old: Caller) -> None:
    one = Deployed(old, name="a b.c")
    assert list(old.state.orchestrator.dags) == ["a_b_c"]
    assert one.act("trigger").status == 200
    old.call("DELETE", f"{BASE}/{one.id}")
    assert list(old.state.orchestrator.dags) == ["a_b_c"]


def test_pipelines_that_share_a_name_share_a_workflow(old: Caller) -> None:
    one = Deployed(old)
    other = old.call("POST", BASE, pipeline(old.post(superset("rec_b")).body["id"])).body
    old.call("POST", f"{BASE}/deploy/{other['id']}")
    one.act("trigger")
    old.advance(10)
    assert one.states() == []
    assert list(old.state.orchestrator.runs) == ["rec_b.daily"]


def test_several_are_deployed_in_order(old: Caller) -> None:
    one = Deployed(old)
    missing = "00000000-0000-0000-0000-000000000000"
    answers = old.call("POST", f"{BASE}/bulk/deploy", [missing, one.id]).body
    assert [answer["code"] for answer in answers] == [500, 200]
    assert f"ingestionPipeline instance for {missing} not found" in answers[0]["reason"]


@pytest.mark.parametrize(
    "members",
    [
        {"sourceConfig": {"config": {"type": "Nope"}}},
        {"sourceConfig": {"config": {"type": "DashboardMetadata", "bogus": 1}}},
        {"airflowConfig": {"scheduleInterval": "not a cron"}},
    ],
)
def test_some_that_are_stored_fail_at_the_deploy(old: Caller, members: dict[str, Any]) -> None:
    one = Deployed(old, known=False, **members)
    assert one.deployed.status == 400
    assert "airflow API returned Internal Server Error" in one.deployed.message
    assert (one.body["deployed"], one.body["version"]) == (False, 0.1)


@pytest.mark.parametrize(
    ("change", "redeploys"),
    [
        (op("add", "/airflowConfig/scheduleInterval", "0 4 * * *"), True),
        (op("add", "/enabled", False), True),
        (op("add", "/sourceConfig/config/includeTags", False), True),
        (op("add", "/loggerLevel", "DEBUG"), True),
        (op("add", "/displayName", "D"), False),
    ],
)
@pytest.mark.parametrize("profile", ["1.9", "2.0"])
def test_newer_servers_deploy_anew_on_a_change(profile: str, change: dict[str, Any], redeploys: bool) -> None:
    caller = Caller(profile)
    one = Deployed(caller)
    caller.state.orchestrator.configure({"mode": "down"})
    reply = caller.call("PATCH", f"{BASE}/{one.id}", [change])
    if profile == "1.9" or not redeploys:
        assert reply.status == 200
        return
    assert (reply.status, one.body["version"]) == (400, 0.2)
    caller.state.orchestrator.configure({"mode": "airflow"})
    assert caller.call("PATCH", f"{BASE}/{one.id}", [change]).change == "entityUpdated"
    assert caller.state.orchestrator.dags["daily"].paused is (change["path"] == "/enabled")


ACTIONS = ("deploy", "trigger", "toggleIngestion", "kill", "logs", "statuses", "delete", "status")
STATUSES = {
    "down": (400, 400, 400, 400, 400, 400, 200, 200),
    "unauthorized": (400, 400, 401, 400, 400, 200, 200, 200),
    "none": (400, 400, 400, 400, 204, 500, 400, 204),
}


@pytest.mark.parametrize("mode", STATUSES)
def test_what_fails_without_an_orchestrator(old: Caller, mode: str) -> None:
    one = Deployed(old)
    old.state.orchestrator.configure({"mode": mode})
    query = {"startTs": "0", "endTs": "1"}
    given = [
        *(one.act(action).status for action in ACTIONS[:4]),
        one.logs().status,
        old.call("GET", f"{BASE}/rec_a.daily/pipelineStatus", query=query).status,
        old.call("DELETE", f"{BASE}/{one.id}", query={"hardDelete": "true"}).status,
        old.call("GET", f"{BASE}/status").status,
    ]
    assert dict(zip(ACTIONS, given, strict=True)) == dict(zip(ACTIONS, STATUSES[mode], strict=True))
    assert old.call("GET", f"{BASE}/{one.id}").status == 404, "the pipeline is gone all the same"
    assert list(old.state.orchestrator.dags) == ["daily"], "and its workflow stays behind"


@pytest.mark.parametrize(("mode", "code"), [("airflow", 200), ("down", 500), ("unauthorized", 500)])
def test_the_orchestrators_status(old: Caller, mode: str, code: int) -> None:
    old.state.orchestrator.configure({"mode": mode})
    reply = old.call("GET", f"{BASE}/status")
    assert (reply.status, reply.body["code"]) == (200, code)


def test_plans_with_mistakes(old: Caller) -> None:
    orchestrator = old.state.orchestrator
    for wrong, told in (({"bogus": 1}, "bogus"), ({"outcome": "odd"}, "outcome is one of")):
        with pytest.raises(ValueError, match=told):
            orchestrator.order(wrong)
    with pytest.raises(ValueError, match="mode is one of"):
        orchestrator.configure({"mode": "argo"})
    with pytest.raises(ValueError, match="time only goes on"):
        orchestrator.clock.advance(-1)


def test_options_and_control_of_a_process() -> None:
    with FakeServer(orchestrator="down", known_after=0.5, run_seconds=30) as server:
        assert server.orchestrator() == {"mode": "down", "dags": {}, "runs": {}}
        server.configure_orchestrator(mode="airflow", outcome="failed")
        server.plan_run(pipeline="rec_a.daily", outcome="partialSuccess", seconds=1)
        server.plan_test(failing=["CheckAccess"])
        server.advance(3)
        assert server.orchestrator()["mode"] == "airflow"
        server.reset()
        assert server.orchestrator()["mode"] == "down"
