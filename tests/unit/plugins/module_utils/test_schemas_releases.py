# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of connections by release, where the catalogue was wrong while it was typed by hand: one row each."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.schemas import Node

MYSQL, POSTGRES = "connection=Mysql", "connection=Postgres"
GCP = "pbitFilesSource=gcs.securityConfig.gcpConfig"


def parse(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def at(name: str, version: str, path: str) -> Node | None:
    """The node at a path such as `connection=Mysql.sslConfig`: of alternatives, `=` names one by a constant of it."""
    form = schemas.service_type("dashboard", name, parse(version))
    nodes = [form.root] if form.there else []
    for part in filter(None, path.split(".")):
        member, _equals, constant = part.partition("=")
        nodes = [
            alternative
            for node in nodes
            if member in node.get("fields", {})
            for alternative in alternatives(node["fields"][member])
            if not constant or [constant] in [field.get("enum") for field in alternative.get("fields", {}).values()]
        ]
    return nodes[0] if nodes else None


def alternatives(node: Node) -> list[Node]:
    return list(node.get("any", [node]))


def period(name: str, path: str) -> tuple[str, str]:
    """The first release that has a member, and the last one, empty for the newest."""
    every = [".".join(map(str, release)) for release in schemas.releases()]
    having = [release for release in every if at(name, release, path) is not None]
    return having[0], "" if having[-1] == every[-1] else having[-1]


@pytest.mark.parametrize(
    ("name", "path", "first", "last"),
    [
        ("Mstr", "", "1.3.0", "1.5.15"),
        ("PowerBIReportServer", "", "1.5.11", ""),
        ("ThoughtSpot", "", "1.8.7", ""),
        ("Grafana", "", "1.9.1", ""),
        ("Hex", "", "1.10.2", ""),
        ("Ssrs", "", "1.12.4", ""),
        ("Superset", "connection.verifySSL", "1.2.0", ""),
        ("Superset", "connection.sslConfig", "1.2.0", ""),
        ("Superset", f"{MYSQL}.sampleDataStorageConfig", "1.2.1", ""),
        ("Superset", f"{POSTGRES}.sampleDataStorageConfig", "1.2.1", ""),
        ("Superset", f"{MYSQL}.sampleDataStorageConfig.config.filePathPattern", "1.3.2", ""),
        ("Superset", f"{POSTGRES}.sampleDataStorageConfig.config.filePathPattern", "1.3.2", ""),
        ("Superset", f"{MYSQL}.authType.azureConfig", "1.3.2", ""),
        ("Superset", f"{POSTGRES}.authType.azureConfig", "1.3.2", ""),
        ("Superset", f"{MYSQL}.sslConfig", "1.4.0", ""),
        ("Superset", f"{MYSQL}.sslCA", "1.2.0", "1.3.4"),
        ("Superset", f"{MYSQL}.sslCert", "1.2.0", "1.3.4"),
        ("Superset", f"{MYSQL}.sslKey", "1.2.0", "1.3.4"),
        ("Superset", f"{MYSQL}.supportsLineageExtraction", "1.5.12", ""),
        ("Superset", f"{MYSQL}.supportsUsageExtraction", "1.5.12", ""),
        ("Superset", f"{MYSQL}.useSlowLogs", "1.7.1", ""),
        ("Superset", f"{MYSQL}.queryHistoryTable", "1.12.9", ""),
        ("Superset", f"{POSTGRES}.queryStatementSource", "1.11.5", ""),
        ("Tableau", "sslConfig.certificatePath", "1.2.0", "1.3.4"),
        ("Superset", "connection.sslConfig.certificatePath", "1.2.0", "1.3.4"),
        ("Superset", f"{POSTGRES}.sslConfig.certificatePath", "1.2.0", "1.3.4"),
        ("Tableau", "sslConfig.caCertificate", "1.4.0", ""),
        ("Tableau", "sslConfig.sslCertificate", "1.4.0", ""),
        ("Tableau", "sslConfig.sslKey", "1.4.0", ""),
        ("Superset", "connection.sslConfig.caCertificate", "1.4.0", ""),
        ("QlikSense", "certificates.clientCertificateData", "1.2.0", "1.3.4"),
        ("QlikSense", "certificates.clientKeyCertificateData", "1.2.0", "1.3.4"),
        ("QlikSense", "certificates.rootCertificateData", "1.2.0", "1.3.4"),
        ("QlikSense", "certificates.stagingDir", "1.2.0", "1.3.4"),
        ("QlikSense", "certificates.sslConfig", "1.4.0", ""),
        ("QlikSense", "validateHostName", "1.4.0", ""),
        ("Mode", "filterQueryParam", "1.5.8", ""),
        ("PowerBI", "pbitFilesSource", "1.4.0", ""),
        ("PowerBI", "displayTableNameFromSource", "1.8.2", ""),
        ("PowerBI", "apiURL", "1.10.5", ""),
        ("PowerBI", f"{GCP}=gcp_adc", "1.7.0", ""),
        ("Looker", "gitCredentials=Gitlab", "1.5.0", ""),
        ("Tableau", "env", "1.2.0", "1.7.0"),
        ("Tableau", "siteUrl", "1.2.0", "1.7.0"),
        ("Tableau", "proxyURL", "1.7.5", ""),
        ("Sigma", "supportsMetadataExtraction", "1.8.4", ""),
        ("CustomDashboard", "supportsMetadataExtraction", "1.8.4", ""),
    ],
)
def test_the_releases_of_a_member(name: str, path: str, first: str, last: str) -> None:
    assert period(name, path) == (first, last)


def test_a_member_that_one_patch_had_early() -> None:
    having = schemas.releases_with("dashboard", "Looker", ("gitCredentials", "gitHostURL"))
    assert having[:2] == ((1, 9, 11), (1, 10, 9))
    assert set(having[1:]) == {release for release in schemas.releases() if release >= (1, 10, 9)}


def test_a_member_that_one_patch_lacks() -> None:
    having = schemas.releases_with("dashboard", "Tableau", ("apiVersion",))
    assert set(schemas.releases()) - set(having) == {(1, 7, 1)}


@pytest.mark.parametrize(
    ("name", "path", "member", "release", "required"),
    [
        ("Mstr", "", "username", "1.3.0", True),
        ("Mstr", "", "hostPort", "1.5.15", True),
        ("Mstr", "", "projectName", "1.5.15", False),
        ("Tableau", "", "apiVersion", "1.7.0", True),
        ("Tableau", "", "apiVersion", "1.7.2", False),
        ("Metabase", "", "username", "1.9.17", True),
        ("Metabase", "", "username", "1.10.0", False),
        ("QlikSense", "certificates", "clientCertificateData", "1.3.4", True),
    ],
)
def test_what_a_release_requires(name: str, path: str, member: str, release: str, required: bool) -> None:
    node = at(name, release, path)
    assert node is not None
    assert (member in node.get("required", [])) == required


@pytest.mark.parametrize(
    ("name", "path", "release", "secret"),
    [
        ("Mstr", "password", "1.3.0", True),
        ("QlikSense", "certificates.clientCertificateData", "1.2.0", True),
        ("QlikSense", "certificates.clientKeyCertificateData", "1.3.4", True),
        ("QlikSense", "certificates.rootCertificateData", "1.3.4", True),
        ("DomoDashboard", "accessToken", "1.13.5", False),
        ("DomoDashboard", "accessToken", "1.13.6", True),
        ("DomoDashboard", "accessToken", "2.0.1", False),
        ("DomoDashboard", "accessToken", "2.0.2", True),
    ],
)
def test_what_a_release_keeps_secret(name: str, path: str, release: str, secret: bool) -> None:
    node = at(name, release, path)
    assert node is not None
    assert node.get("secret", False) == secret


@pytest.mark.parametrize(
    ("name", "path", "release", "default"),
    [
        ("Superset", "connection.verifySSL", "1.2.0", "no-ssl"),
        ("Superset", "hostPort", "1.2.5", "http://localhost:8088"),
        ("Redash", "hostPort", "1.2.5", "http://localhost:5000"),
        ("Lightdash", "hostPort", "1.2.5", "http://localhost:5000"),
        ("Superset", "connection.provider", "1.2.5", "db"),
        ("Sigma", "hostPort", "1.6.0", "https://api.sigmacomputing.com"),
        ("CustomDashboard", "type", "1.2.0", "CustomDashboard"),
        ("Tableau", "env", "1.7.0", "tableau_prod"),
        ("Looker", "supportsMetadataExtraction", "1.2.0", True),
        ("QlikCloud", "spaceTypes", "1.7.2", ["Managed", "Shared", "Personal"]),
        ("QlikCloud", "spaceTypes", "1.7.3", ["Managed", "Shared", "Personal", "Data"]),
    ],
)
def test_the_default_of_a_release(name: str, path: str, release: str, default: Any) -> None:
    node = at(name, release, path)
    assert node is not None
    assert node["default"] == default


@pytest.mark.parametrize(
    ("path", "release", "kinds"),
    [
        # The path form is a text in 1.4, a mapping from 1.5 on; of it and the values, the text is first.
        (GCP, "1.4.8", ["mapping", "string", "mapping"]),
        (GCP, "1.5.0", ["mapping", "mapping", "mapping"]),
        (f"{GCP}.projectId", "1.4.8", ["list", "string"]),
    ],
)
def test_alternatives(path: str, release: str, kinds: list[str]) -> None:
    parent, _dot, member = path.rpartition(".")
    node = at("PowerBI", release, parent)
    assert node is not None
    shapes = alternatives(node["fields"][member])
    assert sorted("mapping" if "fields" in each else each.get("type", "list") for each in shapes) == sorted(kinds)


@pytest.mark.parametrize(("release", "free"), [("1.4.8", True), ("1.5.0", False)])
@pytest.mark.parametrize("member", ["type", "externalType"])
def test_free_text_in_gcs_credentials(release: str, member: str, free: bool) -> None:
    node = at("PowerBI", release, f"pbitFilesSource=gcs.securityConfig.gcpConfig.{member}")
    assert node is not None
    assert ("enum" not in node) == free


@pytest.mark.parametrize(("release", "closed"), [("1.2.0", True), ("1.9.4", True), ("1.9.5", False)])
def test_a_connection_that_became_open(release: str, closed: bool) -> None:
    node = at("CustomDashboard", release, "")
    assert node is not None
    assert ("open" not in node) == closed


@pytest.mark.parametrize(("release", "text"), [("1.10.8", False), ("1.10.9", True), ("1.9.11", True)])
def test_git_credentials_as_text(release: str, text: bool) -> None:
    node = at("Looker", release, "")
    assert node is not None
    assert ("string" in [each.get("type") for each in node["fields"]["gitCredentials"]["any"]]) == text


def test_a_patch_release_is_not_its_minor() -> None:
    forms = schemas.patches("dashboard", "Tableau", (1, 7, 4))
    assert {"env" in form.root["fields"] for form in forms} == {True, False}
    assert "env" not in forms[0].root["fields"]


@pytest.mark.parametrize("release", ["1.2.1", "1.10.0", "1.11.5", "2.0.7"])
def test_an_open_alternative_beside_a_closed_one(release: str) -> None:
    node = at("Superset", release, f"{MYSQL}.sampleDataStorageConfig.config")
    assert node is not None
    aws, anything = node["fields"]["storageConfig"]["any"]
    assert ("open" in aws, anything) == (False, {"fields": {}, "open": True})
