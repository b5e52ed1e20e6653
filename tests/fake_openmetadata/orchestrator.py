# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An orchestrator behind the server, such as Airflow: it is given workflows, knows them after a while and runs them.

Source: server 1.2 with Airflow 2.7 and OpenMetadata's plugin. A workflow goes by the pipeline's name alone: pipelines
of two services that share a name share a workflow, and the one deployed last is what runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import CHALLENGE, ApiError, bad_request, unhandled
from .runs import Clock, Dag, Plan, Run

Json = dict[str, Any]
MODES = ("airflow", "down", "unauthorized", "none")
URL = "http://localhost:8080"
_TASKS = {
    "metadata": "ingestion_task",
    "TestSuite": "test_suite_task",
    "dataInsight": "data_insight_task",
    "elasticSearchReindex": "elasticsearch_reindex_task",
    "autoClassification": "auto_classification_task",
    "application": "application_task",
    "Application": "application_task",
}


def deployment_error(name: str, reason: str) -> ApiError:
    """400 as server 1.2 words what goes wrong with a pipeline, triggers included."""
    return ApiError(400, {"code": 400, "message": f"Failed to deploy pipeline [{name}] due to [{reason}]."}, CHALLENGE)


def dag_id(name: str) -> str:
    """What the orchestrator calls a pipeline (source: the plugin)."""
    return re.sub(r"[^0-9a-zA-Z\-_]+", "_", name)


class Orchestrator:
    """Its mode: `airflow` works, `down` can't be reached, `unauthorized` refuses the server, `none` isn't there."""

    def __init__(self, version: str, mode: str = "airflow", known_after: float = 2.0, plan: Plan | None = None) -> None:
        """`known_after` is how many seconds a new workflow is unknown, `plan` how runs go that nobody planned."""
        self.version = re.sub(r"[^0-9.].*", "", version) + (".1" if version.startswith("1.2.") else ".0")
        self.clock = Clock()
        self._first = (mode, known_after, plan or Plan())
        self.on_success: Callable[[Run], None] = lambda _run: None
        self.reset()

    def reset(self) -> None:
        """Forget workflows, runs and plans; the options are those of the start."""
        self.mode, self.known_after, self.plan = self._first
        self.log_chunk = 1_000_000
        self.dags: dict[str, Dag] = {}
        self.plans: list[tuple[str, Plan]] = []
        self.runs: dict[str, list[Run]] = {}

    def configure(self, members: Json) -> None:
        """Change `mode`, `known_after`, `log_chunk` and the plan of runs. Raises ValueError for what isn't known."""
        rest = dict(members)
        self.log_chunk = max(1, int(rest.pop("log_chunk", self.log_chunk)))
        mode = rest.pop("mode", self.mode)
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        known_after = float(rest.pop("known_after", self.known_after))
        self.mode, self.known_after, self.plan = mode, known_after, self.plan.changed(rest)

    def order(self, members: Json) -> None:
        """Plan the next run of `pipeline` (an FQN; without one, of any)."""
        rest = dict(members)
        fqn = str(rest.pop("pipeline", ""))
        self.plans.append((fqn, self.plan.changed(rest)))

    def _take_plan(self, fqn: str) -> Plan:
        for index, (wanted, plan) in enumerate(self.plans):
            if wanted in ("", fqn):
                del self.plans[index]
                return plan
        return self.plan

    def view(self) -> Json:
        """What it knows, for assertions: its mode, its workflows, and the runs under each pipeline's FQN."""
        now = self.tick()
        return {
            "mode": self.mode,
            "dags": {
                name: {"pipeline": dag.fqn, "paused": dag.paused, "known": dag.known <= now}
                for name, dag in self.dags.items()
            },
            "runs": {fqn: [run.recorded(now) or run.queued() for run in runs] for fqn, runs in self.runs.items()},
        }

    # -- what the server asks of it ---------------------------------------------------------------------------------

    def tick(self) -> float:
        """Catch up with the clock; returns the time."""
        now = self.clock.now()
        for dag in list(self.dags.values()):
            if any(not run.done for run in dag.runs):
                dag.progress(now, self._ended)
        return now

    def _ended(self, run: Run) -> None:
        if run.outcome != "failed":
            self.on_success(run)

    def _known(self, name: str) -> Dag | None:
        now = self.tick()
        dag = self.dags.get(dag_id(name))
        return dag if dag is not None and dag.known <= now else None

    def _reach(self, name: str, what: str, deploying: bool = False) -> None:
        """Raises ApiError 400 when nobody answers."""
        if self.mode == "none":
            raise bad_request(f"The NoopClient does not implement the {what} method")
        if self.mode == "down":
            if deploying:
                raise deployment_error(name, "java.net.ConnectException")
            raise bad_request(f"Failed to {what} due to java.net.ConnectException")

    def status(self) -> Json | None:
        """Is it reachable, is the server let in, does its version fit? None without any (published source)."""
        reasons = {
            "down": f"Failed to connect to Airflow due to java.net.ConnectException. Is the host available at {URL}?",
            "unauthorized": f"Authentication failed for user [admin] trying to access the Airflow APIs at [{URL}]",
        }
        if self.mode == "none":
            return None
        if self.mode in reasons:
            return {"code": 500, "reason": reasons[self.mode], "platform": "Airflow"}
        return {"code": 200, "platform": "Airflow", "version": self.version}

    def deploy(self, pipeline: Json, fault: str = "") -> Json:
        """Take a workflow, new or changed; `fault` is why it can't be one. Raises ApiError 400."""
        name = pipeline["name"]
        self._reach(name, "deploy", deploying=True)
        if self.mode == "unauthorized" or fault:
            answer = "Unauthorized" if self.mode == "unauthorized" else "Internal Server Error"
            raise bad_request(
                f"{name} Failed to deploy Ingestion Pipeline due to airflow API returned {answer} "
                f'and response {{"error": "{fault or answer}"}}'
            )
        now = self.tick()
        dag = self.dags.get(dag_id(name))
        config = pipeline["airflowConfig"]
        if dag is None:
            dag = Dag(pipeline["fullyQualifiedName"], now + self.known_after, bool(config.get("pausePipeline")))
            self.dags[dag_id(name)] = dag
            if config.get("scheduleInterval"):
                # A new workflow with a schedule runs its last interval at once.
                self._run(dag, now, "scheduled")
        dag.fqn = pipeline["fullyQualifiedName"]
        return self._done(f"Workflow [{dag_id(name)}] has been created")

    def _done(self, message: str) -> Json:
        return {"code": 200, "reason": f'{{"message": "{message}"}}', "platform": "Airflow"}

    def _run(self, dag: Dag, now: float, kind: str) -> None:
        run = Run(dag.fqn, self._take_plan(dag.fqn), now, kind)
        dag.runs.append(run)
        self.runs.setdefault(dag.fqn, []).append(run)

    def trigger(self, name: str) -> Json:
        """Queue a run. Raises ApiError 400 for an unknown workflow, or twice within a second."""
        self._reach(name, "run", deploying=True)
        dag = self._known(name) if self.mode == "airflow" else None
        now = self.clock.now()
        if dag is None or any(run.kind == "manual" and int(run.created) == int(now) for run in dag.runs):
            raise deployment_error(name, "Failed to trigger IngestionPipeline")
        self._run(dag, now, "manual")
        return self._done(f"Workflow [{dag_id(name)}] has been triggered")

    def kill(self, name: str) -> Json:
        """End the run that is under way, and those that wait. Raises ApiError 400 when there is none."""
        self._reach(name, "kill running workflows")
        dag = self._known(name) if self.mode == "airflow" else None
        if dag is None:
            error = "Unauthorized" if self.mode == "unauthorized" else f"DAG {dag_id(name)} not found."
            raise bad_request(f'Failed to kill running workflows due to {{"error": "{error}"}}')
        now = self.clock.now()
        active, waiting = dag.active(now), dag.waiting()
        if active is None and not waiting:
            error = f"DAG {dag_id(name)} has no running tasks."
            raise bad_request(f'Failed to kill running workflows due to {{"error": "{error}"}}')
        if active is not None:
            active.kill(now)
        for run in waiting:
            dag.runs.remove(run)
            self.runs[run.fqn].remove(run)
        return self._done(f"Workflow [{dag_id(name)}] has been killed")

    def pause(self, name: str, paused: bool) -> bool:
        """Pause or go on; False for an unknown workflow. Raises ApiError 400, or 401 when it isn't let in."""
        self._reach(name, "toggle")
        if self.mode == "unauthorized":
            message = f"Failed to toggle ingestion pipeline state of [{name}] due to [Unauthorized]"
            raise ApiError(401, {"code": 401, "message": message}, CHALLENGE)
        dag = self._known(name)
        if dag is None:
            return False
        dag.paused, dag.resumed = paused, self.clock.now()
        return True

    def delete(self, name: str) -> None:
        """Drop a workflow, unless its name was changed (server 1.2 leaves that one) or nobody answers.

        Raises ApiError 400 without an orchestrator, though what it is about is gone by then.
        """
        if self.mode == "none":
            raise bad_request("The NoopClient does not implement the delete method")
        if self.mode == "airflow":
            self.tick()
            self.dags.pop(name, None)

    def statuses(self, name: str, fqn: str) -> list[Json]:
        """Runs under a pipeline's FQN, those in the queue first. Raises ApiError 400 when nobody answers.

        Runs are on record by FQN, so that those of an earlier pipeline of that name are there, too (server 1.2).
        """
        if self.mode == "none":
            call, variable = "java.util.List.addAll(java.util.Collection)", "allPipelineStatusList"
            raise unhandled(f'Cannot invoke "{call}" because "{variable}" is null')
        if self.mode == "down":
            raise bad_request(f"Failed to get the queued status of [{name}] due to java.net.ConnectException")
        dag = self._known(name) if self.mode == "airflow" else None
        queued = [run.queued() for run in dag.waiting() if run.fqn == fqn] if dag else []
        recorded = [run.recorded(self.clock.now()) for run in reversed(self.runs.get(fqn, []))]
        return queued + [shown for shown in recorded if shown is not None]

    def logs(self, name: str, pipeline_type: str, after: str) -> Json | None:
        """A chunk of the last run's log, by task, with the number of chunks and, unless it is the last, the next one's.

        Raises ApiError 400 when there is no run.
        """
        if self.mode == "none":
            return None
        self._reach(name, "get last ingestion logs")
        dag = self._known(name) if self.mode == "airflow" else None
        now = self.clock.now()
        error = "Unauthorized" if self.mode == "unauthorized" else f"DAG {dag_id(name)} not found."
        if dag is not None:
            begun = [run for run in dag.runs if run.begin is not None and run.start <= now]
            if begun:
                return _chunk(_task(pipeline_type), _log(begun[-1], now), self.log_chunk, after)
            error = f"No DAG run found for {dag_id(name)}."
        raise bad_request(f'Failed to get last ingestion logs due to {{"error": "{error}"}}')


def _task(pipeline_type: str) -> str:
    return _TASKS.get(pipeline_type, f"{pipeline_type}_task")


def _chunk(task: str, text: str, size: int, after: str) -> Json:
    total = -(-len(text) // size)
    index = int(after) if after.isdigit() else 0
    shown = {task: text[index * size : (index + 1) * size], "total": str(total)}
    return {**shown, "after": str(index + 1)} if index + 1 < total else shown


def _log(run: Run, now: float) -> str:
    lines = [f"INFO - Running the workflow of {run.fqn}", *run.plan.log.splitlines()]
    if now >= run.end:
        level = "ERROR" if run.outcome == "failed" else "INFO"
        lines.append(f"{level} - Workflow ended: {run.outcome}")
    return "\n".join(lines) + "\n"
