# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection is checked before any write, and each finding names the field and the cure."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards import DASHBOARDS
from unit.plugins import configs
from unit.plugins.connections import TYPES, VARIANTS, current_of, error_of, warnings_of


@pytest.mark.parametrize(("service_type", "choices"), VARIANTS)
@pytest.mark.parametrize("make", [configs.minimal, configs.full])
def test_every_type_minimal_and_full_passes(make: Any, service_type: str, choices: configs.Choices) -> None:
    assert warnings_of(service_type, make(service_type, choices)) == []


# One misspelt field of each type, and the field that it is taken for.
MISSPELT = {
    "Superset": ("hostPrt", "hostPort"),
    "Looker": ("client_id", "clientId"),
    "Tableau": ("siteNme", "siteName"),
    "Redash": ("apikey", "apiKey"),
    "Metabase": ("user_name", "username"),
    "PowerBI": ("tenantID", "tenantId"),
    "PowerBIReportServer": ("webPortalVirtualDir", "webPortalVirtualDirectory"),
    "Mode": ("workspace_name", "workspaceName"),
    "DomoDashboard": ("secret_token", "secretToken"),
    "QuickSight": ("awsconfig", "awsConfig"),
    "QlikSense": ("certificate", "certificates"),
    "Lightdash": ("projectUuid", "projectUUID"),
    "MicroStrategy": ("projectname", "projectName"),
    "QlikCloud": ("spaceType", "spaceTypes"),
    "Sigma": ("apiversion", "apiVersion"),
    "ThoughtSpot": ("authentification", "authentication"),
    "Grafana": ("verifySsl", "verifySSL"),
    "Hex": ("toke", "token"),
    "Ssrs": ("passwrd", "password"),
    "SapS4Hana": ("clientNum", "clientNumber"),
    "Omni": ("hostport", "hostPort"),
}


@TYPES
def test_a_misspelt_field_is_named_with_the_one_that_is_meant(service_type: str) -> None:
    config = configs.full(service_type)
    if service_type == "CustomDashboard":
        assert warnings_of(service_type, {**config, "sourcePythonClas": "x"}) == []
        return
    wrong, right = MISSPELT[service_type]
    config[wrong] = config.pop(right)
    assert error_of(service_type, config) == (f"connection.{wrong}: unknown for {service_type}, did you mean {right}?")


@TYPES
def test_a_missing_field_is_named_and_no_reason_to_stop(service_type: str) -> None:
    required = [name for name in DASHBOARDS.service_type(service_type).root["required"] if name != "type"]
    for name in required:
        config = configs.without(configs.full(service_type), (name,))
        assert warnings_of(service_type, config) == [missing(service_type, name)]
    assert bool(required) == (service_type != "CustomDashboard")


def missing(service_type: str, *names: str) -> str:
    """What is said of required members that are nowhere."""
    paths = ", ".join(f"connection.{name}" for name in names)
    needs = "needs them" if len(names) > 1 else "needs it"
    return (
        f"{paths}: not given; OpenMetadata stores the service all the same, but ingestion from {service_type} {needs}."
    )


@TYPES
def test_a_field_of_the_wrong_type_is_named(service_type: str) -> None:
    field = "sourcePythonClass" if service_type == "CustomDashboard" else "supportsMetadataExtraction"
    config = {**configs.full(service_type), field: [1]}
    kind = "a text" if service_type == "CustomDashboard" else "true or false"
    assert error_of(service_type, config) == f"connection.{field}: must be {kind}, not a list."


@pytest.mark.parametrize(
    ("service_type", "change", "message"),
    [
        ("Grafana", {"pageSize": "many"}, "connection.pageSize: must be a whole number, not a text."),
        ("Grafana", {"pageSize": 1.5}, "connection.pageSize: must be a whole number, not a number."),
        ("Grafana", {"pageSize": True}, "connection.pageSize: must be a whole number, not true or false."),
        ("Grafana", {"pageSize": 0}, "connection.pageSize: must be at least 1."),
        ("Grafana", {"verifySSL": "yes"}, "connection.verifySSL: must be true or false, not a text."),
        ("Grafana", {"verifySSL": 1}, "connection.verifySSL: must be true or false, not a number."),
        ("Grafana", {"apiKey": {"a": "b"}}, "connection.apiKey: must be a text, not a mapping."),
        (
            "Tableau",
            {"verifySSL": False},
            "connection.verifySSL: must be one of no-ssl, ignore, validate; quote the text that you mean.",
        ),
        ("Grafana", {"hostPort": "my host"}, "connection.hostPort: is no address such as https://host:port."),
        ("Grafana", {"hostPort": "http://h<x>"}, "connection.hostPort: is no address such as https://host:port."),
        ("Grafana", {"hostPort": "http://{{ h }}"}, "connection.hostPort: is no address such as https://host:port."),
        ("Grafana", {"chartFilterPattern": "x"}, "connection.chartFilterPattern: must be a mapping, not a text."),
        (
            "Grafana",
            {"chartFilterPattern": {"includes": "x"}},
            "connection.chartFilterPattern.includes: must be a list, not a text.",
        ),
        (
            "Grafana",
            {"chartFilterPattern": {"includes": ["x", {}]}},
            "connection.chartFilterPattern.includes.1: must be a text, not a mapping.",
        ),
        (
            "Grafana",
            {"chartFilterPattern": {"include": ["x"]}},
            "connection.chartFilterPattern.include: unknown for Grafana, did you mean includes?",
        ),
        ("Grafana", {"bogus": 1}, "connection.bogus: unknown for Grafana."),
        ("Grafana", {"type": "Looker"}, "connection.type: must be one of Grafana."),
        (
            "Hex",
            {"tokenType": "workspce"},
            "connection.tokenType: must be one of personal, workspace, did you mean workspace?",
        ),
        ("Hex", {"tokenType": "PERSONAL"}, "connection.tokenType: must be one of personal, workspace, did you mean "
                                           "personal?"),
        ("QlikCloud", {"spaceTypes": []}, "connection.spaceTypes: must hold at least 1."),
        (
            "QlikCloud",
            {"spaceTypes": ["Shared", "Secret"]},
            "connection.spaceTypes.1: must be one of Managed, Shared, Personal, Data.",
        ),
        (
            "Superset",
            {"connection": {"provider": "oauth", "username": "u", "password": "p-1"}},
            "connection.connection.provider: must be one of db, ldap.",
        ),
        ("CustomDashboard", {"connectionOptions": {"a": []}}, "connection.connectionOptions.a: must be a text, not a "
                                                              "list."),
    ],
)  # fmt: skip
def test_messages(service_type: str, change: dict[str, Any], message: str) -> None:
    assert error_of(service_type, {**configs.minimal(service_type), **change}) == message


@pytest.mark.parametrize(
    ("service_type", "change", "message"),
    [
        (
            "Superset",
            {"connection": "text"},
            "connection.connection: must be a mapping with provider and username and password, or a mapping with "
            "username and hostPort, or a mapping with username and hostPort and database, not a text.",
        ),
        (
            "ThoughtSpot",
            {"authentication": {"username": "u", "password": "p-1", "accessToken": "t-1"}},
            "connection.authentication: accessToken can't be combined with password, username; it takes a mapping "
            "with username and password, or a mapping with accessToken.",
        ),
        (
            "ThoughtSpot",
            {"authentication": {"acessToken": "t-1"}},
            "connection.authentication: must be a mapping with username and password, or a mapping with accessToken; "
            "acessToken is unknown, did you mean accessToken?",
        ),
        (
            "Looker",
            {"gitCredentials": ["/a"]},
            "connection.gitCredentials: must be an empty mapping, or a text, or a mapping with repositoryOwner and "
            "repositoryName, or a mapping with repositoryOwner and repositoryName and branch, not a list.",
        ),
    ],
)
def test_alternatives_are_explained_in_a_sentence(service_type: str, change: dict[str, Any], message: str) -> None:
    assert error_of(service_type, {**configs.minimal(service_type), **change}) == message


POSTGRES = {"type": "Postgres", "username": "u", "hostPort": "h:5432", "database": "d"}
GCS = {"pbitFileConfigType": "gcs", "securityConfig": {"gcpConfig": "x"}}


@pytest.mark.parametrize(
    ("service_type", "change", "message"),
    [
        (
            "Superset",
            {"connection": {**POSTGRES, "authType": {"bogus": 1}}},
            "connection.connection.authType.bogus: unknown for Superset.",
        ),
        (
            "Superset",
            {"connection": {**POSTGRES, "authType": "x"}},
            "connection.connection.authType: must be a mapping with password, or a mapping with awsConfig, or a "
            "mapping with azureConfig, not a text.",
        ),
        (
            "PowerBI",
            {"pbitFilesSource": GCS},
            "connection.pbitFilesSource.securityConfig.gcpConfig: must be a mapping with projectId and privateKeyId "
            "and privateKey and clientEmail, or a mapping with path and projectId, or a mapping with externalType and "
            "audience and subjectTokenType and tokenURL, or a mapping with projectId, not a text.",
        ),
    ],
)
def test_alternatives_that_require_nothing(service_type: str, change: dict[str, Any], message: str) -> None:
    assert error_of(service_type, {**configs.minimal(service_type), **change}) == message


@pytest.mark.parametrize(
    ("service_type", "change", "names"),
    [
        ("QuickSight", {"awsConfig": {"awsAccessKeyId": "a"}}, ["awsConfig.awsRegion"]),
        ("Superset", {"connection": {"username": "u", "password": "p-1"}}, ["connection.provider"]),
        ("Superset", {"connection": {}}, [f"connection.{name}" for name in ("provider", "username", "password")]),
        ("Looker", {"gitCredentials": {"type": "GitHub", "repositoryOwner": "o"}}, ["gitCredentials.repositoryName"]),
        (
            "Looker",
            {"gitCredentials": {"type": "BitBucket", "repositoryOwner": "o", "repositoryName": "n"}},
            ["gitCredentials.branch"],
        ),
        (
            "QlikSense",
            {"certificates": {"clientCertificate": "/a", "rootCertificate": "/b"}},
            ["certificates.clientKeyCertificate"],
        ),
        ("Grafana", {"hostPort": "", "apiKey": None}, ["hostPort", "apiKey"]),
    ],
)
def test_what_is_missing_at_any_depth_is_one_warning(
    service_type: str, change: dict[str, Any], names: list[str]
) -> None:
    assert warnings_of(service_type, {**configs.minimal(service_type), **change}) == [missing(service_type, *names)]


def test_what_the_server_has_is_not_missing() -> None:
    current = current_of("Grafana", configs.minimal("Grafana"))
    assert warnings_of("Grafana", {"pageSize": 5}, current=current) == []
    assert warnings_of("Grafana", {"pageSize": 5}, current=current_of("Grafana", {"hostPort": "http://h"})) == [
        missing("Grafana", "apiKey")
    ]


FLOAT = "stored as a text; quote what you mean (YAML reads 3.10 as 3.1)."
BOOLEAN = "stored as a text; quote what you mean (YAML reads yes, no, on and off so)."
SCHEME = "ingestion needs it to begin with https:// or http://."


@pytest.mark.parametrize(
    ("service_type", "change", "warning"),
    [
        ("Tableau", {"apiVersion": 3.1}, f"connection.apiVersion: is the number 3.1, {FLOAT}"),
        ("Grafana", {"apiKey": 1.5}, f"connection.apiKey: is the number, {FLOAT}"),
        ("Tableau", {"siteName": False}, f"connection.siteName: is the boolean false, {BOOLEAN}"),
        ("Grafana", {"apiKey": True}, f"connection.apiKey: is the boolean, {BOOLEAN}"),
        (
            "CustomDashboard",
            {"connectionOptions": {"a": 2.0}},
            f"connection.connectionOptions.a: is the number 2.0, {FLOAT}",
        ),
        (
            "Metabase",
            {"hostPort": "metabase:3000"},
            "connection.hostPort: metabase:3000 is read as an address of the scheme metabase, not as one of a host; "
            f"{SCHEME}",
        ),
        (
            "Tableau",
            {"proxyURL": "proxy.example.com"},
            f"connection.proxyURL: proxy.example.com is read as a path without any host; {SCHEME}",
        ),
        (
            "Metabase",
            {"hostPort": "10.0.0.1:3000/a"},
            f"connection.hostPort: 10.0.0.1:3000/a is read as a path without any host; {SCHEME}",
        ),
    ],
)
def test_what_is_taken_though_nobody_means_it(service_type: str, change: dict[str, Any], warning: str) -> None:
    assert warnings_of(service_type, {**configs.minimal(service_type), **change}) == [warning]


WRAPPED = "connection.config: leave it out; connection holds the members of the API's connection.config themselves."


def test_the_form_of_the_api_gets_a_sentence_of_its_own() -> None:
    config = {"config": {"type": "Superset", "hostPort": "http://superset:8088"}}
    assert error_of("Superset", config) == WRAPPED
    assert warnings_of("Superset", config, mode="warn") == [WRAPPED]


@pytest.mark.parametrize(
    ("service_type", "config", "message"),
    [
        (
            "Superset",
            {"connection": {"hostPort": "http://h", "connection": {"provider": "db", "username": "u"}}},
            "connection.connection: is given within itself; give what is in connection.connection.connection one level "
            "higher.",
        ),
        (
            "Superset",
            {"hostPort": "http://h", "provider": "db"},
            "connection.provider: unknown for Superset, its place is connection.connection.provider.",
        ),
        (
            "Tableau",
            {"hostPort": "http://h", "username": "u"},
            "connection.username: unknown for Tableau, its place is connection.authType.username.",
        ),
        (
            "Tableau",
            {"hostPort": "http://h", "authType": {"username": "u", "password": "p-1", "siteName": "s"}},
            "connection.authType.siteName: unknown for Tableau, its place is connection.siteName.",
        ),
        (
            "Tableau",
            {"hostPort": "http://h", "authType": {"siteName": "s"}},
            "connection.authType: must be a mapping with username and password, or a mapping with "
            "personalAccessTokenName and personalAccessTokenSecret; the place of siteName is connection.siteName.",
        ),
    ],
)
def test_a_member_on_the_wrong_level_is_told_its_place(service_type: str, config: dict[str, Any], message: str) -> None:
    assert error_of(service_type, config) == message
    # What stands in the wrong place isn't missing in the right one.
    assert not [said for said in warnings_of(service_type, config, mode="warn") if "connection.provider: not" in said]


@pytest.mark.parametrize(
    ("service_type", "change"),
    [
        ("Superset", {"connection": {**POSTGRES, "authType": {}}}),
        ("Looker", {"gitCredentials": {}}),
        ("Looker", {"gitCredentials": "/a/path"}),
        ("PowerBI", {"pbitFilesSource": {"path": "/a"}}),
        ("Tableau", {"authType": None}),
        ("Tableau", {"hostPort": "http://h:80/päth"}),
        ("Grafana", {"pageSize": "50"}),
        ("Grafana", {"pageSize": 50.0}),
        ("Grafana", {"verifySSL": "True"}),
        ("Grafana", {"apiKey": 12345}),
        ("QuickSight", {"awsAccountId": 123456789012}),
    ],
)
def test_forms_that_are_accepted(service_type: str, change: dict[str, Any]) -> None:
    assert warnings_of(service_type, {**configs.minimal(service_type), **change}) == []


def test_all_findings_come_at_once() -> None:
    message = error_of("Grafana", {"hostPrt": "http://h", "pageSize": 0})
    assert message == (
        "connection.hostPrt: unknown for Grafana, did you mean hostPort? connection.pageSize: must be at least 1."
    )


def test_no_value_of_the_task_is_in_a_message() -> None:
    config = {"apiKey": ["canary-1"], "hostPort": "canary 2", "pageSize": "canary-3", "verifySSL": "canary-4"}
    assert "canary" not in error_of("Grafana", config)


def test_a_key_that_is_no_text_is_named_too() -> None:
    config: dict[Any, Any] = {**configs.minimal("Grafana"), 7: "x"}
    assert error_of("Grafana", config) == "connection.7: unknown for Grafana."
