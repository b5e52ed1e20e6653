# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules for lists of services do. Each is made for one kind, or for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, errors, runner
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Bulk, Item, Prune, Scope
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from ansible_collections.community.openmetadata.plugins.module_utils.services import reconciler_of
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task

_SCOPE = {
    "service_types": {"type": "list", "elements": "str", "default": []},
    "name_pattern": {"type": "str"},
    "domain": {"type": "str"},
}


def many_spec(kind: str = "") -> ArgumentSpec:
    """The options of a module for a list of services."""
    scope = _SCOPE if kind else {**_SCOPE, "kinds": {"type": "list", "elements": "str", "choices": list(RESOURCES)}}
    own = ArgumentSpec(
        {
            "services": {"type": "list", "elements": "dict", "required": True, "options": arguments.item_options(kind)},
            "defaults": {"type": "dict", "default": {}, "options": arguments.item_options(kind, named=False)},
            "prune": {"type": "bool", "default": False},
            "scope": {"type": "dict", "options": scope},
            "prune_limit": {"type": "int", "default": 5},
            "on_error": {"type": "str", "choices": ["fail", "continue"], "default": "fail"},
            "concurrency": {"type": "int", "default": 8},
            "bulk_endpoint": {"type": "str", "choices": ["auto", "never", "always"], "default": "auto"},
        },
        kind,
    )
    return arguments.policy_spec().merge(own)


def many(task: Task, client: Client) -> dict[str, Any]:
    """Bring every service of a list to the state that the task describes; returns the module's result."""
    params = task.params
    scope, defaults = params["scope"] or {}, params["defaults"]
    # Of which kind it is at first plays no part: each service has its own.
    bulk = Bulk(
        reconciler_of(task, client, task.kind or next(iter(RESOURCES))),
        concurrency=params["concurrency"],
        endpoint=params["bulk_endpoint"],
        go_on=params["on_error"] == "continue",
    )
    kinds = (task.kind,) if task.kind else tuple(scope.get("kinds") or ())
    prune = Prune(
        Scope(
            tuple(scope.get("service_types") or ()), scope.get("name_pattern") or "", scope.get("domain") or "", kinds
        ),
        enabled=params["prune"],
        limit=params["prune_limit"],
        hard_delete=bool(defaults.get("hard_delete")),
        recursive=bool(defaults.get("recursive")),
    )
    report = bulk.run(items(params, task.kind), prune, want_unmanaged=params["scope"] is not None)
    return runner.result_of_many(task, report, bulk.reconciler.server.text, client.requests_sent)


def items(params: Mapping[str, Any], kind: str) -> list[Item]:
    """The services of a list, each with the defaults under it. Raises `InvalidInput`, naming the service.

    `kind` is that of all of them, or empty where each says it.
    """
    found = []
    for entry in params["services"]:
        item = merged(params["defaults"], entry)
        try:
            resource = RESOURCES[kind or arguments.kind_of(item)]
            wish = arguments.desired(item)
        except errors.InvalidInput as error:
            raise errors.InvalidInput(f"services: {entry['name']!r}: {error}", error.cure) from None
        absent = item.get("state") == "absent"
        found.append(Item(resource, wish, absent, bool(item.get("hard_delete")), bool(item.get("recursive"))))
    return found


def merged(defaults: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with the defaults under it: option by option, mappings key by key; None counts as not given."""
    return _deep(_given(defaults), _given(item))


def _given(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value is not None}


def _deep(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {key for key in over if isinstance(over[key], Mapping) and isinstance(under.get(key), Mapping)}
    return {**under, **over, **{key: _deep(under[key], over[key]) for key in both}}
