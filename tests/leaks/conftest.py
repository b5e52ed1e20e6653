# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-in servers, and runs of playbooks against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fake_openmetadata.launch import FakeServer
from leaks.playbook import Run

# What is tried in module processes, too, with --thin.
_STARTED = (
    "test_from_creation_to_purge",
    "test_passwords_and_tokens",
    "test_every_secret_while_all_goes_well[module-single",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make test` leave out what tells least."""
    parser.addoption("--thin", action="store_true", help="start few modules, and these as a bot, which is shown more")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --thin, drop most of what starts modules: in the controller, which shares their code, all has its turn."""
    if config.getoption("--thin"):
        config.hook.pytest_deselected(items=[item for item in items if _is_dropped(item)])
        items[:] = [item for item in items if not _is_dropped(item)]


def _is_dropped(item: pytest.Item) -> bool:
    parameters: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    if parameters.get("_way") is not False:
        return False
    return parameters.get("who") == "admin" or not item.name.startswith(_STARTED)


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[[str], FakeServer]]:
    """Start a server of a release, or find the one that runs already; it is emptied either way."""
    running: dict[str, FakeServer] = {}
    with ExitStack() as stack:

        def get(profile: str) -> FakeServer:
            if profile not in running:
                running[profile] = stack.enter_context(FakeServer(profile=profile, bulk=profile != "1.2"))
            running[profile].reset()
            return running[profile]

        yield get


@pytest.fixture(autouse=True, params=[False, True], ids=["module", "controller"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where tasks are done."""
    monkeypatch.setattr(Run, "in_controller", request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a run lies."""
    return tmp_path / "run"
