# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is hidden is a secret, and nothing else: compared with what would be told if no secret were known."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import patch

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor, looks_secret
from badinput.corpus import Case, cases
from badinput.test_tasks import MODULES, THERE, warnings
from properties import world as worlds
from properties.world import ADMIN, BOT, World

Json = dict[str, Any]
ALL = [*cases("refused.corpus"), *cases("accepted.corpus")]
# Ciphertext is hidden whosever it is, and whatever Ansible takes for a password it hides itself.
SECRETS = re.compile(r"canary|fernet:|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\*{8}")
MARKER = re.compile(r"\(secret[,)]")


def _in_clear(case: Case, who: str) -> Json:
    """What a module returns if the redactor knows no secret; what is hidden by its place or name still is."""
    with patch.object(Redactor, "text", lambda _self, text: text), patch.object(worlds, "CANARY", "\0nothing"):
        return _run(case, who)


def _run(case: Case, who: str) -> Json:
    world = World(case.profile, who, bulk=case.profile != "1.2")
    THERE.make(world)
    return world.run(MODULES[case.module], case.task)


def _texts(result: Json) -> list[str]:
    """Whatever people read of a result."""
    told = [str(result.get("msg")), *warnings(result), str(result.get("failure", {}).get("message"))]
    for each in [result, *(result.get("results") or [])]:
        told += [str(each.get("changed_fields")), str((each.get("failure") or {}).get("message"))]
    return [*told, *(str(side) for diff in _diffs(result) for side in diff.values())]


def _diffs(result: Json) -> list[Json]:
    diff = result.get("diff") or []
    return diff if isinstance(diff, list) else [diff]


def _only_secrets_hidden(shown: str, plain: str) -> bool:
    """Whether a text differs from the same one in clear only where that holds a secret, or hides one itself."""
    match = re.fullmatch("(.*?)".join(map(re.escape, shown.split(HIDDEN))), plain, re.DOTALL)
    return match is not None and all(hidden == HIDDEN or SECRETS.search(hidden) for hidden in match.groups())


def _given(task: Json, field: str) -> str:
    """What the services of a task have at a field, as a text."""
    found = []
    for each in [task, *(each for each in task.get("services") or () if isinstance(each, dict))]:
        value: Any = each
        for key in field.split("."):
            value = value.get(key) if isinstance(value, dict) else value
        found.append(value)
    return str(found)


@pytest.mark.parametrize(("number", "case"), list(enumerate(ALL)), ids=lambda part: getattr(part, "title", ""))
def test_only_secrets_are_hidden(number: int, case: Case) -> None:
    """As an admin and as a bot in turn."""
    who = (ADMIN, BOT)[number % 2]
    shown, plain = _run(case, who), _in_clear(case, who)
    assert shown.get("failed") == plain.get("failed")
    pairs = zip(_texts(shown), _texts(plain), strict=True)
    assert not [pair for pair in pairs if not _only_secrets_hidden(*pair)]
    for diff in _diffs(shown):
        for field, value in [*diff["before"].items(), *diff["after"].items()]:
            if MARKER.search(str(value)):
                assert looks_secret(field.rpartition(".")[2]) or SECRETS.search(_given(case.task, field)), field
