# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs all Molecule scenarios against a fake server, or the one at OPENMETADATA_HOST.

Molecule is content when it finds no scenarios, and passes over a step whose playbook is missing. So its report is
compared with what the scenarios say they do.
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

import collection_tree
import run_ansible_test
from fake_openmetadata.launch import FakeServer
from integration import servers
from integration.api import Server

SCENARIOS = collection_tree.ROOT / "extensions" / "molecule"
COPY = collection_tree.ROOT / ".cache" / "molecule"
PROFILES = ("1.2", "2.0")
# For all scenarios, in seconds: longer than that means that something hangs.
TIMEOUT = 900

Step = tuple[str, str]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# The arrow is a plain one where the output is not known to be a terminal of some kind.
DONE = re.compile(r"^(\w+) (?:➜|>) (\w+): Executed: Successful$", re.MULTILINE)


def main() -> int:
    """Returns 0 when every step of every scenario ran and succeeded and nothing was left behind, else 1."""
    # So that being told to stop removes what was made on a server, too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=PROFILES, default="2.0", help="of the fake server")
    options = parser.parse_args()
    wanted = planned_steps()
    with _server(options.profile) as server, server.emptied() as prefix:
        code, output = _molecule(server, prefix)
        left = [service["name"] for service in server.services() if service["name"].startswith(prefix)]
    missing = wanted - executed_steps(output)
    scenarios = {scenario for scenario, _step in wanted}
    print(f"{(wanted - missing).total()} of {wanted.total()} steps of {len(scenarios)} scenarios succeeded.")
    for scenario, step in sorted(missing):
        print(f"{scenario}: {step} did not succeed, or did not run")
    if left:
        print(f"The scenarios left behind: {', '.join(left)}")
    return int(bool(code or missing or left))


def planned_steps(scenarios: Path = SCENARIOS) -> Counter[Step]:
    """What the scenarios say they do, as pairs of scenario and step."""
    steps: Counter[Step] = Counter()
    for file in sorted(scenarios.glob("*/molecule.yml")):
        sequence = yaml.safe_load(file.read_text(encoding="utf-8"))["scenario"]["test_sequence"]
        steps.update((file.parent.name, step) for step in sequence)
    return steps


def executed_steps(output: str) -> Counter[Step]:
    """The steps that succeeded, by the report at the end of what Molecule printed."""
    report = COLOURS.sub("", output).rpartition("\nDETAILS")[2]
    return Counter(DONE.findall(report))


@contextmanager
def _server(profile: str) -> Iterator[Server]:
    """The server at OPENMETADATA_HOST, or a fake one, where somebody else's services are watched."""
    real = servers.RealServer.from_environment()
    if real:
        print(f"Using the OpenMetadata {real.release()} at {real.url}.")
        yield real
        return
    with FakeServer(profile=profile, bulk=profile != "1.2") as fake:
        server = Server(fake.url, fake.admin_token)
        with servers.watched(server):
            yield server


def _molecule(server: Server, prefix: str) -> tuple[int, str]:
    """Run Molecule in a copy of the collection; its output is printed as it comes and returned with its exit code."""
    # Its config.yml counts only in the root of a collection, and the collection has to be the one around it.
    tree = collection_tree.copy(COPY)
    with tempfile.TemporaryDirectory() as home:
        return _run(tree, _environment(server, prefix, home))


def _environment(server: Server, prefix: str, home: str) -> dict[str, str]:
    return {
        # What may be set besides the token would contradict it.
        **{
            name: value
            for name, value in run_ansible_test.environment().items()
            if not name.startswith("OPENMETADATA_")
        },
        "ANSIBLE_COLLECTIONS_PATH": str(COPY),
        # What scenarios write lies below it: nothing of an earlier run may be taken for this one's.
        "ANSIBLE_HOME": home,
        "MOLECULE_SERVICE_PREFIX": prefix,
        "OPENMETADATA_HOST": server.url,
        "OPENMETADATA_JWT_TOKEN": server.token,
    }


def _run(tree: Path, environment: dict[str, str]) -> tuple[int, str]:
    command = ["timeout", str(TIMEOUT), str(run_ansible_test.BIN / "molecule"), "test", "--all", "--report"]
    lines = []
    with subprocess.Popen(
        command,
        cwd=tree,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                sys.stdout.write(line)
                lines.append(line)
        except BaseException:
            # Whoever stops this wants Molecule to stop, too, before its services are removed.
            process.terminate()
            raise
    return process.returncode, "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
