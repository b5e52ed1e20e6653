# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever README and guides show as YAML is checked as the modules would check it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.openmetadata.plugins.module_utils import (
    arguments,
    connection,
    schemas,
    validation,
)
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Server
from ansible_collections.community.openmetadata.plugins.modules import (
    connection_test,
    dashboard_service,
    dashboard_service_bulk,
    dashboard_service_info,
    ingestion_pipeline,
    ingestion_pipeline_bulk,
    ingestion_pipeline_info,
    ingestion_run,
    service,
    service_bulk,
    service_info,
)
from dashboards import DASHBOARDS
from unit.docs.pages import GUIDES, PAGES, ROOT, Block, blocks

PLAYBOOKS = sorted((ROOT / "examples").glob("*.yml"))
CONNECTIONS = ROOT / "docs" / "docsite" / "rst" / "guide_connections.rst"
SERVER = Server("2.0.7", DASHBOARDS)
# The section of the guide that is about no one type.
WITHOUT = "Services without a connection"

SERVICE = "community.openmetadata.dashboard_service"
SPECS = {
    SERVICE: dashboard_service.SPEC,
    "community.openmetadata.dashboard_service_bulk": dashboard_service_bulk.SPEC,
    "community.openmetadata.dashboard_service_info": dashboard_service_info.SPEC,
    "community.openmetadata.connection_test": connection_test.SPEC,
    "community.openmetadata.ingestion_pipeline": ingestion_pipeline.SPEC,
    "community.openmetadata.ingestion_pipeline_bulk": ingestion_pipeline_bulk.SPEC,
    "community.openmetadata.ingestion_pipeline_info": ingestion_pipeline_info.SPEC,
    "community.openmetadata.ingestion_run": ingestion_run.SPEC,
    "community.openmetadata.service": service.SPEC,
    "community.openmetadata.service_bulk": service_bulk.SPEC,
    "community.openmetadata.service_info": service_info.SPEC,
}
GROUP = "group/community.openmetadata.openmetadata"


BLOCKS = [block for page in PAGES for block in blocks(page)]
CONNECTION_BLOCKS = blocks(CONNECTIONS)


def _tasks(content: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping in it that might be a task or have module defaults."""
    if isinstance(content, Mapping):
        yield content
        for value in content.values():
            yield from _tasks(value)
    elif isinstance(content, list):
        for value in content:
            yield from _tasks(value)


def _calls(content: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each use of one of the collection's modules, or of its group of defaults, with the options."""
    for task in _tasks(content):
        for name, options in task.items():
            if str(name).startswith(("community.openmetadata.", "group/")):
                yield name, options


def _rendered(value: Any) -> Any:
    """The value with a text in place of each Jinja expression."""
    if isinstance(value, Mapping):
        return {key: _rendered(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_rendered(member) for member in value]
    return re.sub(r"\{\{.*?\}\}", "text", value) if isinstance(value, str) else value


def _check(service_type: str, config: Mapping[str, Any], server: Server = SERVER) -> list[str]:
    wish = Desired("example", service_type, {"connection": _rendered(config)})
    return validation.check(wish, None, server, validation.STRICT, keep_secrets=False)


def _examples() -> dict[str, Mapping[str, Any]]:
    """The options of the guide's one task for each service type."""
    found = {}
    for block in (each for each in CONNECTION_BLOCKS if each.section != WITHOUT):
        for _name, options in _calls(block.content):
            assert block.section not in found, f"{block}: a second task for {block.section}"
            found[block.section] = options
    return found


EXAMPLES = _examples()
CHOICES = [block for block in CONNECTION_BLOCKS if isinstance(block.content, Mapping)]


def test_each_service_type_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(DASHBOARDS.service_types())
    assert len(EXAMPLES) == 23


@pytest.mark.parametrize("service_type", DASHBOARDS.service_types())
def test_example_is_a_valid_connection(service_type: str) -> None:
    options = EXAMPLES[service_type]
    assert options["service_type"] == service_type
    last = DASHBOARDS.service_type(service_type).last
    server = Server(_dots(last), DASHBOARDS) if last else SERVER
    assert _check(service_type, options["connection"], server) == []


@pytest.mark.parametrize("service_type", DASHBOARDS.service_types())
def test_example_has_every_secret_from_a_variable(service_type: str) -> None:
    kind = DASHBOARDS.service_type(service_type)
    blocks = [EXAMPLES[service_type], *(block.content for block in CHOICES if block.section == service_type)]
    values = [value for each in blocks for _path, value in connection.secrets(kind, each["connection"])]
    assert values or service_type in ("CustomDashboard", "QlikSense")
    assert all(re.fullmatch(r"\{\{ .+ \}\}", value) for value in values)


@pytest.mark.parametrize("service_type", DASHBOARDS.service_types())
def test_guide_names_the_first_release(service_type: str) -> None:
    text = CONNECTIONS.read_text(encoding="utf-8")
    match = re.search(rf"^{service_type}\n-+\n\n:Since: OpenMetadata (.+)$", text, re.MULTILINE)
    assert match
    first = DASHBOARDS.service_type(service_type).first
    release = "1.2 or before" if first == schemas.releases()[0] else _dots(first)
    assert re.match(rf"{re.escape(release)}($|[ ;])", match[1])


@pytest.mark.parametrize("service_type", DASHBOARDS.service_types())
def test_example_is_taken_by_every_release_that_has_the_type(service_type: str) -> None:
    """What only some releases require may be missing, and is a warning there."""
    having = [each for each in schemas.releases() if DASHBOARDS.service_type(service_type, each).there]
    assert having
    for release in having:
        said = _check(service_type, EXAMPLES[service_type]["connection"], Server(_dots(release), DASHBOARDS))
        assert all("not given" in warning for warning in said)


@pytest.mark.parametrize("service_type", DASHBOARDS.service_types())
def test_guide_names_what_came_or_went_later(service_type: str) -> None:
    """But for the nested fields and the filters, which have a paragraph of their own."""
    section = _section(service_type)
    forms = {each: DASHBOARDS.service_type(service_type, each) for each in schemas.releases()}
    there = [release for release, form in forms.items() if form.there]
    for name in {name for release in there for name in forms[release].root["fields"]}:
        having = [release for release in there if name in forms[release].root["fields"]]
        if not name.endswith("FilterPattern") and name != "supportsMetadataExtraction":
            for release in {having[0], having[-1]} - {there[0], there[-1]}:
                assert name in section
                assert _dots(release) in section


def _dots(release: Any) -> str:
    return ".".join(map(str, release))


def _section(name: str) -> str:
    text = CONNECTIONS.read_text(encoding="utf-8")
    return re.split(r"^.+\n-{3,}$", text.split(f"\n{name}\n-", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("block", CHOICES, ids=str)
def test_choice_is_a_valid_connection(block: Block) -> None:
    assert list(block.content) == ["connection"]
    config = {**EXAMPLES[block.section]["connection"], **block.content["connection"]}
    assert _check(block.section, config) == []


def test_each_shape_has_an_example() -> None:
    """Of a connection's own alternatives, each is chosen by at least one block."""
    for service_type in DASHBOARDS.service_types():
        kind = DASHBOARDS.service_type(service_type)
        shown = [EXAMPLES[service_type]["connection"]]
        shown += [block.content["connection"] for block in CHOICES if block.section == service_type]
        for key, field in kind.root["fields"].items():
            if "any" in field:
                chosen = [connection.select(field, config[key]) for config in shown if key in config]
                shapes = field["any"]
                # Nothing at all needs no example; texts among mappings (Looker's folder) are refused by servers.
                missing = [shape for shape in shapes if shape not in chosen and shape.get("fields")]
                assert _without_twins(missing, chosen) == [], f"{service_type}: {key}"


def _without_twins(missing: list[dict[str, Any]], chosen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the shapes that differ from a chosen one in the texts of `type` and address only (git hosts)."""
    required = [shape.get("required") for shape in chosen]
    return [shape for shape in missing if "type" not in shape["fields"] or shape.get("required") not in required]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_block_uses_known_options(block: Block) -> None:
    _check_options(block.content)


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.name)
def test_playbook_uses_known_options(path: Path) -> None:
    _check_options(yaml.safe_load(path.read_text(encoding="utf-8")))


def _check_options(content: Any) -> None:
    common = arguments.server_spec().options
    for name, options in _calls(content):
        known = common if name == GROUP else {**common, **SPECS[name].options}
        assert set(options) <= set(known), name
        for option, value in options.items():
            choices = known[option].get("choices")
            assert not choices or value in choices
        if (
            name == SERVICE
            and options.get("service_type", "Mstr") != "Mstr"
            and isinstance(options.get("connection"), Mapping)
        ):
            assert _check(options["service_type"], options["connection"]) == []


def test_pages_haveblocks() -> None:
    assert {block.page for block in BLOCKS} >= {"README.md", *(guide.name for guide in GUIDES)}
