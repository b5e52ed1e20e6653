# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries a plan out: reads, creates, upserts, patches, restores, deletes, and verifies what came back."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import (
    connection,
    errors,
    limits,
    model,
    outcomes,
    plan,
    races,
    remainder,
    validation,
)
from ansible_collections.community.openmetadata.plugins.module_utils.client import Answer, Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import (
    Current,
    Desired,
    Server,
)
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome, Planned, Progress
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Plan, Policy
from ansible_collections.community.openmetadata.plugins.module_utils.redact import holds_mask
from ansible_collections.community.openmetadata.plugins.module_utils.references import Resolver, encoded
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Resource

_CONFLICTS = 3


class Reconciler:
    """Brings services of one kind to their desired state on one server, or says what that would take (`check_mode`).

    `validate` is `strict`, `warn` or `off`. Raises subclasses of `errors.OpenMetadataError`.
    """

    def __init__(
        self,
        client: Client,
        resource: Resource,
        *,
        keep_secrets: bool = False,
        validate: str = "strict",
        check_mode: bool = False,
    ) -> None:
        self.client = client
        self.resource = resource
        self.policy = Policy(keep_secrets, client.is_bot)
        self.validate = validate
        self.check_mode = check_mode
        self._resolver = Resolver(client)
        self._release = Release(client)

    def of(self, resource: Resource) -> Reconciler:
        """The same for another kind; what is known of the server by then is known there, too."""
        if resource is self.resource:
            return self
        other = copy.copy(self)
        other.resource = resource
        return other

    @property
    def server(self) -> Server:
        """The server's release. Raises `errors.InvalidInput` where that has no such kind of service."""
        server = Server(self._release.text, self.resource)
        limits.check_kind(server)
        return server

    def read(self, name: str, include: str = "all") -> Current | None:
        """The service of that name, soft-deleted ones included, or None."""
        return self._read(model.qualified(name), include)

    def reread(self, desired: Desired) -> Current | None:
        """What a wish is about as it is now, soft-deleted or not, or None."""
        return self._read(desired.qualified)

    def _read(self, qualified: str, include: str = "all") -> Current | None:
        path = f"{self.resource.path}/name/{encoded(qualified)}"
        try:
            entity = self.client.get(path, {"fields": self.server.query_fields, "include": include})
        except errors.NotFound:
            return None
        return self._current(entity)

    def _current(self, entity: Mapping[str, Any], before: Current | None = None) -> Current:
        """An entity as `Current`. Its secrets, which bots read in clear, are learned, since a PUT sends them back."""
        current = Current.from_entity(entity, self.server, before)
        stored = current.config or {}
        self.client.redactor.publish(connection.vocabulary(current.kind))
        self._hide(current, stored)
        return current

    def _hide(self, current: Current, config: Mapping[str, Any]) -> None:
        """Learn the secrets of a connection that is of a service's type, misspelt ones included."""
        self.client.redactor.add(*(secret for _path, secret in connection.secrets(current.kind, config)))

    def find(
        self,
        *,
        name: str | None = None,
        service_type: str | None = None,
        domain: str | None = None,
        include_deleted: bool = False,
    ) -> list[Current]:
        """The services that fit every filter given, sorted by name.

        The list is filtered here: a server's own `domain` filter leaves out what it inherits (1.2 has none).
        """
        include = "all" if include_deleted else "non-deleted"
        if name:
            one = self.read(name, include)
            found = [one] if one else []
        else:
            params = {"fields": self.server.query_fields, "include": include}
            found = [self._current(entity) for entity in self.client.pages(self.resource.path, params)]
        return [
            current
            for current in sorted(found, key=lambda each: each.name)
            if service_type in (None, current.type)
            and (not domain or any(member.name == domain for member in current.values["domains"]))
        ]

    def present(self, desired: Desired) -> Outcome:
        """Create, update or restore one service, or find that nothing is to be done."""
        return self.finish(self.plan_present(desired, self.reread(desired)))

    def plan_present(self, desired: Desired, current: Current | None) -> Planned:
        """What it takes; validates the connection and resolves names, so that bad input fails before any write."""
        if current is not None and desired.type is None:
            # Only now that the type is known, it is known what is a secret.
            self._hide(current, desired.values.get(self.server.config) or {})
        limits.check_name(desired.name, self.server)
        limits.check_supported(desired, self.server)
        warnings = validation.check(desired, current, self.server, self.validate, self.policy.keep_secrets)
        wanted = self._resolver.resolve(desired, current, self.resource)
        if self.server.needs_domain_for_products:
            self._resolver.check_products(wanted, current)
        try:
            return Planned(desired, self._plan(wanted, current), warnings)
        except errors.Unchangeable as error:
            raise errors.Unchangeable(str(error), self._way_out(current)) from None

    def _plan(self, wanted: Desired, current: Current | None) -> Plan:
        return plan.present(wanted, current, self.server, self.policy)

    def finish(self, planned: Planned, sent: Current | None = None, *, unsure: bool = False) -> Outcome:
        """Carry a plan for a present service out, or tell what that would do.

        `sent` is the service after its create request went through `/bulk`, where it did; `unsure`: it may have.

        A conflict (somebody else wrote in between) and a lost answer to a POST or PATCH are met by reading and
        planning anew, so that nothing is done twice and nothing is overwritten unseen.
        """
        if self.check_mode:
            return outcomes.predicted(planned, self.server, self.policy)
        progress = Progress()
        try:
            if unsure:
                progress.note_reading(planned.todo)
                progress.maybe_done = True
                planned = self.plan_present(planned.desired, self.reread(planned.desired))
            return self._persist(planned, progress, sent)
        except errors.OpenMetadataError as error:
            # An answer to a write that makes no sense leaves open what became of it.
            senseless = progress.sent and isinstance(error, errors.UnexpectedAnswer)
            error.changed = progress.changed or progress.maybe_done or error.maybe_written or senseless
            raise

    def _persist(self, planned: Planned, progress: Progress, sent: Current | None) -> Outcome:
        conflicts = tries = 0
        while True:
            progress.note_reading(planned.todo)
            try:
                return outcomes.reached(planned, progress, self._carry_out(planned, progress, sent), self.server)
            except errors.Conflict:
                conflicts += 1
                if conflicts > _CONFLICTS:
                    raise
            except errors.ApiError as error:
                tries += 1
                if not error.transient or error.method not in ("POST", "PATCH") or tries > self.client.settings.retries:
                    error.attempts = max(error.attempts, tries)
                    raise
                progress.maybe_done = progress.maybe_done or error.maybe_done
                self.client.pause(tries, error)
            sent = None
            planned = self.plan_present(planned.desired, self.reread(planned.desired))

    def request_body(self, todo: Plan) -> dict[str, Any]:
        """The create request of a plan."""
        return plan.create_request(todo.desired, todo.current, self.server, self.policy)

    def _carry_out(self, planned: Planned, progress: Progress, sent: Current | None) -> Current:
        """Do what the plan says, step by step; returns the service as it is then."""
        todo = planned.todo
        current = after = todo.current
        if current is not None and current.deleted:
            after = self._restore(current, progress)
        answer = None
        if sent is not None:
            changed = current is None or sent.version != current.version
            progress.note(plan.CREATED if current is None else plan.UPDATED, changed)
            after = sent
        elif todo.put:
            after, answer = self._send(todo, after, progress)
        elif after is None:
            raise AssertionError("a plan for an absent service always sends it")
        if current is not None and (sent is not None or answer is not None):
            current = races.met(current, after, answer, self.server)
        after = self._patch(todo, current, after, progress)
        left = remainder.connection_remainder(todo.desired, after, self.server, self.policy) if todo.put else []
        if left:
            raise _not_taken(left)
        return after

    def _restore(self, current: Current, progress: Progress) -> Current:
        """Restore before any PUT: a PUT on a soft-deleted service stores masks as if they were secrets (server 1.2)."""
        try:
            answer = self.client.request("PUT", f"{self.resource.path}/restore", body={"id": current.id})
        except errors.NotFound as error:
            progress.maybe_done = progress.maybe_done or error.attempts > 1
            raise error.as_type(errors.Conflict) from None
        progress.note(plan.RESTORED, True)
        return self._after(answer, current)

    def _send(self, todo: Plan, stored: Current | None, progress: Progress) -> tuple[Current, Answer]:
        """POST what is new, so that nothing is taken over by accident; PUT the whole merged request otherwise."""
        body = plan.create_request(todo.desired, stored, self.server, self.policy)
        answer = self.client.request("POST" if stored is None else "PUT", self.resource.path, body=body)
        progress.sent = True
        created = answer.status == 201
        after = self._current(answer.body, None if created else stored)
        # What is put back at once is no change.
        lost = remainder.to_put_back(stored, after, self.server)
        moved = stored is None or (races.moved(stored, after, answer) and not races.only_changed(answer, lost))
        progress.note(plan.CREATED if created else plan.UPDATED, created or moved)
        if stored is not None and (created or races.revived(answer)) and holds_mask(body):
            raise errors.NotTaken(
                "somebody deleted the service while the task changed it; it is back, but with masks for secrets.",
                "Run the task again, with connection and all of its secrets.",
            )
        return after, answer

    def _patch(self, todo: Plan, before: Current | None, after: Current, progress: Progress) -> Current:
        """PATCH what a PUT or POST kept back; fail, naming the field, when the server still keeps another value."""
        left = remainder.remainder(todo.desired, before, after, self.server, self.policy, resend=before is not None)
        operations = [dict(part.operation) for part in left] + self._besides(todo, after, bool(left))
        if not operations:
            return after
        headers = {"If-Match": f'W/"{after.version}"'} if self.server.matches_versions else {}
        path = f"{self.resource.path}/{after.id}"
        try:
            answer = self.client.request("PATCH", path, body=operations, headers=headers)
        except errors.Conflict as error:
            fresh = self.reread(todo.desired) if error.status == 412 else None
            if fresh is None or fresh.version != after.version:
                raise
            # Nobody wrote in between: this release makes its ETags in another way.
            answer = self.client.request("PATCH", path, body=operations)
        progress.sent = True
        patched = self._after(answer, after, self.resource.patched)
        asked_for = {part.option for part in left} - set(remainder.to_put_back(before, after, self.server))
        progress.note(plan.UPDATED, bool(asked_for) and races.moved(after, patched, answer))
        after = patched
        # Whatever else differs now, somebody else has just set.
        asked = {part.option for part in left} | set(todo.desired.values)
        if self._undone(todo, before, after, asked):
            after = self.reread(todo.desired) or after
            undone = self._undone(todo, before, after, asked)
            if undone:
                raise _not_taken(undone)
        return after

    def _besides(self, todo: Plan, after: Current, asked: bool) -> list[dict[str, Any]]:  # noqa: ARG002
        """What goes into a PATCH besides what the task asks for, if that is anything (`asked`)."""
        return []

    def _undone(self, todo: Plan, before: Current | None, after: Current, asked: set[str]) -> list[str]:
        """Of the options asked for, those that still have another value."""
        left = remainder.remainder(todo.desired, before, after, self.server, self.policy)
        return [part.option for part in left if part.option in asked]

    def _after(self, answer: Answer, before: Current, tells_config: bool = False) -> Current:
        """The resource after a PATCH, DELETE or restore, whose answers hold ciphertext in place of a connection.

        `tells_config`: the answer holds the config as any other does.
        """
        entity = {**before.entity, **answer.body}
        for item in self.resource.fields:
            member = self.server.api_name(item)
            if member not in answer.body:
                entity.pop(member, None)
        config = self.resource.config.api
        if not tells_config or config not in answer.body:
            entity[config] = before.entity.get(config)
        return self._current(entity, before)

    def absent(self, desired: Desired, *, hard_delete: bool = False, recursive: bool = False) -> Outcome:
        """Soft-delete or purge one service; with children only if `recursive`."""
        return self.remove(self.plan_absent(desired, self.reread(desired), hard_delete), recursive)

    def plan_absent(self, desired: Desired, current: Current | None, hard_delete: bool) -> Planned:
        """What it takes for a service to be gone."""
        return Planned(desired, plan.absent(desired, current, hard_delete))

    def remove(self, planned: Planned, recursive: bool) -> Outcome:
        """Carry a plan for an absent service out, or tell what that would do; check mode refuses children, too."""
        todo, current = planned.todo, planned.todo.current
        progress = Progress(version_before=current.version if current else None, first=todo)
        if current is None or todo.action == plan.NONE:
            return outcomes.reached(planned, progress, current, self.server)
        if self.check_mode:
            if not recursive:
                self._refuse_children(current)
            return outcomes.predicted(planned, self.server, self.policy)
        wanted = (("hardDelete", todo.action == plan.PURGED), ("recursive", recursive))
        flags = {name: "true" for name, on in wanted if on}
        try:
            answer = self.client.request("DELETE", f"{self.resource.path}/{current.id}", params=flags)
        except errors.NotFound as error:
            progress.note(todo.action, error.attempts > 1)
            return outcomes.reached(planned, progress, None, self.server)
        except errors.BadRequest as error:
            if "not empty" in str(error):
                self._refuse_children(current, str(error))
            raise
        except errors.ApiError as error:
            error.changed = error.maybe_written
            raise
        progress.note(todo.action, todo.action == plan.PURGED or not races.was_deleted(current, answer))
        try:
            after = None if todo.action == plan.PURGED else self._after(answer, current)
        except errors.UnexpectedAnswer as error:
            error.changed = progress.changed
            raise
        return outcomes.reached(planned, progress, after, self.server)

    def _refuse_children(self, current: Current, said: str = "") -> None:
        """Raise `InvalidInput` that counts what a service holds, soft-deleted or not; return where that is nothing."""
        held = self._held(current)
        if held:
            raise errors.InvalidInput(
                f"the service holds {held}, so OpenMetadata refuses to delete it: "
                f"{said or f'{self.resource.entity_type} is not empty'}.",
                "Set recursive=true to delete them with it.",
            )

    def _held(self, current: Current) -> str:
        """What a service holds, soft-deleted or not, such as `2 charts, 1 data models`, or nothing."""
        params = {"service": model.qualified(current.name), "limit": 0, "include": "all"}
        totals = {word: self._total(path, params) for word, path in self.resource.every_child.items()}
        return ", ".join(f"{total} {word}" for word, total in totals.items() if total)

    def _total(self, path: str, params: Mapping[str, Any]) -> int:
        """How many there are in a collection; none where this release has no such collection."""
        try:
            return int(self.client.get(path, params)["paging"]["total"])
        except errors.NotFound:
            return 0

    def _way_out(self, current: Current | None) -> str:
        """What to do about a service that can't be changed; what is harmless comes first."""
        held = self._held(current) if current else ""
        last = (
            f"Don't remove it: it holds {held}, which would go with it."
            if held
            else f"It holds no {self.resource.held}, so it can also be removed (state=absent, hard_delete=true) and "
            "created anew with connection."
        )
        return f"Leave it as it is, or update the server to 1.4 or later, which can change it. {last}"


class Release:
    """Which release a server runs; asked once, without authentication, however many threads want to know."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._text: str | None = None
        self._asking = threading.Lock()

    @property
    def text(self) -> str:
        """As the server tells it. Raises `errors.NotOpenMetadata` where the answer names none."""
        with self._asking:
            if self._text is None:
                version = self._client.request("GET", "/system/version", anonymous=True).body.get("version")
                if not isinstance(version, str):
                    said = "the answer names no version"
                    raise errors.NotOpenMetadata(said, method="GET", path="/system/version")
                self._text = version
            return self._text


def _not_taken(names: list[str]) -> errors.NotTaken:
    return errors.NotTaken(
        f"the server answered with success but did not take {', '.join(names)}.",
        "Check what this token's roles may edit, and the server's rules for these fields.",
    )
