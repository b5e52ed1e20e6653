# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries a pipeline's plan out: stores it by POST and PATCH, never by PUT, and tells the orchestrator.

A PUT would set `deployed` and `enabled` back without a word to the orchestrator (server 1.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import deploys, errors, limits, model, outcomes
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.client import Answer, Client
from ansible_collections.community.openmetadata.plugins.module_utils.deploys import DeployPlan
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Reference
from ansible_collections.community.openmetadata.plugins.module_utils.orchestrator import (
    Orchestrator,
    explained,
    is_action,
)
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome, Planned, Progress
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import (
    PIPELINES,
    PIPELINES_PATH,
    PipelineResource,
)
from ansible_collections.community.openmetadata.plugins.module_utils.plan import PURGED, UPDATED, Plan
from ansible_collections.community.openmetadata.plugins.module_utils.redact import looks_secret
from ansible_collections.community.openmetadata.plugins.module_utils.references import encoded
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Resource

Json = Mapping[str, Any]
# What every answer holds for everybody: how the server's own bot logs in (server 1.2).
_BOTS_LOGIN = "openMetadataServerConnection"
_DEPLOYED = "deployed"
# What a toggle may change.
_TOGGLED = ("enabled", _DEPLOYED)
# Seconds between two tries to pause what the orchestrator doesn't know yet.
_AGAIN = 1.0
# How often a toggle may show no effect.
_TRIES = 3
_FEW = 10


@dataclass(frozen=True)
class Due:
    """A pipeline that is stored and has yet to be deployed."""

    planned: Planned
    progress: Progress
    current: Current


class Pipelines(Reconciler):
    """Brings pipelines of services of one kind to their desired state on one server.

    `deferred` takes what has to be deployed by kind and qualified name, where that is to be done for many at once.
    """

    resource: PipelineResource

    def __init__(self, client: Client, resource: PipelineResource, **policy: Any) -> None:
        super().__init__(client, resource, **policy)
        self.orchestrator = Orchestrator(client)
        self.deferred: dict[tuple[str, str], Due] | None = None
        self._parents: dict[tuple[str, str], Reference | None] = {}
        # Those that are to end paused again after they are deployed, by kind and qualified name.
        self._paused: set[tuple[str, str]] = set()

    def _current(self, entity: Json, before: Current | None = None) -> Current:
        """An entity as `Current`, without the login of the server's bot, which is learned as a secret."""
        self.client.redactor.add(*_secrets(entity.get(_BOTS_LOGIN)))
        own = {name: value for name, value in entity.items() if name != _BOTS_LOGIN}
        return super()._current(own, before)

    def of(self, resource: Resource) -> Pipelines:
        """The same for pipelines of another kind of service."""
        other: Pipelines = super().of(resource)  # type: ignore[assignment]
        return other

    def every(self, service: str = "") -> Iterator[Current]:
        """Every pipeline of services of all known kinds, soft-deleted ones included, or those of one service.

        `service` is a qualified name. Names of owners and domains come with each.
        """
        params = {"fields": self.server.query_fields, "include": "all", **({"service": service} if service else {})}
        kinds = {resource.parent_type: resource for resource in PIPELINES.values()}
        for entity in self.client.pages(PIPELINES_PATH, params):
            resource = kinds.get(str((entity.get("service") or {}).get("type")))
            if resource is not None:
                yield self.of(resource)._current(entity)

    # -- what it belongs to -----------------------------------------------------------------------------------------

    def parent(self, name: str) -> Reference | None:
        """The service called so, or None; soft-deleted ones have an empty id. Each is looked up once.

        `name` is qualified. Raises `errors.InvalidInput` where the server has no such kind of service.
        """
        limits.check_kind(self.server)
        key = (self.resource.kind, name)
        if key not in self._parents:
            path = f"{self.resource.parent_path}/name/{encoded(name)}"
            try:
                entity = self.client.get(path, {"include": "all"})
            except errors.NotFound:
                self._parents[key] = None
            else:
                self._learn_parent(entity)
        return self._parents[key]

    def learn_parents(self, names: Iterable[str]) -> None:
        """Look the services of many pipelines up: one by one where they are few, else all with a listing."""
        unknown = {name for name in names if (self.resource.kind, name) not in self._parents}
        if len(unknown) > _FEW:
            for entity in self.client.pages(self.resource.parent_path, {"include": "all"}):
                self._learn_parent(entity)
        for name in sorted(unknown):
            self.parent(name)

    def _learn_parent(self, entity: Json) -> None:
        name, id_ = entity.get("fullyQualifiedName"), entity.get("id")
        if not isinstance(name, str) or not isinstance(id_, str):
            raise errors.UnexpectedAnswer(f"the server's answer is no {self.resource.parent_words}.")
        found = Reference(self.resource.parent_type, "" if entity.get("deleted") else id_, model.plain(name))
        self._parents[(self.resource.kind, name)] = found

    def check_parent(self, desired: Desired, current: Current | None) -> None:
        """Raise `InvalidInput` where what was found belongs to a service of another kind."""
        stored = current.values["service"] if current is not None else None
        if stored is not None and stored.type != self.resource.parent_type:
            raise errors.InvalidInput(
                f"there is a pipeline {desired.key} already, of a {stored.type}: OpenMetadata tells pipelines "
                "apart by the names of service and pipeline alone.",
                "Correct service_kind, or give this pipeline another name.",
            )

    def of_its_kind(self, current: Current) -> Current | None:
        """A pipeline as one of the kind of service that it belongs to; None where nobody knows that."""
        type_ = current.values["service"] and current.values["service"].type
        resource = next((each for each in PIPELINES.values() if each.parent_type == type_), None)
        return self.of(resource)._current(current.entity) if resource else None

    def _belonging(self, desired: Desired, current: Current | None) -> tuple[Reference, list[str]]:
        """What a pipeline belongs to, and what to warn of. Raises `InvalidInput` where it can't belong to it."""
        words, name = self.resource.parent_words, model.plain(desired.parent)
        self.check_parent(desired, current)
        if current is not None and current.values["service"] is not None and not current.deleted:
            stored: Reference = current.values["service"]
            return stored, []
        found = self.parent(desired.parent)
        if found is not None and found.id:
            return found, []
        said = f"there is no {words} called {name!r}" if found is None else f"the {words} {name!r} is soft-deleted"
        if self.check_mode:
            # An audit of what is defined: the service may be defined as well.
            return Reference(self.resource.parent_type, "", name), [f"{said} yet: a pipeline needs it."]
        cure = "Create it first." if found is None else "Restore it first (state=present), with its pipelines."
        raise errors.InvalidInput(f"service: {said}.", f"Correct service and service_kind. {cure}")

    # -- what to do -------------------------------------------------------------------------------------------------

    def plan_present(self, desired: Desired, current: Current | None) -> Planned:
        """What it takes; checks everything that can be checked, so that bad input fails before any write."""
        wish = (
            desired if desired.type else replace(desired, type=current.type if current else self.resource.default_type)
        )
        limits.check_type(str(wish.type), self.server)
        deploys.check_settings(wish, current)
        self._check_config(wish)
        parent, warnings = self._belonging(wish, current)
        planned = super().plan_present(replace(wish, values={**wish.values, "service": parent}), current)
        return replace(planned, desired=desired, warnings=warnings + planned.warnings)

    def _plan(self, wanted: Desired, current: Current | None) -> Plan:
        todo = deploys.present(wanted, current, self.server, self.policy)
        key = (self.resource.kind, wanted.key)
        if todo.toggles == deploys.PAUSED_ANEW:
            self._paused.add(key)
        elif key in self._paused and current is not None and not todo.toggles:
            # A run that was half done when an answer got lost: whatever `enabled` is by now, it is to be paused.
            return replace(todo, toggles=deploys.PAUSED_ANEW[current.values["enabled"] :])
        return todo

    def _check_config(self, desired: Desired) -> None:
        config = desired.values.get(self.server.config)
        if self.resource.has_no_schema(str(desired.type)) and not (config or {}).get("type"):
            raise errors.InvalidInput(
                f"source_config.type is missing: no published model tells what {desired.type} pipelines of "
                f"{self.resource.parent_words}s hold.",
                "Set source_config.type, or correct pipeline_type and service_kind.",
            )

    def plan_absent(self, desired: Desired, current: Current | None, hard_delete: bool) -> Planned:
        """What it takes for a pipeline to be gone, and what the server leaves behind."""
        self.check_parent(desired, current)
        planned = super().plan_absent(desired, current, hard_delete)
        return replace(planned, warnings=planned.warnings + deploys.left_behind(planned.todo))

    # -- doing it ---------------------------------------------------------------------------------------------------

    def finish(self, planned: Planned, sent: Current | None = None, *, unsure: bool = False) -> Outcome:
        """Carry a plan for a present pipeline out, or tell what that would do."""
        try:
            return super().finish(planned, sent, unsure=unsure)
        except errors.ApiError as error:
            if is_action(error):
                raise self._explained(error, planned.desired) from None
            raise

    def complete(self, due: Due, failed: errors.ApiError | None) -> Outcome:
        """Go on with a pipeline that was deployed with others, or was not."""
        planned, progress = due.planned, due.progress
        try:
            try:
                if failed is not None:
                    raise failed
                after = self._after_deploy(planned, due.current, progress)
                return outcomes.reached(planned, progress, after, self.server)
            except errors.OpenMetadataError as error:
                self._leave_due(planned, due.current)
                if not (isinstance(error, errors.ApiError) and error.transient):
                    raise
                # Nobody knows what became of it.
                progress.maybe_done = True
                again = self.plan_present(planned.desired, self.reread(planned.desired))
                return self._persist(again, progress, None)
        except errors.OpenMetadataError as error:
            # One error may be that of a hundred pipelines: it is made this one's own before it is changed.
            own: errors.OpenMetadataError = error
            if isinstance(error, errors.ApiError) and is_action(error):
                own = self._explained(error, planned.desired)
            own.changed = progress.changed or progress.maybe_done or error.maybe_written
            raise own from None

    def _explained(self, error: errors.ApiError, desired: Desired) -> errors.ApiError:
        try:
            now = self.reread(desired)
        except errors.OpenMetadataError:
            return explained(error, self.orchestrator.state(), {"deployed": "unknown", "enabled": "unknown"})
        truth = {name: now.values[name] for name in (_DEPLOYED, "enabled")} if now else {}
        return explained(error, self.orchestrator.state(), truth)

    def _carry_out(self, planned: Planned, progress: Progress, sent: Current | None) -> Current:
        """Store the pipeline, then deploy it where that is due, then pause it or let it go on."""
        todo = _deploys(planned.todo)
        after = super()._carry_out(planned, progress, sent)
        if todo.current is not None:
            flags = [[bool(each.entity.get(name)) for name in (_DEPLOYED, "enabled")] for each in (todo.current, after)]
            progress.note(UPDATED, flags[0] != flags[1])
        # What the server alone could compare has changed.
        told = todo.wanted and not todo.deploy and todo.unverified and progress.changed
        if told:
            after = self._after(self._lower(after, _DEPLOYED), after, tells_config=True)
        if not (todo.deploy or told):
            return self._toggle(planned, after, progress)
        if self.deferred is not None:
            self.deferred[(self.resource.kind, planned.desired.key)] = Due(planned, progress, after)
            return after
        try:
            self.orchestrator.deploy(after.id)
            return self._after_deploy(planned, after, progress)
        except errors.OpenMetadataError:
            self._leave_due(planned, after)
            raise

    def _besides(self, todo: Plan, after: Current, asked: bool) -> list[dict[str, Any]]:
        """What is to be deployed counts as undeployed until it is, so that a run that is cut short is noticed.

        So does what a restore left undeployed: that is told by the last change alone, which a PATCH is from now on.
        What is to be paused once it is deployed counts as enabled until it is: a run that is cut short must not leave a
        workflow that runs although it counts as paused.
        """
        due = _deploys(todo).deploy or (asked and not after.values[_DEPLOYED])
        marks = [_flag(_DEPLOYED, False)] if due and after.entity.get(_DEPLOYED) else []
        if _deploys(todo).toggles == deploys.PAUSED_ANEW and not after.values["enabled"]:
            marks.append(_flag("enabled", True))
        return marks

    def _lower(self, stored: Current, name: str) -> Answer:
        """Let a flag be false, without a word to the orchestrator."""
        return self.client.request("PATCH", f"{self.resource.path}/{stored.id}", body=[_flag(name, False)])

    def _after_deploy(self, planned: Planned, stored: Current, progress: Progress) -> Current:
        """The pipeline after a deploy, whose answer tells nothing of it; one that was there before is read again."""
        progress.note(UPDATED, not stored.values[_DEPLOYED])
        after = replace(stored, values={**stored.values, _DEPLOYED: True})
        if _deploys(planned.todo).toggles:
            return self._toggle(planned, after, progress)
        if planned.todo.current is None:
            return after
        after = self.reread(planned.desired) or after
        if not after.values[_DEPLOYED]:
            raise errors.NotTaken(
                "the server answered with success but did not deploy it.", errors.OrchestratorError.cure
            )
        return after

    def _toggle(self, planned: Planned, after: Current, progress: Progress) -> Current:
        """Let `enabled` take the values of the plan; the orchestrator has to know the pipeline before it does.

        One that it doesn't know counts as undeployed after a toggle, and `enabled` stays (server 1.2).
        """
        todo = _deploys(planned.todo)
        until = self.orchestrator.clock() + planned.desired.actions.get("wait_deployed", 0)
        fresh = todo.deploy
        tries = 0
        for value in todo.toggles:
            while after.values["enabled"] != value:
                if tries >= _TRIES:
                    raise errors.NotTaken(
                        "the server answered with success but did not change enabled.", errors.OrchestratorError.cure
                    )
                known = self.orchestrator.wait_known(after.id, until) if fresh else True
                answer = self.orchestrator.toggle(after.id)
                progress.note(UPDATED, any(answer.body.get(name) != after.entity.get(name) for name in _TOGGLED))
                after = self._after(answer, after, tells_config=True)
                if after.values["enabled"] != value and not after.entity.get(_DEPLOYED):
                    if not known or self.orchestrator.clock() >= until or not todo.wanted:
                        raise self._unknown(todo.wanted, value)
                    fresh = True
                    self.orchestrator.deploy(after.id)
                    self.client.sleep(_AGAIN)
                else:
                    tries += after.values["enabled"] != value
        return after

    def _leave_due(self, planned: Planned, stored: Current) -> None:
        """Let a pipeline count as undeployed and paused where it was to be let go on and be paused again, or the other
        way round, and that was cut short: nothing else would tell the next run what is left to do.
        """
        if len(_deploys(planned.todo).toggles) < 2:
            return
        # One after the other: newer servers tell the orchestrator of a change to what counts as deployed.
        for member in (_DEPLOYED, "enabled"):
            try:
                self._lower(stored, member)
            except errors.OpenMetadataError:
                return

    def _unknown(self, wanted: bool, value: bool) -> errors.NotTaken:
        return errors.NotTaken(
            f"enabled could not be set to {str(value).lower()}: the orchestrator does not know the pipeline"
            f"{' yet' if wanted else ''}, so that it counts as undeployed now. The orchestrator: "
            f"{self.orchestrator.state()}.",
            "Run the task again, or raise wait_deployed."
            if wanted
            else "Set deploy=true, or deploy the pipeline by other means.",
        )

    def remove(self, planned: Planned, recursive: bool) -> Outcome:
        """Carry a plan for an absent pipeline out, or tell what that would do."""
        current, todo = planned.todo.current, planned.todo
        try:
            outcome = super().remove(planned, recursive)
        except errors.BadRequest:
            # Without an orchestrator it is gone all the same (published source).
            now = self._read(planned.desired.qualified)
            if current is None or (now and (not now.deleted or todo.action == PURGED)):
                raise
            progress = Progress(version_before=current.version, first=todo)
            progress.note(todo.action, True)
            outcome = outcomes.reached(planned, progress, now, self.server)
        orphaned = outcome.changed and not self.check_mode and current is not None and current.entity.get(_DEPLOYED)
        if orphaned and current is not None and not current.deleted and not self.orchestrator.worked:
            said = (
                f"the orchestrator could not be told that the pipeline is gone ({self.orchestrator.state()}): it may "
                f"go on running there as {deploys.workflow(current.name)!r}. Remove it in the orchestrator."
            )
            return replace(outcome, warnings=[*outcome.warnings, said])
        return outcome


def _deploys(todo: Plan) -> DeployPlan:
    """A plan for a present pipeline, which says what to deploy."""
    if not isinstance(todo, DeployPlan):
        raise AssertionError("a plan for a present pipeline says what to deploy")
    return todo


def _flag(name: str, value: bool) -> dict[str, Any]:
    return {"op": "add", "path": f"/{name}", "value": value}


def _secrets(login: Any, hidden: bool = False) -> Iterable[str]:
    """Every text in the login of the server's bot whose place speaks of a secret."""
    if isinstance(login, Mapping):
        for name, member in login.items():
            yield from _secrets(member, hidden or name == "securityConfig" or looks_secret(str(name)))
    elif isinstance(login, list):
        for member in login:
            yield from _secrets(member, hidden)
    elif hidden and isinstance(login, str):
        yield login
