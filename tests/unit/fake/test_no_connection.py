# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services stored without a connection, and services whose connection a user may not see."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_openmetadata.cipher import MASK
from fake_openmetadata.testing import BASE, Caller, label, op, superset

BARE = {"name": "rec_a", "serviceType": "Superset"}
NEWER = ["1.4", "1.9", "2.0", "2.1"]


def stored(caller: Caller) -> Any:
    """The stored connection's config with secrets in clear, or None."""
    shown = caller.state.view()["dashboardService"][0].get("connection")
    return shown and shown["config"]


@pytest.mark.parametrize("profile", NEWER)
@pytest.mark.parametrize("who", ["admin", "ingestion-bot"])
def test_a_life_without_connection(profile: str, who: str) -> None:
    caller = Caller(profile)
    created = caller.post({**BARE, "connection": None}, who)
    id_ = created.body["id"]
    replies = [
        created,
        caller.get(),
        caller.get(who="ingestion-bot"),
        caller.put({**BARE, "description": "d"}, who),
        caller.patch(id_, op("add", "/displayName", "D"), op("add", "/tags", [label("Tier.Tier1")]), who=who),
        caller.delete(id_, who),
        caller.call("PUT", f"{BASE}/restore", {"id": id_}, who),
        caller.put({**BARE, "description": "d", "displayName": "D"}, who),
    ]
    assert [reply.status for reply in replies] == [201, 200, 200, 200, 200, 200, 200, 200]
    assert not any("connection" in reply.body for reply in replies)
    assert [reply.change for reply in replies[3:]] == [
        *["entityUpdated"] * 2, "entitySoftDeleted", "entityRestored", "entityNoChange",
    ]  # fmt: skip
    versions = caller.call("GET", f"{BASE}/{id_}/versions").body["versions"]
    assert not any("connection" in json.loads(text) for text in versions)
    assert caller.call("GET", BASE).body["data"][0]["id"] == id_
    assert caller.delete(id_, who, hardDelete="true").change == "entityDeleted"
    assert caller.get(include="all").status == 404


@pytest.mark.parametrize("profile", NEWER)
def test_a_connection_given_later(profile: str) -> None:
    caller = Caller(profile)
    caller.post(BARE)
    reply = caller.put(superset())
    assert (reply.change, reply.body["version"]) == ("entityUpdated", 0.2)
    assert reply.body["changeDescription"]["fieldsUpdated"][0]["name"] == "connection"
    assert stored(caller)["connection"]["password"] == "sekret"
    assert caller.put(superset()).change == "entityNoChange"


def test_a_mask_given_where_nothing_is_stored(new: Caller) -> None:
    new.post(BARE)
    new.put(superset(password=MASK))
    assert stored(new)["connection"]["password"] == MASK


@pytest.mark.parametrize("profile", ["1.2", "1.3"])
def test_older_servers_trip_over_a_missing_connection(profile: str) -> None:
    caller = Caller(profile)
    id_ = caller.post(BARE).body["id"]
    for reply in (caller.put(BARE), caller.put(superset()), caller.patch(id_, op("add", "/description", "d"))):
        assert (reply.status, "Conn" in reply.message) == (500, True)
    assert caller.get().body["version"] == 0.1


@pytest.mark.parametrize("profile", ["1.2", "1.3", *NEWER])
def test_a_stored_connection_left_out_of_a_put_is_refused(profile: str) -> None:
    caller = Caller(profile)
    caller.post(superset())
    reply = caller.put({**BARE, "description": "d"})
    assert (reply.status, caller.get().body["version"]) == (400, 0.1)
    if profile == "1.2":
        assert "Failed to unmask connection instance of Superset" in reply.message
    assert stored(caller)["connection"]["password"] == "sekret"


@pytest.mark.parametrize("profile", NEWER)
def test_a_connection_removed_by_patch(profile: str) -> None:
    caller = Caller(profile)
    id_ = caller.post(superset()).body["id"]
    alone = caller.patch(id_, op("remove", "/connection"))
    assert (alone.change, alone.body["version"], "connection" in alone.body) == ("entityNoChange", 0.1, False)
    assert stored(caller)["connection"]["password"] == "sekret"
    along = caller.patch(id_, op("remove", "/connection"), op("add", "/description", "d"))
    assert (along.change, along.body["version"], stored(caller)) == ("entityUpdated", 0.2, None)
    told = along.body["changeDescription"]
    assert [field["name"] for field in (*told["fieldsAdded"], *told["fieldsDeleted"])] == ["description"]


def test_a_connection_removed_by_patch_trips_older_servers(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    reply = old.patch(id_, op("remove", "/connection"), op("add", "/description", "d"))
    assert (reply.status, '"decryptedUpdatedConn" is null' in reply.message) == (500, True)
    assert (stored(old)["connection"]["password"], old.get().body["version"]) == ("sekret", 0.1)


def test_where_nothing_is_looked_up_a_connection_left_out_is_lost() -> None:
    deleted = Caller("2.0")
    deleted.delete(deleted.post(superset()).body["id"])
    assert (deleted.put(BARE).change, stored(deleted)) == ("entityUpdated", None)
    bulk = Caller("2.0", bulk=True)
    bulk.post(superset())
    for row, kept in ((BARE, True), ({**BARE, "description": "d"}, False)):
        assert bulk.call("PUT", f"{BASE}/bulk", [row]).body["status"] == "success"
        assert (stored(bulk) is not None) is kept


@pytest.mark.parametrize("who", ["rec_user_2", "rec_editor"])
@pytest.mark.parametrize(("profile", "seen"), [("1.2", True), ("1.3", True), ("1.4", False), ("2.0", False)])
def test_who_may_not_view_sees_no_connection(profile: str, seen: bool, who: str) -> None:
    caller = Caller(profile)
    id_ = caller.post(superset()).body["id"]
    caller.get()
    reads = [
        caller.get(who=who).body,
        caller.call("GET", f"{BASE}/{id_}", who=who).body,
        caller.call("GET", BASE, who=who).body["data"][0],
        json.loads(caller.call("GET", f"{BASE}/{id_}/versions", who=who).body["versions"][0]),
        caller.call("GET", f"{BASE}/{id_}/versions/0.1", who=who).body,
    ]
    assert [("connection" in body, MASK in str(body)) for body in reads] == [(seen, seen)] * 5
    for reader in ("rec_user", "admin"):
        assert caller.get(who=reader).body["connection"]["config"]["connection"]["password"] == MASK


@pytest.mark.parametrize("profile", ["1.4", "2.0"])
def test_who_may_edit_without_viewing(profile: str) -> None:
    caller = Caller(profile)
    id_ = caller.post(superset()).body["id"]
    assert caller.put({**BARE, "description": "d"}, "rec_editor").status == 400
    replaced = caller.put(superset(description="d"), "rec_editor")
    assert (replaced.change, "connection" in replaced.body) == ("entityUpdated", False)
    patched = caller.patch(id_, op("add", "/displayName", "D"), op("add", "/tags", []), who="rec_editor")
    assert (patched.status, stored(caller)["connection"]["password"]) == (200, "sekret")
    refused = [
        caller.post(superset("rec_b"), "rec_editor"),
        caller.put(superset("rec_b"), "rec_editor"),
        caller.delete(id_, "rec_editor"),
        caller.put(superset(), "rec_user_2"),
        caller.patch(id_, op("remove", "/displayName"), who="rec_user_2"),
    ]
    assert [reply.status for reply in refused] == [403] * 5
    caller.delete(id_)
    assert caller.call("PUT", f"{BASE}/restore", {"id": id_}, "rec_editor").change == "entityRestored"
