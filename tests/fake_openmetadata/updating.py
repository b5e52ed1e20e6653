# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update of a stored service, field by field."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from . import changes
from .changes import Change, same_label, same_reference
from .errors import bad_request, null_pointer
from .estate import Record

if TYPE_CHECKING:
    from .repository import Repository
    from .services import Services
    from .tokens import Principal

Json = dict[str, Any]
SESSION = 10 * 60 * 1000


class Updater:
    """Compares an original with its update, stores what changed and completes the update for the answer.

    Newer servers join the PATCHes that one user makes within ten minutes: such an update is compared with the version
    before the original, so that its number may stand still, or go back when the update undoes the change.
    """

    def __init__(
        self, repository: Repository, record: Record, original: Json, updated: Json, operation: str, who: Principal
    ) -> None:
        """Both bodies carry relations without hrefs; `updated` is changed in place."""
        self.repository = repository
        self.estate = repository.estate
        self.can = repository.can
        self.record = record
        self.original = original
        self.updated = updated
        self.operation = operation
        self.who = who
        self.change = Change()
        self.labels = record.tags

    def run(self) -> bool:
        """Update, store, and tell whether this request changed anything."""
        if self.operation == changes.SOFT_DELETE:
            self.change.record("deleted", self.original["deleted"], True)
            return self._store(None)
        self._compare()
        if not self.can.consolidation:
            return self._store(None)
        incremental = self.change
        described = incremental.described(self.original["version"])
        self.updated["incrementalChangeDescription"] = described
        previous = self._previous()
        if previous is not None:
            self.original = previous
            self.change = Change()
            self._compare()
        self._store(previous)
        if self.operation == changes.PUT and incremental:
            self.updated["changeDescription"] = described
        return bool(incremental)

    def _previous(self) -> Json | None:
        """The version to compare with instead of the original, when this PATCH continues a session."""
        original, updated = self.original, self.updated
        continued = (
            self.operation == changes.PATCH
            and original["version"] > 0.1
            and not original["deleted"]
            and original["updatedBy"] == updated["updatedBy"]
            and updated["updatedAt"] - original["updatedAt"] <= SESSION
        )
        if not continued:
            return None
        wanted = original["changeDescription"]["previousVersion"]
        return next((body for body in self.record.history if body["version"] == wanted), None)

    def _compare(self) -> None:
        self.updated["id"] = self.original["id"]
        self._deleted()
        self._text("description", keep_for_bots=True)
        self._text("displayName", keep_for_bots=self.can.bot_keeps_display_name)
        self._owners()
        self._tags()
        self._domains()
        self._data_products()
        self._special()

    @property
    def _bot_put(self) -> bool:
        return self.operation == changes.PUT and self.who.bot

    def _set(self, name: str, value: Any) -> None:
        if value is None:
            self.updated.pop(name, None)
        else:
            self.updated[name] = value

    def _deleted(self) -> None:
        if self.updated.get("deleted") and not self.original["deleted"]:
            raise bad_request(f"{self.record.kind} attribute deleted can't be modified")
        if self.original["deleted"]:
            self.change.record("deleted", True, False)
        self.updated["deleted"] = False

    def _text(self, name: str, keep_for_bots: bool) -> None:
        old, new = self.original.get(name), self.updated.get(name)
        if keep_for_bots and self._bot_put and old:
            self._set(name, old)
        else:
            self.change.record(name, old, new)

    def _owners(self) -> None:
        if self.can.owners:
            self._reference_list("owners", keep_for_bots=False)
            return
        old, new = self.original.get("owner"), self.updated.get("owner")
        if new is not None and self.operation == changes.PATCH:
            new = self.estate.reference(new.get("type") or "null", new.get("id") or "null")
            self.updated["owner"] = new
        if (self.operation == changes.PATCH or new is not None) and self.change.record(
            "owner", old, new, as_json=True, same=same_reference
        ):
            return
        self._set("owner", old)

    def _domains(self) -> None:
        if not self.repository.has("domain"):
            return
        if self.can.domains:
            self._reference_list("domains", keep_for_bots=True)
            return
        old, new = self.original.get("domain"), self.updated.get("domain")
        if new is not None and "id" not in new:
            raise null_pointer("java.util.UUID.toString()", "id")
        if self._bot_put and old:
            self.updated["domain"] = old
        elif (self.operation == changes.PATCH or new is not None) and self.change.record(
            "domain", old, new, as_json=True, same=same_reference
        ):
            return
        else:
            self._set("domain", old)

    def _reference_list(self, name: str, keep_for_bots: bool) -> None:
        old = self.original.get(name) or []
        new = self.updated.get(name) or []
        if self.operation == changes.PUT and (not new or (keep_for_bots and self._bot_put and old)):
            self.updated[name] = old
            return
        if self.operation == changes.PATCH:
            kind = "domain" if name == "domains" else ""
            new = self._resolved(new, kind)
        self.change.record_list(name, old, new, same_reference)
        self.updated[name] = new

    def _resolved(self, references: list[Json], kind: str) -> list[Json]:
        if kind:
            return [self.estate.reference(kind, one.get("id") or "null") for one in references]
        return self.repository.owners(references)

    def _tags(self) -> None:
        if not self.repository.has("tags"):
            return
        old = self.original.get("tags") or []
        new = self.updated.get("tags") or []
        self.labels = []
        if not old and not new:
            return
        if self.operation == changes.PUT:
            new = changes.merge_labels(new, old)
            self.estate.check_exclusive(new)
        self.change.record_list("tags", old, new, same_label)
        self.labels, shown = changes.checked_labels(self.estate, new)
        if self.operation == changes.PATCH or self.can.request_tags:
            self.updated["tags"] = shown

    def _data_products(self) -> None:
        if not (self.can.data_products and self.repository.has("dataProducts")):
            return
        old = self.original.get("dataProducts") or []
        new = self.updated.get("dataProducts") or []
        if self.operation == changes.PATCH:
            new = self._resolved(new, "dataProduct")
        if self.can.products_need_domain:
            new = self._of_domains(new)
        self.updated["dataProducts"] = new
        self.change.record_list("dataProducts", old, new, same_reference)

    def _of_domains(self, products: list[Json]) -> list[Json]:
        """The data products that belong to one of the service's domains. Raises ApiError 400 without a domain."""
        domains = self.updated.get("domains") or ([self.updated["domain"]] if self.updated.get("domain") else [])
        if products and not domains:
            raise bad_request("Domain cannot be empty when data products are provided.")
        ids = {domain["id"] for domain in domains}
        kept = []
        for product in products:
            body = self.estate.tables["dataProduct"].by_id[product["id"]].json
            if ids & {domain["id"] for domain in body.get("domains") or [body["domain"]]}:
                kept.append(product)
        return kept

    def _special(self) -> None:
        """Compare what only this type of entity has."""

    def _store(self, previous: Json | None) -> bool:
        """Store a new version, or give the answer the old one's time and author.

        `previous` is the version that an undone change goes back to.
        """
        version = self.original["version"]
        changed = bool(self.change)
        self.updated["version"] = changes.next_version(version) if changed else version
        self.updated["changeDescription"] = self.change.described(version)
        if changed:
            self._keep_history()
            self._keep()
            return True
        self.updated["updatedBy"] = self.original["updatedBy"]
        self.updated["updatedAt"] = self.original["updatedAt"]
        if self.can.consolidation:
            self._set("changeDescription", self.original.get("changeDescription"))
        if previous is not None:
            self._keep()
            self._forget(version)
        return False

    def _keep(self) -> None:
        self.record.json = copy.deepcopy(self.repository.stored(self.updated, self.original))
        self.record.views = {}
        self.repository.relate(self.record, self.updated)
        self.record.tags = self.labels
        self.estate.tables[self.record.kind].put(self.record)

    def _keep_history(self) -> None:
        self._forget(self.original["version"])
        self.record.history.append(copy.deepcopy(self.original))

    def _forget(self, version: float) -> None:
        self.record.history = [body for body in self.record.history if body["version"] != version]


class ServiceUpdater(Updater):
    """The updater of services."""

    repository: Services

    def _special(self) -> None:
        self._connection()
        self._runner()
        self._inline()

    def _connection(self) -> None:
        """An update without a connection is no change of it (newer source), yet what is stored is the update.

        So a connection left out is kept as long as nothing else changes, and lost, untold, when something does.
        """
        old, new = self._decrypted(self.original), self._decrypted(self.updated)
        if new is not None and old != new:
            self.change.record("connection", "old-encrypted-value", "new-encrypted-value", as_json=True)

    def _decrypted(self, body: Json) -> Any:
        connection = body.get("connection")
        if connection is None:
            return None
        return self.repository.connections.decrypt(body["serviceType"], connection.get("config"))

    def _runner(self) -> None:
        if self.can.ingestion_runner:
            old, new = self.original.get("ingestionRunner"), self.updated.get("ingestionRunner")
            self.change.record("ingestionRunner", old, new, as_json=True, same=same_reference)

    def _inline(self) -> None:
        """Objects stored with the entity are compared as they are: whoever leaves one out removes it."""
        for name in filter(self.repository.has, self.can.inline_members):
            self.change.record(name, self.original.get(name), self.updated.get(name), as_json=name == "style")
