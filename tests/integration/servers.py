# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the targets run against: a fake server for each run, or one server that somebody else runs.

On either, a target names its services with the `prefix` that it is given, and touches no others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from fake_openmetadata.launch import FakeServer
from integration.api import SERVICES, Server

Values = dict[str, Any]

# Somebody else's, on every fake server: of a type that targets use, too, and one of them deleted.
STRANGERS = ("a stranger", "out_of_sight")


class Damage(Exception):
    """A target touched services that aren't its own."""


@dataclass(frozen=True)
class RealServer(Server):
    """The server that the environment names. Without `bot_token` nobody sees which secrets are stored."""

    bot_token: str = ""
    username: str = ""
    password: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> RealServer | None:
        """The server at OPENMETADATA_HOST, if that is set. Raises SystemExit when there is no token for it."""
        names = ("HOST", "JWT_TOKEN", "BOT_TOKEN", "USERNAME", "PASSWORD")
        environ = os.environ if environ is None else environ
        url, token, *others = (environ.get(f"OPENMETADATA_{name}", "") for name in names)
        if url and not token:
            raise SystemExit("OPENMETADATA_HOST is set: set OPENMETADATA_JWT_TOKEN, too.")
        return cls(url.rstrip("/").removesuffix("/api"), token, *others) if url else None

    def tokens(self) -> dict[str, str]:
        """The tokens to run the targets with, by kind."""
        bot = bool(self.request("GET", "users/loggedInUser").get("isBot"))
        return (
            {"bot": self.token} if bot else {"admin": self.token, **({"bot": self.bot_token} if self.bot_token else {})}
        )

    def release(self) -> str:
        """What it says it is, such as `1.9.4`."""
        return str(self.request("GET", "system/version")["version"])

    def has_bulk(self) -> bool:
        """Whether it takes many services at once; it is asked with none. Servers of 1.2 answer 500 for 404."""
        try:
            self.request("PUT", f"{SERVICES}/bulk", [])
        except requests.HTTPError as error:
            return error.response is not None and error.response.status_code not in (404, 405, 500)
        return True

    def values(self, token: str, prefix: str) -> Values:
        """The variables that the targets read, with a token of that kind."""
        tokens = self.tokens()
        release = self.release()
        number = tuple(int(part) for part in release.partition("-")[0].split(".")[:2])
        return {
            "prefix": prefix,
            "openmetadata_is_fake": False,
            "openmetadata_in_controller": token == "admin",
            "openmetadata_url": self.url,
            "openmetadata_token": tokens[token],
            "openmetadata_token_kind": token,
            "openmetadata_version": release,
            # What the targets tell apart is what came with 1.9, the oldest release that the catalogue knows in full.
            "openmetadata_profile": "2.0" if number >= (1, 9) else "1.2",
            "openmetadata_bulk": self.has_bulk(),
            "openmetadata_admin_token": self.token,
            "openmetadata_bot_token": tokens.get("bot", ""),
            "openmetadata_username": self.username,
            "openmetadata_password": self.password,
            "openmetadata_email": self._email(),
        }

    def _email(self) -> str:
        if not self.username or "@" in self.username:
            return self.username
        return str(self.request("GET", f"users/name/{self.username}")["email"])


@contextmanager
def fake(profile: str, token: str, bulk: bool = False, strangers: bool = True) -> Iterator[Values]:
    """Start a fake server; yields the variables that the targets read. Raises `Damage` at the end."""
    with (
        FakeServer(profile=profile, bulk=bulk) as server,
        watched(Server(server.url, server.admin_token), STRANGERS if strangers else ()),
    ):
        yield {
            "prefix": "rec_it_",
            "openmetadata_is_fake": True,
            # Either way of running tasks has its turn.
            "openmetadata_in_controller": profile != "1.2",
            "openmetadata_url": server.url,
            "openmetadata_token": {"admin": server.admin_token, "bot": server.bot_token}[token],
            "openmetadata_token_kind": token,
            "openmetadata_version": profile,
            "openmetadata_profile": profile,
            "openmetadata_bulk": bulk,
            "openmetadata_admin_token": server.admin_token,
            "openmetadata_bot_token": server.bot_token,
            "openmetadata_user_token": server.user_token,
            "openmetadata_username": "admin",
            "openmetadata_password": "admin",
            "openmetadata_email": "admin@openmetadata.org",
        }


@contextmanager
def watched(server: Server, names: tuple[str, ...] = STRANGERS) -> Iterator[None]:
    """Make services of somebody else's; raises `Damage` when they aren't as they were at the end."""
    for number, name in enumerate(names):
        body = {
            "name": name,
            "serviceType": "Metabase",
            "connection": {"config": {"type": "Metabase", "hostPort": "http://m"}},
        }
        made = server.request("POST", SERVICES, body)
        if number:
            server.request("DELETE", f"{SERVICES}/{made['id']}")
    before = [each for each in server.services() if each["name"] in names]
    yield
    after = [each for each in server.services() if each["name"] in names]
    if len(before) != len(names) or before != after:
        raise Damage(f"the services {', '.join(names)} of somebody else are {after}, and were {before}.")
