# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that can be told wherever they turn up, and the search for them."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MARK = "Kanarienvogel"
"""In every secret, at its beginning and at its end, so that half a secret is told, too."""

_NUMBER = "91735"
_AROUND = 160


@dataclass(frozen=True)
class Leak:
    """A secret where none may be; `text` is the place with the secret replaced by what it is."""

    source: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.text}"


class Canaries:
    """Makes secrets, each unlike all others, and finds them again in whatever form they are printed."""

    def __init__(self, literal: Mapping[str, str] | None = None) -> None:
        """`literal` are further secrets by what they are, which somebody else made."""
        self._labels: dict[str, str] = {}
        self._ids = itertools.count(1)
        self._literal = {secret: what for what, secret in (literal or {}).items()}

    def hide(self, what: str, secret: str) -> None:
        """Learn a further secret that somebody else made."""
        self._literal[secret] = what

    def _new(self, label: str) -> str:
        number = f"{next(self._ids):06}"
        self._labels[number] = label
        return number

    def text(self, label: str) -> str:
        """A secret with all that JSON, URLs, shells and YAML write in another way."""
        core = f"{MARK}{self._new(label)}"
        return f'{core} "ü"/\\&%25+=:@#$\'{core}'

    def plain(self, label: str) -> str:
        """A secret of letters and digits, which can be part of a URL or a header."""
        return f"{MARK}{self._new(label)}"

    def number(self, label: str) -> int:
        """A secret that YAML reads as a number."""
        return int(f"{_NUMBER}{self._new(label)}")

    def pem(self, label: str) -> str:
        """A secret of several lines."""
        core = f"{MARK}{self._new(label)}"
        return f"-----BEGIN PRIVATE KEY-----\n{core}+/{core}\n{core}==\n-----END PRIVATE KEY-----\n"

    def basic(self, label: str) -> str:
        """The value of an Authorization header."""
        return f"Basic {base64.b64encode(f'user:{self.plain(label)}'.encode()).decode()}"

    def fitting(self, field: str, label: str) -> str:
        """A secret of the kind that people put into a field of that name."""
        if re.search("(Certificate|sslKey|privateKey)$", field):
            return self.pem(label)
        return self.basic(label) if field == "proxyAuthentication" else self.text(label)

    def leaks(self, source: str, text: str) -> Iterator[Leak]:
        """Each place in a text that holds a secret, or part of one, in clear or encoded, or ciphertext, or a token."""
        signs = [*_SIGNS, *(Sign(what, (secret,), re.escape(secret)) for secret, what in self._literal.items())]
        lowered = text.lower()
        signs = [sign for sign in signs if any(hint.lower() in lowered for hint in sign.hints)]
        for number, line in enumerate(text.splitlines() if signs else (), 1):
            found = sorted(
                (match.start(), match.end(), self._what(match, sign.what))
                for sign in signs
                for match in re.finditer(sign.pattern, line)
            )
            if found:
                yield Leak(source, number, _shown(line, found))

    def _what(self, match: re.Match[str], what: str) -> str:
        number = match.groupdict().get("id")
        return f"{what}{self._labels.get(number, 'cut short')}" if number else what


def _shown(line: str, found: list[tuple[int, int, str]]) -> str:
    """The line around its first secrets, all of them replaced."""
    pieces: list[str] = []
    done = max(0, found[0][0] - _AROUND)
    end = min(len(line), found[0][1] + _AROUND)
    for start, stop, what in found:
        if done <= start < end:
            pieces += [line[done:start], f"<<{what}>>"]
        done = max(done, stop)
    return "".join([*pieces, line[done:end]])


def _in_base64(word: str) -> Iterator[str]:
    """What base64 makes of a word inside of a longer text, whatever stands before and after it."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + word.encode()).decode().rstrip("=")
        yield encoded[-(-before * 8 // 6) : (before + len(word)) * 8 // 6]


@dataclass(frozen=True)
class Sign:
    """What gives a secret away: `pattern`, which can't fit where none of the `hints` is (in upper or lower case)."""

    what: str
    hints: tuple[str, ...]
    pattern: str


_BASE64 = tuple(_in_base64(MARK))
_HEX = MARK.encode().hex()
_PERCENT = "".join(f"%{byte:02x}" for byte in MARK.encode())
_SIGNS = (
    Sign("", (MARK,), rf"{MARK}(?P<id>\d{{6}})?"),
    # Not the digits of a time, which may happen to be these.
    Sign("number: ", (_NUMBER,), rf"(?<![\d.]){_NUMBER}(?P<id>\d{{6}})"),
    Sign("a secret in base64", _BASE64, "|".join(map(re.escape, _BASE64))),
    Sign("a secret in hexadecimal", (_HEX,), f"(?i){_HEX}"),
    Sign("a percent-encoded secret", (_PERCENT,), f"(?i){_PERCENT}"),
    Sign("ciphertext", ("fernet:", "gAAAAA"), r"fernet:[\w=+/-]+|gAAAAA[\w=-]{20,}"),
    Sign("a token", ("eyJ",), r"eyJ[\w-]{10,}"),
)


def evidence_below(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and the text of every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes().decode("utf-8", errors="replace")
