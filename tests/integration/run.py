# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the integration targets: each one with each kind of token, against each profile of the fake server.

Every run has a server of its own, so no target sees what another one left, and a failed one says what to repeat. With
OPENMETADATA_HOST set, they run against that server instead; see `servers.py` for what is asked of it.
"""

from __future__ import annotations

import argparse
import fcntl
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from queue import SimpleQueue

import collection_tree
import plugin_coverage
import run_ansible_test
from integration import servers

PROFILES = ("1.2", "1.4", "2.0")
TOKENS = ("admin", "bot")
BULK = ("off", "on")
TARGETS = sorted(path.name for path in Path(__file__).parent.glob("targets/*"))
# These order faults of the fake server and of its orchestrator, read its log, or want runs to end at once.
FAKE_ONLY = (
    *("connection_test", "dashboard_service_errors", "ingestion_pipeline", "ingestion_pipeline_bulk", "ingestion_run"),
    "services_ingestion",
)
# These read secrets as only bots may.
NEED_BOT = ("dashboard_services_export",)
# What differs with the bulk endpoint, which servers of 1.2 don't have, is tried with these.
WITH_BULK = {("dashboard_service_bulk", "2.0")}

# With --thin. Servers of 1.2 get module processes, the others tasks in the controller, see servers.py.
ALL_THIN = (("1.2", "bot"), ("2.0", "admin"))
# The slow ones that depend least upon the release, or that Molecule's scenarios run as well; some are in these alone.
THIN = {
    "connection_test": ALL_THIN[1:],
    "dashboard_service_errors": ALL_THIN[1:],
    "dashboard_service": ALL_THIN[1:],
    "dashboard_service_bulk": ALL_THIN[1:],
    "dashboard_services_audit": (),
    "dashboard_services_export": (("2.0", "bot"),),
    "dashboard_services_role": (),
    "ingestion_pipeline": ALL_THIN[1:],
    "ingestion_pipeline_bulk": ALL_THIN[1:],
    "ingestion_run": ALL_THIN[1:],
    "service": ALL_THIN[1:],
    "service_bulk": (),
    "service_info": (),
    "service_quiet": ALL_THIN[:1],
    "services_ingestion": (),
    "services_role": (),
}

# With --thin and --coverage: targets that are traced, each in module processes and in the controller. Tracing doubles
# what a run takes, and most of what it would tell the unit tests tell, too.
TRACED = ("dashboard_service_info", "service_quiet")

# No run takes longer than that, in seconds, unless it hangs.
TIMEOUT = 600

# As many at once as CI has cores; each needs a copy of the collection, for its configuration lies in there.
JOBS = 2


@dataclass(frozen=True)
class Case:
    """One run of one target."""

    target: str
    profile: str
    token: str
    bulk: str = "off"


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and what it printed."""

    case: Case
    code: int
    seconds: float
    output: str


@dataclass(frozen=True)
class Ground:
    """What all runs share: copies of the collection to take turns with, a real server if any, and arguments."""

    trees: SimpleQueue[Path]
    server: servers.RealServer | None
    prefix: str
    traced: tuple[str, ...]
    """The targets to note for which plugin lines they run."""


def main() -> int:
    """Returns 0 when every chosen run succeeded, else 1."""
    # So that being told to stop removes what was made on a server, too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    server = servers.RealServer.from_environment()
    options = _options()
    cases = _real_cases(options, server) if server else _fake_cases(options)
    outcomes = []
    with (
        _trees(min(JOBS, len(cases)), options.coverage) as trees,
        _prefix(server) as prefix,
        ThreadPoolExecutor(JOBS) as pool,
    ):
        ground = Ground(SimpleQueue(), server, prefix, _traced(options))
        for tree in trees:
            ground.trees.put(tree)
        try:
            for outcome in pool.map(lambda case: _run(case, ground), cases):
                _report(outcome)
                outcomes.append(outcome)
        except BaseException:
            # What has begun ends, and is purged after that; the rest need not begin.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        if options.coverage:
            plugin_coverage.collect(trees)
    failed = sum(outcome.code != 0 for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return int(failed > 0)


@contextmanager
def _trees(count: int, coverage: bool) -> Iterator[list[Path]]:
    """Copies of the collection, ready for ansible-test, which nobody else uses meanwhile."""
    run_ansible_test.provide_pip()
    with ExitStack() as stack:
        free = (path for path in _copies() if stack.enter_context(_taken(path)))
        trees = [collection_tree.copy(path) for path in islice(free, count)]
        for tree in trees:
            run_ansible_test.provide_key(tree)
        if coverage:
            plugin_coverage.forget(trees)
        yield trees


def _copies() -> Iterator[Path]:
    for number in itertools.count():
        yield collection_tree.ROOT / ".cache" / f"integration-{number}"


@contextmanager
def _taken(path: Path) -> Iterator[bool]:
    """Takes a copy for this process, if it is free: another run would read this one's variables, and write its own."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / ".taken").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    choices = {"--profile": PROFILES, "--token": TOKENS, "--target": TARGETS, "--bulk": BULK}
    for option, values in choices.items():
        parser.add_argument(option, action="append", choices=values, help="only this one (may be repeated)")
    parser.add_argument("--thin", action="store_true", help="few pairs of release and token, not all")
    parser.add_argument("--coverage", action="store_true", help="note which plugin lines run, see make coverage")
    return parser.parse_args()


def _traced(options: argparse.Namespace) -> tuple[str, ...]:
    if not options.coverage:
        return ()
    return TRACED if options.thin else tuple(TARGETS)


def _fake_cases(options: argparse.Namespace) -> list[Case]:
    chosen = product(
        options.target or TARGETS, options.profile or PROFILES, options.token or TOKENS, options.bulk or BULK
    )
    cases = [Case(*case) for case in chosen]
    cases = [case for case in cases if case.bulk == "off" or (case.target, case.profile) in WITH_BULK]
    if options.thin:
        cases = [case for case in cases if (case.profile, case.token) in THIN.get(case.target, ALL_THIN)]
    if not cases:
        raise SystemExit("There are no such runs.")
    return cases


def _real_cases(options: argparse.Namespace, server: servers.RealServer) -> list[Case]:
    """What can run on that server; what can't is told."""
    tokens = [kind for kind in server.tokens() if kind in (options.token or TOKENS)]
    release = server.release()
    print(f"Using the OpenMetadata {release} at {server.url}.")
    cases = []
    for target, token in product(options.target or TARGETS, tokens):
        if target in FAKE_ONLY:
            print(f"{target:<40} {token:<6} left out: it needs the fake server")
        elif target in NEED_BOT and "bot" not in server.tokens():
            print(f"{target:<40} {token:<6} left out: it needs OPENMETADATA_BOT_TOKEN")
        else:
            cases.append(Case(target, release, token))
    if not cases:
        raise SystemExit("There are no such runs.")
    return cases


@contextmanager
def _prefix(server: servers.RealServer | None) -> Iterator[str]:
    """What the names of services start with; on a real server, all else that targets name is made sure of first."""
    if server is None:
        yield ""
        return
    with server.emptied() as prefix:
        _seed(server)
        yield prefix


def _seed(server: servers.RealServer) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as variables:
        json.dump({"openmetadata_url": server.url, "openmetadata_token": server.token}, variables)
        variables.flush()
        playbook = str(Path(__file__).with_name("seed.yml"))
        command = [str(run_ansible_test.BIN / "ansible-playbook"), "--extra-vars", f"@{variables.name}", playbook]
        environment = {
            **os.environ,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        }
        subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, timeout=TIMEOUT)


def _run(case: Case, ground: Ground) -> Outcome:
    start = time.monotonic()
    tree = ground.trees.get()
    arguments = ("--coverage", case.target) if case.target in ground.traced else (case.target,)
    try:
        if ground.server:
            # Of its own for each run: two at once must not meet.
            prefix = f"{ground.prefix}{case.token}_{TARGETS.index(case.target)}_"
            values = ground.server.values(case.token, prefix)
            code, output = _run_target(arguments, tree, values)
        else:
            strangers = case.target not in FAKE_ONLY
            with servers.fake(case.profile, case.token, case.bulk == "on", strangers) as values:
                code, output = _run_target(arguments, tree, values)
    except servers.Damage as damage:
        code, output = 1, str(damage)
    finally:
        ground.trees.put(tree)
    return Outcome(case, code, time.monotonic() - start, output)


def _run_target(arguments: tuple[str, ...], tree: Path, values: servers.Values) -> tuple[int, str]:
    """Returns the exit code and what was printed. The targets read the variables from a file; JSON is YAML too."""
    file = tree / "tests" / "integration" / "integration_config.yml"
    file.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    # What is set for the collection's modules here would reach the tasks that are to do without.
    environment = run_ansible_test.environment()
    try:
        result = subprocess.run(
            run_ansible_test.command("integration", "--color", "no", *arguments),
            check=False,
            cwd=tree,
            env={name: value for name, value in environment.items() if not name.startswith("OPENMETADATA_")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        return 1, f"{(error.stdout or b'').decode(errors='replace')}\nIt took longer than {TIMEOUT} s."
    finally:
        # It holds tokens.
        file.unlink()
    return result.returncode, result.stdout


def _report(outcome: Outcome) -> None:
    case = outcome.case
    if outcome.code:
        print(outcome.output)
        profile = f" --profile {case.profile} --bulk {case.bulk}" if case.profile in PROFILES else ""
        print(f"Repeat with: make integration INTEGRATION='--target {case.target} --token {case.token}{profile}'")
    verdict = f"FAILED (exit code {outcome.code})" if outcome.code else "ok"
    bulk = "bulk" if case.bulk == "on" else ""
    print(
        f"{case.target:<40} {case.profile:<4} {case.token:<6} {bulk:<4}{outcome.seconds:6.1f} s  {verdict}", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
