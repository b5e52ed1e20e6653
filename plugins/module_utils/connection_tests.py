# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module for tests of connections does: finds out what to test, and judges how the test went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from ansible_collections.community.openmetadata.plugins.module_utils import (
    arguments,
    comparison,
    connection,
    errors,
    model,
    validation,
)
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.community.openmetadata.plugins.module_utils.automation import (
    Automation,
    Candidate,
    Report,
    Step,
)
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from ansible_collections.community.openmetadata.plugins.module_utils.resources import NEVER, RESOURCES
from ansible_collections.community.openmetadata.plugins.module_utils.task import Task, failure

MANDATORY, ANY, NOTHING = "mandatory", "any", "never"


def spec() -> ArgumentSpec:
    """The options of the module."""
    shared = {**arguments.service_spec().options, **arguments.policy_spec().options}
    return ArgumentSpec(
        {
            **arguments.kind_options("", required=True),
            **{name: shared[name] for name in ("name", "service_type", "connection", "validate_connection")},
            "fail_on": {"type": "str", "choices": [MANDATORY, ANY, NOTHING], "default": MANDATORY},
            "wait_timeout": {"type": "float", "default": 120.0},
            "interval": {"type": "float", "default": 2.0},
        }
    )


def work(task: Task, client: Client) -> dict[str, Any]:
    """Test the connection that the task means; returns the module's result."""
    params = task.params
    _check(params)
    resource = RESOURCES[params["kind"]]
    reconciler = Reconciler(client, resource)
    current = reconciler.read(params["name"])
    what = f"the connection of {resource.label} {params['name']!r}"
    try:
        subject = subject_of(params, current, reconciler.server, client, task.say)
    except errors.InvalidInput as error:
        there = params["connection"] is not None or (current is not None and not current.deleted)
        if there or not task.check_mode:
            raise
        # What stands in the way may be done by an earlier task by then.
        task.say([f"a real run would fail now: {error} {error.cure}"])
        return {"changed": False, "msg": f"Would test {what}."}
    automation = Automation(client, warn=task.say)
    steps = automation.defined_steps(subject, reconciler.server)
    if task.check_mode:
        what = f"{what} ({subject.kind.name})"
        return {"changed": False, "msg": f"Would test {what}" + (f": {', '.join(steps)}." if steps else ".")}
    report = automation.run(subject, params["wait_timeout"], params["interval"])
    return result_of(report, params)


def _check(params: Mapping[str, Any]) -> None:
    if not params["name"].strip():
        raise errors.InvalidInput("name is empty.", "Name the service.")
    for name in ("wait_timeout", "interval"):
        if params[name] <= 0:
            raise errors.InvalidInput(f"{name} is {params[name]}.", "Set it to a number of seconds above 0.")


def result_of(report: Report, params: Mapping[str, Any]) -> dict[str, Any]:
    """A report as the module returns it: a failure where the test has no end, or a step failed that matters."""
    error = report.problem or _verdict(report, params["fail_on"])
    facts = {
        "passed": report.passed,
        "status": report.status,
        "steps": [vars(step) for step in report.steps],
        "duration": report.duration,
    }
    return {
        "changed": False,
        **(failure(params["name"], error, RESOURCES[params["kind"]].label) if error else {}),
        **facts,
    }


def _verdict(report: Report, fail_on: str) -> errors.ConnectionTestFailed | None:
    failed = report.failed(optional=fail_on == ANY)
    if fail_on == NOTHING or (report.passed and not failed):
        return None
    said = "; ".join(map(_said, failed)) or f"the server says {report.status}, but not of which step"
    return errors.ConnectionTestFailed(f"the test of the connection failed: {said}.")


def _said(step: Step) -> str:
    """A step that failed, in one line."""
    words = [word.strip().rstrip(".") for word in (step.message, step.error_log) if word and word.strip()]
    optional = "" if step.mandatory else " (optional)"
    return f"{step.name}{optional}: {': '.join(words) or 'failed'}"


# ---- what to test


def subject_of(
    params: Mapping[str, Any],
    current: Current | None,
    server: Server,
    client: Client,
    warn: Callable[[list[str]], None],
) -> Candidate:
    """What the task means: the stored connection, or the given one with stored secrets where it leaves them out.

    Raises `InvalidInput` where that can't be tested.
    """
    kind = _type(params, current, server)
    given = params["connection"]
    if given is None:
        config = _stored(current)
    else:
        # Only now that the type is known, it is known what is a secret.
        client.redactor.add(*_secrets(kind, given))
        config = _completed(kind, given, current)
        wish = model.Desired(params["name"], kind.name, {"connection": _without_masks(given)})
        warn(validation.check(wish, current, server, params["validate_connection"], keep_secrets=True))
    secrets = _secrets(kind, config)
    client.redactor.add(*secrets)
    request = {
        "connection": {"config": config},
        "connectionType": kind.name,
        "serviceType": server.resource.service_kind,
        **_of_service(current, server),
    }
    known = not any(secret == MASK or str(secret).startswith(comparison.REFERENCE) for secret in secrets)
    return Candidate(kind, request, open=known)


def _type(params: Mapping[str, Any], current: Current | None, server: Server) -> connection.ServiceType:
    """The type of the connection, on a server that can test it."""
    resource, wanted = server.resource, params["service_type"]
    if server.version[:3] <= connection.NEWEST and server.version < resource.tested:
        since = ".".join(map(str, resource.tested))
        cure = "" if resource.tested == NEVER else f"OpenMetadata {since} can."
        raise errors.NotTestable(f"OpenMetadata {server.text} can't test connections of {resource.plural}.", cure)
    if current is None:
        if params["connection"] is None:
            raise errors.InvalidInput(
                "there is no such service, and the task gives no connection.",
                "Correct name and kind, or give connection and service_type.",
            )
        if not wanted:
            raise errors.InvalidInput(
                "service_type is missing.", "A connection of a service that doesn't exist yet needs service_type."
            )
        return server.service_type(wanted)
    if current.deleted:
        raise errors.InvalidInput(
            "the service is deleted (softly).", "Restore it first (state=present of community.openmetadata.service)."
        )
    if wanted not in (None, "", current.type):
        raise errors.InvalidInput(
            f"service_type is {current.type} on the server, not {wanted}.", "Correct or leave out service_type."
        )
    return current.kind


def _stored(current: Current | None) -> dict[str, Any]:
    stored = current.values["connection"] if current else None
    if current is None or stored is None:
        raise errors.NotTestable(
            "the service is stored without a connection, or this token may not see it.",
            "Give connection, or use a token that may view the service, such as a bot's.",
        )
    return connection.with_type(current.kind, stored)


def _completed(kind: connection.ServiceType, given: Mapping[str, Any], current: Current | None) -> dict[str, Any]:
    """The given connection, with the stored secrets where it has masks or leaves them out.

    Raises `InvalidInput` for a mask that stands for nothing.
    """
    stored = current.values["connection"] if current else None
    wanted = _without_masks(given)
    kept = comparison.merged(kind, wanted, stored, keep_secrets=True)
    config = _overlaid(kept, connection.convert(kind.root, wanted))
    masked = [path for path, secret in connection.secrets(kind, given) if secret == MASK]
    empty = [".".join(("connection", *path)) for path in masked if not _holds(config, path)]
    if empty:
        raise errors.InvalidInput(
            f"{', '.join(empty)}: this is a masked value, and no secret is stored that it could stand for.",
            "Give the secret itself (from a vault).",
        )
    return config


def _without_masks(config: Mapping[str, Any]) -> dict[str, Any]:
    """A connection in which what is masked is left out, lists excepted."""
    return {
        key: _without_masks(value) if isinstance(value, Mapping) else value
        for key, value in config.items()
        if value != MASK
    }


def _overlaid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """What is `over` wins, member by member: a secret that the task gives is the one to test."""
    both = {key for key, value in over.items() if isinstance(value, Mapping) and isinstance(under.get(key), Mapping)}
    return {**under, **over, **{key: _overlaid(under[key], over[key]) for key in both}}


def _holds(config: Any, path: connection.Path) -> bool:
    """Whether a config has a single value at a path."""
    for name in path:
        config = config.get(name) if isinstance(config, Mapping) else None
    return config is not None and not isinstance(config, (list, Mapping))


def _of_service(current: Current | None, server: Server) -> dict[str, str]:
    """What tells the server whose secrets to put where there are masks, and where the service's work is done."""
    if current is None:
        return {}
    runner = current.entity.get("ingestionRunner") if "ingestionRunner" in server.carried else None
    named = runner.get("name") if isinstance(runner, Mapping) else None
    return {"serviceName": current.name, **({"ingestionRunner": str(named)} if named else {})}


def _secrets(kind: connection.ServiceType, config: Mapping[str, Any]) -> list[Any]:
    return [secret for _path, secret in connection.secrets(kind, config)]
