# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many pipelines in one task: numbers of requests, which deploy failed, and what is in scope."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import (
    BOTH_ROLES,
    LIST,
    METADATA,
    POST,
    VERSION,
    acts,
    assert_no_put,
    dags,
    given,
    given_service,
    many,
    patched,
    states,
    stored,
)
from unit.plugins.support import ROLES, User, admin, bot, sent, writes

Json = dict[str, Any]
BULK = f"{POST}/bulk/deploy"
PAGE = f"GET {LIST}"
SERVICE = "GET /services/dashboardServices/name/s"


def entry(name: str = "p", service: str = "s", **options: Any) -> Json:
    return {"service": service, "name": name, **options}


def actions(result: Json) -> list[str]:
    """What became of each, in the order of the list."""
    return [
        "failed" if each.get("failed") else "skipped" if each.get("skipped") else each["action"]
        for each in result["results"]
    ]


def counted(result: Json) -> dict[str, int]:
    """The summary without what there was none of."""
    return {name: count for name, count in result["summary"].items() if count}


def numbered(count: int) -> list[Json]:
    return [entry(f"p{number}", schedule=f"{number % 60} 3 * * *") for number in range(count)]


# ---- how many requests


def test_two_hundred(server: FakeServer) -> None:
    """Created with a POST each and two deploys; then nothing costs more than the version and the pages of the list."""
    given_service(server)
    result = many(admin(server), numbered(200))
    assert counted(result) == {"created": 200}
    log = Counter("POST" if each == POST else each for each in sent(server))
    pages = log.pop(PAGE)
    assert log == {VERSION: 1, SERVICE: 1, "POST": 200, BULK: 2}
    assert pages == 1
    assert len(dags(server)) == 200
    assert {each["ingestion_pipeline"]["deployed"] for each in result["results"]} == {True}
    assert result["requests"] == 200 + 2 + pages + 2
    server.clear_requests()
    for check in (True, False):
        again = many(bot(server), numbered(200), check=check)
        assert (again["changed"], counted(again)) == (False, {"none": 200})
        assert Counter(sent(server)) == {VERSION: 1, PAGE: 1}
        server.clear_requests()


@BOTH_ROLES
def test_a_few_are_read_one_by_one(server: FakeServer, role: str) -> None:
    given_service(server)
    user = ROLES[role](server)
    assert actions(many(user, numbered(3))) == ["created"] * 3
    server.clear_requests()
    result = many(user, numbered(3))
    assert (actions(result), result["changed"], result["requests"]) == (["none"] * 3, False, 4)
    assert Counter(sent(server)) == {VERSION: 1, **{f"GET {LIST}/name/s.p{number}": 1 for number in range(3)}}


@BOTH_ROLES
def test_changes_are_patched_and_deployed_together(server: FakeServer, role: str) -> None:
    given_service(server)
    user = ROLES[role](server)
    many(user, numbered(4))
    server.advance(5)
    server.clear_requests()
    listed = numbered(4)
    listed[1]["schedule"] = listed[2]["schedule"] = "0 9 * * *"
    listed[3]["description"] = "d"
    result = many(user, listed)
    assert actions(result) == ["none", "updated", "updated", "updated"]
    ids = [stored(server, f"s.p{number}")["id"] for number in (1, 2)]
    assert [entry["body"] for entry in writes(server) if entry["path"] == f"{LIST}/bulk/deploy"] == [ids]
    changed = {"op": "add", "path": "/airflowConfig/scheduleInterval", "value": "0 9 * * *"}
    due = {"op": "add", "path": "/deployed", "value": False}
    assert sorted(map(str, patched(server))) == sorted(
        map(str, [changed, changed, due, due, {"op": "add", "path": "/description", "value": "d"}])
    )
    assert_no_put(server)
    assert [each["changed_fields"] for each in result["results"]] == [[], ["schedule"], ["schedule"], ["description"]]
    assert {states(server, f"s.p{number}") for number in range(4)} == {(True, True)}


def test_each_kind_of_work_at_once(server: FakeServer) -> None:
    given_service(server)
    for name in ("same", "changed", "paused", "gone", "undeployed", "purged"):
        given(server, name, deployed=name != "undeployed")
    for name in ("back", "back_paused"):
        id_ = given(server, name, enabled=name == "back")
        admin(server).call("DELETE", f"{LIST}/{id_}")
    server.clear_requests()
    listed = [
        entry("new"),
        entry("new_paused", enabled=False),
        entry("stored", deploy=False),
        entry("same"),
        entry("changed", schedule="0 4 * * *"),
        entry("paused", enabled=False),
        entry("gone", state="absent"),
        entry("undeployed"),
        entry("back"),
        entry("back_paused"),
        entry("purged", state="absent", hard_delete=True),
        entry("never", state="absent"),
    ]
    predicted = many(admin(server), listed, check=True)
    assert writes(server) == []
    result = many(admin(server), listed)
    assert actions(result) == [
        "created", "created", "created", "none", "updated", "updated", "deleted", "updated", "restored", "restored",
        "purged", "none",
    ]  # fmt: skip
    assert actions(predicted) == actions(result)
    for one, other in zip(predicted["results"], result["results"], strict=True):
        assert (one["changed_fields"], one.get("diff")) == (other["changed_fields"], other.get("diff"))
    assert dags(server) == {
        "new": False,
        "new_paused": True,
        "same": False,
        "changed": False,
        "paused": True,
        "undeployed": False,
        "back": False,
        "back_paused": True,
    }
    assert_no_put(server)
    assert acts(server).count("bulk") == 1
    assert [(each["service_kind"], each["service"], each["name"]) for each in result["results"]] == [
        ("dashboard", "s", each["name"]) for each in listed
    ]
    again = many(admin(server), listed)
    assert (again["changed"], counted(again)) == (False, {"none": 12})


# ---- deploys that fail


def _fails_to_deploy(server: FakeServer, *names: str) -> None:
    """Let somebody store what no orchestrator takes."""
    for name in names:
        id_ = given(server, name, deployed=False)
        bogus = {"op": "add", "path": "/airflowConfig/scheduleInterval", "value": "not a cron"}
        admin(server).call("PATCH", f"{LIST}/{id_}", [bogus])
    server.clear_requests()


@pytest.mark.parametrize("on_error", ["fail", "continue"])
def test_each_answer_of_a_deploy_goes_to_its_pipeline(server: FakeServer, on_error: str) -> None:
    given_service(server)
    _fails_to_deploy(server, "b", "d")
    listed = [entry(name) for name in "abcde"]
    result = many(admin(server), listed, on_error=on_error)
    assert actions(result) == ["created", "failed", "created", "failed", "created"]
    assert (result["failed"], result["changed"]) == (True, True)
    for index, name in ((1, "b"), (3, "d")):
        failed = result["results"][index]
        assert f"ingestion_pipeline 's.{name}': " in failed["msg"]
        assert "airflow API returned Internal Server Error" in failed["msg"]
        assert failed["failure"]["code"] == "orchestrator_error"
        assert (failed["failure"]["details"]["deployed"], failed["failure"]["details"]["enabled"]) == (False, True)
    assert {name: states(server, f"s.{name}")[0] for name in "abcde"} == {
        "a": True, "b": False, "c": True, "d": False, "e": True,
    }  # fmt: skip
    assert result["msg"].startswith("2 of 5 pipelines failed: ")
    fixed = [entry(name, schedule="0 4 * * *" if name in "bd" else None) for name in "abcde"]
    assert actions(many(admin(server), fixed)) == ["none", "updated", "none", "updated", "none"]
    assert {states(server, f"s.{name}")[0] for name in "abcde"} == {True}


@pytest.mark.parametrize("mode", ["down", "unauthorized", "none"])
def test_without_an_orchestrator_each_says_so(server: FakeServer, mode: str) -> None:
    given_service(server)
    server.configure_orchestrator(mode=mode)
    result = many(admin(server), numbered(3))
    assert (actions(result), result["changed"]) == (["failed"] * 3, True)
    for each in result["results"]:
        assert "The orchestrator: " in each["msg"]
        assert "Now deployed is false, enabled is true" in each["msg"]
        assert each["changed"] is True
    result = many(admin(server), numbered(3))
    assert (actions(result), result["changed"]) == (["failed"] * 3, False)
    server.configure_orchestrator(mode="airflow")
    again = many(admin(server), numbered(3))
    assert [each["changed_fields"] for each in again["results"]] == [["deployed"]] * 3


@pytest.mark.parametrize(
    "how", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}, {"status": 503, "body": ""}]
)
@pytest.mark.parametrize("enabled", [True, False])
def test_a_lost_answer_to_the_deploys(server: FakeServer, how: Json, enabled: bool) -> None:
    given_service(server)
    server.inject(method="POST", path="/bulk/deploy", **how)
    listed = [{**each, "enabled": enabled} for each in numbered(3)]
    result = many(admin(server), listed, retries=2)
    assert actions(result) == ["created"] * 3
    assert dags(server) == {f"p{number}": not enabled for number in range(3)}
    assert {states(server, f"s.p{number}") for number in range(3)} == {(True, enabled)}
    assert many(admin(server), listed)["changed"] is False


@pytest.mark.parametrize("answer", [[], [{"code": 200}], {"data": 5}, [None, None, None]])
def test_a_deploy_whose_answers_are_not_as_many(server: FakeServer, answer: Any) -> None:
    given_service(server)
    server.inject(method="POST", path="/bulk/deploy", status=200, body=answer)
    result = many(admin(server), numbered(3))
    assert actions(result) == ["failed"] * 3
    for each in result["results"]:
        assert "the orchestrator gave no reason" in each["msg"] or each["failure"]["code"] == "unexpected_answer"


def test_a_hundred_and_one(server: FakeServer) -> None:
    """The second hundred goes on where the first one failed."""
    given_service(server)
    server.inject(method="POST", path="/bulk/deploy", status=400, body={"code": 400, "message": "Not today"})
    result = many(admin(server), numbered(101))
    assert (counted(result), actions(result)[-1]) == ({"created": 1, "failed": 100}, "created")
    assert list(dags(server)) == ["p100"]


# ---- other failures


def test_bad_input_fails_before_any_write(server: FakeServer) -> None:
    given_service(server)
    result = many(admin(server), [entry("a"), entry("b", schedule="61 * * * *"), entry("c")])
    assert (actions(result), result["changed"], writes(server)) == (["skipped", "failed", "skipped"], False, [])
    result = many(admin(server), [entry("a"), entry("b", schedule="61 * * * *"), entry("c")], on_error="continue")
    assert (actions(result), result["changed"]) == (["created", "failed", "created"], True)


def test_a_service_that_is_not_there_fails_its_pipelines_alone(server: FakeServer) -> None:
    given_service(server)
    listed = [entry("a"), entry("b", "nowhere"), entry("c")]
    result = many(admin(server), listed)
    assert (actions(result), writes(server)) == (["skipped", "failed", "skipped"], [])
    assert "there is no dashboard service called 'nowhere'" in result["msg"]
    predicted = many(admin(server), listed, check=True)
    assert actions(predicted) == ["created"] * 3
    assert predicted["warnings"] == ["there is no dashboard service called 'nowhere' yet: a pipeline needs it."]
    result = many(admin(server), listed, on_error="continue")
    assert actions(result) == ["created", "failed", "created"]


def test_a_kind_that_the_release_lacks(old: FakeServer) -> None:
    given_service(old)
    for count in (1, 12):
        listed = [entry("a"), *(entry(f"b{number}", service_kind="api") for number in range(count))]
        result = many(admin(old), listed, on_error="continue")
        assert "ingestion pipelines need OpenMetadata 1.5" in result["msg"]
        assert result["failure"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ([entry("a"), entry("a")], "ingestion_pipelines lists s.a more than once."),
        ([entry("a"), entry("a", state="absent")], "lists s.a more than once (s.a: present and absent)."),
        ([{"name": "a"}], "ingestion_pipelines: 'a': service is missing."),
        ([{"service": "s"}], "missing required arguments: name found in ingestion_pipelines"),
        ([entry("a", bogus=1)], "ingestion_pipelines.bogus"),
        ([entry("a", start_date="soon")], "ingestion_pipelines: 'a': start_date: 'soon' is no date."),
    ],
)
def test_lists_that_are_wrong(server: FakeServer, listed: list[Json], said: str) -> None:
    result = many(admin(server), listed)
    assert (result["failed"], said in result["msg"]) == (True, True), result["msg"]
    assert sent(server) == []


# ---- defaults


def test_defaults_lie_under_each(server: FakeServer) -> None:
    given_service(server)
    defaults: Json = {
        "service": "s",
        "schedule": "0 3 * * *",
        "source_config": {"includeTags": False, "dashboardFilterPattern": {"includes": ["a"], "excludes": ["b"]}},
        "owners": ["rec_user"],
        "enabled": False,
    }
    config = {"includeOwners": True, "dashboardFilterPattern": {"includes": ["c"]}}
    listed: list[Json] = [{"name": "a"}, {"name": "b", "schedule": "", "source_config": config, "enabled": True}]
    result = many(admin(server), listed, defaults=defaults)
    assert actions(result) == ["created", "created"]
    a, b = stored(server, "s.a"), stored(server, "s.b")
    assert a["sourceConfig"]["config"] == {**METADATA, **defaults["source_config"]}
    assert b["sourceConfig"]["config"] == {
        **METADATA,
        "includeTags": False,
        "includeOwners": True,
        "dashboardFilterPattern": {"includes": ["c"], "excludes": ["b"]},
    }
    assert (a["airflowConfig"]["scheduleInterval"], b["airflowConfig"].get("scheduleInterval")) == ("0 3 * * *", None)
    assert (a["enabled"], b["enabled"]) == (False, True)
    assert many(admin(server), listed, defaults=defaults)["changed"] is False
    result = many(admin(server), listed, defaults={**defaults, "state": "absent", "hard_delete": True})
    assert counted(result) == {"purged": 2}


# ---- names that the orchestrator can't tell apart


def test_one_name_under_two_services_is_told(server: FakeServer) -> None:
    given_service(server)
    given_service(server, "t")
    listed = [entry("daily"), entry("daily", "t"), entry("other")]
    predicted = many(admin(server), listed, check=True)
    result = many(admin(server), listed)
    said = (
        "{}.daily shares its name with pipelines of other services: the orchestrator knows them all as 'daily', and "
        "runs the one that was deployed last. Give each a name of its own."
    )
    assert result["warnings"] == predicted["warnings"] == [said.format("s"), said.format("t")]
    assert many(admin(server), listed)["warnings"] == []
    # The list alone shows those that nobody lists.
    given_service(server, "u")
    result = many(admin(server), [entry("daily", "u")], scope={})
    assert result["warnings"] == [said.format("u")]
    assert many(admin(server), [entry("a b", "s"), entry("a_b", "t")])["warnings"] == [
        said.replace("daily", "a_b").replace("{}.a_b", "s.a b"),
        said.replace("daily", "a_b").replace("{}", "t"),
    ]


# ---- scope and prune


def _estate(server: FakeServer) -> None:
    given_service(server)
    given_service(server, "t")
    given_service(server, "d", kind="database")
    database: Json = {"sourceConfig": {"config": {"type": "DatabaseMetadata"}}, "kind": "database"}
    estate: list[tuple[str, str, Json]] = [
        ("listed", "s", {}),
        ("left", "s", {}),
        ("left_2", "s", {}),
        ("far", "t", {}),
        ("left", "d", database),
        ("profile", "d", {**database, "pipelineType": "profiler", "sourceConfig": {"config": {"type": "Profiler"}}}),
    ]
    for name, service, more in estate:
        given(server, name, service, deployed=False, **more)
    gone = given(server, "gone", deployed=False)
    admin(server).call("DELETE", f"{LIST}/{gone}")
    server.clear_requests()


def _names(entries: list[Json]) -> list[str]:
    return [f"{each['service']}.{each['name']}" for each in entries]


SCOPES: list[tuple[Any, list[str]]] = [
    ({}, ["s.left", "s.left_2"]),
    ({"services": [{"name": "t"}]}, ["t.far"]),
    ({"services": [{"name": "t"}, {"name": "d", "kind": "database"}]}, ["t.far", "d.left", "d.profile"]),
    ({"services": [{"name": "d"}]}, []),
    ({"services": []}, []),
    ({"name_pattern": "*_2"}, ["s.left_2"]),
    ({"services": [{"name": "d", "kind": "database"}], "pipeline_types": ["profiler"]}, ["d.profile"]),
]


@pytest.mark.parametrize(("scope", "unmanaged"), SCOPES)
def test_scopes(server: FakeServer, scope: Json, unmanaged: list[str]) -> None:
    _estate(server)
    listed = [entry("listed", deploy=False)]
    result = many(admin(server), listed, scope=scope)
    assert (_names(result["unmanaged"]), result["pruned"], result["changed"]) == (unmanaged, [], False)
    predicted = many(admin(server), listed, check=True, scope=scope, prune=True)
    assert (_names(predicted["pruned"]), writes(server)) == (unmanaged, [])
    result = many(admin(server), listed, scope=scope, prune=True)
    assert (_names(result["pruned"]), counted(result)) == (
        unmanaged,
        {"none": 1, **({"deleted": len(unmanaged)} if unmanaged else {})},
    )
    assert {each["service_kind"] for each in result["pruned"]} <= {"dashboard", "database"}
    again = many(admin(server), listed, scope=scope, prune=True)
    assert (again["changed"], again["pruned"], again["unmanaged"]) == (False, [], [])


def test_pruning_for_good(server: FakeServer) -> None:
    _estate(server)
    result = many(admin(server), [entry("listed", deploy=False)], prune=True, defaults={"hard_delete": True})
    assert [each["action"] for each in result["pruned"]] == ["purged", "purged"]
    left = admin(server).call("GET", LIST, include="all", limit=100)["data"]
    assert sorted(each["fullyQualifiedName"] for each in left) == ["d.left", "d.profile", "s.gone", "s.listed", "t.far"]


def test_pruning_too_much(server: FakeServer) -> None:
    _estate(server)
    result = many(admin(server), [entry("listed", deploy=False, description="d")], prune=True, prune_limit=1)
    assert "prune would remove 2 pipelines, but prune_limit is 1: " in result["msg"]
    assert "s.left" in result["msg"]
    assert "s.left_2" in result["msg"]
    assert writes(server) == []


def test_pruning_all_of_a_service(server: FakeServer) -> None:
    _estate(server)
    result = many(admin(server), [], prune=True, scope={"services": [{"name": "t"}]})
    assert (_names(result["pruned"]), result["results"]) == (["t.far"], [])
    result = many(admin(server), [], prune=True)
    assert (result["changed"], result["pruned"]) == (False, [])


def test_what_openmetadata_made_for_itself_is_never_in_scope(new: FakeServer) -> None:
    given_service(new)
    given(new, "listed", deployed=False)
    given(new, "own", deployed=False, provider="system")
    for prune in (False, True):
        result = many(admin(new), [entry("listed", deploy=False)], scope={}, prune=prune)
        assert (result["unmanaged"], result["pruned"], result["changed"]) == ([], [], False)


def test_services_with_dots(server: FakeServer) -> None:
    given_service(server, "dotted.service")
    for name in ("a", "b.c"):
        given(server, name, "dotted.service", deployed=False)
    result = many(admin(server), [entry("a", "dotted.service", deploy=False)], prune=True)
    assert result["unmanaged"] == [{"service_kind": "dashboard", "service": "dotted.service", "name": "b.c"}]
    assert [each["action"] for each in result["pruned"]] == ["deleted"]


def test_kinds_in_one_list(server: FakeServer) -> None:
    given_service(server)
    given_service(server, "d", kind="database")
    listed = [
        entry("a"),
        entry("b", "d", service_kind="database"),
        entry("c", "d", service_kind="database", pipeline_type="profiler"),
        entry("d", "rec_suite", service_kind="test_suite"),
    ]
    result = many(admin(server), listed)
    assert actions(result) == ["created"] * 4
    kinds = [each["ingestion_pipeline"]["service_kind"] for each in result["results"]]
    assert kinds == ["dashboard", "database", "database", "test_suite"]
    assert many(admin(server), listed)["changed"] is False
    assert many(admin(server), listed, scope={})["unmanaged"] == []


# ---- with faults


@pytest.mark.parametrize("how", [{"drop": "after"}, {"status": 400, "body": {"code": 400, "message": "Not today"}}])
@pytest.mark.parametrize("path", ["/bulk/deploy", "/toggleIngestion/"])
def test_restored_and_paused_with_a_fault(server: FakeServer, path: str, how: Json) -> None:
    """Each is let go on and paused again; whatever fails on the way, they end paused in the orchestrator, too."""
    given_service(server)
    listed = [entry("a"), entry("b")]
    for name in ("a", "b"):
        id_ = given(server, name, enabled=False)
        admin(server).call("DELETE", f"{LIST}/{id_}")
    server.inject(method="POST", path=path, **how)
    result = many(admin(server), listed, retries=2, on_error="continue")
    if "drop" in how:
        assert actions(result) == ["restored", "restored"]
    else:
        assert "failed" in actions(result)
        assert result["changed"] is True
        many(admin(server), listed)
    assert dags(server) == {"a": True, "b": True}
    assert {states(server, f"s.{name}") for name in ("a", "b")} == {(True, False)}
    server.clear_requests()
    assert many(admin(server), listed)["changed"] is False
    assert writes(server) == []


def test_one_that_stays_unknown_is_told(server: FakeServer) -> None:
    given_service(server)
    server.configure_orchestrator(known_after=100)
    result = many(admin(server), [entry("a"), entry("b", enabled=False, wait_deployed=5)])
    assert (actions(result), result["changed"]) == (["created", "failed"], True)
    assert "the orchestrator does not know the pipeline yet" in result["results"][1]["msg"]
    assert result["results"][1]["changed"] is True


def test_a_lost_answer_to_one_create_of_many(server: FakeServer) -> None:
    given_service(server)
    server.inject(method="POST", path=rf"{LIST}$", nth=2, drop="after")
    assert actions(many(admin(server), numbered(4), retries=2)) == ["created"] * 4
    assert len(dags(server)) == 4
    assert many(admin(server), numbered(4))["changed"] is False


def test_one_that_somebody_else_creates_first(server: FakeServer) -> None:
    service = {"id": given_service(server), "type": "dashboardService"}
    theirs = {
        "name": "p1",
        "pipelineType": "metadata",
        "service": service,
        "sourceConfig": {"config": METADATA},
        "airflowConfig": {},
    }
    server.inject(method="POST", path=rf"{LIST}$", concurrent={"method": "PUT", "path": LIST, "json": theirs})
    result = many(admin(server), numbered(3), concurrency=1)
    assert actions(result) == ["created", "updated", "created"]
    assert result["results"][1]["changed_fields"] == ["deployed", "schedule"]
    assert stored(server, "s.p1")["airflowConfig"]["scheduleInterval"] == "1 3 * * *"


def test_whoever_may_not_write(server: FakeServer) -> None:
    given_service(server)
    result = many(User(server, server.user_token), numbered(2), on_error="continue")
    assert (actions(result), result["changed"]) == (["failed", "failed"], False)
    assert {each["failure"]["code"] for each in result["results"]} == {"permission_denied"}
