# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task on one ingestion pipeline, whatever the pipeline is like and whatever the task says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from properties import pipelines
from properties.counting import count, scaled
from properties.pipeline_promises import examine
from properties.pipelines import WHO, PipelineWorld, Start

Json = dict[str, Any]
BYSTANDER = Start("dashboard", "bystander", "metadata", {"type": "DashboardMetadata"}, {}, ("deploy", "wait"))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("profile", ["1.2", "1.5", "1.9", "2.0"])
def test_a_task_keeps_its_promises(profile: str, who: str) -> None:
    world = PipelineWorld(profile, who)

    @settings(max_examples=scaled(8, 80))
    @given(pipelines.starts(world.server), st.data())
    def check(start: Start, data: st.DataObject) -> None:
        world.reset()
        BYSTANDER.make(world)
        start.make(world)
        task = data.draw(pipelines.tasks(world.server, start), label="task")
        result = examine(world, start, task)
        event(result.get("action", "refused"))
        count()

    check()
