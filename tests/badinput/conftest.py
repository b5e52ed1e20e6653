# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the collection importable and keeps out the environment of whoever runs the tests."""

from __future__ import annotations

import importlib
import os

import pytest

import collection_tree

collection_tree.link()
# The folder on the path may not have been there when the import system first looked.
importlib.invalidate_caches()


def pytest_configure(config: pytest.Config) -> None:
    """Forget the variables that the modules would read."""
    for name in [name for name in os.environ if name.startswith("OPENMETADATA_")]:
        del os.environ[name]
