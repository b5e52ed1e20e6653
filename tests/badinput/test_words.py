# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that are words, through the modules: hidden by their place, while messages stay readable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils.redact import CHANGED, HIDDEN
from properties.world import ADMIN, BOT, BULK, SINGLE, World

Json = dict[str, Any]


def superset(password: str) -> Json:
    """A task for a Superset service with that password."""
    login = {"provider": "db", "username": "u", "password": password}
    config = {"hostPort": "http://h", "connection": login}
    names = {"owners": ["rec_user"], "domains": ["RecDomain"], "tags": ["PII.Sensitive"]}
    return {"name": "sales", "service_type": "Superset", "connection": config, **names}


def texts(result: Json) -> str:
    """All of a result, as one text."""
    return json.dumps(result)


@pytest.mark.parametrize("who", [ADMIN, BOT])
@pytest.mark.parametrize("word", ["Superset", "ldap", "validate", "true", "8088", "sales", "rec_user", "RecDomain"])
@pytest.mark.parametrize("profile", ["1.2", "1.4", "2.0"])
def test_a_password_that_is_a_word_is_hidden_by_its_place(profile: str, who: str, word: str) -> None:
    world = World(profile, who)
    task = superset(word)
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
    task = superset("s3cret-value")
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
