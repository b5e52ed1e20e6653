# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entities of one type: reading, creating, updating, deleting, restoring, versions."""

from __future__ import annotations

import copy
from typing import Any

from . import changes, patching
from .errors import coded
from .estate import HREFS, RELATIONS, Estate, Record, now
from .kinds import EntityType
from .requests_in import RequestClasses
from .tokens import Principal
from .updating import Updater

Json = dict[str, Any]
# Members that hold references, which get a href of their own.
REFERENCES = (
    "owner",
    "owners",
    "domain",
    "domains",
    "dataProducts",
    "pipelines",
    "service",
    "classification",
    "glossary",
)


_SAID_BELOW = "each type of entity has a rule of its own for this"


class Repository:
    """The repository of one type of entity, as the real server has it; subclasses say what is special about theirs."""

    updater = Updater

    def __init__(self, kind: EntityType, estate: Estate, classes: RequestClasses) -> None:
        """Work on an estate; the classes say what requests and patched entities must fit."""
        self.kind = kind
        self.estate = estate
        self.can = estate.can
        self.classes = classes

    @property
    def table(self) -> Any:
        """The entities."""
        return self.estate.tables[self.kind.entity]

    # -- what is special --------------------------------------------------------------------------------------------

    def fqn(self, body: Json) -> str:
        """The fully qualified name of a body."""
        raise AssertionError(_SAID_BELOW)

    def asked(self, fqn: str) -> str:
        """The fully qualified name that a path means."""
        return fqn

    def draft(self, request: Json, who: Principal) -> Json:
        """A new entity from a create request. Raises ApiError 404 for what the request names and isn't there."""
        raise AssertionError(_SAID_BELOW)

    def unmask(self, draft: Json) -> None:
        """Put stored secrets where an update holds masks."""

    def chosen(self, records: list[Record], dummy_query: dict[str, str]) -> list[Record]:
        """The records that a listing's own parameters ask for."""
        return records

    def shown(self, body: Json, who: Principal, record: Record | None = None) -> Json:
        """The body as a reader may see it."""
        raise AssertionError(_SAID_BELOW)

    def shown_patched(self, body: Json, dummy_who: Principal) -> Json:
        """The body as the answer to a PATCH shows it: as stored, ciphertext included (server 1.2)."""
        return body

    def shown_removed(self, body: Json, dummy_base: str, dummy_who: Principal) -> Json:
        """The body as the answers to DELETE and restore show it: as stored, without hrefs (server 1.2)."""
        return body

    def shown_version(self, body: Json, who: Principal) -> Json:
        """The body as one of its versions."""
        return self.shown(body, who)

    def prepare(self, body: Json) -> None:
        """Make a body ready for being stored. Raises ApiError 400."""
        raise AssertionError(_SAID_BELOW)

    def check(self, original: Json, updated: Json) -> None:
        """Raises ApiError for an update that the server can't do."""

    def unmask_patched(self, original: Json, updated: Json) -> None:
        """Put stored secrets where a patched body holds masks, on servers that do."""

    def stored(self, body: Json, original: Json | None) -> Json:
        """What of a body is stored as JSON; the original is None for a new one."""
        return {name: member for name, member in body.items() if name not in RELATIONS}

    def own(self, record: Record, fields: set[str]) -> Json:
        """Members that are neither stored nor a relation that all types have."""
        return {}

    # -- views ------------------------------------------------------------------------------------------------------

    def put_fields(self) -> set[str]:
        """The relations that an update reads and answers with."""
        fields = {"owners" if self.can.owners else "owner"}
        if self.has("tags"):
            fields.add("tags")
        if self.has("domain"):
            fields.add("domains" if self.can.domains else "domain")
        if self.can.data_products and self.has("dataProducts"):
            fields.add("dataProducts")
        if self.can.ingestion_runner and self.has("ingestionRunner"):
            fields.add("ingestionRunner")
        return fields

    def has(self, member: str) -> bool:
        """Does this kind have a member that kinds have in general?"""
        return self.kind.has(member, self.can.version)

    def entity(self, record: Record, fields: set[str]) -> Json:
        """The entity as stored, with the relations asked for, without hrefs."""
        return {**record.json, **self.own(record, fields), **self.relations(record, fields)}

    def relations(self, record: Record, fields: set[str]) -> Json:
        """The relations asked for, without hrefs; absent ones are left out, empty lists are not."""
        estate = self.estate
        found: Json = {}
        if "owner" in fields and record.owners:
            found["owner"] = estate.reference(record.owners[0]["type"], record.owners[0]["id"])
        if "owners" in fields:
            found["owners"] = [estate.reference(owner["type"], owner["id"]) for owner in record.owners]
        if "domain" in fields and record.domains:
            found["domain"] = estate.reference("domain", record.domains[0])
        if "domains" in fields:
            found["domains"] = [estate.reference("domain", id_) for id_ in record.domains]
        if "dataProducts" in fields:
            found["dataProducts"] = [estate.reference("dataProduct", id_) for id_ in record.data_products]
        if "tags" in fields:
            found["tags"] = [estate.label(label) for label in record.tags]
        if "ingestionRunner" in fields and record.runner:
            found["ingestionRunner"] = record.runner
        if "followers" in fields:
            found["followers"] = []
        return found

    def read(self, record: Record, fields: set[str], who: Principal) -> Json:
        """What a GET answers, without hrefs."""
        return self.shown(self.entity(record, fields), who, record)

    # -- writes -----------------------------------------------------------------------------------------------------

    def owners(self, references: list[Json]) -> list[Json]:
        """Full references of owners: one team, or several users. Raises ApiError 404 or 400."""
        teams = [reference for reference in references if reference.get("type") == "team"]
        if len(teams) > 1:
            raise coded(400, "Only One Team is allowed to own Data Assets.")
        if teams and len(references) > 1:
            raise coded(400, "Data Assets can have up to 5 users or a Team but not both as owners.")
        return [self.estate.owner(reference) for reference in references]

    def named(self, kind: str, fqn: str) -> Json:
        """The full reference of what a request names. Raises ApiError 404."""
        record = self.estate.tables[kind].find(fqn=fqn)
        return self.estate.reference(kind, record.id)

    def _prepare_tags(self, body: Json) -> None:
        """Put the labels in order. Raises ApiError 400 for two that exclude each other."""
        if body.get("tags"):
            body["tags"] = changes.prepared_labels(body["tags"])
            self.estate.check_exclusive(body["tags"])

    def create(self, draft: Json) -> Json:
        """Store a new entity; returns it without hrefs. Raises ApiError 409 when the name is taken."""
        self._prepare_tags(draft)
        self.prepare(draft)
        record = Record(self.kind.entity, self.stored(draft, None))
        if draft["fullyQualifiedName"] in self.table.by_fqn:
            raise coded(409, "Entity already exists")
        if self.can.request_tags and self.has("tags"):
            record.tags, draft["tags"] = changes.checked_labels(self.estate, draft["tags"])
        self.relate(record, draft)
        self.table.add(record)
        return draft

    def relate(self, record: Record, body: Json) -> None:
        """Store a body's relations, tags excepted."""
        owners = body.get("owners") or ([body["owner"]] if body.get("owner") else [])
        domains = body.get("domains") or ([body["domain"]] if body.get("domain") else [])
        record.owners = [{"id": owner["id"], "type": owner["type"]} for owner in owners]
        record.domains = [domain["id"] for domain in domains]
        record.data_products = [product["id"] for product in body.get("dataProducts") or []]
        record.runner = body.get("ingestionRunner")

    def put(self, draft: Json, who: Principal) -> tuple[Json, str]:
        """Update the entity of that name; returns the entity without hrefs and the change header."""
        self._prepare_tags(draft)
        self.prepare(draft)
        record = self.table.by_fqn[draft["fullyQualifiedName"]]
        original = self.entity(record, self.put_fields())
        self.check(original, draft)
        if record.deleted:
            self.restore(record.id, who)
        updater = self.updater(self, record, original, draft, changes.PUT, who)
        changed = updater.run()
        return draft, "entityUpdated" if changed else "entityNoChange"

    def patch(self, id_: str, operations: list[Json], who: Principal) -> tuple[Json, str]:
        """Apply a JSON patch; returns the entity without hrefs (its secrets as stored) and the change header."""
        record = self.table.find(id_=id_)
        original = self.entity(record, self.put_fields())
        wanted = patching.reordered(operations) if self.can.reorders_patches else operations
        updated = patching.patched(original, wanted, self.classes.entity)
        updated.update({"updatedBy": who.name, "updatedAt": now()})
        self.unmask_patched(original, updated)
        self._prepare_tags(updated)
        self.prepare(updated)
        if self.can.patch_restores_name:
            updated["name"] = original["name"]
        updated["fullyQualifiedName"] = self.fqn(updated)
        self.check(original, updated)
        updater = self.updater(self, record, original, updated, changes.PATCH, who)
        changed = updater.run()
        return updated, "entityUpdated" if changed else "entityNoChange"

    def delete(self, record: Record, recursive: bool, hard: bool, who: Principal) -> tuple[Json, str]:
        """Delete; returns the entity without hrefs (its secrets as stored) and the change header."""
        children = self.estate.children(record)
        if children and not recursive:
            raise coded(400, f"{self.kind.entity} is not empty")
        for child in children:
            self._delete_child(child, hard, who)
        original = self.entity(record, self.put_fields())
        updated = copy.deepcopy(original)
        if hard:
            self.table.drop(record)
            self.estate.after_delete(record)
            return updated, "entityDeleted"
        updated.update({"updatedBy": who.name, "updatedAt": now(), "deleted": True})
        self.updater(self, record, original, updated, changes.SOFT_DELETE, who).run()
        self.estate.after_delete(record)
        return updated, "entitySoftDeleted"

    def _delete_child(self, child: Record, hard: bool, who: Principal) -> None:
        if hard:
            self.estate.tables[child.kind].drop(child)
            self.estate.after_delete(child)
        elif not child.deleted:
            child.json = {**_marked(child, deleted=True), "updatedAt": now(), "updatedBy": who.name}
            self.estate.after_delete(child)

    def restore(self, id_: str, who: Principal) -> Json:
        """Restore a soft-deleted entity and its children; returns the entity without hrefs.

        Raises ApiError 404 when the entity, or a child, isn't deleted.
        """
        record = self.table.find(id_=id_, include="deleted")
        children = self.estate.children(record)
        for child in children:
            self.estate.tables[child.kind].find(id_=child.id, include="deleted")
        original = self.entity(record, self.put_fields())
        self.check(original, original)
        for child in children:
            child.json = {**_marked(child, deleted=False), "updatedAt": now()}
        updated = copy.deepcopy(original)
        updated.update({"updatedBy": who.name, "updatedAt": now()})
        self.updater(self, record, original, updated, changes.PUT, who).run()
        return updated

    # -- versions ---------------------------------------------------------------------------------------------------

    def versions(self, id_: str) -> list[Json]:
        """The latest and all earlier versions, newest first, without hrefs."""
        record = self.table.find(id_=id_, include="all")
        older = {body["version"]: body for body in record.history}
        return [self.entity(record, self.put_fields()), *(older[version] for version in sorted(older, reverse=True))]

    def version(self, id_: str, text: str) -> Json:
        """One version. Raises ApiError 404 when there is none, 400 when `text` is no number."""
        try:
            wanted = float(text)
        except ValueError:
            raise coded(400, f'For input string: "{text}"') from None
        for body in self.versions(id_):
            if body["version"] == wanted:
                return body
        raise coded(404, f"{self.kind.entity} instance for {id_} and version {wanted} not found")


def _marked(child: Record, deleted: bool) -> Json:
    """A child that goes or comes back with its service; of pipelines the change is told, too (published source)."""
    version = child.json["version"]
    body = {**child.json, "deleted": deleted, "version": changes.next_version(version)}
    if child.kind == "ingestionPipeline":
        change = changes.Change()
        change.record("deleted", not deleted, deleted)
        body["changeDescription"] = change.described(version)
    return body


def with_hrefs(value: Any, base: str, kind: str = "") -> Any:
    """A copy of an entity, or list of them, with `href` added to it and to every reference in it."""
    if isinstance(value, list):
        return [with_hrefs(item, base, kind) for item in value]
    if not isinstance(value, dict):
        return value
    result = dict(value)
    for name in REFERENCES:
        if name in result:
            result[name] = with_hrefs(result[name], base)
    own = kind or str(result.get("type"))
    if "id" in result and own in HREFS:
        result["href"] = f"{base}/api/v1/{HREFS[own]}/{result['id']}"
    return result
