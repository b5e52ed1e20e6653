# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service whose connection is tested, and what becomes of the workflows that test it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.modules_here import one
from unit.plugins.support import ROLES, Json, User

BASE = "/automations/workflows"


MASK = "*********"


SECRET = "canary-stored"


SHOP: Json = {
    "kind": "database",
    "name": "shop",
    "service_type": "Postgres",
    "connection": {
        "hostPort": "p:5432",
        "username": "u",
        "database": "d",
        "authType": {"password": SECRET},
    },
}


NAMED = {"kind": "database", "name": "shop"}


BOTH_ROLES = pytest.mark.parametrize("role", ROLES)


def stored(user: User, **plan: Any) -> User:
    """A user of a server that holds the service; `plan` is how its next test goes, at once by default."""
    assert one(user, SHOP)["changed"]
    user.server.plan_test(**{"seconds": 0, **plan})
    user.server.clear_requests()
    return user


def left(user: User) -> list[Json]:
    """The workflows that are still there."""
    found: list[Json] = user.call("GET", BASE, include="all")["data"]
    return found


def posted(server: FakeServer) -> Json:
    """The request of the test that was made."""
    request = next(
        entry["body"]["request"] for entry in server.requests() if (entry["method"], entry["path"]) == ("POST", BASE)
    )
    return dict(request)


def given(**connection: Any) -> Json:
    """The service's options with other members of its connection."""
    return {**SHOP, "connection": {**copy.deepcopy(SHOP["connection"]), **connection}}
