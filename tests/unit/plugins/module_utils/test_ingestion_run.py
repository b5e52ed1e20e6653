# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a pipeline and waiting for its end."""

from __future__ import annotations

from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import BOTH_ROLES, LIST, VERSION, acts, given, given_service, one, run
from unit.plugins.support import ROLES, User, admin, sent, writes

Json = dict[str, Any]
STATUS = f"GET {LIST}/s.p/pipelineStatus"


@pytest.fixture
def ready(server: FakeServer) -> FakeServer:
    """A server with a service and its pipeline, deployed and known to the orchestrator."""
    given_service(server)
    given(server)
    return server


def record(server: FakeServer, name: str = "s.p") -> list[str]:
    """The states of all runs that the orchestrator had, the oldest first."""
    return [each["pipelineState"] for each in server.orchestrator()["runs"].get(name, [])]


@BOTH_ROLES
def test_success(ready: FakeServer, role: str) -> None:
    result = run(ROLES[role](ready))
    assert (result["changed"], result["status"], record(ready)) == (True, "success", ["success"])
    (known,) = ready.orchestrator()["runs"]["s.p"]
    assert result["run_id"] == result["run"]["run_id"] == known["runId"]
    assert set(result["run"]) == {"run_id", "status", "started", "ended", "reported"}
    assert result["duration"] == pytest.approx(2.0, abs=0.01)
    assert "failed" not in result
    id_ = acts_path(ready)
    assert sent(ready)[:4] == [VERSION, f"GET {LIST}/name/s.p", STATUS, id_]
    assert set(sent(ready)[4:]) == {STATUS}
    assert acts(ready) == ["trigger"]


def acts_path(server: FakeServer) -> str:
    """The request that triggered it."""
    (path,) = (entry["path"] for entry in writes(server))
    return f"POST {path}"


def test_anybody_may_run(ready: FakeServer) -> None:
    assert run(User(ready, ready.user_token))["status"] == "success"


def test_without_waiting(ready: FakeServer) -> None:
    result = run(admin(ready), wait=False)
    assert (result["changed"], result["status"], result["run_id"], result["run"]) == (True, None, None, None)
    assert record(ready) == ["queued"]
    assert (sent(ready)[-1], acts(ready)) == (acts_path(ready), ["trigger"])


def test_check_mode(ready: FakeServer) -> None:
    result = run(admin(ready), check=True)
    assert (result["changed"], result["status"], result["run_id"]) == (True, None, None)
    assert result["msg"] == "the pipeline would run, and the task would wait for its end."
    assert run(admin(ready), check=True, wait=False)["msg"] == "the pipeline would run."
    assert (writes(ready), record(ready)) == ([], [])


# ---- how it ends


@pytest.mark.parametrize(
    ("outcome", "fail_on", "fails"),
    [
        ("success", "failed", False),
        ("success", "partial", False),
        ("success", "never", False),
        ("partialSuccess", "failed", False),
        ("partialSuccess", "partial", True),
        ("partialSuccess", "never", False),
        ("failed", "failed", True),
        ("failed", "partial", True),
        ("failed", "never", False),
    ],
)
def test_what_is_a_failure(ready: FakeServer, outcome: str, fail_on: str, fails: bool) -> None:
    ready.plan_run(outcome=outcome, log="INFO - first\nERROR - the source is away")
    result = run(admin(ready), fail_on=fail_on)
    assert (bool(result.get("failed")), result["changed"], result["status"]) == (fails, True, outcome)
    assert result["run"]["status"] == outcome
    if fails:
        assert result["msg"].startswith(
            f"ingestion_pipeline 's.p': the run {result['run_id']} ended as {outcome}. Its log ends with:\n"
        )
        assert "ERROR - the source is away" in result["msg"]
        assert result["log"][-1].endswith(f"Workflow ended: {outcome}")
        assert result["failure"] == {"code": "run_failed", "message": f"the run {result['run_id']} ended as {outcome}"}
    else:
        assert "log" not in result


def test_a_long_log_ends_with_its_end(ready: FakeServer) -> None:
    """It comes in chunks, of which the last ones are read."""
    lines = [f"INFO - line {number}" for number in range(200)]
    ready.configure_orchestrator(log_chunk=400)
    ready.plan_run(outcome="failed", log="\n".join(lines))
    result = run(admin(ready))
    assert result["log"] == [*lines[-19:], "ERROR - Workflow ended: failed"]
    chunks = [entry["query"].get("after") for entry in ready.requests() if "/logs/" in entry["path"]]
    assert (chunks[0], len(chunks)) == (None, 3)
    assert [int(chunk) for chunk in chunks[1:]] == [int(chunks[2]) - 1, int(chunks[2])]


def test_a_log_in_two_chunks(ready: FakeServer) -> None:
    ready.configure_orchestrator(log_chunk=100)
    ready.plan_run(outcome="failed", log="INFO - one\nINFO - two")
    assert run(admin(ready))["log"] == [
        "INFO - Running the workflow of s.p",
        "INFO - one",
        "INFO - two",
        "ERROR - Workflow ended: failed",
    ]


def test_a_line_that_is_too_long(ready: FakeServer) -> None:
    ready.plan_run(outcome="failed", log="x" * 5000)
    result = run(admin(ready))
    assert result["log"][1] == "x" * 500


@pytest.mark.parametrize("fault", [{"status": 400, "body": {"code": 400, "message": "no"}}, {"status": 204}])
def test_a_log_that_can_not_be_read(ready: FakeServer, fault: Json) -> None:
    ready.plan_run(outcome="failed")
    ready.inject(method="GET", path="/logs/", count=0, **fault)
    result = run(admin(ready))
    assert (result["failed"], result["status"], result["log"]) == (True, "failed", [])
    assert result["msg"].endswith("(there is no log)")


def test_secrets_in_a_log_are_hidden(server: FakeServer) -> None:
    """Those that this token reads: the server's bot's login, and for a bot those of the service."""
    secret = "canary-service-password"
    config = {"type": "Metabase", "hostPort": "http://m", "username": "u", "password": secret}
    body = {"name": "s", "serviceType": "Metabase", "connection": {"config": config}}
    admin(server).call("POST", "/services/dashboardServices", body)
    given(server)
    login = admin(server).call("GET", f"{LIST}/name/s.p")["openMetadataServerConnection"]["securityConfig"]["jwtToken"]
    log = f"ERROR - could not log in as u with {secret}\nERROR - Authorization: Bearer {login}"
    for role in ROLES:
        hidden = log if role == "bot" else log.replace(secret, "…")
        server.plan_run(outcome="failed", log=hidden)
        result = run(ROLES[role](server))
        assert login not in str(result)
        assert "could not log in as u with" in result["msg"]
        assert secret not in str(result)


# ---- whose run it is


def test_old_runs_are_not_taken_for_ours(ready: FakeServer) -> None:
    for outcome in ("success", "failed", "success"):
        ready.plan_run(outcome=outcome)
        run(admin(ready), fail_on="never")
    ready.plan_run(outcome="failed", seconds=20)
    result = run(admin(ready))
    assert (result["status"], record(ready)) == ("failed", ["success", "failed", "success", "failed"])
    assert result["run_id"] == ready.orchestrator()["runs"]["s.p"][-1]["runId"]


def test_runs_of_an_earlier_pipeline_of_that_name_are_not_ours(ready: FakeServer) -> None:
    ready.plan_run(outcome="failed")
    run(admin(ready), fail_on="never")
    one(admin(ready), state="absent", hard_delete=True)
    one(admin(ready))
    result = run(admin(ready))
    assert (result["status"], record(ready)) == ("success", ["failed", "success"])


def test_a_scheduled_run_that_is_under_way_is_not_ours(server: FakeServer) -> None:
    """A new workflow with a schedule runs its last interval at once."""
    given_service(server)
    server.plan_run(outcome="failed", seconds=10, queued=3)
    one(admin(server), schedule="0 3 * * *")
    result = run(admin(server))
    assert (result["status"], record(server)) == ("success", ["failed", "success"])
    assert result["run_id"] == server.orchestrator()["runs"]["s.p"][-1]["runId"]


def test_another_ones_run_first(ready: FakeServer) -> None:
    ready.plan_run(outcome="failed", seconds=30)
    run(admin(ready), wait=False)
    ready.advance(2)
    result = run(admin(ready))
    assert (result["status"], record(ready)) == ("success", ["failed", "success"])


@pytest.mark.parametrize("seen", ["queued", "running"])
def test_unless_running(ready: FakeServer, seen: str) -> None:
    ready.plan_run(outcome="partialSuccess", seconds=30, queued=4)
    run(admin(ready), wait=False)
    ready.advance(1 if seen == "queued" else 6)
    ready.clear_requests()
    there = ready.orchestrator()["runs"]["s.p"][0]
    assert there["pipelineState"] == seen
    result = run(admin(ready), unless_running=True)
    assert (result["changed"], result["status"], record(ready)) == (False, "partialSuccess", ["partialSuccess"])
    assert (acts(ready), result["warnings"]) == (
        [],
        [f"the pipeline has a run already ({there['runId']}), so that none was started."],
    )


def test_unless_running_without_waiting(ready: FakeServer) -> None:
    run(admin(ready), wait=False)
    ready.advance(1.5)
    result = run(admin(ready), unless_running=True, wait=False)
    assert (result["changed"], result["status"], len(record(ready))) == (False, "running", 1)


def test_unless_running_when_none_runs(ready: FakeServer) -> None:
    run(admin(ready))
    result = run(admin(ready), unless_running=True)
    assert (result["changed"], result["status"], record(ready)) == (True, "success", ["success", "success"])


# ---- starting


@pytest.mark.parametrize("known_after", [1, 5, 30])
def test_the_start_is_repeated_until_the_orchestrator_knows_it(server: FakeServer, known_after: float) -> None:
    given_service(server)
    server.configure_orchestrator(known_after=known_after)
    one(admin(server))
    server.clear_requests()
    result = run(admin(server))
    assert (result["status"], record(server)) == ("success", ["success"])
    assert acts(server).count("trigger") == len(acts(server)) >= 2


def test_one_that_stays_unknown(server: FakeServer) -> None:
    given_service(server)
    server.configure_orchestrator(known_after=1000)
    one(admin(server))
    result = run(admin(server), wait_deployed=10)
    assert "Failed to trigger IngestionPipeline" in result["msg"]
    assert " is reachable. Now deployed is true, enabled is true." in result["msg"]
    assert (result["changed"], result["failure"]["code"], record(server)) == (False, "orchestrator_error", [])


def test_one_that_is_known_and_can_not_start(ready: FakeServer) -> None:
    """It is not tried for a minute."""
    ready.inject(method="POST", path="/trigger/", status=400, count=0, body={"code": 400, "message": "No slots"})
    result = run(admin(ready))
    assert "No slots" in result["msg"]
    assert acts(ready) == ["trigger"] * 3


@pytest.mark.parametrize("how", [{"drop": "after"}, {"truncate": True}])
def test_a_lost_answer_starts_no_second_run(ready: FakeServer, how: Json) -> None:
    ready.inject(method="POST", path="/trigger/", **how)
    result = run(admin(ready))
    assert (result["changed"], result["status"], record(ready), acts(ready)) == (
        True, "success", ["success"], ["trigger"]
    )  # fmt: skip


@pytest.mark.parametrize("how", [{"drop": "before"}, {"status": 503, "body": ""}, {"status": 429, "body": ""}])
def test_a_start_that_never_arrived_is_repeated(ready: FakeServer, how: Json) -> None:
    ready.inject(method="POST", path="/trigger/", **how)
    result = run(admin(ready), retries=2)
    assert (result["changed"], result["status"], record(ready)) == (True, "success", ["success"])


def test_a_start_that_is_lost_each_time(ready: FakeServer) -> None:
    ready.inject(method="POST", path="/trigger/", drop="before", count=0)
    result = run(admin(ready))
    assert (result["failed"], result["changed"], result["failure"]["code"]) == (True, True, "unreachable")
    assert (acts(ready), record(ready)) == (["trigger"] * 3, [])


def test_two_starts_within_a_second(ready: FakeServer) -> None:
    """The server refuses that; the second one is tried again."""
    run(admin(ready), wait=False)
    ready.inject(
        method="POST", path="/trigger/", status=400, body={"code": 400, "message": "Failed to deploy pipeline"}
    )
    assert run(admin(ready))["status"] == "success"
    assert record(ready) == ["success", "success"]


# ---- waiting


@pytest.mark.parametrize("on_timeout", ["leave", "kill"])
def test_a_run_that_takes_too_long(ready: FakeServer, on_timeout: str) -> None:
    ready.plan_run(seconds=1000)
    result = run(admin(ready), wait_timeout=60, on_timeout=on_timeout)
    assert (result["failed"], result["changed"], result["failure"]["code"]) == (True, True, "timed_out")
    (known,) = ready.orchestrator()["runs"]["s.p"]
    killed = "It was killed." if on_timeout == "kill" else "It goes on."
    assert f"the run ({known['runId']}) is still running after 60 seconds. {killed}" in result["msg"]
    assert "Raise wait_timeout" in result["failure"]["cure"]
    ready.advance(10)
    assert record(ready) == (["partialSuccess"] if on_timeout == "kill" else ["running"])


def test_another_ones_run_that_takes_too_long(ready: FakeServer) -> None:
    ready.plan_run(seconds=1000)
    run(admin(ready), wait=False)
    ready.advance(5)
    result = run(admin(ready), wait_timeout=60, unless_running=True)
    assert (result["failed"], result["changed"], result["failure"]["code"]) == (True, False, "timed_out")


def test_a_run_that_stays_in_the_queue(ready: FakeServer) -> None:
    ready.plan_run(queued=1000)
    result = run(admin(ready), wait_timeout=20)
    assert " is still queued after 20 seconds. It goes on." in result["msg"]


def test_a_run_that_nobody_knows_of(ready: FakeServer) -> None:
    ready.plan_run(queued=0, unseen=1000)
    result = run(admin(ready), wait_timeout=20)
    assert "the run is not on record yet after 20 seconds. It goes on." in result["msg"]


def test_a_kill_that_fails(ready: FakeServer) -> None:
    ready.plan_run(seconds=1000)
    ready.inject(method="POST", path="/kill/", status=400, body={"code": 400, "message": "Not that one"})
    result = run(admin(ready), wait_timeout=10, on_timeout="kill")
    assert "It could not be killed: Not that one" in result["msg"]


def test_an_orchestrator_that_is_away_for_a_while(ready: FakeServer) -> None:
    ready.plan_run(seconds=20)
    ready.inject(
        method="GET", path="/pipelineStatus", nth=2, count=3, status=400, body={"code": 400, "message": "away"}
    )
    result = run(admin(ready))
    assert (result["status"], record(ready)) == ("success", ["success"])


def test_an_orchestrator_that_stays_away(ready: FakeServer) -> None:
    ready.inject(
        method="GET", path="/pipelineStatus", nth=2, count=0, status=400, body={"code": 400, "message": "away"}
    )
    result = run(admin(ready), wait_timeout=30)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "after 30 seconds. It goes on. The last look failed: away" in result["msg"]


def test_a_server_that_fails_while_somebody_waits(ready: FakeServer) -> None:
    ready.inject(method="GET", path="/pipelineStatus", nth=2, count=0, status=500, body={"message": "oops"})
    result = run(admin(ready), wait_timeout=30)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "oops" in result["msg"]


@pytest.mark.parametrize("interval", [1, 7])
def test_the_interval(ready: FakeServer, interval: float) -> None:
    ready.plan_run(seconds=28, queued=0, unseen=0)
    run(admin(ready), interval=interval)
    looks = sent(ready).count(STATUS) - 1
    assert 28 / interval <= looks <= 28 / interval + 3


# ---- what can't run


def test_what_is_not_there(server: FakeServer) -> None:
    given_service(server)
    result = run(admin(server))
    assert "there is no such pipeline." in result["msg"]
    assert (result["changed"], writes(server)) == (False, [])


def test_what_is_not_deployed(server: FakeServer) -> None:
    given_service(server)
    given(server, deployed=False)
    result = run(admin(server))
    assert "the pipeline is not deployed, so that nothing can run it." in result["msg"]
    assert (result["failure"]["code"], writes(server)) == ("invalid_input", [])


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (None, "there is no such pipeline. Correct name and service, or create it first."),
        ({"deployed": False}, "the pipeline is not deployed, so that nothing can run it. Deploy it first"),
        ({"enabled": False}, "the pipeline is paused (enabled is false)"),
    ],
)
def test_what_an_earlier_task_may_do_first(server: FakeServer, members: Json | None, said: str) -> None:
    given_service(server)
    if members is not None:
        given(server, **members)
    result = run(admin(server), check=True)
    assert (result["changed"], writes(server)) == (True, [])
    (warning,) = result["warnings"]
    assert warning.startswith(f"a real run would fail now: {said}")


def test_what_is_deleted(ready: FakeServer) -> None:
    one(admin(ready), state="absent")
    ready.clear_requests()
    assert "the pipeline is soft-deleted." in run(admin(ready))["msg"]
    assert writes(ready) == []


def test_what_is_paused(server: FakeServer) -> None:
    given_service(server)
    given(server, enabled=False)
    result = run(admin(server))
    said = "the pipeline is paused (enabled is false): a run waits in the queue until it is enabled."
    assert (said in result["msg"], writes(server)) == (True, [])
    assert result["failure"]["cure"] == "Set enabled=true for the pipeline, or wait=false here."
    result = run(admin(server), wait=False)
    assert (result["changed"], result["warnings"], record(server)) == (True, [said], ["queued"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"wait_timeout": -1}, "wait_timeout is -1.0."),
        ({"wait_timeout": "nan"}, "wait_timeout is nan."),
        ({"interval": 0}, "interval is 0.0."),
        ({"wait_deployed": -1}, "wait_deployed is -1."),
        ({"service": " "}, "service is missing."),
        ({"name": ""}, "name is empty."),
        ({"fail_on": "always"}, "value of fail_on must be one of: failed, partial, never, got: always"),
        ({"service_kind": "bogus"}, "value of service_kind must be one of"),
    ],
)
def test_bad_input(ready: FakeServer, options: Json, said: str) -> None:
    result = run(admin(ready), **options)
    assert (result["failed"], said in result["msg"]) == (True, True), result["msg"]
    assert writes(ready) == []


def test_a_name_that_another_kinds_service_took(ready: FakeServer) -> None:
    given_service(ready, kind="database")
    result = run(admin(ready), service_kind="database")
    assert result["failed"] is True
    assert "of a dashboardService" in result["msg"]
    assert acts(ready) == []
