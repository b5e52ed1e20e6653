# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server's long life: tasks, people at the UI and deletions in any order; every promise holds at every moment."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from dashboards import DASHBOARDS
from properties import strategies
from properties.counting import count, scaled
from properties.promises import examine
from properties.strategies import NAMES, Start
from properties.world import ADMIN, BASE, BOT, INFO, World

Json = dict[str, Any]


class Life(RuleBasedStateMachine):
    """One server, three names, a few dozen steps."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.reset()
        self.ids: dict[str, str] = {}

    @initialize(data=st.data())
    def someone_made_a_service(self, data: st.DataObject) -> None:
        """One of the names is there already, or was."""
        data.draw(strategies.starts(self.world.server, NAMES[0])).make(self.world)

    def _start(self, name: str) -> Start:
        """A service as it is now, as far as tasks are made from it."""
        body = self.world.services().get(name)
        if body is None:
            return Start(name, "Metabase", absent=True)
        config = (body.get("connection") or {}).get("config")
        return Start(name, body["serviceType"], config, deleted=body["deleted"])

    @rule(data=st.data(), name=st.sampled_from(NAMES), policy=strategies.policies())
    def a_task(self, data: st.DataObject, name: str, policy: Json) -> None:
        """The module for one service, with all promises checked."""
        start = self._start(name)
        draw = strategies.absents(start) if data.draw(st.integers(0, 5)) == 0 else None
        task = data.draw(draw if draw is not None else strategies.presents(self.world.server, start))
        examine(self.world, {**task, **policy})
        count()

    @rule(data=st.data(), name=st.sampled_from(NAMES), who=st.sampled_from((ADMIN, BOT)))
    def an_edit_at_the_ui(self, data: st.DataObject, name: str, who: str) -> None:
        """Somebody changes the description, the display name, the owners or the tags."""
        start = self._start(name)
        if start.absent or start.deleted or not (start.config or self.world.server.takes_no_connection):
            return
        values = data.draw(strategies.stored_values(self.world.server))
        for option in ("display_name", "description", "owners", "tags"):
            if option in values:
                id_ = self.world.services()[name]["id"]
                strategies.edit(self.world, id_, option, values[option], who)

    @rule(data=st.data(), name=st.sampled_from(NAMES))
    def another_connection_at_the_ui(self, data: st.DataObject, name: str) -> None:
        """Somebody saves another connection; the rest of the service goes with it, as the UI does."""
        start = self._start(name)
        if start.absent or start.deleted or not (start.config or self.world.server.takes_no_connection):
            return
        config = data.draw(strategies.connections(start.service_type, self.world.server))
        kind = DASHBOARDS.service_type(start.service_type)
        body = {
            "name": name,
            "serviceType": start.service_type,
            "connection": {"config": connection.with_type(kind, config)},
        }
        self.world.call("PUT", BASE, body)

    @rule(name=st.sampled_from(NAMES), hard=st.booleans())
    def a_deletion_at_the_ui(self, name: str, hard: bool) -> None:
        """Somebody deletes a service with all that it holds."""
        start = self._start(name)
        if not start.absent and (hard or not start.deleted):
            id_ = self.world.services()[name]["id"]
            self.world.call("DELETE", f"{BASE}/{id_}", recursive="true", hardDelete=str(hard).lower())

    @rule(name=st.sampled_from(NAMES), number=st.integers(0, 3))
    def an_ingested_dashboard(self, name: str, number: int) -> None:
        """Ingestion finds a dashboard."""
        body = self.world.services().get(name)
        if body is not None and not body["deleted"]:
            self.world.call("PUT", "/dashboards", {"name": f"child{number}", "service": body["fullyQualifiedName"]})

    @rule(name=st.sampled_from(NAMES), everything=st.booleans())
    def a_look(self, name: str, everything: bool) -> None:
        """The info module shows what is there, changes nothing and shows no secret."""
        before = self.world.state()
        arguments = {"include_deleted": True} if everything else {"name": name}
        result = self.world.run(INFO, arguments)
        assert not self.world.wrote
        assert self.world.state() == before
        services = self.world.services()
        expected = {other for other, body in services.items() if everything or (other == name and not body["deleted"])}
        assert {service["name"] for service in result["dashboard_services"]} == expected

    @invariant()
    def ids_are_stable(self) -> None:
        """A service keeps its id as long as it is there."""
        now = {name: body["id"] for name, body in self.world.services().items()}
        for name, id_ in now.items():
            assert self.ids.get(name, id_) == id_
        self.ids = now


@pytest.mark.parametrize("who", [ADMIN, BOT])
@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_a_long_life(profile: str, who: str) -> None:
    machine = type("LifeOn", (Life,), {"world": World(profile, who)})
    few_steps = settings(max_examples=scaled(6, 40), stateful_step_count=scaled(10, 20))
    run_state_machine_as_test(machine, settings=few_steps)
