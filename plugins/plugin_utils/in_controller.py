# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's task in the controller where nothing but time tells the difference.

Starting a module takes many times as long as the two requests of a task that finds nothing to do. The task stays in
the controller if its module would run there anyhow: over the local connection, as the same user, with the same
environment. Everything else goes the usual way.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.community.openmetadata.plugins.module_utils import arguments, client, raw
from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task, learn, safe

VARIABLE = "openmetadata_in_controller"
"""A variable; set to false it makes every task start its module."""


class Unusual(Exception):
    """An option holds what only Ansible's own way to a module can carry."""


class InController(NormalAction):
    """An action plugin for the module `module`, which has a `SPEC` and a function `work`."""

    module: ModuleType

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Do the task here or by its module; the result is the same."""
        try:
            given = plain(self._task.args) if self._stays(task_vars or {}) else None
        except Unusual:
            given = None
        if given is None:
            usual: dict[str, Any] = NormalAction.run(self, tmp, task_vars)
            return usual
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        result.update(self._perform(given))
        if not self._tells_invocation(task_vars or {}):
            del result["invocation"]
        return result

    def _stays(self, task_vars: Mapping[str, Any]) -> bool:
        """Whether the module would run in the controller's own surroundings."""
        connection, task = self._connection, self._task
        return (
            connection.transport == "local"
            and not connection.become
            and not task.async_val
            and not any(task.environment or ())
            and client.REQUESTS_ERROR is None
            # The system's libraries abort a forked process that looks up proxies there.
            and sys.platform != "darwin"
            and self._wanted(task_vars)
        )

    @staticmethod
    def _tells_invocation(task_vars: Mapping[str, Any]) -> bool:
        """Whether results hold the options: ansible-core 2.21 made it a setting, older ones always tell them."""
        try:
            return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
        except AnsibleError:
            return True

    def _wanted(self, task_vars: Mapping[str, Any]) -> bool:
        if VARIABLE not in task_vars:
            return True
        return bool(boolean(self._templar.template(task_vars[VARIABLE]), strict=False))

    def _perform(self, given: dict[str, Any]) -> dict[str, Any]:
        redactor = Redactor()
        kind, subject = self.module.SPEC.kind, self.module.SPEC.subject
        spec = arguments.server_spec().merge(self.module.SPEC).module_arguments()
        options = spec.pop("argument_spec")
        wrong = raw.problem(options, given)
        if wrong:
            return safe({"failed": True, "msg": wrong}, {}, redactor, kind, subject)
        learn(redactor, given, kind, subject)
        checked = ArgumentSpecValidator(options, **spec).validate(given)
        if checked.errors.errors:
            msg = checked.errors.msg
            if isinstance(checked.errors[0], UnsupportedError):
                msg = f"Unsupported parameters for ({self._task.action}) module: {msg}"
            return safe({"failed": True, "msg": msg}, given, redactor, kind, subject)
        task = Task(
            checked.validated_parameters,
            redactor,
            kind,
            subject,
            check_mode=self._task.check_mode,
            diff_mode=bool(self._task.diff),
        )
        result = task.perform(self.module.work)
        # Modules return them only when there are some.
        return {**result, "warnings": task.warnings} if task.warnings else result


def plain(value: Any) -> Any:
    """A copy of an option's value in nothing but what JSON knows, without Ansible's tags on it.

    Raises `Unusual` for anything else, such as a date.
    """
    if value is None or isinstance(value, bool):
        return value
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, Mapping):
        return {_key(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    raise Unusual


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise Unusual
    return str(key)
