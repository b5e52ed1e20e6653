# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members that are stored with an entity: the style, serviceAttributes, and made-up ones."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from fake_openmetadata.api import PATCH_TYPE
from fake_openmetadata.capabilities import capabilities
from fake_openmetadata.launch import FakeServer
from fake_openmetadata.state import State
from fake_openmetadata.testing import BASE, Caller, op, superset

STYLE = {"color": "#ff0000", "iconURL": "http://icon", "coverImage": {"url": "http://c", "position": "top"}}


def changed(body: dict[str, Any]) -> dict[str, list[str]]:
    """The fields that a change description names, by what happened to them."""
    return {
        kind: [field["name"] for field in fields]
        for kind, fields in body["changeDescription"].items()
        if kind.startswith("fields") and fields
    }


def test_a_style_is_created_kept_and_wiped(new: Caller) -> None:
    created = new.post(superset(style=STYLE)).body
    assert (created["style"], new.get().body["style"]) == (STYLE, STYLE)
    assert new.put(superset(style=STYLE)).change == "entityNoChange"
    other = new.put(superset(style={"color": "#00ff00"}))
    assert (changed(other.body), other.body["version"]) == ({"fieldsUpdated": ["style"]}, 0.2)
    wiped = new.put(superset())
    assert (changed(wiped.body), "style" in new.get().body) == ({"fieldsDeleted": ["style"]}, False)


def test_a_style_set_by_patch(new: Caller) -> None:
    id_ = new.post(superset()).body["id"]
    reply = new.patch(id_, op("add", "/style", STYLE))
    assert (reply.change, changed(reply.body), reply.body["style"]) == (
        "entityUpdated", {"fieldsAdded": ["style"]}, STYLE,
    )  # fmt: skip
    assert new.patch(id_, op("add", "/description", "d")).body["style"] == STYLE
    new.delete(id_)
    new.call("PUT", f"{BASE}/restore", {"id": id_})
    assert new.get().body["style"] == STYLE
    assert "style" not in new.patch(id_, op("remove", "/style")).body
    assert new.patch(id_, op("add", "/style", {"bogus": 1})).status == 400


def test_a_style_came_with_2_0() -> None:
    before = Caller("1.13")
    assert 'Unrecognized field "style"' in before.post(superset(style=STYLE)).message
    id_ = before.post(superset()).body["id"]
    assert before.patch(id_, op("add", "/style", STYLE)).status == 400
    assert Caller("2.0").post(superset(style={"colour": "red"})).message == "Invalid request format"


@pytest.mark.parametrize(
    ("profile", "extra", "name"),
    [("2.1", (), "serviceAttributes"), ("1.2", ("novelty",), "novelty"), ("2.0", ("novelty",), "novelty")],
)
def test_what_only_the_entity_holds(profile: str, extra: tuple[str, ...], name: str) -> None:
    caller = Caller(profile, extra_members=extra)
    value: Any = {"a": [1, {"b": "c"}]}
    assert caller.post(superset(**{name: value})).status == 400
    id_ = caller.post(superset()).body["id"]
    assert name not in caller.get().body
    reply = caller.patch(id_, op("add", f"/{name}", value))
    assert (reply.change, changed(reply.body)) == ("entityUpdated", {"fieldsAdded": [name]})
    assert caller.get().body[name] == caller.call("GET", BASE).body["data"][0][name] == value
    assert caller.put(superset(**{name: value})).status == 400
    kept = caller.patch(id_, op("add", "/description", "d")).body
    assert kept[name] == value
    before = kept["version"]
    wiped = caller.put(superset(description="d"))
    assert (wiped.change, changed(wiped.body), name in caller.get().body) == (
        "entityUpdated", {"fieldsDeleted": [name]}, False,
    )  # fmt: skip
    assert caller.call("GET", f"{BASE}/{id_}/versions/{before}").body[name] == value


def test_service_attributes_are_an_object_and_new() -> None:
    newest, known = Caller("2.1"), Caller("2.0")
    for caller, value in ((newest, "text"), (known, {"a": 1})):
        id_ = caller.post(superset()).body["id"]
        assert caller.patch(id_, op("add", "/serviceAttributes", value)).status == 400


def test_a_made_up_member_may_be_anything_but_a_known_one() -> None:
    caller = Caller("2.0", extra_members=("novelty", "rank"))
    id_ = caller.post(superset()).body["id"]
    caller.patch(id_, op("add", "/novelty", "text"), op("add", "/rank", 1))
    assert (caller.get().body["novelty"], caller.get().body["rank"]) == ("text", 1)
    for taken in ("description", "owners", "version"):
        with pytest.raises(ValueError, match=f"hold {taken} already"):
            State(capabilities("2.0", extra_members=(taken,)))


def test_made_up_members_and_an_editor_of_a_process() -> None:
    with FakeServer(profile="2.0", extra_members=("novelty", "rank")) as server:
        base = f"{server.url}/api/v1{BASE}"
        admin = {"Authorization": f"Bearer {server.admin_token}"}
        id_ = requests.post(base, json=superset(), headers=admin, timeout=10).json()["id"]
        editor = {"Authorization": f"Bearer {server.token('rec_editor')}", "Content-Type": PATCH_TYPE}
        operations = [op("add", "/novelty", {"a": 1}), op("add", "/rank", 2)]
        body = requests.patch(f"{base}/{id_}", json=operations, headers=editor, timeout=10).json()
        assert (body["novelty"], body["rank"], body["updatedBy"]) == ({"a": 1}, 2, "rec_editor")
        assert server.state()["dashboardService"][0]["novelty"] == {"a": 1}
