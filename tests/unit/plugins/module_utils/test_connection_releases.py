# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which defaults a connection shows, and since which release."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from unit.plugins import configs
from unit.plugins.connections import compare


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
    found, _unknown = comparison.differences(kind, given, stored, secrets_readable=True, server=version)
    assert [each.path for each in found] == [("connection", "supportsUsageExtraction")]
    found, _unknown = comparison.differences(kind, mysql, stored, secrets_readable=True, server=version)
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
