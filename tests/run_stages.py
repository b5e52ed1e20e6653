# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets one after the other, all of them even when one fails, and ends with how long each took."""

from __future__ import annotations

import subprocess
import sys
import time


def main(targets: list[str]) -> int:
    """Returns 0 when every target succeeded."""
    rows = []
    for target in targets:
        print(f"\n=== {target} ===", flush=True)
        start = time.monotonic()
        code = subprocess.run(["make", "--no-print-directory", target], check=False, stdin=subprocess.DEVNULL).returncode
        rows.append((target, code, time.monotonic() - start))
    print("\n=== summary ===")
    for target, code, seconds in rows:
        print(f"{target:<14} {'ok' if code == 0 else f'FAILED ({code})':<12} {seconds:6.1f} s")
    failed = sum(code != 0 for _, code, _ in rows)
    print(f"{len(rows) - failed} of {len(rows)} stages passed in {sum(seconds for *_, seconds in rows):.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
