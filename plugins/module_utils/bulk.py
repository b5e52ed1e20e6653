# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many services at once: read together, planned together, then written through `/bulk` or by a pool of threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Callable, ClassVar, Union

from ansible_collections.community.openmetadata.plugins.module_utils import errors, model, plan
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome, Planned
from ansible_collections.community.openmetadata.plugins.module_utils.redact import holds_mask
from ansible_collections.community.openmetadata.plugins.module_utils.resources import SERVICES, Resource, Subject

AUTO, NEVER, ALWAYS = "auto", "never", "always"

_BATCH = 100
# Up to so many services are read one by one; a list brings all that the server has.
_FEW = 10


class _NoBulk(Exception):
    """This server has no bulk endpoint."""


UNSURE = object()
"""Stands for a service that `/bulk` may have stored although it failed."""

Result = Union[Outcome, errors.OpenMetadataError, None]
Key = tuple[str, str]
"""A kind, and what something is found by among those of its kind: its name, qualified where it belongs to something."""


@dataclass(frozen=True)
class Item:
    """One entry of the task's list."""

    resource: Resource
    desired: Desired
    absent: bool = False
    hard_delete: bool = False
    recursive: bool = False

    @property
    def key(self) -> Key:
        """What it is found by."""
        return (self.resource.kind, self.desired.key)


@dataclass(frozen=True)
class Scope:
    """Which services a task is responsible for, listed or not. An empty member doesn't narrow it.

    `kinds` are those that it looks through; those of the listed services belong to them anyhow.
    """

    service_types: tuple[str, ...] = ()
    name_pattern: str = ""
    domain: str = ""
    kinds: tuple[str, ...] = ()
    may_be_empty: ClassVar[bool] = False
    """Whether pruning by an empty list is what somebody may mean."""

    def covers(self, current: Current) -> bool:
        """Whether a service that exists (soft-deleted ones don't) is in scope."""
        domains = {member.name for member in current.values["domains"]}
        return (
            not current.deleted
            and (not self.service_types or current.type in self.service_types)
            and (not self.name_pattern or fnmatchcase(current.name, self.name_pattern))
            and (not self.domain or self.domain in domains)
        )


@dataclass(frozen=True)
class Prune:
    """Whether to remove what is in scope but not listed: at most `limit`, each as `like` says."""

    scope: Scope
    enabled: bool = False
    limit: int = 5
    hard_delete: bool = False
    recursive: bool = False


@dataclass
class Report:
    """What became of each item, in the order of the list, then of each pruned service.

    A result is an `Outcome`, the error that stopped it, or None where it was left alone because another one failed.
    """

    items: list[Item]
    results: list[Result]
    pruned: int = 0
    unmanaged: list[Key] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether any item failed."""
        return any(isinstance(result, errors.OpenMetadataError) for result in self.results)

    @property
    def summary(self) -> dict[str, int]:
        """How many items there were of each outcome."""
        counts = Counter(
            "skipped" if result is None else "failed" if isinstance(result, Exception) else result.action
            for result in self.results
        )
        actions = (plan.CREATED, plan.UPDATED, plan.RESTORED, plan.DELETED, plan.PURGED, plan.NONE)
        return {name: counts[name] for name in (*actions, "failed", "skipped")}


class Bulk:
    """Reconciles a list of services.

    `go_on` does all that can be done although something fails. `endpoint` says whether `PUT …/bulk` is used: `auto`
    learns from the server's first answer whether it has it.
    """

    subject: ClassVar[Subject] = SERVICES

    def __init__(
        self, reconciler: Reconciler, *, concurrency: int = 8, endpoint: str = AUTO, go_on: bool = False
    ) -> None:
        self.reconciler = reconciler
        self.concurrency = concurrency
        self.endpoint = endpoint
        self.go_on = go_on

    def run(self, items: list[Item], prune: Prune, want_unmanaged: bool = False) -> Report:
        """Bring every item to its state.

        Raises `errors.InvalidInput` for lists that contradict themselves or would prune too much, before any write;
        errors of single items are in the report.
        """
        _check(items, prune, self.subject)
        named = {item.key for item in items}
        listed = self._listed(items, prune.scope, everything=prune.enabled or want_unmanaged)
        unmanaged = sorted(
            (kind, current.key)
            for (kind, key), current in listed.items()
            if current is not None and (kind, key) not in named and prune.scope.covers(current)
        )
        doomed = unmanaged if prune.enabled else []
        if len(doomed) > prune.limit:
            kinds = {kind for kind, _key in listed}
            told = ", ".join(key if len(kinds) == 1 else f"{key} ({kind})" for kind, key in doomed)
            nouns = f"{self.subject.any.noun}s"
            raise errors.InvalidInput(
                f"prune would remove {len(doomed)} {nouns}, but prune_limit is {prune.limit}: {told}.",
                f"Nothing was changed. Narrow the scope, list these {nouns}, or raise prune_limit.",
            )
        rows = self.subject.rows
        every = items + [
            Item(rows[kind], model.wish_of(rows[kind], key), True, prune.hard_delete, prune.recursive)
            for kind, key in doomed
        ]
        return Report(every, self._reconcile(every, listed), len(doomed), unmanaged)

    def _listed(self, items: list[Item], scope: Scope, everything: bool) -> dict[Key, Current | None]:
        """What the server holds under the keys of all items, and, with `everything`, whatever else there is."""
        listed: dict[Key, Current | None] = {}
        for kind in dict.fromkeys([*(item.resource.kind for item in items), *scope.kinds]):
            names = [item.desired.name for item in items if item.resource.kind == kind]
            found = self._read(kind, names, everything)
            listed.update({(kind, name): current for name, current in found.items()})
        return listed

    def _of(self, kind: str) -> Reconciler:
        """The reconciler for one kind."""
        return self.reconciler.of(self.subject.rows[kind])

    def _read(self, kind: str, names: list[str], everything: bool) -> dict[str, Current | None]:
        """What the server holds of a kind, by name: the named services, or all where that is asked for or cheaper."""
        reconciler = self._of(kind)
        found: dict[str, Current | None] = dict.fromkeys(names)
        if everything or len(names) > _FEW:
            try:
                listed = reconciler.find(include_deleted=True)
            except errors.ServerError:
                # One connection that can't be decrypted makes the whole list fail; by name the others can be read.
                if everything:
                    raise
            else:
                return {**found, **{current.name: current for current in listed}}
        read = self._each(names, reconciler.read, stop=True)
        for result in read:
            if isinstance(result, errors.OpenMetadataError):
                raise result
        return dict(zip(names, read))

    def _reconcile(self, items: list[Item], listed: Mapping[Key, Current | None]) -> list[Any]:
        """Plan everything first: where a plan fails, nothing is written unless `go_on`."""
        planned = self._each(items, lambda item: self._plan(item, listed[item.key]), alone=True)
        wrong = [result for result in planned if isinstance(result, errors.OpenMetadataError)]
        if wrong and not self.go_on:
            return [result if isinstance(result, errors.OpenMetadataError) else None for result in planned]
        sent = {} if self.reconciler.check_mode else self._send_by_kind(items, planned)
        work = {index: (item, each, sent.get(index)) for index, (item, each) in enumerate(zip(items, planned))}
        # What was sent is finished in any case: it has been stored, and the report has to say so.
        results = dict(zip(sent, self._each([work[index] for index in sent], lambda each: self._finish(*each))))
        rest = [index for index in work if index not in sent]
        if self.go_on or not any(isinstance(result, errors.OpenMetadataError) for result in results.values()):
            others = self._each([work[index] for index in rest], lambda each: self._finish(*each), stop=not self.go_on)
            results.update(zip(rest, others))
        return [results.get(index) for index in work]

    def _plan(self, item: Item, current: Current | None) -> Planned:
        reconciler = self._of(item.resource.kind)
        if item.absent:
            return reconciler.plan_absent(item.desired, current, item.hard_delete)
        return reconciler.plan_present(item.desired, current)

    def _finish(self, item: Item, planned: Any, sent: Any) -> Outcome:
        """Carry one plan out; `sent` is what `/bulk` made of it already. Either may be an error, which is raised."""
        for failed in (planned, sent):
            if isinstance(failed, errors.OpenMetadataError):
                raise failed
        reconciler = self._of(item.resource.kind)
        if item.absent:
            return reconciler.remove(planned, item.recursive)
        if sent is UNSURE:
            return reconciler.finish(planned, unsure=True)
        return reconciler.finish(planned, sent)

    def _send_by_kind(self, items: list[Item], planned: list[Any]) -> dict[int, Any]:
        """Send what can go through `/bulk`; returns by index the service as re-read, the row's error or `UNSURE`."""
        sent: dict[int, Any] = {}
        for kind in {} if self.endpoint == NEVER else dict.fromkeys(item.resource.kind for item in items):
            mine = {index: planned[index] for index, item in enumerate(items) if item.resource.kind == kind}
            sent.update(self._send_batches(kind, mine))
            if not self.go_on and any(isinstance(each, errors.OpenMetadataError) for each in sent.values()):
                break
        return sent

    def _send_batches(self, kind: str, planned: Mapping[int, Any]) -> dict[int, Any]:
        """Send what can go through the `/bulk` of one kind."""
        reconciler = self._of(kind)
        bodies = {index: self._body(each, reconciler) for index, each in planned.items()}
        fit = {index: body for index, body in bodies.items() if body is not None}
        if len(fit) < 2 and self.endpoint == AUTO:
            return {}
        rows: dict[str, errors.OpenMetadataError] = {}
        done: list[int] = []
        unsure: list[int] = []
        indexes = list(fit)
        for start in range(0, len(indexes), _BATCH):
            batch = indexes[start : start + _BATCH]
            try:
                rows.update(self._send_batch(reconciler, [fit[index] for index in batch]))
            except _NoBulk:
                break
            except errors.ApiError as error:
                if not error.transient:
                    # The single requests that follow find out which row the server can't take.
                    unsure += batch if error.maybe_done else []
                    continue
                error.changed = error.maybe_done
                rows.update({fit[index]["name"]: error for index in batch})
            done += batch
            if rows and not self.go_on:
                break
        names = {index: fit[index]["name"] for index in done}
        now = self._reread(kind, [name for name in names.values() if name not in rows])
        return {
            **{index: rows.get(name) or now.get(name) for index, name in names.items()},
            **dict.fromkeys(unsure, UNSURE),
        }

    @staticmethod
    def _body(each: Any, reconciler: Reconciler) -> dict[str, Any] | None:
        """The create request of a plan, if it may go through `/bulk`.

        That stores masks as if they were secrets, and where a row has no connection, it takes away what somebody else
        has just stored (1.4 and later).
        """
        if not isinstance(each, Planned) or not each.todo.put:
            return None
        if each.todo.current is not None and each.todo.current.deleted:
            return None
        body = reconciler.request_body(each.todo)
        return None if holds_mask(body) or "connection" not in body else body

    def _send_batch(self, reconciler: Reconciler, bodies: list[dict[str, Any]]) -> dict[str, errors.OpenMetadataError]:
        """PUT one batch; returns the errors of its failed rows by name. Raises `_NoBulk` where there is no `/bulk`."""
        path = f"{reconciler.resource.path}/bulk"
        try:
            answer = reconciler.client.request("PUT", path, body=bodies).body
        except errors.ApiError as error:
            if not _unsupported(error):
                raise
            if self.endpoint == ALWAYS:
                raise errors.InvalidInput(
                    f"bulk_endpoint is always, but this server has no bulk endpoint for {reconciler.resource.plural}.",
                    "Set bulk_endpoint to auto or never.",
                ) from None
            raise _NoBulk from None
        rows = answer.get("failedRequest")
        # Whatever else it may hold: every service is read again and compared.
        told = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
        return {_row_name(row): _row_error(row, path) for row in told}

    def _reread(self, kind: str, names: list[str]) -> dict[str, Any]:
        """The services that `/bulk` stored, or why they can't be read; its answer tells neither versions nor more."""
        try:
            return self._read(kind, names, everything=False) if names else {}
        except errors.OpenMetadataError as error:
            error.changed = True
            return dict.fromkeys(names, error)

    def _each(
        self, work: Iterable[Any], do: Callable[[Any], Any], *, stop: bool = False, alone: bool = False
    ) -> list[Any]:
        """Do something for each, at most `concurrency` at once or `alone`; errors take the place of results.

        With `stop`, what has not begun when the first one fails is left alone (None).
        """
        stopped = False

        def guarded(each: Any) -> Any:
            nonlocal stopped
            if stopped:
                return None
            try:
                return do(each)
            except errors.OpenMetadataError as error:
                stopped = stop
                return error

        if alone:
            return [guarded(each) for each in work]
        with ThreadPoolExecutor(self.concurrency) as pool:
            return list(pool.map(guarded, work))


def _check(items: list[Item], prune: Prune, subject: Subject) -> None:
    """Refuse a list that names something twice, and pruning by an empty list."""
    noun, listed = subject.any.noun, subject.listed
    if prune.enabled and not items and not prune.scope.may_be_empty:
        raise errors.InvalidInput(
            f"{listed} is empty and prune is set, which would remove every {noun} in scope.",
            f"List the {noun}s to keep; to remove {noun}s, list them with state=absent.",
        )
    counts = Counter(item.key for item in items)
    twice = sorted(key for key, count in counts.items() if count > 1)
    if twice:
        both = [key for key in twice if len({item.absent for item in items if item.key == key}) > 1]
        hint = f" ({', '.join(name for _kind, name in both)}: present and absent)" if both else ""
        names = ", ".join(name for _kind, name in twice)
        raise errors.InvalidInput(f"{listed} lists {names} more than once{hint}.", f"List each {noun} once.")


def _unsupported(error: errors.ApiError) -> bool:
    """Whether an answer means that there is no such endpoint: 404, 405, or a 500 that quotes them (server 1.2)."""
    return error.status in (404, 405) or (
        error.status == 500 and ("HTTP 404" in str(error) or "HTTP 405" in str(error))
    )


def _row_name(row: Mapping[str, Any]) -> str:
    """The service that a row is about: rows come in any order, with a qualified name or the whole create request."""
    request = row.get("request")
    if isinstance(request, Mapping):
        return str(request.get("name"))
    name = str(request)
    return name[1:-1] if name.startswith('"') and name.endswith('"') else name


def _row_error(row: Mapping[str, Any], path: str) -> errors.ApiError:
    told = row.get("status")
    status = told if isinstance(told, int) and told >= 400 else 400
    return errors.by_status(status)(str(row.get("message")), method="PUT", path=path, status=status)
