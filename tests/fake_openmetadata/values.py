# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion of JSON values to the types of the server's classes, with the server's lenient and strict corners."""

from __future__ import annotations

import re
from typing import Any

_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_URI_CHARACTERS = re.compile(r"""[^\x00-\x20\x7f-\xa0"<>\\^`{|}]*""")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")


class ConversionError(Exception):
    """A value doesn't fit. `unknown` names a member that no class knows, when that is the reason."""

    def __init__(self, unknown: str | None = None, text: str = "Cannot deserialize value") -> None:
        """Remember the unknown member, if one was the reason."""
        super().__init__(unknown or text)
        self.unknown = unknown
        self.text = text


def java_hash(text: str) -> int:
    """Java's hash code of a text, as an unsigned number of 32 bits."""
    code = 0
    for unit in memoryview(text.encode("utf-16-le")).cast("H"):
        code = (code * 31 + unit) & 0xFFFFFFFF
    return code


def to_string(value: Any) -> str:
    """Text; numbers and booleans are written out, lists and objects refused."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise ConversionError


def to_uri(value: Any) -> str:
    """Text that Java's URI class parses (which takes `localhost:8088`, but not `127.0.0.1:8088` or a blank)."""
    text = to_string(value)
    if not is_java_uri(text):
        raise ConversionError
    return text


def is_java_uri(text: str) -> bool:
    """Would java.net.URI parse this?"""
    if not _URI_CHARACTERS.fullmatch(text) or _ESCAPE.search(text):
        return False
    before_path = re.split(r"[/?#]", text, maxsplit=1)[0]
    scheme, colon, _rest = before_path.partition(":")
    if not colon:
        return _brackets_fit(text)
    rest = text[len(scheme) + 1 :]
    if not _SCHEME.fullmatch(scheme) or rest == "" or rest.startswith("#") or rest == "//":
        return False
    return _brackets_fit(rest)


def _brackets_fit(rest: str) -> bool:
    """Square brackets are only allowed around an IPv6 address, and in a query or fragment."""
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    if "[" not in path and "]" not in path:
        return True
    return re.match(r"//(?:[^/@]*@)?\[[0-9A-Fa-f:.]+(?:%\w+)?\](?::\d*)?(?:/[^\[\]]*)?$", path) is not None


def to_boolean(value: Any) -> bool | None:
    """Booleans, numbers (zero is false) and three spellings of the words; an empty text is no value."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    if isinstance(value, str):
        text = value.strip()
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        if text == "":
            return None
    raise ConversionError


def to_integer(value: Any) -> int | None:
    """Whole numbers, texts of whole numbers, and fractions cut off; an empty text is no value."""
    if isinstance(value, bool):
        raise ConversionError
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if text == "":
            return None
        if re.fullmatch(r"[+-]?\d+", text):
            return int(text)
    raise ConversionError
