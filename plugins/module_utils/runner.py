# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Ansible begins and ends: every module is made here, and whatever it says goes out through `redact.py` here."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, client, connection
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Outcome
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.errors import OpenMetadataError
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor

if TYPE_CHECKING:
    from ansible_collections.community.openmetadata.plugins.module_utils.bulk import Item, Report, Result

EXACT_AUDIT = (
    "These secrets can't be compared: {fields}. The server shows secrets to bots only, so use a bot's token for an "
    "exact audit (with an external secrets manager not even bots see them)."
)


_SHOWN = 10


class Module(AnsibleModule):
    """An `AnsibleModule` that says nothing secret, not even when Ansible itself refuses the arguments.

    `connection` as a whole can't be `no_log`, or diffs would be blind: its secrets are looked up and hidden instead.
    """

    def __init__(self, spec: ArgumentSpec) -> None:
        self.redactor = Redactor()
        super().__init__(supports_check_mode=True, **spec.module_arguments())  # type: ignore[no-untyped-call]
        self._learn()

    def _learn(self) -> None:
        params: Mapping[str, Any] = getattr(self, "params", None) or {}
        self.redactor.add(params.get("token"), params.get("password"))
        for description in _descriptions(params):
            self.redactor.add(*_connection_secrets(description))

    def _log_invocation(self) -> None:
        """Tell syslog that the module ran; Ansible itself would write the connection there in clear."""
        self.log("Invoked")

    def log(self, msg: str, log_args: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Write to syslog, redacted and without arguments."""
        self._learn()
        super().log(self.redactor.text(str(msg)))  # type: ignore[no-untyped-call]

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

    @property
    def diff_mode(self) -> bool:
        """Whether the user asked for diffs."""
        return bool(self._diff)

    def _without_secrets(self) -> dict[str, Any]:
        """The arguments with the secrets of each `connection` hidden by their place."""
        params: dict[str, Any] = _without_connection_secrets(getattr(self, "params", None) or {})
        if isinstance(params.get("services"), list):
            params["services"] = [_without_connection_secrets(item) for item in params["services"]]
        if params.get("defaults"):
            params["defaults"] = _without_connection_secrets(params["defaults"])
        return params

    def say(self, warnings: list[str]) -> None:
        """Give warnings, redacted."""
        for warning in warnings:
            self.warn(self.redactor.text(warning))


def _descriptions(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever in a module's arguments may hold a `connection`."""
    listed = params.get("services")
    for each in (params, params.get("defaults"), *(listed if isinstance(listed, list) else ())):
        if isinstance(each, Mapping):
            yield each


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


def run(spec: ArgumentSpec, work: Callable[[Module, client.Client], dict[str, Any]]) -> NoReturn:
    """Make a module of a spec, let `work` do its task and end with what it returns; errors end in a failure."""
    module = Module(arguments.server_spec().merge(spec))
    if client.REQUESTS_ERROR is not None:
        module.fail_json(missing_required_lib("requests"), failure={"code": "missing_library"})
    try:
        result = work(module, client.Client(arguments.settings(module.params), module.redactor))
    except OpenMetadataError as error:
        failed = _failure(module.params.get("name"), error)
    except Exception as error:  # noqa: BLE001
        failed = _bug(error)
    else:
        module.exit_json(**result)
    module.fail_json(**failed)


def _failure(name: str | None, error: OpenMetadataError) -> dict[str, Any]:
    """An error as a result: `msg` names the service, what the server said and what to do next."""
    subject = f"dashboard_service {name!r}: " if name else ""
    said = str(error)
    details = error.details()
    if details:
        status = f" with HTTP {details['status']}" if details["status"] else ""
        tries = f" after {details['attempts']} tries" if details["attempts"] > 1 else ""
        said = f"{details['method']} {details['path']} failed{status}{tries}: {said.rstrip('.')}."
    failure = {"code": error.code, "message": str(error), "cure": error.cure, "details": details}
    return {"msg": f"{subject}{said} {error.cure}".strip(), "failure": failure, "changed": error.changed}


def _bug(error: Exception) -> dict[str, Any]:
    """What no code foresaw, as a failure without the error's own words or a traceback, which could hold secrets."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    said = f"{type(error).__name__} at {place}"
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
        "diff": _diff(outcome),
    }


def _diff(outcome: Outcome) -> dict[str, Any]:
    """Both sides field by field; for an update also each change in a line, which Ansible prints below its own diff."""
    before, after = dict(outcome.before), dict(outcome.after)
    header = f"dashboard_service {outcome.name}"
    diff = {"before_header": header, "after_header": header, "before": before, "after": after}
    if before and after and outcome.changed_fields:
        lines = [
            f"{name}: {_shown(before.get(name))} -> {_shown(after.get(name))}\n" for name in outcome.changed_fields
        ]
        diff["prepared"] = "".join(lines)
    return diff


def _shown(value: Any) -> str:
    """A value in one line: a text as it is where that is clear, anything else as JSON."""
    if value is None:
        return "(none)"
    clear = isinstance(value, str) and value == " ".join(value.split())
    return str(value) if clear else json.dumps(value, ensure_ascii=False)


def result_of_many(module: Module, report: Report, server_version: str, requests: int) -> dict[str, Any]:
    """The report on a list of services as a module returns it. Ends the module where a service failed."""
    outcomes = [result for result in report.results if isinstance(result, Outcome)]
    module.say(warnings_of(*outcomes))
    entries = [_entry(item, result) for item, result in zip(report.items, report.results)]
    listed = len(entries) - report.pruned
    result = {
        "changed": any(getattr(result, "changed", False) for result in report.results),
        "results": entries[:listed],
        "pruned": entries[listed:],
        "unmanaged": report.unmanaged,
        "summary": report.summary,
        "server_version": server_version,
        "requests": requests,
    }
    failed = [entry for entry in entries if entry.get("failed")]
    if failed:
        said = " | ".join(entry["msg"] for entry in failed)
        first = failed[0]["failure"]
        module.fail_json(f"{len(failed)} of {len(entries)} services failed: {said}", failure=first, **result)
    # The diffs stand in the results already; a second copy is made for --diff alone.
    return {**result, "diff": [entry["diff"] for entry in entries if "diff" in entry]} if module.diff_mode else result


def _entry(item: Item, result: Result) -> dict[str, Any]:
    """One service of a list."""
    name = item.desired.name
    if result is None:
        return {"name": name, "changed": False, "skipped": True}
    if isinstance(result, OpenMetadataError):
        return {"name": name, "failed": True, **_failure(name, result)}
    entry = {"name": name, **result_of(result)}
    if not result.changed:
        entry.pop("diff")
    return entry


def warnings_of(*outcomes: Outcome) -> list[str]:
    """What to warn of; the hint at an exact audit comes once."""
    fields = [
        field if len(outcomes) == 1 else f"{outcome.name}: {field}"
        for outcome in outcomes
        for field in outcome.unverified
    ]
    shown = ", ".join(fields[:_SHOWN]) + (f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else "")
    hint = [EXACT_AUDIT.format(fields=shown)] if fields else []
    return [warning for outcome in outcomes for warning in outcome.warnings] + hint
