# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection classes of a release, for each kind of service: fields, defaults, secrets.

Built from the collection's own catalogue of published models (plugins/module_utils/schemas.py), each release in the
form of its last patch, with what the server's Java classes do otherwise: see the tables below.
"""

from __future__ import annotations

import copy
import functools
import sys
from collections.abc import Callable
from typing import Any

import collection_tree

from .shapes import Shape, convert, map_secrets

Version = tuple[int, int]
Node = dict[str, Any]
LAST_PATCH = 999
# Alternatives are held as plain objects, secrets in clear, unless the server has a converter for the class. This says
# since when, "*" for every other type. Sources: server 1.2 for dashboards and recorded databases; else the published
# source's lists of converters of about 1.4, 1.9 and 1.13. What is new in one came sometime after the one before.
_CONVERTED: dict[str, Version] = {
    **dict.fromkeys(("Superset.connection", "Superset.connection.authType", "Tableau.authType"), (1, 0)),
    **dict.fromkeys(("Looker.gitCredentials", "Airflow", "BigQuery", "BigTable", "Datalake", "ElasticSearch"), (1, 0)),
    **dict.fromkeys(("GCS", "Hive", "Iceberg", "Mysql", "Postgres", "Trino", "DBT"), (1, 0)),
    **dict.fromkeys(("Cockroach", "DeltaLake", "Greenplum", "Matillion", "Nifi", "Ranger", "Redshift"), (1, 5)),
    **dict.fromkeys(("Salesforce", "SapHana", "VertexAI"), (1, 5)),
    "ThoughtSpot.authentication": (1, 8),
    **dict.fromkeys(("Airbyte", "Cassandra", "Databricks", "Dremio", "GoogleDrive", "MicrosoftAccess"), (1, 10)),
    **dict.fromkeys(("Mssql", "Mulesoft", "SSIS", "StarRocks", "Timescale", "UnityCatalog", "Wherescape"), (1, 10)),
    "*": (2, 0),
}
# Required members have no default in the models, but some on the server, besides those in tools/catalogue. Source: 1.2.
_DEFAULTS: dict[str, Any] = {"Tableau.env": "tableau_prod"}
# Alternatives of which a converter tries those with members only. Source: server 1.2 refuses a path.
_CLASSES_ONLY = {"Looker.gitCredentials"}
# Certificates are a choice of one in the schema of 1.2, for which the server has no class.
_CERTIFICATES, _TYPED_CERTIFICATES = "sslConfig", (1, 3)
# The storage of samples has no converter anywhere.
_PLAIN = "storageConfig"


def _schemas() -> Any:
    """The collection's catalogue, found by its collection name whatever folder the clone lies in."""
    tree = str(collection_tree.link().parents[2])
    if tree not in sys.path:
        sys.path.append(tree)
    from ansible_collections.community.openmetadata.plugins.module_utils import schemas

    return schemas


class _Builder:
    """Builds the shapes of one type for one release."""

    def __init__(self, name: str, version: Version) -> None:
        self.name = name
        self.version = version

    def shape(self, node: Node, path: tuple[str, ...] = ()) -> Shape:
        """Shape of a node that stands at a path."""
        default = node.get("default", _DEFAULTS.get(self._where(path)))
        if node.get("lenient") or (path[-1:] == (_CERTIFICATES,) and self.version < _TYPED_CERTIFICATES):
            return Shape("any", default=default)
        if "any" in node:
            made = self._choice(node["any"], path)
        elif "items" in node:
            made = Shape("array", items=self.shape(node["items"], path))
        elif "fields" in node:
            made = self._object(node, path)
        else:
            made = _scalar(node)
        if default is not None:
            # A schema may write a number's default as text; the generated class holds a number.
            made.default = convert(made, copy.deepcopy(default))
        return made

    def _object(self, node: Node, path: tuple[str, ...]) -> Shape:
        rest = node.get("open")
        if not node["fields"] and isinstance(rest, dict):
            return Shape("map" if rest == {"type": "string"} else "any")
        if not node["fields"] and rest and path:
            return Shape("any")
        members = {name: self.shape(each, (*path, name)) for name, each in node["fields"].items()}
        # Classes of custom types know any member (server 1.2), which the models tell from 1.9 on.
        custom = not path and self.name.startswith("Custom")
        if custom and "type" in members:
            members["type"].default = self.name
        return Shape("object", open=bool(rest) or custom, members=members)

    def _choice(self, nodes: list[Node], path: tuple[str, ...]) -> Shape:
        """Alternatives. Without a converter for them the server's class holds a plain object."""
        if not self._converted(path):
            return Shape("any")
        if self._where(path) in _CLASSES_ONLY:
            nodes = [each for each in nodes if each.get("fields")]
        return Shape("choice", choices=[self._alternative(each, path) for each in nodes])

    def _alternative(self, node: Node, path: tuple[str, ...]) -> Shape:
        if node.get("open") is True and not node.get("fields"):
            return Shape("object", open=True)
        return self.shape(node, path)

    def _where(self, path: tuple[str, ...]) -> str:
        return ".".join((self.name, *path))

    def _converted(self, path: tuple[str, ...]) -> bool:
        since = _CONVERTED["*"]
        if _PLAIN not in path:
            since = _CONVERTED.get(self.name, _CONVERTED.get(self._where(path), since))
        return since <= self.version


def _scalar(node: Node) -> Shape:
    if "enum" in node:
        return Shape("enum", values=tuple(node["enum"]))
    kind = node.get("type", "any")
    if kind == "string" and node.get("format") == "uri":
        kind = "uri"
    return Shape(kind, secret=bool(node.get("secret")))


class Catalogue:
    """The types of a kind in a release: of services, or of source configs (kind `ingestion`)."""

    def __init__(self, version: Version, kind: str) -> None:
        """Nothing is read yet but the names; a type's shapes are built when first used."""
        self.version = version
        self.kind = kind
        self.service_types = [name for name in _schemas().service_types(kind) if self._type(name).there]

    def _type(self, name: str) -> Any:
        return _schemas().service_type(self.kind, name, (*self.version, LAST_PATCH))

    @functools.cached_property
    def _shapes(self) -> dict[str, Shape]:
        return {}

    def shape(self, service_type: str) -> Shape:
        """The class of a type, which must be one of `service_types`."""
        if service_type not in self._shapes:
            self._shapes[service_type] = _Builder(service_type, self.version).shape(self._type(service_type).root)
        return self._shapes[service_type]

    def convert(self, service_type: str, config: Any) -> Any:
        """A connection with defaults filled in. Raises ConversionError."""
        return convert(self.shape(service_type), config)

    def map_secrets(self, service_type: str, config: Any, change: Callable[[str, str], str]) -> Any:
        """A copy of a converted connection with its secrets changed; see map_secrets above."""
        return map_secrets(self.shape(service_type), config, change)
