# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemas by release: which form a server gets, and what is told of the others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import schemas
from ansible_collections.community.openmetadata.plugins.module_utils.schemas import UNKNOWN, Version, service_type

MEMBERS = {"fields", "required", "open", "any", "items", "min", "type", "enum", "format", "secret", "minimum"}
SERVICES = [kind for kind in schemas.KINDS if kind != "ingestion"]


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """A node and all below it."""
    if isinstance(node, dict):
        yield node
        for each in [*node.get("fields", {}).values(), *node.get("any", []), node.get("items"), node.get("open")]:
            yield from nodes(each)


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_every_node_is_one_that_callers_know(kind: str) -> None:
    for name in schemas.service_types(kind):
        for release in ((1, 2, 0), (1, 7, 1), (1, 13, 0), schemas.newest()):
            for node in nodes(service_type(kind, name, release).root):
                assert set(node) <= {*MEMBERS, "default", "lenient"}
                assert len({"fields", "any", "items", "type"} & set(node)) == 1
                assert set(node.get("required", ())) <= set(node.get("fields", ()))
                assert node.get("format", "uri") == "uri"
                assert node.get("default") not in ([], {})


@pytest.mark.parametrize("kind", SERVICES)
def test_each_type_names_itself(kind: str) -> None:
    for name in schemas.service_types(kind):
        member = service_type(kind, name, schemas.newest()).root["fields"].get("type", {})
        assert name in member.get("enum", [name])


@pytest.mark.parametrize(
    ("version", "first", "last", "there"),
    [
        ((1, 2, 5), (1, 3, 0), (1, 5, 15), False),
        ((1, 3, 0), (1, 3, 0), (1, 5, 15), True),
        ((1, 5, 99), (1, 3, 0), (1, 5, 15), True),
        ((1, 6, 0), (1, 3, 0), (1, 5, 15), False),
    ],
)
def test_a_type_of_some_releases(version: Version, first: Version, last: Version, there: bool) -> None:
    mstr = service_type("dashboard", "Mstr", version)
    assert (mstr.first, mstr.last, mstr.there, mstr.known) == (first, last, there, True)
    # Even so its secrets are known.
    assert mstr.root["fields"]["password"]["secret"]


def test_a_type_of_the_newest_release() -> None:
    assert service_type("dashboard", "Superset", (2, 0, 7)).last is None


def test_a_type_never_heard_of() -> None:
    strange = service_type("dashboard", "Strange", (2, 0, 7))
    assert (strange.root, strange.known, strange.first, strange.last) == (UNKNOWN, False, None, None)
    assert schemas.patches("dashboard", "Strange", (2, 0, 7)) == (strange,)
    assert schemas.releases_with("dashboard", "Strange", ("x",)) == ()


@pytest.mark.parametrize(
    ("kind", "name", "version"),
    [("database", "Dbt", (1, 2, 0)), ("database", "QueryLog", (2, 0, 7)), ("storage", "ADLS", (1, 2, 0))],
)
def test_a_type_without_a_model_takes_anything(kind: str, name: str, version: Version) -> None:
    assert service_type(kind, name, version).root == {"fields": {}, "open": True}


@pytest.mark.parametrize(("kind", "name"), [("messaging", "Pulsar"), ("pipeline", "Backend"), ("database", "MyDb")])
def test_a_model_that_the_server_refuses_is_no_type(kind: str, name: str) -> None:
    assert name not in schemas.service_types(kind)


def fields(version: Version) -> set[str]:
    return set(service_type("dashboard", "Tableau", version).root["fields"])


@pytest.mark.parametrize(
    ("version", "like"),
    [
        ((3, 1, 0), (2, 0, 7)),
        ((2, 0, 7, 1), (2, 0, 7)),
        ((1, 5, 99), (1, 5, 15)),
        ((1, 7), (1, 7, 0)),
        ((1, 1, 0), (1, 2, 0)),
        ((), (1, 2, 0)),
    ],
)
def test_a_version_that_is_no_known_release(version: Version, like: Version) -> None:
    assert fields(version) == fields(like)


def test_the_newest_release() -> None:
    assert schemas.newest() == schemas.releases()[-1] >= (2, 0, 7)
    assert schemas.releases()[0] == (1, 2, 0)
    assert list(schemas.releases()) == sorted(set(schemas.releases()))


def test_the_forms_of_a_minor() -> None:
    forms = schemas.patches("dashboard", "Tableau", (1, 7, 6))
    members = [set(form.root["fields"]) for form in forms]
    assert forms[0] == service_type("dashboard", "Tableau", (1, 7, 6))
    assert [("env" in each, "apiVersion" in each, "proxyURL" in each) for each in members] == [
        (False, True, True),
        (True, True, False),
        (False, False, False),
        (False, True, False),
    ]


def test_a_minor_without_changes_has_one_form() -> None:
    assert len(schemas.patches("dashboard", "Redash", (1, 3, 1))) == 1


def test_a_type_that_a_later_patch_brought() -> None:
    early, late = schemas.patches("dashboard", "ThoughtSpot", (1, 8, 6))
    assert (early.there, late.there) == (False, True)


@pytest.mark.parametrize(
    ("name", "path", "first", "last"),
    [
        ("Tableau", ("proxyURL",), (1, 7, 5), (2, 0, 7)),
        ("Tableau", ("env",), (1, 2, 0), (1, 7, 0)),
        ("Superset", ("connection", "sslCA"), (1, 2, 0), (1, 3, 4)),
        ("QlikCloud", ("spaceTypes",), (1, 7, 0), (2, 0, 7)),
        ("Mstr", ("hostPort",), (1, 3, 0), (1, 5, 15)),
    ],
)
def test_the_releases_with_a_member(name: str, path: tuple[str, ...], first: Version, last: Version) -> None:
    having = schemas.releases_with("dashboard", name, path)
    assert (having[0], having[-1]) == (first, last)


def test_a_path_through_what_may_hold_anything() -> None:
    assert schemas.releases_with("database", "Mysql", ("connectionOptions", "some-option"))
    assert not schemas.releases_with("database", "Mysql", ("connectionOptions", "some-option", "below"))


@pytest.mark.parametrize(
    ("name", "version", "there"),
    [
        ("DashboardMetadata", (1, 2, 0), True),
        ("ReverseIngestion", (1, 6, 13), False),
        ("AutoClassification", (1, 6, 0), True),
        ("AutoClassification/storage", (1, 13, 0), True),
    ],
)
def test_source_configs(name: str, version: Version, there: bool) -> None:
    assert service_type("ingestion", name, version).there == there


def test_a_source_config_by_release() -> None:
    assert schemas.releases_with("ingestion", "DashboardMetadata", ("includeOwners",))
    assert schemas.releases_with("ingestion", "DashboardMetadata", ("markDeletedCharts",))[0] > (1, 2, 0)


def test_a_kind_that_is_none() -> None:
    with pytest.raises(KeyError, match="cooking"):
        service_type("cooking", "Soup", (2, 0, 7))


def test_only_the_kind_in_question_is_imported() -> None:
    package = "ansible_collections.community.openmetadata.plugins.module_utils"
    script = (
        f"import sys, json; from {package} import schemas; "
        "schemas.service_type('mlmodel', 'Mlflow', (2, 0, 7)); "
        f"print(json.dumps([name.rpartition('.')[2] for name in sys.modules if '.catalogue_data.' in name]))"
    )
    path = next(entry for entry in sys.path if entry.endswith(".cache/link"))
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": path}, check=True, stdout=subprocess.PIPE)
    assert sorted(json.loads(done.stdout)) == ["mlmodel", "releases"]


def test_forms_are_shared() -> None:
    assert service_type("dashboard", "Redash", (1, 3, 1)) is service_type("dashboard", "Redash", (1, 3, 1))
    assert service_type("dashboard", "Redash", (3, 0, 0)).root == service_type("dashboard", "Redash", (2, 0, 7)).root
