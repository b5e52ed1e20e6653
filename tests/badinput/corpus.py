# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the YAML files of cases: what is wrong (or odd) in a task that is right otherwise.

A group of cases has `option`, where each of `values` is put (`at` says where else, `drop` what is taken away instead),
and may have `module` (single, bulk or info, or service, service_bulk or service_info for the modules for any kind),
`profile`, `base` (a service type; for the modules for any kind a kind), `with` (further options), `says` (a regular
expression for the message; by default the option's name as a word of its own) and `warns` (one for the warning that the
task gets; by default it gets none).
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from samples import SAMPLES
from unit.plugins import configs

Json = dict[str, Any]
HERE = Path(__file__).parent
SECRET = "canary-base"
_WORDS = {"option", "values", "at", "drop", "module", "profile", "base", "with", "says", "warns"}


class _Loader(yaml.SafeLoader):
    """YAML 1.1 as Ansible reads it, with two tags for what is too long to be written down."""


def _repeat(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> str:
    text, times = loader.construct_sequence(node)
    return str(text) * int(times)


def _nested(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> Json:
    key, depth = loader.construct_sequence(node)
    value: Json = {}
    for _level in range(int(depth)):
        value = {str(key): value}
    return value


_Loader.add_constructor("!repeat", _repeat)
_Loader.add_constructor("!nested", _nested)


@dataclass(frozen=True)
class Case:
    """One task. `says` is what its message has to fit, `warns` what its warning has to."""

    title: str
    module: str
    profile: str
    task: Json
    says: str
    warns: str | None = None


@cache
def cases(name: str) -> tuple[Case, ...]:
    """The cases of a file."""
    groups = yaml.load((HERE / name).read_text(encoding="utf-8"), _Loader)  # noqa: S506  # a SafeLoader
    return tuple(case for number, group in enumerate(groups) for case in _expanded(number, group))


def _expanded(number: int, group: Json) -> Iterator[Case]:
    unknown = set(group) - _WORDS
    if unknown:
        raise ValueError(f"group {number}: {unknown}")
    option, module = group["option"], group.get("module", "single")
    before = r"(?<!\w)" if "at" in group else r"(?<![\w.])"
    says = group.get("says", rf"{before}{re.escape(option)}(?!\w)")
    for place, value in enumerate(group.get("values", [None])):
        base = _of_any_kind if module.startswith("service") else _base
        task = {**base(module, group.get("base", "")), **copy.deepcopy(group.get("with", {}))}
        if "drop" in group:
            del task[group["drop"]]
        else:
            _put(task, str(group.get("at", option)).split("."), _plain(value))
        title = f"{number}.{place}-{module}-{option}={_short(value)}"
        yield Case(title, module, group.get("profile", "2.0"), task, says, group.get("warns"))


def _base(module: str, service_type: str) -> Json:
    if module == "info":
        return {}
    service_type = service_type or "Metabase"
    connection = configs.minimal(service_type)
    if service_type == "Metabase":
        connection = {"hostPort": "http://metabase.example.com:3000", "username": "u", "password": SECRET}
    service = {"name": "bad", "service_type": service_type, "connection": connection}
    other = {**copy.deepcopy(service), "name": "good"}
    return service if module == "single" else {"services": [service, other]}


def _of_any_kind(module: str, kind: str) -> Json:
    kind = kind or "database"
    if module == "service_info":
        return {"kind": kind}
    service = SAMPLES[kind].options("bad")
    return service if module == "service" else {"services": [service, SAMPLES["messaging"].options("good")]}


def _put(task: Json, path: list[str], value: Any) -> None:
    place: Any = task
    for key in path[:-1]:
        place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
    if isinstance(place, list):
        place[int(path[-1])] = value
    else:
        place[path[-1]] = value


def _plain(value: Any) -> Any:
    """A value as Ansible hands it to a module: JSON knows no dates."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return value


def _short(value: Any) -> str:
    return json.dumps(_plain(value))[:40].encode("ascii", "backslashreplace").decode()
