# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of service is served by the same code, in the releases that have it."""

from __future__ import annotations

from typing import Any

import pytest

from fake_openmetadata.binding import known_order
from fake_openmetadata.catalogue import Catalogue
from fake_openmetadata.cipher import MASK, PREFIX
from fake_openmetadata.estate import COLLECTIONS
from fake_openmetadata.kinds import KINDS
from fake_openmetadata.testing import Caller, label, op, service

# A type of each kind with a secret (a kind without one has None there), in 2.0.
SAMPLES: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "dashboardService": ("Redash", {"apiKey": "sekret"}, "apiKey"),
    "databaseService": ("Mysql", {"username": "u", "authType": {"password": "sekret"}}, "authType.password"),
    "messagingService": ("Kafka", {"bootstrapServers": "k:9092", "saslPassword": "sekret"}, "saslPassword"),
    "pipelineService": ("Dagster", {"host": "http://d:3000", "token": "sekret"}, "token"),
    "mlmodelService": ("Mlflow", {"trackingUri": "http://m"}, None),
    "storageService": (
        "S3",
        {"awsConfig": {"awsRegion": "r", "awsSecretAccessKey": "sekret"}},
        "awsConfig.awsSecretAccessKey",
    ),
    "searchService": ("ElasticSearch", {"authType": {"username": "u", "password": "sekret"}}, "authType.password"),
    "metadataService": ("Amundsen", {"username": "u", "password": "sekret"}, "password"),
    "apiService": ("Rest", {"token": "sekret"}, "token"),
    "securityService": ("Ranger", {"hostPort": "http://r", "authType": {"username": "u", "password": "sekret"}}, None),
    "driveService": ("SharePoint", {"siteName": "s", "clientSecret": "sekret"}, "clientSecret"),
    "llmService": ("OpenAI", {"apiKey": "sekret"}, "apiKey"),
    "mcpService": ("Mcp", {}, None),
}
IN_1_2 = [entity for entity, kind in KINDS.items() if kind.since == (1, 2)]


def member(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value[part]
    return value


def sample(entity: str, **members: Any) -> dict[str, Any]:
    service_type, config, _secret = SAMPLES[entity]
    return {**service(service_type, {"type": service_type, **config}), **members}


def test_there_is_a_sample_of_each_kind() -> None:
    assert SAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("profile", "entity"), [*(("2.0", entity) for entity in KINDS), *(("1.2", entity) for entity in IN_1_2)]
)
def test_the_life_of_a_service(profile: str, entity: str) -> None:
    caller = Caller(profile, entity=entity)
    created = caller.post(sample(entity, description="d"))
    assert (created.status, created.body["version"]) == (201, 0.1), created.body
    id_ = created.body["id"]
    secret = SAMPLES[entity][2]
    if secret:
        assert member(created.body["connection"]["config"], secret) == MASK
        clear = caller.call("GET", f"{caller.base}/{id_}", who="ingestion-bot").body
        assert member(clear["connection"]["config"], secret) == "sekret"
    masked = {**sample(entity, description="d"), "connection": created.body["connection"]}
    assert caller.put(masked).change == "entityNoChange"
    bot = caller.put({**masked, "description": "by bot"}, who="ingestion-bot")
    assert (bot.change, bot.body["description"]) == ("entityNoChange", "d")
    patched = caller.patch(id_, op("add", "/displayName", "D"), op("add", "/tags", [label("Tier.Tier1")]))
    assert (patched.body["version"], [tag["tagFQN"] for tag in patched.body["tags"]]) == (0.2, ["Tier.Tier1"])
    if secret:
        assert member(patched.body["connection"]["config"], secret).startswith(PREFIX)
    assert caller.delete(id_).change == "entitySoftDeleted"
    assert caller.call("GET", f"{caller.base}/{id_}").message == f"{entity} instance for {id_} not found"
    assert caller.post(sample(entity)).status == 409
    assert caller.call("PUT", f"{caller.base}/restore", {"id": id_}).change == "entityRestored"
    versions = caller.call("GET", f"{caller.base}/{id_}/versions").body
    assert (versions["entityType"], len(versions["versions"])) == (entity, 4)
    assert caller.call("GET", caller.base).body["paging"]["total"] == 1
    assert caller.delete(id_, hardDelete="true", recursive="true").change == "entityDeleted"
    assert caller.call("GET", caller.base).body["paging"]["total"] == 0


@pytest.mark.parametrize("entity", KINDS)
def test_bulk_where_it_is_on(entity: str) -> None:
    caller = Caller("2.0", bulk=True, entity=entity)
    report = caller.call("PUT", f"{caller.base}/bulk", [sample(entity)]).body
    assert (report["status"], report["numberOfRowsPassed"]) == ("success", 1)


@pytest.mark.parametrize("entity", [entity for entity, kind in KINDS.items() if kind.since > (1, 2)])
def test_a_kind_that_a_release_lacks(entity: str) -> None:
    major, minor = KINDS[entity].since
    before = Caller(f"{major}.{minor - 1}", entity=entity)
    assert before.call("GET", before.base).status == 404
    since = Caller(f"{major}.{minor}", entity=entity)
    assert since.call("GET", since.base).body["data"] == []


COMMON = {"name", "displayName", "description", "serviceType", "connection", "tags"}
OLD = {*COMMON, "owner", "domain", "dataProducts"}
NEW = {*COMMON, "owners", "domains", "dataProducts", "ingestionRunner"}


@pytest.mark.parametrize(
    ("profile", "entity", "members"),
    [
        ("1.2", "databaseService", OLD),
        ("1.2", "pipelineService", {*OLD, "lifeCycle", "scheduleInterval"}),
        ("1.2", "metadataService", {*COMMON, "owner"}),
        ("1.5", "metadataService", {*COMMON, "owners", "domain"}),
        ("1.9", "driveService", NEW - {"ingestionRunner"}),
        ("1.10", "driveService", NEW),
        ("2.0", "databaseService", {*NEW, "style"}),
        ("2.0", "metadataService", NEW - {"dataProducts"}),
        ("2.0", "apiService", NEW),
        ("2.0", "securityService", NEW),
        ("2.0", "driveService", {*NEW, "style"}),
        ("2.0", "llmService", NEW),
        ("2.0", "mcpService", NEW),
    ],
)
def test_members_of_create_requests(profile: str, entity: str, members: set[str]) -> None:
    assert set(Caller(profile).state.services[entity].classes.create.members) == members


def test_what_metadata_services_lack_on_1_2() -> None:
    caller = Caller("1.2", entity="metadataService")
    created = caller.post(sample("metadataService"))
    assert created.body["provider"] == "user"
    for name in ("tags", "domain"):
        reply = caller.call("GET", caller.base, query={"fields": name})
        assert (reply.status, reply.message) == (400, f"Invalid field name {name}")
    refused = caller.put(sample("metadataService", domain="RecDomain"))
    assert refused.message.startswith('Unrecognized field "domain" (class org.openmetadata.schema.api.services.')


def test_types_are_those_of_the_kind(old: Caller) -> None:
    reply = old.call("POST", "/services/mlmodelServices", service("Superset", {}))
    assert "`org.openmetadata.schema.api.services.CreateMlModelService$MlModelServiceType`, problem" in reply.message


@pytest.mark.parametrize(
    ("entity", "child"), [(entity, child) for entity, kind in KINDS.items() for child in kind.children]
)
def test_children_keep_a_service_from_being_deleted(entity: str, child: str) -> None:
    caller = Caller("2.0", entity=entity)
    id_ = caller.post(sample(entity)).body["id"]
    made = caller.call("POST", f"/{COLLECTIONS[child]}", {"name": "c", "service": "rec_a"})
    assert (made.status, made.body["service"]["type"]) == (201, entity)
    counted = caller.call("GET", f"/{COLLECTIONS[child]}", query={"service": "rec_a", "limit": "0"})
    assert (counted.body["data"], counted.body["paging"]) == ([], {"total": 1})
    refused = caller.delete(id_)
    assert (refused.status, refused.message) == (400, f"{entity} is not empty")
    assert caller.delete(id_, hardDelete="true", recursive="true").status == 200
    assert caller.state.estate.tables[child].listed("all") == []


def test_services_of_two_kinds_may_have_one_name(old: Caller) -> None:
    old.post(service("Redash", {"type": "Redash"}))
    made = old.call("POST", "/services/databaseServices", sample("databaseService"))
    assert made.status == 201
    assert old.call("POST", "/topics", {"name": "t", "service": "rec_a"}).message == (
        "messagingService instance for rec_a not found"
    )
    old.call("POST", "/databases", {"name": "d", "service": "rec_a"})
    assert old.call("GET", "/dashboards", query={"service": "rec_a"}).body["data"] == []
    assert old.delete(old.get().body["id"]).status == 200


def test_secrets_of_alternatives_without_a_converter_are_shown_by_old_servers() -> None:
    assert Catalogue((1, 2), "database").shape("Mysql").members["authType"].kind == "choice"
    assert Catalogue((1, 2), "messaging").shape("Kinesis").members["awsConfig"].kind == "object"
    assert Catalogue((1, 2), "dashboard").shape("QlikSense").members["certificates"].kind == "any"


@pytest.mark.parametrize("kind", ["database", "messaging", "pipeline", "mlmodel", "storage", "search"])
def test_custom_types_keep_what_is_sent(kind: str) -> None:
    entity = f"{kind}Service"
    name = f"Custom{KINDS[entity].java}"
    caller = Caller("1.2", entity=entity)
    sent = {"type": name, "sourcePythonClass": "a.B", "connectionOptions": {"k": "v"}, "anything": [1]}
    assert caller.post(service(name, sent)).body["connection"]["config"] == sent


def test_members_are_listed_in_the_order_of_the_servers_hash_table() -> None:
    names = "name displayName description tags serviceType connection owner dataProducts domain"
    assert known_order(names.split()) == [
        "owner", "domain", "tags", "name", "description", "displayName", "connection", "serviceType", "dataProducts",
    ]  # fmt: skip
