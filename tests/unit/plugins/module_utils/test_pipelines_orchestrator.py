# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fails with the orchestrator is told with its state and what is true now, and the next run finishes the work."""

from __future__ import annotations

from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import (
    LIST,
    NOTHING,
    POST,
    acts,
    dags,
    given,
    given_service,
    one,
    run,
    states,
    stored,
)
from unit.plugins.services import profile_of
from unit.plugins.support import User, admin, bot, sent, writes

Json = dict[str, Any]
STATES = {
    "down": "Airflow is not usable: Failed to connect to Airflow due to java.net.ConnectException. "
            "Is the host available at http://localhost:8080?",
    "unauthorized": "Airflow is not usable: Authentication failed for user [admin] trying to access the Airflow APIs "
                    "at [http://localhost:8080]",
    "none": "OpenMetadata has none configured",
}  # fmt: skip
MODES = pytest.mark.parametrize("mode", STATES)


def failed(result: Json, mode: str, deployed: bool, enabled: bool = True) -> None:
    """A failure of the orchestrator that says how it is, and what is true of the pipeline now."""
    assert result["failed"] is True
    truth = f"Now deployed is {str(deployed).lower()}, enabled is {str(enabled).lower()}"
    assert f"The orchestrator: {STATES[mode].rstrip('.')}. {truth}." in result["msg"]
    assert result["failure"]["code"] == "orchestrator_error"
    assert "Run the task again when the orchestrator works" in result["failure"]["cure"]
    details = result["failure"]["details"]
    assert (details["orchestrator"], details["deployed"], details["enabled"]) == (STATES[mode], deployed, enabled)


@MODES
def test_a_new_one_is_stored_and_not_deployed(server: FakeServer, mode: str) -> None:
    given_service(server)
    server.configure_orchestrator(mode=mode)
    result = one(admin(server), schedule="0 3 * * *")
    failed(result, mode, deployed=False)
    assert (result["changed"], states(server), dags(server)) == (True, (False, True), {})
    server.clear_requests()
    again = one(admin(server), schedule="0 3 * * *")
    failed(again, mode, deployed=False)
    server.configure_orchestrator(mode="airflow")
    result = one(admin(server), schedule="0 3 * * *")
    assert (result["action"], result["changed_fields"]) == ("updated", ["deployed"])
    assert (states(server), dags(server)) == ((True, True), {"p": False})
    server.clear_requests()
    assert one(admin(server), schedule="0 3 * * *")["changed"] is False
    assert sent(server) == NOTHING


@MODES
def test_without_deploy_nobody_asks_it(server: FakeServer, mode: str) -> None:
    given_service(server)
    server.configure_orchestrator(mode=mode)
    result = one(admin(server), deploy=False)
    assert (result["action"], acts(server)) == ("created", [])


@MODES
@pytest.mark.parametrize("enabled", [True, False])
def test_a_change_that_could_not_be_deployed_is_deployed_later(server: FakeServer, mode: str, enabled: bool) -> None:
    given_service(server)
    given(server, enabled=enabled)
    server.configure_orchestrator(mode=mode)
    result = one(admin(server), schedule="0 4 * * *")
    assert result["failed"] is True
    assert STATES[mode].rstrip(".") in result["msg"]
    before = stored(server)
    # Newer servers deploy before they store: there nothing has changed.
    is_stored = before["airflowConfig"].get("scheduleInterval") == "0 4 * * *"
    failed(result, mode, deployed=not is_stored, enabled=enabled)
    assert result["changed"] is is_stored
    assert (is_stored, before["deployed"]) == ((True, False) if profile_of(server) == "1.2" else (False, True))
    server.configure_orchestrator(mode="airflow")
    result = one(admin(server), schedule="0 4 * * *")
    assert result["action"] == "updated"
    after = stored(server)
    assert (after["airflowConfig"]["scheduleInterval"], after["deployed"], after["enabled"]) == (
        "0 4 * * *", True, enabled
    )  # fmt: skip
    assert dags(server) == {"p": not enabled}
    server.clear_requests()
    assert one(admin(server), schedule="0 4 * * *")["changed"] is False
    assert sent(server) == NOTHING


@MODES
def test_a_pause_that_failed_is_done_later(server: FakeServer, mode: str) -> None:
    given_service(server)
    given(server)
    server.configure_orchestrator(mode=mode)
    result = one(bot(server), enabled=False)
    failed(result, mode, deployed=True)
    assert result["changed"] is False
    server.configure_orchestrator(mode="airflow")
    assert one(bot(server), enabled=False)["changed_fields"] == ["enabled"]
    assert (states(server), dags(server)) == ((True, False), {"p": True})


@MODES
@pytest.mark.parametrize("hard", [True, False])
def test_what_goes_may_run_on(server: FakeServer, mode: str, hard: bool) -> None:
    given_service(server)
    given(server)
    server.configure_orchestrator(mode=mode)
    result = one(admin(server), state="absent", hard_delete=hard)
    assert (result["changed"], result["action"]) == (True, "purged" if hard else "deleted")
    said = (
        f"the orchestrator could not be told that the pipeline is gone ({STATES[mode]}): it may go on running there as "
        "'p'. Remove it in the orchestrator."
    )
    assert said in result["warnings"]
    assert dags(server) == {"p": False}
    again = one(admin(server), state="absent", hard_delete=hard)
    assert (again["changed"], again["action"], again["warnings"]) == (False, "none", [])


@MODES
def test_what_was_never_deployed_goes_without_a_word(server: FakeServer, mode: str) -> None:
    given_service(server)
    given(server, deployed=False)
    server.configure_orchestrator(mode=mode)
    result = one(admin(server), state="absent", hard_delete=True)
    assert (result["action"], result["warnings"]) == ("purged", [])


@MODES
def test_a_restore_that_could_not_be_deployed_is_deployed_later(server: FakeServer, mode: str) -> None:
    given_service(server)
    given(server, enabled=False)
    one(admin(server), state="absent")
    server.configure_orchestrator(mode=mode)
    result = one(admin(server))
    failed(result, mode, deployed=False, enabled=False)
    assert result["changed"] is True
    server.configure_orchestrator(mode="airflow")
    result = one(admin(server))
    assert (result["action"], result["changed_fields"]) == ("updated", ["deployed"])
    assert (states(server), dags(server)) == ((True, False), {"p": True})


@MODES
def test_a_run_that_could_not_start(server: FakeServer, mode: str) -> None:
    given_service(server)
    given(server)
    server.configure_orchestrator(mode=mode)
    result = run(admin(server))
    failed(result, mode, deployed=True)
    assert result["changed"] is False
    server.configure_orchestrator(mode="airflow")
    assert run(admin(server))["status"] == "success"


def test_an_orchestrator_whose_state_nobody_can_tell(server: FakeServer) -> None:
    given_service(server)
    server.configure_orchestrator(mode="down")
    server.inject(
        method="GET", path="/services/ingestionPipelines/status", status=500, body={"message": "oops"}, count=0
    )
    result = one(admin(server))
    assert "The orchestrator: OpenMetadata can't tell (oops)" in result["msg"]


# ---- known late


@pytest.mark.parametrize("known_after", [0, 1, 5, 30])
def test_a_pause_waits_until_the_orchestrator_knows_it(server: FakeServer, known_after: float) -> None:
    given_service(server)
    server.configure_orchestrator(known_after=known_after)
    result = one(admin(server), enabled=False)
    assert (result["action"], acts(server)) == ("created", ["deploy", "toggleIngestion"])
    assert (states(server), dags(server)) == ((True, False), {"p": True})


def test_one_that_stays_unknown_is_told(server: FakeServer) -> None:
    given_service(server)
    server.configure_orchestrator(known_after=30)
    result = one(admin(server), enabled=False, wait_deployed=10)
    assert result["failed"] is True
    assert (
        "enabled could not be set to false: the orchestrator does not know the pipeline yet, so that it counts as "
        in (result["msg"])
    )
    assert " is reachable." in result["msg"]
    assert result["failure"]["cure"] == "Run the task again, or raise wait_deployed."
    assert (result["changed"], states(server)) == (True, (False, True))
    server.advance(60)
    result = one(admin(server), enabled=False, wait_deployed=10)
    assert (result["action"], result["changed_fields"]) == ("updated", ["deployed", "enabled"])
    assert (states(server), dags(server)) == ((True, False), {"p": True})


def test_without_any_wait(server: FakeServer) -> None:
    given_service(server)
    server.configure_orchestrator(known_after=0)
    assert one(admin(server), enabled=False, wait_deployed=0)["action"] == "created"
    server.configure_orchestrator(known_after=30)
    result = one(admin(server), name="q", enabled=False, wait_deployed=0)
    assert "does not know the pipeline yet" in result["msg"]


def test_one_that_the_orchestrator_lost_is_deployed_again(server: FakeServer) -> None:
    """Somebody emptied the orchestrator: a toggle finds that out."""
    given_service(server)
    id_ = given(server)
    admin(server).call("DELETE", f"{LIST}/{id_}")
    admin(server).call("PUT", f"{LIST}/restore", {"id": id_})
    # An update on top, so that nobody sees the restore.
    bot(server).call("PATCH", f"{LIST}/{id_}", [{"op": "add", "path": "/displayName", "value": "D"}])
    assert (states(server), dags(server)) == ((True, True), {})
    server.clear_requests()
    result = one(admin(server), enabled=False)
    assert result["changed_fields"] == ["enabled"]
    assert (states(server), dags(server)) == ((True, False), {"p": True})
    assert acts(server) == ["toggleIngestion", "deploy", "toggleIngestion"]


def test_one_that_the_orchestrator_lost_with_deploy_false(server: FakeServer) -> None:
    given_service(server)
    id_ = given(server)
    admin(server).call("DELETE", f"{LIST}/{id_}")
    admin(server).call("PUT", f"{LIST}/restore", {"id": id_})
    bot(server).call("PATCH", f"{LIST}/{id_}", [{"op": "add", "path": "/displayName", "value": "D"}])
    result = one(admin(server), enabled=False, deploy=False)
    assert "the orchestrator does not know the pipeline, so that it counts as undeployed now." in result["msg"]
    assert result["failure"]["cure"] == "Set deploy=true, or deploy the pipeline by other means."
    assert (result["changed"], states(server)) == (True, (False, True))


def test_a_toggle_is_not_repeated_without_a_pause(server: FakeServer) -> None:
    """Where the log doesn't tell whether the orchestrator knows a pipeline, a moment passes between two tries."""
    given_service(server)
    server.configure_orchestrator(known_after=30)
    server.inject(method="GET", path="/logs/", status=400, body={"code": 400, "message": "Odd words"}, count=0)
    result = one(admin(server), enabled=False)
    assert (result["action"], states(server), dags(server)) == ("created", (True, False), {"p": True})
    assert acts(server).count("toggleIngestion") < 40


# ---- permissions


def test_whom_the_server_forbids_to_deploy_the_orchestrator_may_have_obeyed(server: FakeServer) -> None:
    given_service(server)
    given(server, deployed=False)
    user = User(server, server.user_token)
    result = one(user)
    assert "The orchestrator may have acted all the same, since permissions are checked afterwards." in result["msg"]
    assert "Now deployed is false, enabled is true" in result["msg"]
    assert result["failure"]["details"]["status"] == 403
    assert "roles may create, edit and delete" in result["failure"]["cure"]
    # It did.
    assert (states(server), dags(server)) == ((False, True), {"p": False})
    assert one(admin(server))["changed_fields"] == ["deployed"]


def test_whom_the_server_forbids_to_pause_the_orchestrator_may_have_obeyed(server: FakeServer) -> None:
    given_service(server)
    given(server)
    result = one(User(server, server.user_token), enabled=False)
    assert "The orchestrator may have acted all the same, since permissions are checked afterwards." in result["msg"]
    assert "Now deployed is true, enabled is true" in result["msg"]
    assert dags(server) == {"p": True}


def test_whom_the_server_forbids_to_write(server: FakeServer) -> None:
    given_service(server)
    user = User(server, server.user_token)
    result = one(user)
    assert (result["failure"]["code"], result["changed"], acts(server)) == ("permission_denied", False, [])
    given(server)
    result = one(user, description="d")
    assert (result["failure"]["code"], result["changed"]) == ("permission_denied", False)
    result = one(user, state="absent")
    assert (result["failure"]["code"], result["changed"]) == ("permission_denied", False)


# ---- an answer that only looks like success


def test_a_deploy_that_says_200_and_means_500(server: FakeServer) -> None:
    given_service(server)
    server.inject(
        method="POST", path="/deploy/", status=200, body={"code": 500, "reason": "no space left", "platform": "Airflow"}
    )
    result = one(admin(server))
    assert "no space left" in result["msg"]
    assert (result["failure"]["code"], result["failure"]["details"]["status"]) == ("orchestrator_error", 500)
    assert (result["failure"]["details"]["deployed"], states(server)) == (False, (False, True))


@pytest.mark.parametrize("answer", ["", {}], ids=["nothing", "an empty object"])
def test_a_deploy_that_says_nothing(server: FakeServer, answer: Any) -> None:
    given_service(server)
    server.inject(method="POST", path="/deploy/", status=204 if answer == "" else 200, body=answer)
    result = one(admin(server))
    assert "the orchestrator gave no reason" in result["msg"]
    assert result["failure"]["code"] == "orchestrator_error"


def test_a_deploy_that_did_not_take(server: FakeServer) -> None:
    given_service(server)
    given(server, deployed=False)
    server.inject(method="POST", path="/deploy/", status=200, body={"code": 200, "platform": "Airflow"})
    result = one(admin(server))
    assert "the server answered with success but did not deploy it" in result["msg"]
    assert result["failure"]["code"] == "not_taken"
    assert [each for each in sent(server) if "POST" in each and "/deploy/" in each] == [
        f"{POST}/deploy/{stored(server)['id']}"
    ]
    assert len(writes(server)) == 1
