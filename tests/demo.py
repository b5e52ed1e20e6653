# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the example playbooks one by one, says in words what happened, and fails where it is not what was to happen.

The server is a fake one on a free port, or the one at OPENMETADATA_HOST; there, services get names of their own, and
are removed at the end.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import collection_tree
from fake_openmetadata.launch import FakeServer

BIN = Path(sys.executable).parent
ROOT = collection_tree.ROOT
LOGIN = ("OPENMETADATA_JWT_TOKEN", "OPENMETADATA_TOKEN", "OPENMETADATA_USERNAME", "OPENMETADATA_PASSWORD")
ADDRESS = ("OPENMETADATA_HOST", "OPENMETADATA_URL")

# What each task of the examples does, as the modules call it; what neither module runs has to be "ok".
CREATE = {"Describe the Superset service": "created"}
CHANGE = {
    "See what would change": "updated",
    "Read the service": "read",
    "Nothing was written": "ok",
    "Change it": "updated",
    "It changed as foretold": "ok",
    "Change it again": "none",
}
INGEST = {
    "Describe its ingestion pipeline": "created",
    "Run it, and wait for its end": "ran",
    "Look into the catalogue": "counted",
    "The dashboards are there": "ok",
}
INGESTED = {**INGEST, "Describe its ingestion pipeline": "none"}
del INGESTED["Run it, and wait for its end"]
RESCHEDULE = {
    "Run it at another time": "updated",
    "It was deployed again, and is still on": "ok",
    "Pause it": "updated",
    "Run it at a third time": "updated",
    "It was deployed again, and is still paused": "ok",
    "Let it go on": "updated",
    "Let it go on again": "none",
}
DELETE = {
    "Make sure that the service is there": "none",
    "Soft-delete it": "deleted",
    "Soft-delete it again": "none",
    "Restore it": "restored",
    "Purge it": "purged",
    "Purge it again": "none",
}


@dataclass(frozen=True)
class Step:
    """One run of one playbook: what is asked, and the action that each of its tasks has to report.

    What `runs` a pipeline, or `as_admin`, does so on a fake server only: there is an orchestrator, and a tool to read.
    """

    title: str
    playbook: str
    told: Mapping[str, str]
    as_admin: bool = False
    runs: bool = False

    @property
    def needs_fake(self) -> bool:
        """Whether it is left out on a real server."""
        return self.as_admin or self.runs


def nothing(told: Mapping[str, str]) -> dict[str, str]:
    """The same tasks when all is as described already."""
    return dict.fromkeys(told, "none")


STEPS = (
    Step("A server without the service", "create.yml", CREATE),
    Step("The same again", "create.yml", nothing(CREATE)),
    Step("The same again as an admin, who is shown no passwords", "create.yml", nothing(CREATE), as_admin=True),
    Step("Something else is wanted", "change.yml", CHANGE),
    Step("Its dashboards are to be in the catalogue", "ingest.yml", INGEST, runs=True),
    Step("The same again", "ingest.yml", INGESTED, runs=True),
    Step("At another time, now on and now paused", "reschedule.yml", RESCHEDULE, runs=True),
    Step("Away with it, and back", "delete_restore.yml", DELETE),
)

# What tasks did whose results tell no action, by a member that these have.
_BY_MEMBER = {"dashboard_services": "read", "run_id": "ran", "json": "counted"}
# So that nobody has to wait for the orchestrator of a fake server; seconds.
KNOWN_AFTER, RUN_SECONDS, RUN_INTERVAL = 0.3, 0.5, 0.2


@dataclass(frozen=True)
class Task:
    """What a task reported, as tests/callbacks/record_results.py recorded it."""

    task: str
    failed: bool
    check_mode: bool
    result: Mapping[str, Any]

    @property
    def action(self) -> str:
        """The module's word for what it did."""
        if self.failed:
            return "failed"
        told = next((action for member, action in _BY_MEMBER.items() if member in self.result), "ok")
        return str(self.result.get("action", told))

    def difference(self, wanted: str | None) -> str:
        """What is wrong with the result, in words; nothing when it is as told."""
        action, changed = self.action, bool(self.result.get("changed"))
        before, after = self.result.get("version_before"), self.result.get("version")
        if action != wanted:
            return f"was to report {wanted!r}, not {action!r}"
        if changed != (action not in ("ok", "none", "read", "counted")):
            return f"reports {action!r} with changed={changed}"
        if before != after and (self.check_mode or not changed):
            return f"reports {action!r} without a change, yet the version went from {before} to {after}"
        # An update may leave the version alone: newer servers count what one user changes within minutes once.
        if before == after and action in ("created", "restored", "deleted", "purged") and not self.check_mode:
            return f"reports {action!r}, yet the version is still {after}"
        return ""

    def words(self) -> str:
        """What the server did."""
        action, before, after = self.action, self.result.get("version_before"), self.result.get("version")
        if action == "read":
            found = [f"{each['name']} has version {each['version']}" for each in self.result["dashboard_services"]]
            return f"ok: {', '.join(found) or 'there is none'}"
        if action in ("ok", "failed"):
            return action
        if action == "counted":
            return f"ok: {self.result['json']['paging']['total']} dashboards are there"
        if action == "ran":
            return f"changed: ran, {self.result['status']} after {self.result['duration']:.1f} s"
        if action == "none":
            return f"ok: nothing to do, {f'still version {after}' if after else 'there is none'}"
        if self.check_mode:
            return f"changed: would be {action}{f', still version {before}' if before else ''}"
        if after is None:
            return f"changed: {action}, version {before} was the last"
        return f"changed: {action}, version {f'{before} -> ' if before else ''}{after}"

    def remarks(self) -> list[str]:
        """The fields that changed, and the warnings. What is purged isn't listed field by field."""
        diff = self.result["diff"] if self.action not in ("none", "purged") and "diff" in self.result else None
        notes = [f"note: {warning}" for warning in self.result.get("warnings", ())]
        return notes + (list(_changed_lines(diff["before"], diff["after"])) if diff else [])


def _changed_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            for sign, side in (("-", before), ("+", after)):
                if name in side:
                    yield f"{sign} {name}: {_shown(side[name])}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Target:
    """The server that the demo talks to, as environments for Ansible; `admin` is there on a fake server only."""

    prefix: str
    environment: Mapping[str, str]
    admin: Mapping[str, str] | None = None

    @property
    def variables(self) -> Mapping[str, Any]:
        """What the playbooks are told."""
        return {"prefix": self.prefix, "run_interval": RUN_INTERVAL}


class Failure(Exception):
    """A step went otherwise than told; `output` is what ansible-playbook printed."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output


def main() -> int:
    """Returns 0 when every task did what was told, else 1."""
    # So that being told to stop cleans up, too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    start = time.monotonic()
    collection_tree.link()
    try:
        with _target() as target:
            steps = [step for step in STEPS if target.admin or not step.needs_fake]
            tasks = sum(_run(number, step, target) for number, step in enumerate(steps, 1))
    except Failure as failure:
        _report(failure)
        return 1
    print(f"\nAll {tasks} tasks in {len(steps)} runs did what they were to do ({time.monotonic() - start:.0f} s).")
    return 0


def _report(failure: Failure) -> None:
    """The failure, after the one before it where cleaning up failed as well."""
    if isinstance(failure.__context__, Failure):
        _report(failure.__context__)
    print(f"\nFAILED: {failure}\n\nThis is what Ansible printed:\n\n{failure.output}")


@contextmanager
def _target() -> Iterator[Target]:
    environment = {name: value for name, value in os.environ.items() if name not in (*ADDRESS, *LOGIN)}
    url = next((os.environ[name] for name in ADDRESS if os.environ.get(name)), None)
    if url is None:
        with FakeServer(known_after=KNOWN_AFTER, run_seconds=RUN_SECONDS) as fake:
            print(f"A fake OpenMetadata 1.2 listens at {fake.url}. Set OPENMETADATA_HOST to take a real one.")
            local = {**environment, "OPENMETADATA_HOST": fake.url, "NO_PROXY": "*", "no_proxy": "*"}
            bot, admin = ({**local, "OPENMETADATA_JWT_TOKEN": token} for token in (fake.bot_token, fake.admin_token))
            yield Target("demo_", bot, admin)
        return
    if not any(os.environ.get(name) for name in LOGIN):
        raise SystemExit("OPENMETADATA_HOST is set: set OPENMETADATA_JWT_TOKEN, too.")
    target = Target(f"demo_{secrets.token_hex(2)}_", os.environ)
    print(f"Using the OpenMetadata at {url}. The service is called {target.prefix}superset and removed at the end.")
    print("What needs an orchestrator, and a Superset to read, is left out.")
    try:
        yield target
    finally:
        _clean_up(target)


def _clean_up(target: Target) -> None:
    arguments = {"name": f"{target.prefix}superset", "state": "absent", "hard_delete": True, "recursive": True}
    module = "community.openmetadata.dashboard_service"
    ended = _ansible("ansible", "localhost", "-m", module, "-a", json.dumps(arguments), environment=target.environment)
    if ended.returncode:
        raise Failure(f"{arguments['name']} could not be removed from the server: remove it by hand", ended.stdout)


def _ansible(*command: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    others = {name: value for name, value in environment.items() if not name.startswith("ANSIBLE_")}
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        check=False,
        cwd=ROOT,
        env={**others, "ANSIBLE_CONFIG": str(ROOT / "tests" / "demo.cfg"), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _run(number: int, step: Step, target: Target) -> int:
    """Run one playbook and tell of each task; returns how many there were."""
    command = ["ansible-playbook", f"examples/{step.playbook}"]
    print(f"\n{number}. {step.title}: {' '.join(command)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "results.jsonl")
        environment = target.admin if step.as_admin and target.admin else target.environment
        environment = {**environment, "RECORD_RESULTS_FILE": str(record)}
        ended = _ansible(*command, "--extra-vars", json.dumps(target.variables), environment=environment)
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    told = dict(step.told)
    said: set[str] = set()
    for task in (Task(**json.loads(line)) for line in lines):
        print(f"   {task.task:<46}{task.words()}")
        for line in task.remarks():
            if line not in said:
                print(f"       {line}")
        said.update(task.remarks())
        wrong = task.difference(told.pop(task.task, None))
        if wrong:
            raise Failure(f"the task {task.task!r} {wrong}", ended.stdout)
    if ended.returncode or told:
        raise Failure(f"{step.playbook} did not get through all its tasks", ended.stdout)
    return len(lines)


if __name__ == "__main__":
    sys.exit(main())
