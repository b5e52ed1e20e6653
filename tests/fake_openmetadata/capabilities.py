# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server of a given release can do. One table, so that a test can run any release in between."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TEXTS = {(1, 2): "1.2.0-SNAPSHOT", (2, 0): "2.0.7"}


@dataclass(frozen=True)
class Capabilities:
    """Rules that changed between releases. `version` is (major, minor), `text` what /system/version says."""

    version: tuple[int, int]
    text: str
    bulk: bool = False
    # Made-up members of an entity, as a release to come may add them.
    extra_members: tuple[str, ...] = ()

    def since(self, major: int, minor: int) -> bool:
        """Is this release at least major.minor?"""
        return self.version >= (major, minor)

    @property
    def owners(self) -> bool:
        """`owners`, a list, instead of `owner`, one reference."""
        return self.since(1, 5)

    @property
    def domains(self) -> bool:
        """`domains`, a list, instead of `domain`, one name."""
        return self.since(1, 9)

    @property
    def data_products(self) -> bool:
        """The entity itself holds `dataProducts`; before, only the create request knew the word."""
        return self.since(1, 3)

    @property
    def consolidation(self) -> bool:
        """PATCHes of one user within ten minutes count as one change."""
        return self.since(1, 3)

    @property
    def request_tags(self) -> bool:
        """PUT and POST take tags (add-only); before, they were silently ignored."""
        return self.since(1, 3)

    @property
    def wide_names(self) -> bool:
        """Names of 1..256 characters without `::`; before, 1..128 of a few characters."""
        return self.since(1, 3)

    @property
    def ingestion_runner(self) -> bool:
        """`ingestionRunner` in requests and entities."""
        return self.since(1, 7)

    @property
    def followers(self) -> bool:
        """`followers` in fields."""
        return self.since(1, 7)

    @property
    def if_match(self) -> bool:
        """ETag on answers, and If-Match honoured by PATCH."""
        return self.since(1, 9)

    @property
    def entity_status(self) -> bool:
        """`entityStatus` in entities."""
        return self.since(1, 12)

    @property
    def style(self) -> bool:
        """`style` in requests and entities."""
        return self.since(2, 0)

    @property
    def service_attributes(self) -> bool:
        """`serviceAttributes` in entities, though not in create requests (newest source, after 2.0.7)."""
        return self.since(2, 1)

    @property
    def inline_members(self) -> tuple[str, ...]:
        """Members that are stored with the entity, compared and versioned; a PUT that leaves one out removes it."""
        known = (("style", self.style), ("serviceAttributes", self.service_attributes))
        return tuple(dict.fromkeys([*(name for name, there in known if there), *self.extra_members]))

    @property
    def hides_connections(self) -> bool:
        """Who may not view credentials is shown no connection; before, everyone sees masks."""
        return self.since(1, 4)

    @property
    def bot_keeps_display_name(self) -> bool:
        """A bot's PUT leaves a display name alone once there is one."""
        return not self.since(1, 7)

    @property
    def maps_http_errors(self) -> bool:
        """404, 405 and 415 of the framework keep their status; before, they came out as 500."""
        return self.since(1, 3)

    @property
    def terse_request_errors(self) -> bool:
        """A body that doesn't fit the request's class is only called `Invalid request format`."""
        return self.since(2, 0)

    @property
    def conversion_errors_told(self) -> bool:
        """A connection that doesn't convert is refused with the converter's own words."""
        return self.since(1, 3)

    @property
    def late_connections(self) -> bool:
        """A service stored without a connection can be given one; before, every update failed."""
        return self.since(1, 4)

    @property
    def products_need_domain(self) -> bool:
        """An update with data products needs a domain, and drops products of other domains."""
        return self.since(1, 7)

    @property
    def patch_restores_name(self) -> bool:
        """A patched name is put back instead of being shown (and stored along with another change)."""
        return self.since(1, 3)

    @property
    def patch_by_name(self) -> bool:
        """PATCH takes a name in the path, too."""
        return self.since(1, 4)

    @property
    def reorders_patches(self) -> bool:
        """Removals are done last, and operations on indexes by index."""
        return not self.since(1, 5)

    @property
    def patch_unmasks(self) -> bool:
        """PATCH puts stored secrets where it finds masks; before, it stored the masks."""
        return self.since(2, 0)

    @property
    def cursors_with_ids(self) -> bool:
        """Pages are cut by name and id; before, by name (published source, the release is a guess)."""
        return self.since(1, 6)

    @property
    def redeploys_on_change(self) -> bool:
        """A PATCH of a deployed pipeline deploys it anew, before it is stored (published source, not that of 1.9)."""
        return self.since(1, 10)

    @property
    def pipeline_patch_unmasks(self) -> bool:
        """PATCH of a pipeline puts stored secrets where it finds masks (newest source, after 2.0)."""
        return self.since(2, 1)

    @property
    def login_servlet(self) -> bool:
        """Login errors are `{"error": text}`."""
        return self.since(1, 9)


def capabilities(
    profile: str, text: str | None = None, bulk: bool = False, extra_members: tuple[str, ...] = ()
) -> Capabilities:
    """Rules of release `profile` ("1.2", "2.0", …); `text` is the version told, if another one.

    `extra_members` are made-up members of entities. Raises ValueError for a profile that is not major.minor.
    """
    match = re.fullmatch(r"(\d+)\.(\d+)", profile)
    if not match:
        raise ValueError(f"a profile is major.minor, such as 1.2, not {profile!r}")
    version = (int(match[1]), int(match[2]))
    return Capabilities(version, text or _TEXTS.get(version, f"{profile}.0"), bulk, extra_members)
