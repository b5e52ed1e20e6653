# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that came with releases after 1.2."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from fake_openmetadata.capabilities import capabilities
from fake_openmetadata.cipher import MASK
from fake_openmetadata.testing import BASE, Caller, label, op, superset


def user(caller: Caller, name: str = "rec_user") -> dict[str, str]:
    return {"id": caller.id("user", name), "type": "user"}


def team(caller: Caller, name: str = "rec_team") -> dict[str, str]:
    return {"id": caller.id("team", name), "type": "team"}


def names(references: list[dict[str, Any]]) -> list[str]:
    return [str(one["name"]) for one in references]


def test_versions_told() -> None:
    assert Caller("1.2").call("GET", "/system/version", who="").body["version"] == "1.2.0-SNAPSHOT"
    assert Caller("2.0").call("GET", "/system/version", who="").body["version"].startswith("2.0.")
    assert capabilities("1.6", "1.6.3").text == "1.6.3"
    with pytest.raises(ValueError, match=r"major\.minor"):
        capabilities("two")


@pytest.mark.parametrize(
    ("profile", "members"),
    [
        ("1.2", {"owner", "domain"}),
        ("1.4", {"owner", "domain"}),
        ("1.5", {"owners", "domain"}),
        ("1.8", {"owners", "domain", "ingestionRunner"}),
        ("1.9", {"owners", "domains", "ingestionRunner"}),
        ("1.13", {"owners", "domains", "ingestionRunner"}),
        ("2.0", {"owners", "domains", "ingestionRunner", "style"}),
    ],
)
def test_members_of_a_create_request(profile: str, members: set[str]) -> None:
    caller = Caller(profile)
    known = set(caller.state.services["dashboardService"].classes.create.members)
    common = {"tags", "name", "description", "displayName", "connection", "serviceType", "dataProducts"}
    assert known == members | common
    for name in {"owner", "owners", "domain", "domains"} - members:
        reply = caller.post({**superset(), name: None})
        text = "Invalid request format" if profile == "2.0" else f'Unrecognized field "{name}"'
        assert (reply.status, text in reply.message) == (400, True)
        assert caller.call("GET", BASE, query={"fields": name}).message == f"Invalid field name {name}"


def test_owners(new: Caller) -> None:
    owners = [user(new), user(new, "rec_user_2")]
    created = new.post(superset(owners=owners))
    assert names(created.body["owners"]) == ["rec_user", "rec_user_2"]
    id_ = created.body["id"]
    for kept in (superset(), superset(owners=[])):
        reply = new.put(kept)
        assert (reply.change, len(reply.body["owners"])) == ("entityNoChange", 2)
    reply = new.put(superset(owners=[team(new)]))
    assert (reply.change, names(reply.body["owners"])) == ("entityUpdated", ["rec_team"])
    assert new.put(superset(owners=[team(new), user(new)])).status == 400
    assert new.put(superset(owners=[team(new), team(new, "rec_team_2")])).message == (
        "Only One Team is allowed to own Data Assets."
    )
    assert new.patch(id_, op("replace", "/owners", [])).body["owners"] == []
    assert new.patch(id_, op("add", "/owners", [{"id": user(new)["id"], "type": "team"}])).status == 404


def test_domains(new: Caller) -> None:
    new.post(superset(domains=["RecDomain", "RecDomain2"]))
    assert names(new.get().body["domains"]) == ["RecDomain", "RecDomain2"]
    assert new.put(superset(domains=[])).change == "entityNoChange"
    reply = new.put(superset(domains=["RecDomain2"]), "ingestion-bot")
    assert (reply.change, len(reply.body["domains"])) == ("entityNoChange", 2)
    assert names(new.put(superset(domains=["RecDomain2"])).body["domains"]) == ["RecDomain2"]
    assert new.put(superset(domains=["No"])).message == "domain instance for No not found"
    assert new.put(superset(domains="RecDomain")).status == 400


def test_data_products_omitted_are_cleared(new: Caller) -> None:
    new.post(superset(domains=["RecDomain"], dataProducts=["RecProduct"]))
    assert names(new.get().body["dataProducts"]) == ["RecProduct"]
    assert new.put(superset(dataProducts=["RecProduct"])).change == "entityNoChange"
    reply = new.put(superset())
    assert (reply.change, new.get().body["dataProducts"]) == ("entityUpdated", [])


def test_data_products_need_their_domain(new: Caller) -> None:
    id_ = new.post(superset()).body["id"]
    reply = new.put(superset(dataProducts=["RecProduct"]))
    assert (reply.status, reply.message) == (400, "Domain cannot be empty when data products are provided.")
    reply = new.put(superset(dataProducts=["RecProduct"], domains=["RecDomain"]))
    assert names(reply.body["dataProducts"]) == ["RecProduct"]
    other = {"id": new.id("domain", "RecDomain2"), "type": "domain"}
    reply = new.patch(id_, op("replace", "/domains", [other]))
    assert (names(reply.body["domains"]), reply.body["dataProducts"]) == (["RecDomain2"], [])


def test_an_ingestion_runner_omitted_is_cleared(new: Caller) -> None:
    runner = {"id": user(new)["id"], "type": "ingestionRunner"}
    new.post(superset(ingestionRunner=runner))
    assert new.put(superset(ingestionRunner=runner)).change == "entityNoChange"
    assert new.put(superset()).body["changeDescription"]["fieldsDeleted"][0]["name"] == "ingestionRunner"
    assert "ingestionRunner" not in new.get(fields="ingestionRunner").body


def test_tags_are_only_ever_added_by_put(new: Caller) -> None:
    id_ = new.post(superset(tags=[label("PII.Sensitive")])).body["id"]
    reply = new.put(superset(tags=[label("Tier.Tier1")]))
    assert [one["tagFQN"] for one in reply.body["tags"]] == ["PII.Sensitive", "Tier.Tier1"]
    assert new.put(superset(tags=[])).change == "entityNoChange"
    assert new.put(superset(tags=[label("Tier.Tier2")])).status == 400
    assert new.post(superset("rec_b", tags=[label("PII.None"), label("PII.Sensitive")])).status == 400
    assert new.post(superset("rec_b", tags=[label("No.Such")])).status == 404
    assert new.get("rec_b").status == 404
    new.patch(id_, op("replace", "/tags", [label("RecGlossary.RecTerm", "Glossary")]))
    assert [one["tagFQN"] for one in new.get().body["tags"]] == ["RecGlossary.RecTerm"]


def test_a_bot_replaces_display_names_but_not_descriptions(new: Caller) -> None:
    new.post(superset(description="d", displayName="D"))
    reply = new.put(superset(description="e", displayName="E"), "ingestion-bot")
    assert (reply.body["description"], reply.body["displayName"]) == ("d", "E")


def test_patches_of_one_session_count_once(new: Caller) -> None:
    id_ = new.post(superset()).body["id"]
    first = new.patch(id_, op("add", "/description", "one"))
    assert (first.change, first.body["version"]) == ("entityUpdated", 0.2)
    second = new.patch(id_, op("add", "/description", "two"))
    assert (second.change, second.body["version"]) == ("entityUpdated", 0.2)
    assert second.body["changeDescription"]["fieldsAdded"] == [{"name": "description", "newValue": "two"}]
    third = new.patch(id_, op("add", "/displayName", "D"), op("add", "/tags", [label("Tier.Tier1")]))
    assert (third.body["version"], len(third.body["changeDescription"]["fieldsAdded"])) == (0.2, 3)
    undone = new.patch(id_, op("remove", "/description"), op("remove", "/displayName"), op("replace", "/tags", []))
    assert (undone.change, undone.body["version"]) == ("entityUpdated", 0.1)
    seen = new.get().body
    assert (seen["version"], seen["tags"], "description" in seen) == (0.1, [], False)
    assert len(new.call("GET", f"{BASE}/{id_}/versions").body["versions"]) == 1


def test_another_user_a_put_or_time_ends_the_session(new: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = new.post(superset()).body["id"]
    assert new.patch(id_, op("add", "/description", "one")).body["version"] == 0.2
    assert new.patch(id_, op("add", "/description", "two"), who="ingestion-bot").body["version"] == 0.3
    assert new.put(superset(description="three")).body["version"] == 0.4
    record = new.state.services["dashboardService"].table.by_id[id_]
    record.json["updatedAt"] -= 11 * 60 * 1000
    assert new.patch(id_, op("add", "/description", "four")).body["version"] == 0.5


def test_every_patch_counts_on_the_old_server(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    assert [old.patch(id_, op("add", "/description", text)).body["version"] for text in "abc"] == [0.2, 0.3, 0.4]


def test_unchanged_answers_tell_the_last_change(new: Caller) -> None:
    new.post(superset())
    changed = new.put(superset(description="d")).body
    assert changed["incrementalChangeDescription"] == changed["changeDescription"]
    same = new.put(superset(description="d")).body
    assert same["changeDescription"] == changed["changeDescription"]
    assert same["incrementalChangeDescription"]["fieldsAdded"] == []


def test_patch_keeps_secrets_behind_masks_and_names(new: Caller) -> None:
    id_ = new.post(superset()).body["id"]
    masked = new.get().body["connection"]["config"]
    reply = new.patch(
        id_,
        op("replace", "/connection/config", {**masked, "hostPort": "http://other"}),
        op("replace", "/name", "other"),
    )
    assert (reply.change, reply.body["name"]) == ("entityUpdated", "rec_a")
    config = new.get(who="ingestion-bot").body["connection"]["config"]
    assert (config["hostPort"], config["connection"]["password"]) == ("http://other", "sekret")
    between = Caller("1.9")
    id_ = between.post(superset()).body["id"]
    between.patch(id_, op("replace", "/connection/config/connection/password", MASK))
    assert between.get(who="ingestion-bot").body["connection"]["config"]["connection"]["password"] == MASK


def test_etags(new: Caller) -> None:
    id_ = new.post(superset()).body["id"]
    tag = new.get().headers["ETag"]
    change = op("add", "/description", "one")
    assert new.patch(id_, change, headers={"If-Match": 'W/"0.9"'}).status == 412
    assert "has been modified" in new.patch(id_, change, headers={"If-Match": '"stale"'}).message
    reply = new.patch(id_, change, headers={"If-Match": f'"other", {tag}'})
    assert (reply.status, reply.headers["ETag"] == tag) == (200, False)
    assert new.patch(id_, op("add", "/description", "2"), headers={"If-Match": 'W/"0.2"'}).status == 200
    assert new.patch(id_, op("add", "/description", "3"), headers={"If-Match": "*"}).status == 200


def test_no_etags_before_they_came(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    assert "ETag" not in old.get().headers
    assert old.patch(id_, op("add", "/description", "d"), headers={"If-Match": '"stale"'}).status == 200


@pytest.mark.parametrize(
    ("name", "old_status", "new_status"),
    [
        ("x" * 128, 201, 201),
        ("x" * 129, 400, 201),
        ("x" * 257, 400, 400),
        ("a::b", 400, 400),
        ("a/b:c?", 400, 201),
        ("Grüße 'n (1) & 50%", 201, 201),
    ],
)
def test_names(old: Caller, new: Caller, name: str, old_status: int, new_status: int) -> None:
    assert [caller.post(superset(name)).status for caller in (old, new)] == [old_status, new_status]


def test_a_service_without_connection_can_get_one_later(new: Caller) -> None:
    new.post({"name": "rec_a", "serviceType": "Superset"})
    assert new.put({"name": "rec_a", "serviceType": "Superset"}).change == "entityNoChange"
    assert new.put(superset()).change == "entityUpdated"
    assert new.put({"name": "rec_a", "serviceType": "Superset"}).status == 400


def test_patches_are_done_in_order_and_by_name(new: Caller) -> None:
    new.post(superset(description="d"))
    operations = [op("remove", "/description"), op("add", "/description", "e")]
    assert new.call("PATCH", f"{BASE}/name/rec_a", operations).body["description"] == "e"


def test_framework_errors_keep_their_status(new: Caller) -> None:
    assert new.call("GET", "/nosuch").status == 404
    assert new.call("PUT", f"{BASE}/bulk", []).status == 405
    assert new.call("POST", BASE, {}, headers={"Content-Type": "text/plain"}).status == 415


def test_login_errors_have_another_form(new: Caller) -> None:
    wrong = {"email": "admin@openmetadata.org", "password": base64.b64encode(b"no").decode()}
    reply = new.call("POST", "/users/login", wrong, who="")
    assert (reply.status, reply.body) == (401, {"error": "You have entered an invalid username or password."})
    assert new.call("POST", "/auth/login", wrong, who="").status == 500
    assert new.call("POST", "/auth/login", {}, who="").body == {"error": "Invalid login request"}
    right = {**wrong, "password": base64.b64encode(b"admin").decode()}
    assert "accessToken" in new.call("POST", "/auth/login", right, who="").body


def test_references_always_have_a_display_name(new: Caller) -> None:
    owner = new.post(superset(owners=[team(new)])).body["owners"][0]
    assert (owner["displayName"], owner["href"].startswith("http://fake/api/v1/teams/")) == ("rec_team", True)


def test_status_of_an_entity() -> None:
    assert "entityStatus" in Caller("1.12").post(superset()).body
    assert "entityStatus" not in Caller("1.11").post(superset()).body


def rows(caller: Caller) -> list[dict[str, Any]]:
    return [
        superset("rec_a", description="new"),
        superset("rec_b"),
        {"name": "rec_c", "serviceType": "Superset", "connection": {"config": {"bogus": 1}}},
        {"name": "rec_d"},
        {"nope": 1},
    ]


@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_bulk(profile: str) -> None:
    caller = Caller(profile, bulk=True)
    caller.post(superset("rec_a", password="old"))
    reply = caller.call("PUT", f"{BASE}/bulk", rows(caller))
    assert (reply.status, reply.body["status"]) == (200, "partialSuccess")
    counted = [reply.body[f"numberOfRows{what}"] for what in ("Processed", "Passed", "Failed")]
    assert counted == [5, 2, 3]
    passed = {row["request"]: row["status"] for row in reply.body["successRequest"]}
    assert passed == {"rec_a": 200, "rec_b": 201}
    assert [row["request"] for row in reply.body["successRequest"]] != ["rec_a", "rec_b"]
    failed = {row["request"].get("name"): row for row in reply.body["failedRequest"]}
    assert failed["rec_c"]["request"]["connection"]["config"] == {"bogus": 1}
    assert failed["rec_c"]["status"] == 400
    assert caller.get("rec_a").body["version"] == 0.2


def test_bulk_does_not_look_behind_masks() -> None:
    caller = Caller("2.0", bulk=True)
    caller.post(superset())
    assert caller.call("PUT", f"{BASE}/bulk", [superset(password=MASK)]).body["status"] == "success"
    assert caller.get(who="ingestion-bot").body["connection"]["config"]["connection"]["password"] == MASK


def test_bulk_outcomes() -> None:
    caller = Caller("2.0", bulk=True)
    assert caller.call("PUT", f"{BASE}/bulk", [{"nope": 1}]).body["status"] == "failure"
    assert caller.call("PUT", f"{BASE}/bulk", {"no": "list"}).status == 400
    assert caller.call("PUT", f"{BASE}/bulk", [], query={"async": "true"}).status == 202
    refused = caller.call("PUT", f"{BASE}/bulk", [superset()], who="rec_user").body["failedRequest"][0]
    assert (refused["status"], "not allowed" in refused["message"]) == (403, True)
