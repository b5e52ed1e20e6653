# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of antsibull-nox, as antsibull-nox.toml has them; `make nox` runs them."""

from __future__ import annotations

import antsibull_nox

antsibull_nox.load_antsibull_nox_toml()
