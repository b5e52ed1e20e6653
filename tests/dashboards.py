# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kind of service that most tests are about."""

from __future__ import annotations

from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES

DASHBOARDS = RESOURCES["dashboard"]
