# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection under its own name, and nothing out of the environment of whoever runs the tests."""

from __future__ import annotations

import importlib
import os

import collection_tree

collection_tree.link()
# The folder on the path may not have been there when the import system first looked.
importlib.invalidate_caches()

for _name in [name for name in os.environ if name.startswith("OPENMETADATA_")]:
    del os.environ[_name]
