# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of fields: when they are equal to a server, and how diffs and requests hold them."""

from __future__ import annotations

import html
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Field, FieldType


def same(item: Field, wanted: Any, stored: Any, server: Server) -> bool:
    """Whether two values of a field (configs excepted) are equal to this server."""
    if item.type is FieldType.SETTING:
        return wanted == stored or (wanted == "" and stored is None)
    if item.type is FieldType.PARENT:
        return stored is None or bool(wanted.key == stored.key)
    if item.type is FieldType.TEXT:
        if item.option == "description" and server.escapes_descriptions:
            return html.unescape(wanted) == html.unescape(stored)
        return bool(wanted == stored)
    return {member.key for member in wanted} == {member.key for member in stored}


def shown(item: Field, value: Any) -> Any:
    """A value of a field (configs excepted) as diffs show it; equal only where `same` says so."""
    if item.type in (FieldType.TEXT, FieldType.SETTING):
        return value
    if item.type is FieldType.PARENT:
        return value and value.name
    typed = item.type is FieldType.REFERENCES and len(item.targets) > 1
    return sorted(f"{member.name} ({member.type})" if typed else member.name for member in value)


def request_value(item: Field, value: Any, server: Server) -> Any:
    """A value as a create request holds it; None leaves the member out."""
    if item.type is FieldType.TEXT:
        return value or None
    if item.type is FieldType.SETTING:
        return None if value == "" else value
    if item.type is FieldType.PARENT:
        return value.to_api()
    if item.type is FieldType.CONFIG:
        return {connection.WRAPPER: value}
    members = [member.name if item.by_name else member.to_api() for member in value]
    return members if server.holds_many(item) else (members or [None])[0]


def patch_value(item: Field, value: Any, server: Server) -> Any:
    """A value as a JSON Patch holds it; None means that the member is to be removed."""
    if item.type is FieldType.TEXT:
        return value or None
    if item.type is FieldType.SETTING:
        return None if value == "" else value
    members = [member.to_api() for member in value]
    return members if server.holds_many(item) else (members or [None])[0]
