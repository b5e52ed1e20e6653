# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a refresh changed, as lines that a maintainer reads: types and fields, by release."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from .forms import ANYTHING, History
from .reader import Node
from .releases import parse

Events = dict[tuple[str, str, str, str], str]
"""What happened to a field or type, in words, by release, kind, definition and field."""


def events(folder: Path) -> Events:
    """Every event in the files of a catalogue; none where there is no catalogue yet."""
    found: Events = {}
    for file in sorted(folder.glob("*.py")):
        tables = _tables(file)
        for name, text in tables.get("TYPES", {}).items():
            for since, what in _of_type(json.loads(text)):
                found[since, file.stem, name, "(type)"] = what
        for key, text in tables.get("DEFINITIONS", {}).items():
            for since, field, what in _of_definition(json.loads(text)):
                found[since, file.stem, key, field] = what
    return found


def changes(before: Events, after: Events) -> list[str]:
    """The events that one catalogue has and the other hasn't, a line each, the oldest release first."""
    lines = []
    for event in sorted(before.keys() | after.keys(), key=lambda each: (parse(each[0]), each[1:])):
        was, now = before.get(event), after.get(event)
        if was != now:
            release, kind, name, field = event
            note = now if was is None else f"no longer: {was}" if now is None else f"{now} (was: {was})"
            lines.append(f"{release} {kind} {name}.{field}: {note}".replace(".(type)", ""))
    return lines


def _tables(file: Path) -> dict[str, dict[str, str]]:
    """The constants of a file."""
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _of_type(history: History) -> Iterator[tuple[str, str]]:
    for since, key in history:
        yield since, "type removed" if key is None else f"type with {'any' if key == ANYTHING else key} as its root"


def _of_definition(history: History) -> Iterator[tuple[str, str, str]]:
    known: Node = {}
    for index, (since, change) in enumerate(history):
        for field, node in change.get("fields", {}).items():
            word = "removed" if node is None else "changed to" if known.get(field) else "added"
            yield since, field, f"{word} {'' if node is None else json.dumps(node)}".strip()
            known[field] = node
        for key in change.keys() - {"fields"} if index else ():
            yield since, f"({key})", f"now {json.dumps(change[key])}"
