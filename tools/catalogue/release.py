# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one release has: the service types of each kind, the source configs of pipelines, and every definition."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from . import reader, syntax
from .reader import Reader
from .syntax import Class, Models

CONNECTIONS = "entity.services.connections"
_RENAMED = {"apiService": "api"}  # the folder's name in 1.5
_SOURCES = "metadataIngestion"

Release = dict[str, Any]
"""`kinds`: of each kind of service which types the server's enum lists (`listed`) and the key of each type's root
definition (`types`); the source configs are the kind `ingestion`, all of them listed. `definitions`: the nodes."""


def read(archive: Path, cache: Path) -> Release:
    """Read a release out of an archive of its models, or what an earlier run read with this very code."""
    file = cache / f"{archive.stem}-{_fingerprint()}.json"
    if file.exists():
        known: Release = json.loads(file.read_text(encoding="utf-8"))
        return known
    release = read_models(Models(archive))
    cache.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(release), encoding="utf-8")
    return release


def read_models(models: Models) -> Release:
    """Read a release. Raises TypeError for syntax, and ValueError for an order of files, never seen before."""
    definitions = Reader(models)
    kinds = {}
    for folder in models.folders(CONNECTIONS):
        if folder == "common":
            continue
        kind = _RENAMED.get(folder, folder)
        types: dict[str, str] = {}
        for module in models.modules(f"{CONNECTIONS}.{folder}", "Connection"):
            cls = models.main(module)
            _add(types, _type_name(definitions, cls, cls.syntax.name.removesuffix("Connection")), cls.key)
        kinds[kind] = {"listed": _listed(models, kind), "types": types}
    sources: dict[str, str] = {}
    for module in models.modules(_SOURCES, "Pipeline"):
        cls = models.main(module)
        name = _type_name(definitions, cls, cls.syntax.name)
        # From 2.0 on, three kinds of services have an AutoClassification each; databases had it first.
        _add(sources, f"{name}/{cls.syntax.name.partition('Service')[0].lower()}" if name in sources else name, cls.key)
    kinds["ingestion"] = {"listed": list(sources), "types": sources}
    return {"kinds": kinds, "definitions": definitions.definitions}


def _type_name(definitions: Reader, cls: Class, fallback: str) -> str:
    """What a connection's or source config's member `type` says, where it says one thing."""
    node = definitions.definitions[definitions.model(cls)]["fields"].get("type", {})
    values = node.get("enum", [])
    return str(values[0] if len(values) == 1 else node.get("default", fallback) if values else fallback)


def _add(types: dict[str, str], name: str, key: str) -> None:
    if name in types:
        raise ValueError(f"{name}: both {types[name]} and {key}")
    types[name] = key


def _listed(models: Models, kind: str) -> list[str]:
    """The values of the kind's enum of service types: the server refuses every other."""
    name = f"entity.services.{kind}Service"
    if not models.has(name):
        return []
    module = models.module(name)
    enums = [Class(module, syntax) for syntax in module.classes.values() if syntax.name.endswith("ServiceType")]
    (enum,) = [each for each in enums if each.is_enum]
    values: list[str] = list(dict.fromkeys(value.value for value in enum.members().values()))  # type: ignore[attr-defined]
    return values


def _fingerprint() -> str:
    """Tells apart what different states of this code read."""
    texts = [Path(module).read_bytes() for module in (__file__, reader.__file__, syntax.__file__)]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]
