# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bearer tokens with the claims of the real server's, signed with a key made per process."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

import jwt

from .capabilities import Capabilities
from .errors import coded


@dataclass(frozen=True)
class Principal:
    """Who asks."""

    name: str
    bot: bool
    admin: bool
    # May change services, though neither bot nor admin, but not create or delete them.
    editor: bool = False
    # Is shown no connection.
    blind: bool = False


class Tokens:
    """Issues and checks tokens."""

    def __init__(self, can: Capabilities) -> None:
        """Make a key."""
        self._invalid = "Not Authorized! Invalid token." if can.maps_http_errors else "Invalid token"
        self._key = secrets.token_bytes(32)
        self._checked: dict[str, dict[str, Any]] = {}

    def issue(self, user: dict[str, Any], expires_in: int | None) -> str:
        """A token for a user entity, for some seconds (negative: expired) or for ever."""
        issued = int(time.time())
        claims = {
            "iss": "open-metadata.org",
            "sub": user["name"],
            "roles": [],
            "email": user["email"],
            "isBot": user["isBot"],
            "tokenType": "BOT" if user["isBot"] else "OM_USER",
            "iat": issued,
            "exp": None if expires_in is None else issued + expires_in,
        }
        claims = {name: claim for name, claim in claims.items() if claim is not None}
        return jwt.encode(claims, self._key, algorithm="HS256", headers={"kid": "fake-openmetadata"})

    def check(self, header: str | None) -> str:
        """The user named by an Authorization header. Raises ApiError 401 in the server's words."""
        if not header or not header.startswith("Bearer") or len(header) <= len("Bearer") + 1:
            raise coded(401, "Not Authorized! Token not present")
        token = header[len("Bearer") + 1 :]
        if token not in self._checked:
            try:
                self._checked[token] = jwt.decode(token, self._key, algorithms=["HS256"], options={"verify_exp": False})
            except jwt.InvalidTokenError:
                raise coded(401, self._invalid) from None
        claims = self._checked[token]
        if "exp" in claims and claims["exp"] < time.time():
            raise coded(401, "Expired token!")
        return str(claims["sub"])
