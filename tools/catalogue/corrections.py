# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server does otherwise than the models say, which are the client's view; the evidence stands at each row.

The server's classes are made by jsonschema2pojo, the client's by datamodel-code-generator, both from the same schemas:

- The default of a definition behind a `$ref` counts for the server. Before 1.13 the client's generator lost it, so it
  is taken from a later release of the same definition. All that have one are `supports*`: a server of 1.2 fills in true
  for a Mysql service that is created without them (recorded).
- A default beside a `$ref` counts for the client only; jsonschema2pojo has none for objects at all. Such are the filter
  patterns that leave system schemas out. For an enum the models don't tell one from the other, and the default is kept:
  a server of 1.2 fills in `scheme` and `verifySSL`, where definition and reference agree.
- A number's default may stand in the schema as a text, which the server reads as the number.
- An empty list or mapping as a default is left out: to the server, and in comparisons, it equals none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .reader import Node
from .release import Release

REQUIRED_DEFAULTS: dict[tuple[str, str], Any] = {
    # A required field's default is not in the models. A server of 1.2 fills these in for services created without.
    ("SupersetConnection", "hostPort"): "http://localhost:8088",
    ("RedashConnection", "hostPort"): "http://localhost:5000",
    ("LightdashConnection", "hostPort"): "http://localhost:5000",
    ("SupersetApiConnection", "provider"): "db",
    # Up to 1.7.0, by tableauConnection.json, where it is both required and has this default.
    ("TableauConnection", "env"): "tableau_prod",
    # These by the JSON schemas of that name, such as sigmaConnection.json; not by the answer of a server.
    ("CustomDashboardConnection", "type"): "CustomDashboard",
    ("HexConnection", "hostPort"): "https://app.hex.tech",
    ("OllamaConnection", "baseURL"): "http://localhost:11434",
    ("OpenMetadataConnection", "hostPort"): "http://localhost:8585/api",
    ("SigmaConnection", "hostPort"): "https://api.sigmacomputing.com",
    ("StitchConnection", "hostPort"): "https://api.stitchdata.com/v4",
}

ORDER: dict[tuple[str, str], list[str]] = {
    # SupersetConnectionClassConverter.java: the server tries these classes in this order, the schema names Postgres
    # first. Host and user alone fit both, and the one that is taken fills in its `scheme`.
    ("SupersetConnection", "connection"): ["SupersetApiConnection", "MysqlConnection", "PostgresConnection"],
}


def definition_defaults(releases: Iterable[Release]) -> dict[str, Any]:
    """The default that each definition behind a reference has, by its key: the oldest one known."""
    known: dict[str, Any] = {}
    for release in releases:
        for model in release["definitions"].values():
            for field in model["fields"].values():
                if "behind" in field:
                    known.setdefault(field["named"], field["behind"])
    return known


def corrected(key: str, model: Node, definitions: dict[str, Any]) -> Node:
    """A model's node as the server has it; `definitions` are the defaults behind references."""
    name = key.rpartition(".")[2]
    fields = {}
    for member, field in model["fields"].items():
        node = _plain({**field, **_default(field, definitions)})
        if (name, member) in REQUIRED_DEFAULTS and member in model.get("required", []):
            node["default"] = REQUIRED_DEFAULTS[name, member]
        if (name, member) in ORDER:
            order = ORDER[name, member]
            node["any"] = sorted(node["any"], key=lambda each: order.index(each["ref"].rpartition(".")[2]))
        fields[member] = node
    return {**model, "fields": fields}


def _default(field: Node, definitions: dict[str, Any]) -> dict[str, Any]:
    if field.get("named") in definitions:
        return {"default": definitions[field["named"]]}
    default = field.get("default")
    if "ref" in field or default in ([], {}):
        return {"default": None}
    return {"default": int(default)} if field.get("type") == "integer" and isinstance(default, str) else {}


def _plain(node: Node) -> Node:
    """A node without what only this package understands, at every depth."""
    plain: Node = {}
    for key, value in node.items():
        if key in ("named", "behind") or (key == "default" and value is None):
            continue
        if key == "any":
            plain[key] = [_plain(each) for each in value]
        elif key in ("items", "open") and isinstance(value, dict):
            plain[key] = _plain(value)
        else:
            plain[key] = value
    return plain
