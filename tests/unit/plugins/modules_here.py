# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules make of their options, without a process for each."""

from __future__ import annotations

import json
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.openmetadata.plugins.module_utils import (
    arguments,
    connection_tests,
    service_lists,
    services,
)
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task, Work
from samples import CANARY
from unit.plugins.support import User

Json = dict[str, Any]


def one(user: User, options: Json, **modes: bool) -> Json:
    """What `service` returns."""
    return result(user, services.one_spec(), services.one, options, **modes)


def many(user: User, options: Json, **modes: bool) -> Json:
    """What `service_bulk` returns."""
    return result(user, service_lists.many_spec(), service_lists.many, options, **modes)


def info(user: User, options: Json) -> Json:
    """What `service_info` returns."""
    return result(user, services.info_spec(), services.info, options)


def try_out(user: User, options: Json, **modes: bool) -> Json:
    """What `connection_test` returns."""
    return result(user, connection_tests.spec(), connection_tests.work, options, **modes)


def result(user: User, spec: ArgumentSpec, work: Work, options: Json, check: bool = False) -> Json:
    """What a module returns, in which no secret of the tests may be; a refusal by Ansible is one with `msg` alone."""
    login = {"url": user.server.url, "token": user.token, "retries": 0}
    checks = arguments.server_spec().merge(spec).module_arguments()
    validated = ArgumentSpecValidator(checks.pop("argument_spec"), **checks).validate({**login, **options})
    if validated.errors.errors:
        return {"failed": True, "msg": validated.errors.msg}
    task = Task(validated.validated_parameters, Redactor(), spec.kind, spec.subject, check_mode=check, diff_mode=True)
    returned: Json = {**task.perform(work), "warnings": task.warnings}
    assert CANARY not in json.dumps(returned)
    assert returned.get("failure", {}).get("code") != "internal_error", returned["msg"]
    return returned
