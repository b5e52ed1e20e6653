# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments as the guide builds them, and what several jobs over parts of an inventory do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import collection_tree
from guides.reader import VAULT, Reader, recaps, section
from unit.docs.pages import ROOT

GUIDE = "guide_execution_environments"
EXAMPLE = ROOT / "examples" / "execution-environment" / "execution-environment.yml"
PROVISION = "ansible-playbook -i {} community.openmetadata.provision"
NO_PRUNE = " -e '{\"dashboard_services_prune\": false}'"


def test_the_guide_shows_the_example() -> None:
    (block, *_others) = section(GUIDE, "Build one")
    assert block.file == EXAMPLE.name
    assert block.content == yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))


def test_the_definition_can_be_built(reader: Reader) -> None:
    (block, *_others) = section(GUIDE, "Build one")
    reader.write(block.file, block.text)
    reader.type("ansible-builder create --output-filename Containerfile")
    recipe = (reader.folder / "context" / "Containerfile").read_text(encoding="utf-8")
    assert 'ARG EE_BASE_IMAGE="fedora:43"' in recipe
    wanted = yaml.safe_load((reader.folder / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert [each["name"] for each in wanted["collections"]] == ["community.openmetadata"]


def test_the_collection_says_what_it_needs(reader: Reader) -> None:
    output = reader.type(f"ansible-builder introspect {collection_tree.LINK_PATH}")
    found = yaml.safe_load(output)
    assert found["python"] == ["requests  # from collection community.openmetadata"]
    assert found["system"] == []


def test_the_collection_needs_the_same_everywhere() -> None:
    needs = []
    for name in ("requirements.txt", "meta/ee-requirements.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        needs.append([line for line in lines if line and not line.startswith("#")])
    assert needs == [["requests"], ["requests"]]


def _hosts(path: Path, *names: str) -> None:
    """An inventory as AWX gives it to a slice: these hosts of the group, and all variables."""
    hosts = {"metabase": {"hosts": {f"{name}.example.com": None for name in names}}}
    path.mkdir(exist_ok=True)
    (path / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    variables = path / "group_vars" / "metabase.yml"
    variables.parent.mkdir(exist_ok=True)
    own = {"name": "metabase_{{ inventory_hostname_short }}", "service_type": "Metabase"}
    own["connection"] = {  # type: ignore[assignment]
        "hostPort": "https://{{ inventory_hostname }}",
        "username": "openmetadata@example.com",
        "password": "{{ vault_metabase_password }}",
    }
    definitions = {
        **VAULT,
        "dashboard_services_definitions": [own],
        "dashboard_services_definitions__common": [{"name": "common", "service_type": "CustomDashboard"}],
        "dashboard_services_prune": True,
    }
    variables.write_text(yaml.safe_dump(definitions), encoding="utf-8")


@pytest.fixture
def slices(reader: Reader) -> list[str]:
    """Three hosts in two slices; the second has two of them."""
    _hosts(reader.folder / "slice-1", "mb-1")
    _hosts(reader.folder / "slice-2", "mb-2", "mb-3")
    return [PROVISION.format(f"slice-{number}") + " -e openmetadata_hosts=metabase" for number in (1, 2)]


def test_slices_add_up(reader: Reader, slices: list[str]) -> None:
    first, second = (reader.type(each + NO_PRUNE, reader.login) for each in slices)
    assert set(reader.services()) == {"metabase_mb-1", "metabase_mb-2", "metabase_mb-3", "common"}
    assert recaps(first) == [1]
    # The common service was there already.
    assert "'common': 'created'" in first.replace('"', "'")
    assert "'common'" not in second.replace('"', "'")
    again = [recaps(reader.type(each + NO_PRUNE, reader.login)) for each in slices]
    assert again == [[0], [0, 0]]


def test_a_slice_that_prunes_takes_what_others_define(reader: Reader, slices: list[str]) -> None:
    """Why the guide says not to."""
    for each in slices:
        reader.type(each + NO_PRUNE, reader.login)
    reader.type(slices[0], reader.login)
    gone = {name for name, service in reader.services().items() if service.get("deleted")}
    assert gone == {"metabase_mb-2", "metabase_mb-3"}


def test_a_limit_is_no_slice(reader: Reader) -> None:
    """The role sees a limit, and refuses to prune; it does all else for the hosts that are left."""
    _hosts(reader.folder / "whole", "mb-1", "mb-2")
    command = PROVISION.format("whole") + " -e openmetadata_hosts=metabase --limit mb-1.example.com"
    refused = re.sub(r"\s+", " ", reader.type(command, reader.login, fails=True))
    assert "because of --limit, serial, or failed hosts" in refused
    assert reader.services() == {}
    reader.type(command + NO_PRUNE, reader.login)
    assert set(reader.services()) == {"metabase_mb-1", "common"}


def test_a_job_for_each_group(reader: Reader) -> None:
    (block,) = section(GUIDE, "One job for each group")
    (command,) = section(GUIDE, "One job for each group", "console")
    hosts = {name: {"hosts": {f"{name}.example.com": None}} for name in ("sales", "finance")}
    reader.write("inventory/hosts.yml", yaml.safe_dump(hosts))
    reader.write(f"inventory/{block.file}", block.text)
    for name in hosts:
        definitions = {"dashboard_services_definitions": [{"name": f"{name}_board", "service_type": "CustomDashboard"}]}
        reader.write(
            f"inventory/group_vars/{name}/dashboards.yml",
            yaml.safe_dump(definitions),
        )
    for name in ("finance_board", "sales_old"):
        options = {"name": name, "service_type": "CustomDashboard"}
        reader.play([{"name": "Plant", "community.openmetadata.dashboard_service": options}])
    reader.type(command.commands, reader.login)
    gone = {name: service.get("deleted", False) for name, service in reader.services().items()}
    assert gone == {"sales_board": False, "sales_old": True, "finance_board": False}


def test_playbook_of_a_project(reader: Reader) -> None:
    (block,) = (block for block in section(GUIDE, "In AWX") if block.file == "provision.yml")
    _hosts(reader.folder / "whole", "mb-1")
    reader.write(block.file, block.text)
    reader.type("ansible-playbook -i whole provision.yml -e openmetadata_hosts=metabase", reader.login)
    assert set(reader.services()) == {"metabase_mb-1", "common"}


def test_credential(reader: Reader) -> None:
    """The environment that AWX would inject is what the modules read."""
    inputs, injector = (block.content for block in section(GUIDE, "In AWX")[:2])
    fields = {field["id"]: field for field in inputs["fields"]}
    assert fields["token"]["secret"]
    assert inputs["required"] == list(fields)
    values = {"{{ host }}": reader.server.url, "{{ token }}": reader.server.bot_token}
    environment = {name: values[value] for name, value in injector["env"].items()}
    command = "ansible localhost -m community.openmetadata.dashboard_service_info"
    assert "dashboard_services" in reader.type(command, environment)
