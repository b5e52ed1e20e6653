# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that refuses, quotes what it was sent, breaks off, or answers with what nobody foresaw."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fake_openmetadata.launch import FakeServer
from leaks.connections import Json, Service, metabase, superset
from leaks.playbook import Run, Step
from leaks.servers import PATH, WRITES, Start, canaries_for, login, sent, store, unmet


@dataclass
class Faulty:
    """Collects steps, and for each the faults that the server shall have while it runs."""

    server: FakeServer
    steps: list[Step] = field(default_factory=list)

    def add(self, title: str, arguments: Json, *faults: Json, says: str = "", **members: Any) -> None:
        """One more step; its faults are used up by its own requests."""
        for fault in faults:
            self.server.inject(**fault)
        self.steps.append(Step(title, arguments, says=says, **{"expect": "failed", **members}))


def quoting(service: Service) -> list[str]:
    """How a server may word a refusal that quotes a secret."""
    secret = min(service.secrets)
    encoded = json.dumps(secret)[1:-1]
    return [
        f"Cannot deserialize value {secret}",
        f'Unrecognized field "x" (through reference chain: {{"password":"{encoded}"}})',
        f"twice in JSON: {json.dumps(json.dumps({'password': secret}))}",
        f"SupersetConnection@5f2[password={secret}, username=reader]",
        f"GET /?password={quote(secret)}&again={quote(secret, safe='')}",
        f"it was {base64.b64encode(secret.encode()).decode()}",
    ]


@pytest.mark.parametrize(("profile", "who"), [("1.2", "bot"), ("2.0", "admin")])
def test_every_fault_of_a_write(start: Start, folder: Path, profile: str, who: str) -> None:
    server = start(profile)
    canaries = canaries_for(server)
    stored, wanted, new = superset(canaries, "stored"), superset(canaries, "wanted"), metabase(canaries, "new")
    store(server, [stored])
    server.clear_requests()
    faulty = Faulty(server)
    token = login(server, who)["token"]
    put: Json = {"method": "PUT", "path": f"{PATH}$"}
    for words in quoting(wanted):
        faulty.add(f"PUT: {words[:12]}", wanted.options, {**put, "status": 400, "body": _error(400, words)}, says="400")
    for title, answer, says in (
        ("text", {"status": 400, "body": f"Unable to process JSON: {json.dumps(wanted.request())}"}, "HTTP 400"),
        ("error", {"status": 500, "body": {"error": json.dumps(wanted.request())}}, "HTTP 500"),
        ("no member", {"status": 422, "body": {"errors": [wanted.request()], "other": 1}}, "HTTP 422"),
        ("token", {"status": 401, "body": _error(401, f"Invalid token Authorization: Bearer {token}")}, "HTTP 401"),
        ("bare token", {"status": 403, "body": _error(403, f"{token} may not")}, "HTTP 403"),
        ("page", {"html": True}, "text/html"),
        ("redirect", {"redirect": f"https://u:{canaries.plain('in Location')}@sso.example/{token}"}, "redirects"),
        ("ciphertext", {"echo": "ciphertext"}, "HTTP 500"),
        ("body", {"echo": "body"}, "HTTP 500"),
        ("before", {"drop": "before"}, "PUT"),
    ):
        faulty.add(f"PUT: {title}", wanted.options, {**put, **answer}, says=says)
    for title, how, says in (
        # These are carried out all the same, so each has a secret of its own to change.
        ("truncated", {"truncate": True}, "cut short"),
        ("after", {"drop": "after"}, "PUT"),
        # But this one isn't, or it would be so during a later step.
        ("timeout", {"delay": 1, "status": 503}, "timed out"),
    ):
        faulty.add(f"PUT: {title}", {**superset(canaries, title).options, "timeout": 0.5}, {**put, **how}, says=says)
    late = superset(canaries, "late")
    faulty.add("PUT: conflicts", late.options, *_conflicts(put, late), says="HTTP 409")
    post: Json = {"method": "POST", "path": f"{PATH}$"}
    for echo in ("body", "ciphertext"):
        faulty.add(f"POST: {echo}", new.options, {**post, "echo": echo}, says="HTTP 500")
    patch: Json = {"method": "PATCH", "path": WRITES}
    tagged = {"name": stored.name, "tags": ["PII.Sensitive"]}
    for echo in ("body", "ciphertext"):
        faulty.add(f"PATCH: {echo}", tagged, {**patch, "echo": echo}, says="HTTP 500")
    stale: Json = {**patch, "status": 412, "body": _error(412, f"stale: {token}"), "count": 0}
    faulty.add("PATCH: conflicts", tagged, stale, says="HTTP 412")
    gone = {"name": stored.name, "state": "absent"}
    faulty.add("DELETE: ciphertext", gone, {"method": "DELETE", "path": WRITES, "echo": "ciphertext"}, says="HTTP 500")
    faulty.add("DELETE", gone, expect="changed")
    restore: Json = {"method": "PUT", "path": f"{PATH}/restore$"}
    faulty.add("Restore: ciphertext", wanted.options, {**restore, "echo": "ciphertext"}, says="HTTP 500")
    Run(folder, canaries).play(faulty.steps, login(server, who))
    assert wanted.secrets | new.secrets <= sent(server)
    assert not unmet(server)


def _error(code: int, message: str) -> Json:
    return {"code": code, "message": message}


def _conflicts(request: Json, service: Service) -> list[Json]:
    """One more than the module meets by reading again."""
    return [{**request, "status": 409, "body": _error(409, f"exists: {json.dumps(service.request())}")}] * 4


def test_answers_of_a_shape_that_nobody_foresaw(start: Start, folder: Path) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    wanted, stored = superset(canaries, "wanted"), superset(canaries, "stored")
    known, other = min(wanted.secrets), min(stored.secrets)
    whole = {"id": "5f8d9a4e-0000-4000-8000-000000000000", **stored.request(), "version": 0.1}
    shapes: dict[str, Any] = {
        "a list": [other],
        "no service": {"password": other, "message": [other]},
        "a version in words": {**whole, "version": known},
        "a connection as JSON": {**whole, "connection": json.dumps(whole["connection"])},
        "a config as JSON": {**whole, "connection": {"config": json.dumps(whole["connection"]["config"])}},
        "a config in a list": {**whole, "connection": {"config": [["password", other], [known]]}},
        "no type": {**whole, "serviceType": None},
        "owners of another kind": {**whole, "owner": {"name": known}, "tags": [{"password": other}, known]},
        "tags of another kind": {**whole, "tags": known},
        "another config": {**whole, "connection": {"config": {"type": "Superset", "connection": other}}},
    }
    faulty = Faulty(server)
    for title, shape in shapes.items():
        read: Json = {"method": "GET", "path": f"{PATH}/name/", "status": 200, "body": shape}
        faulty.add(f"Read {title}", {"name": wanted.name}, read, module="dashboard_service_info", expect="any")
    for title in list(shapes)[1:]:
        write: Json = {"method": "POST", "path": f"{PATH}$", "status": 201, "body": shapes[title]}
        faulty.add(f"Create {title}", wanted.options, write, expect="any")
    Run(folder, canaries).play(faulty.steps, login(server, "bot"))
    assert wanted.secrets <= sent(server)
    assert not unmet(server)


def test_what_the_server_did_not_take(start: Start, folder: Path) -> None:
    server = start("1.2")
    canaries = canaries_for(server)
    stored, wanted = superset(canaries, "stored"), superset(canaries, "wanted")
    store(server, [stored])
    server.clear_requests()
    kept = {"id": "5f8d9a4e-0000-4000-8000-000000000000", **stored.request(), "version": 0.1}
    faulty = Faulty(server)
    put: Json = {"method": "PUT", "path": f"{PATH}$", "status": 200, "body": kept}
    faulty.add("Kept another secret", wanted.options, put, says="did not take connection.connection.password")
    Run(folder, canaries).play(faulty.steps, login(server, "bot"))
    assert wanted.secrets <= sent(server)
