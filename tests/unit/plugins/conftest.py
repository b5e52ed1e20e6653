# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-in servers, one process for each profile and test session, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_UNWANTED = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", *_PROXIES, *(name.lower() for name in _PROXIES))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("OPENMETADATA_")] + list(_UNWANTED):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., FakeServer]]:
    """Start a stand-in server, or find the one that runs with these options already; it is emptied either way."""
    running: dict[tuple[Any, ...], FakeServer] = {}
    with ExitStack() as stack:

        def get(profile: str, **options: Any) -> FakeServer:
            key = (profile, *sorted(options.items()))
            if key not in running:
                running[key] = stack.enter_context(FakeServer(profile=profile, **options))
            server = running[key]
            server.reset()
            return server

        yield get


@pytest.fixture(params=["1.2", "2.0"])
def server(start: Callable[..., FakeServer], request: pytest.FixtureRequest) -> FakeServer:
    """A server of each profile in turn."""
    return start(request.param)


@pytest.fixture
def old(start: Callable[..., FakeServer]) -> FakeServer:
    """A server as 1.2 was."""
    return start("1.2")


@pytest.fixture
def new(start: Callable[..., FakeServer]) -> FakeServer:
    """A server as 2.0 is."""
    return start("2.0")


@pytest.fixture
def tls(start: Callable[..., FakeServer]) -> FakeServer:
    """A server that speaks HTTPS with a certificate nobody knows."""
    return start("1.2", tls=True)
