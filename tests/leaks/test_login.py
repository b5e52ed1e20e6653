# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token, the password and whatever else says who somebody is."""

from __future__ import annotations

from pathlib import Path

from leaks.connections import Json, superset
from leaks.playbook import Run, Step
from leaks.servers import PATH, Start, canaries_for, login, unmet

LOGIN: Json = {"method": "POST", "path": "/users/login$|/auth/login$"}


def test_passwords_and_tokens(start: Start, folder: Path) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    service = superset(canaries, "any").options
    user = {"url": server.url, "username": "admin", "retries": 0}
    good = {**user, "password": canaries.text("a password that is right")}
    answers = {"accessToken": server.admin_token, "tokenType": "Bearer"}
    server.inject(**LOGIN, count=2, status=200, body=answers)
    server.inject(method="POST", path=f"{PATH}$", echo="body")
    server.inject(**LOGIN, status=200, body={"token": server.admin_token})
    server.inject(**LOGIN, echo="body")
    token = canaries.plain("a token")
    steps = [
        Step("Log in", {**service, **good}, expect="failed", says="HTTP 500"),
        Step("Log in and read", good, "dashboard_service_info", expect="ok"),
        Step("An answer without the token", {**service, **good}, expect="failed", says="no accessToken"),
        Step("A login that is quoted", {**service, **good}, expect="failed", says="HTTP 500"),
        Step(
            "A wrong password", {**service, **user, "password": canaries.text("wrong")}, expect="failed", says="HTTP 40"
        ),
        Step("A wrong token", {**service, "url": server.url, "token": token}, expect="failed", says="HTTP 401"),
        Step(
            "A token with a blank",
            {**service, "url": server.url, "token": f"{token} {token}"},
            expect="failed",
            says="token",
        ),
        Step("Both", {**service, **good, "token": token}, expect="failed", says="one or the other"),
        Step(
            "An expired token",
            {**service, "url": server.url, "token": server.expired_token()},
            expect="failed",
            says="401",
        ),
        *(
            Step(f"An address with {what}", {**service, "url": url, "token": token}, expect="failed", says="url")
            for what, url in (
                ("a password", f"http://reader:{canaries.plain('in url')}@127.0.0.1:9"),
                ("an unencoded password", f"http://reader:{canaries.plain('in url')}@x@127.0.0.1:9"),
                ("a bad port", f"http://reader:{canaries.plain('in url')}@127.0.0.1:99999"),
                ("another scheme", f"ftp://reader:{canaries.plain('in url')}@127.0.0.1"),
            )
        ),
    ]
    Run(folder, canaries).play(steps, {})
    assert not unmet(server)


def test_what_the_environment_says(start: Start, folder: Path) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    proxy = f"http://reader:{canaries.plain('of a proxy')}@127.0.0.1:9"
    environment = {"OPENMETADATA_HOST": server.url, "OPENMETADATA_JWT_TOKEN": server.bot_token, "http_proxy": proxy}
    service = superset(canaries, "any").options
    steps = [
        Step("A proxy that is not there", {**service, "retries": 0}, expect="failed", says="refused|proxy"),
        Step("Who it is otherwise", {**service, **login(server, "admin")}, expect="failed", says="refused|proxy"),
    ]
    Run(folder, canaries, environment).play(steps, {})


def test_a_password_in_the_environment(start: Start, folder: Path) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    address = f"http://reader:{canaries.plain('of the address')}@127.0.0.1:9"
    environment = {
        "OPENMETADATA_HOST": address,
        "OPENMETADATA_USERNAME": "admin",
        "OPENMETADATA_PASSWORD": canaries.text("of the environment"),
    }
    server.inject(**LOGIN, echo="body")
    steps = [
        Step("An address with a password", {}, "dashboard_service_info", expect="failed", says="credentials"),
        Step("A login that is quoted", {"url": server.url}, "dashboard_service_info", expect="failed", says="HTTP 500"),
        Step("A wrong password", {"url": server.url}, "dashboard_service_info", expect="failed", says="HTTP 40"),
    ]
    Run(folder, canaries, environment).play(steps, {})
    assert not unmet(server)
