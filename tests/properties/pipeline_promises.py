# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection promises of ingestion pipelines, checked for one task on one server."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection, dates
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import (
    PIPELINE_FIELDS,
    PIPELINES,
    PIPELINES_PATH,
)
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FieldType
from fake_openmetadata.orchestrator import dag_id
from properties.pipelines import ONE, READ, PipelineWorld, Start
from properties.promises import STAMPS, UNKNOWN, _at, _names, _same, meaning, plain
from unit.plugins import configs

Json = dict[str, Any]


def examine(world: PipelineWorld, start: Start, task: Json) -> Json:
    """Run a task in check mode, for real and once more, and compare it with what it promised and with the server.

    Returns the result of the real run.
    """
    before, had, state = world.pipelines(), world.workflows(), world.state()
    shown = plain(world.look(task) or {})
    predicted = world.run(ONE, task, check=True)
    assert not world.wrote, f"check mode wrote: {world.wrote}"
    assert (world.state(), world.workflows()) == (state, had), "check mode changed the server"
    real = world.run(ONE, task)
    wrote, deployed = list(world.wrote), f"POST {PIPELINES_PATH}/deploy/" in "".join(world.wrote)
    _check_requests(world)
    after, has = world.pipelines(), world.workflows()
    if predicted.get("failed"):
        assert real.get("failed"), f"check mode refused with {predicted['msg']!r}, the real run did not"
        assert real["failure"] == predicted["failure"]
        assert world.state() == state, f"refused, but something was written: {wrote}"
        return real
    if real.get("failed"):
        _check_unknown(task, real, had)
        return real
    fqn = start.fqn
    body, stored = before.get(fqn), after.get(fqn)
    _check_truth(body, stored, had != has or deployed, real, wrote)
    _check_prediction(world, task, predicted, real, shown)
    others = {name: other for name, other in before.items() if name != fqn}
    assert others == {name: other for name, other in after.items() if name != fqn}, "other pipelines changed"
    mine = dag_id(task["name"])
    assert {name: dag for name, dag in had.items() if name != mine} == {
        name: dag for name, dag in has.items() if name != mine
    }, "other workflows changed"
    if task["state"] == "present":
        assert stored is not None
        _check_values(world, start, task, body, stored)
        _check_orchestrator(task, body, stored, shown, has.get(mine), deployed)
        if deployed and _agreed(body, had.get(mine), shown) and not stored["airflowConfig"].get("pausePipeline"):
            enabled, paused = stored["enabled"], has[mine]["paused"]
            assert paused is not enabled, f"enabled is {enabled}, paused is {paused}"
    _check_again(world, task, real)
    return real


def _check_requests(world: PipelineWorld) -> None:
    """No PUT but to restore, and never a mask in what is sent."""
    for request, body in zip(world.sent, world.bodies, strict=True):
        assert not request.startswith("PUT") or request.endswith("/restore"), request
        assert MASK not in json.dumps(body), f"a mask is sent: {request}"


def _check_unknown(task: Json, real: Json, had: Json) -> None:
    """What check mode can't know: that the orchestrator does not have a pipeline that counts as deployed."""
    assert real["failure"]["code"] == "not_taken", f"check mode saw nothing coming: {real['msg']}"
    assert task.get("deploy") is False, real["msg"]
    assert "enabled" in task, real["msg"]
    assert dag_id(task["name"]) not in had or not had[dag_id(task["name"])]["known"], real["msg"]
    assert real["changed"], "the server takes it for undeployed now"


def _check_truth(before: Json | None, after: Json | None, told: bool, real: Json, wrote: list[str]) -> None:
    """`changed`, the versions and the action are what happened on the server, or in the orchestrator (`told`)."""
    changed = meaning(before) != meaning(after) or told
    assert real["changed"] == changed, f"changed is {real['changed']}, but the server says {changed}: {wrote}"
    if not changed:
        assert before == after, "unchanged, but stamped"
        assert not wrote or real["unverified"], f"unchanged, but wrote: {wrote}"
    assert real["version_before"] == (before["version"] if before else None)
    assert real["action"] == _action(before, after, changed)
    assert bool(real["changed_fields"]) == changed or real["action"] == "none"


def _action(before: Json | None, after: Json | None, changed: bool) -> str:
    if not changed:
        return "none"
    if before is None:
        return "created"
    if after is None:
        return "purged"
    if after["deleted"]:
        return "deleted"
    return "restored" if before["deleted"] else "updated"


def _check_prediction(world: PipelineWorld, task: Json, predicted: Json, real: Json, shown: Json) -> None:
    """Check mode said what happened, and a fresh read says the same."""
    for member in ("unverified", "version_before"):
        assert predicted[member] == real[member], member
    silent = real["unverified"] and not predicted["changed"]
    if not silent:
        for member in ("changed", "action", "changed_fields"):
            assert predicted[member] == real[member], member
    for side in ("before", "after"):
        _same(side, plain(predicted["diff"][side]), plain(real["diff"][side]))
    if real["changed"] or real["diff"]["before"]:
        _same("before", plain(real["diff"]["before"]), shown)
    fresh = plain(world.look(task) or {})
    said = plain(real["diff"]["after"])
    if real["action"] == "created":
        # What nobody asked for is the server's choice.
        fresh = {name: value for name, value in fresh.items() if name in said}
    if said or real["changed"]:
        _same("after", said, fresh)
    read = world.run(READ, {**{name: task[name] for name in ("service_kind", "service", "name")},
                            "include_deleted": True})["ingestion_pipelines"]  # fmt: skip
    found = read[0] if read else None
    one, other = (_comparable(world, each, ("version",)) or {} for each in (real["ingestion_pipeline"], found))
    _same("a fresh read", one, other)
    unknown = UNKNOWN if real["action"] == "created" else tuple(name for name in UNKNOWN if name not in ("id", "href"))
    one, other = (_comparable(world, each["ingestion_pipeline"], unknown) or {} for each in (predicted, real))
    _same("ingestion_pipeline", one, other)


def _comparable(world: PipelineWorld, shown: Json | None, without: tuple[str, ...]) -> Json | None:
    """A pipeline as results tell it, with its source config as the server understands it."""
    if shown is None:
        return None
    told = {name: value for name, value in plain(shown).items() if name not in without}
    ordered = {name: sorted(value, key=str) for name, value in told.items() if isinstance(value, list)}
    config = told["source_config"]
    flat = {}
    if config is not None:
        kind = Server(world.server.text, PIPELINES[told["service_kind"]]).service_type(told["pipeline_type"])
        flat = {
            f"source_config.{'.'.join(path)}": value for path, value in configs.leaves(connection.filled(kind, config))
        }
    return {**told, **ordered, "source_config": config is not None, **flat}


def _check_values(world: PipelineWorld, start: Start, task: Json, before: Json | None, after: Json) -> None:
    """What the task names is stored; what it doesn't name is, in the server's own words, as it was."""
    assert not after["deleted"]
    server = Server(world.server.text, PIPELINES[start.kind])
    asked = {"deleted", "deployed", "enabled", *STAMPS}
    kept, after = (json.loads(json.dumps(body or {})) for body in (before, after))
    for item in PIPELINE_FIELDS:
        if item.option not in task or item.acted or item.type in (FieldType.CONFIG, FieldType.PARENT):
            continue
        member = server.api_name(item)
        holder = after[item.within] if item.within else after
        if item.type is FieldType.SETTING:
            stored, wanted = holder.get(member), task[item.option] or None
            assert (_told(item.scalar, stored) or None) == _told(item.scalar, wanted), item.option
            (kept.get(item.within, {}) if item.within else kept).pop(member, None)
            holder.pop(member, None)
        else:
            assert _names(item, holder.get(member)) == _names(item, task[item.option]), item.option
            asked.add(member)
    if "source_config" in task:
        asked.add("sourceConfig")
        _check_config(server, task, before, after)
    if before is not None:
        one, other = ({name: value for name, value in body.items() if name not in asked} for body in (kept, after))
        _same("what the task doesn't mention", meaning(one) or {}, meaning(other) or {})


def _told(scalar: str, value: Any) -> Any:
    return dates.from_api(value) if scalar == "date" and value else value


def _check_config(server: Server, task: Json, before: Json | None, after: Json) -> None:
    """Whatever the task says of the source config is so, secrets that are to be left alone excepted."""
    kind = server.service_type(after["pipelineType"])
    config = connection.filled(kind, after["sourceConfig"]["config"] or {})
    kept = ((before or {}).get("sourceConfig") or {}).get("config")
    secret = {path for path, _value in connection.stored_secrets(kind.root, task["source_config"], ())}
    for path, value in configs.leaves(task["source_config"]):
        old = _at(kept, path)
        expected = old if task.get("update_secrets") == "on_create" and path in secret and old else value
        if value is not None and not isinstance(value, list):
            assert _at(config, path) == expected, f"source_config.{'.'.join(path)} is not as the task says"


def _check_orchestrator(
    task: Json, before: Json | None, after: Json, shown: Json, has: Json | None, deployed: bool
) -> None:
    """`deployed` and `enabled` are as they were, or as the task wants them."""
    enabled = before["enabled"] if before else True
    assert after["enabled"] == task.get("enabled", enabled), f"enabled was {enabled}, is {after['enabled']}"
    if task.get("deploy", True):
        assert after["deployed"], "not deployed"
    else:
        assert not deployed
        # What a restore left undeployed may say so from now on.
        said = before["deployed"] if before else False
        assert after["deployed"] == said or (said and not shown.get("deployed")), f"deployed is {after['deployed']}"
    assert has is not None or not deployed, "the orchestrator doesn't have it"


def _agreed(before: Json | None, had: Json | None, shown: Json) -> bool:
    """Whether what the server says of the orchestrator was true before: nobody can know what it hides.

    A PATCH of others doesn't tell the orchestrator (server 1.2), and hides that a pipeline was restored.
    """
    if had is None:
        return not shown.get("deployed")
    return before is not None and had["paused"] is not before["enabled"]


def _check_again(world: PipelineWorld, task: Json, real: Json) -> None:
    """The same task once more finds nothing to do, and in check mode, too."""
    settled, has = world.state(), world.workflows()
    again = world.run(ONE, task)
    assert not again.get("failed"), again.get("msg")
    assert (again["changed"], again["action"], again["changed_fields"]) == (False, "none", [])
    assert (world.state(), world.workflows()) == (settled, has), "a second run changed the server"
    if not again["unverified"] or task["update_secrets"] == "on_create":
        assert not world.wrote, f"nothing to do, but wrote: {world.wrote}"
    checked = world.run(ONE, task, check=True)
    assert (checked["changed"], checked["diff"]["before"] == checked["diff"]["after"]) == (False, True)
    assert real["action"] != "none" or again["version"] == real["version"]
