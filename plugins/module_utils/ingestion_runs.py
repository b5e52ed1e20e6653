# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module that runs a pipeline does."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import errors, pipelines, runs
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES, PIPELINES_SUBJECT
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from ansible_collections.community.openmetadata.plugins.module_utils.runs import Follower, Json, Runner, Waiting
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task

_FAIL_ON = ("failed", "partial", "never")
_KILL = "kill"


def run_spec() -> ArgumentSpec:
    """The options of the module that runs a pipeline."""
    return ArgumentSpec(
        {
            "name": {"type": "str", "required": True},
            "service": {"type": "str", "required": True},
            "service_kind": {"type": "str", "choices": list(PIPELINES), "default": PIPELINES_SUBJECT.default},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "float", "default": 1800.0},
            "interval": {"type": "float", "default": 5.0},
            "wait_deployed": {"type": "int", "default": pipelines.WAIT_DEPLOYED},
            "fail_on": {"type": "str", "choices": list(_FAIL_ON), "default": "failed"},
            "unless_running": {"type": "bool", "default": False},
            "on_timeout": {"type": "str", "choices": ["leave", _KILL], "default": "leave"},
        },
        subject=PIPELINES_SUBJECT,
    )


def run(task: Task, client: Client) -> dict[str, Any]:
    """Run a pipeline, and wait for the end of the run where that is asked for; returns the module's result."""
    params = task.params
    for name, least in (("wait_timeout", 0.0), ("interval", 0.01), ("wait_deployed", 0)):
        if not least <= params[name] < 1e9:
            raise errors.InvalidInput(f"{name} is {params[name]}.", f"Set it to {least} seconds or more.")
    reader = pipelines.reconciler(task, client, pipelines.resource_of(params))
    current = reader.reread(pipelines.desired(params))
    if task.check_mode:
        return _foretold(task, current)
    current = _runnable(current)
    _check_enabled(task, current)
    runner = Runner(client, current, reader.orchestrator)
    try:
        before = runner.runs()
    except (errors.BadRequest, errors.ServerError) as error:
        raise runner.explained(error) from None
    there = runner.under_way(before) if params["unless_running"] else None
    if there is None:
        runner.start(before, params["wait_deployed"])
    else:
        task.say([f"the pipeline has a run already ({there.get('runId')}), so that none was started."])
    follower = Follower([run for run in before if there is None or run is not there])
    try:
        result = _waited(task, client, runner, follower) if params["wait"] else _told(there)
    except errors.OpenMetadataError as error:
        error.changed = error.changed or there is None
        raise
    return {"changed": there is None, **result}


def _foretold(task: Task, current: Current | None) -> dict[str, Any]:
    """What a run would do; what stands in its way now may be done by an earlier task by then."""
    try:
        _check_enabled(task, _runnable(current))
    except errors.InvalidInput as error:
        task.say([f"a real run would fail now: {error} {error.cure}"])
    said = "the pipeline would run" + (", and the task would wait for its end." if task.params["wait"] else ".")
    return {"changed": True, "msg": said, **_told(None)}


def _runnable(current: Current | None) -> Current:
    """The pipeline that is to run. Raises `errors.InvalidInput` where there is none, or none that can run."""
    if current is None:
        raise errors.InvalidInput("there is no such pipeline.", "Correct name and service, or create it first.")
    if current.deleted:
        raise errors.InvalidInput("the pipeline is soft-deleted.", "Restore it first (state=present).")
    if not current.entity.get("deployed"):
        raise errors.InvalidInput(
            "the pipeline is not deployed, so that nothing can run it.",
            "Deploy it first: ingestion_pipeline with deploy=true (the default).",
        )
    return current


def _check_enabled(task: Task, current: Current) -> None:
    """A paused pipeline takes a run, which then waits until somebody lets the pipeline go on."""
    if current.values["enabled"]:
        return
    said = "the pipeline is paused (enabled is false): a run waits in the queue until it is enabled"
    if task.params["wait"]:
        raise errors.InvalidInput(f"{said}.", "Set enabled=true for the pipeline, or wait=false here.")
    task.say([f"{said}."])


def _told(run: Json | None) -> dict[str, Any]:
    shown = runs.shown(run) if run is not None else None
    return {"status": shown and shown["status"], "run_id": shown and shown["run_id"], "run": shown}


def _waited(task: Task, client: Client, runner: Runner, follower: Follower) -> dict[str, Any]:
    """The end of a run, which is a failure where the task says so."""
    params = task.params
    waiting = Waiting(params["wait_timeout"], params["interval"], params["on_timeout"] == _KILL)
    try:
        run = runner.wait(follower, waiting)
    except errors.TimedOut as error:
        error.changed = True
        raise
    start, end = run.get("startDate"), run.get("endDate")
    duration = (end - start) / 1000 if isinstance(start, (int, float)) and isinstance(end, (int, float)) else None
    result = {**_told(run), "duration": duration}
    status = str(run.get("pipelineState"))
    good = {"failed": (runs.SUCCESS, runs.PARTIAL), "partial": (runs.SUCCESS,)}.get(params["fail_on"], (status,))
    if status in good:
        return result
    return {**result, **_failed(task, client, runner, status, str(run.get("runId")))}


def _failed(task: Task, client: Client, runner: Runner, status: str, run_id: str) -> dict[str, Any]:
    """A failure with the last lines of the log, in which whatever secrets this token can read are hidden."""
    params = task.params
    if params["service_kind"] in RESOURCES:
        try:
            Reconciler(client, RESOURCES[params["service_kind"]]).read(params["service"])
        except errors.OpenMetadataError as error:
            task.say([f"the service could not be read: {error}"])
    lines = runner.last_lines()
    log = "\n".join(lines) if lines else "(there is no log)"
    return {
        "failed": True,
        "msg": f"{runner.current.resource.label} {runner.current.key!r}: the run {run_id} ended as {status}. Its log "
        f"ends with:\n{log}",
        "log": lines,
        "failure": {"code": "run_failed", "message": f"the run {run_id} ended as {status}"},
    }
