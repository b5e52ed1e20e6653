# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task holds is told apart: secrets, which are hidden everywhere, and words, which stay readable."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.task import learn, safe
from dashboards import DASHBOARDS

Json = dict[str, Any]
TOKEN = "a-token-of-the-task"
NAMES = {
    "name": "sales",
    "owners": ["rec_user", {"name": "rec_team", "type": "team"}],
    "domains": ["RecDomain"],
    "tags": ["PII.Sensitive"],
    "data_products": ["RecProduct"],
}
VOCABULARY = {
    "the service's type": "Superset",
    "another type": "Metabase",
    "a type of old": "Mstr",
    "an enum value": "validate",
    "a default": "no-ssl",
    "a default that is an address": "mysql+pymysql",
    "a field": "hostPort",
    "a nested field": "provider",
    "a boolean": "true",
    "a number": "8088",
    "the service's name": "sales",
    "an owner": "rec_user",
    "an owner with a type": "rec_team",
    "a domain": "RecDomain",
    "a tag": "PII.Sensitive",
    "a data product": "RecProduct",
}
each_word = pytest.mark.parametrize("word", VOCABULARY.values(), ids=VOCABULARY)


def superset(password: Any, **options: Any) -> Json:
    """A task for a Superset service with that password."""
    login = {"provider": "db", "username": "u", "password": password}
    config = {"hostPort": "http://h", "connection": login}
    return {"service_type": "Superset", "connection": config, **NAMES, **options}


@each_word
def test_a_word_is_never_learnt_as_a_secret(word: str) -> None:
    redactor = Redactor()
    params = {**superset(word), "token": TOKEN, "password": word}
    learn(redactor, params, DASHBOARDS.kind)
    message = f"{word}: unknown for {word}, not {TOKEN}."
    assert redactor.text(message) == f"{word}: unknown for {word}, not {HIDDEN}."
    shown = safe({"msg": message}, params, redactor, DASHBOARDS.kind)
    assert shown["msg"] == redactor.text(message)
    given = shown["invocation"]["module_args"]
    assert given["connection"]["connection"]["password"] == given["password"] == HIDDEN
    assert given["connection"]["connection"]["provider"] == "db"
    assert {option: given[option] for option in NAMES} == NAMES


@each_word
def test_a_word_is_never_learnt_from_a_list(word: str) -> None:
    redactor = Redactor()
    shared = {"connection": {"connection": {"password": word}}}
    params = {"services": [superset(word), superset("s3cret-value", name="other")], "defaults": shared}
    learn(redactor, params, DASHBOARDS.kind)
    assert redactor.text(f"{word}, s3cret-value") == f"{word}, {HIDDEN}"
    given = safe({}, params, redactor, DASHBOARDS.kind)["invocation"]["module_args"]
    assert [each["connection"]["connection"]["password"] for each in given["services"]] == [HIDDEN, HIDDEN]
    assert given["defaults"]["connection"]["connection"]["password"] == HIDDEN


@pytest.mark.parametrize("secret", ["superset", "Superset2", "validate ", "sales-password", "123456", "hostport"])
def test_what_only_resembles_a_word_is_a_secret(secret: str) -> None:
    redactor = Redactor()
    learn(redactor, superset(secret), DASHBOARDS.kind)
    assert redactor.text(f"<{secret.strip()}> is no Metabase") == f"<{HIDDEN}> is no Metabase"


@pytest.mark.parametrize("name", DASHBOARDS.service_types())
def test_the_vocabulary_of_each_type_holds_its_fields_and_values(name: str) -> None:
    words = connection.vocabulary(DASHBOARDS.service_type(name))
    fields = DASHBOARDS.service_type(name, DASHBOARDS.service_type(name).last).root["fields"]
    assert {name, "supportsMetadataExtraction", *fields, *DASHBOARDS.service_types()} <= words
    for field in fields.values():
        assert set(field.get("enum", ())) <= words
