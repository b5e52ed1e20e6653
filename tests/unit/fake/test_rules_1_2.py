# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of server 1.2 beyond the transcripts, most of them from openly published source of that time."""

from __future__ import annotations

import base64
from typing import Any

from fake_openmetadata.cipher import MASK
from fake_openmetadata.testing import BASE, Caller, label, op, service, superset


def secret(old: Caller, name: str = "rec_a") -> Any:
    return old.get(name, who="ingestion-bot").body["connection"]["config"]["connection"]["password"]


def test_versions_count_in_tenths_past_one(old: Caller) -> None:
    old.post(superset(description="0"))
    seen = [old.put(superset(description=str(number))).body["version"] for number in range(1, 13)]
    assert seen == [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3]


def test_put_ignores_tags_and_keeps_stored_ones(old: Caller) -> None:
    id_ = old.post(superset(tags=[label("PII.Sensitive")])).body["id"]
    assert old.get().body["tags"] == []
    old.patch(id_, op("add", "/tags", [label("Tier.Tier1")]))
    reply = old.put(superset(tags=[label("PII.Sensitive")]))
    assert (reply.change, "tags" in reply.body) == ("entityNoChange", False)
    assert [one["tagFQN"] for one in old.get().body["tags"]] == ["Tier.Tier1"]


def test_tags_by_index(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    old.patch(id_, op("add", "/tags/-", label("Tier.Tier1")))
    old.patch(id_, op("add", "/tags/0", label("PII.None")))
    assert [one["tagFQN"] for one in old.get().body["tags"]] == ["PII.None", "Tier.Tier1"]
    reply = old.patch(id_, op("remove", "/tags/0"))
    assert reply.body["changeDescription"]["fieldsDeleted"][0]["name"] == "tags"
    assert "contains no element for index 7" in old.patch(id_, op("remove", "/tags/7")).message
    assert [one["tagFQN"] for one in old.get().body["tags"]] == ["Tier.Tier1"]


def test_exclusive_and_unknown_tags(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    exclusive = [label("PII.Sensitive"), label("PII.NonSensitive")]
    for sent in (exclusive, exclusive[::-1]):
        reply = old.patch(id_, op("add", "/tags", sent))
        assert (reply.status, reply.message) == (
            400,
            "Tag labels PII.Sensitive and PII.NonSensitive are mutually exclusive and can't be assigned together",
        )
    same = old.patch(id_, op("add", "/tags", [label("PII.None"), label("PII.None")]))
    assert [one["tagFQN"] for one in same.body["tags"]] == ["PII.None"]
    old.patch(id_, op("add", "/tags", []))
    reply = old.patch(id_, op("add", "/tags", [label("No.Such")]), op("add", "/description", "d"))
    assert (reply.status, reply.message) == (404, "tag instance for No.Such not found")
    assert "description" not in old.get().body


def test_glossary_terms_are_labels_too(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    old.patch(id_, op("add", "/tags", [label("RecGlossary.RecTerm", "Glossary")]))
    shown = old.get().body["tags"][0]
    assert (shown["tagFQN"], shown["source"], shown["name"]) == ("RecGlossary.RecTerm", "Glossary", "RecTerm")
    reply = old.patch(id_, op("add", "/tags", [label("RecGlossary.No", "Glossary")]))
    assert reply.message == "glossaryTerm instance for RecGlossary.No not found"


def test_patch_operations(old: Caller) -> None:
    id_ = old.post(superset(description="d", displayName="D")).body["id"]
    reply = old.patch(
        id_,
        op("test", "/description", "d"),
        {"op": "copy", "from": "/description", "path": "/displayName"},
        op("replace", "/description", "e"),
    )
    assert (reply.body["description"], reply.body["displayName"], reply.body["version"]) == ("e", "d", 0.2)
    reply = old.patch(id_, {"op": "move", "from": "/displayName", "path": "/description"})
    assert reply.body["description"] == "d"
    assert "displayName" not in reply.body
    reply = old.patch(id_, op("test", "/description", "other"))
    assert (reply.status, "TEST fails" in reply.message) == (500, True)
    assert old.patch(id_, op("bogus", "/description", "x")).status == 400
    assert old.get().body["version"] == 0.3


def test_removals_come_last_and_indexes_in_order(old: Caller) -> None:
    id_ = old.post(superset(description="d")).body["id"]
    reply = old.patch(
        id_,
        op("remove", "/description"),
        op("add", "/tags/1", label("Tier.Tier1")),
        op("add", "/tags/0", label("PII.None")),
        op("add", "/description", "e"),
    )
    assert ("description" in reply.body, len(reply.body["tags"])) == (False, 2)
    reply = old.patch(id_, op("remove", "/tags/0"), op("remove", "/tags/1"))
    assert reply.body["tags"] == []


def test_patches_that_are_none(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    for raw, told in (
        (b"{}", "JSON patch has to be an array of objects\n at [Source: "),
        (b'["x"]', "JSON patch has to be an array of objects"),
        (b"[{]", "was expecting double-quote to start field name"),
    ):
        reply = old.call("PATCH", f"{BASE}/{id_}", raw=raw)
        assert (reply.status, told in str(reply.body).replace("\\n", "\n")) == (400, True)
    assert old.patch(id_).change == "entityNoChange"
    assert old.call("PATCH", f"{BASE}/name/rec_a", []).status == 500


def test_patch_of_what_no_service_has(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    reply = old.patch(id_, op("add", "/nope", "x"))
    assert reply.status == 400
    assert 'Unrecognized field "nope" (class org.openmetadata.schema.entity.services.DashboardService)' in reply.message
    assert old.patch(id_, op("add", "/connection/config/bogus", "x")).message == (
        "Failed to encrypt 'Superset' connection stored in DB due to an unrecognized field: 'bogus'"
    )
    assert old.patch(id_, op("add", "/deleted", True)).message == (
        "dashboardService attribute deleted can't be modified"
    )
    assert old.patch(id_, op("add", "/id", old.id("user", "admin"))).body["id"] == id_


def test_a_mask_written_by_patch_is_stored(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    old.patch(id_, op("add", "/connection/config/connection/password", MASK))
    assert secret(old) == MASK


def test_a_mask_put_over_a_deleted_service_is_stored(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    old.delete(id_)
    reply = old.put(superset(password=MASK))
    assert (reply.status, reply.change, reply.body["deleted"]) == (200, "entityUpdated", False)
    assert secret(old) == MASK


def test_a_mask_put_after_restoring_keeps_the_secret(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    old.delete(id_)
    old.call("PUT", f"{BASE}/restore", {"id": id_})
    old.put(superset(password=MASK, description="d"))
    assert secret(old) == "sekret"


def test_restoring_what_is_not_deleted(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    reply = old.call("PUT", f"{BASE}/restore", {"id": id_})
    assert (reply.status, reply.message) == (404, f"dashboardService instance for {id_} not found")
    assert old.call("PUT", f"{BASE}/restore", {}).message == "[id must not be null]"


def test_a_service_without_connection_can_only_be_deleted(old: Caller) -> None:
    id_ = old.post({"name": "rec_a", "serviceType": "Superset"}).body["id"]
    for reply in (old.put(superset()), old.patch(id_, op("add", "/description", "d"))):
        assert (reply.status, '"decryptedOrigConn" is null' in reply.message) == (500, True)
    assert old.get().body["version"] == 0.1
    assert old.delete(id_).status == 200
    assert old.call("PUT", f"{BASE}/restore", {"id": id_}).status == 500
    assert old.delete(id_, hardDelete="true").change == "entityDeleted"


def test_children_hold_a_service_back_and_share_its_fate(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    made = {
        path: old.call("POST", path, {"name": "one", "service": "rec_a"}).body["fullyQualifiedName"]
        for path in ("/dashboards", "/charts", "/dashboard/datamodels")
    }
    reference = {"id": id_, "type": "dashboardService"}
    made["/services/ingestionPipelines"] = old.call(
        "POST",
        "/services/ingestionPipelines",
        {
            "name": "p",
            "pipelineType": "metadata",
            "service": reference,
            "sourceConfig": {"config": {"type": "DashboardMetadata"}},
            "airflowConfig": {},
        },
    ).body["fullyQualifiedName"]
    assert made["/dashboard/datamodels"] == "rec_a.model.one"
    assert old.delete(id_).message == "dashboardService is not empty"

    def counts() -> list[int]:
        query = {"service": "rec_a", "limit": "0"}
        return [old.call("GET", path, query=query).body["paging"]["total"] for path in made]

    assert counts() == [1, 1, 1, 1]
    pipelines = old.get(fields="pipelines").body["pipelines"]
    assert [one["fullyQualifiedName"] for one in pipelines] == ["rec_a.p"]
    old.delete(id_, recursive="true")
    assert counts() == [0, 0, 0, 0]
    assert old.delete(id_).message == "dashboardService is not empty"
    old.call("PUT", f"{BASE}/restore", {"id": id_})
    assert counts() == [1, 1, 1, 1]
    old.delete(id_, recursive="true", hardDelete="true")
    assert old.call("GET", "/dashboards", query={"include": "all"}).body["paging"]["total"] == 0


def test_owner_may_be_a_user_or_a_group(old: Caller) -> None:
    owner = {"id": old.id("user", "rec_user"), "type": "user", "name": "whatever"}
    assert old.post(superset(owner=owner)).body["owner"]["name"] == "rec_user"
    organization = {"id": old.id("team", "Organization"), "type": "team"}
    reply = old.put(superset(owner=organization))
    assert (reply.status, reply.message) == (
        400,
        "Team of type Organization can't own entities. Only Team of type Group can own entities.",
    )
    assert old.put(superset(owner={"type": "user"})).message == "[id must not be null]"
    assert old.put(superset(owner={"id": owner["id"]})).message == "[type must not be null]"
    reply = old.put(superset(owner={"id": owner["id"], "type": "nonsense"}))
    assert (reply.status, "Entity repository for nonsense not found" in reply.message) == (404, True)
    reply = old.put(superset(owner={"id": "x", "type": "user"}))
    assert reply.message.startswith('Cannot deserialize value of type `java.util.UUID` from String "x"')
    assert reply.message.endswith(
        '(through reference chain: org.openmetadata.schema.api.services.CreateDashboardService["owner"]'
        '->org.openmetadata.schema.type.EntityReference["id"])'
    )


def test_a_bot_leaves_a_domain_alone_but_not_an_owner(old: Caller) -> None:
    old.post(superset(domain="RecDomain", owner={"id": old.id("team", "rec_team"), "type": "team"}))
    other = superset(domain="RecDomain2", owner={"id": old.id("team", "rec_team_2"), "type": "team"})
    reply = old.put(other, "ingestion-bot")
    assert (reply.body["domain"]["name"], reply.body["owner"]["name"]) == ("RecDomain", "rec_team_2")
    assert old.put(other).body["domain"]["name"] == "RecDomain2"


def test_relations_in_lists(old: Caller) -> None:
    old.post(superset("rec_b", owner={"id": old.id("team", "rec_team"), "type": "team"}, domain="RecDomain"))
    old.post(superset("rec_a"))
    bare = old.call("GET", BASE).body["data"]
    assert [one["name"] for one in bare] == ["rec_a", "rec_b"]
    assert all("owner" not in one and "tags" not in one for one in bare)
    full = old.call("GET", BASE, query={"fields": "owner, domain"}).body["data"]
    assert [one.get("owner", {}).get("name") for one in full] == [None, "rec_team"]
    assert full[1]["domain"]["href"].startswith("http://fake/api/v1/domains/")
    assert old.call("GET", BASE, query={"domain": "RecDomain"}).body["paging"]["total"] == 1
    assert old.call("GET", BASE, query={"domain": "No"}).status == 404


def test_a_patched_domain_is_taken_as_it_is(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    reply = old.patch(id_, op("add", "/domain", {"type": "domain"}))
    assert (reply.status, old.get().body["version"]) == (500, 0.1)
    nowhere = {"id": id_, "type": "domain"}
    assert old.patch(id_, op("add", "/domain", nowhere)).body["domain"]["id"] == id_
    assert old.get().message == f"domain instance for {id_} not found"


def test_paging_forth_and_back(old: Caller) -> None:
    ids = [old.post(service("CustomDashboard", {"type": "CustomDashboard"}, f"n{i}")).body["id"] for i in range(5)]
    old.delete(ids[1])

    def page(**query: str) -> tuple[list[str], dict[str, Any]]:
        body = old.call("GET", BASE, query={"limit": "2", **query}).body
        return [one["name"] for one in body["data"]], body["paging"]

    names, paging = page()
    assert (names, paging["total"]) == (["n0", "n2"], 4)
    names, paging = page(after=paging["after"], include="non-deleted")
    assert (names, "after" in paging) == (["n3", "n4"], False)
    names, paging = page(before=paging["before"])
    assert names == ["n0", "n2"]
    assert "before" not in paging
    assert page(include="all")[0] == ["n0", "n1"]
    assert page(include="deleted") == (["n1"], {"total": 1})
    both = {"before": paging["after"], "after": paging["after"]}
    assert old.call("GET", BASE, query=both).message == "Only one of before or after query parameter allowed"
    behind = base64.urlsafe_b64encode(b"zz").decode()
    assert old.call("GET", BASE, query={"after": behind}).status == 500


def test_reading_by_id_and_name(old: Caller) -> None:
    id_ = old.post(superset("rec.dot")).body["id"]
    assert old.call("GET", f"{BASE}/{id_}").body["fullyQualifiedName"] == '"rec.dot"'
    assert old.call("GET", f"{BASE}/{id_.upper()}").body["id"] == id_
    assert old.get("%22rec.dot%22").status == 200
    assert old.get("no.such").message == 'dashboardService instance for "no.such" not found'
    assert old.get('a"b').message == 'Invalid name a"b'
    assert old.call("GET", f"{BASE}/no-uuid").message == (
        "An exception with message [HTTP 404 Not Found] was thrown while processing request."
    )
    assert old.call("GET", f"{BASE}/{id_}", query={"fields": "owner,nope"}).message == "Invalid field name nope"
    assert old.call("GET", BASE, query={"include": "bogus"}).message == (
        "query param include must be one of [all, deleted, non-deleted]"
    )
    assert old.call("GET", BASE, query={"limit": "x"}).status == 500


def test_versions_after_patch_delete_and_restore(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    old.patch(id_, op("add", "/owner", {"id": old.id("team", "rec_team"), "type": "team"}))
    old.delete(id_)
    old.call("PUT", f"{BASE}/restore", {"id": id_})
    texts = old.call("GET", f"{BASE}/{id_}/versions", who="ingestion-bot").body["versions"]
    assert [f'"version":{version}' in text for text, version in zip(texts, (0.4, 0.3, 0.2, 0.1), strict=True)] == (
        [True] * 4
    )
    assert all('"sekret"' in text for text in texts)
    assert not any('"sekret"' in text for text in old.call("GET", f"{BASE}/{id_}/versions").body["versions"])
    assert old.call("GET", f"{BASE}/{id_}/versions/0.3").body["deleted"] is True
    assert old.call("GET", f"{BASE}/{id_}/versions/9.9").message == (
        f"dashboardService instance for {id_} and version 9.9 not found"
    )
    assert old.call("GET", f"{BASE}/{id_}/versions/x").message == 'For input string: "x"'


def test_a_patched_name_is_shown_and_kept_only_with_another_change(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    assert old.patch(id_, op("replace", "/name", "other")).body["name"] == "other"
    assert old.get("rec_a").status == 200
    old.patch(id_, op("replace", "/name", "other"), op("add", "/description", "d"))
    assert (old.get("rec_a").status, old.get("other").body["id"]) == (404, id_)


def test_a_taken_name_is_refused_after_a_bad_connection(old: Caller) -> None:
    old.post(superset())
    assert old.post(service("Superset", {"bogus": 1})).status == 400
    assert old.post(superset()).status == 409


def test_what_is_known_of_users_and_the_like(old: Caller) -> None:
    assert old.call("GET", "/users/loggedInUser", who="rec_user").body["name"] == "rec_user"
    assert old.call("GET", "/users", query={"limit": "1"}).body["paging"]["total"] == 6
    assert old.call("GET", f"/teams/{old.id('team', 'rec_team')}").body["name"] == "rec_team"
    for path in ("/classifications/name/PII", "/glossaryTerms/name/RecGlossary.RecTerm", "/domains/name/RecDomain"):
        assert old.call("GET", path).body["href"].startswith("http://fake/api/v1/")
    assert old.call("GET", "/teams/name/no").message == "team instance for no not found"


def test_dashboards_have_a_type(old: Caller) -> None:
    old.post(superset())
    for sent, shown in (({}, "Dashboard"), ({"dashboardType": None}, "Dashboard"), ({"dashboardType": "R"}, "R")):
        body = {"name": f"d{len(sent)}{shown}", "service": "rec_a", **sent}
        assert old.call("POST", "/dashboards", body).body["dashboardType"] == shown
    assert "dashboardType" not in old.call("POST", "/charts", {"name": "c", "service": "rec_a"}).body
