# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs no token: the version and logging in."""

from __future__ import annotations

import base64
import binascii
import re
import time
import uuid
from typing import Any

from .binding import bind
from .errors import ApiError, bad_request, coded, null_pointer
from .messages import Answer, Call, as_json
from .requests_in import LOGIN
from .state import State
from .tokens import Principal

LIFE = 3600
WRONG = "You have entered an invalid username or password."
BLOCKED = "Failed Login Attempts Exceeded. Please try after some time."
BLOCKED_LATER = "Failed Login Attempts Exceeded. Use Forgot Password or retry after some time."
REVISION = "bf880daf63c97a0e01fcf716be1d1f2b9316b0cc"


def version(state: State, _call: Call, _who: Principal, _found: dict[str, str]) -> Answer:
    """GET /system/version."""
    return as_json(200, {"version": state.can.text, "revision": REVISION, "timestamp": STARTED})


def authorizer(_state: State, _call: Call, _who: Principal, _found: dict[str, str]) -> Answer:
    """GET /system/config/authorizer: the domain that a user's name is completed with."""
    return as_json(200, {"adminPrincipals": ["admin"], "principalDomain": "openmetadata.org"})


STARTED = int(time.time() * 1000)


def login(state: State, call: Call, _who: Principal, _found: dict[str, str]) -> Answer:
    """POST /users/login. Newer servers word its errors in another form."""
    try:
        return _login(state, call)
    except ApiError as error:
        if state.can.login_servlet:
            raise ApiError(error.status, {"error": _text(error)}) from None
        raise


def servlet_login(state: State, call: Call, _who: Principal, _found: dict[str, str]) -> Answer:
    """POST /auth/login. Its servlet answers 500 to whatever goes wrong."""
    try:
        return _login(state, call)
    except ApiError as error:
        if "must not be null" in _text(error):
            raise ApiError(400, {"error": "Invalid login request"}) from None
        raise ApiError(500, {"error": _text(error)}) from None


def _text(error: ApiError) -> str:
    if isinstance(error.body, str):
        return error.body
    return str(error.body.get("message") or error.body.get("responseMessage"))


def _login(state: State, call: Call) -> Answer:
    request = bind(call.body, LOGIN)
    if request is None:
        raise null_pointer("org.openmetadata.schema.auth.LoginRequest.getPassword()", "loginRequest")
    missing = [f"{name} must not be null" for name in ("email", "password") if name not in request]
    if missing:
        raise bad_request(f"[{', '.join(missing)}]")
    password = _decoded(request["password"])
    email = request["email"]
    if state.blocked(email):
        raise coded(401, BLOCKED_LATER if state.can.since(1, 3) else BLOCKED)
    if email not in state.passwords:
        raise bad_request(WRONG)
    if state.passwords[email] != password:
        state.failed_login(email)
        raise coded(401, WRONG)
    state.forgive(email)
    body: dict[str, Any] = {
        "accessToken": state.token(email.split("@")[0], LIFE),
        "refreshToken": str(uuid.uuid4()),
        "tokenType": "Bearer",
        "expiryDuration": int((time.time() + LIFE) * 1000),
    }
    return as_json(200, body)


def _decoded(password: str) -> str:
    """The plain password. Raises ApiError 400 for what Java's decoder refuses (missing padding it takes)."""
    problem = bad_request("Password needs to be encoded in Base-64.")
    if not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", password):
        raise problem
    try:
        bare = password.rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode(errors="replace")
    except binascii.Error:
        raise problem from None


ROUTES = [
    ("GET", "/system/version", version, True),
    ("GET", "/system/config/authorizer", authorizer, True),
    ("POST", "/users/login", login, True),
    ("POST", "/auth/login", servlet_login, True),
]
