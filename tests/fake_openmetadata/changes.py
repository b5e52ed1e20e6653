# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One update of an entity: what changed, the next version, and the change description.

Source of the rules: the transcripts for 1.2; for newer releases the published source of the entity repository.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .estate import Estate

Json = dict[str, Any]
PUT, PATCH, SOFT_DELETE = "PUT", "PATCH", "SOFT_DELETE"


def next_version(version: float) -> float:
    """0.1 more, without binary fractions."""
    return round((version + 0.1) * 10) / 10


def to_json(value: Any) -> str:
    """Compact JSON, as change descriptions quote it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def same_reference(one: Json, other: Json) -> bool:
    """Do two references point to the same entity?"""
    return bool(one["id"] == other["id"] and one.get("type") == other.get("type"))


def same_label(one: Json, other: Json) -> bool:
    """Do two labels name the same tag?"""
    return bool(one.get("tagFQN") == other.get("tagFQN") and one.get("source") == other.get("source"))


def equal(one: Any, other: Any) -> bool:
    """Plain equality."""
    return bool(one == other)


class Change:
    """Collects the differences of an update."""

    def __init__(self) -> None:
        """Nothing changed yet."""
        self.added: list[Json] = []
        self.updated: list[Json] = []
        self.deleted: list[Json] = []

    def __bool__(self) -> bool:
        """Did anything change?"""
        return bool(self.added or self.updated or self.deleted)

    def record(
        self,
        name: str,
        old: Any,
        new: Any,
        as_json: bool = False,
        same: Callable[[Any, Any], bool] = equal,
    ) -> bool:
        """Note a field's change, if it is one; tells whether it is."""
        if old is None and new is None:
            return False
        shown = to_json if as_json else _identity
        if old is None:
            self.added.append({"name": name, "newValue": shown(new)})
        elif new is None:
            self.deleted.append({"name": name, "oldValue": shown(old)})
        elif not same(old, new):
            self.updated.append({"name": name, "oldValue": shown(old), "newValue": shown(new)})
        else:
            return False
        return True

    def record_list(self, name: str, old: list[Json], new: list[Json], same: Callable[[Any, Any], bool]) -> bool:
        """Note which items of a list came and went; tells whether any did."""
        gone = [item for item in old if not any(same(item, other) for other in new)]
        come = [item for item in new if not any(same(item, other) for other in old)]
        if come:
            self.added.append({"name": name, "newValue": to_json(come)})
        if gone:
            self.deleted.append({"name": name, "oldValue": to_json(gone)})
        return bool(come or gone)

    def described(self, previous: float) -> Json:
        """The change description."""
        return {
            "fieldsAdded": self.added,
            "fieldsUpdated": self.updated,
            "fieldsDeleted": self.deleted,
            "previousVersion": previous,
        }


def _identity(value: Any) -> Any:
    return value


def merge_labels(labels: list[Json], stored: list[Json]) -> list[Json]:
    """The labels and those stored ones that they lack."""
    merged = list(labels)
    for label in stored:
        if not any(same_label(label, other) for other in merged):
            merged.append(label)
    return merged


def prepared_labels(labels: list[Json]) -> list[Json]:
    """The labels of a request as the server goes on with them: each once, sorted by name.

    Source: server 1.2 does this before it looks for exclusive labels, so its message names the later one first
    whatever order they were sent in.
    """
    return sorted(merge_labels([], labels), key=lambda label: str(label.get("tagFQN")))


def checked_labels(estate: Estate, labels: list[Json]) -> tuple[list[Json], list[Json]]:
    """Labels sorted by name: as they are stored, and as the answer to that request shows them.

    Raises ApiError 404 for an unknown tag.
    """
    ordered = sorted(labels, key=lambda label: str(label["tagFQN"]))
    shown = []
    for label in ordered:
        words = estate.labelled(label)[1].json.get("description")
        if estate.can.request_tags:
            shown.append(estate.label(label))
        else:
            shown.append({**label, "description": words} if words else label)
    stored = [{name: label[name] for name in ("tagFQN", "source", "labelType", "state")} for label in ordered]
    return stored, shown
