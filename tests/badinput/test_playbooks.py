# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only Ansible's own reading of YAML, templates and vaults makes of a task; by modules and in the controller."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import collection_tree
from fake_openmetadata.launch import FakeServer

Json = dict[str, Any]
HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
WAYS = pytest.mark.parametrize("in_controller", [False, True], ids=["module", "controller"])


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer("2.0", bulk=True) as running:
        yield running


def play(name: str, server: FakeServer, folder: Path, in_controller: bool) -> tuple[list[Json], str]:
    """Run a playbook; returns what each task returned, and the output, in which no secret may be."""
    recorded = folder / "results.jsonl"
    recorded.unlink(missing_ok=True)
    (folder / "vault").write_text("not-a-secret\n", encoding="utf-8")
    variables = {"openmetadata_in_controller": in_controller, "ansible_python_interpreter": sys.executable}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "OPENMETADATA_HOST": server.url,
        "OPENMETADATA_JWT_TOKEN": server.bot_token,
        "RECORD_RESULTS_FILE": str(recorded),
        "ANSIBLE_COLLECTIONS_PATH": str(collection_tree.LINK_PATH),
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE.parent / "callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": "record_results",
        "ANSIBLE_NOCOLOR": "1",
    }
    options = ["-i", "localhost,", "--diff", "--vault-password-file", str(folder / "vault")]
    ended = subprocess.run(
        [str(BIN / "ansible-playbook"), *options, "-e", json.dumps(variables), str(HERE / name)],
        check=False,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=240,
    )
    output = ended.stdout.decode("utf-8", errors="replace")
    assert ended.returncode == 0, output[-4000:]
    results = recorded.read_text(encoding="utf-8")
    assert "Traceback" not in output + results
    assert "internal_error" not in output + results
    return [json.loads(line) for line in results.splitlines()], results


@WAYS
def test_refused(server: FakeServer, tmp_path: Path, in_controller: bool) -> None:
    server.reset()
    entries, text = play("refused.playbook", server, tmp_path, in_controller)
    assert len(entries) == len(re.findall(r"(?m)^    - \{name:", (HERE / "refused.playbook").read_text("utf-8")))
    assert "canary" not in text
    wrong = [
        (entry["task"], entry["result"].get("msg"))
        for entry in entries
        if not entry["failed"] or not re.search(entry["task"], entry["result"]["msg"])
    ]
    assert not wrong
    assert {entry["method"] for entry in server.requests()} <= {"GET"}


@WAYS
def test_accepted(server: FakeServer, tmp_path: Path, in_controller: bool) -> None:
    server.reset()
    first, said = play("accepted.playbook", server, tmp_path, in_controller)
    assert not [entry for entry in first if entry["failed"] or not entry["result"]["changed"]]
    second, said_again = play("accepted.playbook", server, tmp_path, in_controller)
    assert not [entry for entry in second if entry["failed"] or entry["result"]["changed"]]
    assert "canary" not in said + said_again
    stored = {body["name"]: body for body in server.state()["dashboardService"]}
    assert stored["a"]["connection"]["config"]["password"] == "canary-vaulted"
    assert [stored[name].get("connection") for name in "hi"] == [None, None]
    assert stored["l"]["connection"]["config"]["apiVersion"] == "3.1"
    for words in ("is the number 3.1,", "is the boolean true,", "is the boolean, ", "of the scheme metabase,"):
        assert words in said
    assert {"False", "2026-01-01", "31", "1.0", "{{ a }}"} <= set(stored)


def test_variables_of_the_role(server: FakeServer, tmp_path: Path) -> None:
    server.reset()
    entries, _text = play("role.playbook", server, tmp_path, in_controller=True)
    wanted = re.findall(r"(?m)^        - \{key: ([^,]+),", (HERE / "role.playbook").read_text("utf-8"))
    # The loop itself shows its items; they are the playbook's own.
    own = [entry for entry in entries if "include_args" not in json.dumps(entry["result"])]
    assert "canary" not in json.dumps(own)
    # What follows a refusal by the role's specification is refused by the module, too.
    runs: list[list[str]] = []
    for entry in own:
        if entry["task"].startswith("Validating arguments"):
            runs.append([])
        if entry["failed"]:
            runs[-1].append(entry["result"]["msg"])
    wrong = [(says, run) for says, run in zip(wanted, runs, strict=True) if not re.search(says, "\n".join(run))]
    assert not wrong
    assert {entry["method"] for entry in server.requests()} <= {"GET"}
