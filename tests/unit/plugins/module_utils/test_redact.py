# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing secret leaves the collection, and nothing else is garbled."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import redact
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINE_FIELDS
from ansible_collections.community.openmetadata.plugins.module_utils.redact import (
    HIDDEN,
    MASK,
    Redactor,
    looks_secret,
)

SECRET = 'Tr0ub4dor&3 "x"\\y'
FERNET = "fernet:gAAAAABl_0x9Jv-4w=="
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc0JvdCI6dHJ1ZX0.c2ln-bmF0_dXJl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"stored as {FERNET}", f"stored as {HIDDEN}", id="ciphertext"),
        pytest.param(f'{{"password":"{FERNET}"}}', f'{{"password":"{HIDDEN}"}}', id="ciphertext in JSON"),
        pytest.param("uses secret:/prod/db/password, ok", f"uses {HIDDEN}, ok", id="secret manager reference"),
        pytest.param(f"Authorization: Bearer {JWT}", f"Authorization: Bearer {HIDDEN}", id="bearer"),
        pytest.param("authorization: bearer abcdefgh12", f"authorization: bearer {HIDDEN}", id="bearer of any kind"),
        pytest.param("Authorization: Basic dXNlcjpwYXNz", f"Authorization: Basic {HIDDEN}", id="basic"),
        pytest.param(f"token was {JWT}.", f"token was {HIDDEN}.", id="JWT"),
        pytest.param("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.", HIDDEN, id="JWT without signature"),
        pytest.param("http://joe:pa55@h:80/x", f"http://{HIDDEN}@h:80/x", id="credentials in a URL"),
        pytest.param(
            "proxy https://:pa55@h failed", f"proxy https://{HIDDEN}@h failed", id="a password alone in a URL"
        ),
        pytest.param("postgresql+psycopg2://u:p@h/d", f"postgresql+psycopg2://{HIDDEN}@h/d", id="a database's URL"),
    ],
)
def test_patterns_are_hidden_though_nobody_told_of_them(text: str, expected: str) -> None:
    assert Redactor().text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "connection.hostPort: http://a -> http://b",
        "see https://docs.example.com/a:b/c",
        "http://user@host/path",
        "mail joe@example.com about basic settings and the bearer of news",
        "version 0.2, 1.10.0-SNAPSHOT",
        redact.UNCHANGED,
        redact.CHANGED,
        redact.NOT_COMPARABLE,
        HIDDEN,
        MASK,
        "日本語 and ünïcödé",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(SECRET, id="as it is"),
        pytest.param(quote(SECRET, safe=""), id="percent-encoded"),
        pytest.param(quote(SECRET), id="percent-encoded in a path"),
        pytest.param(base64.b64encode(SECRET.encode()).decode(), id="base64, as the login sends it"),
        pytest.param(json.dumps(SECRET)[1:-1], id="inside JSON"),
    ],
)
def test_a_known_secret_is_hidden_in_every_form(form: str) -> None:
    assert Redactor([SECRET]).text(f"before {form} after") == f"before {HIDDEN} after"


def test_a_secret_with_blanks_around_it_is_hidden_without_them_too() -> None:
    assert Redactor(["  s3cret-value\n"]).text("got s3cret-value.") == f"got {HIDDEN}."


def test_each_long_line_of_a_private_key_is_hidden() -> None:
    lines = ["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "-----END PRIVATE KEY-----"]
    text = Redactor(["\n".join(lines)]).text("\\n".join(lines))
    assert "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" not in text


def test_a_private_key_is_hidden_inside_json_as_a_whole() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nshort1\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"
    assert "short1" not in Redactor([key]).text(json.dumps({"a": key}))


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("secret", ["gehäim-wört", 'ä"geheim"ö', "\tä\nö\t"])
def test_a_secret_that_is_not_ascii_is_hidden_in_json_of_both_forms(secret: str, escaped: bool) -> None:
    text = json.dumps({"a": secret}, ensure_ascii=escaped)
    assert Redactor([secret]).text(text) == f'{{"a": "{HIDDEN}"}}'


def test_lines_of_a_secret_count_when_they_are_long_enough_to_be_one() -> None:
    redactor = Redactor(["cats\nfifteen-letters\nsixteen--letters\nand more"])
    assert redactor.text("cats fifteen-letters sixteen--letters") == f"cats fifteen-letters {HIDDEN}"


def test_the_password_inside_a_secret_url_is_hidden_alone() -> None:
    assert Redactor(["https://joe:s3cr3t@host/x"]).text("password s3cr3t") == f"password {HIDDEN}"


def test_a_longer_secret_wins_over_one_that_it_holds() -> None:
    assert Redactor(["abcd", "abcdefgh"]).text("<abcdefgh>") == f"<{HIDDEN}>"


def test_secrets_can_be_learnt_after_the_first_text() -> None:
    redactor = Redactor(["first-secret"])
    assert redactor.text("first-secret second-secret") == f"{HIDDEN} second-secret"
    redactor.add("second-secret")
    assert redactor.text("first-secret second-secret") == f"{HIDDEN} {HIDDEN}"


@pytest.mark.parametrize("text", ["a {} b", "{}", "a {}", "{} b", "{}{}", "pa5{}"])
def test_a_secret_of_four_letters_is_hidden_wherever_it_stands(text: str) -> None:
    assert Redactor(["pa55"]).text(text.replace("{}", "pa55")) == text.replace("{}", HIDDEN)


@pytest.mark.parametrize("secret", ["", "u", "abc", None, True, 7, MASK])
def test_what_is_too_short_or_no_secret_garbles_nothing(secret: Any) -> None:
    redactor = Redactor()
    redactor.add(secret)
    text = f"a unit of abc, None, True, 7 and {MASK}"
    assert redactor.text(text) == text
    assert not redactor.secrets


@pytest.mark.parametrize(
    "secret", [True, False, "true", "false", 7, 443, 8585, 12345, "12345", "00000", "failed", "name"]
)
def test_what_everybody_says_is_no_secret(secret: Any) -> None:
    redactor = Redactor()
    redactor.add(secret)
    text = "true, false, 7, 443, 8585, 12345 and 00000: failed to name it"
    assert redactor.text(text) == text
    assert redactor.value({"password": "12345", "failed": True}) == {"password": HIDDEN, "failed": True}


def test_what_describes_a_pipeline_stays_readable_whatever_somebodys_password_is() -> None:
    options = [field.option for field in PIPELINE_FIELDS]
    assert list(Redactor(options).value(dict.fromkeys(options, 1))) == options


@pytest.mark.parametrize("secret", ["123456", 123456, 1234.5, "12a45", "failed!"])
def test_what_is_longer_or_no_number_is_one(secret: Any) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert redactor.text(f"it is {secret}.") == f"it is {HIDDEN}."


@pytest.mark.parametrize("first", ["publish", "add"])
def test_a_secret_that_equals_a_public_word_is_hidden_by_its_place_only(first: str) -> None:
    redactor = Redactor()
    calls = {
        "publish": lambda: redactor.publish(["Superset"]),
        "add": lambda: redactor.add("Superset", "Sup-set"),
    }
    calls.pop(first)()
    redactor.text("Superset")
    calls.popitem()[1]()
    assert redactor.text("Superset and Sup-set") == f"Superset and {HIDDEN}"
    assert redactor.value({"password": "Superset", "type": "Superset"}) == {"password": HIDDEN, "type": "Superset"}


def test_a_secret_that_only_holds_a_public_word_is_hidden() -> None:
    redactor = Redactor(["Superset-2026"])
    redactor.publish(["Superset"])
    assert redactor.text("Superset: Superset-2026") == f"Superset: {HIDDEN}"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "Password",
        "passwd",
        "passphrase",
        "accessTokenPassword",
        "clientSecret",
        "secretToken",
        "token",
        "accessToken",
        "apiKey",
        "api_key",
        "privateKey",
        "awsSecretAccessKey",
        "sslKey",
        "credentials",
        "caCertificate",
        "clientCertificateData",
        "clientKeyCertificateData",
        "Authorization",
        "jwt",
        "key",
        "proxyAuthentication",
        "connection.connection.password",
    ],
)
def test_a_name_that_speaks_of_a_secret(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    ["hostPort", "username", "tokenType", "tokenEndpoint", "monkey", "keyspace", "changed_fields", "name", "version"],
)
def test_a_name_that_does_not(name: str) -> None:
    assert not looks_secret(name)


def test_nested_structures_are_searched_by_value_and_by_name() -> None:
    redactor = Redactor(["s3cret-value"])
    structure = {
        "msg": "it is s3cret-value",
        "list": ["s3cret-value", ("x s3cret-value",), {"deep": f"{FERNET}"}],
        "connection": {"password": "something else", "hostPort": "http://h", "s3cret-value": 1},
        "number": 1.5,
        "none": None,
        "yes": True,
    }
    assert redactor.value(structure) == {
        "msg": f"it is {HIDDEN}",
        "list": [HIDDEN, [f"x {HIDDEN}"], {"deep": HIDDEN}],
        "connection": {"password": HIDDEN, "hostPort": "http://h", HIDDEN: 1},
        "number": 1.5,
        "none": None,
        "yes": True,
    }


def test_a_secret_member_is_hidden_whole_whatever_it_holds() -> None:
    assert Redactor().value({"credentials": {"a": ["b"]}, "token": 12345678}) == {
        "credentials": HIDDEN,
        "token": HIDDEN,
    }


@pytest.mark.parametrize(
    "value",
    [None, "", [], {}, True, False, HIDDEN, redact.CHANGED, redact.UNCHANGED, redact.NOT_COMPARABLE],
)
def test_a_secret_member_still_shows_that_it_is_unset_or_what_a_diff_says_of_it(value: Any) -> None:
    assert Redactor().value({"connection.password": value}) == {"connection.password": value}


@pytest.mark.parametrize("secret", ["secret", "changed", "(secret)", "comparable", "unchanged"])
def test_markers_survive_a_password_that_is_a_word_of_theirs(secret: str) -> None:
    markers = [HIDDEN, redact.CHANGED, redact.UNCHANGED, redact.NOT_COMPARABLE]
    assert Redactor([secret]).value({"password": markers[1], "list": markers}) == {
        "password": markers[1],
        "list": markers,
    }


def test_redacting_twice_changes_nothing_more() -> None:
    redactor = Redactor([SECRET])
    once = redactor.text(f"{SECRET} {FERNET} Bearer {JWT} http://a:b@c")
    assert redactor.text(once) == once


def test_a_copy_is_made() -> None:
    structure = {"a": ["s3cret-value"]}
    Redactor(["s3cret-value"]).value(structure)
    assert structure == {"a": ["s3cret-value"]}
