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
    NEWEST,
    Node,
    Path,
    ServiceType,
    Version,
    child,
    convert,
    filled,
    is_secret,
    redacted,
    select,
    with_type,
)
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
    server: Version = NEWEST,
) -> tuple[list[Difference], list[Path]]:
    """Where a desired config and the one on the server differ, and the secrets that can't be compared.

    Both have defaults filled in. A member that neither the task nor the catalogue knows was added by the server and is
    no difference. `secrets_readable` says that a mask in `current` would be the stored value itself (bots).
    """
    found: list[Difference] = []
    unverified: list[Path] = []
    before = filled(kind, current, server, desired)
    after = filled(kind, desired, server, current)
    if after == before and not holds_mask(before):
        return [], []
    _compare(kind.root, after, before, (), secrets_readable, found, unverified)
    shown = (redacted(kind, before), redacted(kind, after)) if found else ()
    return [_veiled(each, *(_at(config, each.path) for config in shown)) for each in found], unverified


def _veiled(difference: Difference, before: Any, after: Any) -> Difference:
    """A difference as it may be shown: a secret changed, but neither from what nor to what."""
    if HIDDEN in (before, after) or any(isinstance(value, list) and HIDDEN in value for value in (before, after)):
        before, after = before and HIDDEN, after and CHANGED
    return replace(difference, before=before, after=after)


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
            if key in after or _is_drift(stored, wanted, key):
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


def _is_drift(stored: Node, wanted: Node, key: str) -> bool:
    """Whether a member that the task doesn't mention counts: known to the catalogue, or in a map that users fill."""
    if stored.get("lenient") or wanted.get("lenient"):
        return False
    known = key in stored.get("fields", {}) or key in wanted.get("fields", {})
    return known or bool(stored.get("open"))


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
    """The config to send: the desired one, plus what only the server knows, so that a PUT wipes nothing of it.

    With `keep_secrets` each secret that the server has already is sent back as read (a mask keeps what is stored).
    """
    wanted = convert(kind.root, with_type(kind, desired))
    result: dict[str, Any] = _merge(kind.root, wanted, current or {}, (), keep_secrets)
    return result


def _merge(node: Node, wanted: Mapping[str, Any], stored: Mapping[str, Any], path: Path, keep: bool) -> dict[str, Any]:
    node_wanted, node_stored = select(node, wanted), select(node, stored)
    same = node_wanted == node_stored
    result = dict(wanted)
    for key, before in stored.items():
        field = child(node_wanted, key)
        here = (*path, key)
        if key in wanted:
            if isinstance(wanted[key], Mapping) and isinstance(before, Mapping):
                result[key] = _merge(field, wanted[key], before, here, keep)
            elif keep and before and is_secret(select(field, before), here):
                result[key] = before
        elif same and keep and before and is_secret(select(field, before), here):
            result[key] = before
        elif same and not _is_drift(node_stored, node_wanted, key):
            result[key] = before
    return result
