# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are wrong: refused before anything is written, with a message that names the option, and no secret."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.modules import service, service_bulk, service_info
from badinput.corpus import Case, cases
from properties.strategies import Start
from properties.world import BULK, INFO, SINGLE, World

Json = dict[str, Any]
MODULES = {
    "single": SINGLE,
    "bulk": BULK,
    "info": INFO,
    "service": service,
    "service_bulk": service_bulk,
    "service_info": service_info,
}
LEAST = 300
THERE = Start("there", "Metabase", {"hostPort": "http://h", "password": "canary-there"}, children=1)
REFUSED = cases("refused.corpus")
ODD = cases("accepted.corpus")


@cache
def server(profile: str) -> World:
    """A server with one service, which holds a dashboard."""
    world = World(profile, bulk=profile != "1.2")
    THERE.make(world)
    return world


def warnings(result: Json) -> list[str]:
    """The warnings of a result, as texts."""
    given = result.get("warnings") or []
    return [each if isinstance(each, str) else each["event"]["msg"] for each in given]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_refused(case: Case) -> None:
    world = server(case.profile)
    before = world.state()
    for check in (True, False):
        result = world.run(MODULES[case.module], case.task, check)
        assert result.get("failed"), f"accepted: {result}"
        assert not result.get("changed")
        assert not world.wrote, result["msg"]
        assert re.search(case.says, result["msg"]), result["msg"]
        assert "Traceback" not in str(result)
        assert len(result["msg"]) < 5000
    assert world.state() == before


def test_there_are_enough() -> None:
    assert len(REFUSED) >= LEAST
    assert len({case.title for case in REFUSED}) == len(REFUSED)


@pytest.mark.parametrize("case", ODD, ids=lambda case: case.title)
def test_odd_but_right(case: Case) -> None:
    """Accepted, with the warning that is expected and no other, and found unchanged by a second run."""
    world = World(case.profile, "ingestion-bot", bulk=case.profile != "1.2")
    THERE.make(world)
    module = MODULES[case.module]
    predicted = world.run(module, case.task, check=True)
    first = world.run(module, case.task)
    assert not first.get("failed"), first["msg"]
    assert predicted["changed"] == first["changed"]
    assert warnings(predicted) == warnings(first)
    assert len(warnings(first)) == (case.warns is not None), warnings(first)
    assert re.search(case.warns or "", "".join(warnings(first))), warnings(first)
    settled = world.state()
    again = world.run(module, case.task)
    assert not again.get("failed"), again["msg"]
    assert not again["changed"]
    assert not world.wrote
    assert world.state() == settled
