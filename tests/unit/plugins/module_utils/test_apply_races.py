# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else writes at the same time, or an answer gets lost: never a wrong `changed`, never half a change."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from fake_openmetadata.launch import FakeServer
from unit.plugins.services import (
    BOTH_ROLES,
    CONFIG,
    LIST,
    READ,
    VERSION,
    fails,
    given,
    present,
    profile_of,
    seen,
    wish,
)
from unit.plugins.support import ROLES, Json, admin, bot, sent, writes

# ---- races and lost answers


def other(**members: Any) -> Json:
    """What somebody else sends."""
    return {"name": "s", "serviceType": "Metabase", "connection": {"config": CONFIG}, **members}


@BOTH_ROLES
@pytest.mark.parametrize(
    ("description", "changed", "action"), [("Ours", False, "none"), ("Theirs", True, "updated")], ids=["same", "other"]
)
def test_somebody_else_creates_it_first(
    server: FakeServer, role: str, description: str, changed: bool, action: str
) -> None:
    server.inject(
        method="POST",
        path=f"{LIST}$",
        concurrent={"method": "PUT", "path": LIST, "json": other(description=description)},
    )
    outcome = present(ROLES[role](server), wish(connection=CONFIG, description="Ours"))
    assert (outcome.changed, outcome.action, outcome.version_before) == (changed, action, 0.1)
    assert outcome.changed_fields == (["description"] if changed else [])
    assert seen(server)["description"] == "Ours"


def test_a_put_that_meets_another_is_planned_anew(server: FakeServer) -> None:
    """Eight PUTs at once: some answer 409 (server 1.2)."""
    given(server, connection=CONFIG)
    server.inject(method="PUT", path=f"{LIST}$", status=409, body={"code": 409, "message": "Entity already exists"})
    outcome = present(admin(server), wish(display_name="n"))
    assert (outcome.changed, outcome.version_before, outcome.version) == (True, 0.1, 0.2)
    assert sent(server) == [VERSION, READ, f"PUT {LIST}", READ, f"PUT {LIST}"]


def test_what_somebody_else_wrote_meanwhile_is_not_claimed(server: FakeServer) -> None:
    """They did the same as we wanted to, and our PUT never counted."""
    given(server, connection=CONFIG)
    server.inject(
        method="PUT",
        path=f"{LIST}$",
        status=409,
        body={"code": 409, "message": "Entity already exists"},
        concurrent={"method": "PUT", "path": LIST, "json": other(displayName="n")},
    )
    outcome = present(admin(server), wish(display_name="n"))
    assert (outcome.changed, outcome.action, outcome.changed_fields) == (False, "none", [])
    assert (outcome.version_before, outcome.version) == (0.2, 0.2)


def test_a_conflict_that_stays_is_told(server: FakeServer) -> None:
    server.inject(
        method="POST", path=f"{LIST}$", status=409, count=0, body={"code": 409, "message": "Entity already exists"}
    )
    error = fails(errors.Conflict, lambda: present(admin(server), wish(connection=CONFIG)))
    assert "Entity already exists" in str(error)
    assert 2 <= len(writes(server)) <= 5


@BOTH_ROLES
@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        ({"drop": "before"}, 2),
        ({"drop": "after"}, 1),
        ({"truncate": True}, 1),
        ({"status": 429}, 2),
        ({"status": 502}, 2),
        ({"status": 503, "headers": {"Retry-After": "3"}}, 2),
        ({"status": 504}, 2),
    ],
)
def test_a_post_is_repeated_only_after_reading_again(server: FakeServer, role: str, fault: Json, posts: int) -> None:
    server.inject(method="POST", path=f"{LIST}$", **fault)
    user = ROLES[role](server)
    outcome = present(user, wish(connection=CONFIG, description="d"))
    assert (outcome.changed, outcome.action, outcome.version_before) == (True, "created", None)
    assert outcome.version == 0.1
    log = [entry["method"] for entry in server.requests()]
    assert log[:4] == ["GET", "GET", "POST", "GET"]
    assert log.count("POST") == posts
    assert len(user.pauses) == 1
    assert "headers" not in fault or user.pauses == [3.0]
    assert "connection.hostPort" in outcome.changed_fields
    assert user.call("GET", LIST)["paging"]["total"] == 1


def test_a_post_that_fails_every_time_gives_up_after_the_retries(server: FakeServer) -> None:
    server.inject(method="POST", path=f"{LIST}$", status=503, count=0, body={"message": "no"})
    error = fails(errors.ServerError, lambda: present(admin(server), wish(connection=CONFIG), retries=2))
    assert len(writes(server)) == 3
    assert error.details()["attempts"] == 3


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}, {"status": 502}])
@BOTH_ROLES
def test_a_patch_whose_answer_is_lost(server: FakeServer, role: str, fault: Json) -> None:
    given(server, connection=CONFIG, tags=["PII.Sensitive"])
    server.inject(method="PATCH", path=LIST, **fault)
    outcome = present(ROLES[role](server), wish(tags=["Tier.Tier1"]))
    assert (outcome.changed, outcome.action, outcome.changed_fields) == (True, "updated", ["tags"])
    assert outcome.version_before == 0.2
    assert seen(server)["tags"] == ["Tier.Tier1"]


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}, {"status": 502}])
@BOTH_ROLES
def test_a_put_whose_answer_is_lost_is_still_a_change(server: FakeServer, role: str, fault: Json) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PUT", path=f"{LIST}$", **fault)
    outcome = present(ROLES[role](server), wish(connection={**CONFIG, "hostPort": "http://new"}))
    assert (outcome.changed, outcome.action, outcome.changed_fields) == (True, "updated", ["connection.hostPort"])
    assert (outcome.version_before, outcome.version) == (0.1, 0.2)


@pytest.mark.parametrize("drop", ["before", "after"])
@BOTH_ROLES
def test_a_patch_lost_after_a_put_is_finished(server: FakeServer, role: str, drop: str) -> None:
    given(server, connection=CONFIG, tags=["PII.Sensitive"])
    server.inject(method="PATCH", path=LIST, drop=drop)
    desired = wish(connection={**CONFIG, "hostPort": "http://new"}, tags=["Tier.Tier1"])
    outcome = present(ROLES[role](server), desired)
    assert (outcome.changed, outcome.version_before) == (True, 0.2)
    assert outcome.changed_fields == ["connection.hostPort", "tags"]
    after = seen(server)
    assert (after["connection"]["hostPort"], after["tags"]) == ("http://new", ["Tier.Tier1"])


@pytest.mark.parametrize(("drop", "changed"), [("before", False), ("after", True)])
def test_a_failure_after_a_lost_answer_is_made_good_by_a_second_run(
    server: FakeServer, drop: str, changed: bool
) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PATCH", path=LIST, drop=drop)
    server.inject(method="GET", path="/name/s", nth=2, status=403, body={"code": 403, "message": "no"})
    fails(errors.PermissionDenied, lambda: present(bot(server), wish(tags=["Tier.Tier1"])))
    server.clear_faults()
    assert present(bot(server), wish(tags=["Tier.Tier1"])).changed is not changed
    assert seen(server)["tags"] == ["Tier.Tier1"]


def test_a_patch_that_never_arrived_is_no_change(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PATCH", path=LIST, drop="before")
    server.inject(method="PATCH", path=LIST, status=403, body={"code": 403, "message": "no"})
    error = fails(errors.PermissionDenied, lambda: present(bot(server), wish(tags=["Tier.Tier1"])))
    assert error.changed is False
    assert seen(server)["tags"] == []


def test_a_writer_between_read_and_patch_is_noticed(new: FakeServer) -> None:
    id_ = given(new, connection=CONFIG)
    new.inject(
        method="PATCH",
        path=f"{LIST}/{id_}",
        concurrent={"path": f"{LIST}/{id_}", "patch": [{"op": "add", "path": "/description", "value": "theirs"}]},
    )
    outcome = present(bot(new), wish(tags=["Tier.Tier1"]))
    assert outcome.changed
    after = seen(new)
    assert (after["description"], after["tags"]) == ("theirs", ["Tier.Tier1"])
    assert [entry["if_match"] for entry in writes(new) if entry["method"] == "PATCH"] == ['W/"0.1"', 'W/"0.2"']


def test_a_release_whose_etags_are_made_in_another_way_is_patched_all_the_same(new: FakeServer) -> None:
    given(new, connection=CONFIG)
    new.inject(method="PATCH", path=LIST, status=412, body={"code": 412, "message": "ETag mismatch"})
    outcome = present(bot(new), wish(tags=["Tier.Tier1"]))
    assert (outcome.changed, seen(new)["tags"]) == (True, ["Tier.Tier1"])
    assert [entry["if_match"] for entry in writes(new)] == ['W/"0.1"', None]


def test_a_failure_after_a_write_says_that_something_changed(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PATCH", path=LIST, status=403, count=0, body={"code": 403, "message": "no"})
    desired = wish(connection={**CONFIG, "hostPort": "http://new"}, tags=["Tier.Tier1"])
    assert fails(errors.PermissionDenied, lambda: present(bot(server), desired)).changed is True
    assert fails(errors.PermissionDenied, lambda: present(bot(server), desired)).changed is False


@pytest.mark.parametrize("hard", ["true", "false"])
def test_a_service_deleted_before_a_put_is_not_left_with_a_mask_for_a_secret(server: FakeServer, hard: str) -> None:
    """A PUT creates or restores it with what it holds, which is a mask where the task leaves the connection out."""
    id_ = given(server, connection=CONFIG)
    server.inject(
        method="PUT",
        path=f"{LIST}$",
        concurrent={"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": hard}},
    )
    with pytest.raises(errors.OpenMetadataError) as caught:
        present(admin(server), wish(description="d"))
    assert "secret" in f"{caught.value} {caught.value.cure}"


def test_what_the_server_does_not_take_is_a_failure_that_names_the_field(server: FakeServer) -> None:
    given(server, connection=CONFIG, tags=["PII.Sensitive"])
    entity = bot(server).call("GET", f"{LIST}/name/s")
    server.inject(method="PATCH", path=LIST, status=200, count=0, body=entity)
    error = fails(errors.NotTaken, lambda: present(bot(server), wish(tags=["Tier.Tier1"])))
    assert str(error) == "the server answered with success but did not take tags."


def test_a_token_that_expires_in_between_fails_and_a_second_run_finishes(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PATCH", path=LIST, status=401, body={"code": 401, "message": "Expired token!"})
    desired = wish(connection={**CONFIG, "hostPort": "http://new"}, tags=["Tier.Tier1"])
    error = fails(errors.AuthenticationError, lambda: present(bot(server), desired))
    assert str(error) == "Expired token!"
    assert present(bot(server), desired).changed_fields == ["tags"]
    assert not present(bot(server), desired).changed


TIER = {"tagFQN": "Tier.Tier2", "source": "Classification", "labelType": "Manual", "state": "Confirmed"}
THEIR_EDITS = [
    pytest.param({"op": "add", "path": "/displayName", "value": "theirs"}, "display_name", "theirs", id="a text"),
    pytest.param({"op": "add", "path": "/owner", "value": {}}, "owners", ["rec_user_2"], id="owners"),
    pytest.param(
        {"op": "add", "path": "/tags", "value": [TIER]},
        "tags",
        ["Tier.Tier2"],
        id="tags",
    ),
]


@BOTH_ROLES
@pytest.mark.parametrize(("edit", "option", "value"), THEIR_EDITS)
def test_what_somebody_else_set_before_a_put_is_kept(
    server: FakeServer, role: str, edit: Json, option: str, value: Any
) -> None:
    """They set what the task leaves out; a PUT neither loses it nor does a PATCH take it for a loss."""
    id_ = given(server, connection=CONFIG, display_name="Before", owners=["rec_user"], description="d")
    if option == "owners":
        many = profile_of(server) != "1.2"
        owner = {"id": admin(server).call("GET", "/users/name/rec_user_2")["id"], "type": "user"}
        edit = {**edit, "path": "/owners" if many else "/owner", "value": [owner] if many else owner}
    server.inject(method="PUT", path=f"{LIST}$", concurrent={"path": f"{LIST}/{id_}", "patch": [edit]})
    outcome = present(ROLES[role](server), wish(connection={**CONFIG, "hostPort": "http://new"}))
    assert outcome.changed
    after = seen(server)
    assert (after["connection"]["hostPort"], after["description"]) == ("http://new", "d")
    assert after[option] == value


@pytest.mark.parametrize(("fault", "changed"), [({"status": 500}, True), ({"status": 403}, False)])
@BOTH_ROLES
def test_a_failed_write_that_may_have_been_carried_out_says_so(
    server: FakeServer, role: str, fault: Json, changed: bool
) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PUT", path=f"{LIST}$", body={"message": "no"}, **fault)
    desired = wish(connection={**CONFIG, "hostPort": "http://new"})
    with pytest.raises(errors.ApiError) as caught:
        present(ROLES[role](server), desired)
    assert caught.value.changed is changed


def test_a_lost_answer_without_a_chance_to_look_again_counts_as_a_change(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PATCH", path=LIST, drop="after")
    server.inject(method="GET", path="/name/s", nth=2, status=403, body={"code": 403, "message": "no"})
    assert fails(errors.PermissionDenied, lambda: present(bot(server), wish(tags=["Tier.Tier1"]))).changed is True


@BOTH_ROLES
def test_what_somebody_else_set_before_a_patch_is_neither_lost_nor_a_failure(server: FakeServer, role: str) -> None:
    id_ = given(server, connection=CONFIG, description="d")
    edit = {"op": "add", "path": "/displayName", "value": "theirs"}
    server.inject(method="PATCH", path=LIST, concurrent={"path": f"{LIST}/{id_}", "patch": [edit]})
    outcome = present(ROLES[role](server), wish(tags=["Tier.Tier1"]))
    assert (outcome.changed, outcome.action) == (True, "updated")
    after = seen(server)
    assert (after["display_name"], after["tags"]) == ("theirs", ["Tier.Tier1"])
