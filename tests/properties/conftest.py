# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles: `HYPOTHESIS_PROFILE=full` for thousands of examples, otherwise few and always the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

import collection_tree

pytest.register_assert_rewrite("properties.promises")

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
LEAST = 2000
"""How many examples the full profile has to run, or it counts as failed."""
_COUNT = pytest.StashKey[int]()
_DATABASE = DirectoryBasedExampleDatabase(collection_tree.ROOT / ".cache" / "hypothesis")
_COMMON: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}

settings.register_profile("small", derandomize=True, database=None, **_COMMON)
settings.register_profile("full", database=_DATABASE, **_COMMON)


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile, start counting examples, and keep out the environment of whoever runs the tests."""
    settings.load_profile("full" if FULL else "small")
    config.stash[_COUNT] = 0
    for name in [name for name in os.environ if name.startswith("OPENMETADATA_")]:
        del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Add a test's examples to the sum."""
    from properties import counting

    before = counting.counted()
    try:
        return (yield)
    finally:
        item.config.stash[_COUNT] += counting.counted() - before


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that started this one how many examples there were; there, see that they are enough."""
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is not None:
        workeroutput["examples"] = session.config.stash[_COUNT]
    elif _too_few(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _too_few(config: pytest.Config) -> bool:
    return FULL and config.stash[_COUNT] < LEAST


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the processes of pytest-xdist ran."""
    node.config.stash[_COUNT] += getattr(node, "workeroutput", {}).get("examples", 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many examples there were."""
    wanted = f", failed: at least {LEAST} are wanted" if _too_few(config) else ""
    terminalreporter.write_line(f"properties: {config.stash[_COUNT]} examples{wanted}")
