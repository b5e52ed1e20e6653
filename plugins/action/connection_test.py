# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.openmetadata.plugins.modules import connection_test
from ansible_collections.community.openmetadata.plugins.plugin_utils.in_controller import InController


class ActionModule(InController):
    """Runs M(community.openmetadata.connection_test) in the controller where that makes no difference."""

    module = connection_test
