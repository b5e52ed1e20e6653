# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversion, defaults and secrets of connections."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from fake_openmetadata.catalogue import Catalogue
from fake_openmetadata.cipher import MASK, PREFIX
from fake_openmetadata.shapes import Shape
from fake_openmetadata.testing import Caller, op, service, superset
from fake_openmetadata.values import is_java_uri


def has(shape: Shape, path: list[str]) -> bool:
    """Is there a field at a path? Numbers choose among alternatives."""
    for part in path:
        steps = {**shape.members, **{str(index): choice for index, choice in enumerate(shape.choices)}}
        if part not in steps:
            return False
        shape = steps[part]
    return True


TYPES = {version: Catalogue(version, "dashboard").service_types for version in ((1, 2), (2, 0))}


def test_service_types_by_release() -> None:
    assert len(TYPES[2, 0]) == 22
    assert set(TYPES[2, 0]) - set(TYPES[1, 2]) == {
        "PowerBIReportServer", "MicroStrategy", "QlikCloud", "Sigma", "ThoughtSpot", "Grafana", "Hex", "Ssrs",
        "SapS4Hana", "Omni",
    }  # fmt: skip


@pytest.mark.parametrize("who", ["admin", "ingestion-bot"])
@pytest.mark.parametrize(
    ("profile", "service_type"),
    [(f"{version[0]}.{version[1]}", name) for version, names in TYPES.items() for name in names],
)
def test_every_type_with_nothing_but_defaults(profile: str, service_type: str, who: str) -> None:
    caller = Caller(profile)
    created = caller.post(service(service_type, {"type": service_type}), who).body
    config = created["connection"]["config"]
    assert config["type"] == service_type
    if (profile, service_type) != ("1.2", "CustomDashboard"):
        assert config["supportsMetadataExtraction"] is True
    again = caller.put(service(service_type, config), who)
    assert (again.change, again.body["version"]) == ("entityNoChange", 0.1)


FULL: dict[str, dict[str, Any]] = {
    "Looker": {"clientSecret": "S1", "gitCredentials": {"repositoryOwner": "o", "repositoryName": "r", "token": "S2"}},
    "Tableau": {"authType": {"personalAccessTokenName": "n", "personalAccessTokenSecret": "S1"}},
    "Superset": {"connection": {"type": "Postgres", "hostPort": "h", "authType": {"password": "S1"}}},
    "QuickSight": {"awsConfig": {"awsRegion": "r", "awsSecretAccessKey": "S1", "endPointURL": "http://e"}},
    "Redash": {"apiKey": "S1"},
    "Metabase": {"password": "S1"},
    "PowerBI": {"clientSecret": "S1"},
    "Mode": {"accessTokenPassword": "S1", "accessToken": "not secret"},
    "DomoDashboard": {"secretToken": "S1"},
    "Lightdash": {"apiKey": "S1", "proxyAuthentication": "S2"},
}


@pytest.mark.parametrize("profile", ["1.2", "2.0"])
@pytest.mark.parametrize("service_type", FULL)
def test_secrets_wherever_they_are(profile: str, service_type: str) -> None:
    caller = Caller(profile)
    sent = {"type": service_type, **FULL[service_type]}
    created = caller.post(service(service_type, sent))
    wanted = len(re.findall(r"'S\d'", str(FULL[service_type])))
    assert (str(created.body).count(MASK), len(re.findall(r"'S\d'", str(created.body)))) == (wanted, 0)
    stored = str(caller.state.services["dashboardService"].table.by_fqn["rec_a"].json)
    assert stored.count(PREFIX) == wanted
    clear = caller.get(who="ingestion-bot").body["connection"]["config"]
    assert str(clear).count("'S1'") == 1
    masked = caller.get().body["connection"]["config"]
    assert caller.put(service(service_type, masked)).change == "entityNoChange"
    assert caller.get(who="ingestion-bot").body["connection"]["config"] == clear
    rotated = json.loads(json.dumps(sent).replace('"S1"', '"T1"'))
    assert caller.put(service(service_type, rotated)).change == "entityUpdated"


def test_the_answer_to_a_patch_holds_ciphertext(old: Caller) -> None:
    id_ = old.post(superset()).body["id"]
    for who in ("admin", "ingestion-bot"):
        reply = old.patch(id_, op("add", "/description", who), who=who)
        assert reply.body["connection"]["config"]["connection"]["password"].startswith(PREFIX)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"supportsMetadataExtraction": "true"}, {"supportsMetadataExtraction": True}),
        ({"supportsMetadataExtraction": 0}, {"supportsMetadataExtraction": False}),
        ({"supportsMetadataExtraction": None}, {"supportsMetadataExtraction": None}),
        ({"supportsMetadataExtraction": ""}, {"supportsMetadataExtraction": None}),
        ({"redashVersion": 10}, {"redashVersion": "10"}),
        ({"redashVersion": 10.5}, {"redashVersion": "10.5"}),
        ({"username": True}, {"username": "true"}),
        ({"username": ""}, {"username": ""}),
        ({"hostPort": "localhost:5000"}, {"hostPort": "localhost:5000"}),
        ({"hostPort": None}, {"hostPort": None}),
    ],
)
def test_values_are_converted(old: Caller, sent: dict[str, Any], stored: dict[str, Any]) -> None:
    config = old.post(service("Redash", {"type": "Redash", **sent})).body["connection"]["config"]
    assert {name: config.get(name) for name in stored} == stored


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "Looker"},
        {"supportsMetadataExtraction": "yes"},
        {"supportsMetadataExtraction": 1.5},
        {"hostPort": "not a uri"},
        {"hostPort": "127.0.0.1:5000"},
        {"username": {"a": 1}},
        {"username": ["a"]},
        "text",
        [],
        None,
    ],
)
def test_values_that_do_not_convert(old: Caller, sent: Any) -> None:
    refusal = (
        "InvalidServiceConnectionException for service [Redash] due to [Failed to {} connection instance of Redash]."
    )
    reply = old.post(service("Redash", sent))
    assert (reply.status, reply.message) == (400, refusal.format("encrypt"))
    old.post(service("Redash", {"type": "Redash"}))
    # An update without a config gets past the unmasking and fails at the encryption.
    action = "encrypt" if sent is None else "unmask"
    assert old.put(service("Redash", sent)).message == refusal.format(action)


def test_unknown_members(old: Caller) -> None:
    named = "Failed to encrypt 'QuickSight' connection stored in DB due to an unrecognized field: 'bogus'"
    for sent in ({"bogus": 1}, {"awsConfig": {"bogus": 1}}):
        assert old.post(service("QuickSight", sent)).message == named
    # Among alternatives the reason is lost.
    reply = old.post(service("Superset", {"connection": {"bogus": 1}}))
    assert reply.message.endswith("[Failed to encrypt connection instance of Superset].")
    old.post(superset())
    reply = old.put(service("Superset", {"bogus": 1}))
    assert reply.message.endswith("[Failed to unmask connection instance of Superset].")


def test_the_first_member_that_does_not_fit_is_the_reason(old: Caller) -> None:
    assert "'bogus'" in old.post(service("Redash", {"bogus": 1, "hostPort": "not a uri"})).message
    assert "'bogus'" not in old.post(service("Redash", {"hostPort": "not a uri", "bogus": 1})).message


def test_an_empty_config_means_all_defaults(old: Caller) -> None:
    assert old.post(service("Tableau", {})).body["connection"]["config"] == {
        "type": "Tableau",
        "env": "tableau_prod",
        "paginationLimit": 10,
        "verifySSL": "no-ssl",
        "supportsMetadataExtraction": True,
    }


def test_a_custom_dashboard_is_stored_as_sent(old: Caller) -> None:
    sent = {"type": "CustomDashboard", "anything": [1, {"password": "p"}], "connectionOptions": {"a": "1"}}
    assert old.post(service("CustomDashboard", sent)).body["connection"]["config"] == sent
    assert old.put(service("CustomDashboard", sent)).change == "entityNoChange"
    assert old.put(service("CustomDashboard", {**sent, "b": 2})).change == "entityUpdated"


def test_git_credentials_take_the_first_class_that_fits(old: Caller) -> None:
    def stored(sent: Any, name: str) -> Any:
        reply = old.post(service("Looker", {"gitCredentials": sent}, name))
        return reply.body["connection"]["config"]["gitCredentials"] if reply.status == 201 else reply.status

    assert stored({}, "a") == {"type": "GitHub"}
    assert stored({"branch": "b"}, "b") == {"branch": "b", "type": "BitBucket"}
    assert stored("/a/path", "c") == 400


def test_fields_come_and_go_with_releases() -> None:
    assert "proxyURL" not in Catalogue((1, 6), "dashboard").shape("Tableau").members
    assert {"siteUrl", "env"} <= set(Catalogue((1, 6), "dashboard").shape("Tableau").members)
    assert not {"siteUrl", "env"} & set(Catalogue((1, 7), "dashboard").shape("Tableau").members)
    assert "spaceTypes" not in Catalogue((1, 6), "dashboard").shape("QlikCloud").members
    assert "apiKey" not in Catalogue((1, 9), "dashboard").shape("Metabase").members
    assert "apiKey" in Catalogue((1, 10), "dashboard").shape("Metabase").members


@pytest.mark.parametrize(
    ("service_type", "path", "only_in"),
    [
        ("Superset", "connection.0.verifySSL", "1.2 1.3 1.4 2.0"),
        ("Superset", "connection.0.sslConfig", "1.2 1.3 1.4 2.0"),
        ("Superset", "connection.1.sslConfig", "1.4 2.0"),
        ("Superset", "connection.1.sslCA", "1.2 1.3"),
        ("Superset", "connection.1.sampleDataStorageConfig", "1.2 1.3 1.4 2.0"),
        ("Superset", "connection.1.supportsUsageExtraction", "1.5 2.0"),
        ("Superset", "connection.2.sslConfig", "1.2 1.3 1.4 2.0"),
        ("Superset", "connection.0.sslConfig.certificatePath", "1.3"),
        ("Superset", "connection.0.sslConfig.caCertificate", "1.4 2.0"),
        ("Superset", "connection.2.authType.2.azureConfig", "1.3 1.4 2.0"),
        ("Superset", "connection.1.authType.3.gcpConfig", "1.13 2.0"),
        ("Tableau", "verifySSL", "1.2 1.3 1.4 2.0"),
        ("Tableau", "env", "1.2 1.3 1.4 1.6"),
        ("Tableau", "siteUrl", "1.2 1.3 1.4 1.6"),
        ("Tableau", "sslConfig.certificatePath", "1.3"),
        ("Tableau", "sslConfig.sslKey", "1.4 2.0"),
        ("QlikSense", "validateHostName", "1.4 2.0"),
        ("QlikSense", "certificates.0.sslConfig", "2.0"),
        ("PowerBI", "pbitFilesSource", "1.4 2.0"),
        ("Mode", "filterQueryParam", "1.5 2.0"),
        ("Looker", "gitCredentials.2.type", "1.5 2.0"),
    ],
)
def test_where_a_field_is(service_type: str, path: str, only_in: str) -> None:
    wanted = only_in.split()
    for release in {"1.2", "1.3", "1.4", *wanted}:
        major, minor = release.split(".")
        shape = Catalogue((int(major), int(minor)), "dashboard").shape(service_type)
        assert has(shape, path.split(".")) == (release in wanted), release


def test_the_type_that_was_renamed() -> None:
    for release, there in (((1, 2), False), ((1, 3), True), ((1, 5), True), ((1, 6), False)):
        assert ("Mstr" in Catalogue(release, "dashboard").service_types) is there
    sent = {"type": "Mstr", "hostPort": "http://m", "username": "u", "password": "p"}
    created = Caller("1.4").post(service("Mstr", sent)).body["connection"]["config"]
    assert created == {**sent, "password": MASK, "supportsMetadataExtraction": True}


def test_old_servers_fill_in_how_certificates_are_checked(old: Caller) -> None:
    sent = {"connection": {"username": "u", "password": "p", "sslConfig": {"certificatePath": "/c"}}}
    config = old.post(service("Superset", sent)).body["connection"]["config"]
    assert config["connection"] == {
        "provider": "db",
        "username": "u",
        "password": MASK,
        "verifySSL": "no-ssl",
        "sslConfig": {"certificatePath": "/c"},
    }
    written = {**config, "connection": {**config["connection"], "verifySSL": "no-ssl"}}
    assert old.put(service("Superset", written)).change == "entityNoChange"


def test_an_open_alternative_takes_what_no_class_does(new: Caller) -> None:
    storage = {"config": {"storageConfig": {"anything": 1}}}
    sent = {"connection": {"type": "Mysql", "username": "u", "hostPort": "h", "sampleDataStorageConfig": storage}}
    shown = new.post(service("Superset", sent)).body["connection"]["config"]["connection"]
    assert shown["sampleDataStorageConfig"]["config"]["storageConfig"] == {"anything": 1}


def test_objects_without_a_class_hide_their_secrets_from_the_old_server_only() -> None:
    sent = {"certificates": {"sslConfig": {"sslKey": "k"}}}
    for profile, shown in (("1.2", "k"), ("2.0", MASK)):
        config = Caller(profile).post(service("QlikSense", sent)).body["connection"]["config"]
        assert config["certificates"]["sslConfig"]["sslKey"] == shown


def test_new_servers_pass_the_converters_words_on(new: Caller) -> None:
    new.post(superset())
    reply = new.put(service("Superset", {"bogus": 1}))
    assert reply.message == "Failed to unmask 'Superset' connection stored in DB due to an unrecognized field: 'bogus'"
    assert "problem: Looker" in new.post(service("Superset", {"type": "Looker"}, "rec_b")).message


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("http://a/b?c#d", True),
        ("", True),
        ("superset:8088", True),
        ("//host", True),
        ("http://[::1]:80/x", True),
        ("http://ä", True),
        ("a%20b", True),
        ("http://", False),
        ("http:", False),
        (":80", False),
        ("1.2.3.4:80", False),
        ("a b", False),
        ("a%2", False),
        ("http://[x", False),
        ("a|b", False),
        ("http://{{ host }}", False),
    ],
)
def test_uris_as_java_reads_them(text: str, fits: bool) -> None:
    assert is_java_uri(text) is fits
