# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to the state of a server, over HTTP: end states, requests, races and lost answers."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import apply, connection, errors, model, plan
from ansible_collections.community.openmetadata.plugins.module_utils.apply import Outcome
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, MASK
from fake_openmetadata.launch import FakeServer
from unit.plugins import configs
from unit.plugins.support import ROLES, Json, User, admin, bot, plain, scripted, sent, writes

LIST = "/services/dashboardServices"
READ = f"GET {LIST}/name/s"
VERSION = "GET /system/version"
BOTH_ROLES = pytest.mark.parametrize("role", list(ROLES))
OPTIONS = pytest.mark.parametrize("option", [item.option for item in model.FIELDS])

CONFIG = {"type": "Metabase", "hostPort": "http://stored", "username": "u", "password": "canary-stored",
          "supportsMetadataExtraction": False}  # fmt: skip

# What a service has, and what each option is then cleared or set to. A new option needs a line in each.
STORED: dict[str, Any] = {
    "display_name": "Stored name",
    "description": "Stored words",
    "connection": CONFIG,
    "owners": ["rec_user"],
    "domains": ["RecDomain"],
    "tags": ["PII.Sensitive", "Tier.Tier1"],
    "data_products": ["RecProduct"],
}
CLEARED: dict[str, Any] = {
    "display_name": "",
    "description": "",
    # A connection can't be cleared; what is optional in it can.
    "connection": {"hostPort": "http://stored", "password": "canary-stored"},
    "owners": [],
    "domains": [],
    "tags": [],
    "data_products": [],
}
SET: dict[str, dict[str, Any]] = {
    "1.2": {
        "display_name": " Näw | name ",
        "description": "New *words*\n\n日本語 `x` & 'y'",
        "connection": {**CONFIG, "hostPort": "http://new", "password": "canary-new"},
        "owners": ["rec_team"],
        "domains": ["RecDomain2"],
        "tags": ["PII.NonSensitive", "RecGlossary.RecTerm"],
        "data_products": ["RecProduct2"],
    },
    "2.0": {
        "display_name": " Näw | name ",
        "description": "New *words*\n\n日本語 `x` & 'y'",
        "connection": {**CONFIG, "hostPort": "http://new", "password": "canary-new"},
        "owners": ["rec_user", "rec_user_2"],
        "domains": ["RecDomain", "RecDomain2"],
        "tags": ["PII.NonSensitive", "RecGlossary.RecTerm"],
        "data_products": ["RecProduct", "RecProduct2"],
    },
}
CONNECTION_FIELDS = {
    "cleared": ["connection.supportsMetadataExtraction", "connection.username"],
    # To an admin the password is not comparable; a bot sees that it changed.
    "set": {"admin": ["connection.hostPort"], "bot": ["connection.hostPort", "connection.password"]},
}


def profile_of(server: FakeServer) -> str:
    return "2.0" if admin(server).client().get("/system/version")["version"].startswith("2") else "1.2"


def has(server: FakeServer, option: str) -> bool:
    return option != "data_products" or profile_of(server) == "2.0"


def given(server: FakeServer, name: str = "s", service_type: str = "Metabase", **values: Any) -> str:
    """Store a service by requests of its own, whatever is tested; returns its id and empties the log."""
    user, lists = admin(server), profile_of(server) == "2.0"
    body: Json = {"name": name, "serviceType": service_type}
    if "connection" in values:
        body["connection"] = {"config": values["connection"]}
    for option, member in (("display_name", "displayName"), ("description", "description")):
        if values.get(option):
            body[member] = values[option]
    owners = [
        {"id": user.call("GET", f"/users/name/{each}")["id"], "type": "user"} for each in values.get("owners", ())
    ]
    if owners:
        body.update({"owners": owners} if lists else {"owner": owners[0]})
    if values.get("domains"):
        body.update({"domains": values["domains"]} if lists else {"domain": values["domains"][0]})
    if values.get("data_products"):
        body["dataProducts"] = values["data_products"]
    stored = user.call("POST", LIST, body)
    if values.get("tags"):
        labels = [{"tagFQN": each, "source": "Classification", "labelType": "Manual", "state": "Confirmed"}
                  for each in values["tags"]]  # fmt: skip
        user.call("PATCH", f"{LIST}/{stored['id']}", [{"op": "add", "path": "/tags", "value": labels}])
    server.clear_requests()
    return str(stored["id"])


def seen(server: FakeServer, name: str = "s") -> dict[str, Any]:
    """A service as a bot reads it now, option by option."""
    lists = profile_of(server) == "2.0"
    asked = "owners,domains,tags,dataProducts" if lists else "owner,domain,tags"
    entity = bot(server).call("GET", f"{LIST}/name/{name}", fields=asked, include="all")

    def named(plural: str, singular: str) -> list[str]:
        members = entity.get(plural) if lists else [entity[singular]] if entity.get(singular) else []
        return sorted(member["name"] for member in members or ())

    shown = {
        "display_name": entity.get("displayName", ""),
        "description": entity.get("description", ""),
        "connection": (entity.get("connection") or {}).get("config"),
        "owners": named("owners", "owner"),
        "domains": named("domains", "domain"),
        "tags": sorted(label["tagFQN"] for label in entity.get("tags") or ()),
        "deleted": entity["deleted"],
        "version": entity["version"],
        "id": entity["id"],
    }
    return {**shown, "data_products": named("dataProducts", "dataProduct")} if lists else shown


def expected(server: FakeServer, **values: Any) -> dict[str, Any]:
    """What `seen` shows of a service with these values (lists sorted, defaults of Metabase filled in)."""
    shown = {**STORED, **values}
    config = {"type": "Metabase", "supportsMetadataExtraction": True, **shown["connection"]}
    lists = {option: sorted(shown[option]) for option in ("owners", "domains", "tags", "data_products")}
    if not has(server, "data_products"):
        del lists["data_products"]
    return {**{option: shown[option] for option in ("display_name", "description")}, "connection": config, **lists}


def wish(service_type: str | None = "Metabase", name: str = "s", **values: Any) -> Desired:
    return Desired(name, service_type, values)


def _only(option: str, value: Any) -> dict[str, Any]:
    """One option by its name."""
    return {option: value}


def present(user: User, desired: Desired, retries: int = 4, **options: Any) -> Outcome:
    return user.reconciler(retries, **options).present(desired)


def fails(kind: type[errors.OpenMetadataError], work: Callable[[], Any]) -> errors.OpenMetadataError:
    with pytest.raises(errors.OpenMetadataError) as caught:
        work()
    assert type(caught.value) is kind
    assert "canary" not in f"{caught.value} {caught.value.cure} {caught.value.details()}"
    assert caught.value.cure
    return caught.value


def assert_told(outcome: Outcome) -> None:
    """Nothing of an outcome but its masked views shows a secret."""
    assert "canary" not in repr(outcome)
    assert "fernet" not in repr(outcome)


def assert_patches_stay_outside_connections(server: FakeServer) -> None:
    for entry in writes(server):
        if entry["method"] == "PATCH":
            assert not [one for one in entry["body"] if one["path"].startswith("/connection")]


# ---- the matrix: each option omitted, cleared and set, by an admin and a bot, on each profile


def test_the_tables_know_every_option() -> None:
    options = {item.option for item in model.FIELDS}
    for table in (STORED, CLEARED, SET["1.2"], SET["2.0"]):
        assert set(table) == options


def _wanted(server: FakeServer, option: str, how: str) -> dict[str, Any]:
    """The options that the task gives: the one in question, or all the others where that one is omitted."""
    setting = SET[profile_of(server)]
    if how == "omitted":
        return {name: value for name, value in setting.items() if name != option and has(server, name)}
    wanted = {option: (CLEARED if how == "cleared" else setting)[option]}
    if (option, how) == ("domains", "cleared") and has(server, "data_products"):
        # The server refuses data products without a domain.
        wanted["data_products"] = []
    return wanted


def _fields(wanted: dict[str, Any], how: str, role: str) -> list[str]:
    fields = sorted(wanted)
    if "connection" in wanted:
        fields.remove("connection")
        paths: Any = CONNECTION_FIELDS["cleared"] if how == "cleared" else CONNECTION_FIELDS["set"]
        fields += paths if isinstance(paths, list) else paths[role]
    return sorted(fields)


@OPTIONS
@pytest.mark.parametrize("how", ["omitted", "cleared", "set"])
@BOTH_ROLES
def test_each_option_omitted_cleared_and_set(server: FakeServer, role: str, option: str, how: str) -> None:
    user = ROLES[role](server)
    if not has(server, option) and how == "set":
        given(server, connection=CONFIG)
        fails(errors.InvalidInput, lambda: present(user, wish(**_only(option, ["RecProduct"]))))
        assert writes(server) == []
        return
    stored = {name: value for name, value in STORED.items() if has(server, name)}
    given(server, **stored)
    before = seen(server)
    assert before.items() >= expected(server).items()
    wanted = _wanted(server, option, how)
    fields = [] if not has(server, option) and how == "cleared" else _fields(wanted, how, role)
    desired = wish(**wanted)

    server.clear_requests()
    predicted = present(user, desired, check_mode=True)
    assert writes(server) == []
    assert seen(server) == before

    done = present(user, desired)
    assert_patches_stay_outside_connections(server)
    after = seen(server)
    assert after.items() >= expected(server, **wanted).items()
    assert (done.changed, done.action, done.changed_fields) == (bool(fields), "updated" if fields else "none", fields)
    assert (done.version_before, done.version) == (before["version"], after["version"])
    # Servers that join a user's PATCHes may leave the version where it was.
    assert done.changed or after["version"] == before["version"]
    assert after["id"] == before["id"]
    assert_told(done)
    assert (predicted.changed, predicted.action, predicted.changed_fields) == (done.changed, done.action, fields)
    assert (predicted.before, predicted.after) == (done.before, done.after)
    assert _without_facts(predicted.service) == _without_facts(done.service)

    server.clear_requests()
    again = present(user, desired)
    assert (again.changed, again.action, again.changed_fields) == (False, "none", [])
    assert seen(server) == after
    secret = "connection" in wanted and role == "admin"
    assert again.unverified == (["connection.password"] if secret else [])
    assert [entry["method"] for entry in writes(server)] == (["PUT"] if secret else [])


def _without_facts(service: dict[str, Any] | None) -> dict[str, Any]:
    """A result without what only the server can know; lists in order."""
    assert service is not None
    left = {key: value for key, value in service.items() if key not in ("version", "updated_at", "updated_by")}
    left["tags"] = sorted(left["tags"])
    return left


@BOTH_ROLES
def test_a_service_is_created_with_every_option(server: FakeServer, role: str) -> None:
    user = ROLES[role](server)
    desired = wish(**{name: value for name, value in SET[profile_of(server)].items() if has(server, name)})
    predicted = present(user, desired, check_mode=True)
    assert writes(server) == []
    done = present(user, desired)
    assert (done.changed, done.action, done.version_before) == (True, "created", None)
    assert seen(server).items() >= expected(server, **desired.values).items()
    assert (predicted.changed, predicted.action) == (True, "created")
    assert predicted.changed_fields == done.changed_fields
    assert predicted.after == done.after
    assert (predicted.version, predicted.version_before) == (None, None)
    assert_told(done)
    assert_told(predicted)
    server.clear_requests()
    again = present(user, desired)
    assert (again.changed, again.version) == (False, done.version)
    assert len(writes(server)) == (role == "admin")


@BOTH_ROLES
def test_a_service_is_created_with_as_little_as_can_be(server: FakeServer, role: str) -> None:
    done = present(ROLES[role](server), wish(connection={"hostPort": "http://h"}))
    assert (done.action, done.version) == ("created", 0.1)
    assert seen(server)["connection"] == {
        "type": "Metabase",
        "hostPort": "http://h",
        "supportsMetadataExtraction": True,
    }


# ---- how many requests


@BOTH_ROLES
def test_nothing_to_do_is_two_requests(server: FakeServer, role: str) -> None:
    stored = {name: value for name, value in STORED.items() if has(server, name)}
    given(server, **stored)
    if role == "admin":
        del stored["connection"]
    outcome = present(ROLES[role](server), wish(**stored))
    assert not outcome.changed
    # Owners, domains, tags and data products that are set already cost no look-up.
    assert sent(server) == [VERSION, READ]


def test_a_secret_that_an_admin_cannot_compare_costs_one_put_more(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    outcome = present(admin(server), wish(connection=CONFIG))
    assert sent(server) == [VERSION, READ, f"PUT {LIST}"]
    assert (outcome.changed, outcome.unverified) == (False, ["connection.password"])


def test_on_create_it_costs_none(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    outcome = present(admin(server), wish(connection={**CONFIG, "password": "canary-new"}), keep_secrets=True)
    assert sent(server) == [VERSION, READ]
    assert not outcome.changed
    assert seen(server)["connection"]["password"] == "canary-stored"


@BOTH_ROLES
def test_creating_is_three_requests_and_one_for_each_name(server: FakeServer, role: str) -> None:
    present(ROLES[role](server), wish(connection=CONFIG, description="d", owners=["rec_user"]))
    assert sent(server) == [VERSION, READ, "GET /users/name/rec_user", f"POST {LIST}"]


def test_tags_of_a_new_service_are_patched_where_a_post_ignores_them(old: FakeServer) -> None:
    present(admin(old), wish(connection=CONFIG, tags=["Tier.Tier1"]))
    assert [each.split()[0] for each in sent(old)] == ["GET", "GET", "GET", "POST", "PATCH"]


@BOTH_ROLES
def test_updating_is_three_requests(server: FakeServer, role: str) -> None:
    given(server, connection=CONFIG)
    present(ROLES[role](server), wish(description="d", display_name="n"))
    assert sent(server) == [VERSION, READ, f"PUT {LIST}"]


def test_updating_what_a_bots_put_keeps_back_is_four(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG, description="Stored words")
    outcome = present(bot(server), wish(description="New words"))
    assert sent(server) == [VERSION, READ, f"PUT {LIST}", f"PATCH {LIST}/{id_}"]
    assert (outcome.changed, outcome.changed_fields) == (True, ["description"])


@pytest.mark.parametrize(("option", "lookups"), [("tags", 0), ("owners", 0), ("domains", 0)])
def test_clearing_by_patch_needs_no_put(server: FakeServer, option: str, lookups: int) -> None:
    id_ = given(server, connection=CONFIG, **{option: STORED[option]})
    present(admin(server), wish(**_only(option, [])))
    assert sent(server) == [VERSION, READ, f"PATCH {LIST}/{id_}"]


def test_a_name_is_looked_up_once_in_a_run(server: FakeServer) -> None:
    reconciler = admin(server).reconciler()
    for name in ("a", "b"):
        reconciler.present(wish(name=name, connection=CONFIG, owners=["rec_team"], tags=["Tier.Tier1"]))
    log = sent(server)
    assert log.count(VERSION) == 1
    assert log.count("GET /teams/name/rec_team") == 1
    assert log.count("GET /tags/name/Tier.Tier1") == 1


def test_threads_that_share_a_reconciler_ask_for_the_version_once(old: FakeServer) -> None:
    old.inject(path="/system/version", delay=0.2, count=0)
    reconciler = admin(old).reconciler()
    start = threading.Barrier(8)

    def read(_number: int) -> object:
        start.wait()
        return reconciler.read("s")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(8))) == [None] * 8
    assert sent(old).count(VERSION) == 1


# ---- names


@pytest.mark.parametrize(
    "name", ["a.b", "with blank", "100% & more", "Ünï 日本", "a.b.c", "x" * 128, "don't (ever) - do_it", " s"]
)
def test_names_of_every_kind(server: FakeServer, name: str) -> None:
    user = bot(server)
    desired = wish(name=name, connection=CONFIG)
    assert present(user, desired).action == "created"
    assert present(user, desired).action == "none"
    assert present(user, wish(name=name, description="d")).changed
    assert [each.name for each in user.reconciler().find()] == [name]
    assert user.reconciler().find(name=name)[0].version == 0.2
    assert user.reconciler().absent(wish(name=name), hard_delete=True).action == "purged"
    assert user.reconciler().find(name=name, include_deleted=True) == []


@pytest.mark.parametrize("name", ["a+b", "a?b#c", "a:b", "50%25", "<a>", "x" * 200])
def test_names_that_newer_servers_take_too(new: FakeServer, name: str) -> None:
    assert present(bot(new), wish(name=name, connection=CONFIG)).action == "created"
    assert present(bot(new), wish(name=name, connection=CONFIG)).action == "none"


@pytest.mark.parametrize("name", ["a/b", "a::b", "x" * 129])
def test_a_bad_name_fails_before_any_write(old: FakeServer, name: str) -> None:
    fails(errors.InvalidInput, lambda: present(admin(old), wish(name=name, connection=CONFIG)))
    assert writes(old) == []


@pytest.mark.parametrize(
    ("owner", "expected_name"),
    [
        ("rec_user", "rec_user"),
        ("rec_team", "rec_team"),
        ("rec_user_2@openmetadata.org", "rec_user_2"),
        ("REC_USER@OpenMetadata.org", "rec_user"),
        ({"name": "rec_team", "type": "team"}, "rec_team"),
        ({"name": "rec_user"}, "rec_user"),
    ],
)
def test_owners_by_name_or_email(server: FakeServer, owner: Any, expected_name: str) -> None:
    user = bot(server)
    assert present(user, wish(connection=CONFIG, owners=[owner])).action == "created"
    assert seen(server)["owners"] == [expected_name]
    assert present(user, wish(owners=[owner])).action == "none"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("owners", "nobody", "owners: there is no user or team called 'nobody'."),
        ("owners", "nobody@example.com", "owners: there is no user or team called 'nobody@example.com'."),
        ("owners", {"name": "rec_team", "type": "user"}, "owners: there is no user called 'rec_team'."),
        ("domains", "Nowhere", "domains: there is no domain called 'Nowhere'."),
        ("domains", "Sales@EU", "domains: there is no domain called 'Sales@EU'."),
        ("tags", "PII.Nothing", "tags: there is no tag or glossary term called 'PII.Nothing'."),
        ("tags", "nothing", "tags: there is no tag or glossary term called 'nothing'."),
        ("data_products", "Nothing", "data_products: there is no data product called 'Nothing'."),
    ],
)
@pytest.mark.parametrize("exists", [False, True], ids=["new", "existing"])
def test_an_unknown_name_fails_before_any_write(
    server: FakeServer, option: str, value: Any, message: str, exists: bool
) -> None:
    if not has(server, option):
        return
    if exists:
        given(server, connection=CONFIG)
    for check_mode in (True, False):
        error = fails(
            errors.InvalidInput,
            lambda check_mode=check_mode: present(  # type: ignore[misc]
                admin(server), wish(connection=CONFIG, description="d", **_only(option, [value])), check_mode=check_mode
            ),
        )
        assert str(error) == message
    assert writes(server) == []


@pytest.mark.parametrize("option", ["owners", "domains"])
def test_two_where_a_server_holds_one_fail_before_any_write(old: FakeServer, option: str) -> None:
    error = fails(
        errors.InvalidInput, lambda: present(admin(old), wish(connection=CONFIG, **_only(option, ["a", "b"])))
    )
    assert "can hold one" in str(error)
    assert writes(old) == []


# ---- bad input


def test_another_service_type_is_refused_before_any_write(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    for check_mode in (True, False):
        error = fails(
            errors.InvalidInput,
            lambda check_mode=check_mode: present(admin(server), wish("Superset"), check_mode=check_mode),  # type: ignore[misc]
        )
        assert "can't be changed to Superset" in str(error)
    assert writes(server) == []


def test_an_unknown_key_is_refused_before_any_write(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    desired = wish(connection={**CONFIG, "hostPrt": "http://h"})
    error = fails(errors.InvalidInput, lambda: present(admin(server), desired))
    assert "did you mean hostPort?" in str(error)
    assert writes(server) == []


def test_an_unknown_key_that_is_let_through_is_refused_by_the_server(server: FakeServer) -> None:
    desired = wish(connection={**CONFIG, "bogus": "canary-x"})
    error = fails(errors.BadRequest, lambda: present(admin(server), desired, validate="off"))
    assert "bogus" in str(error)
    warned = [entry for entry in writes(server) if entry["method"] == "POST"]
    assert len(warned) == 1


def test_warnings_are_passed_on(server: FakeServer) -> None:
    outcome = present(admin(server), wish("Metabase", connection={"username": "u"}), validate="warn")
    assert outcome.warnings == ["connection.hostPort: required for Metabase."]


def test_a_service_stored_without_connection_is_explained_before_any_write(old: FakeServer) -> None:
    given(old)
    for role in ROLES.values():
        error = fails(errors.InvalidInput, lambda role=role: present(role(old), wish(connection=CONFIG)))  # type: ignore[misc]
        assert "stored without a connection" in str(error)
        assert "hard_delete=true" in error.cure
    assert writes(old) == []
    assert admin(old).reconciler().absent(wish(), hard_delete=True).action == "purged"
    assert present(admin(old), wish(connection=CONFIG)).action == "created"


@BOTH_ROLES
def test_without_rights_the_server_says_no(server: FakeServer, role: str) -> None:
    given(server, connection=CONFIG)
    user = User(server, server.user_token)
    error = fails(errors.PermissionDenied, lambda: present(user, wish(description="d")))
    assert "not allowed" in str(error)
    assert seen(server)["description"] == ""


# ---- secrets


@BOTH_ROLES
@pytest.mark.parametrize("values", [{"description": "d"}, {"owners": ["rec_user"]}, {"data_products": []}])
def test_a_connection_left_out_keeps_its_secrets(server: FakeServer, role: str, values: Json) -> None:
    given(server, connection=CONFIG, description="old", data_products=[])
    present(ROLES[role](server), wish(**values))
    assert seen(server)["connection"] == CONFIG
    for entry in writes(server):
        if entry["method"] == "PUT":
            known = {"admin": MASK, "bot": "canary-stored"}[role]
            assert entry["body"]["connection"]["config"]["password"] == known


@BOTH_ROLES
def test_a_changed_secret_is_a_change(server: FakeServer, role: str) -> None:
    given(server, connection=CONFIG)
    outcome = present(ROLES[role](server), wish(connection={**CONFIG, "password": "canary-new"}))
    assert (outcome.changed, outcome.action, outcome.changed_fields) == (True, "updated", ["connection.password"])
    assert seen(server)["connection"]["password"] == "canary-new"
    assert_told(outcome)


@BOTH_ROLES
@pytest.mark.parametrize("password", ["canary-new", None])
def test_on_create_never_overwrites_a_stored_secret(server: FakeServer, role: str, password: str | None) -> None:
    given(server, connection=CONFIG)
    desired = wish(connection={**CONFIG, "hostPort": "http://new", "password": password})
    outcome = present(ROLES[role](server), desired, keep_secrets=True)
    assert outcome.changed_fields == ["connection.hostPort"]
    assert seen(server)["connection"] == {**CONFIG, "hostPort": "http://new"}
    assert not present(ROLES[role](server), desired, keep_secrets=True).changed


@BOTH_ROLES
def test_a_mask_is_refused(server: FakeServer, role: str) -> None:
    given(server, connection=CONFIG)
    desired = wish(connection={**CONFIG, "password": MASK})
    fails(errors.InvalidInput, lambda: present(ROLES[role](server), desired))
    assert writes(server) == []


@BOTH_ROLES
@pytest.mark.parametrize("service_type", configs.TYPES)
def test_create_and_run_again_with_defaults_left_out_and_written_out(
    new: FakeServer, role: str, service_type: str
) -> None:
    user = ROLES[role](new)
    config = configs.minimal(service_type)
    assert present(user, wish(service_type, connection=config)).action == "created"
    for form in (config, configs.with_defaults(service_type, config)):
        desired = wish(service_type, connection=form)
        assert not present(user, desired, check_mode=True).changed
        outcome = present(user, desired)
        assert (outcome.changed, outcome.version) == (False, 0.1)
        assert outcome.unverified == [] or role == "admin"


@BOTH_ROLES
@pytest.mark.parametrize("service_type", configs.TYPES)
def test_update_to_a_full_connection_of_every_type(new: FakeServer, role: str, service_type: str) -> None:
    user = ROLES[role](new)
    present(user, wish(service_type, connection=configs.minimal(service_type)))
    full = configs.full(service_type)
    outcome = present(user, wish(service_type, connection=full))
    assert outcome.changed
    assert_told(outcome)
    kind = connection.service_type(service_type)
    assert connection.differences(kind, full, seen(new)["connection"], True) == ([], [])
    assert not present(user, wish(service_type, connection=full)).changed


@BOTH_ROLES
@pytest.mark.parametrize("kept", [False, True], ids=["always", "on_create"])
def test_a_switched_alternative_arrives(server: FakeServer, role: str, kept: bool) -> None:
    user = ROLES[role](server)
    api = {"hostPort": "http://h", "connection": {"provider": "db", "username": "u", "password": "canary-api"}}
    database = {"type": "Mysql", "username": "u", "hostPort": "h:3306", "authType": {"password": "canary-db"}}
    given(server, service_type="Superset", connection={"type": "Superset", **api})
    outcome = present(user, wish("Superset", connection={**api, "connection": database}), keep_secrets=kept)
    assert outcome.changed
    assert_told(outcome)
    stored = seen(server)["connection"]["connection"]
    assert (stored["type"], stored["authType"]) == ("Mysql", {"password": "canary-db"})
    assert "provider" not in stored


# ---- soft-deleted services


@BOTH_ROLES
@pytest.mark.parametrize("values", [{}, {"description": "d"}, {"tags": ["Tier.Tier1"]}])
def test_a_restore_comes_before_the_put_and_keeps_the_secret(server: FakeServer, role: str, values: Json) -> None:
    user = ROLES[role](server)
    id_ = given(server, connection=CONFIG, owners=["rec_user"])
    user.call("DELETE", f"{LIST}/{id_}")
    server.clear_requests()
    predicted = present(user, wish(**values), check_mode=True)
    assert writes(server) == []
    outcome = present(user, wish(**values))
    assert (outcome.changed, outcome.action) == (True, "restored")
    assert outcome.changed_fields == ["deleted", *values]
    assert (predicted.action, predicted.changed_fields) == (outcome.action, outcome.changed_fields)
    assert writes(server)[0]["path"] == f"{LIST}/restore"
    after = seen(server)
    assert (after["deleted"], after["id"], after["connection"], after["owners"]) == (False, id_, CONFIG, ["rec_user"])
    assert {option: after[option] for option in values} == values
    assert outcome.service is not None
    assert outcome.service["deleted"] is False
    assert_told(outcome)
    assert not present(user, wish(**values)).changed


@BOTH_ROLES
def test_a_restore_alone_is_three_requests(server: FakeServer, role: str) -> None:
    user = ROLES[role](server)
    id_ = given(server, connection=CONFIG, owners=["rec_user"], domains=["RecDomain"], tags=["Tier.Tier1"])
    user.call("DELETE", f"{LIST}/{id_}")
    server.clear_requests()
    present(user, wish())
    assert sent(server) == [VERSION, READ, f"PUT {LIST}/restore"]


def test_a_restore_race_is_met_by_reading_again(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    admin(server).call("DELETE", f"{LIST}/{id_}")
    server.inject(
        method="PUT",
        path="/restore",
        concurrent={"method": "PUT", "path": f"{LIST}/restore", "json": {"id": id_}},
    )
    outcome = present(admin(server), wish(description="d"))
    assert outcome.changed
    after = seen(server)
    assert (after["deleted"], after["description"], after["connection"]) == (False, "d", CONFIG)


def test_a_restore_whose_answer_is_lost_is_still_ours(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    admin(server).call("DELETE", f"{LIST}/{id_}")
    server.inject(method="PUT", path="/restore", drop="after")
    outcome = present(admin(server), wish())
    assert (outcome.changed, outcome.action) == (True, "restored")
    assert not seen(server)["deleted"]


# ---- references and labels that nobody asked for


def test_labels_that_the_server_derives_are_ignored(new: FakeServer) -> None:
    id_ = given(new, connection=CONFIG)
    labels = [
        {"tagFQN": "Tier.Tier1", "source": "Classification", "labelType": "Manual", "state": "Confirmed"},
        {"tagFQN": "PII.Sensitive", "source": "Classification", "labelType": "Derived", "state": "Confirmed"},
    ]
    admin(new).call("PATCH", f"{LIST}/{id_}", [{"op": "add", "path": "/tags", "value": labels}])
    assert not present(admin(new), wish(tags=["Tier.Tier1"])).changed


def test_patches_that_the_server_joins_are_changes_all_the_same(new: FakeServer) -> None:
    given(new, connection=CONFIG)
    versions = []
    for tags in (["Tier.Tier1"], ["Tier.Tier1", "PII.Sensitive"], ["Tier.Tier2"], []):
        outcome = present(admin(new), wish(tags=tags))
        assert (outcome.changed, outcome.changed_fields) == (True, ["tags"])
        assert seen(new)["tags"] == sorted(tags)
        versions.append(outcome.version)
        assert not present(admin(new), wish(tags=tags)).changed
    assert all(versions)


@pytest.mark.parametrize("wanted", [["RecDomain2"], []])
def test_data_products_of_another_domain_are_not_left_half_done(new: FakeServer, wanted: list[str]) -> None:
    """The server drops a domain's data products with the domain: the task must say so, or nothing may change."""
    given(new, connection=CONFIG, domains=["RecDomain"], data_products=["RecProduct"])
    before = seen(new)
    error = fails(errors.InvalidInput, lambda: present(admin(new), wish(domains=wanted)))
    assert "data_products" in str(error)
    assert seen(new) == before


class Newer:
    """A server from 1.13 on, as far as it differs: a PUT encodes descriptions and resets the status."""

    def __init__(self) -> None:
        self.entity: Json = {
            "id": "1",
            "name": "s",
            "serviceType": "Metabase",
            "version": 0.1,
            "connection": {"config": CONFIG},
            "entityStatus": "Approved",
        }
        self.writes: list[Json] = []

    def __call__(self, request: Json) -> Any:
        if request["path"].endswith("/system/version"):
            return plain(body=b'{"version": "1.13.3"}')
        body = json.loads(request["body"]) if request["body"] else None
        if body is not None:
            self.writes.append({"method": request["method"], "body": body})
            before = json.dumps(self.entity, sort_keys=True)
            getattr(self, f"_{request['method'].lower()}")(body)
            if json.dumps(self.entity, sort_keys=True) != before:
                self.entity["version"] = round(self.entity["version"] + 0.1, 1)
        return plain(body=json.dumps(self.entity).encode())

    def _put(self, body: Json) -> None:
        encoded = html.escape(body.get("description", "")).replace("&#x27;", "&#39;").replace("`", "&#96;")
        self.entity.update({"description": encoded, "entityStatus": "Unprocessed"})
        self.entity["displayName"] = body.get("displayName", "")

    def _patch(self, body: Any) -> None:
        self.entity.update({operation["path"][1:]: operation["value"] for operation in body})


def test_a_description_that_the_server_encodes_is_equal_from_then_on() -> None:
    words = "It's `x` & <b>y</b>"
    newer = Newer()
    del newer.entity["entityStatus"]
    with scripted(newer) as script:
        first = apply.Reconciler(_client(script.url)).present(wish(description=words))
        again = apply.Reconciler(_client(script.url)).present(wish(description=words))
    assert (first.changed, first.changed_fields) == (True, ["description"])
    assert html.unescape(newer.entity["description"]) == words
    assert (again.changed, again.version) == (False, first.version)
    assert [entry["method"] for entry in newer.writes] == ["PUT"]


def test_a_status_that_a_put_resets_is_put_back() -> None:
    newer = Newer()
    with scripted(newer) as script:
        outcome = apply.Reconciler(_client(script.url)).present(wish(display_name="n"))
        again = apply.Reconciler(_client(script.url)).present(wish(display_name="n"))
    assert (outcome.changed, outcome.changed_fields) == (True, ["display_name"])
    assert newer.entity["entityStatus"] == "Approved"
    assert not again.changed
    put, patch = newer.writes
    assert "entityStatus" not in put["body"]
    assert patch["body"] == [{"op": "add", "path": "/entityStatus", "value": "Approved"}]


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


@BOTH_ROLES
def test_a_put_that_meets_another_is_planned_anew(server: FakeServer, role: str) -> None:
    """Eight PUTs at once: some answer 409 (server 1.2)."""
    given(server, connection=CONFIG)
    server.inject(method="PUT", path=f"{LIST}$", status=409, body={"code": 409, "message": "Entity already exists"})
    outcome = present(ROLES[role](server), wish(display_name="n"))
    assert (outcome.changed, outcome.version_before, outcome.version) == (True, 0.1, 0.2)
    assert sent(server) == [VERSION, READ, f"PUT {LIST}", READ, f"PUT {LIST}"]


@BOTH_ROLES
def test_what_somebody_else_wrote_meanwhile_is_not_claimed(server: FakeServer, role: str) -> None:
    """They did the same as we wanted to, and our PUT never counted."""
    given(server, connection=CONFIG)
    server.inject(
        method="PUT",
        path=f"{LIST}$",
        status=409,
        body={"code": 409, "message": "Entity already exists"},
        concurrent={"method": "PUT", "path": LIST, "json": other(displayName="n")},
    )
    outcome = present(ROLES[role](server), wish(display_name="n"))
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
    outcome = present(ROLES[role](server), wish(display_name="n"))
    assert (outcome.changed, outcome.action, outcome.changed_fields) == (True, "updated", ["display_name"])
    assert (outcome.version_before, outcome.version) == (0.1, 0.2)


@pytest.mark.parametrize("drop", ["before", "after"])
@BOTH_ROLES
def test_a_patch_lost_after_a_put_is_finished(server: FakeServer, role: str, drop: str) -> None:
    given(server, connection=CONFIG, tags=["PII.Sensitive"])
    server.inject(method="PATCH", path=LIST, drop=drop)
    outcome = present(ROLES[role](server), wish(display_name="n", tags=["Tier.Tier1"]))
    assert (outcome.changed, outcome.changed_fields, outcome.version_before) == (True, ["display_name", "tags"], 0.2)
    after = seen(server)
    assert (after["display_name"], after["tags"]) == ("n", ["Tier.Tier1"])


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


def test_what_the_server_does_not_take_is_a_failure_that_names_the_field(server: FakeServer) -> None:
    given(server, connection=CONFIG, tags=["PII.Sensitive"])
    entity = bot(server).call("GET", f"{LIST}/name/s")
    server.inject(method="PATCH", path=LIST, status=200, count=0, body=entity)
    error = fails(errors.NotTaken, lambda: present(bot(server), wish(tags=["Tier.Tier1"])))
    assert str(error) == "the server answered with success but did not take tags."


def test_a_token_that_expires_in_between_fails_and_a_second_run_finishes(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    server.inject(method="PATCH", path=LIST, status=401, body={"code": 401, "message": "Expired token!"})
    desired = wish(display_name="n", tags=["Tier.Tier1"])
    error = fails(errors.AuthenticationError, lambda: present(bot(server), desired))
    assert str(error) == "Expired token!"
    assert present(bot(server), desired).changed_fields == ["tags"]
    assert not present(bot(server), desired).changed


# ---- absent


def children(server: FakeServer, name: str = "s") -> None:
    user = admin(server)
    user.call("POST", "/dashboards", {"name": "d1", "service": name})
    user.call("POST", "/dashboards", {"name": "d2", "service": name})
    user.call("POST", "/charts", {"name": "c1", "service": name})
    server.clear_requests()


@BOTH_ROLES
@pytest.mark.parametrize(("hard", "action"), [(False, "deleted"), (True, "purged")])
def test_a_service_is_removed(server: FakeServer, role: str, hard: bool, action: str) -> None:
    user = ROLES[role](server)
    id_ = given(server, connection=CONFIG)
    predicted = user.reconciler(check_mode=True).absent(wish(), hard_delete=hard)
    assert writes(server) == []
    server.clear_requests()
    outcome = user.reconciler().absent(wish(), hard_delete=hard)
    assert sent(server) == [VERSION, READ, f"DELETE {LIST}/{id_}"]
    assert (outcome.changed, outcome.action, outcome.version_before) == (True, action, 0.1)
    assert (predicted.changed, predicted.action, predicted.changed_fields) == (True, action, outcome.changed_fields)
    assert (predicted.before, predicted.after) == (outcome.before, outcome.after)
    assert_told(outcome)
    if hard:
        assert (outcome.version, outcome.service, predicted.service) == (None, None, None)
    else:
        assert outcome.service is not None
        assert (outcome.version, outcome.service["deleted"], seen(server)["deleted"]) == (0.2, True, True)
    again = user.reconciler().absent(wish(), hard_delete=hard)
    assert (again.changed, again.action) == (False, "none")


@pytest.mark.parametrize("hard", [False, True])
def test_a_service_that_is_not_there_is_absent(server: FakeServer, hard: bool) -> None:
    outcome = admin(server).reconciler().absent(wish(), hard_delete=hard)
    assert (outcome.changed, outcome.action, outcome.service, outcome.version) == (False, "none", None, None)
    assert sent(server) == [VERSION, READ]


def test_a_soft_deleted_service_is_purged(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    admin(server).call("DELETE", f"{LIST}/{id_}")
    assert admin(server).reconciler().absent(wish(), hard_delete=True).action == "purged"
    assert admin(server).call("GET", LIST, include="all")["paging"]["total"] == 0


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("hard", [False, True])
def test_a_service_with_children_is_refused_and_they_are_counted(
    server: FakeServer, check_mode: bool, hard: bool
) -> None:
    given(server, connection=CONFIG)
    children(server)
    error = fails(
        errors.InvalidInput, lambda: admin(server).reconciler(check_mode=check_mode).absent(wish(), hard_delete=hard)
    )
    assert str(error).startswith("the service holds 2 dashboards, 1 charts, so OpenMetadata refuses to delete it")
    assert "dashboardService is not empty" in str(error)
    assert error.cure == "Set recursive=true to delete them with it."
    assert not seen(server)["deleted"]


def test_soft_deleted_children_count_too(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    child = admin(server).call("POST", "/dashboards", {"name": "d1", "service": "s"})
    admin(server).call("DELETE", f"/dashboards/{child['id']}")
    error = fails(errors.InvalidInput, lambda: admin(server).reconciler().absent(wish()))
    assert "1 dashboards" in str(error)


@pytest.mark.parametrize("hard", [False, True])
def test_recursive_takes_the_children_along(server: FakeServer, hard: bool) -> None:
    given(server, connection=CONFIG)
    children(server)
    predicted = admin(server).reconciler(check_mode=True).absent(wish(), hard_delete=hard, recursive=True)
    outcome = admin(server).reconciler().absent(wish(), hard_delete=hard, recursive=True)
    assert (outcome.changed, predicted.action) == (True, outcome.action)
    left = admin(server).call("GET", "/dashboards", service="s", include="non-deleted")["paging"]["total"]
    assert left == 0
    if not hard:
        present(admin(server), wish())
        assert admin(server).call("GET", "/dashboards", service="s")["paging"]["total"] == 2


def test_somebody_else_deletes_it_first(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(
        method="DELETE",
        path=f"{LIST}/{id_}",
        concurrent={"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": "true"}},
    )
    outcome = admin(server).reconciler().absent(wish(), hard_delete=True)
    assert (outcome.changed, outcome.action, outcome.service) == (False, "none", None)


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}, {"status": 503}])
def test_a_delete_whose_answer_is_lost_is_still_a_change(server: FakeServer, hard: bool, fault: Json) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(method="DELETE", path=f"{LIST}/{id_}", **fault)
    outcome = admin(server).reconciler().absent(wish(), hard_delete=hard)
    assert (outcome.changed, outcome.action) == (True, "purged" if hard else "deleted")


def test_somebody_else_deletes_it_between_read_and_put(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(
        method="PATCH",
        path=f"{LIST}/{id_}",
        concurrent={"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": "true"}},
    )
    with pytest.raises(errors.OpenMetadataError):
        present(bot(server), wish(tags=["Tier.Tier1"]))
    assert present(bot(server), wish(connection=CONFIG, tags=["Tier.Tier1"])).action == "created"


# ---- reading


def test_finding_services(server: FakeServer) -> None:
    for name in ("b", "a", "c.d"):
        given(server, name, connection=CONFIG, domains=["RecDomain"] if name == "b" else [])
    gone = given(server, "gone", "Superset", connection={"type": "Superset", "hostPort": "http://h"})
    admin(server).call("DELETE", f"{LIST}/{gone}")
    reconciler = bot(server).reconciler()

    def names(**filters: Any) -> list[str]:
        return [each.name for each in reconciler.find(**filters)]

    assert names() == ["a", "b", "c.d"]
    assert names(include_deleted=True) == ["a", "b", "c.d", "gone"]
    assert names(service_type="Metabase") == ["a", "b", "c.d"]
    assert names(service_type="Superset") == []
    assert names(service_type="Superset", include_deleted=True) == ["gone"]
    assert names(domain="RecDomain") == ["b"]
    assert names(domain="Nowhere") == []
    assert names(name="c.d") == ["c.d"]
    assert names(name="c.d", service_type="Superset") == []
    assert names(name="gone") == []
    assert names(name="gone", include_deleted=True) == ["gone"]
    assert names(name="none") == []
    assert "canary" not in str([each.result() for each in reconciler.find(include_deleted=True)])


def senseless(work: Callable[[], Any]) -> None:
    """An answer that means nothing is told as such, by one of these."""
    with pytest.raises((errors.NotOpenMetadata, errors.UnexpectedAnswer, errors.Unreachable)) as caught:
        work()
    assert str(caught.value)
    assert caught.value.cure


def _client(url: str) -> Client:
    return Client(Settings(url=url, token="token-1"), sleep=lambda _seconds: None)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"", b'{"version": 1}', b'"1.2"'])
def test_a_server_that_names_no_version(body: bytes) -> None:
    with scripted(lambda _request: plain(body=body)) as script:
        senseless(lambda: apply.read_server(_client(script.url)))


@pytest.mark.parametrize("body", [b"[]", b"null", b"", b'"text"', b"{}", b'{"id": 1}'])
def test_an_answer_that_is_no_service(body: bytes) -> None:
    def answer(request: Json) -> Any:
        return plain(body=b'{"version": "1.2.0"}') if request["path"].endswith("/version") else plain(body=body)

    with scripted(answer) as script:
        senseless(lambda: apply.Reconciler(_client(script.url)).present(wish(connection=CONFIG)))
        senseless(lambda: apply.Reconciler(_client(script.url)).absent(wish()))


@pytest.mark.parametrize("body", [b"[]", b"null", b"", b'"text"', b'{"data": 5}'])
def test_an_answer_that_is_no_list(body: bytes) -> None:
    def answer(request: Json) -> Any:
        return plain(body=b'{"version": "1.2.0"}') if request["path"].endswith("/version") else plain(body=body)

    with scripted(answer) as script:
        senseless(lambda: apply.Reconciler(_client(script.url)).find())


def test_a_hidden_secret_is_shown_as_hidden(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    outcome = present(bot(server), wish(description="d"))
    assert outcome.service is not None
    assert outcome.service["connection"]["password"] == HIDDEN
    assert outcome.action == plan.UPDATED
