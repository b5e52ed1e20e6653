# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections are compared, merged and redacted as the server treats them, for every service type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection, redact
from ansible_collections.community.openmetadata.plugins.module_utils.connection import Difference, Path
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, MASK
from unit.plugins import configs

VARIANTS = [pytest.param(name, choices, id=configs.name_of(name, choices)) for name, choices in configs.every_variant()]
TYPES = pytest.mark.parametrize("service_type", configs.TYPES)


def compare(
    service_type: str, desired: Mapping[str, Any], current: Mapping[str, Any], readable: bool = True
) -> tuple[list[Difference], list[Path]]:
    return connection.differences(connection.service_type(service_type), desired, current, readable)


def merge(
    service_type: str, desired: Mapping[str, Any], current: Mapping[str, Any] | None, keep_secrets: bool = False
) -> dict[str, Any]:
    return connection.merged(connection.service_type(service_type), desired, current, keep_secrets)


def stored(service_type: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A config as a server holds it: with all defaults."""
    return configs.with_defaults(service_type, config)


def masked(service_type: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A stored config as the server shows it to everybody but bots."""
    shown = stored(service_type, config)
    for path, _secret in connection.secrets(connection.service_type(service_type), shown):
        if path in secret_paths(service_type):
            shown = configs.put(shown, path, MASK)
    return shown


def secret_paths(service_type: str) -> set[Path]:
    return {path for choices in configs.variants(service_type) for path in configs.canaries(service_type, choices)}


def mirrored(value: Any) -> Any:
    """The same value with the keys of every mapping in reverse order."""
    if isinstance(value, dict):
        return {key: mirrored(value[key]) for key in reversed(list(value))}
    return [mirrored(member) for member in value] if isinstance(value, list) else value


# ---- every service type, every alternative


@pytest.mark.parametrize(("service_type", "choices"), VARIANTS)
class TestEveryVariant:
    def test_defaults_left_out_equal_defaults_written_out(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.minimal(service_type, choices)
        assert compare(service_type, config, stored(service_type, config)) == ([], [])
        assert compare(service_type, stored(service_type, config), config) == ([], [])

    def test_a_full_config_equals_itself_in_any_order(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        assert compare(service_type, mirrored(config), config) == ([], [])

    def test_null_equals_absent(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.minimal(service_type, choices)
        fields = connection.service_type(service_type).root["fields"]
        nulls = {name: None for name in fields if name not in config and "default" not in fields[name]}
        assert compare(service_type, {**config, **nulls}, stored(service_type, config)) == ([], [])

    def test_each_single_change_is_found_where_it_is_and_nowhere_else(
        self, service_type: str, choices: configs.Choices
    ) -> None:
        config = configs.full(service_type, choices)
        secret = configs.canaries(service_type, choices)
        for path, value in configs.leaves(config):
            if path[-1] in ("type", "pbitFileConfigType", "authType", "scheme", "externalType"):
                continue
            other = configs.put(config, path, not value if isinstance(value, bool) else _other(value))
            found, unverified = compare(service_type, other, config)
            assert [difference.path for difference in found] == [path]
            assert unverified == []
            if path in secret:
                assert found == [Difference(path, HIDDEN, redact.CHANGED, secret=True)]

    def test_every_secret_is_hidden_and_found(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        kind = connection.service_type(service_type)
        planted = configs.canaries(service_type, choices)
        found = dict(connection.secrets(kind, config))
        assert {path: found.get(path) for path in planted} == planted
        for text in (json.dumps(connection.redacted(kind, config)), str(connection.flat(kind, config))):
            assert "canary-" not in text
            assert text.count(HIDDEN) >= len(planted)

    def test_what_is_no_secret_is_shown(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        kind = connection.service_type(service_type)
        hidden = {path for path, _value in connection.secrets(kind, config)}
        shown = dict(configs.leaves(connection.redacted(kind, config)))
        for path, value in configs.leaves(config):
            assert shown[path] == (HIDDEN if path in hidden else value)
        assert hidden - set(configs.canaries(service_type, choices)) <= {
            # Tokens that the server shows in clear, and paths of certificates that look like certificates.
            ("accessToken",),
            ("awsConfig", "awsSessionToken"),
            ("certificates", "clientCertificate"),
            ("certificates", "clientKeyCertificate"),
            ("certificates", "rootCertificate"),
            ("pbitFilesSource", "securityConfig", "awsSessionToken"),
            ("connection", "authType", "awsConfig", "awsSessionToken"),
            ("connection", "sampleDataStorageConfig", "config", "storageConfig", "awsSessionToken"),
            # A free map called credentialSource.
            ("pbitFilesSource", "securityConfig", "gcpConfig", "credentialSource", "anything"),
            ("connection", "authType", "gcpConfig", "gcpConfig", "credentialSource", "anything"),
        }

    def test_masked_secrets_are_unverified_not_guessed(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        found, unverified = compare(service_type, config, masked(service_type, config), readable=False)
        assert found == []
        assert sorted(unverified) == sorted(configs.canaries(service_type, choices))

    def test_a_merge_sends_the_task_with_its_type(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        assert merge(service_type, config, None) == {"type": service_type, **config}
        assert merge(service_type, config, stored(service_type, config)) == {"type": service_type, **config}

    def test_on_create_sends_each_stored_secret_back_as_read(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        wish = config
        for path in configs.canaries(service_type, choices):
            wish = configs.put(wish, path, "new secret of the task")
        for known in (masked(service_type, config), stored(service_type, config)):
            sent = dict(configs.leaves(merge(service_type, wish, known, keep_secrets=True)))
            before = dict(configs.leaves(known))
            for path in configs.canaries(service_type, choices):
                assert sent[path] == before[path]

    def test_on_create_keeps_secrets_that_the_task_leaves_out(
        self, service_type: str, choices: configs.Choices
    ) -> None:
        config = configs.full(service_type, choices)
        wish = config
        for path in configs.canaries(service_type, choices):
            # An alternative that consists of its secret alone is no longer this alternative without it.
            if len([each for each in configs.leaves(config) if each[0][:-1] == path[:-1]]) > 1:
                wish = configs.without(wish, path)
        known = masked(service_type, config)
        sent = dict(configs.leaves(merge(service_type, wish, known, keep_secrets=True)))
        for path in configs.canaries(service_type, choices):
            if path not in dict(configs.leaves(wish)):
                assert sent[path] == MASK

    def test_always_sends_the_tasks_secrets(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        sent = dict(configs.leaves(merge(service_type, config, masked(service_type, config))))
        for path, value in configs.canaries(service_type, choices).items():
            assert sent[path] == value


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [*value, "another"]
    return f"{value}/other"


@TYPES
def test_a_key_that_only_the_server_knows_is_no_drift_and_is_carried(service_type: str) -> None:
    config = configs.minimal(service_type)
    known = {**stored(service_type, config), "addedByAnUpgrade": {"deep": [1]}}
    if service_type == "CustomDashboard":
        # It takes any key, so one that the task leaves out is one that the task doesn't want.
        assert [each.path for each in compare(service_type, config, known)[0]] == [("addedByAnUpgrade", "deep")]
        return
    assert compare(service_type, config, known) == ([], [])
    assert merge(service_type, config, known)["addedByAnUpgrade"] == {"deep": [1]}


@TYPES
@pytest.mark.parametrize("keep", [False, True], ids=["always", "on_create"])
def test_a_setting_left_out_takes_its_default_again(service_type: str, keep: bool) -> None:
    config = configs.minimal(service_type)
    known = {**stored(service_type, config), "supportsMetadataExtraction": False}
    found, _unverified = compare(service_type, config, known)
    assert found == [Difference(("supportsMetadataExtraction",), False, True)]
    assert "supportsMetadataExtraction" not in merge(service_type, config, known, keep)


# ---- single rules


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
    kind = connection.service_type("Unheard")
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


def test_members_of_a_free_mapping_are_hidden_by_their_names() -> None:
    kind = connection.service_type("CustomDashboard")
    config = {"connectionOptions": {"apiKey": "k-1", "password": "p-2", "host": "h"}}
    assert connection.redacted(kind, config) == {
        "connectionOptions": {"apiKey": HIDDEN, "password": HIDDEN, "host": "h"}
    }


@pytest.mark.parametrize("config", [{1: "a", "hostPort": "http://h"}, {"x": {2: {"password": "p"}}}])
def test_a_key_that_is_no_text_breaks_nothing(config: dict[Any, Any]) -> None:
    kind = connection.service_type("Grafana")
    assert connection.redacted(kind, config)
    assert compare("Grafana", config, {})[0]
    assert connection.secrets(kind, config) is not None


@pytest.mark.parametrize("value", [10**400, float("inf"), -(2**70), 0.1, "1e400", "", "x", True, [], {"a": 1}])
def test_any_value_can_be_compared_and_sent(value: Any) -> None:
    kind = connection.service_type("Grafana")
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
        node = connection.select(connection.service_type("Looker").root["fields"]["gitCredentials"], value)
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
    assert connection.service_type("Superset") is connection.service_type("Superset")


def test_nothing_handed_in_is_changed() -> None:
    wish, known = configs.full("Superset"), stored("Superset", configs.full("Superset"))
    copies = json.dumps([wish, known])
    compare("Superset", wish, known)
    merge("Superset", wish, known, True)
    connection.redacted(connection.service_type("Superset"), wish)
    assert json.dumps([wish, known]) == copies


def test_flat_names_every_field_with_its_default() -> None:
    kind = connection.service_type("Metabase")
    assert connection.flat(kind, {"hostPort": "http://h", "password": "p-1"}) == {
        ("type",): "Metabase",
        ("hostPort",): "http://h",
        ("password",): HIDDEN,
        ("supportsMetadataExtraction",): True,
    }


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ((1, 2, 0), set()),
        ((1, 8, 0), {"displayTableNameFromSource"}),
        ((1, 9, 17), {"displayTableNameFromSource"}),
        ((1, 10), {"displayTableNameFromSource", "apiURL"}),
        ((2, 0, 7), {"displayTableNameFromSource", "apiURL"}),
    ],
)
def test_a_release_fills_in_the_defaults_that_it_knows(version: connection.Version, known: set[str]) -> None:
    kind = connection.service_type("PowerBI")
    filled = connection.filled(kind, configs.minimal("PowerBI"), version)
    assert {"displayTableNameFromSource", "apiURL"} & set(filled) == known
    assert filled["useAdminApis"] is True
    assert filled["scope"] == ["https://analysis.windows.net/powerbi/api/.default"]


def test_defaults_of_nested_fields_follow_the_release_too() -> None:
    kind = connection.service_type("QuickSight")
    config = configs.minimal("QuickSight")
    assert "enabled" not in connection.filled(kind, config, (1, 11))["awsConfig"]
    assert connection.filled(kind, config, (1, 12))["awsConfig"]["enabled"] is False


@pytest.mark.parametrize(("version", "known"), [((1, 2), True), ((1, 3), True), ((1, 6, 4), True), ((1, 7), False)])
def test_a_release_fills_in_a_default_that_later_ones_dropped(version: connection.Version, known: bool) -> None:
    kind = connection.service_type("Tableau")
    config = configs.minimal("Tableau")
    assert connection.filled(kind, config, version).get("env") == ("tableau_prod" if known else None)
    assert connection.filled(kind, {**config, "env": "mine"}, version)["env"] == "mine"


@pytest.mark.parametrize(("version", "known"), [((1, 2), False), ((1, 3), True)])
def test_defaults_of_an_alternative_follow_the_release_too(version: connection.Version, known: bool) -> None:
    """Two alternatives have `supportsUsageExtraction`, one of them later than the other."""
    kind = connection.service_type("Superset")
    mysql: dict[str, Any] = {"hostPort": "http://h", "connection": {"username": "u", "hostPort": "h:1"}}
    postgres = {"hostPort": "http://h", "connection": {"username": "u", "hostPort": "h:1", "database": "d"}}
    assert ("supportsUsageExtraction" in connection.filled(kind, mysql, version)["connection"]) == known
    assert "supportsUsageExtraction" in connection.filled(kind, postgres, version)["connection"]
    given = {**mysql, "connection": {**mysql["connection"], "supportsUsageExtraction": False}}
    stored = connection.filled(kind, mysql, version)
    found, _unknown = connection.differences(kind, given, stored, secrets_readable=True, server=version)
    assert [each.path for each in found] == [("connection", "supportsUsageExtraction")]
    found, _unknown = connection.differences(kind, mysql, stored, secrets_readable=True, server=version)
    assert found == []


def test_what_the_task_gives_is_shown_whatever_the_release() -> None:
    kind = connection.service_type("PowerBI")
    config = {**configs.minimal("PowerBI"), "apiURL": "https://api.example.com"}
    assert connection.filled(kind, config, (1, 2))["apiURL"] == "https://api.example.com"
    assert connection.flat(kind, config, (1, 2))["apiURL",] == "https://api.example.com"


GITHUB = {"type": "GitHub", "gitHostURL": "https://github.com"}
OWNED = {"repositoryOwner": "o", "repositoryName": "n"}


@pytest.mark.parametrize(
    ("wish", "known", "equal"),
    [
        ({}, GITHUB, True),
        (None, GITHUB, True),
        ({}, None, True),
        (GITHUB, {}, True),
        ({}, {**GITHUB, **OWNED}, False),
        ({**GITHUB, **OWNED}, GITHUB, False),
        (OWNED, {**GITHUB, **OWNED}, True),
        ({**OWNED, "type": "Gitlab"}, {**GITHUB, **OWNED}, False),
    ],
)
def test_no_git_credentials_equal_the_defaults_that_a_server_may_fill_in(
    wish: dict[str, str] | None, known: dict[str, str] | None, equal: bool
) -> None:
    found, _unverified = compare("Looker", {"gitCredentials": wish}, {"gitCredentials": known})
    assert (found == []) is equal
