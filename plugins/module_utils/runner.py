# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Ansible begins and ends: every module is made here, and whatever it says goes out through `redact.py` here."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any, Callable, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, client, connection
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Outcome
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.errors import OpenMetadataError
from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor

EXACT_AUDIT = (
    "These secrets can't be compared: {fields}. The server shows secrets to bots only, so use a bot's token for an "
    "exact audit (with an external secrets manager not even bots see them)."
)


class Module(AnsibleModule):
    """An `AnsibleModule` that says nothing secret, not even when Ansible itself refuses the arguments.

    `connection` as a whole can't be `no_log`, or diffs would be blind: its secrets are looked up and hidden instead.
    The invocation isn't logged to syslog, where Ansible would write the connection in clear.
    """

    def __init__(self, spec: ArgumentSpec) -> None:
        self.redactor = Redactor()
        super().__init__(  # type: ignore[no-untyped-call]
            supports_check_mode=True, no_log=True, **spec.module_arguments()
        )
        self._learn()

    def _learn(self) -> None:
        params: Mapping[str, Any] = getattr(self, "params", None) or {}
        self.redactor.add(params.get("token"), params.get("password"))
        self.redactor.add(*_connection_secrets(params))

    def exit_json(self, **result: Any) -> NoReturn:
        """End with a result, redacted."""
        super().exit_json(**self._safe(result))

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        """End with a failure, redacted; Ansible calls this too, before `params` are checked."""
        self._learn()
        result.pop("exception", None)
        super().fail_json(self.redactor.text(str(msg)), **self._safe(result))

    def _safe(self, result: Mapping[str, Any]) -> dict[str, Any]:
        invocation = {"module_args": self.redactor.value(self._without_secrets())}
        return {**self.redactor.value(result), "invocation": invocation}

    def _without_secrets(self) -> dict[str, Any]:
        """The arguments with the secrets of `connection` hidden by their place."""
        params = dict(getattr(self, "params", None) or {})
        config = params.get("connection")
        if isinstance(config, Mapping):
            params["connection"] = connection.redacted(connection.service_type(str(params.get("service_type"))), config)
        elif config is not None:
            params["connection"] = "(not a mapping)"
        return params

    def say(self, warnings: list[str]) -> None:
        """Give warnings, redacted."""
        for warning in warnings:
            self.warn(self.redactor.text(warning))


def _connection_secrets(params: Mapping[str, Any]) -> list[Any]:
    config = params.get("connection")
    if not isinstance(config, Mapping):
        return [config]
    kind = connection.service_type(str(params.get("service_type")))
    unknown = connection.service_type("")
    return [value for each in (kind, unknown) for _path, value in connection.secrets(each, config)]


def run(spec: ArgumentSpec, work: Callable[[Module, client.Client], dict[str, Any]]) -> NoReturn:
    """Make a module of a spec, let `work` do its task and end with what it returns; errors end in a failure."""
    module = Module(arguments.server_spec().merge(spec))
    if client.REQUESTS_ERROR is not None:
        module.fail_json(missing_required_lib("requests"), failure={"code": "missing_library"})
    try:
        result = work(module, client.Client(arguments.settings(module.params), module.redactor))
    except OpenMetadataError as error:
        failed = _failure(module, error)
    except Exception as error:  # noqa: BLE001
        failed = _bug(error)
    else:
        module.exit_json(**result)
    module.fail_json(**failed)


def _failure(module: Module, error: OpenMetadataError) -> dict[str, Any]:
    """An error as a result: `msg` names the service, what the server said and what to do next."""
    name = module.params.get("name")
    subject = f"dashboard_service {name!r}: " if name else ""
    said = str(error)
    details = error.details()
    if details:
        status = f" with HTTP {details['status']}" if details["status"] else ""
        tries = f" after {details['attempts']} tries" if details["attempts"] > 1 else ""
        said = f"{details['method']} {details['path']} failed{status}{tries}: {said.rstrip('.')}."
    failure = {"code": error.code, "message": str(error), "cure": error.cure, "details": details}
    return {"msg": f"{subject}{said} {error.cure}".strip(), "failure": failure}


def _bug(error: Exception) -> dict[str, Any]:
    """What no code foresaw, as a failure without a traceback, which could hold secrets."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    said = f"{type(error).__name__} at {place}: {error}"
    return {
        "msg": f"This is a bug in community.openmetadata, please report it: {said}",
        "failure": {"code": "internal_error", "message": said},
    }


def result_of(outcome: Outcome) -> dict[str, Any]:
    """One service's outcome as a module returns it."""
    return {
        "changed": outcome.changed,
        "action": outcome.action,
        "version_before": outcome.version_before,
        "version": outcome.version,
        "changed_fields": outcome.changed_fields,
        "unverified": outcome.unverified,
        "dashboard_service": outcome.service,
        "diff": {
            "before_header": f"dashboard_service {outcome.name}",
            "after_header": f"dashboard_service {outcome.name}",
            "before": dict(outcome.before),
            "after": dict(outcome.after),
        },
    }


def warnings_of(outcome: Outcome) -> list[str]:
    """What to warn of; the hint at an exact audit comes once."""
    hint = [EXACT_AUDIT.format(fields=", ".join(outcome.unverified))] if outcome.unverified else []
    return outcome.warnings + hint
