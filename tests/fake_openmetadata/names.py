# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and fully qualified names."""

from __future__ import annotations

import base64
import json
import re
import unicodedata

from .errors import bad_request

_PLAIN = set("'- .&()%")
# Besides letters and digits, what Java counts as a character of a word: marks and connectors.
_WORD_CATEGORIES = {"Mn", "Mc", "Me", "Nd", "Nl", "Pc"}


def is_narrow(name: str) -> bool:
    """Does a name have the characters that 1.2 allows, and at least one?"""
    return bool(name) and all(
        character in _PLAIN or character.isalpha() or unicodedata.category(character) in _WORD_CATEGORIES
        for character in name
    )


def is_wide(name: str) -> bool:
    """Does a name have the form that newer servers want: one line without `::`?"""
    return "::" not in name and not re.search("[\n\r\u0085\u2028\u2029]", name)


def quote_name(name: str) -> str:
    """The FQN of a top-level entity: quoted when it holds a dot. A quoted name without one loses its quotes.

    Raises ApiError 400 for a name that is neither.
    """
    quoted = re.fullmatch(r'"([^"]+)"', name)
    if quoted:
        return name if "." in quoted[1] else quoted[1]
    if '"' in name:
        raise bad_request(f"Invalid name {name}")
    return f'"{name}"' if "." in name else name


def split_fqn(fqn: str) -> list[str]:
    """The parts of an FQN, quotes kept: `"a.b".c` has two."""
    return re.findall(r'"(?:[^"\\]|\\.)*"|[^.]+', fqn)


def parent_fqn(fqn: str) -> str:
    """All but the last part."""
    return ".".join(split_fqn(fqn)[:-1])


def encode_cursor(key: tuple[str, ...]) -> str:
    """An opaque paging cursor: a name, on newer servers with an id."""
    text = key[0] if len(key) == 1 else json.dumps(dict(zip(("name", "id"), key, strict=True)))
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode_cursor(cursor: str, with_id: bool) -> tuple[str, ...]:
    """What is in a cursor. Raises ApiError 400 when it is none."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        if not with_id:
            return (text,)
        parts = json.loads(text)
        return (str(parts["name"]), str(parts["id"]))
    except (KeyError, TypeError):
        raise bad_request(f"Invalid cursor {cursor}") from None
    except ValueError:
        raise bad_request(f"Illegal base64 character in {cursor}") from None
