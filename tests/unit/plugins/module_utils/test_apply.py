# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to the state of a server, over HTTP: end states, numbers of requests, names and bad input."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS
from fake_openmetadata.launch import FakeServer
from unit.plugins.services import (
    BOTH_ROLES,
    CLEARED,
    CONFIG,
    CONNECTION_FIELDS,
    LIST,
    OPTIONS,
    READ,
    SET,
    STORED,
    VERSION,
    assert_patches_stay_outside_connections,
    assert_told,
    expected,
    fails,
    given,
    has,
    only,
    present,
    profile_of,
    seen,
    wish,
)
from unit.plugins.support import ROLES, User, admin, bot, sent, writes

# ---- the matrix: each option omitted, cleared and set, by an admin and a bot, on each profile


def test_the_tables_know_every_option() -> None:
    options = {item.option for item in FIELDS}
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
        fails(errors.InvalidInput, lambda: present(user, wish(**only(option, ["RecProduct"]))))
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
    """A bot's PUT would keep a description back, so that a bot sends a PATCH at once."""
    id_ = given(server, connection=CONFIG, description="Stored words")
    outcome = present(ROLES[role](server), wish(description="d", display_name="n"))
    assert sent(server) == [VERSION, READ, f"PUT {LIST}" if role == "admin" else f"PATCH {LIST}/{id_}"]
    assert (outcome.changed, outcome.changed_fields) == (True, ["description", "display_name"])


@BOTH_ROLES
def test_updating_the_connection_is_three_requests(server: FakeServer, role: str) -> None:
    given(server, connection=CONFIG)
    present(ROLES[role](server), wish(connection={**CONFIG, "hostPort": "http://new"}))
    assert sent(server) == [VERSION, READ, f"PUT {LIST}"]


def test_updating_the_connection_and_what_a_bots_put_keeps_back_is_four(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG, description="Stored words")
    outcome = present(bot(server), wish(connection={**CONFIG, "hostPort": "http://new"}, description="New words"))
    assert sent(server) == [VERSION, READ, f"PUT {LIST}", f"PATCH {LIST}/{id_}"]
    assert (outcome.changed, outcome.changed_fields) == (True, ["connection.hostPort", "description"])


@BOTH_ROLES
def test_what_needs_a_patch_takes_the_rest_along(server: FakeServer, role: str) -> None:
    id_ = given(server, connection=CONFIG, tags=["PII.Sensitive"])
    present(ROLES[role](server), wish(tags=[], display_name="n", owners=[]))
    assert sent(server) == [VERSION, READ, f"PATCH {LIST}/{id_}"]


@pytest.mark.parametrize(("option", "lookups"), [("tags", 0), ("owners", 0), ("domains", 0)])
def test_clearing_by_patch_needs_no_put(server: FakeServer, option: str, lookups: int) -> None:
    id_ = given(server, connection=CONFIG, **{option: STORED[option]})
    present(admin(server), wish(**only(option, [])))
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
                admin(server), wish(connection=CONFIG, description="d", **only(option, [value])), check_mode=check_mode
            ),
        )
        assert str(error) == message
    assert writes(server) == []


@pytest.mark.parametrize("option", ["owners", "domains"])
def test_two_where_a_server_holds_one_fail_before_any_write(old: FakeServer, option: str) -> None:
    error = fails(errors.InvalidInput, lambda: present(admin(old), wish(connection=CONFIG, **only(option, ["a", "b"]))))
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
    outcome = present(admin(server), wish("Metabase", connection={"username": "u"}))
    (warning,) = outcome.warnings
    assert warning.startswith("connection.hostPort: not given;")


@BOTH_ROLES
def test_without_rights_the_server_says_no(server: FakeServer, role: str) -> None:
    given(server, connection=CONFIG)
    user = User(server, server.user_token)
    error = fails(errors.PermissionDenied, lambda: present(user, wish(description="d")))
    assert "not allowed" in str(error)
    assert seen(server)["description"] == ""
