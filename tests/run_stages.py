# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets one after the other, all of them even when one fails, and ends with how long each took."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What became of one target."""

    target: str
    code: int
    seconds: float

    def __str__(self) -> str:
        outcome = f"FAILED (exit code {self.code})" if self.code else "ok"
        return f"{self.target:<14}{self.seconds:7.1f} s  {outcome}"


def run(target: str) -> Stage:
    """Runs `make TARGET`, its output shown as it comes."""
    print(f"\n=== {target} ===", flush=True)
    start = time.monotonic()
    code = subprocess.run(["make", "--no-print-directory", target], check=False, stdin=subprocess.DEVNULL).returncode
    return Stage(target, code, time.monotonic() - start)


def main(targets: list[str]) -> int:
    """Returns 0 when every target succeeded, else 1."""
    stages = [run(target) for target in targets]
    print("\n=== summary ===", *stages, sep="\n")
    passed = sum(stage.code == 0 for stage in stages)
    print(f"{passed} of {len(stages)} stages passed in {sum(stage.seconds for stage in stages):.0f} s")
    return int(passed < len(stages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
