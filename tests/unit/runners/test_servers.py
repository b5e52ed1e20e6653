# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is somebody else's is left as it was, whatever the tests did there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fake_openmetadata.launch import FakeServer
from integration import servers
from integration.api import SERVICES, Server
from integration.servers import RealServer


@pytest.fixture(params=["1.2", "2.0"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeServer]:
    """A server with /bulk, if its release can have it."""
    with FakeServer(profile=request.param, bulk=request.param != "1.2") as server:
        yield server


@pytest.fixture
def server(fake: FakeServer) -> RealServer:
    """The same, as somebody else's."""
    return RealServer(fake.url, fake.admin_token, fake.bot_token, "admin", "admin")


def create(server: Server, name: str) -> str:
    """Make a service; returns its id."""
    config = {"type": "Metabase", "hostPort": "http://m"}
    body = {"name": name, "serviceType": "Metabase", "connection": {"config": config}}
    return str(server.request("POST", SERVICES, body)["id"])


def names(server: Server) -> list[str]:
    """Who is there, deleted ones too."""
    return [service["name"] for service in server.services()]


def test_environment() -> None:
    login = {"OPENMETADATA_JWT_TOKEN": "t", "OPENMETADATA_BOT_TOKEN": "b"}
    assert RealServer.from_environment(login) is None
    for url in ("https://om", "https://om/", "https://om/api", "https://om/api/"):
        assert RealServer.from_environment({**login, "OPENMETADATA_HOST": url}) == RealServer("https://om", "t", "b")
    with pytest.raises(SystemExit, match="set OPENMETADATA_JWT_TOKEN"):
        RealServer.from_environment({"OPENMETADATA_HOST": "https://om"})


def test_tokens(fake: FakeServer, server: RealServer) -> None:
    assert server.tokens() == {"admin": fake.admin_token, "bot": fake.bot_token}
    assert RealServer(fake.url, fake.admin_token).tokens() == {"admin": fake.admin_token}
    assert RealServer(fake.url, fake.bot_token).tokens() == {"bot": fake.bot_token}


def test_values(fake: FakeServer, server: RealServer) -> None:
    older = server.release().startswith("1.2")
    values = server.values("admin", "some_")
    assert values["prefix"] == "some_"
    assert values["openmetadata_bulk"] == (not older)
    assert values["openmetadata_profile"] == ("1.2" if older else "2.0")
    assert values["openmetadata_bot_token"] == fake.bot_token
    assert values["openmetadata_email"] == "admin@openmetadata.org"
    assert values["openmetadata_is_fake"] is False


def test_targets_read_no_variable_that_only_one_kind_of_server_has(server: RealServer) -> None:
    with servers.fake("2.0", "bot") as values:
        assert values.keys() - server.values("bot", "some_").keys() == {"openmetadata_user_token"}


def interrupted(server: RealServer) -> None:
    """Make services of every kind, more than a page of them, and fail."""
    with server.emptied() as prefix:
        assert re.fullmatch("rec_[0-9a-f]{6}_", prefix)
        for number in range(101):
            create(server, f"{prefix}{number}")
        server.request("DELETE", f"{SERVICES}/{create(server, f'{prefix}deleted')}")
        create(server, f"{prefix}full")
        server.request("POST", "dashboards", {"name": "board", "service": f"{prefix}full"})
        assert len(names(server)) == 104
        raise ZeroDivisionError


def test_emptied_after_a_failure(server: RealServer) -> None:
    create(server, "rec_theirs")
    with pytest.raises(ZeroDivisionError):
        interrupted(server)
    assert names(server) == ["rec_theirs"]


def test_watched(server: RealServer) -> None:
    with servers.watched(server):
        assert sorted(names(server)) == sorted(servers.STRANGERS)
        create(server, "ours")
    server.remove("")

    with pytest.raises(servers.Damage, match="a stranger"), servers.watched(server):
        server.remove("a stranger")
    server.remove("")

    with pytest.raises(servers.Damage, match="out_of_sight"):
        restore_in_sight(server)


def restore_in_sight(server: RealServer) -> None:
    """Touch the one that was deleted."""
    with servers.watched(server):
        deleted = next(each for each in server.services() if each["deleted"])
        server.request("PUT", f"{SERVICES}/restore", {"id": deleted["id"]})
