# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release refuses before anything is sent: names, and options that it doesn't know or can't hold so many of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.resources import NEVER, Field, FieldType

# What Java's "." doesn't match, and what no server stores.
_NOT_IN_NAMES = re.compile("[\n\r\x85\u2028\u2029\0]")
# Java's \w, with which 1.2 checks names, has combining marks and joiners, too.
_JAVA_WORD = ("Mn", "Mc", "Me", "Nd", "Pc")


def _allowed_1_2(letter: str) -> bool:
    return letter.isalnum() or letter in "'- .&()%\u200c\u200d" or unicodedata.category(letter) in _JAVA_WORD


def check_name(name: str, server: Server) -> None:
    """Raise `InvalidInput` for a name that this server refuses (1.2 measured, newer read in its schema)."""
    longest = 128 if server.version < (1, 3) else 256
    if len(name) > longest:
        raise InvalidInput(f"name has {len(name)} characters.", f"OpenMetadata {server.text} takes {longest} at most.")
    if "::" in name or _NOT_IN_NAMES.search(name):
        raise InvalidInput("name holds '::', a line break or a null character.", "Choose a name without them.")
    if '"' in name and server.version >= (1, 3):
        raise InvalidInput("name holds a double quote.", "OpenMetadata quotes names by itself; choose one without.")
    bad = "".join(sorted({letter for letter in name if not _allowed_1_2(letter)}))
    if bad and server.version < (1, 3):
        raise InvalidInput(
            f"name holds characters that OpenMetadata {server.text} refuses: {bad}",
            "Use letters, digits, blanks and _ ' - . & ( ) % only; put anything else into display_name.",
        )


def check_supported(desired: Desired, server: Server) -> None:
    """Raise `InvalidInput` for an option that this release doesn't know or can't hold so many of."""
    for item in server.resource.fields:
        value = desired.values.get(item.option)
        asked = value not in (None, item.default) if item.type is FieldType.SETTING else bool(value)
        if asked and not server.has(item):
            _refuse_option(item, server)
        if isinstance(value, (list, tuple)) and len(value) > 1 and not server.holds_many(item):
            raise InvalidInput(
                f"{item.option} names {len(value)}, but OpenMetadata {server.text} can hold one.",
                f"Name one, or update the server to {_release(item.plural_since)} or later.",
            )


def _refuse_option(item: Field, server: Server) -> None:
    since = server.resource.since_of(item)
    if since == NEVER:
        raise InvalidInput(f"{server.resource.plural} have no {item.option}.", f"Leave {item.option} out.")
    raise InvalidInput(
        f"{item.option} needs OpenMetadata {_release(since)}; the server is {server.text}.",
        f"Leave {item.option} out, or update the server.",
    )


def check_type(name: str, server: Server) -> None:
    """Raise `InvalidInput` for a type that the server's release doesn't have, or has no more."""
    since, gone = server.resource.types.get(name, ((), NEVER))
    option = server.resource.type_option
    if server.version < since:
        raise InvalidInput(
            f"{option}: {name} needs OpenMetadata {_release(since)}; the server is {server.text}.",
            f"Choose another {option}, or update the server.",
        )
    if server.version >= gone:
        raise InvalidInput(
            f"{option}: OpenMetadata {_release(gone)} and later have no {name}; the server is {server.text}.",
            f"Choose another {option}.",
        )


def check_kind(server: Server) -> None:
    """Raise `InvalidInput` for a kind of service that this release doesn't know."""
    if server.resource.since > server.version:
        raise InvalidInput(
            f"{server.resource.plural} need OpenMetadata {_release(server.resource.since)}; the server is "
            f"{server.text}.",
            "Update the server, or leave these services out.",
        )


def _release(version: Iterable[int]) -> str:
    return ".".join(map(str, version))
