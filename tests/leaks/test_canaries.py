# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search for leaks finds them: else all the other tests would pass for nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from leaks.canaries import MARK, Canaries
from leaks.connections import superset
from leaks.playbook import OUTPUT, Run, Step
from leaks.servers import Start, canaries_for, login

FORMS: dict[str, Callable[[str], str]] = {
    "clear": str,
    "the first half": lambda secret: secret[: len(secret) // 2],
    "the last half": lambda secret: secret[len(secret) // 2 :],
    "JSON": json.dumps,
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "repr": repr,
    "URL": lambda secret: quote(secret, safe=""),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 behind one letter": lambda secret: base64.b64encode(f"u{secret}".encode()).decode(),
    "base64 behind two letters": lambda secret: base64.b64encode(f"u:{secret}".encode()).decode(),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "every letter percent-encoded": lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
}
KINDS: dict[str, Callable[[Canaries], str]] = {
    "text": lambda canaries: canaries.text("what it is"),
    "several lines": lambda canaries: canaries.pem("what it is"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_secret_is_found(form: str, kind: str) -> None:
    canaries = Canaries()
    text = f"first line\nfatal: [localhost] {FORMS[form](KINDS[kind](canaries))} was given\nlast line"
    found = list(canaries.leaks("output", text))
    assert found
    assert all(leak.source == "output" and leak.line > 1 for leak in found)
    assert MARK not in "".join(map(str, found))


def test_what_a_secret_is_is_told_in_its_place() -> None:
    canaries = Canaries()
    text = f"a\nthe password {canaries.plain('Superset_0 connection.password')} is wrong"
    assert [str(leak) for leak in canaries.leaks("log", text)] == [
        "log:2: the password <<Superset_0 connection.password>> is wrong"
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("stored as fernet:gAAAAABl_0x9Jv-4w==", id="ciphertext"),
        pytest.param("gAAAAABl_0x9Jv4wgAAAAABl_0x9Jv4w", id="ciphertext without its prefix"),
        pytest.param("Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc0JvdCI6dHJ1ZX0.c2ln", id="token"),
        pytest.param("only c2lnbmF0dXJl was left", id="signature"),
    ],
)
def test_ciphertext_and_tokens_are_found(text: str) -> None:
    assert list(Canaries({"a signature": "c2lnbmF0dXJl"}).leaks("output", text))


def test_a_number_is_found() -> None:
    canaries = Canaries()
    (leak,) = canaries.leaks("output", f"password: {canaries.number('a number')},")
    assert str(leak) == "output:1: password: <<number: a number>>,"


@pytest.mark.parametrize("text", ["", "password: (secret)", "fernet:(secret)", "Bearer (secret)", "*********"])
def test_what_is_hidden_is_no_leak(text: str) -> None:
    assert not list(Canaries().leaks("output", text))


def test_a_run_that_leaks_fails_and_says_where(start: Start, folder: Path) -> None:
    """A password in a field that anybody may read: nothing can know that it is one, so it is printed everywhere."""
    server = start("1.2")
    canaries = canaries_for(server)
    options = {**superset(canaries, "hidden").options, "display_name": canaries.plain("shown")}
    run = Run(folder, canaries)
    with pytest.raises(AssertionError, match=r"TASK \[Create\] .*<<shown>>") as failure:
        run.play([Step("Create", options)], login(server, "bot"))
    words = str(failure.value)
    assert MARK not in words
    assert "hidden" not in words
    for source in (OUTPUT, "log:", "facts/", "junit/", "results.jsonl:"):
        assert f" {source}" in words
