# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what on server 1.2, and what it says to requests that don't fit."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from fake_openmetadata.cipher import MASK
from fake_openmetadata.testing import BASE, Caller, label, op, superset


def test_who_may_do_what(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    assert old.get(who="rec_user").body["connection"]["config"]["connection"]["password"] == MASK
    refused = {
        "EditAll": [old.put(superset(description="d"), "rec_user"), old.patch(id_, who="rec_user")],
        "EditTags, EditAll": [
            old.patch(id_, op("add", "/tags/0", label("PII.None")), op("remove", "/domain"), who="rec_user")
        ],
        "Create": [old.post(superset("rec_b"), "rec_user"), old.put(superset("rec_b"), "rec_user")],
        "Delete": [old.delete(id_, "rec_user")],
    }
    for operation, replies in refused.items():
        for reply in replies:
            assert (reply.status, reply.message) == (
                403,
                f"Principal: CatalogPrincipal{{name='rec_user'}} operations [{operation}] not allowed",
            )
    assert old.state.services["dashboardService"].table.listed("all")[0].json["version"] == 0.1


def test_tokens(old: Caller) -> None:
    old.tokens["gone"] = old.state.token("admin", -1)
    reply = old.call("GET", BASE, who="gone")
    assert (reply.status, reply.message, reply.headers["WWW-Authenticate"]) == (401, "Expired token!", "om-auth")
    for header in ("", "Basic abc", "Bearer", "Bearer "):
        assert old.call("GET", BASE, who="", headers={"Authorization": header}).message == (
            "Not Authorized! Token not present"
        )
    old.tokens["other"] = Caller("1.2").tokens["admin"]
    assert old.call("GET", BASE, who="other").message == "Invalid token"


def test_login_blocks_after_three_wrong_passwords(old: Caller) -> None:
    def login(password: str) -> Any:
        secret_ = base64.b64encode(password.encode()).decode()
        body = {"email": "admin@openmetadata.org", "password": secret_}
        return old.call("POST", "/users/login", body, who="")

    token = login("admin").body["accessToken"]
    assert old.call("GET", BASE, who="", headers={"Authorization": f"Bearer {token}"}).status == 200
    assert [login("wrong").status for _time in range(2)] == [401, 401]
    assert login("admin").status == 200
    assert [login("wrong").message for _time in range(3)] == ["You have entered an invalid username or password."] * 3
    reply = login("admin")
    assert (reply.status, reply.message) == (
        401,
        "Failed Login Attempts Exceeded. Please try after some time.",
    )
    assert "password must not be null" in old.call("POST", "/users/login", {"email": "a"}, who="").message


@pytest.mark.parametrize(
    ("raw", "status", "told"),
    [
        ("", 500, '"request" is null'),
        ("null", 500, '"request" is null'),
        ('{"name":', 400, "Unexpected end-of-input within/between Object entries\n at [Source"),
        ('{"name": "a"', 400, "Unexpected end-of-input: expected close marker for Object (start marker at"),
        ('{"name": "a', 400, "Unexpected end-of-input: was expecting closing quote for a string value"),
        ('{"name" "a"}', 400, "was expecting a colon to separate field name and value"),
        ('{"name": "a" "b": 1}', 400, "was expecting comma to separate Object entries"),
        ('{"name": "a",}', 400, "Unexpected character ('}' (code 125)): was expecting double-quote"),
        ("hello", 400, "Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token"),
        ('{"name": NaN}', 400, "Unrecognized token 'NaN'"),
        ('{"name": "a"} trailing', 400, "[serviceType must not be null]"),
        ('{"name": ["a"]}', 400, "Cannot deserialize value of type `java.lang.String` from Array value"),
        ('{"connection": "x"}', 400, "no String-argument constructor/factory method to deserialize from String value"),
        ('{"connection": {"a": 1}}', 400, "(class org.openmetadata.schema.type.DashboardConnection), not marked"),
        ('{"tags": {}}', 400, "from Object value (token `JsonToken.START_OBJECT`)"),
        ('{"tags": [{"state": "No"}]}', 400, "TagLabel$State`, problem: No"),
        ('"text"', 400, "Cannot construct instance of `org.openmetadata.schema.api.services.CreateDashboardService`"),
    ],
)
def test_bodies_that_do_not_fit(old: Caller, raw: str, status: int, told: str) -> None:
    reply = old.call("POST", BASE, raw=raw.encode())
    text = reply.body if isinstance(reply.body, str) else reply.message
    assert (reply.status, told in text) == (status, True), text


def test_positions_count_lines_and_bytes(old: Caller) -> None:
    reply = old.call("POST", BASE, raw='{"name": "é",\n  "nope": [1]}'.encode())
    assert "line: 2, column: 12] (through" in reply.message
    reply = old.call("POST", BASE, raw='{"name": "é", "nope": 1}'.encode())
    assert "line: 1, column: 25] (through" in reply.message


def test_names_as_numbers_become_texts(old: Caller) -> None:
    reply = old.call("POST", BASE, {"name": 12, "serviceType": "CustomDashboard", "displayName": True})
    assert (reply.body["name"], reply.body["displayName"]) == ("12", "true")


def test_the_frameworks_own_errors_come_out_as_500(old: Caller) -> None:
    for reply, text in (
        (old.call("GET", "/no/such/path"), "HTTP 404 Not Found"),
        (old.call("POST", f"{BASE}/name/x"), "HTTP 405 Method Not Allowed"),
        (old.call("PUT", f"{BASE}/bulk", []), "HTTP 405 Method Not Allowed"),
        (old.call("GET", f"{BASE}/bulk"), "HTTP 404 Not Found"),
        (old.call("POST", BASE, {}, headers={"Content-Type": "text/plain"}), "HTTP 415 Unsupported Media Type"),
        (old.patch(old.id("user", "admin"), headers={"Content-Type": "application/json"}), "HTTP 415"),
    ):
        assert (reply.status, text in reply.message) == (500, True)
    assert old.call("OPTIONS", BASE).headers["Allow"] == "GET,OPTIONS,POST,PUT"
    assert old.call("HEAD", BASE).status == 200
