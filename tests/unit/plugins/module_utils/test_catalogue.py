# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue says what the published schemas say, and a run parses only what it meets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from dashboards import DASHBOARDS
from unit.plugins.connections import TYPES

ROOT = Path(__file__).resolve().parents[4]


@TYPES
def test_a_type_is_filled_in_by_its_own_name(service_type: str) -> None:
    assert connection.with_type(DASHBOARDS.service_type(service_type), {}) == {"type": service_type}


def test_a_run_parses_only_what_it_meets() -> None:
    """Counted in a process of its own: importing parses nothing, one type costs one entry and what it refers to."""
    script = """
import json, sys
parsed = []
loads = json.loads
json.loads = lambda text, **more: parsed.append(len(text)) or loads(text, **more)
from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection
from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES
at_import = len(parsed)
kind = RESOURCES["dashboard"].service_type("Metabase")
comparison.differences(kind, {"hostPort": "http://h"}, {"hostPort": "http://i"}, True)
one = len(parsed)
comparison.differences(kind, {"hostPort": "http://h"}, {"hostPort": "http://i"}, True)
connection.redacted(kind, {"hostPort": "http://h"})
print(at_import, one, len(parsed))
"""
    path = ROOT / ".cache" / "link"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(path)}
    )
    at_import, one, again = map(int, done.stdout.split())
    assert at_import == 0
    # The type itself, its connection and FilterPattern.
    assert one <= 3
    assert again == one
