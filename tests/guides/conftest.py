# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader for each test, with an empty server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_openmetadata.launch import FakeServer
from guides.reader import Reader


@pytest.fixture(scope="session")
def _server() -> Iterator[FakeServer]:
    with FakeServer(profile="2.0") as server:
        yield server


@pytest.fixture
def reader(tmp_path: Path, _server: FakeServer) -> Reader:
    """A reader with an empty folder and an empty server."""
    _server.reset()
    return Reader(tmp_path, _server)
