# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tools.catalogue`: refresh the catalogue, or try the example workflows in the wheels."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from . import examples, forms, release, render, summary
from .releases import Releases
from .wheels import Wheels, published

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("releases.json")
TARGET = ROOT / "plugins" / "module_utils" / "catalogue_data"
CACHE = ROOT / ".cache" / "catalogue"
PAGE = ROOT / "docs" / "catalogue.md"


def main() -> int:
    """Run what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogue", description=__doc__)
    parser.add_argument(
        "--add", nargs="*", default=[], metavar="WHEEL", help="such as 2.1.0.0; `latest`: all there are"
    )
    parser.add_argument(
        "--examples", action="store_true", help="check the example workflows and write docs/catalogue.md"
    )
    options = parser.parse_args()
    return check() if options.examples else refresh(options.add)


def refresh(add: list[str]) -> int:
    """Write the catalogue out of the listed releases and those to add, and say what changed."""
    started = time.monotonic()
    releases = Releases(LIST)
    wheels = Wheels(CACHE)
    releases.add(published() if "latest" in add or not releases.wheels else add)
    contents = {name: release.read(wheels.models(releases.wheels[name]), CACHE) for name in releases.all}
    before = summary.events(TARGET)
    render.write(TARGET, forms.kinds(contents), contents)
    releases.write()
    lines = summary.changes(before, summary.events(TARGET))
    for line in lines:
        print(line)
    print(
        f"{len(lines)} changes; {len(contents)} releases read, up to {[*contents][-1]}; "
        f"{wheels.downloads} wheels ({wheels.size / 1e6:.0f} MB) downloaded, {time.monotonic() - started:.0f} s."
    )
    return 0


def check() -> int:
    """Try every example workflow on its release, and write the page about it; 1 when one is refused."""
    releases = Releases(LIST)
    wheels = Wheels(CACHE)
    results = [
        result
        for name in examples.newest_of_minors(releases.all)
        for result in examples.check(wheels.models(releases.wheels[name]), name)
    ]
    PAGE.write_text(examples.page(results), encoding="utf-8")
    refused = [result for result in results if result.refused]
    for result in refused:
        print(f"{result.example.release} {result.example.file}: {', '.join(result.findings)}")
    print(f"{len(results)} examples, {len(refused)} refused: see {PAGE.relative_to(ROOT)}.")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
