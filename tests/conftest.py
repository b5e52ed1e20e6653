# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the collection importable before anything else is imported, also in a clone in which nothing ran yet."""

from __future__ import annotations

import importlib

import collection_tree

collection_tree.link()
# The folder on the path may not have been there when the import system first looked.
importlib.invalidate_caches()
