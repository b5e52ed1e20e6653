# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue says what the published schemas say, and a run parses only what it meets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import catalogue, connection
from unit.plugins import configs
from unit.plugins.connections import TYPES, VARIANTS

ROOT = Path(__file__).resolve().parents[4]
SCHEMAS = json.loads((ROOT / "tools" / "connection-schemas.json").read_text(encoding="utf-8"))["service_types"]


def test_it_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_catalogue.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_has_every_service_type() -> None:
    assert list(catalogue.TYPES) == list(SCHEMAS)
    assert len(configs.TYPES) == 22


@pytest.mark.parametrize(("service_type", "choices"), VARIANTS)
@pytest.mark.parametrize("make", [configs.minimal, configs.full])
def test_what_is_made_of_it_is_valid_by_the_published_schema(
    make: Any, service_type: str, choices: configs.Choices
) -> None:
    jsonschema.validate({"type": service_type, **make(service_type, choices)}, SCHEMAS[service_type]["schema"])


@TYPES
def test_every_secret_of_the_published_schema_is_one_of_its_secrets(service_type: str) -> None:
    schema = SCHEMAS[service_type]["schema"]
    published = set(_secrets(schema, schema.get("$defs", {}), ()))
    known = {path for choices in configs.variants(service_type) for path in configs.canaries(service_type, choices)}
    assert known == published


def _secrets(schema: dict[str, Any], definitions: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if "$ref" in schema:
        yield from _secrets(definitions[schema["$ref"].rpartition("/")[2]], definitions, path)
    for alternative in schema.get("anyOf", ()):
        yield from _secrets(alternative, definitions, path)
    for name, member in schema.get("properties", {}).items():
        yield from _secrets(member, definitions, (*path, name))
    if schema.get("format") == "password" or schema.get("writeOnly"):
        yield path


@TYPES
def test_every_reference_leads_somewhere(service_type: str) -> None:
    def walk(node: connection.Node) -> None:
        node = connection.resolve(node)
        for member in [*node.get("fields", {}).values(), *node.get("any", ())]:
            walk(member)
        for key in ("items", "open"):
            if isinstance(node.get(key), dict):
                walk(node[key])

    walk(connection.service_type(service_type).root)


@TYPES
def test_a_type_is_filled_in_by_its_own_name(service_type: str) -> None:
    assert connection.with_type(connection.service_type(service_type), {}) == {"type": service_type}


def test_a_run_parses_only_what_it_meets() -> None:
    """Counted in a process of its own: importing parses nothing, one type costs one entry and what it refers to."""
    script = """
import json, sys
parsed = []
loads = json.loads
json.loads = lambda text, **more: parsed.append(len(text)) or loads(text, **more)
from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection
at_import = len(parsed)
kind = connection.service_type("Metabase")
comparison.differences(kind, {"hostPort": "http://h"}, {"hostPort": "http://i"}, True)
one = len(parsed)
comparison.differences(kind, {"hostPort": "http://h"}, {"hostPort": "http://i"}, True)
connection.redacted(kind, {"hostPort": "http://h"})
print(at_import, one, len(parsed))
"""
    path = ROOT / ".cache" / "link"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(path)}
    )
    at_import, one, again = map(int, done.stdout.split())
    assert at_import == 0
    # The type itself and FilterPattern.
    assert one <= 2
    assert again == one
