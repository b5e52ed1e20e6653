# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers to call without a network."""

from __future__ import annotations

import pytest

from fake_openmetadata.testing import Caller


@pytest.fixture
def old() -> Caller:
    """A 1.2 server."""
    return Caller("1.2")


@pytest.fixture
def new() -> Caller:
    """A 2.0 server."""
    return Caller("2.0")
