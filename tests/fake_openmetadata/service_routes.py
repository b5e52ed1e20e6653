# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of services, the same for each kind."""

from __future__ import annotations

from collections.abc import Callable

from . import bulk
from .entity_routes import COMMON, Found, Handler, put, routes
from .errors import framework
from .kinds import KINDS
from .messages import Answer, Call
from .repository import Repository
from .state import State
from .tokens import Principal


def upsert_bulk(repository: Repository, call: Call, who: Principal, _found: Found) -> Answer:
    """PUT /bulk."""
    return bulk.run(repository, call, who, lambda request: put(repository, who, request, unmask=False)[0])


def no_id(repository: Repository, _call: Call, _who: Principal, _found: Found) -> Answer:
    """GET /bulk: a word where an id should be."""
    raise framework(404, "Not Found", repository.can.maps_http_errors)


_ROUTES: list[tuple[str, str, Handler]] = [("PUT", "/bulk", upsert_bulk), ("GET", "/bulk", no_id), *COMMON]


def _of(entity: str) -> Callable[[State], Repository]:
    return lambda state: state.services[entity]


ROUTES = [route for kind in KINDS.values() for route in routes(f"/{kind.collection}", _of(kind.entity), _ROUTES)]
