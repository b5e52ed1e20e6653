# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcripts of a real 1.2 server replay without a difference, and the replay would notice one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from fake_openmetadata.replay import replay

CONTRACT = Path(__file__).resolve().parents[2] / "contract"
FILES = sorted(CONTRACT.glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    transcript: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return transcript


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(profile="1.2") as running:
        yield running


def differences(server: FakeServer, transcript: dict[str, Any]) -> list[str]:
    server.reset()
    tokens = {"admin": server.admin_token, "bot": server.bot_token, "plain": server.token("plain")}
    return replay(transcript, server.url, tokens)


def test_there_are_transcripts() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_difference(server: FakeServer, file: Path) -> None:
    assert differences(server, read(file)) == []


@pytest.mark.parametrize(
    ("step", "change", "told"),
    [
        (1, {"status": 200}, "status 201 instead of 200"),
        (1, {"response.version": 0.2}, "0.1 instead of 0.2"),
        (1, {"response.deleted": 0}, "False instead of 0"),
        (1, {"response.extra": "x"}, "missing"),
        (1, {"response.updatedAt": "<uuid:9>"}, "instead of '<uuid:9>'"),
        (1, {"response_headers.content-type": "text/html"}, "header content-type"),
        (4, {"response.updatedAt": "<ts:7>"}, "cannot be <ts:7>"),
        (5, {"response.updatedAt": "<ts:1>"}, "instead of '<ts:1>'"),
        (14, {"response.versions": []}, "instead of []"),
    ],
)
def test_a_planted_difference_is_told(server: FakeServer, step: int, change: dict[str, Any], told: str) -> None:
    transcript = copy.deepcopy(read(CONTRACT / "lifecycle.json"))
    for path, value in change.items():
        *parents, last = path.split(".")
        target = transcript["steps"][step]
        for parent in parents:
            target = target[parent]
        target[last] = value
    found = differences(server, transcript)
    assert any(told in line for line in found), found


def test_an_unwanted_member_is_told(server: FakeServer) -> None:
    transcript = copy.deepcopy(read(CONTRACT / "lifecycle.json"))
    del transcript["steps"][1]["response"]["href"]
    assert any("href: unexpected" in line for line in differences(server, transcript))


def test_a_difference_in_a_version_text_is_told(server: FakeServer) -> None:
    transcript = copy.deepcopy(read(CONTRACT / "lifecycle.json"))
    versions = transcript["steps"][14]["response"]["versions"]
    versions[0] = versions[0].replace('"updatedBy":"admin"', '"updatedBy":"nobody"')
    assert any("'admin' instead of 'nobody'" in line for line in differences(server, transcript))
