# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections are compared, merged and redacted as the server treats them: single rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection, redact
from ansible_collections.community.openmetadata.plugins.module_utils.comparison import Difference
from ansible_collections.community.openmetadata.plugins.module_utils.connection import Path
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, MASK
from dashboards import DASHBOARDS
from unit.plugins import configs
from unit.plugins.connections import compare, masked, merge, stored


@pytest.mark.parametrize(
    ("service_type", "wish", "known"),
    [
        pytest.param("Grafana", {"pageSize": 50.0}, {"pageSize": 50}, id="a float without fraction"),
        pytest.param("Grafana", {"pageSize": "50"}, {"pageSize": 50}, id="a number in quotes"),
        pytest.param("Grafana", {"pageSize": 5e1}, {"pageSize": 50}, id="a number with exponent"),
        pytest.param("Grafana", {"pageSize": 2**60 + 1}, {"pageSize": 2**60 + 1}, id="a number past 2^53"),
        pytest.param("Grafana", {"verifySSL": "true"}, {"verifySSL": True}, id="a boolean in quotes"),
        pytest.param("Grafana", {"verifySSL": "False"}, {"verifySSL": False}, id="a boolean in quotes, upper case"),
        pytest.param("Tableau", {"apiVersion": 3}, {"apiVersion": "3"}, id="a number for a text"),
        pytest.param("Tableau", {"apiVersion": 3.19}, {"apiVersion": "3.19"}, id="a float for a text"),
        pytest.param("Tableau", {"siteName": None}, {}, id="null for absent"),
        pytest.param("Tableau", {}, {"siteName": None}, id="absent for null"),
        pytest.param("Tableau", {"paginationLimit": None}, {"paginationLimit": 10}, id="null for a default"),
        pytest.param("Tableau", {"paginationLimit": 10}, {"paginationLimit": None}, id="a default for null"),
        pytest.param("Tableau", {"sslConfig": {}}, {}, id="an empty mapping for absent"),
        pytest.param("Tableau", {"sslConfig": {"sslKey": None}}, {}, id="a mapping of null for absent"),
        pytest.param("Tableau", {}, {"chartFilterPattern": {}}, id="absent for an empty mapping"),
        pytest.param("Tableau", {"chartFilterPattern": {"includes": []}}, {}, id="an empty list for absent"),
        pytest.param("PowerBI", {"scope": ("a",)}, {"scope": ["a"]}, id="a tuple for a list"),
        pytest.param("CustomDashboard", {"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}}, id="order in a free mapping"),
        pytest.param("CustomDashboard", {"ünï": "日本"}, {"ünï": "日本"}, id="unicode"),
    ],
)
def test_forms_that_are_equal_to_the_server(service_type: str, wish: dict[str, Any], known: dict[str, Any]) -> None:
    assert compare(service_type, wish, known) == ([], [])


@pytest.mark.parametrize(
    ("service_type", "wish", "known", "path", "before", "after"),
    [
        pytest.param("Tableau", {"siteName": "a "}, {"siteName": "a"}, ("siteName",), "a", "a ", id="a blank"),
        pytest.param("Tableau", {"hostPort": "http://a/"}, {"hostPort": "http://a"}, ("hostPort",), "http://a",
                     "http://a/", id="a slash"),
        pytest.param("Tableau", {"hostPort": "http://A"}, {"hostPort": "http://a"}, ("hostPort",), "http://a",
                     "http://A", id="upper case"),
        pytest.param("Grafana", {"pageSize": 2**60}, {"pageSize": 2**60 + 1}, ("pageSize",), 2**60 + 1, 2**60,
                     id="numbers past 2^53"),
        pytest.param("PowerBI", {"scope": ["b", "a"]}, {"scope": ["a", "b"]}, ("scope",), ["a", "b"], ["b", "a"],
                     id="order in a list"),
        pytest.param("PowerBI", {"scope": []}, {"scope": ["a"]}, ("scope",), ["a"], [], id="an empty list"),
        pytest.param("Tableau", {}, {"siteName": "s"}, ("siteName",), "s", None, id="no longer set"),
        pytest.param("Tableau", {}, {"chartFilterPattern": {"includes": ["x"]}}, ("chartFilterPattern", "includes"),
                     ["x"], None, id="a whole object no longer set"),
        pytest.param("Tableau", {"chartFilterPattern": {"includes": ["x"]}}, {}, ("chartFilterPattern", "includes"),
                     None, ["x"], id="a whole object new"),
        pytest.param("CustomDashboard", {}, {"connectionOptions": {"a": "b"}}, ("connectionOptions", "a"), "b", None,
                     id="a free mapping's member gone"),
        pytest.param("Looker", {"gitCredentials": "/path"}, {}, ("gitCredentials",), None, "/path",
                     id="an alternative that is a text"),
        pytest.param("Unheard", {"a": {"b": 1}}, {"a": {"b": 2}}, ("a", "b"), 2, 1, id="an unknown service type"),
    ],
)  # fmt: skip
def test_differences(
    service_type: str, wish: dict[str, Any], known: dict[str, Any], path: Path, before: Any, after: Any
) -> None:
    assert compare(service_type, wish, known) == ([Difference(path, before, after)], [])


def test_an_unknown_types_server_side_keys_are_no_drift_but_are_carried() -> None:
    assert compare("Unheard", {"a": 1}, {"a": 1, "b": 2}) == ([], [])
    assert merge("Unheard", {"a": 1}, {"a": 1, "b": 2}) == {"type": "Unheard", "a": 1, "b": 2}


def test_an_unknown_types_secrets_are_told_by_their_names() -> None:
    kind = DASHBOARDS.service_type("Unheard")
    config = {
        "password": "p-1",
        "deep": {"apiKey": "k-2", "list": [{"clientSecret": "s-3"}]},
        "token": True,
        "hostPort": "http://h",
    }
    assert [value for _path, value in connection.secrets(kind, config)] == ["p-1", "k-2", "s-3", True]
    assert connection.redacted(kind, config) == {
        "password": HIDDEN,
        "deep": {"apiKey": HIDDEN, "list": [{"clientSecret": HIDDEN}]},
        "token": True,
        "hostPort": "http://h",
    }


@pytest.mark.parametrize("misplaced", ["canary", ["canary"], [["canary"]], [{"hostPort": "canary"}]])
def test_whatever_stands_in_place_of_a_mapping_is_hidden(misplaced: Any) -> None:
    shown = connection.redacted(DASHBOARDS.service_type("Superset"), {"connection": misplaced})
    assert "canary" not in str(shown)
    assert [
        value for _path, value in connection.secrets(DASHBOARDS.service_type("Superset"), {"connection": misplaced})
    ]


def test_members_of_a_free_mapping_are_hidden_by_their_names() -> None:
    kind = DASHBOARDS.service_type("CustomDashboard")
    config = {"connectionOptions": {"apiKey": "k-1", "password": "p-2", "host": "h"}}
    assert connection.redacted(kind, config) == {
        "connectionOptions": {"apiKey": HIDDEN, "password": HIDDEN, "host": "h"}
    }


@pytest.mark.parametrize("config", [{1: "a", "hostPort": "http://h"}, {"x": {2: {"password": "p"}}}])
def test_a_key_that_is_no_text_breaks_nothing(config: dict[Any, Any]) -> None:
    kind = DASHBOARDS.service_type("Grafana")
    assert connection.redacted(kind, config)
    assert compare("Grafana", config, {})[0]
    assert connection.secrets(kind, config) is not None


@pytest.mark.parametrize("value", [10**400, float("inf"), -(2**70), 0.1, "1e400", "", "x", True, [], {"a": 1}])
def test_any_value_can_be_compared_and_sent(value: Any) -> None:
    kind = DASHBOARDS.service_type("Grafana")
    sent = connection.convert(kind.root, {"pageSize": value})
    assert compare("Grafana", {"pageSize": value}, sent) == ([], [])


@pytest.mark.parametrize(
    ("before", "after", "readable", "shown"),
    [
        pytest.param("old", "new", True, (HIDDEN, redact.CHANGED), id="bot: changed"),
        pytest.param(None, "new", True, (None, redact.CHANGED), id="bot: new"),
        pytest.param("old", None, True, (HIDDEN, None), id="bot: removed"),
        pytest.param(None, "new", False, (None, redact.CHANGED), id="user: new"),
        pytest.param(MASK, None, False, (HIDDEN, None), id="user: removed"),
        pytest.param(MASK, "new", True, (HIDDEN, redact.CHANGED), id="bot: a mask stored as the secret"),
    ],
)
def test_how_a_secrets_difference_shows(
    before: str | None, after: str | None, readable: bool, shown: tuple[str | None, str | None]
) -> None:
    wish = {"hostPort": "http://h", "password": after}
    known = {"hostPort": "http://h", "password": before}
    assert compare("Metabase", wish, known, readable) == ([Difference(("password",), *shown, secret=True)], [])


def test_a_token_that_the_server_shows_in_clear_is_compared_for_users_too() -> None:
    config = configs.minimal("Mode")
    ((difference,), _unverified) = compare("Mode", {**config, "accessToken": "other"}, masked("Mode", config), False)
    shown = (difference.path, difference.before, difference.after)
    assert shown == (("accessToken",), HIDDEN, redact.CHANGED)


class TestSwitchingAlternatives:
    API = {"provider": "db", "username": "u", "password": "secret-1"}
    POSTGRES = {"type": "Postgres", "username": "u", "hostPort": "h:5432", "database": "d",
                "authType": {"password": "secret-2"}}  # fmt: skip

    def config(self, member: dict[str, Any]) -> dict[str, Any]:
        return {"hostPort": "http://h", "connection": member}

    def test_the_old_ones_fields_go_and_the_new_ones_come(self) -> None:
        before = stored("Superset", self.config(self.API))
        found, unverified = compare("Superset", self.config(self.POSTGRES), before)
        shown = {".".join(each.path): (each.before, each.after) for each in found}
        assert unverified == []
        assert shown["connection.provider"] == ("db", None)
        assert shown["connection.password"] == (HIDDEN, None)
        assert shown["connection.database"] == (None, "d")
        assert shown["connection.authType.password"] == (None, redact.CHANGED)
        assert "connection.username" not in shown
        assert "secret-" not in str(found)

    @pytest.mark.parametrize("keep", [False, True], ids=["always", "on_create"])
    def test_nothing_of_the_old_one_is_carried(self, keep: bool) -> None:
        before = stored("Superset", self.config(self.API))
        sent = merge("Superset", self.config(self.POSTGRES), before, keep)
        assert sent["connection"] == self.POSTGRES

    def test_on_create_sends_the_new_ones_secret(self) -> None:
        before = masked("ThoughtSpot", configs.minimal("ThoughtSpot"))
        wish = configs.minimal("ThoughtSpot", {"authentication": 1})
        assert merge("ThoughtSpot", wish, before, True)["authentication"] == wish["authentication"]

    def test_from_a_text_to_an_object_and_back(self) -> None:
        git = {"type": "GitHub", "repositoryOwner": "o", "repositoryName": "n", "token": "secret-3"}
        to_git = compare("Looker", {"gitCredentials": git}, {"gitCredentials": "/path"})[0]
        to_path = compare("Looker", {"gitCredentials": "/path"}, {"gitCredentials": git})[0]
        assert [each.path for each in to_git] == [("gitCredentials",)]
        assert [each.path for each in to_path] == [("gitCredentials",)]
        assert "secret-3" not in f"{to_git}{to_path}"
        assert merge("Looker", {"gitCredentials": "/path"}, {"gitCredentials": git}, True)["gitCredentials"] == "/path"
        assert merge("Looker", {"gitCredentials": git}, {"gitCredentials": "/path"}, True)["gitCredentials"] == git

    def test_an_alternative_is_told_by_its_constant(self) -> None:
        value = {"type": "Gitlab", "repositoryOwner": "o", "repositoryName": "n"}
        node = connection.select(DASHBOARDS.service_type("Looker").root["fields"]["gitCredentials"], value)
        assert node["fields"]["type"]["enum"] == ["Gitlab"]


def test_on_create_treats_a_token_shown_in_clear_as_changes_and_requests_agree() -> None:
    """Either it is kept, and never counts as a change, or it is sent, and counts."""
    known = masked("Mode", configs.minimal("Mode"))
    wish = {**configs.minimal("Mode"), "accessToken": "another", "workspaceName": "another"}
    sent = merge("Mode", wish, known, keep_secrets=True)
    (difference,) = [each for each in compare("Mode", wish, known, False)[0] if each.path == ("accessToken",)]
    assert (sent["accessToken"] == known["accessToken"]) == difference.secret


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, {"type": "Superset"}),
        ({"type": "Other"}, {"type": "Other"}),
        ({"type": None, "hostPort": "h"}, {"type": "Superset", "hostPort": "h"}),
    ],
)
def test_type_is_filled_in(config: dict[str, Any], expected: dict[str, Any]) -> None:
    assert merge("Superset", config, None) == expected


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.0-SNAPSHOT", (1, 2, 0)),
        ("1.10.0-rc1", (1, 10, 0)),
        ("1.10.0rc1", (1, 10)),
        ("2.0.7", (2, 0, 7)),
        ("1.5.0.0", (1, 5, 0, 0)),
        ("1.12", (1, 12)),
        ("", ()),
        ("main", ()),
        ("1.²", (1,)),
    ],
)
def test_versions(text: str, version: connection.Version) -> None:
    assert connection.parse_version(text) == version


def test_versions_are_compared_as_numbers() -> None:
    assert connection.parse_version("1.10.0-rc1") > connection.parse_version("1.9.17")


def test_a_type_is_parsed_once_and_shared() -> None:
    assert DASHBOARDS.service_type("Superset") is DASHBOARDS.service_type("Superset")


def test_nothing_handed_in_is_changed() -> None:
    wish, known = configs.full("Superset"), stored("Superset", configs.full("Superset"))
    copies = json.dumps([wish, known])
    compare("Superset", wish, known)
    merge("Superset", wish, known, True)
    connection.redacted(DASHBOARDS.service_type("Superset"), wish)
    assert json.dumps([wish, known]) == copies
