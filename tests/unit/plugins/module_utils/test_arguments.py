# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options: which of task and environment counts, what a list may hold, and that the documentation tells the truth."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, runner
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.client import Settings
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
NAMESPACE = "ansible_collections.community.openmetadata.plugins"

Values = dict[str, Any]


def params(**given: Any) -> Values:
    """A module's parameters: what isn't given has its default."""
    defaults = {name: option.get("default") for name, option in arguments.server_spec().options.items()}
    return {**defaults, **given}


def settings(given: Values, environ: Mapping[str, str] | None = None) -> Settings:
    return arguments.settings(params(**given), environ or {})


def refused(given: Values, environ: Mapping[str, str] | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        settings(given, environ)
    assert "canary" not in f"{caught.value}{caught.value.cure}"
    assert caught.value.cure
    return caught.value


URL: Values = {"url": "http://task"}
TOKEN: Values = {"token": "task-token"}
USER: Values = {"username": "task-user", "password": "task-password"}
ENV_URL = {"OPENMETADATA_HOST": "http://env"}
ENV_TOKEN = {"OPENMETADATA_JWT_TOKEN": "env-token"}
ENV_USER = {"OPENMETADATA_USERNAME": "env-user", "OPENMETADATA_PASSWORD": "env-password"}


@pytest.mark.parametrize(
    ("given", "environ", "url", "token", "username", "password"),
    [
        pytest.param({**URL, **TOKEN}, {}, "http://task", "task-token", None, None, id="task: token"),
        pytest.param({**URL, **USER}, {}, "http://task", None, "task-user", "task-password", id="task: user"),
        pytest.param({}, {**ENV_URL, **ENV_TOKEN}, "http://env", "env-token", None, None, id="environment: token"),
        pytest.param({}, {**ENV_URL, **ENV_USER}, "http://env", None, "env-user", "env-password",
                     id="environment: user"),
        pytest.param({**URL, **TOKEN}, {**ENV_URL, **ENV_TOKEN, **ENV_USER}, "http://task", "task-token", None, None,
                     id="the task's token wins over everything"),
        pytest.param({**URL, **USER}, {**ENV_TOKEN, **ENV_USER}, "http://task", None, "task-user", "task-password",
                     id="the task's user wins over a token of the environment"),
        pytest.param({**URL, "username": "task-user"}, {**ENV_TOKEN, **ENV_USER}, "http://task", None, "task-user",
                     "env-password", id="the task's user with the environment's password"),
        pytest.param({**URL, "password": "task-password"}, ENV_USER, "http://task", None, "env-user", "task-password",
                     id="the task's password with the environment's user"),
        pytest.param({}, {**ENV_URL, **ENV_TOKEN, **ENV_USER}, "http://env", "env-token", None, None,
                     id="in the environment the token wins"),
        pytest.param({}, {"OPENMETADATA_URL": "http://second", **ENV_URL, **ENV_TOKEN}, "http://env", "env-token", None,
                     None, id="OPENMETADATA_HOST wins over OPENMETADATA_URL"),
        pytest.param(TOKEN, {"OPENMETADATA_URL": "http://second"}, "http://second", "task-token", None, None,
                     id="OPENMETADATA_URL alone"),
        pytest.param(URL, {"OPENMETADATA_TOKEN": "second-token"}, "http://task", "second-token", None, None,
                     id="OPENMETADATA_TOKEN alone"),
        pytest.param(URL, {"OPENMETADATA_TOKEN": "second", **ENV_TOKEN}, "http://task", "env-token", None, None,
                     id="OPENMETADATA_JWT_TOKEN wins over OPENMETADATA_TOKEN"),
        pytest.param({"url": "", "token": ""}, {**ENV_URL, **ENV_TOKEN}, "http://env", "env-token", None, None,
                     id="an empty option counts as none"),
        pytest.param(URL, {"OPENMETADATA_JWT_TOKEN": "", **ENV_USER}, "http://task", None, "env-user", "env-password",
                     id="an empty variable counts as none"),
    ],
)  # fmt: skip
def test_who_and_where(
    given: Values, environ: dict[str, str], url: str, token: str | None, username: str | None, password: str | None
) -> None:
    found = settings(given, environ)
    assert (found.url, found.token, found.username, found.password) == (url, token, username, password)


@pytest.mark.parametrize(
    ("given", "environ", "message", "cure"),
    [
        (TOKEN, {}, "url is missing.", "OPENMETADATA_HOST"),
        (URL, {}, "there is nothing to log in with.", "OPENMETADATA_JWT_TOKEN"),
        ({**URL, "username": "u"}, {}, "there is nothing to log in with.", "both username and password"),
        ({**URL, "password": "canary"}, {}, "there is nothing to log in with.", "both username and password"),
        (URL, {"OPENMETADATA_USERNAME": "u"}, "there is nothing to log in with.", "both username and password"),
        ({**URL, "token": "canary", "username": "u"}, {}, "token is given together with username or password.", "one"),
        ({**URL, "token": "canary", "password": "canary"}, {}, "token is given together with username or password.",
         "one"),
        ({**TOKEN, "url": "h:8585"}, {}, "url: it must be an address such as https://openmetadata.example.com:8585.",
         "Correct url"),
        ({**TOKEN, "url": "http://u:canary@h"}, {},
         "url: it must not hold credentials; use token, or username and password.", "Correct url"),
        (TOKEN, {"OPENMETADATA_HOST": "localhost"},
         "url: it must be an address such as https://openmetadata.example.com:8585.", "OPENMETADATA_HOST"),
        ({**URL, **TOKEN, "timeout": 0.0}, {}, "timeout is 0.0.", "above 0"),
        ({**URL, **TOKEN, "timeout": -1.0}, {}, "timeout is -1.0.", "above 0"),
        ({**URL, **TOKEN, "retries": -1}, {}, "retries is -1.", "0 or more"),
        ({**URL, **TOKEN, "ca_path": "/no/such/file"}, {}, "ca_path: /no/such/file does not exist.", "Correct ca_path"),
        ({**URL, **TOKEN, "client_cert": "/no/cert"}, {}, "client_cert: /no/cert does not exist.",
         "Correct client_cert"),
        ({**URL, **TOKEN, "client_key": "/no/key"}, {}, "client_key: /no/key does not exist.", "Correct client_key"),
    ],
)  # fmt: skip
def test_what_is_refused(given: Values, environ: dict[str, str], message: str, cure: str) -> None:
    error = refused(given, environ)
    assert str(error) == message
    assert cure in error.cure


def test_files_and_limits_are_passed_on(tmp_path: Path) -> None:
    file = tmp_path / "file.pem"
    file.touch()
    name = str(file)
    found = settings({**URL, **TOKEN, "ca_path": name, "client_cert": name, "client_key": name,
                      "validate_certs": False, "timeout": 1.5, "retries": 0})  # fmt: skip
    assert (found.ca_path, found.client_cert, found.client_key) == (name, name, name)
    assert (found.validate_certs, found.timeout, found.retries) == (False, 1.5, 0)


def test_the_ca_of_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.touch()
    assert settings({**URL, **TOKEN}, {"OPENMETADATA_CA_BUNDLE": str(file)}).ca_path == str(file)


def test_a_token_is_trimmed() -> None:
    assert settings({**URL, "token": " token-1\n"}).token == "token-1"
    assert settings(URL, {"OPENMETADATA_JWT_TOKEN": "token-1\n"}).token == "token-1"


@pytest.mark.parametrize("token", ["canary\ntoken", "canary-tökén", "canary 日本"])
def test_a_token_that_no_header_can_hold(token: str) -> None:
    assert "token" in str(refused({**URL, "token": token}))


def test_the_real_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENMETADATA_HOST", "http://env")
    monkeypatch.setenv("OPENMETADATA_JWT_TOKEN", "env-token")
    assert arguments.settings(params()).url == "http://env"


# ---- what a task wants


def task(**given: Any) -> Values:
    options = dict.fromkeys(arguments.service_spec().options)
    return {**options, "name": "s", **given}


def test_options_that_are_not_given_are_left_out() -> None:
    assert dict(arguments.desired(task()).values) == {}


@pytest.mark.parametrize("option", [item.option for item in FIELDS])
def test_an_empty_option_is_given(option: str) -> None:
    empty: Any = {"display_name": "", "description": "", "connection": {}}.get(option, [])
    assert dict(arguments.desired(task(**{option: empty})).values) == {option: empty}


def test_name_and_type() -> None:
    desired = arguments.desired(task(name="a b", service_type="Metabase"))
    assert (desired.name, desired.type) == ("a b", "Metabase")
    assert arguments.desired(task(service_type="")).type is None


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("joe", "joe"),
        ({"name": "joe"}, {"name": "joe"}),
        ({"name": "joe", "type": "user"}, {"name": "joe", "type": "user"}),
        ({"name": "joe", "type": None}, {"name": "joe"}),
    ],
)
def test_forms_of_owners(owner: Any, expected: Any) -> None:
    assert arguments.desired(task(owners=[owner])).values["owners"] == [expected]


@pytest.mark.parametrize(
    ("option", "member", "message"),
    [
        ("owners", "", "owners: a member is empty."),
        ("owners", "  ", "owners: a member is no name."),
        ("owners", None, "owners: a member is empty."),
        ("owners", 5, "owners: a member is no name."),
        ("owners", ["joe"], "owners: a member is no name."),
        ("owners", {"name": ""}, "owners: a mapping holds something else than name and type."),
        ("owners", {"name": 5}, "owners: a mapping holds something else than name and type."),
        ("owners", {"name": "joe", "id": "1"}, "owners: a mapping holds something else than name and type."),
        ("owners", {"name": "joe", "type": "bot"}, "owners: type is 'bot'."),
        ("tags", "", "tags: a member is empty."),
        ("tags", {"name": "a"}, "tags: a member is no name."),
        ("domains", None, "domains: a member is empty."),
        ("data_products", "", "data_products: a member is empty."),
    ],
)
def test_members_that_name_nothing(option: str, member: Any, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        arguments.desired(task(**{option: [member]}))
    assert str(caught.value) == message
    assert caught.value.cure


# ---- specs


def test_merging_specs() -> None:
    one = ArgumentSpec({"a": {"type": "str"}, "b": {"type": "str"}}, required_together=[["a", "b"]])
    two = ArgumentSpec(
        {"b": {"type": "int"}, "c": {"type": "str"}}, required_together=[["b", "c"]], required_if=[["c"]]
    )
    merged = one.merge(two).module_arguments()
    assert merged == {
        "argument_spec": {"a": {"type": "str"}, "b": {"type": "int"}, "c": {"type": "str"}},
        "required_together": [["a", "b"], ["b", "c"]],
        "required_if": [["c"]],
    }
    assert one.options["b"] == {"type": "str"}


def test_a_modules_arguments_are_a_copy() -> None:
    spec = arguments.service_spec()
    spec.module_arguments()["argument_spec"]["name"]["type"] = "int"
    assert spec.options["name"]["type"] == "str"


def test_every_field_of_the_table_is_an_option() -> None:
    assert {item.option for item in FIELDS} <= set(arguments.service_spec().options)


@pytest.mark.parametrize("name", ["token", "password"])
def test_what_is_secret_is_not_logged(name: str) -> None:
    assert arguments.server_spec().options[name]["no_log"] is True


# ---- the documentation


def spec_of(module: str, monkeypatch: pytest.MonkeyPatch) -> Values:
    """The argument spec that a module really runs with."""
    caught: list[ArgumentSpec] = []
    monkeypatch.setattr(runner, "run", lambda spec, _work: caught.append(spec))
    importlib.import_module(f"{NAMESPACE}.modules.{module}").main()
    options: Values = arguments.server_spec().merge(caught[0]).options
    return options


def documented(module: str) -> Values:
    """The options of a module's documentation, those of its fragments included."""
    documentation = yaml.safe_load(importlib.import_module(f"{NAMESPACE}.modules.{module}").DOCUMENTATION)
    options: Values = {}
    for fragment in documentation["extends_documentation_fragment"]:
        name, _dot, variant = fragment.removeprefix("community.openmetadata.").partition(".")
        holder = importlib.import_module(f"{NAMESPACE}.doc_fragments.{name}").ModuleDocFragment
        options.update(yaml.safe_load(getattr(holder, variant.upper() or "DOCUMENTATION"))["options"])
    return {**options, **documentation.get("options", {})}


def facts(option: Values, nested: str) -> Values:
    """What documentation and spec must agree on; `nested` is where the options below it are."""
    below = option.get(nested) or {}
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "required": option.get("required", False),
        "default": option.get("default"),
        "choices": option.get("choices"),
        "aliases": option.get("aliases", []),
        "below": {name: facts(member, nested) for name, member in below.items()},
    }


def test_there_are_modules() -> None:
    assert {"dashboard_service", "dashboard_service_info"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_the_documentation_has_the_options_that_the_module_takes(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {name: facts(option, "options") for name, option in spec_of(module, monkeypatch).items()}
    told = {name: facts(option, "suboptions") for name, option in documented(module).items()}
    assert told == taken


@pytest.mark.parametrize("module", MODULES)
def test_every_option_is_described(module: str) -> None:
    def walk(options: Values) -> None:
        for name, option in options.items():
            assert option["description"], name
            walk(option.get("suboptions") or {})

    walk(documented(module))


@pytest.mark.parametrize("module", MODULES)
def test_every_environment_variable_is_told_of(module: str) -> None:
    told = yaml.safe_dump(documented(module))
    for variables in arguments.ENVIRONMENT.values():
        for variable in variables:
            assert f"E({variable})" in told


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_options_that_exist(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = yaml.safe_load(importlib.import_module(f"{NAMESPACE}.modules.{module}").EXAMPLES)
    spec = spec_of(module, monkeypatch)
    used = [task[f"community.openmetadata.{module}"] for task in examples if f"community.openmetadata.{module}" in task]
    assert used
    for options in used:
        assert set(options) <= set(spec)
