# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task on one service, whatever the service is like and whatever the task says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES, Resource
from properties import regressions, strategies
from properties.counting import count, scaled
from properties.promises import examine
from properties.strategies import Start
from properties.world import ADMIN, BOT, World

Json = dict[str, Any]
BYSTANDER = Start("bystander", "Metabase", {"hostPort": "http://h", "password": "canary-bystander"}, children=1)


@pytest.mark.parametrize("who", [ADMIN, BOT])
@pytest.mark.parametrize("profile", ["1.2", "1.4", "2.0"])
def test_a_task_keeps_its_promises(profile: str, who: str) -> None:
    world = World(profile, who)

    @regressions.cases
    @settings(max_examples=scaled(40, 240))
    @given(strategies.cases(world.server), strategies.policies())
    def check(case: tuple[Start, Json], policy: Json) -> None:
        start, task = case
        world.reset()
        BYSTANDER.make(world)
        start.make(world)
        examine(world, {**task, **policy})
        count()

    check()


@pytest.mark.parametrize("who", [ADMIN, BOT])
@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_a_task_for_another_kind_keeps_them_too(profile: str, who: str) -> None:
    release = tuple(int(number) for number in profile.split("."))
    worlds = {
        resource.kind: World(profile, who, resource=resource)
        for resource in RESOURCES.values()
        if resource.since <= release
    }

    @settings(max_examples=scaled(30, 200))
    @given(strategies.other_kinds(release), strategies.policies(), st.data())
    def check(resource: Resource, policy: Json, data: st.DataObject) -> None:
        world = worlds[resource.kind]
        start, task = data.draw(strategies.cases(world.server))
        event(resource.kind)
        world.reset()
        start.make(world)
        examine(world, {**task, **policy})
        count()

    check()
