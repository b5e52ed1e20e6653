# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each release knows of a connection: the finding names the release that is needed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from unit.plugins import configs
from unit.plugins.connections import NEW, OLD, error_of, warnings_of

_SUPERSET_API = {"provider": "db", "username": "u", "password": "p-1"}
_MYSQL = {"username": "u", "hostPort": "h:1"}


@pytest.mark.parametrize(
    ("service_type", "change", "server", "message"),
    [
        ("Hex", {}, "1.6.0", "service_type: Hex needs OpenMetadata 1.10, the server is 1.6.0."),
        ("Hex", {}, "1.9.17", "service_type: Hex needs OpenMetadata 1.10, the server is 1.9.17."),
        ("Omni", {}, "1.13.6", "service_type: Omni needs OpenMetadata 2.0, the server is 1.13.6."),
        ("QlikCloud", {}, "1.2.0-SNAPSHOT",
         "service_type: QlikCloud needs OpenMetadata 1.4, the server is 1.2.0-SNAPSHOT."),
        ("Metabase", {"apiKey": "k-12"}, "1.9.17",
         "connection.apiKey: apiKey needs OpenMetadata 1.10, the server is 1.9.17."),
        ("Superset", {"chartFilterPattern": {"includes": ["a"]}}, "1.6.0",
         "connection.chartFilterPattern: chartFilterPattern needs OpenMetadata 1.7, the server is 1.6.0."),
        ("QuickSight", {"awsConfig": {"awsRegion": "r", "enabled": True}}, "1.11.0",
         "connection.awsConfig.enabled: enabled needs OpenMetadata 1.12, the server is 1.11.0."),
        ("Superset", {"connection": {**_SUPERSET_API, "sslConfig": {}}}, "1.2.0-SNAPSHOT",
         "connection.connection.sslConfig: sslConfig needs OpenMetadata 1.3, the server is 1.2.0-SNAPSHOT."),
        ("Superset", {"connection": {**_SUPERSET_API, "verifySSL": "ignore"}}, "1.2.0-SNAPSHOT",
         "connection.connection.verifySSL: verifySSL needs OpenMetadata 1.3, the server is 1.2.0-SNAPSHOT."),
        ("Superset", {"connection": {**_MYSQL, "sslConfig": {}}}, "1.2.0-SNAPSHOT",
         "connection.connection.sslConfig: sslConfig needs OpenMetadata 1.3, the server is 1.2.0-SNAPSHOT."),
        ("Superset", {"connection": {**_MYSQL, "authType": {"azureConfig": {}}}}, "1.2.0-SNAPSHOT",
         "connection.connection.authType.azureConfig: azureConfig needs OpenMetadata 1.3, the server is "
         "1.2.0-SNAPSHOT."),
        ("Looker", {"gitCredentials": {"type": "Gitlab", "repositoryOwner": "o", "repositoryName": "r"}},
         "1.2.0-SNAPSHOT",
         "connection.gitCredentials.type: type needs OpenMetadata 1.3, the server is 1.2.0-SNAPSHOT."),
        ("Tableau", {"env": "x"}, "1.9.0",
         "connection.env: the last release to know it was 1.6, the server is 1.9.0."),
    ],
)  # fmt: skip
def test_what_this_server_does_not_know(service_type: str, change: dict[str, Any], server: str, message: str) -> None:
    assert error_of(service_type, {**configs.minimal(service_type), **change}, Server(server)) == message


@pytest.mark.parametrize(
    ("service_type", "change", "server"),
    [
        ("Hex", {}, "1.10.0-rc1"),
        ("Hex", {}, "1.10"),
        ("Metabase", {"apiKey": "k-12"}, "1.10.3"),
        ("Tableau", {"env": "x", "siteUrl": "y"}, "1.6.4"),
        ("Tableau", {"env": "x"}, "1.2.0-SNAPSHOT"),
        ("Superset", {"connection": {**_MYSQL, "database": "d", "sslConfig": {}}}, "1.2.0-SNAPSHOT"),
        ("Superset", {"connection": {**_SUPERSET_API, "sslConfig": {}}}, "1.3.0"),
    ],
)
def test_what_this_server_knows(service_type: str, change: dict[str, Any], server: str) -> None:
    assert warnings_of(service_type, {**configs.minimal(service_type), **change}, Server(server)) == []


def test_every_field_with_a_first_release_is_refused_before_it() -> None:
    """Of each type, at the release just before: the message names the field, and the release that brings it."""
    checked = 0
    for service_type in configs.TYPES:
        kind = connection.service_type(service_type)
        for choices in configs.variants(service_type):
            config = configs.full(service_type, choices)
            parents = {path[:length] for path, _value in configs.leaves(config) for length in range(1, len(path) + 1)}
            for dotted, release in kind.since.items():
                # Its first alternative takes anything, so nobody can say what a member of it is.
                free = dotted.startswith("connection.sampleDataStorageConfig.config.")
                if tuple(dotted.split(".")) in parents and not free:
                    before = Server(f"{release[0]}.{release[1] - 1}.9" if release[1] else "1.99.9")
                    message = error_of(service_type, config, before)
                    first = ".".join(map(str, release))
                    assert f"connection.{dotted}: {dotted.rpartition('.')[2]} needs OpenMetadata {first}" in message
                    checked += 1
    assert checked > 150


def test_a_newer_server_may_know_more() -> None:
    newer = Server("2.1.0")
    config = {**configs.minimal("Hex"), "brandNew": 1, "tokenType": "galactic"}
    assert warnings_of("Hex", config, newer) == [
        "connection.brandNew: unknown for Hex.",
        "connection.tokenType: must be one of personal, workspace.",
    ]
    assert warnings_of("BrandNew", {"a": 1}, newer) == ["service_type: BrandNew is unknown."]


def test_a_newer_server_does_not_excuse_a_slip() -> None:
    assert "did you mean hostPort?" in error_of("Hex", {"hostPrt": "http://h", "token": "t-12"}, Server("2.1.0"))


@pytest.mark.parametrize("server", [NEW, Server("2.0.99"), OLD])
def test_an_unknown_service_type(server: Server) -> None:
    assert error_of("Supperset", {"a": 1}, server) == ("service_type: Supperset is unknown, did you mean Superset?")
