# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update of a stored service, field by field."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from . import changes
from .changes import Change, same_label, same_reference
from .errors import coded
from .estate import Record

if TYPE_CHECKING:
    from .services import Services
    from .tokens import Principal

Json = dict[str, Any]


class Updater:
    """Compares an original with its update, stores what changed and completes the update for the answer."""

    def __init__(
        self, services: Services, record: Record, original: Json, updated: Json, operation: str, who: Principal
    ) -> None:
        """Both bodies carry relations without hrefs; `updated` is changed in place."""
        self.services = services
        self.estate = services.estate
        self.can = services.can
        self.record = record
        self.original = original
        self.updated = updated
        self.operation = operation
        self.who = who
        self.change = Change()

    def run(self) -> bool:
        """Update, store, and tell whether anything changed."""
        if self.operation == changes.SOFT_DELETE:
            self.change.record("deleted", self.original["deleted"], True)
        else:
            self.updated["id"] = self.original["id"]
            self._deleted()
            self._text("description", keep_for_bots=True)
            self._text("displayName", keep_for_bots=self.can.bot_keeps_display_name)
            self._owners()
            self._tags()
            self._domains()
            self._data_products()
            self._connection()
        return self._store()

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
            raise coded(400, "dashboardService attribute deleted can't be modified")
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
            new = self.estate.reference(str(new.get("type")), str(new.get("id")))
            self.updated["owner"] = new
        if (self.operation == changes.PATCH or new is not None) and self.change.record(
            "owner", old, new, as_json=True, same=same_reference
        ):
            return
        self._set("owner", old)

    def _domains(self) -> None:
        if self.can.domains:
            self._reference_list("domains", keep_for_bots=True)
            return
        old, new = self.original.get("domain"), self.updated.get("domain")
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
            return [self.estate.reference(kind, str(one.get("id"))) for one in references]
        return self.services.owners(references)

    def _tags(self) -> None:
        old = self.original.get("tags") or []
        new = self.updated.get("tags") or []
        if not old and not new:
            return
        if self.operation == changes.PUT:
            new = changes.merge_labels(new, old)
            self.estate.check_exclusive(new)
        self.change.record_list("tags", old, new, same_label)
        shown = changes.apply_labels(self.estate, self.record, new)
        if self.operation == changes.PATCH or self.can.request_tags:
            self.updated["tags"] = shown

    def _data_products(self) -> None:
        if not self.can.data_products:
            return
        old = self.original.get("dataProducts") or []
        new = self.updated.get("dataProducts") or []
        if self.operation == changes.PATCH:
            new = self._resolved(new, "dataProduct")
            self.updated["dataProducts"] = new
        self.change.record_list("dataProducts", old, new, same_reference)

    def _connection(self) -> None:
        decrypt = self.services.connections.decrypt
        old = decrypt(self.original["serviceType"], self.original["connection"].get("config"))
        new = decrypt(self.updated["serviceType"], self.updated["connection"].get("config"))
        if old != new:
            self.change.record("connection", "old-encrypted-value", "new-encrypted-value", as_json=True)

    def _store(self) -> bool:
        """Store a new version, or give the answer the old one's time and author."""
        version = self.original["version"]
        changed = bool(self.change)
        self.updated["version"] = changes.next_version(version) if changed else version
        self.updated["changeDescription"] = self.change.described(version)
        if not changed:
            self.updated["updatedBy"] = self.original["updatedBy"]
            self.updated["updatedAt"] = self.original["updatedAt"]
            return False
        self._keep_history()
        from .services import RELATIONS

        stored = {name: copy.deepcopy(value) for name, value in self.updated.items() if name not in RELATIONS}
        self.record.json = stored
        self.record.views = {}
        self.services.relate(self.record, self.updated)
        self.estate.tables[self.record.kind].put(self.record)
        return True

    def _keep_history(self) -> None:
        self.record.history = [body for body in self.record.history if body["version"] != self.original["version"]]
        self.record.history.append(copy.deepcopy(self.original))
