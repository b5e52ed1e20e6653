# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules for one service do, and those that read services. Each is made for one kind, or for all."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, runner
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task

_STATE = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "hard_delete": {"type": "bool", "default": False},
    "recursive": {"type": "bool", "default": False},
}
_FILTERS = {
    "name": {"type": "str"},
    "service_type": {"type": "str"},
    "domain": {"type": "str"},
    "include_deleted": {"type": "bool", "default": False},
}


def one_spec(kind: str = "") -> ArgumentSpec:
    """The options of a module for one service."""
    own = ArgumentSpec({**arguments.kind_options(kind, required=True), **_STATE}, kind)
    return arguments.service_spec().merge(arguments.policy_spec()).merge(own)


def info_spec(kind: str = "") -> ArgumentSpec:
    """The options of a module that reads services."""
    return ArgumentSpec({**arguments.kind_options(kind, required=True), **_FILTERS}, kind)


def reconciler_of(task: Task, client: Client, kind: str) -> Reconciler:
    """What brings services to the state that a task describes."""
    return Reconciler(
        client,
        RESOURCES[kind],
        keep_secrets=task.params["update_secrets"] == "on_create",
        validate=task.params["validate_connection"],
        check_mode=task.check_mode,
    )


def one(task: Task, client: Client) -> dict[str, Any]:
    """Bring one service to the state that the task describes; returns the module's result."""
    params = task.params
    reconciler = reconciler_of(task, client, task.kind or params["kind"])
    desired = arguments.desired(params)
    if params["state"] == "present":
        outcome = reconciler.present(desired)
    else:
        outcome = reconciler.absent(desired, hard_delete=params["hard_delete"], recursive=params["recursive"])
    task.say(runner.warnings_of(outcome))
    return runner.result_of(outcome, task.kind)


def info(task: Task, client: Client) -> dict[str, Any]:
    """Read the services that the task asks for; returns the module's result."""
    params = task.params
    resource = RESOURCES[task.kind or params["kind"]]
    reconciler = Reconciler(client, resource)
    found = reconciler.find(
        name=params["name"],
        service_type=params["service_type"],
        domain=params["domain"],
        include_deleted=params["include_deleted"],
    )
    return {
        "changed": False,
        f"{resource.label}s" if task.kind else "services": [
            runner.with_kind(current.result(), resource.kind, task.kind) for current in found
        ],
        "server_version": reconciler.server.text,
    }
