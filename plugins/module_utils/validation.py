# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks a config before any request that writes; every finding is a sentence that names the field and the cure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection, schemas
from ansible_collections.community.openmetadata.plugins.module_utils.connection import Node, Path, ServiceType
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK

STRICT, WARN, OFF = "strict", "warn", "off"

# What java.net.URI refuses, and with it the server: blanks, control characters and these.
_NOT_IN_URI = re.compile(r"[\s\x00-\x1f<>\"{}|\\^`]")
# Qlik Sense is reached by wss://, a Hive metastore by thrift://.
_WITH_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*://")
_FITS: dict[str, tuple[type[Any], ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_SENTENCE = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}


def check(desired: Desired, current: Current | None, server: Server, mode: str, keep_secrets: bool) -> list[str]:
    """Check the config that a task asks for; returns warnings.

    Raises `InvalidInput` with all findings at once. Required members that neither the task nor the stored connection
    has are a warning, as servers take that and only ingestion misses them. So is what only a server newer than the
    catalogue could know. A mask is refused in every mode.
    """
    name = desired.type or (current.type if current else None)
    if name is None:
        return []
    kind = server.service_type(name)
    config = desired.values.get(server.config)
    masked = [path for path, value in connection.secrets(kind, config or {}) if value == MASK]
    if masked:
        raise InvalidInput(
            f"{_list(masked, server.config)}: this is a masked value, as the server shows it in place of a secret.",
            "Give the secret itself (from a vault), or leave the stored one alone with update_secrets=on_create.",
        )
    if mode == OFF or (current is not None and config is None) or server.resource.has_no_schema(name):
        return []
    stored = current.config if current and current.type == name else None
    if config is None and not server.takes_no_connection:
        config = {}
    findings = _findings(kind, server, config, stored, keep_secrets)
    if findings.errors:
        others = (
            _findings(patch, server, config, stored, keep_secrets, alone=True)
            for patch in connection.patches(kind, server.version)[1:]
        )
        findings = next((each for each in others if not each.errors), findings)
    if findings.errors and not findings.release_told:
        findings.errors += _later_release(kind, server, config)
    if findings.errors and mode == STRICT:
        raise InvalidInput(
            " ".join(findings.errors), f"Correct the task (validate_{server.config}=warn sends it as it is)."
        )
    return findings.warnings + findings.errors


def _later_release(kind: ServiceType, server: Server, config: Mapping[str, Any] | None) -> list[str]:
    """The next release that takes all of a config, as a sentence."""
    for release in connection.changes(kind) if kind.known else ():
        later = Server(_dots(release), server.resource)
        if later.version > server.version:
            form = schemas.service_type(kind.kind, kind.name, later.version)
            if not _findings(form, later, config, None, False, alone=True).errors:
                return [f"OpenMetadata {later.text} takes it so, the server is {server.text}."]
    return []


def _findings(
    kind: ServiceType,
    server: Server,
    config: Mapping[str, Any] | None,
    stored: Mapping[str, Any] | None,
    keep_secrets: bool,
    alone: bool = False,
) -> _Checker:
    """What is to be said of a config, by one form of its type; None is no config at all. `alone`: see `_Checker`."""
    checker = _Checker(kind, server, alone)
    checker.check_type()
    if kind.known and config is not None:
        whole = connection.with_type(kind, config)
        checker.node(kind.root, whole, ())
        checker.check_missing(whole, stored, keep_secrets)
    return checker


def _list(paths: list[Path], option: str) -> str:
    return ", ".join(_dotted(path, option) for path in paths)


class _Checker:
    """Walks a config along the catalogue and collects findings.

    `alone`: members of other patches of the minor release are findings, too. Who asks one patch after the other has to
    say so, or a value that the server's own patch refuses would pass with a patch that lacks the member.
    """

    def __init__(self, kind: ServiceType, server: Server, alone: bool = False) -> None:
        self.kind = kind
        self.server = server
        self.alone = alone
        self.newer = server.version[:3] > connection.NEWEST
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.wrapped = False
        self.release_told = False
        self._meant: set[Path] = set()
        self._above: list[Node] = []

    def add(self, path: Path, said: str, unsure: bool = False) -> None:
        """Note a finding; `unsure` where it is no reason to stop, or a newer server may know better."""
        (self.warnings if unsure else self.errors).append(_sentence(f"{self._dotted(path)}: {said}"))

    def _dotted(self, path: Path) -> str:
        return _dotted(path, self.server.config)

    def check_type(self) -> None:
        """The type itself: known, and not newer than the server."""
        kind, option = self.kind, self.server.resource.type_option
        if not kind.known:
            near = _nearest(kind.name, self.server.resource.service_types())
            said = _sentence(f"{option}: {kind.name[:60]} is unknown{near}")
            (self.warnings if self.newer else self.errors).append(said)
        elif not kind.there and kind.first and kind.first > self.server.version:
            self.errors.append(f"{option}: {self._needs(kind.name, kind.first)}.")
        elif not kind.there and kind.last:
            self.errors.append(f"{option}: {self._gone(kind.name, kind.last)}.")

    def _needs(self, name: str, version: connection.Version) -> str:
        self.release_told = True
        return f"{name} needs OpenMetadata {_dots(version)}, the server is {self.server.text}"

    def _gone(self, name: str, version: connection.Version) -> str:
        self.release_told = True
        return f"the last release of OpenMetadata to know {name} was {_dots(version)}, the server is {self.server.text}"

    def node(self, node: Node, value: Any, path: Path) -> None:
        """Check one member; an absent one (null) is its parent's matter."""
        if value is None or node.get("lenient"):
            return
        if "any" in node:
            self._alternatives(node, value, path)
        elif "fields" in node:
            self._object(node, value, path)
        elif "items" in node:
            self._items(node, value, path)
        else:
            self._scalar(node, value, path)

    def check_missing(self, config: Mapping[str, Any], stored: Mapping[str, Any] | None, keep_secrets: bool) -> None:
        """Required members that would be stored nowhere, in one warning: servers take that, ingestion doesn't."""
        missing = list(_missing(self.kind.root, config, ()))
        if missing and stored:
            missing = list(_missing(self.kind.root, comparison.merged(self.kind, config, stored, keep_secrets), ()))
        missing = [path for path in missing if not any(meant[: len(path)] == path for meant in self._meant)]
        if missing and not self.wrapped:
            needs = "needs them" if len(missing) > 1 else "needs it"
            self.warnings.append(
                f"{_list(missing, self.server.config)}: not given; OpenMetadata stores the "
                f"{self.server.resource.noun} all the same, but ingestion from {self.kind.name} {needs}."
            )

    def _object(self, node: Node, value: Any, path: Path) -> None:
        if not isinstance(value, Mapping):
            self.add(path, f"must be a mapping, not {_kind(value)}")
            return
        self._above.append(node)
        for key, member in value.items():
            here = (*path, key)
            if key not in node["fields"]:
                self._unknown(node, str(key), member, path)
            elif _holds_itself(node["fields"][key], key, member):
                self.add(here, f"is given within itself; give what is in {self._dotted((*here, key))} one level higher")
            else:
                self.node(node["fields"][key], member, here)
        self._above.pop()

    def _unknown(self, node: Node, key: str, member: Any, path: Path) -> None:
        """Check a member that is none of the node's fields."""
        rest = node.get("open")
        if isinstance(rest, dict):
            self.node(rest, member, (*path, key))
        elif rest:
            pass
        elif not path and key == connection.WRAPPER and isinstance(member, Mapping):
            self.wrapped = True
            config = self.server.resource.config
            said = f"leave it out; {config.option} holds the members of the API's {config.api}.config themselves"
            self.add((key,), said)
        elif not self._of_other_release((*path, key)):
            self._stranger(node, key, path)

    def _of_other_release(self, here: Path) -> bool:
        """Whether other releases have a member in this place; it is told, unless a patch of the same minor has it."""
        path = tuple(key for key in here if not key.isdecimal())
        releases = connection.releases_with(self.kind, path)
        if not releases or schemas.has(self.kind.root, path):
            return False
        server = self.server.version
        newer = [release for release in releases if release > server]
        if self.alone or not any(release[:2] == server[:2] for release in releases):
            self.add(here, self._needs(path[-1], newer[0]) if newer else self._gone(path[-1], releases[-1]))
        return True

    def _stranger(self, node: Node, key: str, path: Path) -> None:
        """A member that no release knows in this place: it stands in the wrong one, or is misspelt."""
        home = self._home(node, key, path)
        meant = None if home else _closest(key, node["fields"])
        if home or meant:
            self._meant.add(home or (*path, str(meant)))
        near = f", its place is {self._dotted(home)}" if home else f", did you mean {meant}?" if meant else ""
        self.add((*path, key), f"unknown for {self.kind.name}{near}", unsure=self.newer and not near)

    def _home(self, node: Node, key: str, path: Path) -> Path | None:
        """Where a member would be known: one level deeper, or one higher."""
        for name, field in node["fields"].items():
            if any(key in shape.get("fields", ()) for shape in _shapes(field)):
                return (*path, name, key)
        above = self._above[:-1] if node is self._above[-1] else self._above
        return (*path[:-1], key) if path and above and key in above[-1]["fields"] else None

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
            self.add(path, f"must be {_SENTENCE[kind]}, not {_kind(value)}")
        elif "enum" in node and converted not in node["enum"]:
            near = "; quote the text that you mean" if isinstance(value, bool) else _nearest(str(value), node["enum"])
            self.add(path, f"must be one of {', '.join(node['enum'])}{near}", unsure=self.newer)
        elif node.get("format") == "uri" and _NOT_IN_URI.search(converted):
            self.add(path, "is no address such as https://host:port")
        elif "minimum" in node and converted < node["minimum"]:
            self.add(path, f"must be at least {node['minimum']}")
        elif kind == "string":
            self._text(node, value, converted, path)

    def _text(self, node: Node, value: Any, converted: str, path: Path) -> None:
        """What a server takes for a text, although nobody may have meant it so."""
        shown = "" if connection.is_hidden(node, path) else f" {converted}"
        if isinstance(value, bool):
            said = f"is the boolean{shown}, stored as a text; quote what you mean (YAML reads yes, no, on and off so)"
            self.add(path, said, unsure=True)
        elif isinstance(value, float):
            said = f"is the number{shown}, stored as a text; quote what you mean (YAML reads 3.10 as 3.1)"
            self.add(path, said, unsure=True)
        elif node.get("format") == "uri" and converted and not _WITH_SCHEME.match(converted):
            self.add(path, _without_scheme(converted), unsure=True)

    def _alternatives(self, node: Node, value: Any, path: Path) -> None:
        """One of several shapes: check the only one that is meant, or say which there are."""
        shapes = _shapes(node)
        if not isinstance(value, Mapping):
            fitting = [shape for shape in shapes if connection.strangeness(shape, value) < connection.REFUSED]
            if fitting:
                self.node(fitting[0], value, path)
            else:
                self.add(path, f"must be {_either(shapes)}, not {_kind(value)}")
            return
        shapes = [shape for shape in shapes if "fields" in shape]
        best = connection.select(node, value)
        mine = [set(value) & set(shape["fields"]) for shape in shapes]
        home = set(best.get("fields", ()))
        refused = connection.strangeness(best, value) >= connection.REFUSED
        if refused:
            here = {key for key in value if self._of_other_release((*path, str(key)))}
            value = {key: member for key, member in value.items() if key not in here}
        strangers = {
            key for key in value if key not in home and not best.get("open") and any(key in keys for keys in mine)
        }
        if strangers:
            ours = sorted(set(value) & home - set.intersection(*(set(shape["fields"]) for shape in shapes)))
            self.add(
                path,
                f"{', '.join(sorted(strangers))} can't be combined with {', '.join(ours) or 'the rest'}; "
                f"it takes {_either(shapes)}",
            )
        elif refused and not any(mine) and any(shape.get("required") for shape in shapes):
            self._no_shape(shapes, value, path)
        else:
            self.node(best, value, path)

    def _no_shape(self, shapes: list[Node], value: Mapping[str, Any], path: Path) -> None:
        """None of the members belongs to any of the shapes."""
        homes = {key: self._home({"fields": {}}, str(key), path) for key in value}
        places = [f"; the place of {key} is {self._dotted(home)}" for key, home in homes.items() if home]
        self._meant.update(home for home in homes.values() if home)
        said = "".join(places) or _stray(value, shapes)
        self.add(path, f"must be {_either(shapes)}{said}")


def _shapes(node: Node) -> list[Node]:
    """The shapes that a member may have."""
    shapes: list[Node] = node.get("any", [node])
    return shapes


def _holds_itself(field: Node, key: str, member: Any) -> bool:
    """Whether a member is given one level too deep: `connection: {connection: …}` within `connection`."""
    inner = member.get(key) if isinstance(member, Mapping) else None
    return isinstance(inner, Mapping) and not any(
        key in shape.get("fields", ()) or shape.get("open") for shape in _shapes(field)
    )


def _missing(node: Node, value: Any, path: Path) -> Iterator[Path]:
    """The required members that a config lacks, or holds empty."""
    node = connection.select(node, value)
    if not isinstance(value, Mapping):
        return
    for key in node.get("required", ()):
        if value.get(key) in (None, ""):
            yield (*path, key)
    for key, member in value.items():
        yield from _missing(connection.child(node, key), member, (*path, key))


def _without_scheme(address: str) -> str:
    """What an address without http:// or https:// is read as."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    if scheme is None:
        read = f"{address} is read as a path without any host"
    else:
        read = f"{address} is read as an address of the scheme {scheme[1]}, not as one of a host"
    return f"{read}; ingestion needs it to begin with https:// or http://"


def _dotted(path: Path, option: str) -> str:
    return ".".join((option, *map(str, path)))


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
