# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many pipelines at once: read with one listing, stored by a pool of threads, and deployed a hundred with a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ansible_collections.community.openmetadata.plugins.module_utils import deploys, errors, model
from ansible_collections.community.openmetadata.plugins.module_utils.bulk import NEVER, Bulk, Item, Key, Scope
from ansible_collections.community.openmetadata.plugins.module_utils.deploys import DeployPlan
from ansible_collections.community.openmetadata.plugins.module_utils.ingestion import Due, Pipelines
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome, Planned
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import (
    PIPELINES,
    PIPELINES_SUBJECT,
)
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Subject

_FEW = 10


@dataclass(frozen=True)
class PipelineScope(Scope):
    """Which pipelines a task is responsible for. `parents` are the services, by kind and qualified name.

    Those that OpenMetadata made for itself are nobody's.
    """

    parents: frozenset[Key] = frozenset()
    may_be_empty: ClassVar[bool] = True

    def covers(self, current: Current) -> bool:
        """Whether a pipeline that exists is in scope."""
        parent = current.key.rpartition(f".{model.qualified(current.name)}")[0]
        return (
            super().covers(current)
            and (current.resource.kind, parent) in self.parents
            and current.entity.get("provider", "user") == "user"
        )


class PipelineBulk(Bulk):
    """Reconciles a list of pipelines."""

    subject: ClassVar[Subject] = PIPELINES_SUBJECT
    reconciler: Pipelines

    def __init__(self, reconciler: Pipelines, *, concurrency: int = 8, go_on: bool = False) -> None:
        super().__init__(reconciler, concurrency=concurrency, endpoint=NEVER, go_on=go_on)
        self._by_workflow: Counter[str] = Counter()

    def _of(self, kind: str) -> Pipelines:
        return self.reconciler.of(PIPELINES[kind])

    def _listed(self, items: list[Item], scope: Scope, everything: bool) -> dict[Key, Current | None]:  # noqa: ARG002
        """What the server holds under the keys of all items, and, with `everything`, whatever else there is."""
        listed: dict[Key, Current | None] = {item.key: None for item in items}
        if everything or len(items) > _FEW:
            by_key = {current.key: current for current in self.reconciler.every()}
            listed.update({(each.resource.kind, key): each for key, each in by_key.items()})
            # One of another kind's service is met, too: the server tells them apart by names alone.
            listed.update({item.key: by_key.get(item.desired.key) for item in items})
        else:
            found = self._each(items, lambda item: self._of(item.resource.kind).reread(item.desired), stop=True)
            for item, current in zip(items, found):
                if isinstance(current, errors.OpenMetadataError):
                    raise current
                listed[item.key] = current
        self._prepare(items, listed)
        return listed

    def _prepare(self, items: list[Item], listed: Mapping[Key, Current | None]) -> None:
        """Look up the services of what is to be created or restored, and learn whose workflows share a name."""
        new = [item for item in items if not item.absent and _is_gone(listed[item.key])]
        for kind in dict.fromkeys(item.resource.kind for item in new):
            self._of(kind).learn_parents(item.desired.parent for item in new if item.resource.kind == kind)
        there = {current.key: current.name for current in listed.values() if current and not current.deleted}
        wanted = {item.desired.key: item.desired.name for item in items if not item.absent}
        self._by_workflow = Counter(deploys.workflow(name) for name in {**there, **wanted}.values())

    def _plan(self, item: Item, current: Current | None) -> Planned:
        planned = super()._plan(item, current)
        workflow, todo = deploys.workflow(item.desired.name), planned.todo
        shared = self._by_workflow[workflow] > 1
        if not (shared and isinstance(todo, DeployPlan) and (todo.deploy or todo.toggles)):
            return planned
        said = (
            f"{item.desired.key} shares its name with pipelines of other services: the orchestrator knows them all as "
            f"{workflow!r}, and runs the one that was deployed last. Give each a name of its own."
        )
        return replace(planned, warnings=[*planned.warnings, said])

    def _reconcile(self, items: list[Item], listed: Mapping[Key, Current | None]) -> list[Any]:
        """Store everything, then deploy together what is due, and tell the orchestrator the rest."""
        due: dict[Key, Due] = {}
        self.reconciler.deferred = due
        results = super()._reconcile(items, listed)
        self.reconciler.deferred = None
        places = {item.key: index for index, item in enumerate(items)}
        # Of those that share a name, the orchestrator runs the one that was deployed last: that of the list.
        keys = sorted(due, key=lambda key: places[key])
        failed = list(self.reconciler.orchestrator.deploy_all([due[key].current.id for key in keys]))
        for key, completed in zip(keys, self._each(list(zip(keys, failed)), lambda each: self._complete(due, *each))):
            results[places[key]] = completed
        return results

    def _complete(self, due: Mapping[Key, Due], key: Key, failed: errors.ApiError | None) -> Outcome:
        return self._of(key[0]).complete(due[key], failed)


def _is_gone(current: Current | None) -> bool:
    return current is None or current.deleted
