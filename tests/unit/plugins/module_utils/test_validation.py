# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection is checked before any write, and each finding names the field and the cure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import connection, validation
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from unit.plugins import configs

NEW = Server("2.0.7")
OLD = Server("1.2.0-SNAPSHOT")
TYPES = pytest.mark.parametrize("service_type", configs.TYPES)
VARIANTS = [pytest.param(name, choices, id=configs.name_of(name, choices)) for name, choices in configs.every_variant()]


def warnings_of(
    service_type: str | None,
    config: Mapping[str, Any] | None,
    server: Server = NEW,
    mode: str = "strict",
    current: Current | None = None,
    keep_secrets: bool = False,
) -> list[str]:
    values = {} if config is None else {"connection": config}
    return validation.check(Desired("s", service_type, values), current, server, mode, keep_secrets)


def error_of(service_type: str | None, config: Mapping[str, Any] | None, server: Server = NEW, **more: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        warnings_of(service_type, config, server, **more)
    return str(caught.value)


def current_of(service_type: str, config: Mapping[str, Any]) -> Current:
    entity = {"id": "1", "name": "s", "serviceType": service_type, "version": 0.1, "connection": {"config": config}}
    return Current.from_entity(entity, NEW)


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
def test_a_missing_field_is_named(service_type: str) -> None:
    required = [name for name in connection.service_type(service_type).root["required"] if name != "type"]
    for name in required:
        config = configs.without(configs.full(service_type), (name,))
        assert error_of(service_type, config) == f"connection.{name}: required for {service_type}."
    assert bool(required) == (service_type != "CustomDashboard")


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
        ("Grafana", {"apiKey": True}, "connection.apiKey: must be a text, not true or false; quote it."),
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
            "QuickSight",
            {"awsConfig": {"awsAccessKeyId": "a"}},
            "connection.awsConfig.awsRegion: required for QuickSight.",
        ),
        (
            "Superset",
            {"connection": {"username": "u", "password": "p-1"}},
            "connection.connection.provider: required for Superset.",
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
            "username and hostPort and database, or a mapping with username and hostPort, not a text.",
        ),
        (
            "Superset",
            {"connection": {}},
            "connection.connection: must be a mapping with provider and username and password, or a mapping with "
            "username and hostPort and database, or a mapping with username and hostPort.",
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
        (
            "Looker",
            {"gitCredentials": {"type": "GitHub", "repositoryOwner": "o"}},
            "connection.gitCredentials.repositoryName: required for Looker.",
        ),
        (
            "Looker",
            {"gitCredentials": {"type": "BitBucket", "repositoryOwner": "o", "repositoryName": "n"}},
            "connection.gitCredentials.branch: required for Looker.",
        ),
        (
            "QlikSense",
            {"certificates": {"clientCertificate": "/a", "rootCertificate": "/b"}},
            "connection.certificates.clientKeyCertificate: required for QlikSense.",
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
        ("Tableau", {"proxyURL": ""}, "connection.proxyURL: is no address such as https://host:port."),
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
        "connection.hostPrt: unknown for Grafana, did you mean hostPort? "
        "connection.pageSize: must be at least 1. connection.apiKey: required for Grafana."
    )


def test_an_empty_required_text_is_one_finding() -> None:
    message = error_of("Grafana", {**configs.minimal("Grafana"), "hostPort": ""})
    assert message.count("connection.hostPort") == 1


def test_no_value_of_the_task_is_in_a_message() -> None:
    config = {"apiKey": ["canary-1"], "hostPort": "canary 2", "pageSize": "canary-3", "verifySSL": "canary-4"}
    assert "canary" not in error_of("Grafana", config)


def test_a_key_that_is_no_text_is_named_too() -> None:
    config: dict[Any, Any] = {**configs.minimal("Grafana"), 7: "x"}
    assert error_of("Grafana", config) == "connection.7: unknown for Grafana."


# ---- releases

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


# ---- modes, and what is not checked


@pytest.mark.parametrize("mode", ["strict", "warn", "off"])
@pytest.mark.parametrize("service_type", ["Metabase", "Unheard"])
def test_a_mask_is_refused_in_every_mode(mode: str, service_type: str) -> None:
    config = {"hostPort": "http://h", "password": MASK}
    assert error_of(service_type, config, mode=mode) == (
        "connection.password: this is a masked value, as the server shows it in place of a secret."
    )


def test_every_mask_is_named_at_once() -> None:
    config = configs.full("Ssrs")
    for path in configs.canaries("Ssrs"):
        config = configs.put(config, path, MASK)
    assert error_of("Ssrs", config).startswith(
        "connection.password, connection.sslConfig.caCertificate, connection.sslConfig.sslCertificate, "
        "connection.sslConfig.sslKey: this is a masked value"
    )


@TYPES
def test_each_secret_of_each_type_is_refused_when_it_is_a_mask(service_type: str) -> None:
    for choices in configs.variants(service_type):
        for path in configs.canaries(service_type, choices):
            config = configs.put(configs.full(service_type, choices), path, MASK)
            assert error_of(service_type, config, mode="off").startswith(f"connection.{'.'.join(path)}: ")


def test_a_text_that_looks_like_a_mask_is_fine_where_no_secret_is() -> None:
    assert warnings_of("Tableau", {"hostPort": "http://h", "siteName": MASK}) == []


def test_warn_turns_findings_into_warnings() -> None:
    assert warnings_of("Grafana", {"hostPrt": "http://h"}, mode="warn") == [
        "connection.hostPrt: unknown for Grafana, did you mean hostPort?",
        "connection.apiKey: required for Grafana.",
    ]


def test_off_leaves_the_check_to_the_server() -> None:
    assert warnings_of("Grafana", {"hostPrt": ["http://h"]}, mode="off") == []
    assert warnings_of("Unheard", {}, mode="off") == []


def test_the_type_of_a_stored_service_is_taken_where_the_task_names_none() -> None:
    current = current_of("Grafana", configs.minimal("Grafana"))
    assert "unknown for Grafana" in error_of(None, {**configs.minimal("Grafana"), "bogus": 1}, current=current)


@pytest.mark.parametrize("mode", ["strict", "warn", "off"])
def test_a_task_without_connection_is_not_checked_for_an_existing_service(mode: str) -> None:
    assert warnings_of("Grafana", None, mode=mode, current=current_of("Grafana", {})) == []


def test_a_task_without_connection_is_checked_for_a_new_service() -> None:
    assert error_of("Grafana", None) == (
        "connection.hostPort: required for Grafana. connection.apiKey: required for Grafana."
    )


def test_without_a_type_nothing_can_be_checked() -> None:
    assert warnings_of(None, {"a": 1}) == []


@TYPES
def test_a_required_secret_may_be_left_out_where_the_stored_one_is_kept(service_type: str) -> None:
    config = configs.minimal(service_type)
    secrets = [path for path, _value in configs.leaves(config) if path in configs.canaries(service_type)]
    for path in secrets:
        config = configs.without(config, path)
    current = current_of(service_type, configs.minimal(service_type))
    assert warnings_of(service_type, config, current=current, keep_secrets=True) == []
    if secrets:
        assert "required" in error_of(service_type, config, current=current, keep_secrets=False)
        assert "required" in error_of(service_type, config, current=None, keep_secrets=True)


def test_what_is_required_and_no_secret_may_not_be_left_out_even_so() -> None:
    current = current_of("Grafana", configs.minimal("Grafana"))
    assert error_of("Grafana", {"pageSize": 5}, current=current, keep_secrets=True) == (
        "connection.hostPort: required for Grafana."
    )


def test_the_cure_names_the_way_out() -> None:
    with pytest.raises(InvalidInput) as caught:
        warnings_of("Grafana", {})
    assert caught.value.cure == "Correct the task (validate_connection=warn sends it as it is)."
    assert caught.value.code == "invalid_input"


# ---- anything at all

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(MASK)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_stands_in_a_connection_is_checked_compared_and_redacted(data: st.DataObject) -> None:
    """A config with one member replaced by anything: a finding or none, but never a crash, and never a leak."""
    service_type = data.draw(st.sampled_from(configs.TYPES))
    choices = data.draw(st.sampled_from(configs.variants(service_type)))
    full = configs.full(service_type, choices)
    path = data.draw(st.sampled_from([path for path, _value in configs.leaves(full)]))
    depth = data.draw(st.integers(1, len(path)))
    config = configs.put(full, path[:depth], None)
    parent = config
    for key in path[: depth - 1]:
        parent = parent[key]
    parent[path[depth - 1]] = data.draw(ANYTHING)

    kind = connection.service_type(service_type)
    for server in (NEW, OLD, Server("2.1.0")):
        try:
            findings = warnings_of(service_type, config, server, mode="warn")
        except InvalidInput as error:
            findings = [str(error)]
        assert "canary" not in "".join(findings)
    shown = f"{connection.redacted(kind, config)}{connection.flat(kind, config)}"
    planted = {secret for path, secret in configs.canaries(service_type, choices).items() if secret in str(config)}
    assert not [secret for secret in planted if secret in shown]
    connection.differences(kind, config, full, True)
    connection.differences(kind, full, config, False)
    connection.merged(kind, config, full, False)
    connection.merged(kind, full, config, True)
