# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that answer nonsense: never a traceback or a leak, never "unchanged" for what was written."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from badinput.answers import Tampered, Tampering, tamperings
from properties.promises import meaning
from properties.strategies import Start
from properties.world import ADMIN, BOT, BULK, INFO, SINGLE

Json = dict[str, Any]
ALL = tamperings()
CONFIG = {"hostPort": "http://h", "username": "u", "password": "canary-there"}
TIER, DOMAIN = ["Tier.Tier1"], ["RecDomain"]
GIVEN = {"owners": ["rec_user"], "tags": TIER, "domains": DOMAIN, "description": "d"}
UPDATE = {
    "name": "there",
    "connection": {**CONFIG, "username": "v"},
    "owners": ["rec_user_2"],
    "description": "new",
    "tags": ["PII.Sensitive"],
    "domains": ["RecDomain2"],
}
CREATE = {**UPDATE, "name": "new", "service_type": "Metabase"}
GONE = {"name": "there", "state": "absent"}
TASKS: dict[str, list[tuple[Any, Json]]] = {
    "single": [(SINGLE, UPDATE), (SINGLE, CREATE)],
    "absent": [(SINGLE, GONE), (SINGLE, {**GONE, "hard_delete": True})],
    "restore": [(SINGLE, UPDATE)],
    "info": [(INFO, {})],
    "bulk": [(BULK, {"services": [UPDATE, CREATE], "scope": {}, "on_error": "continue"})],
}


@cache
def server(profile: str, who: str) -> Tampered:
    return Tampered(profile, who, bulk=profile != "1.2")


@pytest.mark.parametrize(("number", "tampering"), list(enumerate(ALL)), ids=lambda part: getattr(part, "title", ""))
def test_nonsense(number: int, tampering: Tampering) -> None:
    """As an admin and as a bot in turn."""
    world = server(tampering.profile, (ADMIN, BOT)[number % 2])
    there = Start("there", "Metabase", CONFIG, GIVEN, deleted=tampering.module == "restore")
    for module, task in TASKS[tampering.module]:
        world.tampering = None
        world.reset()
        there.make(world)
        before = {name: meaning(body) for name, body in world.services().items()}
        world.tampering, world.served = tampering, 0
        result = world.run(module, task)
        after = {name: meaning(body) for name, body in world.services().items()}
        assert "Traceback" not in str(result)
        if result.get("failed"):
            assert result["failure"]["code"], result
            assert result["failure"]["message"], result
            assert len(result["msg"]) < 3000
        # What was written is told, come what may.
        assert result["changed"] or after == before, result


def test_there_are_enough() -> None:
    assert len(ALL) >= 300
