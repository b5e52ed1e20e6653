# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples each test tries, and how many there were."""

from __future__ import annotations

import os

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
TIMES = int(os.environ.get("TIMES") or 1)
_TALLY = {"examples": 0}


def scaled(few: int, many: int) -> int:
    """The number of examples for the profile in use; of the full one, so many times more as were asked for."""
    return many * TIMES if FULL else few


def count() -> None:
    """Count an example that ran to its end."""
    _TALLY["examples"] += 1


def counted() -> int:
    """How many examples ran in this process so far."""
    return _TALLY["examples"]
