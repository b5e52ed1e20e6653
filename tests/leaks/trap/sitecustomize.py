# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put on the Python path of a run, so that what modules say to the system's log lands in a file."""

from __future__ import annotations

import os
import syslog
from pathlib import Path

_FILE = Path(os.environ["LEAKS_SYSLOG"])


def _write(*arguments: object) -> None:
    with _FILE.open("a", encoding="utf-8") as file:
        file.write(f"{arguments[-1]}\n")


setattr(syslog, "syslog", _write)  # noqa: B010 - mypy knows the function that was there
