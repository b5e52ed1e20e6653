# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the server holds: entities by kind, with look-ups, references and tag labels."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import names
from .capabilities import Capabilities
from .errors import ApiError, bad_request, coded, entity_not_found
from .kinds import KINDS

Json = dict[str, Any]
# Kind of entity -> its collection in URLs.
COLLECTIONS = {
    "user": "users",
    "team": "teams",
    "domain": "domains",
    "dataProduct": "dataProducts",
    "classification": "classifications",
    "tag": "tags",
    "glossary": "glossaries",
    "glossaryTerm": "glossaryTerms",
    "dashboard": "dashboards",
    "chart": "charts",
    "dashboardDataModel": "dashboard/datamodels",
    "database": "databases",
    "topic": "topics",
    "pipeline": "pipelines",
    "mlmodel": "mlmodels",
    "container": "containers",
    "searchIndex": "searchIndexes",
    "apiCollection": "apiCollections",
    "directory": "drives/directories",
    "file": "drives/files",
    "spreadsheet": "drives/spreadsheets",
    "llmModel": "llmModels",
    "testSuite": "dataQuality/testSuites",
    "workflow": "automations/workflows",
    "ingestionPipeline": "services/ingestionPipelines",
    **{kind.entity: kind.collection for kind in KINDS.values()},
}
# Where an entity's href says something else than the path that serves it.
HREFS = {**COLLECTIONS, **{kind.entity: kind.href for kind in KINDS.values() if kind.href}}
# Members of a service that are stored apart from its JSON.
RELATIONS = ("owner", "owners", "tags", "domain", "domains", "dataProducts", "ingestionRunner", "href", "pipelines")
CHILD_KINDS = (*(child for kind in KINDS.values() for child in kind.children), "ingestionPipeline")
NEVER_DELETED_SOFTLY = {"domain", "dataProduct"}


@dataclass
class Record:
    """A stored entity: `json` as the server stores it (no href, no relations), relations apart, older versions."""

    kind: str
    json: Json
    owners: list[Json] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    data_products: list[str] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    runner: Json | None = None
    history: list[Json] = field(default_factory=list)
    views: dict[bool, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The entity's id."""
        return str(self.json["id"])

    @property
    def fqn(self) -> str:
        """The entity's fully qualified name."""
        return str(self.json["fullyQualifiedName"])

    @property
    def deleted(self) -> bool:
        """Soft-deleted?"""
        return bool(self.json.get("deleted"))


class Table:
    """The entities of one kind, by id and by FQN."""

    def __init__(self, kind: str) -> None:
        """An empty table."""
        self.kind = kind
        self.by_id: dict[str, Record] = {}
        self.by_fqn: dict[str, Record] = {}

    def put(self, record: Record) -> None:
        """Store a record, under a new FQN if that changed."""
        stale = [fqn for fqn, other in self.by_fqn.items() if other is record and fqn != record.fqn]
        for fqn in stale:
            del self.by_fqn[fqn]
        self.by_id[record.id] = record
        self.by_fqn[record.fqn] = record

    def add(self, record: Record) -> None:
        """Store a new record. Raises ApiError 409 when its FQN is taken, by a soft-deleted one too."""
        if record.fqn in self.by_fqn:
            raise coded(409, "Entity already exists")
        self.by_id[record.id] = record
        self.by_fqn[record.fqn] = record

    def drop(self, record: Record) -> None:
        """Forget a record."""
        self.by_id.pop(record.id, None)
        self.by_fqn.pop(record.fqn, None)

    def find(self, *, id_: str = "", fqn: str = "", include: str = "non-deleted") -> Record:
        """By id or FQN. Raises ApiError 404 when absent or of another state than `include` asks for."""
        record = self.by_id.get(id_) if id_ else self.by_fqn.get(fqn)
        if record is None or not included(record, include):
            raise entity_not_found(self.kind, id_ or fqn)
        return record

    def listed(self, include: str) -> list[Record]:
        """All of that state, by name."""
        chosen = [record for record in self.by_id.values() if included(record, include)]
        return sorted(chosen, key=lambda record: str(record.json["name"]))


def included(record: Record, include: str) -> bool:
    """Is a record of the state that `include` (all, deleted, non-deleted) asks for?"""
    return include == "all" or record.deleted == (include == "deleted")


def now() -> int:
    """Milliseconds since 1970, never the same twice, so that each change has its own time."""
    _CLOCK[0] = max(_CLOCK[0] + 1, int(time.time() * 1000))
    return _CLOCK[0]


_CLOCK = [0]


def _nothing(_record: Record) -> None:
    """What happens after a deletion when nobody cares."""


class Estate:
    """All tables, and what concerns several of them."""

    def __init__(self, can: Capabilities) -> None:
        """An empty estate of a release."""
        self.can = can
        self.tables = {kind: Table(kind) for kind in COLLECTIONS}
        self.after_delete: Callable[[Record], None] = _nothing

    def table(self, kind: str) -> Table:
        """The table of a kind. Raises ApiError 404 for a kind that isn't known, as for a reference of such a type."""
        if kind not in self.tables:
            raise coded(404, f"Entity repository for {kind} not found. Is the ENTITY_TYPE_MAP initialized?")
        return self.tables[kind]

    def children(self, record: Record) -> list[Record]:
        """What a service contains, soft-deleted ones included."""
        return [
            child
            for kind in (*(KINDS[record.kind].children if record.kind in KINDS else ()), "ingestionPipeline")
            for child in self.tables[kind].by_id.values()
            if child.json["service"]["id"] == record.id
        ]

    def reference(self, kind: str, id_: str, include: str = "all") -> Json:
        """A full reference to an entity, without href. Raises ApiError 404 when there is none."""
        record = self.table(kind).find(id_=id_, include=include)
        reference: Json = {"id": record.id, "type": kind}
        for name in ("name", "fullyQualifiedName", "description", "displayName"):
            if record.json.get(name):
                reference[name] = record.json[name]
        if self.can.data_products:
            reference.setdefault("displayName", record.json["name"])
        if kind not in NEVER_DELETED_SOFTLY:
            reference["deleted"] = record.deleted
        return reference

    def label(self, label: Json) -> Json:
        """A tag label as a GET shows it: with the tag's own name and words."""
        kind, record = self.labelled(label)
        shown = {"tagFQN": label["tagFQN"], "name": record.json["name"]}
        for name in ("displayName", "description"):
            if record.json.get(name):
                shown[name] = record.json[name]
        source = "Classification" if kind == "tag" else "Glossary"
        return {**shown, "source": source, "labelType": label["labelType"], "state": label["state"]}

    def labelled(self, label: Json) -> tuple[str, Record]:
        """(kind, record) of the tag or glossary term that a label names. Raises ApiError 404 when unknown."""
        kind = "tag" if label.get("source") == "Classification" else "glossaryTerm"
        return kind, self.tables[kind].find(fqn=str(label.get("tagFQN")))

    def check_exclusive(self, labels: list[Json]) -> None:
        """Raises ApiError 400 for two labels under one parent that allows only one."""
        seen: dict[str, Json] = {}
        for label in labels:
            parent = names.parent_fqn(str(label.get("tagFQN")))
            other = seen.get(parent)
            seen[parent] = label
            if other is not None and self._exclusive(label, parent):
                raise bad_request(
                    f"Tag labels {label['tagFQN']} and {other['tagFQN']} are mutually exclusive "
                    "and can't be assigned together"
                )

    def _exclusive(self, label: Json, parent: str) -> bool:
        kinds = ("classification", "tag") if label.get("source") == "Classification" else ("glossary", "glossaryTerm")
        for kind in kinds:
            record = self.tables[kind].by_fqn.get(parent)
            if record is not None:
                return bool(record.json.get("mutuallyExclusive"))
        return False

    def owner(self, reference: Json) -> Json:
        """The full reference of an owner named in a request.

        Raises ApiError 404 for an unknown one, 400 for what can't own.
        """
        kind = str(reference["type"])
        found = self.reference(kind, str(reference["id"]))
        if kind == "team":
            team_type = self.tables["team"].by_id[found["id"]].json["teamType"]
            if team_type != "Group":
                raise bad_request(
                    f"Team of type {team_type} can't own entities. Only Team of type Group can own entities."
                )
        elif kind != "user":
            raise _no_owner(kind)
        return found


def _no_owner(kind: str) -> ApiError:
    return bad_request(f"Entity of type {kind} can't be the owner. Only Team of type Group or a User can own entities.")
