# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets the server test a connection by an automation workflow, which the orchestrator runs and which is removed then.

Everybody who may read a workflow reads the bot's token in it, and bots read its connection in clear (server 1.2):
nothing of it leaves but what `Step` holds.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable

from ansible_collections.community.openmetadata.plugins.module_utils import connection, errors, schemas
from ansible_collections.community.openmetadata.plugins.module_utils.client import Answer, Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from ansible_collections.community.openmetadata.plugins.module_utils.references import encoded

BASE = "/automations/workflows"
DEFINITIONS = "/services/testConnectionDefinitions"
RUNNING, SUCCESSFUL, FAILED = "Running", "Successful", "Failed"

UNTOLD = "(not shown: it may quote secrets that this token can't see; use a bot's token)"
"""What stands for the connector's own words where they can't be redacted."""

_RIGHTS = "Testing a connection takes a token whose roles may create and delete automation workflows, such as a bot's."
_UNAUTHORIZED = ("Unauthorized", "Forbidden", "Authentication failed")
# What the plugin of the orchestrator answers, which may quote the connection.
_QUOTED = " and response "
_ANYTHING = connection.ServiceType("", "", schemas.UNKNOWN, known=False)


@dataclass(frozen=True)
class Candidate:
    """A connection to test. `request` is what the server is sent of it; `open`: every secret in it is known here."""

    kind: connection.ServiceType
    request: Mapping[str, Any] = field(repr=False)
    open: bool = True


@dataclass(frozen=True)
class Step:
    """A step of a test and how it went; `error_log` is what the connector says, in its own words."""

    name: str
    passed: bool
    mandatory: bool
    message: str | None = None
    error_log: str | None = None


@dataclass(frozen=True)
class Report:
    """How a test went: `status` as the server words it, `duration` in seconds, `problem` is why it has no end."""

    status: str
    steps: tuple[Step, ...]
    duration: float
    problem: errors.OpenMetadataError | None = None

    def failed(self, *, optional: bool) -> tuple[Step, ...]:
        """The mandatory steps that failed, or (`optional`) all that did."""
        return tuple(step for step in self.steps if not step.passed and (step.mandatory or optional))

    @property
    def passed(self) -> bool:
        """Whether the test came to its end and no mandatory step failed.

        `status` alone doesn't tell: 1.2 calls a test failed for an optional step, too. It counts where no step explains
        it.
        """
        unexplained = self.status != SUCCESSFUL and not self.failed(optional=True)
        return self.problem is None and not unexplained and not self.failed(optional=False)


class Automation:
    """Tests connections on one server. `warn` is told what has to be cleaned up by hand; `clock` counts seconds."""

    def __init__(
        self,
        client: Client,
        warn: Callable[[list[str]], None],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self._warn = warn
        self._sleep = sleep
        self._clock = clock

    def defined_steps(self, subject: Candidate, server: Server) -> list[str]:
        """The names of a test's steps, as far as this token may see them. Raises `InvalidInput` where there is no test.

        Without a definition the orchestrator would fail before the first step, some releases without a word.
        """
        path = f"{DEFINITIONS}/name/{encoded(subject.kind.name)}.testConnectionDefinition"
        try:
            steps = self.client.get(path).get("steps")
        except errors.PermissionDenied:
            return []
        except errors.NotFound:
            said = f"OpenMetadata {server.text} has no test for connections of type {subject.kind.name}."
            raise errors.NotTestable(
                said, "Leave the service out: whether its connection works shows when something is ingested."
            ) from None
        listed = steps if isinstance(steps, list) else []
        return [str(step.get("name")) for step in listed if isinstance(step, Mapping)]

    def run(self, subject: Candidate, wait_timeout: float, interval: float) -> Report:
        """Test a connection; looks at once and then every `interval` seconds, for `wait_timeout` seconds at most."""
        with self._workflow(subject) as id_:
            started = self._clock()
            unreached = self._trigger(subject, id_)
            while True:
                body = self._ask(subject, "GET", f"{BASE}/{encoded(id_)}").body
                spent = self._clock() - started
                report = _read(body, subject, spent)
                if unreached is not None and not report.status:
                    raise unreached
                unreached = None
                if report.status in (SUCCESSFUL, FAILED) or report.problem:
                    return report
                left = wait_timeout - spent
                if left <= 0:
                    return _timed_out(report, wait_timeout)
                self._sleep(min(interval, left))

    @contextmanager
    def _workflow(self, subject: Candidate) -> Iterator[str]:
        """The id of a new workflow, which is gone afterwards, whatever happens."""
        name = f"ansible_connection_test_{uuid.uuid4().hex}"
        body = {"name": name, "workflowType": "TEST_CONNECTION", "request": subject.request}
        try:
            answer = self._repeated(lambda: self._ask(subject, "POST", BASE, body))
        except errors.ApiError as error:
            if error.maybe_done:
                self._remove(name, unsure=True)
            if isinstance(error, errors.PermissionDenied):
                error.cure = _RIGHTS
            raise
        try:
            id_ = answer.body.get("id")
            if not isinstance(id_, str) or not id_:
                raise errors.UnexpectedAnswer(f"the answer to POST {BASE} is no workflow.")
            yield id_
        finally:
            self._remove(name)

    def _remove(self, name: str, *, unsure: bool = False) -> None:
        """By name, since the answer that told the id may have been lost; `unsure`: it may be there or come yet."""
        said = "could not be removed"
        try:
            self.client.request("DELETE", f"{BASE}/name/{name}", params={"hardDelete": "true"})
        except errors.NotFound:
            if not unsure:
                return
            said = "may have been made after all"
        except errors.OpenMetadataError as error:
            said = f"{said} ({error})"
        else:
            return
        self._warn(
            [
                f"The automation workflow {name}, which holds the connection, {said}. "
                f"Remove it: DELETE /api/v1{BASE}/name/{name}?hardDelete=true"
            ]
        )

    def _trigger(self, subject: Candidate, id_: str) -> errors.ApiError | None:
        """Start the test. Returns the error where it may have started all the same; raises where it can't have.

        A server waits for its orchestrator's answer, which comes when the test is over (source: the plugin of 1.2). If
        that takes too long, it says that it can't reach it.
        """
        try:
            answer = self._repeated(lambda: self._ask(subject, "POST", f"{BASE}/trigger/{encoded(id_)}"))
        except errors.BadRequest as error:
            refused = _refused(error, subject)
            if isinstance(refused, errors.OrchestratorUnreachable):
                return refused
            raise refused from None
        except errors.AuthenticationError as error:
            # The same token was good enough a moment ago.
            raise error.as_type(errors.OrchestratorUnauthorized) from None
        except errors.ApiError as error:
            if not error.maybe_done:
                raise
            # Nobody knows where the answer got lost, so the test is waited for.
            return None if isinstance(error, errors.Unreachable) else error
        if answer.status == 204:
            raise errors.NoOrchestrator(
                "the server has no orchestrator, and can't test connections without one.",
                "Configure one in the server's settings (Airflow, for example).",
            )
        return None

    def _repeated(self, send: Callable[[], Answer]) -> Answer:
        """An answer to a POST, which is sent again only where the server has certainly not done anything yet."""
        tries = 0
        while True:
            tries += 1
            try:
                return send()
            except errors.ApiError as error:
                error.attempts = tries
                if not error.transient or error.maybe_done or tries > self.client.settings.retries:
                    raise
                self.client.pause(tries, error)

    def _ask(self, subject: Candidate, method: str, path: str, body: Any = None) -> Answer:
        """One request about a workflow; what is secret in its answer is learned before anything else."""
        try:
            answer = self.client.request(method, path, body=body)
        except errors.NotFound as error:
            error.cure = "Somebody removed the automation workflow during the test. Run the task again."
            raise
        request = answer.body.get("request")
        tested = request.get("connection") if isinstance(request, Mapping) else None
        config = tested.get("config") if isinstance(tested, Mapping) else None
        mine = answer.body.get("openMetadataServerConnection")
        for kind, member in ((subject.kind, config), (_ANYTHING, mine)):
            if isinstance(member, Mapping):
                self.client.redactor.add(*(secret for _path, secret in connection.secrets(kind, member)))
        return answer


def _refused(error: errors.BadRequest, subject: Candidate) -> errors.ApiError:
    """Why the orchestrator didn't take a test, out of the server's words."""
    said = str(error)
    kind: type[errors.ApiError] = errors.OrchestratorUnreachable
    told, quoted, _rest = said.partition(_QUOTED)
    if quoted:
        kind = errors.OrchestratorRefused
        if not subject.open:
            said = told
    if any(word in told for word in _UNAUTHORIZED):
        kind = errors.OrchestratorUnauthorized
    error.args = (said,)
    return error.as_type(kind)


def _read(body: Mapping[str, Any], subject: Candidate, duration: float) -> Report:
    """What a workflow tells of its test; `status` is empty until there is anything. Raises `UnexpectedAnswer`.

    The workflow's own status says only that the test ended, or (`Failed`) broke off (source: the client of 1.2).
    """
    response = body.get("response") or {}
    steps = response.get("steps") or [] if isinstance(response, Mapping) else None
    if not isinstance(steps, list) or not all(isinstance(step, Mapping) for step in steps):
        raise errors.UnexpectedAnswer("the automation workflow's response is none of a test of a connection.")
    status = str(response.get("status") or "")
    problem = None
    if body.get("status") == FAILED and status not in (SUCCESSFUL, FAILED):
        problem = errors.ConnectionTestBroken("the test of the connection broke off.")
    return Report(status, tuple(_step(step, subject) for step in steps), round(duration, 1), problem)


def _step(step: Mapping[str, Any], subject: Candidate) -> Step:
    log = _text(step.get("errorLog"))
    return Step(
        name=str(step.get("name")),
        passed=step.get("passed") is True,
        mandatory=step.get("mandatory") is not False,
        message=_text(step.get("message")),
        error_log=log if subject.open or log is None else UNTOLD,
    )


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _timed_out(report: Report, wait_timeout: float) -> Report:
    """The report on a test that didn't end in time."""
    done = ", ".join(step.name for step in report.steps)
    said = f"the steps so far: {done}" if done else "the orchestrator has reported no step"
    problem = errors.TimedOut(f"the test of the connection didn't end within {wait_timeout:g} seconds; {said}.")
    return Report(report.status or RUNNING, report.steps, report.duration, problem)
