# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the picture of the demo's output that the README shows: what it says of an ingestion pipeline."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import collection_tree
from audit_page import browser

PICTURE = collection_tree.ROOT / "docs" / "images" / "demo.png"
# The runs of the demo that are shown.
SHOWN = ("5.", "6.", "7.")
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; background: #16181d; }}
pre {{ margin: 0; padding: 20px 24px; color: #d7dae0; font: 13px/1.5 monospace; }}
b {{ color: #fff; }} .changed {{ color: #e5c07b; }} .ok {{ color: #98c379; }} .added {{ color: #98c379; }}
.gone {{ color: #e06c75; }}
</style><pre>{text}</pre>"""


def _coloured(line: str) -> str:
    """A line of the demo, as a terminal would show it."""
    text = html.escape(line)
    if re.match(r"\d+\. ", line):
        return f"<b>{text}</b>"
    text = re.sub(r"(?<=  )(changed|ok):", r'<span class="\1">\1</span>:', text)
    text = re.sub(r"(?<=  )ok$", '<span class="ok">ok</span>', text)
    kind = {"+": "added", "-": "gone"}.get(line.strip()[:1], "")
    return f'<span class="{kind}">{text}</span>' if kind else text


def main() -> None:
    """Run the demo, and take the picture."""
    command = [sys.executable, str(collection_tree.ROOT / "tests" / "demo.py")]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    runs = [part for part in said.split("\n\n") if part.startswith(SHOWN)]
    lines = ["$ make demo", "…", *"\n\n".join(runs).splitlines(), "…", said.strip().splitlines()[-1]]
    with tempfile.TemporaryDirectory() as folder, browser.Browser() as chromium:
        page = Path(folder) / "demo.html"
        page.write_text(PAGE.format(text="\n".join(map(_coloured, lines))), encoding="utf-8")
        chromium.look(900, height=300)
        chromium.open(page)
        PICTURE.write_bytes(chromium.screenshot())
    print(PICTURE)


if __name__ == "__main__":
    main()
