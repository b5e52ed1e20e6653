# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the connection that a task wants differs from the stored one, and what of both has to be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils.connection import (
    EMPTY,
    REFUSED,
    Node,
    Path,
    ServiceType,
    canonical,
    child,
    convert,
    filled,
    is_secret,
    lacks,
    redacted,
    secrets,
    select,
    stored_secrets,
    strangeness,
    with_type,
)
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.redact import CHANGED, HIDDEN, MASK, holds_mask

REFERENCE = "secret:"
"""How a secret begins that an external secrets manager keeps; what is behind it is the manager's name for it."""


@dataclass(frozen=True)
class Difference:
    """One path at which the desired and the current connection differ; a secret never shows its value."""

    path: Path
    before: Any
    after: Any
    secret: bool = False


def differences(
    kind: ServiceType,
    desired: Mapping[str, Any],
    current: Mapping[str, Any],
    secrets_readable: bool,
    keep_secrets: bool = False,
) -> tuple[list[Difference], list[Path]]:
    """Where the config on the server and what would be sent for the desired one differ, and the secrets of the desired
    one that can't be compared.

    Both have defaults filled in. `secrets_readable` says that a mask in `current` would be the stored value itself
    (bots); for `keep_secrets` see `merged`.
    """
    before = filled(kind, current)
    if not holds_mask(before) and filled(kind, desired) == before:
        return [], []
    after = filled(kind, merged(kind, desired, current, keep_secrets))
    found: list[Difference] = []
    unverified: list[Path] = []
    _compare(kind.root, after, before, (), secrets_readable, found, unverified)
    shown = (redacted(kind, before), redacted(kind, after)) if found else ()
    own = {path for path, _secret in secrets(kind, desired)} if unverified else set()
    return (
        [_veiled(each, *(_at(config, each.path) for config in shown)) for each in found],
        [path for path in unverified if path in own],
    )


def _veiled(difference: Difference, before: Any, after: Any) -> Difference:
    """A difference as it may be shown: a secret changed, but neither from what nor to what."""
    if HIDDEN in (before, after) or any(isinstance(value, list) and HIDDEN in value for value in (before, after)):
        before, after = before and HIDDEN, after and CHANGED
    elif before == after:
        after = _changed(after)
    return replace(difference, before=before, after=after)


def _changed(value: Any) -> Any:
    """What is hidden in a list of objects as changed, where nothing else differs."""
    if isinstance(value, Mapping):
        return {key: _changed(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_changed(member) for member in value]
    return CHANGED if value == HIDDEN else value


def _at(config: Any, path: Path) -> Any:
    """What a config holds at a path; None where it holds nothing."""
    for name in path:
        config = config.get(name) if isinstance(config, Mapping) else None
    return config


def _compare(
    node: Node,
    after: Any,
    before: Any,
    path: Path,
    readable: bool,
    found: list[Difference],
    unverified: list[Path],
) -> None:
    wanted, stored = select(node, after), select(node, before)
    secret = is_secret(wanted, path) or is_secret(stored, path)
    if isinstance(after, Mapping) and isinstance(before, Mapping):
        for key in sorted({*after, *before}):
            member = child(wanted if key in wanted.get("fields", {}) or key in after else stored, key)
            _compare(member, after.get(key), before.get(key), (*path, key), readable, found, unverified)
    elif secret and after is not None and _incomparable(before, after, readable):
        unverified.append(path)
    elif after != before and not (after in EMPTY and before in EMPTY):
        found.extend(_leaves(wanted, stored, path, before, after))


def _incomparable(before: Any, after: Any, readable: bool) -> bool:
    """Whether a stored secret says nothing of the desired one: masked, or kept in an external secrets manager.

    Of the latter everybody, bots too, reads the reference only (`secret:/…`, `secret:…`).
    """
    if before == MASK:
        return not readable
    return str(before).startswith(REFERENCE) and not str(after).startswith(REFERENCE)


def _leaves(wanted: Node, stored: Node, path: Path, before: Any, after: Any) -> Iterator[Difference]:
    """A difference as single fields: where one side is no object, each field of the other is one."""
    if isinstance(before, Mapping) and after is None:
        for key, member in sorted(before.items()):
            node = select(child(stored, key), member)
            yield from _leaves(node, node, (*path, key), member, None)
    elif isinstance(after, Mapping) and before is None:
        for key, member in sorted(after.items()):
            node = select(child(wanted, key), member)
            yield from _leaves(node, node, (*path, key), None, member)
    else:
        yield Difference(path, before, after, secret=is_secret(wanted, path) or is_secret(stored, path))


def merged(
    kind: ServiceType, desired: Mapping[str, Any], current: Mapping[str, Any] | None, keep_secrets: bool
) -> dict[str, Any]:
    """The config to send: the desired one, plus what a PUT must not wipe of the stored one.

    That is what only the server knows, and required members that the task leaves out: the server has them from somebody
    else, or from a default of its own. With `keep_secrets` it is also each stored secret, and each object that the task
    doesn't mention and that holds one, as they were read (a mask keeps what is stored). What takes another form than it
    is stored in is as the task has it.
    """
    wanted = convert(kind.root, with_type(kind, desired))
    result: dict[str, Any] = _merge(kind.root, wanted, current or {}, (), keep_secrets)
    return result


def operations(
    kind: ServiceType, desired: Mapping[str, Any], current: Mapping[str, Any], keep_secrets: bool, send_unknown: bool
) -> list[dict[str, Any]]:
    """What makes of the stored config the one to send, as JSON Patch below the config: exactly what differs.

    `send_unknown`: also secrets of which the stored value can't be told. Raises `InvalidInput` where an operation would
    hold a mask, which servers store as it is (server 1.2).
    """
    sent = merged(kind, desired, current, keep_secrets)
    found = [
        {"op": "remove", "path": path} if value is None else {"op": "add", "path": path, "value": value}
        for path, value in _operations(kind.root, sent, with_type(kind, current), "", send_unknown)
    ]
    masked = [operation["path"].strip("/").replace("/", ".") for operation in found if holds_mask(operation)]
    if masked:
        raise InvalidInput(
            f"{', '.join(masked)}: what differs holds a secret that the server shows masked, so it can't be sent.",
            "Give the secrets there themselves (from a vault), or use a bot's token, which reads them.",
        )
    return found


def _operations(
    node: Node, sent: Mapping[str, Any], stored: Mapping[str, Any], path: str, send_unknown: bool
) -> Iterator[tuple[str, Any]]:
    wanted, there = select(node, sent), select(node, stored)
    for key in sorted({*sent, *stored}):
        field = child(wanted if key in wanted.get("fields", {}) or key in sent else there, key)
        after, before = sent.get(key), stored.get(key)
        here = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
        if isinstance(after, Mapping) and isinstance(before, Mapping):
            yield from _operations(field, after, before, here, send_unknown)
        elif before == MASK and after not in (None, MASK):
            if send_unknown:
                yield here, after
        elif _settled(field, after) != _settled(field, before):
            yield here, after


def _settled(node: Node, value: Any) -> Any:
    """A member as the server understands it, with its default where there is none; what is empty is None."""
    full = canonical(node, node.get("default") if value is None else value)
    return None if full in EMPTY else full


def _merge(node: Node, wanted: Mapping[str, Any], stored: Mapping[str, Any], path: Path, keep: bool) -> dict[str, Any]:
    shape = _shape_of_both(node, wanted, stored)
    result = dict(wanted)
    if shape is None:
        return result
    for key, before in stored.items():
        field, here = child(shape, key), (*path, key)
        secret = keep and any(True for _each in stored_secrets(field, before, here))
        if key not in wanted:
            if secret or key in shape.get("required", ()) or not _is_manageable(shape, key):
                result[key] = before
        elif isinstance(wanted[key], Mapping) and isinstance(before, Mapping):
            result[key] = _merge(field, wanted[key], before, here, keep)
        elif secret and not isinstance(before, Mapping):
            result[key] = before
    return result


def _shape_of_both(node: Node, wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> Node | None:
    """The shape of a stored object that the desired one has, too, or None where that takes another one.

    What tells too little to be any of several shapes is meant to be as it is stored.
    """
    there, meant = select(node, stored), select(node, wanted)
    if meant == there or (lacks(meant, wanted) and strangeness(there, wanted) < REFUSED):
        return there
    return None


def _is_manageable(shape: Node, key: str) -> bool:
    """Whether leaving a member out takes it away: known to the catalogue, or in a map that users fill."""
    return not shape.get("lenient") and (key in shape.get("fields", {}) or bool(shape.get("open")))


def replaced_secrets(
    kind: ServiceType, desired: Mapping[str, Any], current: Mapping[str, Any] | None, keep_secrets: bool
) -> list[Path]:
    """The stored secrets that go although `keep_secrets` is set, since the task gives what holds them another form."""
    if not keep_secrets or not current:
        return []
    sent = merged(kind, desired, current, keep_secrets)
    return [path for path, secret in stored_secrets(kind.root, current, ()) if _at(sent, path) != secret]
