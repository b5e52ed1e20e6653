# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON with positions, so that a refused body can be described as the server's parser describes it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

SOURCE = "(org.glassfish.jersey.message.internal.ReaderInterceptorExecutor$UnCloseableInputStream)"
_VALUE = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
_BLANK = b" \t\r\n"
_NUMBER = re.compile(rb"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(rb"[A-Za-z0-9_$]+")
_WORDS = {b"true": True, b"false": False, b"null": None}


@dataclass(frozen=True)
class Node:
    """A value with the offsets of its first byte and of the byte after its first token.

    `value` is a list of (name, node) for objects, of nodes for arrays, else the plain value.
    """

    value: Any
    kind: str
    start: int
    after: int

    def member(self, key: str | int) -> Node:
        """The last member of that name, or the item of that index."""
        if isinstance(key, int):
            item: Node = self.value[key]
            return item
        found: Node = [node for name, node in self.value if name == key][-1]
        return found


class JsonSyntaxError(Exception):
    """Not JSON. The text is the server's, with line and column."""


def location(body: bytes, offset: int) -> str:
    """` at [Source: …; line: l, column: c]` for an offset; columns count bytes."""
    line = body.count(b"\n", 0, offset) + 1
    column = offset - (body.rfind(b"\n", 0, offset) + 1) + 1
    return f"[Source: {SOURCE}; line: {line}, column: {column}]"


def loads(body: bytes) -> Any:
    """The plain value. Raises JsonSyntaxError. What follows a complete value is ignored, as on the server."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except ValueError:
        return plain(parse(body))


def plain(node: Node) -> Any:
    """A node's value without positions."""
    if node.kind == "object":
        return {name: plain(member) for name, member in node.value}
    if node.kind == "array":
        return [plain(item) for item in node.value]
    return node.value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def parse(body: bytes) -> Node:
    """The first value in a body, with positions. Raises JsonSyntaxError."""
    return _Parser(body).root()


class _Parser:
    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def root(self) -> Node:
        self.blanks()
        return self.value()

    def blanks(self) -> None:
        while self.at < len(self.body) and self.body[self.at] in _BLANK:
            self.at += 1

    def peek(self, where: str) -> int:
        """The next byte after blanks; `where` words the end of input."""
        self.blanks()
        if self.at >= len(self.body):
            self.fail(f"Unexpected end-of-input{where}", self.at)
        return self.body[self.at]

    def fail(self, text: str, offset: int) -> NoReturn:
        raise JsonSyntaxError(f"{text}\n at {location(self.body, offset)}")

    def unexpected(self, expected: str) -> NoReturn:
        """Complain of the character at the cursor; the server's parser has read past it by then."""
        character = self.body[self.at :].decode(errors="replace")[0]
        code = ord(character)
        described = f"'{character}' (code {code})" if code >= 32 else f"(CTRL-CHAR, code {code})"
        self.fail(f"Unexpected character ({described}): {expected}", self.at + 1)

    def value(self, where: str = "") -> Node:
        byte = self.peek(where or ": expected a value")
        start = self.at
        if byte == ord("{"):
            return self.container(start, "object")
        if byte == ord("["):
            return self.container(start, "array")
        if byte == ord('"'):
            return Node(self.string(": was expecting closing quote for a string value"), "string", start, start + 1)
        if byte in b"-0123456789":
            return self.number(start)
        return self.word(start)

    def container(self, start: int, kind: str) -> Node:
        opened = f"{kind.capitalize()} (start marker at {location(self.body, start)})"
        close = ord("}" if kind == "object" else "]")
        self.at += 1
        items: list[Any] = []
        where = f": expected close marker for {opened}"
        if self.peek(where) == close:
            self.at += 1
            return Node(items, kind, start, start + 1)
        while True:
            items.append(self.pair(where) if kind == "object" else self.value(where))
            byte = self.peek(where)
            self.at += 1
            if byte == close:
                return Node(items, kind, start, start + 1)
            if byte != ord(","):
                self.at -= 1
                self.unexpected(f"was expecting comma to separate {kind.capitalize()} entries")
            self.peek(f" within/between {kind.capitalize()} entries")

    def pair(self, where: str) -> tuple[str, Node]:
        if self.peek(where) != ord('"'):
            self.unexpected("was expecting double-quote to start field name")
        name = self.string(" in field name")
        if self.peek(" within/between Object entries") != ord(":"):
            self.unexpected("was expecting a colon to separate field name and value")
        self.at += 1
        return name, self.value(" within/between Object entries")

    def string(self, where: str) -> str:
        start = self.at
        self.at += 1
        while True:
            if self.at >= len(self.body):
                self.fail(f"Unexpected end-of-input{where}", self.at)
            byte = self.body[self.at]
            if byte == ord('"'):
                self.at += 1
                break
            if byte < 32:
                self.fail(
                    f"Illegal unquoted character ((CTRL-CHAR, code {byte})): "
                    "has to be escaped using backslash to be included in string value",
                    self.at + 1,
                )
            self.at += 2 if byte == ord("\\") else 1
        try:
            text: str = json.loads(self.body[start : self.at])
        except ValueError:
            self.fail("Unrecognized character escape", self.at)
        return text

    def number(self, start: int) -> Node:
        match = _NUMBER.match(self.body, start)
        if not match:
            self.at = start + 1
            self.unexpected("Expected digit (0-9) to follow minus sign, for valid numeric value")
        self.at = match.end()
        return Node(json.loads(match[0]), "number", start, self.at)

    def word(self, start: int) -> Node:
        match = _WORD.match(self.body, start)
        if not match:
            self.unexpected(f"expected a valid value ({_VALUE})")
        self.at = match.end()
        if match[0] not in _WORDS:
            self.fail(f"Unrecognized token '{match[0].decode()}': was expecting ({_VALUE})", self.at)
        return Node(_WORDS[match[0]], "word", start, self.at)
