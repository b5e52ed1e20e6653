# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a name is looked up as, and where."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Reference, Tag
from ansible_collections.community.openmetadata.plugins.module_utils.references import Resolver
from dashboards import DASHBOARDS
from unit.plugins.support import Json, plain, scripted

# What a server of this test has, by the path below /api/v1.
KNOWN: dict[str, Json] = {
    '/users/name/"first.last"': {"id": "u-1", "name": "first.last", "fullyQualifiedName": '"first.last"'},
    "/users/name/joe": {"id": "u-2", "name": "joe", "email": "joe@elsewhere.org"},
    "/users/name/both": {"id": "u-3", "name": "both"},
    "/teams/name/both": {"id": "t-3", "name": "both"},
    "/teams/name/crew": {"id": "t-1", "name": "crew"},
    "/domains/name/Sales@EU": {"id": "d-1", "name": "Sales@EU", "fullyQualifiedName": "Sales@EU"},
    "/domains/name/Top.Sub": {"id": "d-2", "name": "Sub", "fullyQualifiedName": "Top.Sub"},
    "/dataProducts/name/Prod@1": {"id": "p-1", "name": "Prod@1", "fullyQualifiedName": "Prod@1"},
    "/tags/name/Class.At@Work": {"id": "x", "name": "At@Work", "fullyQualifiedName": "Class.At@Work"},
    '/tags/name/Class."a.b/c"': {"id": "x", "name": "a.b/c", "fullyQualifiedName": 'Class."a.b/c"'},
    "/glossaryTerms/name/Words.Term": {"id": "x", "name": "Term", "fullyQualifiedName": "Words.Term"},
}
LISTS: dict[str, list[Json]] = {
    "/users": [{"id": "u-9", "name": "smith", "email": "Jo.Smith@example.com"}, {"id": "u-8", "name": "nomail"}],
    "/teams": [{"id": "t-9", "name": "staff", "email": "staff@example.com"}],
}


def answer(request: Json) -> Any:
    path = unquote(request["path"].partition("?")[0].removeprefix("/api/v1"))
    if path in LISTS:
        return plain(body=json.dumps({"data": LISTS[path], "paging": {"total": 1}}).encode())
    if path in KNOWN:
        return plain(body=json.dumps(KNOWN[path]).encode())
    return plain(404, b'{"code": 404, "message": "not found"}')


def resolve(*members: Any, option: str) -> tuple[Any, list[str]]:
    """What members stand for, and the paths that were asked for."""
    with scripted(answer) as script:
        resolver = Resolver(Client(Settings(url=script.url, token="token-1")))
        desired = resolver.resolve(Desired("s", None, {option: list(members)}), None, DASHBOARDS)
    return desired.values[option], [request["path"].removeprefix("/api/v1") for request in script.requests]


@pytest.mark.parametrize(
    ("option", "member", "expected"),
    [
        ("owners", "first.last", Reference("user", "u-1", "first.last")),
        ("owners", "crew", Reference("team", "t-1", "crew")),
        ("owners", "both", Reference("user", "u-3", "both")),
        ("owners", {"name": "both", "type": "team"}, Reference("team", "t-3", "both")),
        ("owners", "joe@elsewhere.org", Reference("user", "u-2", "joe")),
        ("owners", "jo.smith@example.com", Reference("user", "u-9", "smith")),
        ("owners", "staff@example.com", Reference("team", "t-9", "staff")),
        ("domains", "Sales@EU", Reference("domain", "d-1", "Sales@EU")),
        ("domains", "Top.Sub", Reference("domain", "d-2", "Top.Sub")),
        ("data_products", "Prod@1", Reference("dataProduct", "p-1", "Prod@1")),
        ("tags", "Class.At@Work", Tag("Class.At@Work")),
        ("tags", 'Class."a.b/c"', Tag('Class."a.b/c"')),
        ("tags", "Words.Term", Tag("Words.Term", "Glossary")),
    ],
)
def test_what_a_name_stands_for(option: str, member: Any, expected: Any) -> None:
    assert resolve(member, option=option)[0] == (expected,)


@pytest.mark.parametrize(
    "member", ["joe@example.com", "nobody", "nomail@example.com", {"name": "crew", "type": "user"}]
)
def test_what_stands_for_nobody(member: Any) -> None:
    with pytest.raises(errors.InvalidInput, match="there is no"):
        resolve(member, option="owners")


def test_a_name_is_one_segment_of_the_path() -> None:
    _found, asked = resolve('Class."a.b/c"', option="tags")
    assert asked == ["/tags/name/Class.%22a.b%2Fc%22"]


def test_what_is_named_twice_counts_once_and_is_asked_for_once() -> None:
    found, asked = resolve("crew", "crew", {"name": "crew", "type": "team"}, option="owners")
    assert found == (Reference("team", "t-1", "crew"),)
    assert asked.count("/teams/name/crew") <= 2


def test_the_order_of_the_task_is_kept() -> None:
    found, _asked = resolve("crew", "first.last", "both", option="owners")
    assert [member.name for member in found] == ["crew", "first.last", "both"]
