# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of service is managed alike, and what one lacks is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import limits
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import CHANGED, HIDDEN
from ansible_collections.community.openmetadata.plugins.module_utils.resources import NEVER, RESOURCES
from fake_openmetadata.estate import COLLECTIONS
from fake_openmetadata.kinds import KINDS
from fake_openmetadata.launch import FakeServer
from samples import SAMPLES, Sample, of_release
from unit.plugins import made_up
from unit.plugins.modules_here import info, many, one
from unit.plugins.support import ROLES, Json, User, admin, bot, sent, writes

VERSION = "GET /system/version"
BOTH_ROLES = pytest.mark.parametrize("role", ROLES)
EVERY_KIND = pytest.mark.parametrize("kind", RESOURCES)
CASES = [
    *(("1.2", sample.kind) for sample in of_release((1, 2))),
    *(("2.0", sample.kind) for sample in of_release((2, 0))),
]


def test_there_is_a_sample_of_each_kind() -> None:
    assert list(SAMPLES) == list(RESOURCES)


def live(user: User, sample: Sample, path: str) -> None:
    """A service's life, from its creation to its end; nothing of it shows its secret."""
    described = sample.options(description="d", owners=["rec_team"])
    assert one(user, described, check=True)["action"] == "created"
    created = one(user, described)
    assert (created["changed"], created["action"], created["version"]) == (True, "created", 0.1), created
    shown = created["service"]
    assert (shown["kind"], shown["description"]) == (sample.kind, "d")
    assert (HIDDEN in json.dumps(shown)) == sample.secret
    again = one(user, described)
    assert (again["changed"], again["action"], again["version"]) == (False, "none", 0.1)
    changed = one(user, sample.changed(display_name="S"))
    assert changed["action"] == "updated"
    assert "display_name" in changed["changed_fields"]
    assert any(name.startswith("connection.") for name in changed["changed_fields"])
    assert changed["diff"]["after_header"] == f"{sample.kind}_service s"
    assert changed["service"]["owners"][0]["name"] == "rec_team"
    _end(user, sample, path)


def _end(user: User, sample: Sample, path: str) -> None:
    named = {"kind": sample.kind, "name": "s"}
    deleted = one(user, {**named, "state": "absent"})
    assert (deleted["action"], deleted["service"]["deleted"]) == ("deleted", True)
    assert info(user, {"kind": sample.kind})["services"] == []
    restored = one(user, sample.changed(secret="second"))
    assert restored["action"] == "restored"
    (read,) = info(user, {"kind": sample.kind})["services"]
    assert (read["kind"], read["display_name"], read["deleted"]) == (sample.kind, "S", False)
    assert one(user, {**named, "state": "absent", "hard_delete": True})["action"] == "purged"
    assert user.call("GET", path, include="all")["paging"]["total"] == 0


@BOTH_ROLES
@pytest.mark.parametrize(("profile", "kind"), CASES)
def test_the_life_of_a_service(start: Callable[..., FakeServer], profile: str, kind: str, role: str) -> None:
    live(ROLES[role](start(profile)), SAMPLES[kind], RESOURCES[kind].path)


# ---- a kind that nobody has


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Sample:
    """A service of a made-up kind: a row, and a schema."""
    from ansible_collections.community.openmetadata.plugins.module_utils import resources, schemas

    row = resources.Resource(made_up.KIND, {"containers": "/containers"})
    monkeypatch.setitem(resources.RESOURCES, row.kind, row)
    monkeypatch.setitem(schemas._KINDS, row.kind, made_up.schema)
    monkeypatch.setattr(schemas, "KINDS", (*schemas.KINDS, row.kind))
    connection = {"hostPort": "http://k", "recipe": "canary-first"}
    return Sample(row.kind, made_up.SERVICE_TYPE, connection, {"hostPort": "http://k2"})


@BOTH_ROLES
@pytest.mark.parametrize("profile", ["1.2", "2.0"])
def test_growth_is_a_row(start: Callable[..., FakeServer], kitchen: Sample, profile: str, role: str) -> None:
    server = start(profile, module=made_up.__name__)
    user = ROLES[role](server)
    live(user, kitchen, kitchen.resource.path)
    listed = many(user, {"services": [kitchen.options("k"), SAMPLES["database"].options("d")], "scope": {}})
    assert listed["summary"]["created"] == 2
    assert [entry["kind"] for entry in listed["results"]] == ["kitchen", "database"]
    holder = {"id": listed["results"][0]["service"]["id"], "type": made_up.ENTITY}
    user.call("POST", "/containers", {"name": "pot", "service": holder})
    refused = one(user, {"kind": "kitchen", "name": "k", "state": "absent"})
    assert "kitchen_service 'k': the service holds 1 containers" in refused["msg"]
    wrong = one(user, {**kitchen.options("k"), "connection": {"hostPort": "http://k", "recipes": "canary"}})
    assert "connection.recipes: unknown for Restaurant, did you mean recipe?" in wrong["msg"]


# ---- what a release or a kind lacks


@pytest.mark.parametrize("kind", [kind for kind, row in RESOURCES.items() if row.since > (1, 2)])
def test_a_kind_that_the_release_lacks(old: FakeServer, kind: str) -> None:
    since = ".".join(map(str, RESOURCES[kind].since))
    said = f"{kind} services need OpenMetadata {since}; the server is 1.2.0"
    single = one(bot(old), SAMPLES[kind].options())
    assert single["failure"]["code"] == "invalid_input"
    assert said in single["msg"]
    assert "Update the server" in single["failure"]["cure"]
    assert said in info(bot(old), {"kind": kind})["msg"]
    both = [SAMPLES["database"].options("d"), SAMPLES[kind].options()]
    assert said in many(bot(old), {"services": both})["msg"]
    assert writes(old) == []


@pytest.mark.parametrize("kind", [kind for kind, row in RESOURCES.items() if row.since > (1, 2)])
def test_a_kind_comes_with_its_release(kind: str) -> None:
    major, minor = RESOURCES[kind].since
    limits.check_kind(Server(f"{major}.{minor}.0", RESOURCES[kind]))
    with pytest.raises(InvalidInput, match=f"{kind} services need OpenMetadata {major}.{minor}"):
        limits.check_kind(Server(f"{major}.{minor - 1}.9", RESOURCES[kind]))


def lacking() -> list[tuple[str, str, Any, str]]:
    """Each kind with an option that it lacks: for good on the newest release, or until one."""
    values = {"tags": ["Tier.Tier1"], "data_products": ["RecProduct"], "domains": ["RecDomain"]}
    return [
        (kind, option, values[option], "2.0" if since == NEVER else f"{since[0]}.{since[1] - 1}")
        for kind, row in RESOURCES.items()
        for option, since in row.later.items()
    ]


@pytest.mark.parametrize(("kind", "option", "value", "release"), lacking())
def test_a_field_that_the_kind_lacks(
    start: Callable[..., FakeServer], kind: str, option: str, value: Any, release: str
) -> None:
    server = start(release)
    refused = one(bot(server), SAMPLES[kind].options(**{option: value}))
    said = f"{kind} services have no {option}." if release == "2.0" else f"{kind}_service 's': {option} needs"
    assert said in refused["msg"]
    assert f"Leave {option} out" in refused["failure"]["cure"]
    assert writes(server) == []
    cleared: Json = {option: []}
    assert one(bot(server), SAMPLES[kind].options(**cleared))["action"] == "created"


def test_what_metadata_services_lack() -> None:
    """The published models of create requests say so, and the stand-in server's own table."""
    assert {(kind, option) for kind, option, _value, _release in lacking()} == {
        ("metadata", "tags"),
        ("metadata", "data_products"),
        ("metadata", "domains"),
    }
    server = Server("1.2.0", RESOURCES["metadata"])
    assert server.query_fields == "owner"
    limits.check_supported(Desired("s", None, {"tags": []}), server)


@EVERY_KIND
def test_the_server_of_the_tests_has_the_same_rows(kind: str) -> None:
    row = KINDS[RESOURCES[kind].entity_type]
    assert f"/{row.collection}" == RESOURCES[kind].path
    assert row.since == RESOURCES[kind].since
    assert [f"/{COLLECTIONS[child]}" for child in row.children] == list(RESOURCES[kind].children.values())


# ---- children


@EVERY_KIND
def test_what_a_service_holds_is_counted(new: FakeServer, kind: str) -> None:
    user, sample = admin(new), SAMPLES[kind]
    created = one(user, sample.options())["service"]
    service = {"id": created["id"], "type": sample.resource.entity_type}
    for count, path in enumerate(sample.resource.children.values(), 1):
        for number in range(count):
            user.call("POST", path, {"name": f"c{number}", "service": service})
    pipeline = {
        "name": "daily",
        "pipelineType": "metadata",
        "service": service,
        "sourceConfig": {"config": {}},
        "airflowConfig": {},
    }
    user.call("POST", "/services/ingestionPipelines", pipeline)
    words = [f"{count} {word}" for count, word in enumerate(sample.resource.children, 1)]
    holds = f"{kind}_service 's': the service holds {', '.join([*words, '1 ingestion pipelines'])}, so"
    gone = {"kind": kind, "name": "s", "state": "absent"}
    for check in (True, False):
        refused = one(user, gone, check=check)
        assert holds in refused["msg"]
        assert "recursive" in refused["failure"]["cure"]
    assert one(user, {**gone, "recursive": True, "hard_delete": True})["action"] == "purged"
    for path in sample.resource.every_child.values():
        assert user.call("GET", path, include="all")["paging"]["total"] == 0


# ---- one of a kind isn't one of another


def test_services_of_one_name_and_two_kinds_are_two(server: FakeServer) -> None:
    user = bot(server)
    both = [SAMPLES["database"].options(), SAMPLES["messaging"].options()]
    assert many(user, {"services": both})["summary"]["created"] == 2
    again = many(user, {"services": both, "prune": True, "scope": {"kinds": ["pipeline"]}})
    assert (again["changed"], again["unmanaged"]) == (False, [])
    gone = many(user, {"services": both[:1], "prune": True, "scope": {"kinds": ["messaging"]}})
    assert [(entry["kind"], entry["name"], entry["action"]) for entry in gone["pruned"]] == [
        ("messaging", "s", "deleted")
    ]
    assert info(user, {"kind": "messaging"})["services"] == []
    assert [each["name"] for each in info(user, {"kind": "database"})["services"]] == ["s"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"kind": "database", "service_type": "Superset"}, "service_type: Superset is unknown"),
        ({"kind": "dashboard", "service_type": "Mysql"}, "service_type: Mysql is unknown"),
        ({"kind": "messaging", "service_type": "kafka"}, "did you mean Kafka?"),
        ({"kind": "cooking", "service_type": "Soup"}, "value of kind must be one of"),
        ({"service_type": "Mysql"}, "missing required arguments: kind"),
    ],
)
def test_a_kind_or_type_that_is_none(server: FakeServer, options: Json, says: str) -> None:
    refused = one(bot(server), {"name": "s", "connection": {"hostPort": "h"}, **options})
    assert says in refused["msg"]
    assert writes(server) == []


def test_a_list_in_which_one_tells_no_kind(server: FakeServer) -> None:
    nameless = {name: value for name, value in SAMPLES["database"].options().items() if name != "kind"}
    refused = many(bot(server), {"services": [SAMPLES["messaging"].options(), nameless]})
    assert "services: 's': kind is missing" in refused["msg"]
    assert many(bot(server), {"services": [nameless], "defaults": {"kind": "database"}})["summary"]["created"] == 1


# ---- requests


@pytest.mark.parametrize("count", [100])
def test_five_kinds_unchanged_are_the_version_and_their_lists_to_a_bot(server: FakeServer, count: int) -> None:
    user = bot(server)
    five = [SAMPLES[kind] for kind in ("dashboard", "database", "messaging", "pipeline", "search")]
    described = [five[number % 5].options(f"s{number}", description="d") for number in range(count)]
    assert many(user, {"services": described})["summary"]["created"] == count
    server.clear_requests()
    again = many(user, {"services": described})
    assert (again["summary"]["none"], again["changed"]) == (count, False)
    assert sent(server) == [VERSION, *(f"GET {sample.resource.path}" for sample in five)]
    assert again["requests"] == 6


@EVERY_KIND
def test_one_unchanged_is_the_version_and_itself(new: FakeServer, kind: str) -> None:
    one(bot(new), SAMPLES[kind].options())
    new.clear_requests()
    assert not one(bot(new), SAMPLES[kind].options())["changed"]
    assert sent(new) == [VERSION, f"GET {RESOURCES[kind].path}/name/s"]


@pytest.mark.parametrize("kind", ["dashboard", "database", "search"])
def test_a_process_for_one_kind_reads_no_other_catalogue(new: FakeServer, kind: str) -> None:
    options = {"url": new.url, "token": new.bot_token, **SAMPLES[kind].options()}
    script = """
import contextlib, json, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.community.openmetadata.plugins.modules import service
with patch_module_args(json.loads(sys.argv[1])), contextlib.suppress(SystemExit):
    service.main()
print(json.dumps(sorted(name.rpartition(".")[2] for name in sys.modules if ".catalogue_data." in name)))
"""
    path = next(entry for entry in sys.path if entry.endswith(".cache/link"))
    command = [sys.executable, "-c", script, json.dumps(options)]
    done = subprocess.run(command, env={"PYTHONPATH": path}, check=True, capture_output=True, text=True)
    result, imported = map(json.loads, filter(None, done.stdout.splitlines()))
    assert result["action"] == "created"
    assert imported == sorted([kind, "releases"])


# ---- words of results


@pytest.mark.parametrize("password", ["service", "services", "kind", "database", "database_service"])
def test_a_password_that_is_one_of_our_words_hides_no_result(new: FakeServer, password: str) -> None:
    connection = {"hostPort": "m:3306", "username": "u", "authType": {"password": password}}
    options = {"kind": "database", "name": "s", "service_type": "Mysql", "connection": connection}
    result = one(bot(new), options)
    assert result["service"]["kind"] == "database"
    assert result["service"]["connection"]["authType"]["password"] == HIDDEN
    assert many(bot(new), {"services": [options]})["results"][0]["kind"] == "database"
    assert info(bot(new), {"kind": "database"})["services"][0]["kind"] == "database"
    assert "database_service 's'" in one(bot(new), {**options, "tags": ["Tier.None"]})["msg"]


@pytest.mark.parametrize("kind", ["dashboard", "database", "metadata"])
def test_a_misspelt_secret_of_a_task_that_tells_no_type_is_hidden(server: FakeServer, kind: str) -> None:
    user, sample = bot(server), SAMPLES[kind]
    one(user, sample.options())
    task = {"kind": kind, "name": "s", "connection": {**sample.connection, "loggin": {"pasword": "canary-misspelt"}}}
    for result in (one(user, task), many(user, {"services": [task]})):
        assert "connection.loggin: unknown" in result["msg"]
        assert "loggin" in json.dumps(result["invocation"])


@BOTH_ROLES
def test_objects_in_a_list_have_defaults_and_secrets_too(new: FakeServer, role: str) -> None:
    """MCP's servers: what the server fills in is no drift, and another secret is a change."""
    user = ROLES[role](new)

    def described(secret: str) -> Json:
        servers = [{"name": "a", "apiKey": f"canary-{secret}"}, {"name": "b", "transport": "SSE"}]
        return {"kind": "mcp", "name": "s", "service_type": "Mcp", "connection": {"servers": servers}}

    assert one(user, described("one"))["action"] == "created"
    assert one(user, described("one"))["action"] == "none"
    foretold = one(user, described("two"), check=True)
    changed = one(user, described("two"))
    assert changed["changed_fields"] == ["connection.servers"]
    assert foretold["diff"] == changed["diff"]
    assert CHANGED in json.dumps(changed["diff"]["after"])
    assert one(user, described("two"))["action"] == "none"
