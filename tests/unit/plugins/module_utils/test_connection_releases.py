# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which defaults a connection shows, and since which release."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection, plan
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.plan import Policy
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from dashboards import DASHBOARDS
from unit.plugins import configs
from unit.plugins.connections import compare


def test_flat_names_every_field_with_its_default() -> None:
    kind = DASHBOARDS.service_type("Metabase")
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
        ((1, 8, 1), set()),
        ((1, 8, 2), {"displayTableNameFromSource"}),
        ((1, 9, 17), {"displayTableNameFromSource"}),
        ((1, 10, 4), {"displayTableNameFromSource"}),
        ((1, 10, 5), {"displayTableNameFromSource", "apiURL"}),
        ((2, 0, 7), {"displayTableNameFromSource", "apiURL"}),
    ],
)
def test_a_release_fills_in_the_defaults_that_it_knows(version: connection.Version, known: set[str]) -> None:
    kind = DASHBOARDS.service_type("PowerBI", version)
    filled = connection.filled(kind, configs.minimal("PowerBI"))
    assert {"displayTableNameFromSource", "apiURL"} & set(filled) == known
    assert filled["useAdminApis"] is True
    assert filled["scope"] == ["https://analysis.windows.net/powerbi/api/.default"]


def test_defaults_of_nested_fields_follow_the_release_too() -> None:
    config = configs.minimal("QuickSight")
    old, new = (DASHBOARDS.service_type("QuickSight", version) for version in ((1, 11), (1, 12)))
    assert "enabled" not in connection.filled(old, config)["awsConfig"]
    assert connection.filled(new, config)["awsConfig"]["enabled"] is False


@pytest.mark.parametrize(("version", "known"), [((1, 5, 11), False), ((1, 5, 12), True)])
def test_defaults_of_an_alternative_follow_the_release_too(version: connection.Version, known: bool) -> None:
    """Two alternatives have `supportsUsageExtraction`, one of them later than the other."""
    kind = DASHBOARDS.service_type("Superset", version)
    mysql: dict[str, Any] = {"hostPort": "http://h", "connection": {"username": "u", "hostPort": "h:1"}}
    postgres = {"hostPort": "http://h", "connection": {"username": "u", "hostPort": "h:1", "database": "d"}}
    assert ("supportsUsageExtraction" in connection.filled(kind, mysql)["connection"]) == known
    assert "supportsUsageExtraction" in connection.filled(kind, postgres)["connection"]
    stored = connection.filled(kind, mysql)
    found, _unknown = comparison.differences(kind, mysql, stored, secrets_readable=True)
    assert found == []


def test_a_default_of_another_patch_is_no_drift() -> None:
    """QlikCloud's `spaceTypes` got one more value, and so did its default, with 1.7.3."""
    server = Server("1.7.1", DASHBOARDS)
    three = ["Managed", "Shared", "Personal"]
    task = Desired("s", "QlikCloud", {"connection": {"hostPort": "http://h", "token": "t-1"}})
    for default in (three, [*three, "Data"]):
        entity = {
            "id": "i",
            "name": "s",
            "serviceType": "QlikCloud",
            "version": 0.1,
            "connection": {"config": {"type": "QlikCloud", "hostPort": "http://h", "token": "t-1",
                                      "spaceTypes": default}},
        }  # fmt: skip
        current = Current.from_entity(entity, server)
        assert plan.present(task, current, server, Policy(secrets_readable=True)).action == plan.NONE
        other = Desired("s", "QlikCloud", {"connection": {"hostPort": "http://i", "token": "t-1"}})
        todo = plan.present(other, current, server, Policy(secrets_readable=True))
        assert todo.changed_fields == ["connection.hostPort"]


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
