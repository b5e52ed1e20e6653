# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Ansible begins and ends: every module is made here, and whatever it says goes out through `redact.py` here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, model, raw
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.errors import OpenMetadataError
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome
from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Resource
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task, Work, failure, learn, safe

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
        self.kind, self.subject = spec.kind, spec.subject
        super().__init__(supports_check_mode=True, **spec.module_arguments())  # type: ignore[no-untyped-call]

    def _set_internal_properties(self, *arguments: Any, **options: Any) -> None:
        """Take the options in; the first moment at which they can be looked at and be refused."""
        super()._set_internal_properties(*arguments, **options)  # type: ignore[no-untyped-call]
        wrong = raw.problem(self.argument_spec, self.params)
        if wrong:
            self.params = {}
            self.fail_json(msg=wrong)

    def _log_invocation(self) -> None:
        """Tell syslog that the module ran; Ansible itself would write the connection there in clear."""
        super().log("Invoked")  # type: ignore[no-untyped-call]

    def log(self, msg: str, log_args: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Write to syslog, redacted and without arguments."""
        learn(self.redactor, self._given, self.kind, self.subject)
        super().log(self.redactor.text(str(msg)))  # type: ignore[no-untyped-call]

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        """End with a failure, redacted; Ansible calls this too, before `params` are checked."""
        learn(self.redactor, self._given, self.kind, self.subject)
        result.pop("exception", None)
        shown = safe(result, self._given, self.redactor, self.kind, self.subject)
        super().fail_json(self.redactor.text(str(msg)), **shown)

    @property
    def _given(self) -> Mapping[str, Any]:
        return getattr(self, "params", None) or {}

    def end(self, result: dict[str, Any]) -> NoReturn:
        """End with the result of a task."""
        if result.pop("failed", False):
            super().fail_json(**result)
        self.exit_json(**result)

    def task(self) -> Task:
        """What the module was asked to do."""
        return Task(
            self.params,
            self.redactor,
            self.kind,
            self.subject,
            check_mode=self.check_mode,
            diff_mode=bool(self._diff),
        )


def run(spec: ArgumentSpec, work: Work) -> NoReturn:
    """Make a module of a spec, let `work` do its task and end with what it returns; errors end in a failure."""
    module = Module(arguments.server_spec().merge(spec))
    task = module.task()
    result = task.perform(work)
    for warning in task.warnings:
        module.warn(warning)
    module.end(result)


def result_of(outcome: Outcome, kind: str) -> dict[str, Any]:
    """One service's outcome as a module returns it; `kind` is that of the module, or empty."""
    return {
        "changed": outcome.changed,
        "action": outcome.action,
        "version_before": outcome.version_before,
        "version": outcome.version,
        "changed_fields": outcome.changed_fields,
        "unverified": outcome.unverified,
        (outcome.label if kind or outcome.parent else "service"): with_kind(outcome.service, outcome.kind, kind),
        "diff": _diff(outcome),
    }


def with_kind(service: dict[str, Any] | None, kind: str, of_module: str) -> dict[str, Any] | None:
    """A service with its kind, where the module isn't made for one."""
    return service if service is None or of_module or "service_kind" in service else {"kind": kind, **service}


def _diff(outcome: Outcome) -> dict[str, Any]:
    """Both sides field by field; for an update also each change in a line, which Ansible prints below its own diff."""
    before, after = dict(outcome.before), dict(outcome.after)
    header = f"{outcome.label} {outcome.name}"
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


def result_of_many(task: Task, report: Report, server_version: str, requests: int) -> dict[str, Any]:
    """The report on a list of services as a module returns it. It is a failure where a service failed."""
    outcomes = [result for result in report.results if isinstance(result, Outcome)]
    task.say(warnings_of(*outcomes))
    entries = [_entry(item, result, task.kind) for item, result in zip(report.items, report.results)]
    listed = len(entries) - report.pruned
    result = {
        "changed": any(getattr(result, "changed", False) for result in report.results),
        "results": entries[:listed],
        "pruned": entries[listed:],
        "unmanaged": [_unmanaged(task.subject.rows[kind], key, task.kind) for kind, key in report.unmanaged],
        "summary": report.summary,
        "server_version": server_version,
        "requests": requests,
    }
    failed = [entry for entry in entries if entry.get("failed")]
    if failed:
        said = " | ".join(entry["msg"] for entry in failed)
        first = failed[0]["failure"]
        msg = f"{len(failed)} of {len(entries)} {task.subject.any.noun}s failed: {said}"
        return {"failed": True, "msg": msg, "failure": first, **result}
    # The diffs stand in the results already; a second copy is made for --diff alone.
    return {**result, "diff": [entry["diff"] for entry in entries if "diff" in entry]} if task.diff_mode else result


def _entry(item: Item, result: Result, kind: str) -> dict[str, Any]:
    """One service of a list; it tells its kind where the module doesn't."""
    told = _told(item.resource, item.desired, kind)
    if result is None:
        return {**told, "changed": False, "skipped": True}
    if isinstance(result, OpenMetadataError):
        return {**told, **failure(item.desired.key, result, item.resource.label)}
    entry = {**told, **result_of(result, kind)}
    if not result.changed:
        entry.pop("diff")
    return entry


def _told(resource: Resource, wish: Desired, kind: str) -> dict[str, Any]:
    """What is said of one of a list: its name, and its kind where the module doesn't tell it."""
    if wish.parent:
        return {"service_kind": resource.kind, "service": model.plain(wish.parent), "name": wish.name}
    return {"name": wish.name} if kind else {"kind": resource.kind, "name": wish.name}


def _unmanaged(resource: Resource, key: str, kind: str) -> Any:
    """What is said of something in scope that isn't listed."""
    told = _told(resource, model.wish_of(resource, key), kind)
    return told["name"] if len(told) == 1 else told


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
