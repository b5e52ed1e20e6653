# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the orchestrator has to be told, without any I/O."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import deploys, plan
from ansible_collections.community.openmetadata.plugins.module_utils.deploys import DeployPlan
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Reference, Server
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINE_FIELDS, PIPELINES
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Policy
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FieldType

OLD, NEW = (Server(release, PIPELINES["dashboard"]) for release in ("1.2.0-SNAPSHOT", "2.0.7"))
SERVERS = pytest.mark.parametrize("server", [OLD, NEW], ids=["1.2", "2.0"])
STORED: dict[str, Any] = {
    "id": "1",
    "name": "p",
    "fullyQualifiedName": "s.p",
    "pipelineType": "metadata",
    "service": {"id": "7", "type": "dashboardService", "fullyQualifiedName": "s"},
    "sourceConfig": {"config": {"type": "DashboardMetadata"}},
    "airflowConfig": {"scheduleInterval": "0 3 * * *", "startDate": 1769839200000},
    "loggerLevel": "INFO",
    "deployed": True,
    "enabled": True,
    "version": 0.2,
}
JOE = Reference("user", "u-1", "joe")
# For each option another value than the stored one, and whether the orchestrator has to know.
TOLD: dict[str, Any] = {
    "source_config": {"includeTags": False},
    "schedule": "0 4 * * *",
    "start_date": "2026-01-01T00:00:00Z",
    "end_date": "2027-01-01T00:00:00Z",
    "timezone": "Europe/Berlin",
    "pipeline_retries": 2,
    "retry_delay": 60,
    "concurrency": 2,
    "max_active_runs": 2,
    "pipeline_timeout": 600,
    "catchup": True,
    "pause_pipeline": True,
    "email": "a@example.org",
    "default_view": "grid",
    "default_view_orientation": "TB",
    "log_level": "DEBUG",
    "raise_on_error": False,
    "streamable_logs": True,
}
UNTOLD: dict[str, Any] = {
    "display_name": "Shown",
    "description": "Words",
    "owners": (JOE,),
    "domains": (Reference("domain", "d-1", "Sales"),),
}
PUT_BY_OTHERS = {"fieldsUpdated": [{"name": "deployed", "oldValue": True, "newValue": False},
                                   {"name": "enabled", "oldValue": False, "newValue": True}]}  # fmt: skip
RESTORED = {"fieldsUpdated": [{"name": "deleted", "oldValue": True, "newValue": False}]}


def pipeline(server: Server = OLD, **members: Any) -> Current:
    return Current.from_entity({**STORED, **members}, server)


def wish(*, deploy: bool = True, name: str = "p", **values: Any) -> Desired:
    """What a task makes of its options."""
    return Desired(name, "metadata", {**({"deployed": True} if deploy else {}), **values}, parent="s")


def planned(desired: Desired, current: Current | None, server: Server = OLD) -> DeployPlan:
    return deploys.present(desired, current, server, Policy(secrets_readable=True))


def told(todo: DeployPlan) -> tuple[str, bool, tuple[bool, ...]]:
    """What is done to the record, and what the orchestrator is told."""
    return todo.action, todo.deploy, todo.toggles


def test_the_tables_know_every_option() -> None:
    options = {item.option for item in PIPELINE_FIELDS if item.type is not FieldType.PARENT}
    assert {*TOLD, *UNTOLD, "enabled", "deployed"} == options


@SERVERS
def test_a_new_one_is_deployed(server: Server) -> None:
    assert told(planned(wish(), None, server)) == ("created", True, ())
    assert told(planned(wish(enabled=True), None, server)) == ("created", True, ())
    assert told(planned(wish(enabled=False), None, server)) == ("created", True, (False,))
    assert told(planned(wish(deploy=False), None, server)) == ("created", False, ())


@SERVERS
def test_nothing_to_do(server: Server) -> None:
    current = pipeline(server)
    same: dict[str, Any] = {
        "schedule": "0 3 * * *",
        "source_config": {"type": "DashboardMetadata", "includeTags": True},
        "start_date": "2026-01-31T06:00:00Z",
        "log_level": "INFO",
        "concurrency": 1,
        "enabled": True,
    }
    for todo in (planned(wish(), current, server), planned(wish(**same), current, server)):
        assert told(todo) == ("none", False, ())
        assert (todo.changed_fields, todo.wanted, todo.warnings) == ([], True, ())


@pytest.mark.parametrize("option", TOLD)
def test_a_change_that_the_orchestrator_must_know_is_deployed(option: str) -> None:
    todo = planned(wish(**{option: TOLD[option]}), pipeline(NEW), NEW)
    assert told(todo) == ("updated", True, ())
    fields = {"source_config": "source_config.includeTags"}
    assert todo.changed_fields == [fields.get(option, option)]


@pytest.mark.parametrize("option", UNTOLD)
def test_any_other_change_is_not(option: str) -> None:
    todo = planned(wish(**{option: UNTOLD[option]}), pipeline(NEW), NEW)
    assert told(todo) == ("updated", False, ())
    assert todo.changed_fields == [option]


@SERVERS
@pytest.mark.parametrize("values", [{}, {"description": "d"}, {"schedule": "0 4 * * *"}])
def test_what_is_not_deployed_is(server: Server, values: dict[str, Any]) -> None:
    todo = planned(wish(**values), pipeline(server, deployed=False), server)
    assert told(todo) == ("updated", True, ())
    assert todo.changed_fields == ["deployed", *values]


@SERVERS
def test_a_restored_one_is_deployed_whatever_the_server_says(server: Server) -> None:
    deleted = planned(wish(), pipeline(server, deleted=True), server)
    assert told(deleted) == ("restored", True, ())
    by_others = planned(wish(), pipeline(server, changeDescription=RESTORED), server)
    assert told(by_others) == ("updated", True, ())
    assert by_others.changed_fields == ["deployed"]
    earlier = {"fieldsUpdated": [{"name": "deleted", "oldValue": False, "newValue": True}]}
    assert told(planned(wish(), pipeline(server, changeDescription=earlier), server)) == ("none", False, ())


# ---- enabled: what the record has, what is wished, and whether the orchestrator is given it anew


@pytest.mark.parametrize(
    ("stored", "wished", "known", "fresh"),
    [
        (True, None, (), ()),
        (True, True, (), ()),
        (True, False, (False,), (False,)),
        # An orchestrator that is given it anew lets it run: `enabled` has to go there and back.
        (False, None, (), (True, False)),
        (False, True, (True,), (True,)),
        (False, False, (), (True, False)),
    ],
)
def test_toggles(stored: bool, wished: bool | None, known: tuple[bool, ...], fresh: tuple[bool, ...]) -> None:
    values: dict[str, Any] = {} if wished is None else {"enabled": wished}
    assert planned(wish(**values), pipeline(enabled=stored)).toggles == known
    changed = wish(schedule="0 4 * * *", **values)
    assert told(planned(changed, pipeline(enabled=stored))) == ("updated", True, known)
    for lost in ({"deployed": False}, {"deleted": True}, {"changeDescription": RESTORED}):
        todo = planned(wish(**values), pipeline(enabled=stored, **lost))
        assert (todo.deploy, todo.toggles) == (True, fresh)


@pytest.mark.parametrize(
    ("wished", "toggles"), [(True, (False, True)), (False, (False,)), (None, ())], ids=["on", "off", "silent"]
)
def test_a_put_of_somebody_else_let_the_record_alone_go_on(wished: bool | None, toggles: tuple[bool, ...]) -> None:
    current = pipeline(deployed=False, enabled=True, changeDescription=PUT_BY_OTHERS)
    values: dict[str, Any] = {} if wished is None else {"enabled": wished}
    assert told(planned(wish(**values), current)) == ("updated", True, toggles)


# ---- deploy=false


def test_without_deploy_the_record_alone_changes() -> None:
    assert told(planned(wish(deploy=False, schedule="0 4 * * *"), pipeline(deployed=False))) == ("updated", False, ())
    assert told(planned(wish(deploy=False), pipeline(deployed=False))) == ("none", False, ())
    assert planned(wish(deploy=False, schedule="0 4 * * *"), pipeline(deployed=False)).warnings == ()


def test_without_deploy_a_change_that_the_orchestrator_lacks_is_told() -> None:
    todo = planned(wish(deploy=False, schedule="0 4 * * *"), pipeline())
    assert told(todo) == ("updated", False, ())
    assert todo.warnings == (
        "the change is stored, but the orchestrator goes on with what was deployed before: deploy is false.",
    )
    assert planned(wish(deploy=False, description="d"), pipeline()).warnings == ()
    assert planned(wish(schedule="0 4 * * *"), pipeline()).warnings == ()


@pytest.mark.parametrize("enabled", [True, False])
def test_without_deploy_what_is_deployed_can_be_paused(enabled: bool) -> None:
    todo = planned(wish(deploy=False, enabled=enabled), pipeline(enabled=not enabled))
    assert told(todo) == ("updated", False, (enabled,))
    assert todo.warnings == ()


@pytest.mark.parametrize("current", [None, pipeline(deployed=False), pipeline(deleted=True)],
                         ids=["new", "undeployed", "deleted"])  # fmt: skip
def test_what_is_deployed_nowhere_can_not_be_paused(current: Current | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        planned(wish(deploy=False, enabled=False), current)
    assert str(caught.value) == (
        "enabled is what the orchestrator is told, but the pipeline is not deployed there and deploy is false."
    )
    assert caught.value.cure == "Set deploy=true, or leave enabled out."


# ---- settings


def settings(current: Current | None = None, /, **values: Any) -> str:
    try:
        deploys.check_settings(wish(**values), current)
    except InvalidInput as error:
        return f"{error}" if error.cure else "no cure"
    return ""


def test_a_schedule_that_nobody_reads() -> None:
    assert settings(schedule="61 * * * *") == (
        "schedule: '61 * * * *' can't be read as a schedule: '61' is no minute, which goes from 0 to 59."
    )
    assert settings(schedule="") == ""


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.500Z", False),
        ("2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", False),
        ("2026-01-01T00:00:00Z", "", False),
        ("", "2026-01-01T00:00:00Z", False),
    ],
)
def test_dates_the_wrong_way_round(start: str, end: str, fault: bool) -> None:
    said = f"end_date is {end}, which is not after start_date, {start}." if fault else ""
    assert settings(start_date=start, end_date=end) == said


def test_one_date_of_the_task_and_one_of_the_server() -> None:
    said = "end_date is 2026-01-31T05:00:00Z, which is not after start_date, 2026-01-31T06:00:00Z."
    assert settings(pipeline(), end_date="2026-01-31T05:00:00Z") == said
    assert settings(pipeline(), end_date="2026-01-31T07:00:00Z") == ""
    assert settings(pipeline(), start_date="", end_date="2026-01-31T05:00:00Z") == ""
    # What somebody else stored is in nobody's way.
    crossed = pipeline(airflowConfig={"startDate": 1769839200000, "endDate": 1769839100000})
    assert settings(crossed, schedule="0 4 * * *") == ""
    assert settings(crossed, end_date="2027-01-01T00:00:00Z") == ""


@pytest.mark.parametrize(
    ("option", "least"),
    [("concurrency", 1), ("max_active_runs", 1), ("pipeline_retries", 0), ("retry_delay", 0), ("pipeline_timeout", 1)],
)
def test_numbers_below_what_makes_sense(option: str, least: int) -> None:
    assert settings(None, **{option: least - 1}) == f"{option} is {least - 1}."
    assert settings(None, **{option: least}) == ""


# ---- what stays behind


@pytest.mark.parametrize(
    ("name", "known_as"),
    [("a", "a"), ("a-b_C9", "a-b_C9"), ("a b.c", "a_b_c"), ("a..b", "a_b"), ("näht", "n_ht"), ("a&(b)%", "a_b_")],
)
def test_names_in_the_orchestrator(name: str, known_as: str) -> None:
    assert deploys.workflow(name) == known_as


RENAMED = (
    "the orchestrator knows 'a b' as 'a_b', and OpenMetadata does not remove it there by that name: it may go on "
    "running. Remove it in the orchestrator."
)
RUNS = "OpenMetadata keeps the record of the runs of s.p: a new pipeline of that name shows them."


@pytest.mark.parametrize(
    ("members", "hard", "said"),
    [
        ({}, False, []),
        ({}, True, [RUNS]),
        ({"name": "a b"}, False, [RENAMED]),
        ({"name": "a b"}, True, [RENAMED, RUNS]),
        # The soft delete said it already.
        ({"name": "a b", "deleted": True}, True, [RUNS]),
        ({"name": "a b", "deleted": True}, False, []),
        ({"deployed": False}, True, []),
        ({"name": "a b", "deployed": False}, False, []),
    ],
)
def test_what_a_server_leaves_behind(members: dict[str, Any], hard: bool, said: list[str]) -> None:
    todo = plan.absent(Desired("p", parent="s"), pipeline(**members), hard)
    assert deploys.left_behind(todo) == said


def test_nothing_leaves_nothing_behind() -> None:
    assert deploys.left_behind(plan.absent(Desired("p", parent="s"), None, True)) == []
