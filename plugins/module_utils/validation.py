# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks a connection before any request that writes; every finding is a sentence that names the field and the cure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.connection import Node, Path, ServiceType
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK

STRICT, WARN, OFF = "strict", "warn", "off"

# What java.net.URI refuses, and with it the server: blanks, control characters and these.
_NOT_IN_URI = re.compile(r"[\s\x00-\x1f<>\"{}|\\^`]")
_FITS: dict[str, tuple[type[Any], ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_SENTENCE = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}


def check(desired: Desired, current: Current | None, server: Server, mode: str, keep_secrets: bool) -> list[str]:
    """Check the connection that a task asks for; returns warnings.

    Raises `InvalidInput` with all findings at once. A required secret may be missing where the stored one is kept.
    What only a server newer than the catalogue could know is a warning. A mask is refused in every mode.
    """
    name = desired.service_type or (current.service_type if current else None)
    if name is None:
        return []
    kind = connection.service_type(name)
    config = desired.values.get("connection")
    masked = [path for path, value in connection.secrets(kind, config or {}) if value == MASK]
    if masked:
        raise InvalidInput(
            f"{_list(masked)}: this is a masked value, as the server shows it in place of a secret.",
            "Give the secret itself (from a vault), or leave the stored one alone with update_secrets=on_create.",
        )
    if mode == OFF or (current is not None and config is None):
        return []
    findings = _Checker(kind, server, keep_secrets and current is not None)
    findings.check_type()
    if kind.known:
        findings.node(kind.root, connection.with_type(kind, config or {}), ())
    if findings.errors and mode == STRICT:
        raise InvalidInput(" ".join(findings.errors), "Correct the task (validate_connection=warn sends it as it is).")
    return findings.warnings + findings.errors


def _list(paths: list[Path]) -> str:
    return ", ".join(".".join(("connection", *map(str, path))) for path in paths)


class _Checker:
    """Walks a config along the catalogue and collects findings."""

    def __init__(self, kind: ServiceType, server: Server, secrets_are_stored: bool) -> None:
        self.kind = kind
        self.server = server
        self.secrets_are_stored = secrets_are_stored
        self.newer = server.version[:2] > connection.NEWEST
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def add(self, path: Path, said: str, unsure: bool = False) -> None:
        """Note a finding; `unsure` where a server newer than the catalogue may know better."""
        name = ".".join(("connection", *map(str, path)))
        (self.warnings if unsure else self.errors).append(_sentence(f"{name}: {said}"))

    def check_type(self) -> None:
        """The service type itself: known, and not newer than the server."""
        kind = self.kind
        if not kind.known:
            near = _nearest(kind.name, connection.service_types())
            said = _sentence(f"service_type: {kind.name[:60]} is unknown{near}")
            (self.warnings if self.newer else self.errors).append(said)
        elif kind.first and kind.first > self.server.version:
            self.errors.append(f"service_type: {self._needs(kind.name, kind.first)}.")

    def _needs(self, name: str, version: connection.Version) -> str:
        return f"{name} needs OpenMetadata {'.'.join(map(str, version))}, the server is {self.server.text}"

    def node(self, node: Node, value: Any, path: Path) -> None:
        """Check one member; an absent one (null) is its parent's matter."""
        if value is None:
            return
        node = connection.resolve(node)
        if "any" in node:
            self._alternatives(node, value, path)
        elif "fields" in node:
            self._object(node, value, path)
        elif "items" in node:
            self._items(node, value, path)
        else:
            self._scalar(node, value, path)

    def _object(self, node: Node, value: Any, path: Path) -> None:
        if not isinstance(value, Mapping):
            self.add(path, f"must be a mapping, not {_kind(value)}")
            return
        misspelt = set()
        for key, member in value.items():
            if key in node["fields"]:
                self._release(node, (*path, key))
                if member == "" and key in node.get("required", ()):
                    continue
                self.node(node["fields"][key], member, (*path, key))
            else:
                misspelt.add(self._unknown(node, str(key), member, path))
        for key in node.get("required", ()):
            if value.get(key) in (None, "") and key not in misspelt:
                field = connection.resolve(node["fields"][key])
                if not (self.secrets_are_stored and "secret" in field):
                    self.add((*path, key), f"required for {self.kind.name}")

    def _release(self, node: Node, path: Path) -> None:
        first = self.kind.first_release(node, path)
        if first > self.server.version:
            self.add(path, self._needs(path[-1], first))

    def _unknown(self, node: Node, key: str, member: Any, path: Path) -> str | None:
        """Check a member that is none of the node's fields; returns the field that was meant, if one was."""
        rest = node.get("open")
        last = self.kind.until.get(".".join((*path, key)))
        if isinstance(rest, dict):
            self.node(rest, member, (*path, key))
        elif rest or (last and self.server.version[:2] <= last):
            pass
        elif last:
            self.add((*path, key), f"the last release to know it was {_dots(last)}, the server is {self.server.text}")
        else:
            meant = _closest(key, node["fields"])
            near = f", did you mean {meant}?" if meant else ""
            self.add((*path, key), f"unknown for {self.kind.name}{near}", unsure=self.newer and not near)
            return meant
        return None

    def _items(self, node: Node, value: Any, path: Path) -> None:
        if not isinstance(value, (list, tuple)):
            self.add(path, f"must be a list, not {_kind(value)}")
            return
        if len(value) < node.get("min", 0):
            self.add(path, f"must hold at least {node['min']}")
        for index, member in enumerate(value):
            self.node(node["items"], member, (*path, str(index)))

    def _scalar(self, node: Node, value: Any, path: Path) -> None:
        kind = node["type"]
        converted: Any = connection.convert(node, value)
        if not isinstance(converted, _FITS[kind]) or (kind != "boolean" and isinstance(converted, bool)):
            hint = "; quote it" if kind == "string" and isinstance(value, bool) else ""
            self.add(path, f"must be {_SENTENCE[kind]}, not {_kind(value)}{hint}")
        elif "enum" in node and converted not in node["enum"]:
            near = _nearest(str(value), node["enum"])
            self.add(path, f"must be one of {', '.join(node['enum'])}{near}", unsure=self.newer)
        elif node.get("format") == "uri" and (not converted or _NOT_IN_URI.search(converted)):
            self.add(path, "is no address such as https://host:port")
        elif "minimum" in node and converted < node["minimum"]:
            self.add(path, f"must be at least {node['minimum']}")

    def _alternatives(self, node: Node, value: Any, path: Path) -> None:
        """One of several shapes: check the only one that is meant, or say which there are."""
        shapes = [connection.resolve(alternative) for alternative in node["any"]]
        if not isinstance(value, Mapping):
            fitting = [shape for shape in shapes if connection.misfit(shape, value) == 0]
            if fitting:
                self.node(fitting[0], value, path)
            else:
                self.add(path, f"must be {_either(shapes)}, not {_kind(value)}")
            return
        shapes = [shape for shape in shapes if "fields" in shape]
        best = connection.select(node, value)
        mine = [set(value) & set(shape["fields"]) for shape in shapes]
        home = set(best.get("fields", ()))
        strangers = {
            key for key in value if key not in home and not best.get("open") and any(key in keys for keys in mine)
        }
        if connection.misfit(best, value) == 0:
            self.node(best, value, path)
        elif strangers:
            ours = sorted(set(value) & home - set.intersection(*(set(shape["fields"]) for shape in shapes)))
            self.add(
                path,
                f"{', '.join(sorted(strangers))} can't be combined with {', '.join(ours) or 'the rest'}; "
                f"it takes {_either(shapes)}",
            )
        elif not any(mine) and any(shape.get("required") for shape in shapes):
            self.add(path, f"must be {_either(shapes)}{_stray(value, shapes)}")
        else:
            self.node(best, value, path)


def _either(shapes: list[Node]) -> str:
    """The shapes that a member may have, in words: by what each requires, or may hold."""
    words = []
    for shape in shapes:
        if "fields" not in shape:
            words.append(_SENTENCE.get(shape.get("type", ""), "a list"))
        elif shape["fields"]:
            names = shape.get("required") or [name for name in shape["fields"] if name != "type"]
            words.append(f"a mapping with {' and '.join(names[:4])}")
        else:
            words.append("an empty mapping")
    return ", or ".join(dict.fromkeys(words))


def _stray(value: Mapping[str, Any], shapes: list[Node]) -> str:
    names = {name for shape in shapes for name in shape["fields"]}
    return "".join(f"; {key} is unknown{_nearest(str(key), names)}" for key in value if key not in names)


def _closest(name: str, names: Iterable[str]) -> str | None:
    lowered = {known.lower(): known for known in names}
    match = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.7)
    return lowered[match[0]] if match else None


def _nearest(name: str, names: Iterable[str]) -> str:
    meant = _closest(name, names)
    return f", did you mean {meant}?" if meant else ""


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _dots(version: connection.Version) -> str:
    return ".".join(map(str, version))


def _kind(value: Any) -> str:
    """A value's kind in words; never the value itself, which may be a secret."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return {str: "a text", int: "a number", float: "a number"}.get(type(value), type(value).__name__)
