# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook as a user would who wants to see everything, and keeps all that it prints or writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import collection_tree
from leaks.canaries import Canaries, Leak, evidence_below
from leaks.connections import Service

Json = dict[str, Any]
HERE = Path(__file__).parent
COLLECTION = "community.openmetadata"
OUTPUT = "output"
ROLE = "dashboard_services"
ROLE_TASK = "Manage the dashboard services"


@dataclass(frozen=True)
class Step:
    """One task.

    `expect` is `ok`, `changed`, `failed` or `any`, `says` a regular expression that a failure's `msg` fits.
    """

    title: str
    arguments: Json
    module: str = "dashboard_service"
    expect: str = "changed"
    says: str = ""
    check: bool = False


def single(title: str, services: Sequence[Service], options: Json | None = None, **members: Any) -> list[Step]:
    """A task of `dashboard_service` for each service."""
    return [Step(f"{title}: {service.name}", {**service.options, **(options or {})}, **members) for service in services]


def bulk(title: str, services: Sequence[Service], options: Json | None = None, **members: Any) -> list[Step]:
    """One task of `dashboard_service_bulk` for all of them, which does what it can although one fails."""
    arguments = {"services": [service.options for service in services], "on_error": "continue", **(options or {})}
    return [Step(title, arguments, "dashboard_service_bulk", **members)]


def role(title: str, services: Sequence[Service], options: Json | None = None, **members: Any) -> list[Step]:
    """The role with all of them, which does what it can although one fails."""
    variables = {"definitions": [service.options for service in services], "on_error": "continue", **(options or {})}
    arguments = {f"{ROLE}_{name}": value for name, value in variables.items()}
    return [Step(title, arguments, ROLE, **members)]


FORMS = {"single": single, "bulk": bulk, "role": role}
"""The ways to bring services to their state: each makes the same of a title, services, further options and `Step`'s."""


@dataclass
class Run:
    """One run of ansible-playbook with `-vvvv`, `--diff`, tracebacks, a log, a fact cache and JUnit's reports.

    The tasks' arguments come from a file of variables, as from a vault: Ansible quotes a playbook's own lines.
    """

    folder: Path
    canaries: Canaries
    environment: Mapping[str, str] = field(default_factory=dict)
    in_controller: ClassVar[bool] = False
    """Whether tasks stay in the controller or start their modules; `conftest.py` tries both."""

    def __post_init__(self) -> None:
        self.inputs = self.folder / "inputs"
        self.written = self.folder / "written"
        for folder in (self.inputs, self.written / "tmp"):
            folder.mkdir(parents=True)

    def play(self, steps: Sequence[Step], login: Json) -> None:
        """Run the steps as whoever `login` says. Fails for a leak, and for a step that ends otherwise than told."""
        assert len({step.title for step in steps}) == len(steps), "titles tell steps apart"
        variables = {"login": login, "steps": [step.arguments for step in steps]}
        (self.inputs / "ansible.cfg").touch()
        (self.inputs / "vars.json").write_text(json.dumps(variables), encoding="utf-8")
        # JSON is YAML; Ansible tells the two apart by what the file's name ends in.
        (self.inputs / "playbook.json").write_text(json.dumps(_playbook(steps, login), indent=1), encoding="utf-8")
        command = ["ansible-playbook", "-vvvv", "--diff", "-i", "localhost,", "-e", f"@{self.inputs / 'vars.json'}"]
        with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
            # ansible-core 2.21 makes a socket there, whose path may not be long.
            short = Path(folder, "tmp")
            short.symlink_to(self.written / "tmp")
            ended = subprocess.run(
                [str(Path(sys.executable).parent / command[0]), *command[1:], str(self.inputs / "playbook.json")],
                check=False,
                cwd=self.written,
                env={**self._environment(), "TMPDIR": str(short)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        output = ended.stdout.decode("utf-8", errors="replace")
        leaks = list(self.leaks(output))
        assert not leaks, "\n".join([f"{len(leaks)} leaks", *self._told(output, leaks)])
        assert ended.returncode == 0, output[-3000:]
        self._check_evidence(output)
        self._check_results(steps)

    def leaks(self, output: str) -> Iterator[Leak]:
        """Secrets in what was printed and in every file written."""
        for source, text in ((OUTPUT, output), *evidence_below(self.written)):
            yield from self.canaries.leaks(source, text)

    @staticmethod
    def _told(output: str, leaks: Sequence[Leak]) -> Iterator[str]:
        """The leaks, with the task during which they were printed: the first of each task, and of each file."""
        lines = output.splitlines()
        told = set()
        for leak in leaks:
            place = leak.source
            if leak.source == OUTPUT:
                tasks = [line for line in lines[: leak.line] if line.startswith("TASK [")]
                place = tasks[-1].strip("* ") if tasks else OUTPUT
            if place not in told:
                told.add(place)
                yield f"  {place} {leak}"

    def _environment(self) -> dict[str, str]:
        written = self.written
        return {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HOME": str(written / "home"),
            "PYTHONPATH": str(HERE / "trap"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LEAKS_SYSLOG": str(written / "syslog"),
            "JUNIT_OUTPUT_DIR": str(written / "junit"),
            "RECORD_RESULTS_FILE": str(written / "results.jsonl"),
            "ANSIBLE_CONFIG": str(self.inputs / "ansible.cfg"),
            "ANSIBLE_HOME": str(written / "ansible"),
            "ANSIBLE_REMOTE_TMP": str(written / "remote"),
            "ANSIBLE_COLLECTIONS_PATH": str(collection_tree.LINK_PATH),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE.parent / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "record_results,ansible.builtin.junit",
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(written / "facts"),
            "ANSIBLE_DISPLAY_TRACEBACK": "always",
            "ANSIBLE_LOG_PATH": str(written / "log"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_KEEP_REMOTE_FILES": "0",
            # Since ansible-core 2.21, options are told on request only.
            "ANSIBLE_INJECT_INVOCATION": "1",
            **self.environment,
        }

    def _check_evidence(self, output: str) -> None:
        """That everything was looked at, or the search would find nothing because there is nothing."""
        files = dict(evidence_below(self.written))
        assert '"module_args"' in output, "the invocation was not printed"
        assert "TASK [" in files["log"], "nothing was logged"
        below = {
            folder: "".join(text for name, text in files.items() if name.startswith(f"{folder}/"))
            for folder in ("facts", "junit")
        }
        assert "leaks_results" in below["facts"], "no result was cached"
        assert "localhost" in below["junit"]
        # A module that has nothing to hide, and so tells the system's log of its arguments.
        assert "Invoked with path=a-control" in files["syslog"], "the system's log was not caught"

    def results(self, steps: Sequence[Step]) -> list[Json]:
        """What each step returned; `failed` is told, too."""
        lines = (self.written / "results.jsonl").read_text(encoding="utf-8").splitlines()
        # ansible-core 2.21 tells the role, too.
        wanted = {
            ROLE_TASK,
            f"{COLLECTION}.{ROLE} : {ROLE_TASK}",
            *(step.title for step in steps if step.module != ROLE),
        }
        entries = [entry for entry in map(json.loads, lines) if entry["task"] in wanted]
        return [{**entry["result"], "failed": entry["failed"]} for entry in entries]

    def _check_results(self, steps: Sequence[Step]) -> None:
        wrong = []
        for step, result in zip(steps, self.results(steps), strict=True):
            ended = "failed" if result["failed"] else "changed" if result["changed"] else "ok"
            if step.expect not in (ended, "any"):
                wrong.append(f"{step.title}: {ended}, not {step.expect}: {result.get('msg')}")
            elif step.expect == "failed" and not re.search(step.says, result["msg"]):
                wrong.append(f"{step.title}: does not say {step.says!r}: {result['msg']}")
        assert not wrong, "\n".join(wrong)


def _playbook(steps: Sequence[Step], login: Json) -> list[Json]:
    control = {"name": "Control", "ansible.builtin.stat": {"path": "a-control"}}
    keep = {
        "name": "Keep all results as facts",
        "ansible.builtin.set_fact": {
            "cacheable": True,
            "leaks_results": [f"{{{{ {_registered(number, step)} }}}}" for number, step in enumerate(steps)],
        },
    }
    return [
        {
            "name": "Leak secrets if you can",
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {
                "ansible_python_interpreter": sys.executable,
                "openmetadata_in_controller": Run.in_controller,
            },
            "module_defaults": {
                f"group/{COLLECTION}.openmetadata": {name: f"{{{{ login.{name} }}}}" for name in login},
            },
            "tasks": [control, *(_task(number, step, login) for number, step in enumerate(steps)), keep],
        }
    ]


def _registered(number: int, step: Step) -> str:
    return f"{ROLE}_result" if step.module == ROLE else f"result_{number}"


def _task(number: int, step: Step, login: Json) -> Json:
    given = {name: f"{{{{ steps[{number}][{name!r}] }}}}" for name in step.arguments}
    how: Json = {"ignore_errors": True, **({"check_mode": True} if step.check else {})}
    if step.module == ROLE:
        given |= {f"{ROLE}_{name}": f"{{{{ login.{name} }}}}" for name in login}
        included = {"name": f"{COLLECTION}.{ROLE}", "apply": how}
        return {"name": step.title, "ansible.builtin.include_role": included, "vars": given}
    return {"name": step.title, f"{COLLECTION}.{step.module}": given, "register": _registered(number, step), **how}
