# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the services to export, and fills in the variables that an export lists.

`estate.py services CONFIG` prints definitions with a connection of every shape that the release of the server has, and
`estate.py secrets CONFIG VAULT_FILE` the variables of that file with the secrets that a bot reads on the server.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path += [str(Path(__file__).resolve().parents[3]), os.environ["ANSIBLE_COLLECTIONS_PATH"]]

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from dashboards import DASHBOARDS
from integration.api import Server
from unit.plugins import configs

LISTED = re.compile(r"""^(\w+): "\{\{ undef\(hint='fill in connection\.(\S+) of (.+)'\) \}\}"$""", re.MULTILINE)


def services(settings: Mapping[str, str]) -> list[dict[str, Any]]:
    """For each type of that release what is required, and everything, with each alternative; and what is hardly one."""
    release = connection.parse_version(settings["openmetadata_version"])
    kinds = [DASHBOARDS.service_type(name, release) for name in DASHBOARDS.service_types()]
    made: list[dict[str, Any]] = []
    for kind in (kind for kind in kinds if kind.there):
        wanted = [configs.minimal(kind.name, release=release)]
        wanted += [configs.full(kind.name, choices, release) for choices in configs.variants(kind.name, release)]
        # Servers make a class of gitCredentials, and refuse a text though their schema allows it.
        for number, config in enumerate(each for each in wanted if not isinstance(each.get("gitCredentials"), str)):
            name = f"{settings['prefix']}{f'full.{number}' if number else 'least'} {kind.name}"
            made.append({"name": name, "service_type": kind.name, "connection": config})
    made[0] |= {"description": "Not a {{ template }}\n\n- nor {# a comment #}\n", "display_name": "Größe: {% raw %}"}
    made[1] |= {"owners": ["admin"], "domains": ["RecDomain"], "tags": ["Tier.Tier1", "PII.Sensitive"]}
    made[2] |= {"owners": [{"name": "rec_team", "type": "team"}], "description": "key: value # no comment"}
    if release >= (1, 3):
        made[1]["data_products"] = ["RecProduct"]
    return made + [{**each, "name": f"{settings['prefix']}{each['name']}"} for each in PLACEHOLDERS]


PLACEHOLDERS: list[dict[str, Any]] = [
    {"name": "typed only", "service_type": "Metabase", "connection": {"type": "Metabase"}},
    {"name": "addressed only", "service_type": "Superset", "connection": {"hostPort": "http://superset:8088"}},
    {"name": "custom", "service_type": "CustomDashboard", "connection": {}},
    {"name": "without user", "service_type": "Tableau", "connection": {"hostPort": "https://t"}},
    {"name": "without any", "service_type": "Superset", "description": "Its credentials are elsewhere."},
]


def secrets(config: Mapping[str, str], vault: Path) -> dict[str, Any]:
    """The variables that the file lists, with their values."""
    server = Server(config["openmetadata_url"], config["openmetadata_bot_token"])
    stored = {each["name"]: each["connection"]["config"] for each in server.services() if each.get("connection")}
    found = {}
    for variable, path, service in LISTED.findall(vault.read_text(encoding="utf-8")):
        value = stored[service]
        for key in path.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        found[variable] = value
    return found


def main() -> None:
    """Print what was asked for as JSON, which is YAML, too."""
    config = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    made = services(config) if sys.argv[1] == "services" else secrets(config, Path(sys.argv[3]))
    json.dump(made, sys.stdout)


main()
