# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection promises, checked for one task on one server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.redact import (
    CHANGED,
    HIDDEN,
    NOT_COMPARABLE,
    UNCHANGED,
    Redactor,
)
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS, Field, FieldType
from ansible_collections.community.openmetadata.plugins.module_utils.task import learn
from properties.world import SINGLE, World
from unit.plugins import configs

Json = dict[str, Any]
_MARKERS = (CHANGED, NOT_COMPARABLE, UNCHANGED)
# What every write stamps on a service, and what only describes the last one.
STAMPS = ("version", "updatedAt", "updatedBy", "changeDescription", "incrementalChangeDescription")
# What check mode can't know of a service that isn't written yet.
UNKNOWN = ("id", "href", "version", "updated_at", "updated_by")


def meaning(body: Mapping[str, Any] | None) -> Json | None:
    """A stored service without its stamps: equal means that nothing was changed."""
    if body is None:
        return None
    lists = {name: sorted(value, key=str) for name, value in body.items() if isinstance(value, list)}
    return {name: value for name, value in {**body, **lists}.items() if name not in STAMPS and value not in ([], None)}


def plain(view: Mapping[str, Any]) -> Json:
    """A view in which every secret is just a secret."""
    return {name: _plain(value) for name, value in view.items()}


def _plain(value: Any) -> Any:
    """A list of nothing but secrets is as good as one: what is said of it as a whole is said in a word."""
    if isinstance(value, list):
        members = [_plain(member) for member in value]
        return HIDDEN if members and all(member == HIDDEN for member in members) else members
    return HIDDEN if isinstance(value, str) and value in _MARKERS else value


def examine(world: World, task: Json) -> Json:
    """Run a task in check mode, for real and once more, and compare it with what it promised and with the server.

    Returns the result of the real run.
    """
    name = task["name"]
    start = world.state()
    shown = _veiled(world, task)
    predicted = world.run(SINGLE, task, check=True)
    assert not world.wrote, f"check mode wrote: {world.wrote}"
    assert world.state() == start, "check mode changed the server"
    before = world.services()
    children = world.children()
    real = world.run(SINGLE, task)
    wrote = list(world.wrote)
    after = world.services()
    if predicted.get("failed"):
        assert real.get("failed"), f"check mode refused with {predicted['msg']!r}, the real run did not"
        assert real["failure"] == predicted["failure"]
        assert world.state() == start, f"refused, but something was written: {wrote}"
        return real
    assert not real.get("failed"), f"check mode saw nothing coming: {real['msg']}"
    _check_truth(before.get(name), after.get(name), real, wrote)
    _check_prediction(world, predicted, real, shown, _veiled(world, task))
    _check_others(before, after, name)
    if task["state"] == "present":
        assert before.get(name) is None or after[name]["id"] == before[name]["id"], "another id"
        assert world.children() == children, "children got lost"
        check_values(world, task, before.get(name), after[name])
        check_secrets_stay(world, task, before.get(name), after[name], real)
    elif real["action"] != "purged":
        assert world.children() == children, "children got lost"
    _check_again(world, task, real)
    return real


def _veiled(world: World, task: Json) -> Json:
    """A fresh read as a task's results may show it: wherever a secret of the task or the service is, it is hidden."""
    veil = Redactor()
    learn(veil, task, world.resource.kind)
    stored = world.services().get(task["name"]) or {}
    config = (stored.get("connection") or {}).get("config") or {}
    kind = world.server.service_type(str(stored.get("serviceType")))
    veil.publish(connection.vocabulary(kind))
    veil.add(*(secret for _path, secret in connection.secrets(kind, config)))
    return plain(veil.value(world.view(task["name"]) or {}))


def _check_truth(before: Json | None, after: Json | None, real: Json, wrote: list[str]) -> None:
    """`changed`, the versions and the action are what happened on the server."""
    changed = meaning(before) != meaning(after)
    assert real["changed"] == changed, f"changed is {real['changed']}, but the server says {changed}: {wrote}"
    if not changed:
        assert before == after, "unchanged, but stamped"
    assert real["version_before"] == (before["version"] if before else None)
    assert real["version"] == (after["version"] if after else None)
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


def _check_prediction(world: World, predicted: Json, real: Json, shown: Json, fresh: Json) -> None:
    """Check mode said what happened; only secrets that can't be compared may have changed beyond that."""
    assert predicted["unverified"] == real["unverified"]
    _same("before", plain(predicted["diff"]["before"]), plain(real["diff"]["before"]))
    if predicted["changed"] or real["changed"]:
        _same("before", plain(predicted["diff"]["before"]), shown)
    for result in (predicted, real):
        # A service that should be gone and is shows neither side.
        if result["diff"]["before"] or result["diff"]["after"] or result["changed"]:
            said = plain(result["diff"]["after"])
            _same("after", said, _without_the_servers_choice(world, fresh, said))
    silent = real["unverified"] and not predicted["changed"]
    if not silent:
        for member in ("changed", "action", "changed_fields"):
            assert predicted[member] == real[member], member
    elif real["changed"]:
        assert (real["action"], real["changed_fields"]) == ("updated", real["unverified"])
    said, found = (_comparable(world, result["dashboard_service"], real) or {} for result in (predicted, real))
    _same("dashboard_service", said, _without_the_servers_choice(world, found, said))


def _without_the_servers_choice(world: World, found: Json, said: Json) -> Json:
    """Without the required members of a connection that nobody gave: a plan says nothing of what a server makes up."""
    kind = world.server.service_type(str(found.get("service_type")))

    def needed(node: connection.Node, path: connection.Path) -> bool:
        if "any" in node:
            return any(needed(each, path) for each in node["any"])
        if len(path) == 1:
            return path[0] in node.get("required", ())
        return path[0] in node.get("fields", {}) and needed(node["fields"][path[0]], path[1:])

    return {
        name: value
        for name, value in found.items()
        if name in said or not needed(kind.root, tuple(name.split(".")[1:]) or ("",))
    }


def _same(what: str, said: Json, found: Json) -> None:
    """Compare member by member, so that a failure names what differs."""
    wrong = {key: (said.get(key), found.get(key)) for key in {*said, *found} if said.get(key) != found.get(key)}
    assert not wrong, f"{what}: said, found: {wrong}"


def _comparable(world: World, service: Json | None, real: Json) -> Json | None:
    """A service without what check mode can't know, and with the connection as the server understands it.

    The latter, as for `gitCredentials: {}` the server stores the defaults of one of the alternatives (Looker).
    """
    if service is None:
        return None
    stable = ("id", "href") if real["action"] != "created" else ()
    shown = {name: value for name, value in service.items() if name not in UNKNOWN or name in stable}
    ordered = {name: sorted(value, key=str) for name, value in shown.items() if isinstance(value, list)}
    config = shown["connection"]
    if config is not None:
        config = connection.filled(world.server.service_type(shown["service_type"]), config)
    flat = {} if config is None else dict(configs.leaves({"connection": config}))
    return {**shown, **ordered, "connection": config is not None, **{".".join(path): flat[path] for path in flat}}


def _check_others(before: dict[str, Json], after: dict[str, Json], name: str) -> None:
    others = {other: body for other, body in before.items() if other != name}
    assert others == {other: body for other, body in after.items() if other != name}, "other services changed"


def _check_again(world: World, task: Json, real: Json) -> None:
    """The same task once more finds nothing to do, and in check mode, too."""
    settled = world.state()
    again = world.run(SINGLE, task)
    assert not again.get("failed"), again.get("msg")
    assert (again["changed"], again["action"], again["changed_fields"]) == (False, "none", [])
    assert again["version"] == real["version"]
    assert world.state() == settled, "a second run changed the server"
    if not again["unverified"] or task.get("update_secrets") == "on_create":
        assert not world.wrote, f"nothing to do, but wrote: {world.wrote}"
    checked = world.run(SINGLE, task, check=True)
    assert (checked["changed"], checked["diff"]["before"] == checked["diff"]["after"]) == (False, True)


def check_values(world: World, task: Json, before: Json | None, after: Json) -> None:
    """What the task names is stored, in clear; what it doesn't name is as it was."""
    assert not after["deleted"]
    for item in FIELDS:
        if item.type is FieldType.CONFIG or not world.server.has(item):
            continue
        member = world.server.api_name(item)
        stored = _names(item, after.get(member))
        if item.option in task:
            assert stored == _names(item, task[item.option]), item.option
        else:
            assert stored == _names(item, before.get(member) if before else None), f"{item.option} got lost"
    wanted = task.get("connection")
    config = (after.get("connection") or {}).get("config")
    kept = ((before or {}).get("connection") or {}).get("config")
    if wanted is None:
        if before is not None:
            assert config == kept, "the connection got lost"
        return
    kind = world.server.service_type(after["serviceType"])
    secret = {path for path, _value in connection.stored_secrets(kind.root, wanted, ())}
    for path, value in configs.leaves(wanted):
        if value is None or isinstance(value, list):
            continue
        old = _at(kept, path)
        expected = old if task.get("update_secrets") == "on_create" and path in secret and old else value
        assert _at(config, path) == expected, f"connection.{'.'.join(path)} is not as the task says"
    for key in kind.root.get("required", ()):
        if wanted.get(key) is None and kept and kept.get(key) is not None:
            assert (config or {}).get(key) == kept[key], f"connection.{key} is required, left out and lost"


def check_secrets_stay(world: World, task: Json, before: Json | None, after: Json, real: Json) -> None:
    """Where stored secrets are to be left alone each stays, or a warning says that it goes."""
    kept = ((before or {}).get("connection") or {}).get("config")
    if task.get("update_secrets") != "on_create" or task.get("connection") is None or not kept:
        return
    config = (after.get("connection") or {}).get("config")
    kind = world.server.service_type(after["serviceType"])
    for path, secret in connection.stored_secrets(kind.root, kept, ()):
        name = f"connection.{'.'.join(path)}"
        assert _at(config, path) == secret or name in str(real.get("warnings")), f"{name} got lost"


def _at(config: Any, path: connection.Path) -> Any:
    for key in path:
        config = config.get(key) if isinstance(config, dict) else None
    return config


def _names(item: Field, value: Any) -> Any:
    """A member of an entity, or an option, as text or as the set of names in it."""
    if item.type is FieldType.TEXT:
        return value or ""
    members = value if isinstance(value, list) else [value] if value else []
    return {
        member
        if isinstance(member, str)
        else member.get("tagFQN") or (member.get("fullyQualifiedName") if item.by_name else member["name"])
        for member in members
    }
