# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records each task's result for the demo: ansible-core's own callbacks write for people or for JUnit only."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ansible.plugins.callback import CallbackBase

if TYPE_CHECKING:
    from ansible.executor.task_result import CallbackTaskResult

DOCUMENTATION = """
name: record_results
type: notification
short_description: Record each task's result as a line of JSON
description: Appends C(task), C(failed), C(check_mode) and C(result) to the file that E(RECORD_RESULTS_FILE) names.
"""


class CallbackModule(CallbackBase):
    """Writes every result at once, so that a play which fails half-way leaves what it did."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record_results"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """Called for each task that went well."""
        self._record(result, failed=False)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """Called for each task that failed."""
        self._record(result, failed=True)

    def _record(self, result: CallbackTaskResult, failed: bool) -> None:
        # Results have these names since ansible-core 2.19.
        task, told = (result.task, result.result) if hasattr(result, "result") else (result._task, result._result)
        check_mode = bool(task.check_mode)
        entry = {"task": result.task_name, "failed": failed, "check_mode": check_mode, "result": told}
        with Path(os.environ["RECORD_RESULTS_FILE"]).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(entry, default=str)}\n")
