# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks at -vvvv with a secret in every place that can hold one: none may be printed, logged, cached or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
from dashboards import DASHBOARDS
from leaks.canaries import Canaries
from leaks.connections import Place, Service, places, services
from leaks.playbook import FORMS, Run, Step
from leaks.servers import WRITES, Start, canaries_for, login, sent, store
from unit.plugins import configs


def covered(found: list[Service]) -> set[Place]:
    """The places in which these services have a secret."""
    return {place for service in found for place in service.places}


def some(found: list[Service], part: slice) -> list[Service]:
    """All of them, or only a part where each starts a process, which takes its time."""
    return found if Run.in_controller else found[part]


def test_the_services_hold_a_secret_in_every_place_that_the_newest_release_has(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted = {place for name in configs.TYPES for place in places(name)}
    assert {service.service_type for service in services(Canaries())} == set(configs.TYPES) - {"CustomDashboard"}
    assert covered(services(Canaries())) == wanted
    assert len(wanted) > 60
    with capsys.disabled():
        print(f"\n{len(wanted)} secret paths of {len(configs.TYPES)} service types are covered")


@pytest.mark.parametrize(
    ("form", "who"), [("single", "bot"), ("single", "admin"), ("bulk", "bot"), ("bulk", "admin"), ("role", "bot")]
)
def test_every_secret_while_all_goes_well(start: Start, folder: Path, form: str, who: str) -> None:
    server = start("2.0")
    canaries = canaries_for(server)
    first, second = services(canaries), services(canaries, "changed ")
    if form == "single":
        # The other half is refused below, and some will do for an admin.
        part = slice(0, None, 2 if who == "bot" else 6)
        first, second = some(first, part), some(second, part)
    make = FORMS[form]
    drift = "changed" if who == "bot" else "ok"
    steps = [*make("Create", first), *make("Foretell other secrets", second[::5], check=True, expect=drift)]
    if form != "single":
        steps += make("Other secrets", second)
    if form == "bulk":
        steps += [
            *make("The same again", second, expect="ok"),
            *make("Keep the secrets", first, {"update_secrets": "on_create"}, expect="ok"),
            *make("Purge", second, {"defaults": {"state": "absent", "hard_delete": True}}),
        ]
    Run(folder, canaries).play(steps, login(server, who))
    everything = first if form == "single" else [*first, *second]
    assert {secret for service in everything for secret in service.secrets} <= sent(server)


@pytest.mark.parametrize("form", FORMS)
def test_every_secret_in_a_refusal_that_quotes_it(start: Start, folder: Path, form: str) -> None:
    server = start("2.0")
    canaries = canaries_for(server)
    first, second = services(canaries), services(canaries, "changed ")
    if form == "single":
        part = slice(1, None, 2)
        first, second = some(first, part), some(second, part)
    store(server, first)
    server.clear_requests()
    server.inject(method="PUT", path=WRITES, echo="body", count=0)
    steps = FORMS[form]("Change", second, expect="failed", says="HTTP 500|failed")
    Run(folder, canaries).play(steps, login(server, "bot"))
    assert {secret for service in second for secret in service.secrets} <= sent(server)


OTHERS = [resource for resource in RESOURCES.values() if resource is not DASHBOARDS]
# Where tasks are done there; by modules, which are the same code, it would take as long as all other tests together.
IN_CONTROLLER = pytest.mark.parametrize("_way", [True], ids=["controller"], indirect=True)


def of_other_kinds(canaries: Canaries, generation: str = "") -> list[Service]:
    """Services of every other kind that together hold a secret in every place."""
    return [service for resource in OTHERS for service in services(canaries, generation, resource)]


@IN_CONTROLLER
def test_the_services_of_other_kinds_hold_a_secret_in_every_place(capsys: pytest.CaptureFixture[str]) -> None:
    total = 0
    for resource in OTHERS:
        wanted = {place for name in configs.types(resource) for place in places(name, resource)}
        assert covered(services(Canaries(), "", resource)) == wanted
        total += len(wanted)
    assert total > 300
    with capsys.disabled():
        print(f"\n{total} secret paths of {len(OTHERS)} other kinds are covered")


@IN_CONTROLLER
def test_every_secret_of_every_other_kind(start: Start, folder: Path) -> None:
    server = start("2.0")
    canaries = canaries_for(server)
    first, second = of_other_kinds(canaries), of_other_kinds(canaries, "changed ")[::8]
    steps = [
        Step("Create", {"services": [service.options for service in first]}, "service_bulk"),
        Step("Other secrets", {"services": [service.options for service in second]}, "service_bulk"),
        Step("Read", {"kind": "database", "service_type": "Mysql"}, "service_info", "ok"),
    ]
    Run(folder, canaries).play(steps, login(server, "bot"))
    assert {secret for service in [*first, *second] for secret in service.secrets} <= sent(server)


@IN_CONTROLLER
def test_every_secret_of_every_other_kind_in_a_refusal_that_quotes_it(start: Start, folder: Path) -> None:
    server = start("2.0")
    canaries = canaries_for(server)
    first = of_other_kinds(canaries)
    server.inject(method="POST", path="/services/[a-z]*Services$", echo="body", count=0)
    described = {"services": [service.options for service in first], "on_error": "continue", "bulk_endpoint": "never"}
    step = Step("Create", described, "service_bulk", expect="failed", says="HTTP 500")
    Run(folder, canaries).play([step], login(server, "bot"))
    assert {secret for service in first for secret in service.secrets} <= sent(server)
