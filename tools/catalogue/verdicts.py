# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection says of a config: whether a task with it would be refused, and what it would be warned of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import structure
from .releases import Version


@dataclass(frozen=True)
class Verdict:
    """Sentences: why a config is refused, and what is wrong without being a reason to."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def verdict(kind: str, name: str, version: Version, config: Any) -> Verdict:
    """What becomes of a config of a kind's type, on a server of that version.

    The modules validate connections of services; of source configs, and of kinds that they don't manage, there is only
    what the catalogue says.
    """
    structure.find_collection()
    from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES

    if kind in RESOURCES:
        return _validated(kind, name, version, config)
    findings = structure.findings(kind, name, version, config)
    missing = tuple(each for each in findings if each.endswith(structure.MISSING))
    return Verdict(tuple(each for each in findings if each not in missing), missing)


def _validated(kind: str, name: str, version: Version, config: Any) -> Verdict:
    """What a module would say that creates a service with the connection, by its own validation."""
    from ansible_collections.community.openmetadata.plugins.module_utils import errors, model, resources, validation

    desired = model.Desired("example", name, {"connection": config})
    server = model.Server(".".join(map(str, version)), resources.RESOURCES[kind])
    try:
        warnings = validation.check(desired, None, server, validation.STRICT, keep_secrets=False)
    except errors.InvalidInput as error:
        return Verdict(errors=(str(error),))
    return Verdict(warnings=tuple(warnings))
