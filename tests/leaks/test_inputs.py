# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are wrong: what is refused, and the invocation that Ansible prints with it, holds secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from leaks.connections import Json, metabase, places, superset
from leaks.playbook import Run, Step
from leaks.servers import PATH, Start, canaries_for, login, store
from unit.plugins import configs


def test_tasks_that_are_refused(start: Start, folder: Path) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    here = metabase(canaries, "stored", "there_already")
    store(server, [here])
    good = metabase(canaries, "good")
    two = superset(canaries, "good")
    secret = canaries.text
    steps = [
        Step(f"Refuse {title}", arguments, expect="failed", says=says)
        for title, arguments, says in (
            ("a misspelt field", metabase(canaries, "a", hostPrt="https://h").options, "did you mean hostPort"),
            (
                "a misspelt secret",
                metabase(canaries, "b", passwrod=secret("passwrod")).options,
                "did you mean password",
            ),
            ("an unknown secret", metabase(canaries, "c", clientSecret=secret("stray")).options, "unknown"),
            ("an unknown mapping", metabase(canaries, "d", extra={"value": secret("in a mapping")}).options, "unknown"),
            ("a list for a secret", metabase(canaries, "e", password=[secret("in a list")]).options, "must be a text"),
            (
                "a mapping for a secret",
                metabase(canaries, "f", password={"is": secret("deep")}).options,
                "must be a text",
            ),
            ("a secret for a mapping", _with(two.options, connection=secret("for a mapping")), "must be a mapping"),
            ("a text for the connection", {**good.options, "connection": secret("alone")}, "dict"),
            ("pairs for the connection", {**good.options, "connection": f"password={secret('pair')}"}, "."),
            ("a list for the connection", {**good.options, "connection": [good.connection]}, "dict"),
            ("an unknown option", {**good.options, "conection": good.connection}, "Unsupported parameters"),
            ("a secret as an option", {**good.options, "api_key": secret("option")}, "Unsupported parameters"),
            ("no name", {key: value for key, value in good.options.items() if key != "name"}, "missing required"),
            ("a wrong choice", {**good.options, "state": "there"}, "must be one of"),
            ("an unknown type", {**good.options, "service_type": "Metabse"}, "did you mean Metabase"),
            ("another type", {**two.options, "name": here.name}, "can't be changed"),
            ("a mask", metabase(canaries, "g", apiKey=secret("beside"), password="*********").options, "masked"),
            (
                "an address with a password",
                metabase(canaries, "h", hostPort=_address(canaries, " ")).options,
                "address",
            ),
            ("an unknown owner", {**good.options, "owners": ["nobody"]}, "nobody"),
        )
    ]
    Run(folder, canaries).play(steps, login(server, "bot"))
    assert not [entry for entry in server.requests()[1:] if entry["method"] != "GET"]


def _with(options: Json, **members: Any) -> Json:
    return {**options, "connection": {**options["connection"], **members}}


def _address(canaries: Any, blank: str) -> str:
    return f"https://reader:{canaries.plain('in an address')}@{blank}metabase.example.com"


def test_secrets_that_are_sent_although_they_look_like_none(start: Start, folder: Path) -> None:
    """Unchecked, or not known to the catalogue as secrets: told by where they are, and quoted by the server."""
    server = start("2.0")
    canaries = canaries_for(server)
    server.inject(method="POST", path=f"{PATH}$", echo="body", count=0)
    text = canaries.text
    off = {"validate_connection": "off"}
    aws = {"awsRegion": "r", "awsSecretAccessKey": text("key"), "awsSessionToken": text("session")}
    connections: dict[str, tuple[str, Json]] = {
        "a number": ("Metabase", {"hostPort": "https://h", "password": canaries.number("password")}),
        "a list": ("Metabase", {"hostPort": "https://h", "password": [text("in a list")]}),
        "a mapping": ("Metabase", {"hostPort": "https://h", "password": {"value": text("in a mapping")}}),
        "a misspelt secret": ("Metabase", {"hostPort": "https://h", "passwrod": text("misspelt")}),
        "a password in an address": ("Metabase", {"hostPort": _address(canaries, ""), "username": "reader"}),
        "a header": ("Lightdash", {"hostPort": "https://h", "proxyAuthentication": canaries.basic("proxy")}),
        "Mode's token": ("Mode", {"hostPort": "https://h", "accessToken": text("token")}),
        "a session's token": ("QuickSight", {"awsConfig": aws, "awsAccountId": "1"}),
        "options": (
            "CustomDashboard",
            {"connectionOptions": {"password": text("password"), "api_key": text("key"), "authorization": text("a")}},
        ),
        "an unknown type": (
            "Newest",
            {"clientSecret": text("client"), "auth": {"token": text("token"), "key": text("k")}},
        ),
    }
    steps = [
        Step(
            f"Send {title}",
            {"name": "n", "service_type": kind, "connection": config, **off},
            expect="failed",
            says="500",
        )
        for title, (kind, config) in connections.items()
    ]
    Run(folder, canaries).play(steps, login(server, "bot"))
    assert len([entry for entry in server.requests() if entry["method"] == "POST"]) == len(connections)


def test_every_secret_name_at_the_wrong_level(start: Start, folder: Path) -> None:
    """Each field that is a secret somewhere, put where it isn't known."""
    server = start("2.0")
    canaries = canaries_for(server)
    names = sorted({str(place[-1]) for kind in configs.TYPES for place in places(kind)})
    definitions = [
        {
            "name": name,
            "service_type": "Grafana",
            "connection": {"hostPort": "https://h", name: canaries.fitting(name, name)},
        }
        for name in names
    ] + [
        {
            "name": f"{name}_deep",
            "service_type": "Omni",
            "connection": {"sslConfig": {name: [canaries.text(f"{name} deep")]}},
        }
        for name in names
    ]
    steps = [Step("Refuse them", {"services": definitions}, "dashboard_service_bulk", expect="failed", says="unknown")]
    Run(folder, canaries).play(steps, login(server, "admin"))
    assert len(names) > 10
