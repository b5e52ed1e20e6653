# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OpenMetadata passes on to the orchestrator that runs its pipelines: deploy, pause, trigger, kill, logs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Callable

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Answer, Client
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES_PATH

Json = dict[str, Any]
# Seconds between two looks at whether the orchestrator knows a pipeline by now.
_LOOK = 1.0
# Seconds that an orchestrator may take to be given one pipeline; a server passes many on one after the other.
_DEPLOY = 5.0
_OK = 200
_BATCH = 100
# The calls that the orchestrator answers.
_ACTIONS = ("deploy", "trigger", "kill", "toggleIngestion")


class Orchestrator:
    """Speaks with the orchestrator behind a server; pipelines go by their ids. Raises `errors.ApiError`."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self.clock = clock
        self._worked: bool | None = None

    def state(self) -> str:
        """How the orchestrator is, in words; asking fails quietly."""
        try:
            told = self.client.get(f"{PIPELINES_PATH}/status")
        except errors.ApiError as error:
            return f"OpenMetadata can't tell ({error})"
        if not told:
            return "OpenMetadata has none configured"
        platform = str(told.get("platform") or "the orchestrator")
        if told.get("code") == _OK:
            return f"{platform} {told.get('version') or ''}".strip() + " is reachable"
        return f"{platform} is not usable: {str(told.get('reason') or 'no reason given').rstrip('.')}"

    @property
    def works(self) -> bool:
        """Whether the orchestrator can be reached and lets OpenMetadata in."""
        try:
            self._worked = self.client.get(f"{PIPELINES_PATH}/status").get("code") == _OK
        except errors.ApiError:
            self._worked = False
        return self._worked

    @property
    def worked(self) -> bool:
        """The same as it was when it was first asked for; a list of pipelines doesn't ask again and again."""
        return self.works if self._worked is None else self._worked

    def deploy(self, id_: str) -> None:
        """Give a pipeline to the orchestrator, new or changed."""
        self._done(self._act("deploy", id_), f"{PIPELINES_PATH}/deploy/{id_}")

    def deploy_all(self, ids: Sequence[str]) -> Iterator[errors.ApiError | None]:
        """Give pipelines to the orchestrator, a hundred with a request; yields for each what went wrong, or None."""
        path = f"{PIPELINES_PATH}/bulk/deploy"
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            told: list[Any] = []
            problem: errors.ApiError | None = None
            try:
                answers = self._deploy_batch(path, batch)
                told = answers if isinstance(answers, list) and len(answers) == len(batch) else []
            except errors.ApiError as error:
                problem = error
            for index in range(len(batch)):
                answer = told[index] if told and isinstance(told[index], Mapping) else {}
                yield problem or _failure(answer, path)

    def _deploy_batch(self, path: str, batch: list[str]) -> Any:
        """Deploy some; repeated after faults that pass, since what is deployed twice is as good as once."""
        for attempt in range(self.client.settings.retries + 1):
            try:
                patience = _DEPLOY * len(batch)
                return self.client.request("POST", path, body=batch, listed=True, patience=patience).body.get("data")
            except errors.ApiError as error:
                if not error.transient or attempt == self.client.settings.retries:
                    raise
                self.client.pause(attempt + 1, error)
        raise AssertionError("unreachable: the last try returns or raises")

    @staticmethod
    def _done(answer: Answer, path: str) -> None:
        problem = _failure(answer.body, path)
        if problem is not None:
            raise problem

    def trigger(self, id_: str) -> None:
        """Start a run."""
        self._done(self._act("trigger", id_), f"{PIPELINES_PATH}/trigger/{id_}")

    def kill(self, id_: str) -> None:
        """End the run that is under way."""
        self._act("kill", id_)

    def toggle(self, id_: str) -> Answer:
        """Pause a pipeline, or let it go on; the answer is the pipeline."""
        return self._act("toggleIngestion", id_)

    def _act(self, action: str, id_: str) -> Answer:
        return self.client.request("POST", f"{PIPELINES_PATH}/{action}/{id_}", patience=_DEPLOY)

    def knows(self, id_: str) -> bool:
        """Whether the orchestrator knows a pipeline by now; true where that can't be told.

        Its log is what it can be asked for without any effect (server 1.2): one that it never heard of isn't found.
        """
        try:
            self.client.get(f"{PIPELINES_PATH}/logs/{id_}/last")
        except errors.BadRequest as error:
            said = str(error)
            return "not found" not in said or "No DAG run found" in said
        except errors.ApiError:
            return True
        return True

    def wait_known(self, id_: str, until: float) -> bool:
        """Wait until the orchestrator knows a pipeline, or the clock says `until`; returns whether it does."""
        while not self.knows(id_):
            if self.clock() >= until:
                return False
            self.client.sleep(_LOOK)
        return True


def _failure(answer: Mapping[str, Any], path: str) -> errors.ApiError | None:
    """What an answer of the orchestrator says that went wrong, if anything did: the HTTP status alone says little."""
    code = answer.get("code", _OK if answer else None)
    if code == _OK:
        return None
    said = str(answer.get("reason") or "the orchestrator gave no reason")
    return errors.BadRequest(said, method="POST", path=path, status=code if isinstance(code, int) else None)


def is_action(error: errors.ApiError) -> bool:
    """Whether what failed is what the orchestrator was asked to do; newer servers ask it within a PATCH, too."""
    if error.method == "PATCH":
        return isinstance(error, errors.BadRequest) and "deploy" in str(error)
    below = error.path.partition(f"{PIPELINES_PATH}/")[2]
    return below.split("/")[0] in _ACTIONS or below == "bulk/deploy"


def explained(error: errors.ApiError, state: str, truth: Mapping[str, Any]) -> errors.OrchestratorError:
    """An error of the orchestrator with how it is, and what is true of the pipeline now."""
    facts = {name: value for name, value in vars(error).items() if name not in ("cure", "changed")}
    now = ", ".join(f"{name} is {str(value).lower()}" for name, value in truth.items())
    acted = " The orchestrator may have acted all the same, since permissions are checked afterwards." * (
        isinstance(error, errors.PermissionDenied)
    )
    said = f"{str(error).rstrip('.')}. The orchestrator: {state}.{acted} Now {now or 'the pipeline is gone'}"
    wrapped = errors.OrchestratorError(said, **facts)
    wrapped.orchestrator, wrapped.truth, wrapped.changed = state, dict(truth), error.changed
    if isinstance(error, errors.PermissionDenied):
        wrapped.cure = errors.PermissionDenied.cure
    return wrapped
