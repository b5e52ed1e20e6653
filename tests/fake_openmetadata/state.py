# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a running server remembers."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .capabilities import Capabilities
from .catalogue import Catalogue
from .cipher import Cipher
from .connections import Connections
from .estate import CHILD_KINDS, Estate, Record
from .kinds import KINDS
from .offspring import found
from .orchestrator import Orchestrator
from .pipelines import Pipelines
from .repository import Repository
from .requests_in import ServiceClasses
from .runs import Run
from .seed import BLIND, EDITORS, seed
from .server_connection import server_connection
from .services import Services
from .tokens import Principal, Tokens
from .workflows import Workflows

Json = dict[str, Any]
BLOCKED_AFTER = 3
BLOCKED_FOR = 600.0
# The types of entities that clients make.
_KEPT = (*KINDS, *CHILD_KINDS, "workflow")


class _Repositories(dict[str, Services]):
    """The repository of each kind of services, by entity type, made when first used."""

    def __init__(self, estate: Estate, cipher: Cipher) -> None:
        super().__init__()
        self._estate = estate
        self._cipher = cipher

    def __missing__(self, entity: str) -> Services:
        kind, can = KINDS[entity], self._estate.can
        catalogue = Catalogue(can.version, kind.name)
        classes = ServiceClasses(kind, can, catalogue.service_types)
        self[entity] = Services(kind, self._estate, Connections(can, catalogue, self._cipher), classes)
        return self[entity]


class State:
    """The estate, the rules and who may come in."""

    def __init__(self, can: Capabilities, orchestrator: Orchestrator | None = None) -> None:
        """A freshly seeded server of a release; without another one, an orchestrator that works."""
        self.can = can
        self.cipher = Cipher()
        self.tokens = Tokens(can)
        self.estate = Estate(can)
        seed(self.estate)
        self.services = _Repositories(self.estate, self.cipher)
        # Made-up members that are none are told at once.
        self.services[next(iter(KINDS))]
        self.orchestrator = orchestrator or Orchestrator(can.text)
        self.orchestrator.on_success = self._ran
        self.estate.after_delete = self._deleted
        # Where the orchestrator reaches this server: as in the recordings, which tell it.
        self.url = "http://127.0.0.1:8597"
        self._bot_token = ""
        configs = Connections(can, Catalogue(can.version, "ingestion"), self.cipher)
        self.pipelines = Pipelines(self.estate, configs, self.orchestrator, self._server)
        self.workflows = Workflows(self.estate, self.services, self.orchestrator, self._server)
        self.passwords = {"admin@openmetadata.org": "admin"}
        self._failures: dict[str, list[float]] = {}

    def reset(self) -> None:
        """Drop services and their children and forgive failed logins; keep the seed."""
        for kind in _KEPT:
            table = self.estate.tables[kind]
            table.by_id.clear()
            table.by_fqn.clear()
        self._failures.clear()
        self.orchestrator.reset()
        self.workflows.reset()

    def _server(self) -> Json:
        """How the orchestrator reaches this server: with the ingestion bot's token."""
        self._bot_token = self._bot_token or self.token("ingestion-bot")
        return server_connection(f"{self.url}/api", self._bot_token)

    def _deleted(self, record: Record) -> None:
        """A deleted pipeline is taken from the orchestrator, softly deleted ones, too (server 1.2)."""
        if record.kind == "ingestionPipeline":
            self.orchestrator.delete(record.json["name"])

    def _ran(self, run: Run) -> None:
        """What a run of a metadata pipeline finds appears below its service."""
        record = self.estate.tables["ingestionPipeline"].by_fqn.get(run.fqn)
        if record is None or record.json["pipelineType"] != "metadata" or record.json["service"]["type"] not in KINDS:
            return
        service = self.estate.tables[record.json["service"]["type"]].by_id.get(record.json["service"]["id"])
        if service is not None:
            found(self.estate, service, run.plan.found)

    def catch_up(self) -> None:
        """Store what runs and tests have brought by now."""
        self.orchestrator.tick()
        self.workflows.catch_up()

    def token(self, user: str, expires_in: int | None = None) -> str:
        """A token for a user. Raises ApiError 404 for an unknown one."""
        return self.tokens.issue(self.estate.tables["user"].find(fqn=user).json, expires_in)

    def principal(self, header: str | None) -> Principal:
        """Who an Authorization header speaks for. Raises ApiError 401."""
        user = self.estate.tables["user"].find(fqn=self.tokens.check(header)).json
        name = user["name"]
        blind = self.can.hides_connections and name in BLIND
        return Principal(name, user["isBot"], user["isAdmin"], editor=name in EDITORS, blind=blind)

    def blocked(self, email: str) -> bool:
        """Is an account shut after too many wrong passwords?"""
        recent = [at for at in self._failures.get(email, []) if time.monotonic() - at < BLOCKED_FOR]
        self._failures[email] = recent
        return len(recent) >= BLOCKED_AFTER

    def failed_login(self, email: str) -> None:
        """Count a wrong password."""
        self._failures.setdefault(email, []).append(time.monotonic())

    def forgive(self, email: str) -> None:
        """Forget wrong passwords."""
        self._failures.pop(email, None)

    def view(self) -> Json:
        """The estate with secrets in clear, for assertions."""
        shown: Json = {}
        reader = Principal("tests", bot=True, admin=True)
        others: dict[str, Repository] = {"ingestionPipeline": self.pipelines, "workflow": self.workflows}
        for kind in _KEPT:
            shown[kind] = []
            for record in self.estate.tables[kind].listed("all"):
                body = dict(record.json)
                if kind in KINDS:
                    services = self.services[kind]
                    body = services.read(record, services.put_fields() | {"ingestionRunner"}, reader)
                elif kind in others:
                    body = others[kind].read(record, others[kind].put_fields(), reader)
                    del body["openMetadataServerConnection"]
                shown[kind].append(body)
        return shown

    def save(self, path: Path) -> None:
        """Write services and children to a file."""
        records = [asdict(record) | {"views": {}} for kind in _KEPT for record in self._records(kind)]
        seeded = {
            record.fqn: record.id
            for kind, table in self.estate.tables.items()
            if kind not in _KEPT
            for record in table.by_id.values()
        }
        keys = self.cipher.exported()
        path.write_text(json.dumps({"records": records, "seeded": seeded, "secrets": keys}), encoding="utf-8")

    def _records(self, kind: str) -> list[Record]:
        return list(self.estate.tables[kind].by_id.values())

    def load(self, path: Path) -> None:
        """Read what `save` wrote; ids of the seed change, so references to it are carried over by name."""
        text = path.read_text(encoding="utf-8")
        for fqn, old in json.loads(text)["seeded"].items():
            for table in self.estate.tables.values():
                if fqn in table.by_fqn:
                    text = text.replace(old, table.by_fqn[fqn].id)
        saved = json.loads(text)
        self.cipher.imported(saved["secrets"])
        for members in saved["records"]:
            record = Record(**members)
            self.estate.tables[record.kind].add(record)
