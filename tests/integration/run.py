# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the integration targets against the fake server: each target with each server profile and each kind of token.

Every run has a server of its own, so no target sees what another one left, and a failed one says what to repeat.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from queue import SimpleQueue

import collection_tree
import run_ansible_test
from fake_openmetadata.launch import FakeServer

PROFILES = ("1.2", "2.0")
TOKENS = ("admin", "bot")
TARGETS = sorted(path.name for path in Path(__file__).parent.glob("targets/dashboard_service*"))

# As many at once as CI has cores; each needs a copy of the collection, for its configuration lies in there.
JOBS = 2


@dataclass(frozen=True)
class Case:
    """One run of one target."""

    target: str
    profile: str
    token: str


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and what it printed."""

    case: Case
    code: int
    seconds: float
    output: str


def main() -> int:
    """Returns 0 when every chosen run succeeded, else 1."""
    cases = _chosen_cases()
    run_ansible_test.provide_pip()
    trees: SimpleQueue[Path] = SimpleQueue()
    for number in range(min(JOBS, len(cases))):
        tree = collection_tree.copy(collection_tree.ROOT / ".cache" / f"integration-{number}")
        run_ansible_test.provide_key(tree)
        trees.put(tree)

    outcomes = []
    with ThreadPoolExecutor(JOBS) as pool:
        for outcome in pool.map(lambda case: _run(case, trees), cases):
            _report(outcome)
            outcomes.append(outcome)
    failed = sum(outcome.code != 0 for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return int(failed > 0)


def _chosen_cases() -> list[Case]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="append", choices=PROFILES, help="only this one (may be repeated)")
    parser.add_argument("--token", action="append", choices=TOKENS, help="only this one (may be repeated)")
    parser.add_argument("--target", action="append", choices=TARGETS, help="only this one (may be repeated)")
    options = parser.parse_args()
    chosen = product(options.target or TARGETS, options.profile or PROFILES, options.token or TOKENS)
    cases = [Case(*case) for case in chosen]
    if not cases:
        parser.error("there are no targets")
    return cases


def _run(case: Case, trees: SimpleQueue[Path]) -> Outcome:
    start = time.monotonic()
    tree = trees.get()
    try:
        with FakeServer(profile=case.profile) as server:
            _configure(tree, case, server)
            result = subprocess.run(
                run_ansible_test.command("integration", "--color", "no", case.target),
                check=False,
                cwd=tree,
                env=run_ansible_test.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
    finally:
        trees.put(tree)
    return Outcome(case, result.returncode, time.monotonic() - start, result.stdout)


def _configure(tree: Path, case: Case, server: FakeServer) -> None:
    """Writes the variables that the targets read; JSON is YAML too."""
    values = {
        "openmetadata_url": server.url,
        "openmetadata_token": {"admin": server.admin_token, "bot": server.bot_token}[case.token],
        "openmetadata_token_kind": case.token,
        "openmetadata_profile": case.profile,
        "openmetadata_admin_token": server.admin_token,
        "openmetadata_bot_token": server.bot_token,
        "openmetadata_user_token": server.user_token,
    }
    (tree / "tests" / "integration" / "integration_config.yml").write_text(json.dumps(values, indent=2) + "\n")


def _report(outcome: Outcome) -> None:
    case = outcome.case
    if outcome.code:
        print(outcome.output)
        options = f"--target {case.target} --profile {case.profile} --token {case.token}"
        print(f"Repeat with: make integration INTEGRATION='{options}'")
    verdict = f"FAILED (exit code {outcome.code})" if outcome.code else "ok"
    print(f"{case.target:<40} {case.profile:<4} {case.token:<6}{outcome.seconds:6.1f} s  {verdict}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
