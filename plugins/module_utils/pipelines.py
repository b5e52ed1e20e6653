# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules for ingestion pipelines do: one pipeline, a list of them, and reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, errors, model, runner
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Item, Prune
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.ingestion import Pipelines
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_bulk import PipelineBulk, PipelineScope
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import (
    PIPELINE_FIELDS,
    PIPELINES,
    PIPELINES_SUBJECT,
    PipelineResource,
)
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FieldType
from ansible_collections.community.openmetadata.plugins.module_utils.runs import last_runs
from ansible_collections.community.openmetadata.plugins.module_utils.service_lists import merged
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task

DEPLOY, WAIT_DEPLOYED = True, 60
_POLICY = {
    "update_secrets": {"type": "str", "choices": ["always", "on_create"], "default": "always", "no_log": False},
    "validate_source_config": {"type": "str", "choices": ["strict", "warn", "off"], "default": "strict"},
}


def _named_options() -> dict[str, Any]:
    """What names a pipeline; where a task is about one, all but the kind is needed."""
    return {
        "name": {"type": "str", "required": True},
        "service": {"type": "str", "required": True},
        "service_kind": {"type": "str", "choices": list(PIPELINES)},
    }


def _options() -> dict[str, Any]:
    """What a pipeline should be like: an option for each field, and what is to be done for it."""
    fields = (item for item in PIPELINE_FIELDS if item.type is not FieldType.PARENT and not item.lost_by_restore)
    return {
        "state": {"type": "str", "choices": ["present", "absent"]},
        "hard_delete": {"type": "bool"},
        "pipeline_type": {"type": "str"},
        **arguments.field_options(fields),
        "deploy": {"type": "bool"},
        "wait_deployed": {"type": "int"},
    }


def one_spec() -> ArgumentSpec:
    """The options of the module for one pipeline."""
    options = {**_named_options(), **_options(), **_POLICY}
    defaults = {
        "state": "present",
        "hard_delete": False,
        "service_kind": PIPELINES_SUBJECT.default,
        "deploy": DEPLOY,
        "wait_deployed": WAIT_DEPLOYED,
    }
    told = {name: {**options[name], "default": value} for name, value in defaults.items()}
    return ArgumentSpec({**options, **told}, subject=PIPELINES_SUBJECT)


def many_spec() -> ArgumentSpec:
    """The options of the module for a list of pipelines."""
    item = {**_named_options(), **_options()}
    item["service"] = {"type": "str"}
    scoped = {
        "name": {"type": "str", "required": True},
        "kind": {"type": "str", "choices": list(PIPELINES), "default": PIPELINES_SUBJECT.default},
    }
    scope = {
        "services": {"type": "list", "elements": "dict", "options": scoped},
        "pipeline_types": {"type": "list", "elements": "str", "default": []},
        "name_pattern": {"type": "str"},
    }
    shared = {name: option for name, option in item.items() if name != "name"}
    return ArgumentSpec(
        {
            "ingestion_pipelines": {"type": "list", "elements": "dict", "required": True, "options": item},
            "defaults": {"type": "dict", "default": {}, "options": shared},
            "prune": {"type": "bool", "default": False},
            "scope": {"type": "dict", "options": scope},
            "prune_limit": {"type": "int", "default": 5},
            "on_error": {"type": "str", "choices": ["fail", "continue"], "default": "fail"},
            "concurrency": {"type": "int", "default": 8},
            **_POLICY,
        },
        subject=PIPELINES_SUBJECT,
    )


def info_spec() -> ArgumentSpec:
    """The options of the module that reads pipelines."""
    return ArgumentSpec(
        {
            "name": {"type": "str"},
            "service": {"type": "str"},
            "service_kind": {"type": "str", "choices": list(PIPELINES)},
            "pipeline_type": {"type": "str"},
            "include_deleted": {"type": "bool", "default": False},
            "runs": {"type": "int", "default": 0},
        },
        subject=PIPELINES_SUBJECT,
    )


def resource_of(params: Mapping[str, Any]) -> PipelineResource:
    """The kind of pipelines that a description is of."""
    return PIPELINES[str(params.get("service_kind") or PIPELINES_SUBJECT.default)]


def desired(params: Mapping[str, Any]) -> Desired:
    """The pipeline that a task describes. Raises `errors.InvalidInput` for what can't be one."""
    service = params.get("service") or ""
    if not service.strip():
        raise errors.InvalidInput("service is missing.", "Name the service that the pipeline belongs to.")
    fields = (item for item in PIPELINE_FIELDS if item.type is not FieldType.PARENT)
    values = arguments.values_of(params, fields)
    deploy, wait = params.get("deploy"), params.get("wait_deployed")
    if deploy is None or deploy:
        values["deployed"] = True
    wait = WAIT_DEPLOYED if wait is None else wait
    if wait < 0:
        raise errors.InvalidInput(f"wait_deployed is {wait}.", "Set it to 0 seconds or more.")
    parent = parent_of(resource_of(params), service)
    return Desired(
        params["name"], params.get("pipeline_type") or None, values, parent=parent, actions={"wait_deployed": wait}
    )


def parent_of(resource: PipelineResource, service: str) -> str:
    """A service's name as a qualified one; a test suite is named by that anyhow."""
    return service if resource.parents else model.qualified(service)


def reconciler(task: Task, client: Client, resource: PipelineResource) -> Pipelines:
    """What brings pipelines to their state."""
    return Pipelines(
        client,
        resource,
        keep_secrets=task.params.get("update_secrets") == "on_create",
        validate=task.params.get("validate_source_config", "strict"),
        check_mode=task.check_mode,
    )


def one(task: Task, client: Client) -> dict[str, Any]:
    """Bring one pipeline to the state that the task describes; returns the module's result."""
    params = task.params
    wish, pipelines = desired(params), reconciler(task, client, resource_of(params))
    if params["state"] == "present":
        pipelines.parent(wish.parent)
        outcome = pipelines.present(wish)
    else:
        outcome = pipelines.absent(wish, hard_delete=params["hard_delete"])
    task.say(runner.warnings_of(outcome))
    return runner.result_of(outcome, task.kind)


def many(task: Task, client: Client) -> dict[str, Any]:
    """Bring every pipeline of a list to the state that the task describes; returns the module's result."""
    params = task.params
    listed = items(params)
    kind = listed[0].resource.kind if listed else PIPELINES_SUBJECT.default
    bulk = PipelineBulk(
        reconciler(task, client, PIPELINES[kind]),
        concurrency=params["concurrency"],
        go_on=params["on_error"] == "continue",
    )
    prune = Prune(
        _scope(params["scope"] or {}, listed),
        enabled=params["prune"],
        limit=params["prune_limit"],
        hard_delete=bool(params["defaults"].get("hard_delete")),
    )
    report = bulk.run(listed, prune, want_unmanaged=params["scope"] is not None)
    return runner.result_of_many(task, report, bulk.reconciler.server.text, client.requests_sent)


def _scope(scope: Mapping[str, Any], listed: list[Item]) -> PipelineScope:
    """Which pipelines a task is responsible for: those of the services named, else of those that it lists any of."""
    named = scope.get("services")
    parents = (
        {(item.resource.kind, item.desired.parent) for item in listed}
        if named is None
        else {(each["kind"], parent_of(PIPELINES[each["kind"]], each["name"])) for each in named}
    )
    types = tuple(scope.get("pipeline_types") or ())
    return PipelineScope(types, scope.get("name_pattern") or "", parents=frozenset(parents))


def items(params: Mapping[str, Any]) -> list[Item]:
    """The pipelines of a list, each with the defaults under it. Raises `InvalidInput`, naming the pipeline."""
    found = []
    for entry in params["ingestion_pipelines"]:
        item = merged(params["defaults"], entry)
        try:
            wish = desired(item)
        except errors.InvalidInput as error:
            raise errors.InvalidInput(f"ingestion_pipelines: {entry['name']!r}: {error}", error.cure) from None
        found.append(Item(resource_of(item), wish, item.get("state") == "absent", bool(item.get("hard_delete"))))
    return found


def info(task: Task, client: Client) -> dict[str, Any]:
    """Read the pipelines that the task asks for; returns the module's result."""
    params = task.params
    pipelines = reconciler(task, client, resource_of(params))
    if params["runs"] < 0:
        raise errors.InvalidInput(f"runs is {params['runs']}.", "Set it to 0 or more.")
    found = sorted(
        (current for current in _found(pipelines, params) if _fits(current, params)), key=lambda each: each.key
    )
    told = [current.result() for current in found]
    if params["runs"]:
        told = [{**each, "runs": _runs(task, client, current)} for each, current in zip(told, found)]
    return {"changed": False, "ingestion_pipelines": told, "server_version": pipelines.server.text}


def _runs(task: Task, client: Client, current: Current) -> list[dict[str, Any]] | None:
    """The last runs of a pipeline; None, with a warning, where the orchestrator that knows them is away.

    The server tells none of one that is soft-deleted.
    """
    if current.deleted:
        return []
    try:
        return last_runs(client, current, task.params["runs"])
    except (errors.BadRequest, errors.ServerError) as error:
        task.say([f"the runs of {current.key} can't be read: {error}"])
        return None


def _found(pipelines: Pipelines, params: Mapping[str, Any]) -> list[Current]:
    """What a task may ask for: one pipeline, those of one service, or all."""
    service, name = params["service"], params["name"]
    parent = parent_of(pipelines.resource, service) if service else ""
    if not (name and parent):
        return list(pipelines.every(parent))
    read = pipelines.reread(Desired(name, parent=parent))
    found = pipelines.of_its_kind(read) if read else None
    return [found] if found else []


def _fits(current: Current, params: Mapping[str, Any]) -> bool:
    service = current.values["service"]
    return (
        (params["include_deleted"] or not current.deleted)
        and params["name"] in (None, "", current.name)
        and params["pipeline_type"] in (None, "", current.type)
        and params["service_kind"] in (None, current.resource.kind)
        and (not params["service"] or (service is not None and service.name == params["service"]))
    )
