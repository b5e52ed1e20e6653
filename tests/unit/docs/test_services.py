# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to services of other kinds: an example for each, and whatever it says of kinds and releases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from ansible_collections.community.openmetadata.plugins.module_utils import connection, schemas, validation
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from unit.docs.pages import README, ROOT, blocks

GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_services.rst"
MODULE = "community.openmetadata.service"
DATABASES = (
    *("Athena", "BigQuery", "Databricks", "Hive", "Mssql"),
    *("Mysql", "Oracle", "Postgres", "Redshift", "Snowflake"),
)
BLOCKS = blocks(GUIDE)
EXAMPLES: dict[str, Mapping[str, Any]] = {
    block.section: task[MODULE]
    for block in BLOCKS
    if isinstance(block.content, list)
    for task in block.content
    if "connection" in task.get(MODULE, {})
}
SECTIONS = pytest.mark.parametrize("section", EXAMPLES)
# What shows a connection for older releases, in place of the example's.
OLDER = {block.section: block.content["connection"] for block in BLOCKS if isinstance(block.content, Mapping)}


def _form(section: str, release: connection.Version) -> connection.ServiceType:
    options = EXAMPLES[section]
    return RESOURCES[options["kind"]].service_type(options["service_type"], release)


def _findings(section: str, config: Any, release: connection.Version) -> list[str]:
    """What is found about a connection, with a text in place of each variable."""
    options = EXAMPLES[section]
    rendered = yaml.safe_load(re.sub(r"\{\{.*?\}\}", "text", yaml.safe_dump(config, width=1000)))
    server = Server(".".join(map(str, release)), RESOURCES[options["kind"]])
    wish = Desired("example", options["service_type"], {"connection": rendered})
    try:
        return validation.check(wish, None, server, validation.STRICT, keep_secrets=False)
    except InvalidInput as error:
        return [str(error)]


def test_each_kind_has_an_example_and_ten_types_of_databases() -> None:
    assert {options["kind"] for options in EXAMPLES.values()} == set(RESOURCES)
    assert tuple(name for name in EXAMPLES if EXAMPLES[name]["kind"] == "database") == DATABASES
    assert all(EXAMPLES[name]["service_type"] == name for name in DATABASES)


@SECTIONS
def test_example_is_a_valid_connection(section: str) -> None:
    assert _findings(section, EXAMPLES[section]["connection"], schemas.newest()) == []


@SECTIONS
def test_every_release_that_has_the_type_takes_what_is_shown(section: str) -> None:
    having = [release for release in schemas.releases() if _form(section, release).there]
    assert having
    shown = [EXAMPLES[section]["connection"], *([OLDER[section]] if section in OLDER else [])]
    for release in having:
        assert any(_findings(section, config, release) == [] for config in shown), release


@pytest.mark.parametrize("section", OLDER)
def test_guide_names_the_release_that_brought_the_newer_form(section: str) -> None:
    taken = [each for each in schemas.releases() if _findings(section, EXAMPLES[section]["connection"], each) == []]
    since = ".".join(map(str, taken[0])).removesuffix(".0")
    assert f"Before OpenMetadata {since}:" in GUIDE.read_text(encoding="utf-8").split(f"\n{section}\n")[1]


@SECTIONS
def test_example_has_every_secret_from_a_variable(section: str) -> None:
    for config in [EXAMPLES[section]["connection"], *([OLDER[section]] if section in OLDER else [])]:
        forms = {release: _form(section, release) for release in schemas.releases()}
        values = [value for form in forms.values() if form.there for _path, value in connection.secrets(form, config)]
        assert values
        assert all(re.fullmatch(r"\{\{ .+ \}\}", value) for value in values)


@pytest.mark.parametrize("section", [name for name in EXAMPLES if name != "Dashboards"])
def test_guide_names_the_first_release_of_the_type(section: str) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    match = re.search(rf"^{section}\n[-~]+\n\n:Since: OpenMetadata (.+)$", text, re.MULTILINE)
    assert match
    first = _form(section, schemas.newest()).first
    assert first is not None
    assert match[1] == ("1.2 or before" if first == schemas.releases()[0] else ".".join(map(str, first)))


@pytest.mark.parametrize("kind", RESOURCES)
def test_the_tables_say_of_each_kind_what_the_collection_knows(kind: str) -> None:
    resource = RESOURCES[kind]
    since, held = ".".join(map(str, resource.since)), ", ".join(resource.children) or "-"
    row = rf"   \* - ``{kind}``\n     - {re.escape(since)}\n     - .+\n     - {held}\n"
    assert re.search(row, GUIDE.read_text(encoding="utf-8"))
    assert re.search(
        rf"^\| `{kind}` \| {re.escape(since)} \| .+ \| {held} \|$", README.read_text("utf-8"), re.MULTILINE
    )
