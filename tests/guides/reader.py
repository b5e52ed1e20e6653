# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who does what a page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

import collection_tree
from fake_openmetadata.launch import FakeServer
from unit.docs.pages import GUIDES, README, ROLES, Block, blocks

PLACE = "https://openmetadata.example.com:8585"
VAULT = {
    "vault_sales_metabase_password": "made-up-1",
    "vault_metabase_password": "made-up-2",
    "vault_superset_password": "made-up-3",
    "vault_sales_mysql_password": "made-up-4",
}
PAGES = {path.stem: path for path in [README, *GUIDES]} | {f"role {path.parent.name}": path for path in ROLES}
TIMEOUT = 90


class Reader:
    """Somebody who follows a page, in a folder of their own, with a server of their own."""

    def __init__(self, folder: Path, server: FakeServer) -> None:
        """The folder gets a vault with the secrets that the pages name."""
        self.folder = folder
        self.server = server
        self.environment = {
            "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(collection_tree.LINK_PATH),
            "ANSIBLE_HOME": str(folder / ".ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "password"),
            "NO_PROXY": "*",
        }
        (folder / "password").write_text("made-up\n", encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        """A file of the page, with the server's own address and new lines at its end, if it is there already."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text.replace(PLACE, self.server.url) + "\n")
        return path

    def vault(self, name: str) -> None:
        """An encrypted file with all secrets and the bot's token."""
        path = self.write(name, yaml.safe_dump({**VAULT, "vault_openmetadata_bot_token": self.server.bot_token}))
        self.type(f"ansible-vault encrypt {path}")

    def type(self, commands: str, environment: Mapping[str, str] | None = None, *, fails: bool = False) -> str:
        """What the commands print; a prompt for the vault's password is answered by a file."""
        script = commands.replace(PLACE, self.server.url).replace(" --ask-vault-pass", "")
        script = script.replace("OPENMETADATA_JWT_TOKEN=eyJ…", f"OPENMETADATA_JWT_TOKEN={self.server.bot_token}")
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            check=False,
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
        assert (ended.returncode != 0) == fails, ended.stdout
        return ended.stdout

    def play(self, tasks: Any, **variables: Any) -> str:
        """Run tasks that a page shows without a play."""
        play = [{"name": "Page", "hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}]
        self.write("tasks.yml", yaml.safe_dump(play, sort_keys=False))
        try:
            return self.type("ansible-playbook tasks.yml", self.login)
        finally:
            (self.folder / "tasks.yml").unlink()

    @property
    def login(self) -> dict[str, str]:
        """The environment that has the bot's token."""
        return {"OPENMETADATA_HOST": self.server.url, "OPENMETADATA_JWT_TOKEN": self.server.bot_token}

    def services(self) -> dict[str, dict[str, Any]]:
        """What the server holds, by name."""
        return {each["name"]: each for each in self.server.state()["dashboardService"]}


def section(page: str, heading: str, language: str = "yaml") -> list[Block]:
    """The blocks of a language below a heading; there is at least one."""
    found = [block for block in blocks(PAGES[page], language) if block.section == heading]
    assert found, f"{page} has no {language} below {heading!r}"
    return found


def recaps(output: str) -> list[int]:
    """How many tasks each run changed."""
    found = [int(number) for number in re.findall(r"changed=(\d+)", output)]
    assert found
    return found
