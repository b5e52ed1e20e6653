# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the documentation, and the blocks of YAML and of commands that they show."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
ROLES = sorted((ROOT / "roles").glob("*/README.md"))
COMMUNITY = [path for path in sorted(ROOT.glob("*.md")) if path != README]
PAGES = [README, *COMMUNITY, *ROLES, *sorted((ROOT / "docs").glob("*.md")), *GUIDES]


@dataclass(frozen=True)
class Block:
    """A block of a page: `section` is the heading that it stands below, `text` is dedented."""

    page: str
    line: int
    language: str
    section: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def content(self) -> Any:
        """What a block of YAML holds."""
        return yaml.safe_load(self.text)

    @property
    def commands(self) -> str:
        """What a block of commands lets one type, as a script."""
        return "\n".join(line[2:] for line in self.text.splitlines() if line.startswith("$ "))

    @property
    def file(self) -> str:
        """The file that a block of YAML says to be, in a comment at its beginning."""
        match = re.match(r"# ([\w./-]+\.yml)(?:$|:)", self.text, re.MULTILINE)
        return match[1] if match else ""


def blocks(page: Path, language: str = "yaml") -> list[Block]:
    """The blocks of a page that are written in that language."""
    return [block for block in _blocks(page) if block.language == language]


def _blocks(page: Path) -> Iterator[Block]:
    lines = page.read_text(encoding="utf-8").splitlines()
    section, done = "", 0
    for number, line in enumerate(lines, 1):
        if number <= done:
            continue
        rst = re.fullmatch(r"\s*\.\. code-block:: (\w+)", line)
        fence = re.fullmatch(r"(\s*)```(\w+)", line)
        if line.startswith("#"):
            section = line.strip("# ")
        elif re.fullmatch(r"([-=^~])\1{2,}", line):
            section = lines[number - 2]
        elif rst:
            yield Block(page.name, number, rst[1], section, _indented(lines[number:], len(line) - len(line.lstrip())))
        elif fence:
            done = lines.index(f"{fence[1]}```", number)
            yield Block(page.name, number, fence[2], section, textwrap.dedent("\n".join(lines[number:done])))


def _indented(lines: list[str], indent: int) -> str:
    block = []
    for line in lines:
        if line and not line.startswith(" " * (indent + 1)):
            break
        block.append(line)
    return textwrap.dedent("\n".join(block)).strip("\n")
