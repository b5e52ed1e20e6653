# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server quotes: neither a dbt secret nor how the server's own bot logs in reaches a result.

That no result holds any of these is looked at wherever a test asks for one; here they are provoked.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from unit.plugins.ingestion import BOTH_ROLES, LIST, given, given_service, info, many, one, run, stored
from unit.plugins.services import profile_of
from unit.plugins.support import ROLES, User, admin, bot

Json = dict[str, Any]


def dbt(server: FakeServer, secret: str = "canary-first") -> Json:
    """What a task says of a pipeline for dbt."""
    source = {"dbtCloudAuthToken": secret, "dbtCloudAccountId": "1", "dbtCloudUrl": "https://cloud.getdbt.com"}
    more = {"dbtConfigType": "cloud"} if profile_of(server) == "2.0" else {}
    config = {"dbtConfigSource": {**source, **more}}
    return {"service_kind": "database", "pipeline_type": "dbt", "source_config": config}


@pytest.fixture
def database(server: FakeServer) -> FakeServer:
    """A server with a database service `s`."""
    given_service(server, kind="database")
    return server


@BOTH_ROLES
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_error_that_quotes_the_request(database: FakeServer, role: str, method: str) -> None:
    user = ROLES[role](database)
    if method == "PATCH":
        one(user, **dbt(database))
    database.inject(method=method, path=LIST, echo="body", count=0)
    result = one(user, **dbt(database, "canary-second"), description="d")
    assert result["failed"] is True
    assert "(secret)" in result["msg"]


@BOTH_ROLES
@pytest.mark.parametrize("where", ["item", "defaults"])
def test_an_error_that_quotes_one_of_many(database: FakeServer, role: str, where: str) -> None:
    user = ROLES[role](database)
    database.inject(method="POST", path=rf"{LIST}$", echo="body", count=0)
    named, described = {"name": "p", "service": "s"}, dbt(database)
    listed, defaults = ([{**named, **described}], {}) if where == "item" else ([named], described)
    result = many(user, listed, defaults=defaults)
    assert result["failed"] is True
    assert "(secret)" in result["msg"]
    shown = result["invocation"]["module_args"]
    told = shown["ingestion_pipelines"][0] if where == "item" else shown["defaults"]
    assert told["source_config"]["dbtConfigSource"]["dbtCloudAuthToken"] == "(secret)"


@BOTH_ROLES
@pytest.mark.parametrize("path", ["/deploy/", "/toggleIngestion/", "/status", "/logs/"])
def test_an_error_that_quotes_all_that_is_stored(database: FakeServer, role: str, path: str) -> None:
    user = ROLES[role](database)
    database.inject(path=path, echo="ciphertext", count=0)
    result = one(user, **dbt(database), enabled=False)
    assert "fernet:" not in json.dumps(result)


def test_an_error_with_the_bots_login(server: FakeServer) -> None:
    """The server shows that to everybody, and quotes whatever it likes."""
    given_service(server)
    given(server)
    for path in ("/deploy/", "/toggleIngestion/", "/trigger/"):
        said = f"could not call {server.url} with Bearer {server.bot_token}"
        server.inject(path=path, status=400, body={"code": 400, "message": said}, count=0)
    user = User(server, server.user_token)
    for result in (one(user, enabled=False), run(user), one(admin(server), schedule="0 4 * * *")):
        assert (result["failed"], "with Bearer (secret)" in result["msg"]) == (True, True), result["msg"]


@BOTH_ROLES
@pytest.mark.parametrize(
    "source",
    [
        {"dbtCloudAuthTokn": "canary-misspelt"},
        {"dbtCloudAuthToken": {"a": "canary-nested"}},
        {"dbtCloudAuthToken": ["canary-listed"]},
        "canary-text",
        ["canary-list"],
    ],
)
def test_secrets_in_what_is_refused(database: FakeServer, role: str, source: Any) -> None:
    for validate in ("strict", "warn"):
        described = {**dbt(database), "source_config": {"dbtConfigSource": source}}
        one(ROLES[role](database), **described, validate_source_config=validate)
        many(ROLES[role](database), [{"name": "q", "service": "s", **described}], validate_source_config=validate)


@BOTH_ROLES
def test_what_is_read(database: FakeServer, role: str) -> None:
    one(bot(database), **dbt(database))
    result = info(ROLES[role](database), runs=1)
    (shown,) = result["ingestion_pipelines"]
    assert shown["source_config"]["dbtConfigSource"]["dbtCloudAuthToken"] == "(secret)"
    assert run(ROLES[role](database), service_kind="database")["status"] == "success"
    for options in ({"service_kind": "database", "state": "absent"}, dbt(database)):
        assert "fernet" not in json.dumps(one(ROLES[role](database), **options))
    assert "canary-first" in json.dumps(stored(database))
