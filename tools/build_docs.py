# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation as it will be on docs.ansible.com into a folder, without a network; any warning fails."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
COLLECTION = "community.openmetadata"
TIMEOUT = 300
# What antsibull-docs refers to in Ansible's own documentation, which isn't at hand here.
ELSEWHERE = ("action_plugins", "ansible_configuration_settings", "common_return_values")


def main() -> int:
    """Returns 0 when the pages were built without a warning, else the exit status of what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="made anew")
    parser.add_argument("--collections", type=Path, required=True, help="the path that has ansible_collections")
    options = parser.parse_args()
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    # antsibull-docs refuses to write into folders that others may write to.
    (folder / "rst").mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)
    # antsibull-docs runs Ansible's programs, which lie beside this Python.
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(options.collections.resolve()),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    common = ["--fail-on-error", "--use-current", "--squash-hierarchy", "--dest-dir"]
    try:
        _run(["antsibull-docs", "sphinx-init", *common, str(folder), COLLECTION], environment)
        _offline(folder / "conf.py")
        config = ["--config-file", str(folder / "antsibull-docs.cfg")]
        _run(["antsibull-docs", *config, "collection", *common, str(folder / "rst"), COLLECTION], environment)
        sphinx = ["sphinx-build", "-b", "html", "-q", "-W", "--keep-going", "-c", str(folder)]
        _run([*sphinx, str(folder / "rst"), str(folder / "html")], environment)
    except subprocess.CalledProcessError as error:
        return error.returncode
    print(folder / "html" / "index.html")
    return 0


def _run(command: list[str], environment: dict[str, str]) -> None:
    program = Path(sys.executable).with_name(command[0])
    subprocess.run([str(program), *command[1:]], check=True, env=environment, stdin=subprocess.DEVNULL, timeout=TIMEOUT)


def _offline(config: Path) -> None:
    """Let Sphinx do without the indexes of other documentation, and without what they would resolve."""
    known = [("std:ref", label) for label in ELSEWHERE]
    with config.open("a", encoding="utf-8") as file:
        file.write(f"\nintersphinx_mapping = {{}}\nnitpick_ignore = {known!r}\n")


if __name__ == "__main__":
    sys.exit(main())
