# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done in the orchestrator for a pipeline, worked out without any I/O.

A pipeline is stored by OpenMetadata and run by an orchestrator, such as Airflow, which has to be given it (`deployed`)
and in which it can be paused (`enabled`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.community.openmetadata.plugins.module_utils import dates, model, plan
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Plan, Policy
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FieldType

# What an orchestrator's name for a workflow can't hold (source: OpenMetadata's plugin for Airflow 1.2).
_NOT_IN_WORKFLOWS = re.compile(r"[^0-9a-zA-Z\-_]+")
# The values that `enabled` takes for a workflow that is to be paused, but which the orchestrator is given anew.
PAUSED_ANEW = (True, False)


@dataclass(frozen=True)
class DeployPlan(Plan):
    """A plan with what the orchestrator is to be told: whether to deploy, and then the values that `enabled` takes.

    `wanted`: the task wants it deployed at all.
    """

    wanted: bool = False
    deploy: bool = False
    toggles: tuple[bool, ...] = ()


def present(desired: Desired, current: Current | None, server: Server, policy: Policy) -> DeployPlan:
    """The plan for a pipeline that should be there as `desired`. Raises `InvalidInput` for what can't be."""
    wanted = desired.values.get("deployed") is True
    todo = plan.present(desired, current, server, policy)
    there = current is not None and current.values["deployed"]
    deploy = wanted and (not there or tells(todo.changed_fields, server))
    toggles = _toggles(desired, current, fresh=deploy and not there)
    if toggles and not (wanted or there):
        raise InvalidInput(
            "enabled is what the orchestrator is told, but the pipeline is not deployed there and deploy is false.",
            "Set deploy=true, or leave enabled out.",
        )
    warnings = todo.warnings
    if current is not None and there and not wanted and tells(todo.changed_fields, server):
        warnings += (
            "the change is stored, but the orchestrator goes on with what was deployed before: deploy is false.",
        )
    return DeployPlan(**{**vars(todo), "warnings": warnings}, wanted=wanted, deploy=deploy, toggles=toggles)


def tells(fields: Iterable[str], server: Server) -> bool:
    """Whether any of these changed fields is one that the orchestrator has to know."""
    known = {
        item.option
        for item in server.resource.fields
        if item.type in (FieldType.CONFIG, FieldType.SETTING) and not item.acted
    }
    return any(name.partition(".")[0] in known for name in fields)


def _toggles(desired: Desired, current: Current | None, fresh: bool) -> tuple[bool, ...]:
    """The values that `enabled` has to take one after the other, so that the orchestrator has the last one.

    A workflow that the orchestrator is given anew runs, whatever `enabled` says. And a PUT (not ours) sets `enabled`
    back to true without a word to the orchestrator, which still has it paused (server 1.2).
    """
    wish = desired.values.get("enabled")
    if current is None:
        return (False,) if wish is False else ()
    stored = current.values["enabled"]
    value = stored if wish is None else wish
    if fresh and not value and not stored:
        return PAUSED_ANEW
    if wish and stored and fresh and model.changed_last(current.entity).get("enabled") == (False, True):
        return (False, True)
    return (value,) if value != stored else ()


def check_settings(desired: Desired, current: Current | None) -> None:
    """Raise `InvalidInput` for a schedule that no scheduler reads, for dates the wrong way round, and for numbers below
    what makes sense.
    """
    values = desired.values
    fault = dates.schedule_fault(values.get("schedule") or "")
    if fault:
        raise InvalidInput(
            f"schedule: {values['schedule']!r} can't be read as a schedule: {fault}.",
            "Give minute, hour, day of the month, month and day of the week, such as '30 2 * * *', or '' for runs by "
            "hand.",
        )
    both = ("start_date", "end_date")
    start, end = (values.get(name, current.values[name] if current else None) or "" for name in both)
    # A fraction of a second stands behind the whole one.
    if any(values.get(name) for name in both) and start and end and end.rstrip("Z") <= start.rstrip("Z"):
        raise InvalidInput(f"end_date is {end}, which is not after start_date, {start}.", "Correct one of them.")
    lowest = {"concurrency": 1, "max_active_runs": 1, "pipeline_retries": 0, "retry_delay": 0, "pipeline_timeout": 1}
    for name, least in lowest.items():
        if values.get(name) is not None and values[name] < least:
            raise InvalidInput(f"{name} is {values[name]}.", f"Set it to {least} or more.")


def workflow(name: str) -> str:
    """What the orchestrator calls a pipeline (source: OpenMetadata's plugin for Airflow 1.2)."""
    return _NOT_IN_WORKFLOWS.sub("_", name)


def left_behind(todo: Plan) -> list[str]:
    """What a server leaves behind of a pipeline that goes, as warnings (server 1.2)."""
    current = todo.current
    said: list[str] = []
    if current is None or todo.action not in (plan.DELETED, plan.PURGED) or not current.entity.get("deployed"):
        return said
    if workflow(current.name) != current.name and not current.deleted:
        said.append(
            f"the orchestrator knows {current.name!r} as {workflow(current.name)!r}, and OpenMetadata does not remove "
            "it there by that name: it may go on running. Remove it in the orchestrator."
        )
    if todo.action == plan.PURGED:
        said.append(
            f"OpenMetadata keeps the record of the runs of {current.entity.get('fullyQualifiedName')}: a new pipeline "
            "of that name shows them."
        )
    return said
