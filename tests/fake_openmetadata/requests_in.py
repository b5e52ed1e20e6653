# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request classes of a release, their binding and their validation."""

from __future__ import annotations

from typing import Any

from .binding import (
    REFERENCE,
    STYLE,
    TAG_LABEL,
    JavaClass,
    an_object,
    anything,
    bind,
    boolean,
    enum,
    list_of,
    string,
    uri,
    uuid,
)
from .capabilities import Capabilities
from .errors import bad_request, null_pointer
from .kinds import Kind
from .names import is_narrow, is_wide

Json = dict[str, Any]
RESTORE = JavaClass("org.openmetadata.schema.api.data.RestoreEntity", {"id": uuid})
LOGIN = JavaClass("org.openmetadata.schema.auth.LoginRequest", {"email": string, "password": string})
_NARROW_TEXT = r"^(?U)[\w'\- .&()%]+$"
_WIDE_TEXT = "^((?!::).)*$"


class RequestClasses:
    """What requests for a type of entity a release knows: the classes, and what is checked beyond them."""

    required: tuple[str, ...] = ()
    not_asked: frozenset[str] = frozenset()

    def __init__(self, can: Capabilities, create: JavaClass, entity: JavaClass) -> None:
        """`create` is what create requests must fit, `entity` what patched entities must."""
        self.can = can
        self.create = create
        self.entity = entity

    def fields(self) -> set[str]:
        """The names that `fields` may hold: the members of the entity."""
        return set(self.entity.members) - self.not_asked

    def bind_create(self, body: bytes) -> Json:
        """A create request. Raises ApiError: 400 for what doesn't fit or isn't valid, 500 for no body."""
        request = bind(body, self.create, self.can.terse_request_errors)
        if request is None:
            owner = "getOwners" if self.can.owners else "getOwner"
            raise null_pointer(f"org.openmetadata.schema.CreateEntity.{owner}()", "request")
        self.validate(request)
        return request

    def validate(self, request: Json) -> None:
        """Raises ApiError 400 that lists every constraint that is broken."""
        broken = self._name(request.get("name"))
        broken += [f"{name} must not be null" for name in self.required if request.get(name) is None]
        owners = request.get("owners") or ([request["owner"]] if request.get("owner") else [])
        for reference in owners:
            broken += [f"{name} must not be null" for name in ("id", "type") if reference.get(name) is None]
        for label in request.get("tags") or []:
            needed = ("tagFQN", "source", "labelType", "state")
            broken += [f"{name} must not be null" for name in needed if label.get(name) is None]
        if broken:
            raise bad_request(f"[{', '.join(dict.fromkeys(broken))}]")

    def _name(self, name: str | None) -> list[str]:
        if name is None:
            return ["name must not be null"]
        longest = 256 if self.can.wide_names else 128
        broken = []
        if not 1 <= len(name.encode("utf-16-le")) // 2 <= longest:
            broken.append(f"name size must be between 1 and {longest}")
        if self.can.wide_names:
            if not is_wide(name):
                broken.append(f'name must match "{_WIDE_TEXT}"')
        elif not is_narrow(name):
            broken.append(f'name must match "{_NARROW_TEXT}"')
        return broken


class ServiceClasses(RequestClasses):
    """What requests for a kind of services a release knows."""

    required = ("serviceType",)

    def __init__(self, kind: Kind, can: Capabilities, service_types: list[str]) -> None:
        """Build the classes. Raises ValueError for a made-up member that kinds have anyway."""
        self.kind = kind
        self.can = can
        self.not_asked = kind.not_asked
        self._service_type = enum(kind.type_enum, service_types)
        self._connection = JavaClass(f"org.openmetadata.schema.type.{kind.java}Connection", {"config": anything})
        self.create = JavaClass(kind.request_class, self._known(self._create_members()))
        own = dict.fromkeys(kind.entity_members, anything)
        self.entity = JavaClass(
            kind.entity_class,
            {**self._known({**self._entity_members(), **self._entity_relations()}), **own, **self._inline_members()},
        )

    def _known(self, members: dict[str, Any]) -> dict[str, Any]:
        """Without those that this kind lacks in this release."""
        lacking = {name for name in self.kind.absent if not self.kind.has(name, self.can.version)}
        lacking |= {"domains"} if "domain" in lacking else set()
        return {name: binder for name, binder in members.items() if name not in lacking}

    def _create_members(self) -> dict[str, Any]:
        can = self.can
        return {
            "name": string,
            "displayName": string,
            "description": string,
            "tags": list_of(TAG_LABEL),
            "serviceType": self._service_type,
            "connection": self._connection,
            **dict.fromkeys(self.kind.extra_request, anything),
            **({"owners": list_of(REFERENCE)} if can.owners else {"owner": REFERENCE}),
            "dataProducts": list_of(string),
            **({"domains": list_of(string)} if can.domains else {"domain": string}),
            **({"ingestionRunner": REFERENCE} if can.ingestion_runner else {}),
            **({"style": STYLE} if can.style else {}),
        }

    def _entity_members(self) -> dict[str, Any]:
        return {
            "id": uuid,
            "name": string,
            "fullyQualifiedName": string,
            "displayName": string,
            "serviceType": self._service_type,
            "description": string,
            "connection": self._connection,
            "pipelines": list_of(REFERENCE),
            "testConnectionResult": anything,
            "tags": list_of(TAG_LABEL),
            "version": anything,
            "updatedAt": anything,
            "updatedBy": string,
            "href": uri,
            "changeDescription": anything,
            "deleted": boolean,
        }

    def _entity_relations(self) -> dict[str, Any]:
        can = self.can
        members: dict[str, Any] = {
            "owners" if can.owners else "owner": list_of(REFERENCE) if can.owners else REFERENCE,
            "domains" if can.domains else "domain": list_of(REFERENCE) if can.domains else REFERENCE,
        }
        if can.data_products:
            members["dataProducts"] = list_of(REFERENCE)
        if can.consolidation:
            members["incrementalChangeDescription"] = anything
        if can.ingestion_runner:
            members["ingestionRunner"] = REFERENCE
        if can.followers:
            members["followers"] = list_of(REFERENCE)
        if can.entity_status:
            members["entityStatus"] = string
        return members

    def _inline_members(self) -> dict[str, Any]:
        """Binders of what is stored with the entity. Raises ValueError for a made-up member that isn't one."""
        binders: dict[str, Any] = {"style": STYLE, "serviceAttributes": an_object}
        taken = {*self.create.members, *self._entity_members(), *self._entity_relations()} - {"style"}
        if taken & set(self.can.inline_members):
            raise ValueError(f"entities hold {', '.join(sorted(taken & set(self.can.inline_members)))} already")
        held = [name for name in self.can.inline_members if self.kind.has(name, self.can.version)]
        return {name: binders.get(name, anything) for name in held}
