# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps out the environment of whoever runs the tests."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Forget the variables that the modules would read."""
    for name in [name for name in os.environ if name.startswith("OPENMETADATA_")]:
        del os.environ[name]
