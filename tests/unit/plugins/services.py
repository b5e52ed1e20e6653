# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dashboard service in a stand-in server: stored by other means than those under test, and read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired
from ansible_collections.community.openmetadata.plugins.module_utils.outcomes import Outcome
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS, FieldType
from fake_openmetadata.launch import FakeServer
from unit.plugins.support import ROLES, Json, User, admin, bot, writes

LIST = "/services/dashboardServices"
READ = f"GET {LIST}/name/s"
VERSION = "GET /system/version"
BOTH_ROLES = pytest.mark.parametrize("role", list(ROLES))
OPTIONS = pytest.mark.parametrize("option", [item.option for item in FIELDS])

CONFIG = {"type": "Metabase", "hostPort": "http://stored", "username": "u", "password": "canary-stored",
          "supportsMetadataExtraction": False}  # fmt: skip

# What a service has, and what each option is then cleared or set to. A new option needs a line in STORED and _NEW.
STORED: dict[str, Any] = {
    "display_name": "Stored name",
    "description": "Stored words",
    "connection": CONFIG,
    "owners": ["rec_user"],
    "domains": ["RecDomain"],
    "tags": ["PII.Sensitive", "Tier.Tier1"],
    "data_products": ["RecProduct"],
}
CLEARED: dict[str, Any] = {
    **{item.option: "" if item.type is FieldType.TEXT else [] for item in FIELDS},
    # A connection can't be cleared; what is optional in it can.
    "connection": {"hostPort": "http://stored", "username": "u", "password": "canary-stored"},
}
_NEW: dict[str, Any] = {
    "display_name": " Näw | name ",
    "description": "New *words*\n\n日本語 `x` & 'y'",
    "connection": {**CONFIG, "hostPort": "http://new", "password": "canary-new"},
    "owners": ["rec_user", "rec_user_2"],
    "domains": ["RecDomain", "RecDomain2"],
    "tags": ["PII.NonSensitive", "RecGlossary.RecTerm"],
    "data_products": ["RecProduct", "RecProduct2"],
}
# What 1.2 can hold one of only.
_NEW_1_2 = {"owners": ["rec_team"], "domains": ["RecDomain2"], "data_products": ["RecProduct2"]}
SET: dict[str, dict[str, Any]] = {"1.2": {**_NEW, **_NEW_1_2}, "2.0": _NEW}
CONNECTION_FIELDS = {
    "cleared": ["connection.supportsMetadataExtraction"],
    # To an admin the password is not comparable; a bot sees that it changed.
    "set": {"admin": ["connection.hostPort"], "bot": ["connection.hostPort", "connection.password"]},
}


def profile_of(server: FakeServer) -> str:
    return "2.0" if admin(server).client().get("/system/version")["version"].startswith("2") else "1.2"


def has(server: FakeServer, option: str) -> bool:
    return option != "data_products" or profile_of(server) == "2.0"


def given(server: FakeServer, name: str = "s", service_type: str = "Metabase", **values: Any) -> str:
    """Store a service by requests of its own, whatever is tested; returns its id and empties the log."""
    user, lists = admin(server), profile_of(server) == "2.0"
    body: Json = {"name": name, "serviceType": service_type}
    if "connection" in values:
        body["connection"] = {"config": values["connection"]}
    for option, member in (("display_name", "displayName"), ("description", "description")):
        if values.get(option):
            body[member] = values[option]
    owners = [
        {"id": user.call("GET", f"/users/name/{each}")["id"], "type": "user"} for each in values.get("owners", ())
    ]
    if owners:
        body.update({"owners": owners} if lists else {"owner": owners[0]})
    if values.get("domains"):
        body.update({"domains": values["domains"]} if lists else {"domain": values["domains"][0]})
    if values.get("data_products"):
        body["dataProducts"] = values["data_products"]
    stored = user.call("POST", LIST, body)
    if values.get("tags"):
        labels = [{"tagFQN": each, "source": "Classification", "labelType": "Manual", "state": "Confirmed"}
                  for each in values["tags"]]  # fmt: skip
        user.call("PATCH", f"{LIST}/{stored['id']}", [{"op": "add", "path": "/tags", "value": labels}])
    server.clear_requests()
    return str(stored["id"])


def seen(server: FakeServer, name: str = "s") -> dict[str, Any]:
    """A service as a bot reads it now, option by option."""
    lists = profile_of(server) == "2.0"
    asked = "owners,domains,tags,dataProducts" if lists else "owner,domain,tags"
    entity = bot(server).call("GET", f"{LIST}/name/{name}", fields=asked, include="all")

    def named(plural: str, singular: str) -> list[str]:
        members = entity.get(plural) if lists else [entity[singular]] if entity.get(singular) else []
        return sorted(member["name"] for member in members or ())

    shown = {
        "display_name": entity.get("displayName", ""),
        "description": entity.get("description", ""),
        "connection": (entity.get("connection") or {}).get("config"),
        "owners": named("owners", "owner"),
        "domains": named("domains", "domain"),
        "tags": sorted(label["tagFQN"] for label in entity.get("tags") or ()),
        "deleted": entity["deleted"],
        "version": entity["version"],
        "id": entity["id"],
    }
    return {**shown, "data_products": named("dataProducts", "dataProduct")} if lists else shown


def expected(server: FakeServer, **values: Any) -> dict[str, Any]:
    """What `seen` shows of a service with these values (lists sorted, defaults of Metabase filled in)."""
    shown = {**STORED, **values}
    config = {"type": "Metabase", "supportsMetadataExtraction": True, **shown["connection"]}
    lists = {option: sorted(shown[option]) for option in ("owners", "domains", "tags", "data_products")}
    if not has(server, "data_products"):
        del lists["data_products"]
    return {**{option: shown[option] for option in ("display_name", "description")}, "connection": config, **lists}


def wish(service_type: str | None = "Metabase", name: str = "s", **values: Any) -> Desired:
    return Desired(name, service_type, values)


def only(option: str, value: Any) -> dict[str, Any]:
    """One option by its name."""
    return {option: value}


def present(user: User, desired: Desired, retries: int = 4, **options: Any) -> Outcome:
    return user.reconciler(retries, **options).present(desired)


def fails(kind: type[errors.OpenMetadataError], work: Callable[[], Any]) -> errors.OpenMetadataError:
    with pytest.raises(errors.OpenMetadataError) as caught:
        work()
    assert caught.value.__class__ is kind
    assert "canary" not in f"{caught.value} {caught.value.cure} {caught.value.details()}"
    assert caught.value.cure
    return caught.value


def assert_told(outcome: Outcome) -> None:
    """Nothing of an outcome but its masked views shows a secret."""
    assert "canary" not in repr(outcome)
    assert "fernet" not in repr(outcome)


def assert_patches_stay_outside_connections(server: FakeServer) -> None:
    for entry in writes(server):
        if entry["method"] == "PATCH":
            assert not [one for one in entry["body"] if one["path"].startswith("/connection")]
