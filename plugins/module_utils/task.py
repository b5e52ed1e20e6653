# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task as Ansible gives it, carried out: nothing secret leaves it, whatever happens."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Callable

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, client, connection, schemas
from ansible_collections.community.openmetadata.plugins.module_utils.errors import OpenMetadataError
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.resources import SERVICES, FieldType, Subject

_LONGEST_NAME = 256
_NOUN = "service"
Work = Callable[["Task", client.Client], dict[str, Any]]


class Task:
    """Checked options on the one side, a result without secrets on the other; the same in a module and an action.

    `params` are the options as Ansible's argument spec made them; `kind` is that of all services, or empty where the
    options say it; `subject` is what the task is about; `warnings` are what to warn of, redacted.
    """

    def __init__(
        self,
        params: Mapping[str, Any],
        redactor: Redactor,
        kind: str,
        subject: Subject = SERVICES,
        *,
        check_mode: bool,
        diff_mode: bool,
    ) -> None:
        self.params = params
        self.kind = kind
        self.subject = subject
        self.redactor = redactor
        self.check_mode = check_mode
        self.diff_mode = diff_mode
        self.warnings: list[str] = []
        learn(redactor, params, kind, subject)

    def say(self, warnings: list[str]) -> None:
        """Give warnings."""
        self.warnings += [self.redactor.text(warning) for warning in warnings]

    def perform(self, work: Work) -> dict[str, Any]:
        """Let `work` do the task with a client; returns its result or, for any error, a failure (`failed`, `msg`)."""
        return safe(self._perform(work), self.params, self.redactor, self.kind, self.subject)

    def _perform(self, work: Work) -> dict[str, Any]:
        if client.REQUESTS_ERROR is not None:
            return {"failed": True, "msg": missing_required_lib("requests"), "failure": {"code": "missing_library"}}
        try:
            return work(self, client.Client(arguments.settings(self.params), self.redactor))
        except OpenMetadataError as error:
            resource = self.subject.resource(self.params, self.kind)
            return failure(_title(self.params), error, resource.label if resource else _NOUN)
        except Exception as error:  # noqa: BLE001
            return _bug(error)


def learn(redactor: Redactor, params: Mapping[str, Any], kind: str, subject: Subject = SERVICES) -> None:
    """Tell the redactor of all secrets in a task's options, checked or not, and of what is none whatever equals it."""
    descriptions = list(_descriptions(params, subject))
    types = [_type(description, _kind(params, kind, subject), subject) for description in descriptions]
    for description, type_ in zip(descriptions, types):
        redactor.publish(connection.vocabulary(type_))
        redactor.publish(word for word in _names(description, subject) if isinstance(word, str))
    redactor.add(params.get("token"), params.get("password"))
    for description, type_ in zip(descriptions, types):
        redactor.add(*_config_secrets(description, type_, subject))


def _kind(params: Mapping[str, Any], kind: str, subject: Subject) -> str:
    """The kind that a task tells for all that it is about, or nothing."""
    return kind or str(params.get(subject.kind_option) or "")


def _type(description: Mapping[str, Any], kind: str, subject: Subject) -> connection.ServiceType:
    """What a description describes, in the newest form; something unknown where that can't be told."""
    resource = subject.resource(description, kind)
    if resource is None:
        return _UNKNOWN_TYPE
    return resource.service_type(str(description.get(resource.type_option) or resource.default_type))


_UNKNOWN_TYPE = connection.ServiceType("", "", schemas.UNKNOWN, known=False)


def _names(description: Mapping[str, Any], subject: Subject) -> Iterator[Any]:
    """What a description calls things, which anybody may read."""
    yield description.get("name")
    for item in subject.any.fields:
        if item.type is FieldType.PARENT:
            yield description.get(item.option)
        named = description.get(item.option) if item.targets else None
        for member in named if isinstance(named, list) else [named]:
            yield member.get("name") if isinstance(member, Mapping) else member


def safe(
    result: Mapping[str, Any], params: Mapping[str, Any], redactor: Redactor, kind: str, subject: Subject = SERVICES
) -> dict[str, Any]:
    """A result without secrets, and with the options as Ansible shows them at -vvv, the secrets in these hidden."""
    given = redactor.value(_without_secrets(params, kind, subject))
    return {**redactor.value(result), "invocation": {"module_args": given}}


def _without_secrets(params: Mapping[str, Any], kind: str, subject: Subject) -> dict[str, Any]:
    """The options with the secrets of each config hidden by their place."""
    kind, listed = _kind(params, kind, subject), subject.listed
    shown: dict[str, Any] = _without_config_secrets(params, kind, subject)
    if isinstance(shown.get(listed), list):
        shown[listed] = [_without_config_secrets(item, kind, subject) for item in shown[listed]]
    if shown.get("defaults"):
        shown["defaults"] = _without_config_secrets(shown["defaults"], kind, subject)
    return shown


def _descriptions(params: Mapping[str, Any], subject: Subject) -> Iterator[Mapping[str, Any]]:
    """Whatever in a module's arguments may hold a config; each of a list with its kind and type."""
    listed, defaults = params.get(subject.listed), params.get("defaults")
    services = [each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, Mapping)]
    yield params
    if not isinstance(defaults, Mapping):
        yield from services
        return
    told = (subject.kind_option, subject.any.type_option)
    shared = {name: defaults[name] for name in told if defaults.get(name)}
    services = [{**shared, **{name: value for name, value in each.items() if value is not None}} for each in services]
    yield from services
    # What is a secret in a config that many share is known by the type of each of them.
    for named in {tuple(each.get(name) for name in told) for each in (defaults, *services) if _tells(each, told)}:
        yield {**defaults, **dict(zip(told, named))}


def _tells(description: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Whether what a description says of these can be looked up."""
    return all(isinstance(description.get(name), (str, type(None))) for name in names)


def _without_config_secrets(description: Any, kind: str, subject: Subject) -> Any:
    if not isinstance(description, Mapping):
        return HIDDEN
    option = subject.any.config.option
    config = description.get(option)
    if config is None:
        return dict(description)
    type_ = _type(description, kind, subject)
    shown = connection.redacted(type_, config) if isinstance(config, Mapping) else HIDDEN
    return {**description, option: shown}


def _config_secrets(params: Mapping[str, Any], type_: connection.ServiceType, subject: Subject) -> list[Any]:
    config = params.get(subject.any.config.option)
    if not isinstance(config, Mapping):
        return [config]
    return [value for each in (type_, _UNKNOWN_TYPE) for _path, value in connection.secrets(each, config)]


def _title(params: Mapping[str, Any]) -> str | None:
    """What a task is about, by its name, with what it belongs to."""
    name, parent = params.get("name"), params.get("service")
    return f"{parent}.{name}" if name and parent else name


def failure(name: str | None, error: OpenMetadataError, label: str) -> dict[str, Any]:
    """An error as a result: `msg` names what the task is about, what the server said and what to do next."""
    shown = name if name is None or len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    subject = f"{label} {shown!r}: " if name else ""
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
