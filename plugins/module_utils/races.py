# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server's answers tell of somebody else, who wrote at the same time; without any I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils.client import Answer
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Server
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FieldType

UPDATED = "entityUpdated"
SAME = "entityNoChange"


def moved(before: Current, after: Current, answer: Answer) -> bool:
    """Whether a write changed something: by its change header, else by the version.

    The version alone may have been moved by somebody else; and a PATCH within ten minutes of the last one may leave it
    where it was (1.3 and later). But the header of a repeated request knows nothing of the first try's work.
    """
    if answer.attempts == 1 and answer.change in (UPDATED, SAME):
        return answer.change == UPDATED
    return after.version != before.version


def only_changed(answer: Answer, names: Collection[str]) -> bool:
    """Whether a write tells what it changed, and that is nothing but these members."""
    told = set(_old_values(answer.body.get("changeDescription") or {}))
    return bool(told) and told <= set(names)


def revived(answer: Answer) -> bool:
    """Whether a PUT met a soft-deleted service and restored it."""
    updated = (answer.body.get("changeDescription") or {}).get("fieldsUpdated") or ()
    return any(change.get("name") == "deleted" for change in updated)


def was_deleted(before: Current, answer: Answer) -> bool:
    """Whether a DELETE met a service that somebody else had soft-deleted: it moved, but not by this (server 1.2).

    The answer to a repeated one tells nothing of that.
    """
    told = answer.body.get("changeDescription")
    change = told if isinstance(told, Mapping) else {}
    previous = change.get("previousVersion")
    still = previous is not None and previous == answer.body.get("version") != before.version
    return still and answer.attempts == 1


def met(read: Current, after: Current, answer: Answer | None, server: Server) -> Current:
    """The service as a PUT met it, which is not what was read where somebody else wrote in between.

    A text that the task leaves out was sent as it was read: where the PUT changed it, the old value was theirs. Owners,
    domains and tags are left alone by a PUT: where they differ, but not by its own change, they are theirs. Of the rest
    nothing can be known. `answer` is None after `/bulk`, which doesn't tell what it changed.
    """
    if after.id != read.id:
        return read
    same = answer is not None and answer.change == SAME
    ours = {} if same else _old_values(after.entity.get("changeDescription") or {})
    values = dict(read.values)
    for item in server.resource.fields:
        name = server.api_name(item)
        if item.type is FieldType.TEXT and answer is not None:
            values[item.option] = ours.get(name, after.values[item.option])
        elif not item.wiped and name not in ours:
            values[item.option] = after.values[item.option]
    return replace(read, values=values)


def _old_values(change: Mapping[str, Any]) -> dict[str, str]:
    """What the changed fields were before, `""` for those that weren't there."""
    lists = (change.get(name) or () for name in ("fieldsAdded", "fieldsUpdated", "fieldsDeleted"))
    return {str(one.get("name")): str(one.get("oldValue") or "") for changes in lists for one in changes}
