# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that modules share, and what the environment says where a task is silent."""

from __future__ import annotations

import copy
import math
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import dates, model
from ansible_collections.community.openmetadata.plugins.module_utils.client import Settings, base_url
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    FIELDS,
    RESOURCES,
    SERVICES,
    Field,
    FieldType,
    Subject,
)

# Read by settings() and not by Ansible's fallbacks: a token in the environment must not win over a task's password.
ENVIRONMENT = {
    "url": ("OPENMETADATA_HOST", "OPENMETADATA_URL"),
    "token": ("OPENMETADATA_JWT_TOKEN", "OPENMETADATA_TOKEN"),
    "username": ("OPENMETADATA_USERNAME",),
    "password": ("OPENMETADATA_PASSWORD",),
    "ca_path": ("OPENMETADATA_CA_BUNDLE",),
}
_LOGIN = ("token", "username", "password")


class ArgumentSpec:
    """An argument spec that can be merged with others before a module is made of it.

    `kind` is that of the services that the module manages; empty where the task says it. `subject` is what it is about.
    """

    def __init__(
        self,
        options: Mapping[str, Any] | None = None,
        kind: str = "",
        subject: Subject = SERVICES,
        **rules: list[Any],
    ) -> None:
        self.options = dict(options or {})
        self.kind = kind
        self.subject = subject
        self.rules = rules

    def merge(self, other: ArgumentSpec) -> ArgumentSpec:
        """Both specs in one; `other` wins where both have an option."""
        rules = {name: self.rules.get(name, []) + other.rules.get(name, []) for name in {*self.rules, *other.rules}}
        subject = self.subject if other.subject is SERVICES else other.subject
        return ArgumentSpec({**self.options, **other.options}, self.kind or other.kind, subject, **rules)

    def module_arguments(self) -> dict[str, Any]:
        """Keyword arguments for `AnsibleModule`."""
        return {"argument_spec": copy.deepcopy(self.options), **self.rules}


def server_spec() -> ArgumentSpec:
    """How to reach the server and as whom."""
    return ArgumentSpec(
        {
            "url": {"type": "str"},
            "token": {"type": "str", "no_log": True},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "validate_certs": {"type": "bool", "default": True},
            "ca_path": {"type": "path"},
            "client_cert": {"type": "path"},
            "client_key": {"type": "path", "no_log": False},
            "timeout": {"type": "float", "default": 30.0},
            "retries": {"type": "int", "default": 4},
        }
    )


def service_spec() -> ArgumentSpec:
    """What a service should be like: one option for each field of the table."""
    fields = field_options(FIELDS)
    return ArgumentSpec({"name": {"type": "str", "required": True}, "service_type": {"type": "str"}, **fields})


def field_options(fields: Iterable[Field]) -> dict[str, Any]:
    """An option for each field of a table."""
    return {item.option: _field_option(item) for item in fields}


def kind_options(kind: str, *, required: bool) -> dict[str, Any]:
    """The option that says what kind of service it is, for modules that aren't made for one `kind`."""
    return {} if kind else {"kind": {"type": "str", "required": required, "choices": list(RESOURCES)}}


def kind_of(params: Mapping[str, Any]) -> str:
    """What kind of service a description is of. Raises `InvalidInput` where it doesn't say."""
    if not params.get("kind"):
        raise InvalidInput("kind is missing.", "Set kind, for each service or in defaults.")
    return str(params["kind"])


def item_options(kind: str, named: bool = True) -> dict[str, Any]:
    """The options of one service in a list, or (not `named`) of what all of them have in common."""
    state: dict[str, Any] = {
        "state": {"type": "str", "choices": ["present", "absent"]},
        "hard_delete": {"type": "bool"},
        "recursive": {"type": "bool"},
    }
    options = {**kind_options(kind, required=False), **service_spec().options, **state}
    return options if named else {name: option for name, option in options.items() if name != "name"}


def policy_spec() -> ArgumentSpec:
    """How connections are checked and secrets are treated."""
    return ArgumentSpec(
        {
            "update_secrets": {
                "type": "str",
                "choices": ["always", "on_create"],
                "default": "always",
                "no_log": False,
            },
            "validate_connection": {"type": "str", "choices": ["strict", "warn", "off"], "default": "strict"},
        }
    )


def _field_option(item: Field) -> dict[str, Any]:
    if item.type in (FieldType.TEXT, FieldType.PARENT):
        return {"type": "str"}
    if item.type is FieldType.SETTING:
        option: dict[str, Any] = {"type": "str" if item.scalar == "date" else item.scalar}
        return {**option, "choices": list(item.choices)} if item.choices else option
    if item.type is FieldType.CONFIG:
        return {"type": "dict", "no_log": False}
    return {"type": "list", "elements": "raw" if item.option == "owners" else "str"}


def desired(params: Mapping[str, Any]) -> model.Desired:
    """The service that a task describes: options that were not given are left out.

    Raises `InvalidInput` for members of a list that name nothing.
    """
    return model.Desired(params["name"], params.get("service_type") or None, values_of(params, FIELDS))


def values_of(params: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """The fields that a task gives. Raises `InvalidInput` for what can't be one."""
    return {item.option: _value(item, params[item.option]) for item in fields if params.get(item.option) is not None}


def _value(item: Field, value: Any) -> Any:
    if item.targets:
        return [_named(item, member) for member in value]
    if item.scalar == "date" and value.strip():
        try:
            return dates.parsed(value)
        except ValueError:
            raise InvalidInput(
                f"{item.option}: {value!r} is no date.", "Write it as 2026-01-31 or 2026-01-31T06:00:00Z."
            ) from None
    return value


def _named(item: Field, member: Any) -> str | dict[str, str]:
    """A member of a list: a name, or for owners a mapping with `name` and `type`."""
    if isinstance(member, str) and member.strip():
        return member
    types = " or ".join(item.targets)
    if item.option == "owners" and isinstance(member, Mapping):
        wrong = set(member) - {"name", "type"}
        if not wrong and isinstance(member.get("name"), str) and member["name"].strip():
            if member.get("type") in (None, *item.targets):
                return {key: value for key, value in member.items() if value is not None}
            raise InvalidInput(f"owners: type is {member['type']!r}.", f"Set type to {types}.")
        raise InvalidInput("owners: a mapping holds something else than name and type.", "Use {name: …, type: …}.")
    raise InvalidInput(
        f"{item.option}: a member is {'empty' if not member else 'no name'}.",
        "Name each member by a text" + (", or by {name: …, type: …}." if item.option == "owners" else "."),
    )


def settings(params: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """How to reach the server: the task's options, else the environment's.

    A task that says who it is (token, or username and password) is not mixed with the environment's idea of that.
    Raises `InvalidInput` where the address, or every way to log in, is missing.
    """
    given = {name: params.get(name) or None for name in (*ENVIRONMENT, "client_cert", "client_key")}
    environ = os.environ if environ is None else environ
    login = any(given[name] for name in _LOGIN)
    for name, variables in ENVIRONMENT.items():
        if given[name] is None and not (login and name in _LOGIN):
            given[name] = next((environ[variable] for variable in variables if environ.get(variable)), None)
    if login and not given["token"]:
        for name in ("username", "password"):
            given[name] = given[name] or environ.get(ENVIRONMENT[name][0])
    given["token"] = (given["token"] or "").strip() or None
    _check_login(given, login)
    _check_limits(params)
    return Settings(
        **{name: value for name, value in given.items() if value is not None},
        validate_certs=params["validate_certs"],
        timeout=params["timeout"],
        connections=params.get("concurrency") or 1,
        retries=params["retries"],
    )


def _check_login(given: dict[str, Any], login: bool) -> None:
    if not given["url"]:
        raise InvalidInput("url is missing.", "Set url, or OPENMETADATA_HOST in the environment.")
    try:
        base_url(given["url"])
    except ValueError as error:
        raise InvalidInput(f"url: {error}.", "Correct url, or OPENMETADATA_HOST in the environment.") from None
    if given["token"] and (given["username"] or given["password"]):
        if login:
            raise InvalidInput("token is given together with username or password.", "Give one or the other.")
        given["username"] = given["password"] = None
    if not given["token"] and not (given["username"] and given["password"]):
        raise InvalidInput(
            "there is nothing to log in with.",
            "Set token (or OPENMETADATA_JWT_TOKEN in the environment), or both username and password.",
        )
    if given["token"] and not re.fullmatch(r"[!-~]+", given["token"]):
        raise InvalidInput("token holds blanks, line breaks or letters that no token has.", "Give the token alone.")
    for name in ("ca_path", "client_cert", "client_key"):
        if given[name] and not Path(given[name]).exists():
            raise InvalidInput(f"{name}: {given[name]} does not exist.", f"Correct {name}.")


def _check_limits(params: Mapping[str, Any]) -> None:
    if not 0 < params["timeout"] < math.inf:
        raise InvalidInput(f"timeout is {params['timeout']}.", "Set it to a number of seconds above 0.")
    if params.get("concurrency") is not None and params["concurrency"] < 1:
        raise InvalidInput(f"concurrency is {params['concurrency']}.", "Set it to 1 or more.")
    if params["retries"] < 0:
        raise InvalidInput(f"retries is {params['retries']}.", "Set it to 0 or more.")
