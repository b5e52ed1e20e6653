# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task as Ansible gives it, carried out: nothing secret leaves it, whatever happens."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Callable

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, client, connection, model
from ansible_collections.community.openmetadata.plugins.module_utils.errors import OpenMetadataError
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor

_LONGEST_NAME = 256
Work = Callable[["Task", client.Client], dict[str, Any]]


class Task:
    """Checked options on the one side, a result without secrets on the other; the same in a module and an action.

    `params` are the options as Ansible's argument spec made them; `warnings` are what to warn of, redacted.
    """

    def __init__(self, params: Mapping[str, Any], redactor: Redactor, *, check_mode: bool, diff_mode: bool) -> None:
        self.params = params
        self.redactor = redactor
        self.check_mode = check_mode
        self.diff_mode = diff_mode
        self.warnings: list[str] = []
        learn(redactor, params)

    def say(self, warnings: list[str]) -> None:
        """Give warnings."""
        self.warnings += [self.redactor.text(warning) for warning in warnings]

    def perform(self, work: Work) -> dict[str, Any]:
        """Let `work` do the task with a client; returns its result or, for any error, a failure (`failed`, `msg`)."""
        return safe(self._perform(work), self.params, self.redactor)

    def _perform(self, work: Work) -> dict[str, Any]:
        if client.REQUESTS_ERROR is not None:
            return {"failed": True, "msg": missing_required_lib("requests"), "failure": {"code": "missing_library"}}
        try:
            return work(self, client.Client(arguments.settings(self.params), self.redactor))
        except OpenMetadataError as error:
            return failure(self.params.get("name"), error)
        except Exception as error:  # noqa: BLE001
            return _bug(error)


def learn(redactor: Redactor, params: Mapping[str, Any]) -> None:
    """Tell the redactor of all secrets in a task's options, checked or not, and of what is none whatever equals it."""
    descriptions = list(_descriptions(params))
    for description in descriptions:
        redactor.publish(_public(description))
    redactor.add(params.get("token"), params.get("password"))
    for description in descriptions:
        redactor.add(*_connection_secrets(description))


def _public(description: Mapping[str, Any]) -> Iterator[Any]:
    """Words of a description that anybody may read: names, and the vocabulary of its service type."""
    yield from connection.vocabulary(str(description.get("service_type")))
    yield description.get("name")
    for item in model.FIELDS:
        named = description.get(item.option) if item.targets else None
        for member in named if isinstance(named, list) else [named]:
            yield member.get("name") if isinstance(member, Mapping) else member


def safe(result: Mapping[str, Any], params: Mapping[str, Any], redactor: Redactor) -> dict[str, Any]:
    """A result without secrets, and with the options as Ansible shows them at -vvv, the secrets in these hidden."""
    return {**redactor.value(result), "invocation": {"module_args": redactor.value(_without_secrets(params))}}


def _without_secrets(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options with the secrets of each `connection` hidden by their place."""
    shown: dict[str, Any] = _without_connection_secrets(params)
    if isinstance(shown.get("services"), list):
        shown["services"] = [_without_connection_secrets(item) for item in shown["services"]]
    if shown.get("defaults"):
        shown["defaults"] = _without_connection_secrets(shown["defaults"])
    return shown


def _descriptions(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever in a module's arguments may hold a `connection`."""
    listed, defaults = params.get("services"), params.get("defaults")
    services = [each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, Mapping)]
    yield from (params, *services)
    if isinstance(defaults, Mapping):
        # What is a secret in a connection that services share is known by the type of each of them.
        types = {str(each.get("service_type")) for each in (defaults, *services)}
        yield from ({**defaults, "service_type": service_type} for service_type in types)


def _without_connection_secrets(description: Any) -> Any:
    if not isinstance(description, Mapping):
        return HIDDEN
    config = description.get("connection")
    if config is None:
        return dict(description)
    kind = connection.service_type(str(description.get("service_type")))
    shown = connection.redacted(kind, config) if isinstance(config, Mapping) else HIDDEN
    return {**description, "connection": shown}


def _connection_secrets(params: Mapping[str, Any]) -> list[Any]:
    config = params.get("connection")
    if not isinstance(config, Mapping):
        return [config]
    kind = connection.service_type(str(params.get("service_type")))
    unknown = connection.service_type("")
    return [value for each in (kind, unknown) for _path, value in connection.secrets(each, config)]


def failure(name: str | None, error: OpenMetadataError) -> dict[str, Any]:
    """An error as a result: `msg` names the service, what the server said and what to do next."""
    shown = name if name is None or len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    subject = f"dashboard_service {shown!r}: " if name else ""
    said = str(error)
    details = error.details()
    if details:
        status = f" with HTTP {details['status']}" if details["status"] else ""
        tries = f" after {details['attempts']} tries" if details["attempts"] > 1 else ""
        said = f"{details['method']} {details['path']} failed{status}{tries}: {said.rstrip('.')}."
    facts = {"code": error.code, "message": str(error), "cure": error.cure, "details": details}
    return {
        "failed": True,
        "msg": f"{subject}{said} {error.cure}".strip(),
        "failure": facts,
        "changed": error.changed,
    }


def _bug(error: Exception) -> dict[str, Any]:
    """What no code foresaw, as a failure without the error's own words or a traceback, which could hold secrets."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    said = f"{type(error).__name__} at {place}"
    return {
        "failed": True,
        "msg": f"This is a bug in community.openmetadata, please report it: {said}",
        "failure": {"code": "internal_error", "message": said},
    }
