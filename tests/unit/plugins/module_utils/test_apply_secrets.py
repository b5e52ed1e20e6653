# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets survive whatever a task leaves out, restores or switches; so does what only the server knows."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import apply, comparison, errors
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins import configs
from unit.plugins.clients import connect
from unit.plugins.services import (
    BOTH_ROLES,
    CONFIG,
    LIST,
    READ,
    VERSION,
    assert_told,
    fails,
    given,
    present,
    seen,
    wish,
)
from unit.plugins.support import ROLES, Json, admin, plain, scripted, sent, writes

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
    kind = DASHBOARDS.service_type(service_type)
    assert comparison.differences(kind, full, seen(new)["connection"], True) == ([], [])
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
        first = apply.Reconciler(connect(script.url), DASHBOARDS).present(wish(description=words))
        again = apply.Reconciler(connect(script.url), DASHBOARDS).present(wish(description=words))
    assert (first.changed, first.changed_fields) == (True, ["description"])
    assert html.unescape(newer.entity["description"]) == words
    assert (again.changed, again.version) == (False, first.version)
    assert [entry["method"] for entry in newer.writes] == ["PUT"]


def test_a_status_that_a_put_resets_is_put_back() -> None:
    newer = Newer()
    with scripted(newer) as script:
        outcome = apply.Reconciler(connect(script.url), DASHBOARDS).present(wish(display_name="n"))
        again = apply.Reconciler(connect(script.url), DASHBOARDS).present(wish(display_name="n"))
    assert (outcome.changed, outcome.changed_fields) == (True, ["display_name"])
    assert newer.entity["entityStatus"] == "Approved"
    assert not again.changed
    put, patch = newer.writes
    assert "entityStatus" not in put["body"]
    assert patch["body"] == [{"op": "add", "path": "/entityStatus", "value": "Approved"}]
