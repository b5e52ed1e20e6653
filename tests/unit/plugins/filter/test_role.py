# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's options are those of the modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.openmetadata.plugins.filter import audit_report
from ansible_collections.community.openmetadata.plugins.module_utils import arguments
from ansible_collections.community.openmetadata.plugins.modules import dashboard_service_bulk

ROLE = Path(__file__).parents[4] / "roles" / "dashboard_services"
SPECS = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
PREFIX = "dashboard_services_"
# How the role calls what the module calls otherwise, and what only the role has.
RENAMED = {"services": "definitions"}
OWN = {"delegate_to", "become"}


def shape(option: dict[str, Any]) -> dict[str, Any]:
    """What counts of an option: its type, and the same of its members."""
    kept: dict[str, Any] = {key: option[key] for key in ("type", "elements", "choices", "required") if key in option}
    members = {name: shape(member) for name, member in option.get("options", {}).items()}
    return {**kept, **({"options": members} if members else {})}


def module_options() -> dict[str, Any]:
    options = {**arguments.server_spec().options, **dashboard_service_bulk.SPEC.options}
    return {RENAMED.get(name, name): option for name, option in options.items()}


def test_main_has_every_option_of_the_module() -> None:
    options = SPECS["main"]["options"]
    assert {name.removeprefix(PREFIX) for name in options} == {*module_options(), *OWN}


@pytest.mark.parametrize("name", sorted(module_options()))
def test_option_is_like_the_module_s(name: str) -> None:
    ours, theirs = shape(SPECS["main"]["options"][PREFIX + name]), shape(module_options()[name])
    # The definitions may be in variables of other names.
    ours.pop("required", None)
    theirs.pop("required", None)
    assert ours == theirs


@pytest.mark.parametrize("entry", sorted(SPECS))
def test_documented_defaults_are_those_of_the_role(entry: str) -> None:
    for name, option in SPECS[entry]["options"].items():
        assert ("default" in option) == (name in DEFAULTS), name
        if "default" in option and not name.startswith((f"{PREFIX}audit_", f"{PREFIX}export_")):
            assert DEFAULTS[name] == option["default"]
        elif "default" in option:
            short = name.removeprefix(PREFIX)
            assert DEFAULTS[name] == f"{{{{ {short} | default({option['default']!r}) }}}}"


@pytest.mark.parametrize("name", sorted(set(module_options()) & {name.removeprefix(PREFIX) for name in DEFAULTS}))
def test_defaults_are_the_module_s(name: str) -> None:
    assert DEFAULTS[PREFIX + name] == module_options()[name].get("default")


def test_audit_knows_what_its_filter_knows() -> None:
    options = SPECS["audit"]["options"]
    choices = options["dashboard_services_audit_fail_on"]["choices"]
    documented = yaml.safe_load(audit_report.DOCUMENTATION)["options"]["fail_on"]
    assert choices == documented["choices"]
    assert options["dashboard_services_audit_fail_on"]["default"] == documented["default"]


@pytest.mark.parametrize("template", ["audit.json", "audit.md", "audit.xml", "audit.html"])
def test_each_format_has_a_template(template: str) -> None:
    files = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
    by_format = files["dashboard_services__audit_files"]
    assert sorted(by_format) == sorted(SPECS["audit"]["options"]["dashboard_services_audit_formats"]["choices"])
    assert template in by_format.values()
    assert (ROLE / "templates" / f"{template}.j2").is_file()
