# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the picture of the audit's page that the documentation shows."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

import collection_tree
from audit_page import browser
from audit_page.estate import Audits, plan
from fake_openmetadata.launch import FakeServer

PICTURE = collection_tree.ROOT / "docs" / "images" / "audit.png"
ADDRESS = "https://openmetadata.example.com:8585"


def main() -> None:
    """Audit a changed server, and take the picture; it shows an address that is the same each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=PICTURE)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--admin", action="store_true", help="audit without seeing secrets")
    parser.add_argument("--nasty", action="store_true", help="with names that try to break the page")
    options = parser.parse_args()
    collection_tree.link()
    planned = plan(nasty=options.nasty)
    with tempfile.TemporaryDirectory() as folder, FakeServer(profile="2.0") as server:
        audits = Audits(server, Path(folder))
        audits.provision(planned)
        audits.change(planned)
        token = server.admin_token if options.admin else server.bot_token
        page = audits.audit([*planned.defined, *planned.wrong], token=token, name="reports")
        text = page.read_text(encoding="utf-8").replace(server.url, ADDRESS)
        page.write_text(re.sub(r"checked at [\d: -]+", "checked at 2026-01-01 04:17:09 ", text), encoding="utf-8")
        with browser.Browser() as chromium:
            chromium.look(options.width, dark=options.dark)
            chromium.open(page)
            options.output.parent.mkdir(parents=True, exist_ok=True)
            options.output.write_bytes(chromium.screenshot())
    print(options.output)


if __name__ == "__main__":
    main()
