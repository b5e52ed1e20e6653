# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection installed into an empty folder, used by somebody who has nothing else of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from fake_openmetadata.launch import FakeServer
from package.conftest import User

NAME = "community.openmetadata"
ROOT = Path(__file__).parents[2]


def plugins() -> list[tuple[str, str]]:
    """Kind and name of everything that has documentation."""
    kinds = {"module": "plugins/modules", "filter": "plugins/filter"}
    found = [(kind, path.stem) for kind, folder in kinds.items() for path in sorted((ROOT / folder).glob("*.py"))]
    return found + [("role", path.name) for path in sorted((ROOT / "roles").iterdir())]


def environment(server: FakeServer) -> dict[str, str]:
    """Where the server is, and a bot's token for it."""
    return {"OPENMETADATA_HOST": server.url, "OPENMETADATA_JWT_TOKEN": server.bot_token, "NO_PROXY": "*"}


def test_the_list_of_plugins_is_complete() -> None:
    assert len(plugins()) >= 6


@pytest.mark.parametrize(("kind", "name"), plugins())
def test_ansible_doc_knows_it(user: User, kind: str, name: str) -> None:
    shown = json.loads(user.run("ansible-doc", "--json", "--type", kind, f"{NAME}.{name}"))
    assert list(shown) == [f"{NAME}.{name}"]
    entry = shown[f"{NAME}.{name}"]
    if kind == "role":
        assert {"main", "audit", "export"} <= set(entry["entry_points"])
    else:
        assert entry["doc"]["version_added"]
        assert entry["examples"]


def test_nothing_was_changed_after_installation(user: User) -> None:
    said = user.run("ansible-galaxy", "collection", "verify", NAME, "--offline", "-p", str(user.collections))
    assert "checksums" in said.lower()


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*.yml")))
def test_the_examples_run(user: User, server: FakeServer, name: str) -> None:
    server.reset()
    before = ("create.yml", "ingest.yml") if name == "reschedule.yml" else ("create.yml",)
    for each in dict.fromkeys((*before, name)):
        said = user.run("ansible-playbook", str(user.root / "examples" / each), environment=environment(server))
        assert "failed=0" in said


def test_the_playbooks_run_by_their_names(user: User, server: FakeServer) -> None:
    server.reset()
    folder = user.folder / "estate"
    (folder / "group_vars" / "all").mkdir(parents=True)
    definitions = [
        {"name": "metabase", "service_type": "Metabase", "connection": {"hostPort": "http://h", "password": "made-up"}}
    ]
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"localhost": local}}}))
    (folder / "group_vars" / "all" / "services.yml").write_text(
        yaml.safe_dump({"dashboard_services_definitions": definitions})
    )

    def play(name: str, *options: str) -> str:
        inventory = ["--inventory", str(folder / "hosts.yml")]
        return user.run("ansible-playbook", f"{NAME}.{name}", *inventory, *options, environment=environment(server))

    assert "changed=1" in play("provision")
    assert "changed=0" in play("provision")
    assert "failed=0" in play("audit", "-e", f"audit_output_dir={folder / 'report'}")
    play("export", "-e", f"export_output_dir={folder / 'export'}")
    exported = "".join(path.read_text() for path in sorted((folder / "export").rglob("*.yml")))
    assert "metabase" in exported
    assert "made-up" not in exported
