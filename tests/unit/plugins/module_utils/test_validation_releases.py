# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each release knows of a connection: the finding names the release that is needed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection, schemas
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from dashboards import DASHBOARDS
from unit.plugins import configs
from unit.plugins.connections import NEW, OLD, error_of, warnings_of

_SUPERSET_API = {"provider": "db", "username": "u", "password": "p-1"}
_MYSQL = {"username": "u", "hostPort": "h:1"}


@pytest.mark.parametrize(
    ("service_type", "change", "server", "message"),
    [
        ("Hex", {}, "1.6.0", "service_type: Hex needs OpenMetadata 1.10.2, the server is 1.6.0."),
        ("Hex", {}, "1.9.17", "service_type: Hex needs OpenMetadata 1.10.2, the server is 1.9.17."),
        ("Omni", {}, "1.13.6", "service_type: Omni needs OpenMetadata 2.0.0, the server is 1.13.6."),
        ("QlikCloud", {}, "1.2.0-SNAPSHOT",
         "service_type: QlikCloud needs OpenMetadata 1.4.0, the server is 1.2.0-SNAPSHOT."),
        ("Mstr", {"username": "u", "hostPort": "http://h"}, "1.6.0",
         "service_type: the last release of OpenMetadata to know Mstr was 1.5.15, the server is 1.6.0."),
        ("Metabase", {"apiKey": "k-12"}, "1.9.17",
         "connection.apiKey: apiKey needs OpenMetadata 1.10.0, the server is 1.9.17."),
        ("Superset", {"chartFilterPattern": {"includes": ["a"]}}, "1.6.0",
         "connection.chartFilterPattern: chartFilterPattern needs OpenMetadata 1.7.0, the server is 1.6.0."),
        ("QuickSight", {"awsConfig": {"awsRegion": "r", "enabled": True}}, "1.11.0",
         "connection.awsConfig.enabled: enabled needs OpenMetadata 1.12.0, the server is 1.11.0."),
        ("Superset", {"connection": {**_MYSQL, "type": "Mysql", "sslConfig": {}}}, "1.3.0",
         "connection.connection: sslConfig can't be combined with hostPort, type; it takes a mapping with "
         "provider and username and password, or a mapping with username and hostPort, or a mapping with username "
         "and hostPort and database. OpenMetadata 1.4.0 takes it so, the server is 1.3.0."),
        ("QlikCloud", {"spaceTypes": ["Shared", "Data"]}, "1.6.0",
         "connection.spaceTypes: spaceTypes needs OpenMetadata 1.7.0, the server is 1.6.0."),
        ("Superset", {"connection": {**_MYSQL, "authType": {"azureConfig": {}}}}, "1.2.0-SNAPSHOT",
         "connection.connection.authType.azureConfig: azureConfig needs OpenMetadata 1.3.2, the server is "
         "1.2.0-SNAPSHOT."),
        ("Superset", {"connection": {**_SUPERSET_API, "sslConfig": {"caCertificate": "c-12"}}}, "1.3.4",
         "connection.connection.sslConfig.caCertificate: caCertificate needs OpenMetadata 1.4.0, the server is 1.3.4."),
        ("Superset", {"connection": {**_SUPERSET_API, "sslConfig": {"certificatePath": "/c"}}}, "1.4.0",
         "connection.connection.sslConfig.certificatePath: the last release of OpenMetadata to know certificatePath "
         "was 1.3.4, the server is 1.4.0."),
        ("Looker", {"gitCredentials": {"type": "Gitlab", "repositoryOwner": "o", "repositoryName": "r"}},
         "1.4.8",
         "connection.gitCredentials.type: must be one of GitHub. OpenMetadata 1.5.0 takes it so, the server is 1.4.8."),
        ("Tableau", {"env": "x"}, "1.9.0",
         "connection.env: the last release of OpenMetadata to know env was 1.7.0, the server is 1.9.0."),
    ],
)  # fmt: skip
def test_what_this_server_does_not_know(service_type: str, change: dict[str, Any], server: str, message: str) -> None:
    assert error_of(service_type, {**_minimal(service_type, server), **change}, Server(server, DASHBOARDS)) == message


def _minimal(service_type: str, server: str) -> dict[str, Any]:
    return configs.minimal(service_type, release=Server(server, DASHBOARDS).version)


@pytest.mark.parametrize(
    ("service_type", "change", "server"),
    [
        ("Hex", {}, "1.10.0-rc1"),
        ("Hex", {}, "1.10"),
        ("ThoughtSpot", {}, "1.8.0"),
        ("Metabase", {"apiKey": "k-12"}, "1.10.3"),
        ("PowerBI", {"apiURL": "https://a"}, "1.10.0"),
        ("Tableau", {"env": "x", "siteUrl": "y"}, "1.6.4"),
        ("Tableau", {"env": "x"}, "1.2.0-SNAPSHOT"),
        ("Tableau", {"proxyURL": "http://p"}, "1.7.0"),
        ("QlikCloud", {"spaceTypes": ["Data"]}, "1.7.1"),
        ("Superset", {"connection": {**_MYSQL, "database": "d", "sslConfig": {}}}, "1.2.0-SNAPSHOT"),
        ("Superset", {"connection": {**_MYSQL, "sslCA": "/c"}}, "1.3.0"),
        ("Superset", {"connection": {**_SUPERSET_API, "verifySSL": "ignore", "sslConfig": {}}}, "1.2.0-SNAPSHOT"),
        ("Mstr", {"projectName": "p"}, "1.5.3"),
        ("PowerBI", {"pbitFilesSource": {"pbitFileConfigType": "gcs", "securityConfig": {"gcpConfig": "/p"}}}, "1.4.8"),
    ],
)
def test_what_this_server_knows(service_type: str, change: dict[str, Any], server: str) -> None:
    assert warnings_of(service_type, {**_minimal(service_type, server), **change}, Server(server, DASHBOARDS)) == []


@pytest.mark.parametrize("service_type", DASHBOARDS.service_types())
def test_every_release_takes_what_is_made_of_its_own_schema(service_type: str) -> None:
    """Least and everything, with each alternative, at each release in which the type changed."""
    for release in _breaks(service_type):
        server = Server(".".join(map(str, release)), DASHBOARDS)
        for choices in configs.variants(service_type, release):
            for make in (configs.minimal, configs.full):
                assert warnings_of(service_type, make(service_type, choices, release), server) == []


def _breaks(service_type: str) -> list[connection.Version]:
    """The first patch of each minor that has a type."""
    firsts: dict[connection.Version, connection.Version] = {}
    for release in schemas.releases():
        if DASHBOARDS.service_type(service_type, release).there:
            firsts.setdefault(release[:2], release)
    return list(firsts.values())


@pytest.mark.parametrize("service_type", configs.TYPES)
def test_what_a_minor_lacks_is_refused_there_with_the_release_that_brought_it(service_type: str) -> None:
    """Each member at the top of the newest form, in every minor that has the type."""
    newest = DASHBOARDS.service_type(service_type)
    for release in _breaks(service_type):
        server = Server(".".join(map(str, release)), DASHBOARDS)
        for name, member in configs.full(service_type).items():
            every = connection.releases_with(newest, (name,))
            having = [each for each in every if each[:2] <= release[:2]]
            if every and not having:
                first = ".".join(map(str, every[0]))
                config = {**configs.minimal(service_type, release=release), name: member}
                assert f"connection.{name}: {name} needs OpenMetadata {first}, the" in error_of(
                    service_type, config, server
                )


def test_a_patch_that_lacks_a_member_does_not_excuse_its_value() -> None:
    """1.7.1 has no apiVersion, so that it has nothing to say against one that is a list."""
    config = {**_minimal("Tableau", "1.7.0"), "apiVersion": ["3.1"]}
    assert (
        error_of("Tableau", config, Server("1.7.0", DASHBOARDS)) == "connection.apiVersion: must be a text, not a list."
    )


def test_a_newer_server_may_know_more() -> None:
    newer = Server("2.1.0", DASHBOARDS)
    config = {**configs.minimal("Hex"), "brandNew": 1, "tokenType": "galactic"}
    assert warnings_of("Hex", config, newer) == [
        "connection.brandNew: unknown for Hex.",
        "connection.tokenType: must be one of personal, workspace.",
    ]
    assert warnings_of("BrandNew", {"a": 1}, newer) == ["service_type: BrandNew is unknown."]


def test_a_newer_server_does_not_excuse_a_slip() -> None:
    assert "did you mean hostPort?" in error_of(
        "Hex", {"hostPrt": "http://h", "token": "t-12"}, Server("2.1.0", DASHBOARDS)
    )


@pytest.mark.parametrize("server", [NEW, OLD])
def test_an_unknown_service_type(server: Server) -> None:
    assert error_of("Supperset", {"a": 1}, server) == ("service_type: Supperset is unknown, did you mean Superset?")
