# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports hold what makes a service, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError, AnsibleUndefinedVariable
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.community.openmetadata.plugins.filter import export_definitions as module
from ansible_collections.community.openmetadata.plugins.filter.export_definitions import (
    export_definitions,
    without_defaults,
)
from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS, FieldType
from dashboards import DASHBOARDS
from unit.plugins import configs

SECRET = "(secret)"


def service(name: str = "s", **members: Any) -> dict[str, Any]:
    """A service as the info module returns it."""
    return {
        "name": name,
        "service_type": "Metabase",
        **{item.option: "" if item.type is FieldType.TEXT else [] for item in FIELDS},
        "connection": {"type": "Metabase", "hostPort": "http://m", "supportsMetadataExtraction": True},
        **members,
    }


class _Loader(yaml.SafeLoader):
    """Reads what Ansible reads, its tag for texts included."""


def _unsafe(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> dict[str, str]:
    return {"unsafe": str(loader.construct_scalar(node))}


_Loader.add_constructor("!unsafe", _unsafe)


def read(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader


def exported(*services: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    definitions: list[dict[str, Any]] = read(export_definitions(services, **options)["definitions"])[
        options.get("variable", "dashboard_services_definitions")
    ]
    return definitions


def test_what_is_empty_or_default_is_left_out() -> None:
    assert exported(service()) == [
        {"name": "s", "service_type": "Metabase", "connection": {"hostPort": "http://m"}},
    ]


@pytest.mark.parametrize(
    ("release", "left"), [("1.7.1", {}), ("1.9.0", {"spaceTypes": ["Managed", "Shared", "Personal"]})]
)
def test_a_default_is_that_of_the_server(release: str, left: dict[str, Any]) -> None:
    """QlikCloud has had a fourth type of spaces, and in its default, since 1.7.3."""
    config = {
        "type": "QlikCloud",
        "hostPort": "http://q",
        "token": SECRET,
        "spaceTypes": ["Managed", "Shared", "Personal"],
    }
    shown = exported(service(service_type="QlikCloud", connection=config), server_version=release)[0]["connection"]
    assert {key: shown[key] for key in shown if key == "spaceTypes"} == left


def test_what_is_only_a_placeholder_is_exported_as_such() -> None:
    assert exported(service(connection={"type": "Metabase", "supportsMetadataExtraction": True})) == [
        {"name": "s", "service_type": "Metabase", "connection": {}}
    ]


def test_what_has_no_connection_is_exported_without_one() -> None:
    assert exported(service(connection=None, description="d")) == [
        {"name": "s", "service_type": "Metabase", "description": "d"}
    ]
    (warning,) = export_definitions([service(connection=None)])["warnings"]
    assert "shows no connection" in warning


def test_every_field_is_there() -> None:
    full = service(
        display_name="S",
        description="two\n\nparagraphs\n",
        owners=[
            {"type": "team", "id": "2", "name": "t"},
            {"type": "user", "id": "1", "name": "u"},
            {"type": "team", "id": "3", "name": "a"},
        ],
        domains=["B", "A"],
        tags=["T.b", "T.a"],
        data_products=["P"],
    )
    assert exported(full) == [
        {
            "name": "s",
            "service_type": "Metabase",
            "display_name": "S",
            "description": "two\n\nparagraphs\n",
            "connection": {"hostPort": "http://m"},
            "owners": [{"name": "a", "type": "team"}, {"name": "t", "type": "team"}, "u"],
            "domains": ["A", "B"],
            "tags": ["T.a", "T.b"],
            "data_products": ["P"],
        }
    ]


def test_order_of_the_server_does_not_matter() -> None:
    one, two = service("one", tags=["a", "b"]), service("two")
    turned = {**one, "tags": ["b", "a"], "connection": dict(reversed(one["connection"].items()))}
    assert export_definitions([one, two]) == export_definitions([two, turned])


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["a_1", "a_2", "b_1"]),
        ({"name_pattern": "a_*"}, ["a_1", "a_2"]),
        ({"name_pattern": "A_*"}, []),
        ({"service_types": ["Tableau"]}, ["b_1"]),
        ({"domain": "D"}, ["a_2"]),
        ({"domain": "D", "name_pattern": "b*"}, []),
    ],
)
def test_filters(options: dict[str, Any], names: list[str]) -> None:
    services = [
        service("a_1"),
        service("b_1", service_type="Tableau", connection={"type": "Tableau"}),
        service("a_2", domains=["D"]),
    ]
    assert export_definitions(services, **options)["names"] == names


def test_secrets_become_variables() -> None:
    config = {"type": "Metabase", "hostPort": "http://m", "apiKey": SECRET, "password": SECRET}
    made = export_definitions([service("My service", connection=config)])
    variables = ["vault_my_service_api_key", "vault_my_service_password"]
    assert made["variables"] == variables
    assert read(made["definitions"])["dashboard_services_definitions"][0]["connection"] == {
        "apiKey": "{{ vault_my_service_api_key }}",
        "hostPort": "http://m",
        "password": "{{ vault_my_service_password }}",
    }
    assert list(read(made["vault"])) == variables


def test_whatever_holds_something_hidden_becomes_a_variable() -> None:
    config = {
        "type": "CustomDashboard",
        "connectionOptions": {"proxy": f"http://{SECRET}@proxy"},
        "credentials": SECRET,
        "list": ["plain", SECRET],
    }
    made = export_definitions(
        [service(service_type="CustomDashboard", description=f"Bearer {SECRET}", connection=config)]
    )
    assert made["variables"] == [
        "vault_s_connection_options_proxy",
        "vault_s_credentials",
        "vault_s_description",
        "vault_s_list_1",
    ]
    assert SECRET not in made["definitions"]


@pytest.mark.parametrize("other", ["a_b", "A.b", "a-b"])
def test_no_two_secrets_share_a_variable(other: str) -> None:
    config = {"type": "Metabase", "hostPort": "http://m", "password": SECRET}
    made = export_definitions([service("a b", connection=config), service(other, connection=config)])
    assert len(set(made["variables"])) == 2
    assert all(name.startswith("vault_a_b_password_") for name in made["variables"])
    alone = export_definitions([service("a b", connection=config)])
    assert alone["variables"] == ["vault_a_b_password"]


def test_variables_are_valid_names() -> None:
    config = {"type": "Metabase", "hostPort": "http://m", "password": SECRET}
    for name in ("Größe 1", "1st", "数据", "x'y (z) & 100%"):
        [variable] = export_definitions([service(name, connection=config)])["variables"]
        assert variable.isidentifier()
        assert variable.isascii()


def load(path: Path, text: str) -> dict[str, Any]:
    """Variables as Ansible reads them from a file of the user."""
    path.write_text(text, encoding="utf-8")
    # Older releases than 2.19 trust every text that isn't marked unsafe.
    asked = "trusted_as_template" in signature(DataLoader.load_from_file).parameters
    trusted: dict[str, Any] = {"trusted_as_template": True} if asked else {}
    loaded: dict[str, Any] = DataLoader().load_from_file(str(path), **trusted)
    return loaded


def evaluated(value: Any, variables: Mapping[str, Any]) -> Any:
    return Templar(loader=DataLoader(), variables=dict(variables)).template(value)


def test_a_variable_that_is_not_filled_says_what_is_missing(tmp_path: Path) -> None:
    config = {"type": "Metabase", "hostPort": "http://m", "password": SECRET}
    made = export_definitions([service('it\'s {{ odd }} "x"', connection=config)])
    [definition] = load(tmp_path / "d.yml", made["definitions"])["dashboard_services_definitions"]
    variables = load(tmp_path / "v.yml", made["vault"])
    with pytest.raises(AnsibleUndefinedVariable, match=r"fill in connection\.password of it"):
        evaluated(definition["connection"]["password"], variables)
    filled = dict.fromkeys(variables, "filled")
    assert evaluated(definition["connection"]["password"], filled) == "filled"
    assert evaluated(definition["name"], filled) == 'it\'s {{ odd }} "x"'


@pytest.mark.parametrize("text", ["{{ x }}", "{% raw %}", "{# x #}", "a\n{{ b }}\n"])
def test_texts_stay_texts(tmp_path: Path, text: str) -> None:
    [definition] = exported(service(description=text, display_name="plain"))
    assert definition["description"] == {"unsafe": text}
    assert definition["display_name"] == "plain"
    made = export_definitions([service(description=text)])["definitions"]
    [loaded] = load(tmp_path / "d.yml", made)["dashboard_services_definitions"]
    assert evaluated(loaded["description"], {"x": "evaluated", "b": "evaluated"}) == text


def test_texts_of_ansibles_own_kind_are_texts() -> None:
    """As ansible-core before 2.19 makes them of what it reads."""

    class Text(str):
        __slots__ = ()

    class Texts(list[str]):
        pass

    [definition] = exported(
        service(Text("s"), tags=Texts([Text("b"), Text("a")])), variable=Text("dashboard_services_definitions__x")
    )
    assert (definition["name"], definition["tags"]) == ("s", ["a", "b"])


@pytest.mark.parametrize("text", ["yes", "1.0", "null", "- a", "a: b", "# c", " x ", "é", "'", "\t", "2024-01-01", "~"])
def test_texts_are_read_back(text: str) -> None:
    [definition] = exported(service(text, description=text))
    assert (definition["name"], definition["description"]) == (text, text)


@pytest.mark.parametrize(
    "variable", ["services", "dashboard_services_definitions_x", "dashboard_services_definitions__"]
)
def test_a_variable_that_the_role_would_not_find_is_refused(variable: str) -> None:
    with pytest.raises(AnsibleFilterError, match="the role collects"):
        export_definitions([], variable=variable)


def test_another_variable() -> None:
    assert exported(service(), variable="dashboard_services_definitions__x")[0]["name"] == "s"


def kafka(name: str = "s", **members: Any) -> dict[str, Any]:
    config = {"type": "Kafka", "bootstrapServers": "k:9092", "saslPassword": SECRET}
    return service(name, kind="messaging", service_type="Kafka", connection=config, **members)


def mysql(name: str = "s", **members: Any) -> dict[str, Any]:
    config = {"type": "Mysql", "hostPort": "h:3306", "username": "u", "authType": {"password": SECRET}}
    return service(name, kind="database", service_type="Mysql", connection=config, **members)


def test_each_kind_has_a_variable() -> None:
    made = export_definitions([kafka(), mysql("b"), mysql("a")])
    found = read(made["definitions"])
    assert {variable: [each["name"] for each in found[variable]] for variable in found} == {
        "openmetadata_services__database": ["a", "b"],
        "openmetadata_services__messaging": ["s"],
    }
    assert found["openmetadata_services__messaging"] == [
        {
            "kind": "messaging",
            "name": "s",
            "service_type": "Kafka",
            "connection": {"bootstrapServers": "k:9092", "saslPassword": "{{ vault_messaging_s_sasl_password }}"},
        }
    ]


def test_kinds_without_services_have_a_variable_too() -> None:
    made = export_definitions([mysql()], kinds=["search", "database"], name_pattern="x*")
    assert read(made["definitions"]) == {"openmetadata_services__search": [], "openmetadata_services__database": []}


def test_kinds_in_one_variable() -> None:
    made = export_definitions([mysql(), kafka()], variable="openmetadata_services__x")
    [variable, found] = next(iter(read(made["definitions"]).items()))
    assert variable == "openmetadata_services__x"
    assert [(each["kind"], each["name"]) for each in found] == [("database", "s"), ("messaging", "s")]


def test_secrets_of_services_of_one_name_are_told_apart() -> None:
    made = export_definitions([mysql(), kafka()])
    assert made["variables"] == ["vault_database_s_auth_type_password", "vault_messaging_s_sasl_password"]
    assert "fill in connection.saslPassword of messaging s" in made["vault"]
    # Another kind's service of that name changes nothing in what stands in somebody's vault.
    assert export_definitions([mysql()])["variables"] == ["vault_database_s_auth_type_password"]
    config = {"type": "Metabase", "hostPort": "http://m", "password": SECRET}
    twice = export_definitions([service("a b", connection=config), service("a_b", connection=config)])
    assert len(set(twice["variables"])) == 2


def test_warnings_tell_the_kind() -> None:
    assert export_definitions([{**mysql(), "connection": None}])["warnings"][0].startswith(
        "database s shows no connection"
    )


@pytest.mark.parametrize(
    ("services", "variable"),
    [
        ([mysql()], "dashboard_services_definitions"),
        ([service()], "openmetadata_services"),
        ([], "openmetadata_services"),
    ],
)
def test_a_variable_of_the_other_role_is_refused(services: list[dict[str, Any]], variable: str) -> None:
    with pytest.raises(AnsibleFilterError, match="the role collects"):
        export_definitions(services, variable=variable)


def test_nothing_is_nothing() -> None:
    made = export_definitions([])
    assert read(made["definitions"]) == {"dashboard_services_definitions": []}
    assert read(made["vault"]) == {}


def test_services_that_cannot_be_made_anew_are_named() -> None:
    made = export_definitions(
        [service("a", connection=None), service("b", service_type="New", connection={"type": "New"}), service("c")]
    )
    assert [warning.split()[0].strip(":") for warning in made["warnings"]] == ["a", "b"]
    assert "connection" not in read(made["definitions"])["dashboard_services_definitions"][0]


@pytest.mark.parametrize(("service_type", "choices"), configs.every_variant())
@pytest.mark.parametrize("make", [configs.minimal, configs.full])
def test_lean_connections_compare_as_equal(make: Any, service_type: str, choices: configs.Choices) -> None:
    kind = DASHBOARDS.service_type(service_type)
    shown = connection.filled(kind, make(service_type, choices))
    lean = without_defaults(kind, shown)
    assert comparison.differences(kind, lean, shown, True) == ([], [])
    assert comparison.differences(kind, shown, lean, True) == ([], [])
    assert "type" not in lean
    assert "supportsMetadataExtraction" not in lean or make is configs.full


def test_what_tells_shapes_apart_stays() -> None:
    kind = DASHBOARDS.service_type("PowerBI")
    source = {"pbitFileConfigType": "local", "path": "/p"}
    assert without_defaults(kind, {"type": "PowerBI", "pbitFilesSource": source}) == {"pbitFilesSource": source}


def test_what_is_empty_stays_where_it_is_stored() -> None:
    kind = DASHBOARDS.service_type("CustomDashboard")
    config = {"type": "CustomDashboard", "connectionOptions": {}}
    assert without_defaults(kind, config) == {"connectionOptions": {}}


def test_filter_is_offered() -> None:
    assert module.FilterModule().filters() == {"export_definitions": export_definitions}
