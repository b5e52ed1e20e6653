# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets, two at a time, all of them even when one fails, and ends with what each took.

The output of a target is shown when it ends, in one piece. The longest targets are best named first. Of the two figures
the first is what somebody waits, and the second, the processors' time, is the same whatever else runs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What became of one target, and what it printed."""

    target: str
    code: int
    seconds: float
    cpu: float
    output: str

    def __str__(self) -> str:
        outcome = f"FAILED (exit code {self.code})" if self.code else "ok"
        return f"{self.target:<18}{self.seconds:7.1f} s{self.cpu:8.1f} s CPU  {outcome}"


def run(target: str) -> Stage:
    """Runs `make TARGET`."""
    print(f"... {target} starts", flush=True)
    start = time.monotonic()
    with subprocess.Popen(
        ["make", "--no-print-directory", target],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _process, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Stage(target, process.returncode, time.monotonic() - start, usage.ru_utime + usage.ru_stime, output)


def main(arguments: list[str]) -> int:
    """Returns 0 when every target succeeded, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="how many targets run at once")
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--then", nargs="+", default=[], help="targets that build upon the others", metavar="TARGET")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    stages: list[Stage] = []
    for targets in (options.targets, options.then):
        with ThreadPoolExecutor(options.jobs) as pool:
            for future in as_completed([pool.submit(run, target) for target in targets]):
                stage = future.result()
                print(f"\n=== {stage} ===\n{stage.output}", flush=True)
                stages.append(stage)
    print("\n=== summary ===", *stages, sep="\n")
    passed = sum(stage.code == 0 for stage in stages)
    print(f"{passed} of {len(stages)} stages passed in {time.monotonic() - start:.0f} s")
    return int(passed < len(stages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
