#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# setup_venv.sh PYTHON VENV REQUIREMENTS: makes the virtual environment where it is missing and installs what the file
# lists. Everything is said on standard error, so that a make target can keep standard output for its own answer.
set -euo pipefail
exec >&2

python=$1 venv=$2 requirements=$3

fail() {
    printf 'error: %s\n' "$*"
    exit 1
}

command -v "$python" >/dev/null || fail "$python was not found. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "$("$python" --version) is too old: Python 3.11 or newer is needed. Name another one with: make PYTHON=/path/to/python3 …"

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    # Debian keeps the pip that every new environment starts with in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
            echo "Installing python3-venv …"
            apt-get update -qq
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
        fi
        "$python" -c 'import ensurepip, venv' 2>/dev/null \
            || fail "$python cannot make virtual environments. As root: apt-get install python3-venv"
    fi
    echo "Making $venv with $("$python" --version) …"
    "$python" -m venv --clear "$venv"
fi

echo "Installing $requirements …"
# Byte code is written as files are first used: compiling all of it at once costs more than it saves.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-compile --requirement "$requirements"
