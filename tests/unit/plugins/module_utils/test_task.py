# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task holds is told apart: secrets, which are hidden everywhere, and words, which stay readable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.redact import CHANGED, HIDDEN, Redactor
from ansible_collections.community.openmetadata.plugins.module_utils.task import learn, safe
from dashboards import DASHBOARDS
from properties.world import ADMIN, BOT, BULK, SINGLE, World

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


# ---- through the modules


def texts(result: Json) -> str:
    """All of a result, as one text."""
    return json.dumps(result)


@pytest.mark.parametrize("who", [ADMIN, BOT])
@pytest.mark.parametrize("word", ["Superset", "ldap", "validate", "true", "8088", "sales", "rec_user", "RecDomain"])
@pytest.mark.parametrize("profile", ["1.2", "1.4", "2.0"])
def test_a_password_that_is_a_word_is_hidden_by_its_place(profile: str, who: str, word: str) -> None:
    world = World(profile, who)
    task = superset(word, owners=["rec_user"])
    task.pop("data_products")
    created = world.run(SINGLE, task)
    assert created["diff"]["after"]["connection.connection.password"] == HIDDEN
    assert created["diff"]["after"]["service_type"] == "Superset"
    for result in (created, world.run(SINGLE, {**task, "service_type": None})):
        assert result["dashboard_service"]["connection"]["connection"]["password"] == HIDDEN
        assert result["invocation"]["module_args"]["connection"]["connection"]["password"] == HIDDEN
        assert result["dashboard_service"]["service_type"] == "Superset"
        assert result["dashboard_service"]["domains"] == ["RecDomain"]
        assert f'"password": "{word}"' not in texts(result)
    rotated = world.run(SINGLE, {**task, "connection": superset("s3cret-value")["connection"]})
    assert rotated["changed_fields"] == ["connection.connection.password"]
    if who == BOT:
        assert rotated["diff"]["before"]["connection.connection.password"] == HIDDEN
        assert rotated["diff"]["after"]["connection.connection.password"] == CHANGED


@pytest.mark.parametrize("word", ["Superset", "ldap", "hostPort", "validate"])
@pytest.mark.parametrize("typed", [True, False])
def test_a_message_stays_readable_whatever_the_password_is(word: str, typed: bool) -> None:
    """Also where only the server knows the type."""
    world = World("2.0")
    task = superset("s3cret-value", owners=["rec_user"])
    task.pop("data_products")
    assert world.run(SINGLE, task)["changed"]
    wrong = {"hostPrt": "h", "connection": {"provider": "LDAP", "username": "u", "password": word}}
    result = world.run(
        SINGLE, {"name": "sales", "connection": wrong, **({"service_type": "Superset"} if typed else {})}
    )
    assert result["msg"] == (
        "dashboard_service 'sales': connection.hostPrt: unknown for Superset, did you mean hostPort? "
        "connection.connection.provider: must be one of db, ldap, did you mean ldap? "
        "Correct the task (validate_connection=warn sends it as it is)."
    )


@pytest.mark.parametrize("profile", ["1.2", "1.4", "2.0"])
@pytest.mark.parametrize("who", [ADMIN, BOT])
def test_the_form_of_the_api_is_refused_in_clear_words(profile: str, who: str) -> None:
    world = World(profile, who)
    config = {"config": {"type": "Superset", "hostPort": "http://h", "connection": {"password": "s3cret-value"}}}
    service = {"name": "sales", "service_type": "Superset", "connection": config}
    said = (
        "dashboard_service 'sales': connection.config: leave it out; connection holds the members of the API's "
        "connection.config themselves. Correct the task (validate_connection=warn sends it as it is)."
    )
    single = world.run(SINGLE, service)
    assert single["msg"] == said
    assert single["invocation"]["module_args"]["connection"]["config"]["type"] == "Superset"
    bulk = world.run(BULK, {"services": [service]})
    assert bulk["msg"] == f"1 of 1 services failed: {said}"
    assert "s3cret-value" not in texts(single) + texts(bulk)
    assert not world.services()
