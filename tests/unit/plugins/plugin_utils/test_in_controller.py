# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that stay in the controller: which do, and that they say what their module would say."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import collection_tree
from ansible_collections.community.openmetadata.plugins.action import dashboard_service
from ansible_collections.community.openmetadata.plugins.module_utils import client
from ansible_collections.community.openmetadata.plugins.plugin_utils.in_controller import VARIABLE, Unusual, plain
from fake_openmetadata.launch import FakeServer

Json = dict[str, Any]
COLLECTION = "community.openmetadata"


@pytest.mark.parametrize(
    ("circumstance", "stays"),
    [
        pytest.param({}, True, id="the usual"),
        pytest.param({"transport": "ssh"}, False, id="on another host"),
        pytest.param({"become": object()}, False, id="as another user"),
        pytest.param({"async_val": 10}, False, id="in the background"),
        pytest.param({"environment": [{}, {"HTTPS_PROXY": "http://proxy"}]}, False, id="in another environment"),
        pytest.param({"environment": [{}]}, True, id="in an empty environment"),
        pytest.param({"environment": ["{{ proxies }}"]}, False, id="in an environment yet to be told"),
        pytest.param({"missing": ImportError()}, False, id="without requests"),
        pytest.param({"platform": "darwin"}, False, id="on macOS"),
        pytest.param({"wanted": False}, False, id="not wanted"),
        pytest.param({"wanted": "no"}, False, id="not wanted, as text"),
        pytest.param({"wanted": "true"}, True, id="wanted, as text"),
    ],
)
def test_which_tasks_stay(circumstance: Json, stays: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "REQUESTS_ERROR", circumstance.get("missing"))
    monkeypatch.setattr(sys, "platform", circumstance.get("platform", "linux"))
    connection = SimpleNamespace(transport=circumstance.get("transport", "local"), become=circumstance.get("become"))
    task = SimpleNamespace(async_val=circumstance.get("async_val", 0), environment=circumstance.get("environment"))
    action = dashboard_service.ActionModule.__new__(dashboard_service.ActionModule)
    templar = SimpleNamespace(template=lambda value: value)
    vars(action).update(_connection=connection, _task=task, _templar=templar)
    variables = {VARIABLE: circumstance["wanted"]} if "wanted" in circumstance else {}
    assert action._stays(variables) is stays


def test_options_lose_what_ansible_ties_to_them() -> None:
    class Tagged(str):
        __slots__ = ()

    found = plain({"name": Tagged("x"), "many": (1, 2.5, True, None), "deep": {Tagged("key"): Tagged("y")}})
    assert found == {"name": "x", "many": [1, 2.5, True, None], "deep": {"key": "y"}}
    assert not isinstance(found["name"], Tagged)
    assert not any(isinstance(key, Tagged) for key in found["deep"])
    assert found["many"][2] is True


@pytest.mark.parametrize("value", [{"a": dt.date(2026, 1, 1)}, [b"bytes"], {1: "a"}, {"a": {None: 1}}])
def test_what_is_unusual_goes_to_the_module(value: Any) -> None:
    with pytest.raises(Unusual):
        plain(value)


# ---- through ansible-playbook


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(profile="2.0", bulk=True) as running:
        yield running


CONNECTION = {"hostPort": "http://h", "username": "u", "password": "made-up"}
SERVICE = {"name": "s", "service_type": "Metabase", "connection": CONNECTION}
TASKS: list[tuple[str, Json]] = [
    ("dashboard_service", {**SERVICE, "description": "first", "owners": ["rec_team"]}),
    ("dashboard_service", {**SERVICE, "description": "first"}),
    ("dashboard_service", {"name": "s", "description": "second", "tags": "Tier.Tier1"}),
    ("dashboard_service", {"name": "s", "connection": {"hostPrt": "made-up"}}),
    ("dashboard_service", {"name": "s", "descripton": "made-up"}),
    ("dashboard_service", {"description": "nameless"}),
    ("dashboard_service", {"name": "s", "retries": "made-up"}),
    ("dashboard_service", {"name": "s", "hard_delete": "yes", "timeout": "20", "display_name": 12}),
    ("dashboard_service", {"name": "s", "description": "2024-01-01"}),
    ("dashboard_service", {"name": "s", "owners": ["nobody"]}),
    ("dashboard_service_info", {"name": "s"}),
    ("dashboard_service_info", {"name": "s", "service_type": ["Metabase"]}),
    (
        "dashboard_service_bulk",
        {"services": [{**SERVICE, "description": "third"}, {"name": "t", "service_type": "CustomDashboard"}]},
    ),
    ("connection_test", {"kind": "dashboard", "name": "s", "fail_on": "never", "wait_timeout": "made-up"}),
    ("connection_test", {"kind": "dashboard", "name": "u", "service_type": "Looker", "connection": {"hostPrt": "h"}}),
    ("connection_test", {"kind": "dashboard", "name": "t"}),
    ("dashboard_service_bulk", {"services": [{"name": "t"}, {"name": "t"}]}),
    ("dashboard_service_bulk", {"services": [{"name": "t", "state": "absent", "hard_delete": True}]}),
    ("dashboard_service", {"name": "s", "state": "absent", "hard_delete": True}),
]


def play(folder: Path, server: FakeServer, extra: Json, *arguments: str) -> tuple[list[Json], str]:
    """Run all tasks; returns their results without what differs from run to run, and all that was printed."""
    server.reset()
    tasks = [
        {
            "name": f"Task {number}",
            f"{COLLECTION}.{module}": options,
            "ignore_errors": True,
            "register": f"result_{number}",
            **extra,
        }
        for number, (module, options) in enumerate(TASKS)
    ]
    login = {"url": server.url, "token": server.bot_token}
    last = {
        "ansible.builtin.copy": {"dest": str(folder / "results"), "content": "{{ found | to_json }}", "mode": "600"}
    }
    keep = {
        "vars": {"found": [f"{{{{ result_{number} }}}}" for number in range(len(tasks))]},
        "name": "Keep",
        "check_mode": False,
        **last,
    }
    defaults = {f"group/{COLLECTION}.openmetadata": login}
    book = {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": [*tasks, keep]}
    (folder / "play.json").write_text(json.dumps([book]))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-vvv", *arguments, str(folder / "play.json")]
    ended = subprocess.run(
        command,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collection_tree.LINK_PATH), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
    found: list[Json] = json.loads((folder / "results").read_text())
    return [_lasting(result) for result in found], ended.stdout


def _lasting(result: Json) -> Json:
    """Without what every server, and every process, tells otherwise."""
    text = json.dumps(result)
    found: Json = json.loads(text, object_hook=lambda member: {k: v for k, v in member.items() if k not in PASSING})
    return found


PASSING = ("id", "href", "updated_at", "ansible_facts", "stdout", "stdout_lines", "stderr", "stderr_lines")


@pytest.mark.parametrize("mode", [[], ["--check", "--diff"]], ids=["real", "check mode"])
def test_both_ways_say_the_same(mode: list[str], tmp_path: Path, server: FakeServer) -> None:
    here, printed = play(tmp_path, server, {}, *mode)
    away, printed_by_modules = play(tmp_path, server, {"vars": {VARIABLE: "{{ 'no' }}"}}, *mode)
    assert [result.get("failed", False) for result in here].count(True) >= 6
    for number, (one, other) in enumerate(zip(here, away, strict=True)):
        assert one == other, f"task {number}"
    assert printed_by_modules.count("AnsiballZ_dashboard_service") > 0
    assert "AnsiballZ_dashboard_service" not in printed
