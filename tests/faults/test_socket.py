# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults made within this process, and the same over a real socket, by a server that is a process of its own."""

from __future__ import annotations

import functools
from typing import Any
from unittest.mock import patch

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import client
from fake_openmetadata.launch import FakeServer
from faults import campaign
from faults.campaign import Case
from faults.kinds import FAULTS
from faults.operations import BYSTANDER, Operation, settings
from faults.verdict import claims, essence
from properties.test_world import Remote, _ids

Json = dict[str, Any]
SLOW = "timeout before"
# How the server of its own is told to do the same.
ORDERS: dict[str, Json] = {
    "reset before": {"drop": "before"},
    "reset after": {"drop": "after"},
    "429": {"status": 429, "headers": {"Retry-After": "7"}, "body": {"code": 429, "message": "made-up 429"}},
    "500": {"status": 500, "body": {"code": 500, "message": "made-up 500"}},
    "502": {"status": 502, "body": {"code": 502, "message": "made-up 502"}},
    "503": {"status": 503, "headers": {"Retry-After": "3600"}, "body": {"code": 503, "message": "made-up 503"}},
    "body cut": {"truncate": True},
    "page 200": {"html": True},
    "page 502": {"html": True, "status": 502},
    "expired token": {"status": 401, "count": 0, "body": {"code": 401, "message": "made-up 401"}},
    SLOW: {"delay": 0.8},
    "resets before on": {"drop": "before", "count": 0},
    "resets after on": {"drop": "after", "count": 0},
}
SETTINGS = ("create/1.2/admin", "update all/2.0/admin", "restore/2.0/admin", "soft delete/1.2/admin")


def told(operation: Operation, result: Json, services: Json, requests: int, pauses: list[float]) -> Json:
    """What both ways have to agree in."""
    members = ("failed", "changed", "action", "changed_fields", "version_before", "version")
    return {
        "claims": [{name: one.get(name) for name in members} for one in claims(operation, result).values()],
        "code": result.get("failure", {}).get("code"),
        "services": {name: _without_ids(essence(body) or {}) for name, body in services.items()},
        "requests": requests,
        # What nobody asked for is jittered.
        "pauses": [pause if pause in (7.0, 30.0) else "some time" for pause in pauses],
    }


def _without_ids(body: Json) -> Json:
    """References by name, as each server has ids of its own."""
    plain = dict(body)
    for name in ("owner", "owners", "domain", "domains"):
        members = body.get(name) or []
        plain[name] = [member["name"] for member in (members if isinstance(members, list) else [members])]
    return plain


def near(case: Case) -> Json:
    """A case within this process."""
    operation, world = case.setting.operation, campaign.world_of(case.setting)
    campaign.prepare(world, operation)
    world.arm(case.at, fault=next(fault for fault in FAULTS if fault.name == case.label))
    result = world.run(operation.module, operation.task)
    return told(operation, result, world.services(), len(world.sent), list(world.pauses))


def far(case: Case, world: Remote, server: FakeServer) -> Json:
    """The same case over the network."""
    operation, pauses = case.setting.operation, list[float]()
    server.reset()
    for start in (BYSTANDER, *operation.starts):
        start.make(world)
    server.clear_requests()
    bare = {"path": "^(?!/system/version)"} if case.label == "expired token" else {}
    skipped = 1 if bare else 0
    server.inject(nth=case.at - skipped, **bare, **ORDERS[case.label])
    with patch.object(client, "Client", functools.partial(client.Client, sleep=pauses.append)):
        result = world.run(
            operation.module, {"timeout": 0.4 if "delay" in ORDERS[case.label] else 10, **operation.task}
        )
    requests = len(server.requests())
    server.clear_faults()
    services = {body["name"]: body for body in server.state()["dashboardService"]}
    return told(operation, result, services, requests, pauses)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_real_socket_makes_no_difference(setting: str) -> None:
    one = next(each for each in settings() if each.id == setting)
    compared: list[str] = []
    with FakeServer(one.profile) as server:
        world = Remote(server, one.profile)
        world.ids = _ids(world)
        known = campaign.flawless(one)
        for case in campaign.cases(one, known):
            # A write that times out is done later there, at a time of its own.
            if case.label in ORDERS and (
                case.label != "timeout before" or known.run.sent[case.at - 1].startswith("GET")
            ):
                assert far(case, world, server) == near(case), case.id
                compared.append(case.label)
    assert set(compared) == ORDERS.keys()
