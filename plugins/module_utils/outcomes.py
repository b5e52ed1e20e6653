# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a service, or would in check mode, and how far a run has come with it; without any I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import plan
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Plan, Policy


@dataclass(frozen=True)
class Outcome:
    """What became of one service: the members of a module's result, `service` in the collection's words."""

    name: str
    kind: str
    label: str
    action: str
    changed: bool
    version_before: float | None
    version: float | None
    changed_fields: list[str]
    unverified: list[str]
    service: dict[str, Any] | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    warnings: list[str] = field(default_factory=list)
    parent: str = ""


@dataclass(frozen=True)
class Planned:
    """A plan together with the task's own words, which planning anew starts from, and what to warn of in these."""

    desired: Desired
    todo: Plan
    warnings: list[str] = field(default_factory=list)

    @property
    def all_warnings(self) -> list[str]:
        """What to warn of in the task's words and in what they would do."""
        return [*self.warnings, *self.todo.warnings]


@dataclass
class Progress:
    """What a run did to one service so far; it outlives the re-reading after a conflict or a lost answer."""

    version_before: float | None = None
    seen: float | None = None
    changed: bool = False
    action: str = plan.NONE
    maybe_done: bool = False
    sent: bool = False
    first: Plan | None = None

    def note(self, action: str, changed: bool) -> None:
        """Remember a step; what is created or restored stays so whatever follows."""
        if changed:
            self.changed = True
            self.action = action if self.action == plan.NONE else self.action

    def note_reading(self, todo: Plan) -> None:
        """Compare a reading with what was known before: a write whose answer got lost may have been carried out."""
        version = todo.current.version if todo.current else None
        if self.first and self.maybe_done and (version != self.seen or todo.action == plan.NONE):
            self.note(self.first.action, True)
        if self.first is None or not self.changed:
            self.first, self.version_before = todo, version
        self.seen, self.maybe_done = version, False


def predicted(planned: Planned, server: Server, policy: Policy) -> Outcome:
    """What a real run would do."""
    todo = planned.todo
    version = todo.current.version if todo.current else None
    return Outcome(
        name=todo.desired.key,
        parent=todo.desired.parent,
        kind=server.resource.kind,
        label=server.resource.label,
        action=todo.action,
        changed=todo.action != plan.NONE,
        version_before=version,
        version=version,
        changed_fields=todo.changed_fields,
        unverified=list(todo.unverified),
        service=plan.predicted(todo, server, policy),
        before=todo.before,
        after=todo.after,
        warnings=planned.all_warnings,
    )


def reached(planned: Planned, progress: Progress, after: Current | None, server: Server) -> Outcome:
    """What was done. The views span from the first reading to the last plan; secrets may have changed unseen."""
    todo, first = planned.todo, progress.first or planned.todo
    shown = replace(todo, before=first.before, after=todo.after if progress.changed else first.before)
    return Outcome(
        name=todo.desired.key,
        parent=todo.desired.parent,
        kind=server.resource.kind,
        label=server.resource.label,
        action=progress.action,
        changed=progress.changed,
        version_before=progress.version_before,
        version=after.version if after else None,
        changed_fields=(shown.changed_fields or list(todo.unverified)) if progress.changed else [],
        unverified=list(todo.unverified),
        service=after.named(todo.desired).result() if after else None,
        before=shown.before,
        after=shown.after,
        warnings=planned.all_warnings,
    )
