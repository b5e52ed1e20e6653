# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of connections need: every type and alternative of it, and what is found out about one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection, validation
from ansible_collections.community.openmetadata.plugins.module_utils.comparison import Difference
from ansible_collections.community.openmetadata.plugins.module_utils.connection import Path
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from dashboards import DASHBOARDS
from unit.plugins import configs

NEW = Server("2.0.7", DASHBOARDS)
OLD = Server("1.2.0-SNAPSHOT", DASHBOARDS)
TYPES = pytest.mark.parametrize("service_type", configs.TYPES)
VARIANTS = [pytest.param(name, choices, id=configs.name_of(name, choices)) for name, choices in configs.every_variant()]


def warnings_of(
    service_type: str | None,
    config: Mapping[str, Any] | None,
    server: Server = NEW,
    mode: str = "strict",
    current: Current | None = None,
    keep_secrets: bool = False,
) -> list[str]:
    values = {} if config is None else {"connection": config}
    return validation.check(Desired("s", service_type, values), current, server, mode, keep_secrets)


def error_of(service_type: str | None, config: Mapping[str, Any] | None, server: Server = NEW, **more: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        warnings_of(service_type, config, server, **more)
    return str(caught.value)


def current_of(service_type: str, config: Mapping[str, Any]) -> Current:
    entity = {"id": "1", "name": "s", "serviceType": service_type, "version": 0.1, "connection": {"config": config}}
    return Current.from_entity(entity, NEW)


def compare(
    service_type: str, desired: Mapping[str, Any], current: Mapping[str, Any], readable: bool = True
) -> tuple[list[Difference], list[Path]]:
    return comparison.differences(DASHBOARDS.service_type(service_type), desired, current, readable)


def merge(
    service_type: str, desired: Mapping[str, Any], current: Mapping[str, Any] | None, keep_secrets: bool = False
) -> dict[str, Any]:
    return comparison.merged(DASHBOARDS.service_type(service_type), desired, current, keep_secrets)


def stored(service_type: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A config as a server holds it: with all defaults."""
    return configs.with_defaults(service_type, config)


def masked(service_type: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A stored config as the server shows it to everybody but bots."""
    shown = stored(service_type, config)
    for path, _secret in connection.secrets(DASHBOARDS.service_type(service_type), shown):
        if path in secret_paths(service_type):
            shown = configs.put(shown, path, MASK)
    return shown


def secret_paths(service_type: str) -> set[Path]:
    return {path for choices in configs.variants(service_type) for path in configs.canaries(service_type, choices)}
