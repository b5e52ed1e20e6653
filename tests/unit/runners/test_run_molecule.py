# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A step of a Molecule scenario that did not run is noticed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

import run_molecule

ARROW = "\N{HEAVY ROUND-TIPPED RIGHTWARDS ARROW}"
DONE, FAILED = "\x1b[32mExecuted: Successful\x1b[0m", "\x1b[31mExecuted: Failed\x1b[0m"
OUTPUT = f"""\
INFO     default {ARROW} verify: Executed: Successful

\x1b[1m\x1b[4mDETAILS                                 \x1b[0m
\x1b[32mdefault\x1b[0m {ARROW} \x1b[33mcheck\x1b[0m: {DONE}
\x1b[32mdefault\x1b[0m {ARROW} \x1b[33mcheck\x1b[0m: {DONE}
\x1b[32mdefault\x1b[0m {ARROW} \x1b[33mverify\x1b[0m: {FAILED}
\x1b[32maudit\x1b[0m {ARROW} \x1b[33mverify\x1b[0m: Executed: Missing (Remove from test_sequence)
\x1b[32maudit\x1b[0m {ARROW} \x1b[33msyntax\x1b[0m: {DONE}

SCENARIO RECAP
"""


def test_only_what_the_report_calls_successful_counts() -> None:
    assert run_molecule.executed_steps(OUTPUT) == Counter({("default", "check"): 2, ("audit", "syntax"): 1})
    assert not run_molecule.executed_steps("INFO     Molecule executed 0 scenarios")


def test_scenarios() -> None:
    steps = run_molecule.planned_steps()
    scenarios = {"default", "audit", "export", "bulk_on", "bulk_off", "services"}
    assert {scenario for scenario, _step in steps} == scenarios
    for scenario in scenarios:
        assert {"syntax", "converge", "idempotence", "verify", "cleanup"} <= {
            s for name, s in steps if name == scenario
        }
    assert steps["default", "check"] == 2


@pytest.mark.parametrize("scenario", sorted({scenario for scenario, _step in run_molecule.planned_steps()}))
def test_each_step_has_a_playbook(scenario: str) -> None:
    shared, own = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (run_molecule.SCENARIOS / "config.yml", run_molecule.SCENARIOS / scenario / "molecule.yml")
    )
    named = {**shared["provisioner"].get("playbooks", {}), **own.get("provisioner", {}).get("playbooks", {})}
    for step in set(own["scenario"]["test_sequence"]) - {"syntax", "check", "idempotence"}:
        playbook = Path(named.get(step, f"{step}.yml"))
        assert (run_molecule.SCENARIOS / scenario / playbook).is_file(), step
