# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS, FieldType

DOCUMENTATION = r"""
name: export_definitions
short_description: Write services as definitions for the roles
version_added: 0.1.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Turns what M(community.openmetadata.dashboard_service_info) returns into a variable file for the role
    P(community.openmetadata.dashboard_services#role), and what M(community.openmetadata.service_info) returns into one
    for the role P(community.openmetadata.services#role). Applying it to the same server changes nothing.
  - Settings that have their default are left out, by the rule by which the modules compare.
  - Whatever is hidden, be it wholly or in part, becomes a reference to a variable. A second file lists these.
  - The same services give the same texts, whatever their order.
options:
  _input:
    description:
      - The C(dashboard_services) that M(community.openmetadata.dashboard_service_info) returns, or the C(services) of
        one or several M(community.openmetadata.service_info).
    type: list
    elements: dict
    required: true
  service_types:
    description: Take services of these types only.
    type: list
    elements: str
    default: []
  name_pattern:
    description: Take services whose name fits this shell pattern only.
    type: str
    default: ''
  domain:
    description: Take services of this domain only, given by its fully qualified name.
    type: str
    default: ''
  variable:
    description:
      - The variable that holds the definitions.
      - Without it, C(dashboard_services_definitions), or for each kind a variable C(openmetadata_services__<kind>)
        where the services tell their kinds.
    type: str
    default: ''
  kinds:
    description:
      - The kinds that were read by M(community.openmetadata.service_info), so that those without any service get their
        variable, too.
    type: list
    elements: str
    default: []
    version_added: 0.2.0
  server_version:
    description:
      - The C(server_version) that the module returns. Defaults differ by release.
      - Without it, those of the newest release that the collection knows are left out.
    type: str
    default: ''
"""

EXAMPLES = r"""
- name: Read the services
  community.openmetadata.dashboard_service_info:
  register: found

- name: Write those of the sales teams
  ansible.builtin.copy:
    content: >-
      {{ (found.dashboard_services
          | community.openmetadata.export_definitions(
              name_pattern='sales_*', server_version=found.server_version)).definitions }}
    dest: group_vars/all/dashboard_services.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The two files, and what they hold.
  type: dict
  contains:
    definitions:
      description: The variable file with the definitions.
      type: str
    vault:
      description: The variable file that lists the variables to fill; each fails with an explanation until it is.
      type: str
    names:
      description: The names of the services.
      type: list
      elements: str
    variables:
      description: The names of the variables to fill.
      type: list
      elements: str
    warnings:
      description: What to know before the definitions are applied to a server that hasn't got these services.
      type: list
      elements: str
"""

import copy
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Callable

import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.community.openmetadata.plugins.module_utils import connection
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    RESOURCES,
    Resource,
)

# Where the roles look for definitions: of dashboard services, and of all that tell their kind.
_OF_DASHBOARDS = "dashboard_services_definitions"
_OF_KINDS = "openmetadata_services"
_TEMPLATE = re.compile(r"\{[{%#]")
_TEXTS = tuple(item.option for item in FIELDS if item.type is FieldType.TEXT)
_LISTS = tuple(item.option for item in FIELDS if item.targets and item.option != "owners")


@dataclass(frozen=True)
class _Owner:
    """The service that something belongs to; `kind` is empty where no kind is told."""

    kind: str
    name: str

    @classmethod
    def of(cls, service: Mapping[str, Any]) -> _Owner:
        """That of a service, or of its definition."""
        return cls(_kind(service), str(service["name"]))

    @property
    def words(self) -> tuple[str, ...]:
        """All that tells it from others."""
        return (self.kind, self.name) if self.kind else (self.name,)

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Place:
    """Where something hidden stood: an option of a service, or a member of its connection."""

    owner: _Owner
    path: tuple[str, ...]

    @property
    def variable(self) -> str:
        """A variable's name that says so; two places may have the same."""
        words = (*self.owner.words, *(part for part in self.path if part != "connection"))
        snake = (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word) for word in words)
        return "vault_" + re.sub(r"[^a-z0-9]+", "_", "_".join(snake).lower()).strip("_")

    @property
    def unique(self) -> str:
        """The same with a part that no other place has."""
        place = json.dumps([*self.owner.words, *self.path])
        return f"{self.variable}_{hashlib.sha256(place.encode()).hexdigest()[:8]}"

    def __str__(self) -> str:
        return f"{'.'.join(self.path)} of {self.owner}"


class _Raw(str):
    """A text that Ansible would take for a template."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes YAML as people do: lists indented, long texts as blocks, no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent lists in mappings, too."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write each value where it belongs."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tag = "!unsafe" if isinstance(text, _Raw) else "tag:yaml.org,2002:str"
    style = '"' if _TEMPLATE.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar(tag, str(text), style=style)


_Dumper.add_representer(str, _text)
# Also Ansible's own texts, lists and mappings, which are special ones before ansible-core 2.19.
_Dumper.add_multi_representer(str, _text)
_Dumper.add_multi_representer(list, yaml.SafeDumper.represent_list)
_Dumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)


def export_definitions(
    services: Iterable[Mapping[str, Any]],
    service_types: Iterable[str] = (),
    name_pattern: str = "",
    domain: str = "",
    variable: str = "",
    server_version: str = "",
    kinds: Iterable[str] = (),
) -> dict[str, Any]:
    """The services as texts of variable files. Raises `AnsibleFilterError` for a variable that no role would find."""
    types = set(service_types)
    ordinary = [_ordinary(service) for service in services]
    chosen = sorted(
        (
            service
            for service in ordinary
            if (not types or service["service_type"] in types)
            and (not name_pattern or fnmatchcase(service["name"], name_pattern))
            and (not domain or domain in service["domains"])
        ),
        key=lambda service: (str(service["name"]), _kind(service)),
    )
    release = connection.parse_version(server_version) or connection.NEWEST
    plain = [_plain(service, release) for service in chosen]
    places = [place for definition in plain for place in _hidden(definition, _Owner.of(definition), ())]
    names = _variables(places)
    definitions = [_referring(definition, _Owner.of(definition), (), names) for definition in plain]
    told = [str(kind) for kind in kinds] or sorted({_kind(service) for service in ordinary if _kind(service)})
    by_variable = _by_variable(definitions, str(variable), told)
    return {
        "definitions": (_OF_ANY_KIND if told else _DASHBOARDS) + _dump(by_variable),
        "vault": _VAULT + _dump({names[place]: _undefined(place) for place in sorted(names, key=names.__getitem__)}),
        "names": [definition["name"] for definition in plain],
        "variables": sorted(names.values()),
        "warnings": [warning for service in chosen for warning in _warnings(service)],
    }


def _by_variable(definitions: list[dict[str, Any]], variable: str, kinds: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What each variable holds; without a name, each of the kinds has its own. Raises `AnsibleFilterError`."""
    base = _OF_KINDS if kinds else _OF_DASHBOARDS
    if variable and not re.fullmatch(rf"{base}(__\w+)?", variable, re.ASCII):
        raise AnsibleFilterError(f"export_variable is {variable}; the role collects {base} and {base}__<anything>.")
    if variable or not kinds:
        return {variable or base: definitions}
    return {f"{base}__{kind}": [each for each in definitions if each["kind"] == kind] for kind in kinds}


_DASHBOARDS = """\
---
# Dashboard services as an OpenMetadata server holds them. What has its default is left out; the variables vault_* are
# listed in the file beside this one.
"""
_OF_ANY_KIND = _DASHBOARDS.replace("Dashboard services", "Services")
_VAULT = """\
---
# The variables that the definitions need. Copy this file to one that isn't overwritten by the next export, fill it in,
# and encrypt it (ansible-vault encrypt). Until then each variable says what is missing when it is used.
"""


def _plain(service: Mapping[str, Any], release: connection.Version) -> dict[str, Any]:
    """A service as a definition: what is empty or has its default left out, secrets still hidden."""
    definition: dict[str, Any] = {"kind": service["kind"]} if _kind(service) else {}
    definition.update(name=service["name"], service_type=service["service_type"])
    definition.update({option: service[option] for option in _TEXTS if service[option]})
    if service["connection"] is not None:
        kind = _resource(service).service_type(service["service_type"], release)
        definition["connection"] = without_defaults(kind, service["connection"])
    owners = sorted(service["owners"], key=lambda owner: (owner["type"], owner["name"]))
    if owners:
        definition["owners"] = [_owner(owner) for owner in owners]
    definition.update({option: sorted(service[option]) for option in _LISTS if service[option]})
    return definition


def _kind(service: Mapping[str, Any]) -> str:
    """What kind of service it says it is; those of modules for dashboards don't tell."""
    return str(service.get("kind") or "")


def _resource(service: Mapping[str, Any]) -> Resource:
    return RESOURCES[_kind(service) or "dashboard"]


def _owner(owner: Mapping[str, str]) -> Any:
    """A user by the name, which the modules look for first; a team with its type, since a user may be called alike."""
    return owner["name"] if owner["type"] == "user" else {"name": owner["name"], "type": owner["type"]}


def without_defaults(kind: connection.ServiceType, config: Mapping[str, Any]) -> dict[str, Any]:
    """A connection without the members that mean the same when they are left out.

    Each member goes only if the whole still compares as equal: some defaults tell one alternative from another.
    """
    whole = _compared(kind, config)
    quick = copy.deepcopy(dict(config))
    _strip(kind.root, quick, top=True)
    if _compared(kind, quick) == whole:
        return quick
    lean = copy.deepcopy(dict(config))
    _strip(kind.root, lean, top=True, fits=lambda: _compared(kind, lean) == whole)
    return lean


def _strip(
    node: connection.Node, member: dict[str, Any], *, top: bool = False, fits: Callable[[], bool] = lambda: True
) -> None:
    """Take away what has its default, as long as the whole `fits`; what is required stays, but for the type."""
    node = connection.select(node, member)
    for key in sorted(member):
        field, value = connection.child(node, key), member[key]
        if isinstance(value, dict):
            # What is empty stays: to the server it isn't the same as what is left out. And where nothing may be chosen,
            # as for Looker's gitCredentials, the server may show another shape's defaults for it.
            nothing = any(shape == {"fields": {}} for shape in field.get("any", ()))
            if nothing and connection.canonical(field, value) == {}:
                value.clear()
            _strip(field, value, fits=fits)
        # A text that can't be another one tells the server which of several shapes it is meant to be.
        tells = len(field.get("enum", ())) == 1
        needed = (tells or key in node.get("required", ())) and not (top and key == "type")
        if ((top and key == "type") or ("default" in field and value == field["default"])) and not needed:
            del member[key]
            if not fits():
                member[key] = value


def _compared(kind: connection.ServiceType, config: Mapping[str, Any]) -> Any:
    return connection.canonical(kind.root, connection.with_type(kind, config))


def _ordinary(value: Any) -> Any:
    """A copy made of plain types, sorted: whatever else Ansible's values know of themselves is left behind."""
    return json.loads(json.dumps(value, sort_keys=True))


def _hidden(value: Any, owner: _Owner, path: tuple[str, ...]) -> Iterator[Place]:
    """The places of texts that are hidden, or hold something hidden."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _hidden(member, owner, (*path, str(key)))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _hidden(member, owner, (*path, str(index)))
    elif isinstance(value, str) and HIDDEN in value:
        yield Place(owner, path)


def _variables(places: list[Place]) -> dict[Place, str]:
    """A variable for each place; where two would have the same name, both get a longer one."""
    counts = Counter(place.variable for place in places)
    return {place: place.variable if counts[place.variable] == 1 else place.unique for place in places}


def _referring(value: Any, owner: _Owner, path: tuple[str, ...], names: Mapping[Place, str]) -> Any:
    """A definition as it is to be written: references for what is hidden, and nothing that Ansible would evaluate."""
    if isinstance(value, Mapping):
        return {str(key): _referring(member, owner, (*path, str(key)), names) for key, member in value.items()}
    if isinstance(value, list):
        return [_referring(member, owner, (*path, str(index)), names) for index, member in enumerate(value)]
    if not isinstance(value, str):
        return value
    place = Place(owner, path)
    if place in names:
        return f"{{{{ {names[place]} }}}}"
    return _Raw(value) if _TEMPLATE.search(value) else str(value)


def _undefined(place: Place) -> str:
    """A template that fails when it is used, with a hint at what is missing."""
    hint = re.sub(r"[^\w .,:&()/@+-]", "?", str(place))
    return f"{{{{ undef(hint='fill in {hint}') }}}}"


def _warnings(service: Mapping[str, Any]) -> Iterator[str]:
    """What can't be made anew from the definition alone."""
    if service["connection"] is None:
        yield (
            f"{_Owner.of(service)} shows no connection (it is stored without one, or this token may not view it), so "
            "its definition has none."
        )
    elif not _resource(service).service_type(service["service_type"]).known:
        unknown = service["service_type"]
        yield f"{_Owner.of(service)}: this collection doesn't know {unknown}, so its defaults are written."


def _dump(content: Any) -> str:
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"export_definitions": export_definitions}
