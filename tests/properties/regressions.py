# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found once, kept as examples that every run tries first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import example

from properties.strategies import Start

Json = dict[str, Any]

_URL = "http://one.example.com:8088"
_TABLEAU = {"hostPort": _URL, "siteName": "a"}
_MYSQL = {"username": "a", "hostPort": "h:3306", "authType": {"password": "canary-mysql"}}
_MODE = {"accessToken": "canary-mode-one", "accessTokenPassword": "canary-mode", "workspaceName": "a"}


def _created(service_type: str, config: Json) -> tuple[Start, Json]:
    task = {"name": "sales", "state": "present", "service_type": service_type, "connection": config}
    return Start("sales", service_type, absent=True), task


CASES: tuple[tuple[Start, Json], ...] = (
    # On 1.2 check mode left out the default of a field that later releases dropped (`env`).
    _created("Tableau", _TABLEAU),
    (Start("sales", "Tableau", _TABLEAU), {"name": "sales", "state": "present", "connection": {"hostPort": _URL}}),
    (
        Start("sales", "Tableau", {**_TABLEAU, "siteName": "b"}, deleted=True),
        {"name": "sales", "state": "present", "connection": _TABLEAU},
    ),
    # On 1.2 check mode saw fields coming that one alternative of a connection has there, but not another.
    _created("Superset", {"hostPort": _URL, "connection": _MYSQL}),
    _created("Superset", {"hostPort": _URL, "connection": {**_MYSQL, "database": "d"}}),
    _created(
        "Superset",
        {"hostPort": _URL, "connection": {"provider": "db", "username": "a", "password": "canary-superset"}},
    ),
    (
        Start("sales", "Superset", {"hostPort": _URL, "connection": _MYSQL}),
        {
            "name": "sales",
            "state": "present",
            "connection": {"hostPort": _URL, "connection": {**_MYSQL, "database": "d", "supportsProfiler": False}},
        },
    ),
    # A token that the server shows in clear is written even where stored secrets are left alone.
    (
        Start("sales", "Mode", _MODE),
        {"name": "sales", "state": "present", "connection": {**_MODE, "accessToken": "canary-mode-two"}},
    ),
    # A stored secret is left alone, though the rest of the connection is sent.
    (
        Start("sales", "Metabase", {"hostPort": _URL, "password": "canary-one"}),
        {"name": "sales", "state": "present", "connection": {"hostPort": f"{_URL}1", "password": "canary-two"}},
    ),
    # File names below `certificates` are hidden in a task's results, as some certificates are secrets.
    _created(
        "QlikSense",
        {
            "hostPort": _URL,
            "certificates": {"clientCertificate": "a", "clientKeyCertificate": "a", "rootCertificate": "a"},
        },
    ),
    # A service without a connection was taken for one whose connection has defaults only.
    (
        Start("sales", "CustomDashboard"),
        {"name": "sales", "state": "present", "connection": {"type": "CustomDashboard"}},
    ),
    # On 1.2 a service without a connection can't be restored either.
    (
        Start("sales", "Superset", deleted=True),
        {"name": "sales", "state": "present", "service_type": "Superset"},
    ),
    # The names of a result's members were hidden where a secret was called like that.
    _created("Metabase", {"hostPort": _URL, "password": "failed", "username": "changed"}),
    _created("Metabase", {"hostPort": _URL, "password": "changed"}),
    _created("Metabase", {"hostPort": _URL, "password": "before"}),
    # Nothing at all is stored with the defaults of one of the alternatives.
    _created("Looker", {"clientId": "a", "clientSecret": "canary-looker", "hostPort": _URL, "gitCredentials": {}}),
)


def cases(test: Callable[..., None]) -> Callable[..., None]:
    """Have a test of `(case, policy)` try all of them."""
    for case in CASES:
        for policy in ("always", "on_create"):
            test = example(case, {"update_secrets": policy})(test)
    return test
