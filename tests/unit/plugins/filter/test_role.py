# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles' options are those of the modules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.openmetadata.plugins.filter import audit_report
from ansible_collections.community.openmetadata.plugins.module_utils import arguments, resources
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.modules import (
    dashboard_service_bulk,
    ingestion_pipeline_bulk,
    ingestion_run,
    service_bulk,
)

ROLES = Path(__file__).parents[4] / "roles"
# What only the roles have.
OWN = {"delegate_to", "become", "run_changed", "test_connections"}
# What they have for the modules for ingestion pipelines, by those modules' names for it.
PIPELINES = ingestion_pipeline_bulk.SPEC.options
INGESTION = {
    "ingestion_defaults": PIPELINES["defaults"],
    "ingestion_prune": PIPELINES["prune"],
    "ingestion_prune_limit": PIPELINES["prune_limit"],
    "validate_source_config": PIPELINES["validate_source_config"],
    "run_timeout": ingestion_run.SPEC.options["wait_timeout"],
    "run_interval": ingestion_run.SPEC.options["interval"],
}
OF_THE_SERVICE = ("service", "service_kind")


def read(*path: str) -> Any:
    return yaml.safe_load(ROLES.joinpath(*path).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Role:
    """A role, how its variables start, and the module that it calls."""

    name: str
    prefix: str
    definitions: str
    spec: ArgumentSpec
    own: frozenset[str]

    @cached_property
    def specs(self) -> dict[str, Any]:
        found: dict[str, Any] = read(self.name, "meta", "argument_specs.yml")["argument_specs"]
        return found

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """By the name of the variable."""
        given = read(self.name, "defaults", "main.yml")
        shared = given.pop("services__defaults", {})
        return {**given, **{self.prefix + name: value for name, value in shared.items()}}

    @cached_property
    def module_options(self) -> dict[str, Any]:
        """By the name of the variable."""
        options = {**arguments.server_spec().options, **self.spec.options, **INGESTION}
        options["ingestion_defaults"] = _of_a_service(options["ingestion_defaults"])
        services, pipelines = options["services"], PIPELINES["ingestion_pipelines"]
        below = {**_of_a_service(pipelines), "required": False}
        options["services"] = {**services, "options": {**services["options"], "ingestion_pipelines": below}}
        return {self.definitions if name == "services" else self.prefix + name: options[name] for name in options}


def _of_a_service(option: dict[str, Any]) -> dict[str, Any]:
    """An option that describes pipelines, where the service is known."""
    return {
        **option,
        "options": {name: option["options"][name] for name in option["options"] if name not in OF_THE_SERVICE},
    }


DASHBOARDS = Role(
    "dashboard_services",
    "dashboard_services_",
    "dashboard_services_definitions",
    dashboard_service_bulk.SPEC,
    frozenset(OWN),
)
ALL_KINDS = Role(
    "services", "openmetadata_services_", "openmetadata_services", service_bulk.SPEC, frozenset({*OWN, "kinds"})
)
BOTH = [DASHBOARDS, ALL_KINDS]
each_role = pytest.mark.parametrize("role", BOTH, ids=lambda role: role.name)


def shape(option: dict[str, Any]) -> dict[str, Any]:
    """What counts of an option: its type, and the same of its members."""
    kept: dict[str, Any] = {key: option[key] for key in ("type", "elements", "choices", "required") if key in option}
    kept = {key: value for key, value in kept.items() if (key, value) != ("required", False)}
    members = {name: shape(member) for name, member in option.get("options", {}).items()}
    return {**kept, **({"options": members} if members else {})}


@each_role
def test_main_has_every_option_of_the_module(role: Role) -> None:
    assert set(role.specs["main"]["options"]) == {*role.module_options, *(role.prefix + name for name in role.own)}


@pytest.mark.parametrize(("role", "name"), [(role, name) for role in BOTH for name in sorted(role.module_options)])
def test_option_is_like_the_module_s(role: Role, name: str) -> None:
    ours, theirs = shape(role.specs["main"]["options"][name]), shape(role.module_options[name])
    # The definitions may be in variables of other names.
    ours.pop("required", None)
    theirs.pop("required", None)
    assert ours == theirs


@pytest.mark.parametrize(("role", "entry"), [(role, entry) for role in BOTH for entry in sorted(role.specs)])
def test_documented_defaults_are_those_of_the_role(role: Role, entry: str) -> None:
    for name, option in role.specs[entry]["options"].items():
        assert ("default" in option) == (name in role.defaults), name
        if "default" not in option:
            continue
        short = name.removeprefix(role.prefix)
        if short.startswith(("audit_", "export_")):
            default = str(option["default"]).lower() if option["type"] == "bool" else repr(option["default"])
            assert role.defaults[name] == f"{{{{ {short} | default({default}) }}}}"
        elif short == "kinds":
            assert role.defaults[name] == f"{{{{ openmetadata_kinds | default({option['default']!r}) }}}}"
        else:
            assert role.defaults[name] == option["default"]


@pytest.mark.parametrize(
    ("role", "name"), [(role, name) for role in BOTH for name in sorted({*role.module_options} & {*role.defaults})]
)
def test_defaults_are_the_module_s(role: Role, name: str) -> None:
    assert role.defaults[name] == role.module_options[name].get("default")


def test_both_roles_have_the_same_options() -> None:
    names = [
        {
            entry: {
                "definitions" if name == role.definitions else name.removeprefix(role.prefix)
                for name in spec["options"]
            }
            for entry, spec in role.specs.items()
        }
        for role in BOTH
    ]
    assert {entry: {*options, "kinds"} for entry, options in names[0].items()} == names[1]


@each_role
def test_no_option_is_taken_for_definitions(role: Role) -> None:
    options = {name for spec in role.specs.values() for name in spec["options"]}
    facts = {role.prefix + name for name in ("result", "report", "export", "ingestion_result")}
    collected = [name for name in options | facts if re.fullmatch(rf"{role.definitions}(__.+)?", name)]
    assert collected == [role.definitions]


def test_kinds_are_those_of_the_modules() -> None:
    released = {kind: ".".join(map(str, resource.since)) for kind, resource in resources.RESOURCES.items()}
    assert read("services", "vars", "main.yml")["services__kinds"] == released


@each_role
def test_audit_knows_what_its_filter_knows(role: Role) -> None:
    option = role.specs["audit"]["options"][f"{role.prefix}audit_fail_on"]
    documented = yaml.safe_load(audit_report.DOCUMENTATION)["options"]["fail_on"]
    assert option["choices"] == documented["choices"]
    assert option["default"] == documented["default"]


@each_role
def test_each_format_has_a_template(role: Role) -> None:
    text = (ROLES / "services" / "tasks" / "common" / "audit.yml").read_text(encoding="utf-8")
    (endings,) = re.findall(r"services__endings: (\{.*\})", text)
    by_format = yaml.safe_load(endings)
    assert sorted(by_format) == sorted(role.specs["audit"]["options"][f"{role.prefix}audit_formats"]["choices"])
    for ending in by_format.values():
        assert (ROLES / "services" / "templates" / f"audit.{ending}.j2").is_file()
