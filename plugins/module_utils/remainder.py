# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a write left undone, as JSON Patch: servers answer with success and keep another value all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection, field_values, plan
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.resources import KEPT, FieldType


@dataclass(frozen=True)
class Remainder:
    """What a PUT or POST left undone: one JSON Patch operation for one option."""

    option: str
    operation: Mapping[str, Any]


def remainder(
    desired: Desired,
    before: Current | None,
    after: Current,
    server: Server,
    policy: plan.Policy,
    resend: bool = False,
) -> list[Remainder]:
    """What is not yet as it should be, as JSON Patch: what the task asks for, and what it leaves out and a PUT lost.

    `connection` is never patched: a PATCH would store masks as if they were secrets (server 1.2). `resend`: send
    secrets that can't be compared again, unless the policy keeps them; the server compares them.
    """
    left = []
    for item in server.resource.fields:
        if item.type is FieldType.CONFIG and server.resource.patched:
            left += _config_remainder(desired, after, server, policy, resend)
        if item.type in (FieldType.CONFIG, FieldType.PARENT) or item.acted or not server.has(item):
            continue
        stored = after.values[item.option]
        if item.option in desired.values:
            wanted = desired.values[item.option]
        elif before is not None and not server.resource.patched:
            wanted = before.values[item.option]
        else:
            continue
        if not field_values.same(item, wanted, stored, server):
            path = "/".join(("", *filter(None, [item.within]), server.api_name(item)))
            value = field_values.patch_value(item, wanted, server)
            operation = {"op": "remove", "path": path} if value is None else {"op": "add", "path": path, "value": value}
            left.append(Remainder(item.option, operation))
    for name, value in to_put_back(before, after, server).items():
        left.append(Remainder(name, {"op": "add", "path": f"/{name}", "value": value}))
    return left


def _config_remainder(
    desired: Desired, after: Current, server: Server, policy: plan.Policy, resend: bool
) -> list[Remainder]:
    """What differs in a config that is changed by PATCH, member by member; a mask never goes into one."""
    wanted, item = desired.values.get(server.config), server.resource.config
    if wanted is None:
        return []
    root = f"/{item.api}"
    if after.config is None:
        value = {connection.WRAPPER: connection.with_type(after.kind, wanted)}
        return [Remainder(item.option, {"op": "add", "path": root, "value": value})]
    form, (found, unknown) = plan.compared(after, wanted, server, policy)
    if not found and not (unknown and resend):
        return []
    send = policy.secrets_readable or (resend and not policy.keep_secrets)
    operations = comparison.operations(form, wanted, after.config, policy.keep_secrets, send)
    return [
        Remainder(item.option, {**operation, "path": f"{root}/{connection.WRAPPER}{operation['path']}"})
        for operation in operations
    ]


def to_put_back(before: Current | None, after: Current, server: Server) -> dict[str, Any]:
    """What a PUT reset or dropped, by its name, although no task manages it and no create request could hold it."""
    if before is None:
        return {}
    was, now = before.entity, after.entity
    reset = {name: was[name] for name in KEPT if was.get(name) and now.get(name, was[name]) != was[name]}
    dropped = {name: value for name, value in before.strangers(server).items() if now.get(name) in connection.EMPTY}
    return {**reset, **dropped}


def connection_remainder(desired: Desired, after: Current, server: Server, policy: plan.Policy) -> list[str]:
    """The fields of the connection that the server did not take; nothing can be told where it shows none."""
    wanted = desired.values.get(server.config)
    if wanted is None or (after.config is None and not policy.secrets_readable):
        return []
    found, _unknown = plan.differences(after, wanted, server, policy)
    return [plan.dotted(server.config, difference.path) for difference in found]
