# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a field is called in which release, how an entity is read, and what a name may be."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import field_values, limits, model
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import (
    Current,
    Desired,
    Reference,
    Server,
    Tag,
)
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    COLLECTIONS,
    FIELDS,
    Field,
    FieldType,
)
from dashboards import DASHBOARDS

SNAPSHOT = Server("1.2.0-SNAPSHOT", DASHBOARDS)
NEW = Server("2.0.7", DASHBOARDS)
FIELD = {item.option: item for item in FIELDS}

USER = {"id": "u-1", "type": "user", "name": "joe", "fullyQualifiedName": "joe"}
TEAM = {"id": "t-1", "type": "team", "name": "rec_team", "fullyQualifiedName": "rec_team"}
DOMAIN = {"id": "d-1", "type": "domain", "name": "Sub", "fullyQualifiedName": "RecDomain.Sub"}
PRODUCT = {"id": "p-1", "type": "dataProduct", "name": "Prod", "fullyQualifiedName": "Prod"}
LABEL = {"tagFQN": "PII.Sensitive", "source": "Classification", "labelType": "Manual", "state": "Confirmed"}


def entity(**members: Any) -> dict[str, Any]:
    return {"id": "1", "name": "s", "serviceType": "Metabase", "version": 0.1, **members}


@pytest.mark.parametrize(
    ("version", "owner", "domain", "products", "carried"),
    [
        ("1.2.0-SNAPSHOT", "owner", "domain", False, False),
        ("1.2.0", "owner", "domain", False, False),
        ("1.2.1", "owner", "domain", True, False),
        ("1.3.4", "owner", "domain", True, False),
        ("1.5", "owners", "domain", True, False),
        ("1.5.0", "owners", "domain", True, False),
        ("1.5.15", "owners", "domain", True, False),
        ("1.7.0-SNAPSHOT", "owners", "domain", True, True),
        ("1.9", "owners", "domains", True, True),
        ("1.9.0", "owners", "domains", True, True),
        ("1.10.0-rc1", "owners", "domains", True, True),
        ("1.10", "owners", "domains", True, True),
        ("2.0.7", "owners", "domains", True, True),
        ("10.0", "owners", "domains", True, True),
    ],
)
def test_what_a_release_calls_its_fields(version: str, owner: str, domain: str, products: bool, carried: bool) -> None:
    server = Server(version, DASHBOARDS)
    assert server.api_name(FIELD["owners"]) == owner
    assert server.api_name(FIELD["domains"]) == domain
    asked = [owner, domain, "tags"] + ["dataProducts"] * products + ["ingestionRunner"] * carried
    assert server.query_fields.split(",") == asked


@pytest.mark.parametrize(
    ("version", "escapes", "matches"),
    [("1.2.0-SNAPSHOT", False, False), ("1.8.9", False, False), ("1.9.0", False, True), ("1.10.1", False, True),
     ("1.12.14", False, True), ("1.13.0", True, True), ("2.0.7", True, True)],
)  # fmt: skip
def test_what_a_release_does(version: str, escapes: bool, matches: bool) -> None:
    assert Server(version, DASHBOARDS).escapes_descriptions == escapes
    assert Server(version, DASHBOARDS).matches_versions == matches


@pytest.mark.parametrize(
    ("version", "needed"), [("1.9.17", False), ("1.10", True), ("1.10.0-rc1", True), ("2.0", True)]
)
def test_data_products_need_a_domain_from_1_10_on(version: str, needed: bool) -> None:
    assert Server(version, DASHBOARDS).needs_domain_for_products == needed


@pytest.mark.parametrize(
    ("option", "server", "members", "expected"),
    [
        ("display_name", NEW, {"displayName": " A "}, " A "),
        ("display_name", NEW, {}, ""),
        ("description", NEW, {"description": None}, ""),
        ("connection", NEW, {"connection": {"config": {"type": "Metabase"}}}, {"type": "Metabase"}),
        ("connection", NEW, {"connection": {"config": {}}}, None),
        ("connection", NEW, {"connection": {}}, None),
        ("connection", NEW, {"connection": None}, None),
        ("connection", NEW, {}, None),
        ("owners", SNAPSHOT, {"owner": USER}, (Reference("user", "u-1", "joe"),)),
        ("owners", SNAPSHOT, {"owners": [USER]}, ()),
        ("owners", SNAPSHOT, {}, ()),
        ("owners", NEW, {"owners": [USER, TEAM]},
         (Reference("user", "u-1", "joe"), Reference("team", "t-1", "rec_team"))),
        ("owners", NEW, {"owners": [{**TEAM, "inherited": True}, USER]}, (Reference("user", "u-1", "joe"),)),
        ("owners", NEW, {"owners": []}, ()),
        ("owners", NEW, {"owners": [{"id": "x", "type": "user"}]}, (Reference("user", "x", ""),)),
        ("domains", SNAPSHOT, {"domain": DOMAIN}, (Reference("domain", "d-1", "RecDomain.Sub"),)),
        ("domains", NEW, {"domains": [DOMAIN]}, (Reference("domain", "d-1", "RecDomain.Sub"),)),
        ("domains", NEW, {"domains": [{**DOMAIN, "inherited": True}]}, ()),
        ("domains", NEW, {"domains": [{"id": "x", "name": "N"}]}, (Reference("domain", "x", "N"),)),
        ("data_products", NEW, {"dataProducts": [PRODUCT]}, (Reference("dataProduct", "p-1", "Prod"),)),
        ("tags", NEW, {"tags": [LABEL]}, (Tag("PII.Sensitive"),)),
        ("tags", NEW, {"tags": [{**LABEL, "appliedBy": "x", "appliedAt": 1}]}, (Tag("PII.Sensitive"),)),
        ("tags", NEW, {"tags": [{**LABEL, "labelType": "Derived"}]}, ()),
        ("tags", NEW, {"tags": [{**LABEL, "labelType": "Propagated"}]}, ()),
        ("tags", NEW, {"tags": [{**LABEL, "labelType": "Automated", "state": "Suggested"}]},
         (Tag("PII.Sensitive", "Classification", "Automated", "Suggested"),)),
        ("tags", NEW, {}, ()),
    ],
)  # fmt: skip
def test_how_a_member_is_read(option: str, server: Server, members: dict[str, Any], expected: Any) -> None:
    assert Current.from_entity(entity(**members), server).values[option] == expected


def test_a_list_that_an_answer_leaves_out_keeps_the_value_before() -> None:
    before = Current.from_entity(entity(owners=[USER], domains=[DOMAIN], tags=[LABEL], dataProducts=[PRODUCT]), NEW)
    after = Current.from_entity(entity(), NEW, before)
    assert {name: after.values[name] for name in ("owners", "domains", "tags", "data_products")} == {
        name: before.values[name] for name in ("owners", "domains", "tags", "data_products")
    }


def test_a_text_or_single_owner_that_an_answer_leaves_out_is_gone() -> None:
    before = Current.from_entity(entity(owner=USER, description="d"), SNAPSHOT)
    after = Current.from_entity(entity(), SNAPSHOT, before)
    assert (after.values["owners"], after.values["description"]) == ((), "")


def test_a_services_own_facts() -> None:
    current = Current.from_entity(entity(version=1.3, deleted=True), NEW)
    assert (current.id, current.name, current.type, current.version, current.deleted) == (
        "1",
        "s",
        "Metabase",
        1.3,
        True,
    )
    assert "entity" not in repr(current)


def test_a_result_in_the_collections_words_without_secrets() -> None:
    current = Current.from_entity(
        entity(
            displayName="D",
            description="d",
            fullyQualifiedName="s",
            connection={"config": {"type": "Metabase", "hostPort": "http://h", "password": "canary-1"}},
            owner=USER,
            domain=DOMAIN,
            tags=[LABEL],
            updatedAt=5,
            updatedBy="admin",
            href="http://h/s",
        ),
        SNAPSHOT,
    )
    assert current.result() == {
        "id": "1",
        "name": "s",
        "fully_qualified_name": "s",
        "service_type": "Metabase",
        **{item.option: "" if item.type is FieldType.TEXT else [] for item in FIELDS},
        "display_name": "D",
        "description": "d",
        "connection": {"type": "Metabase", "hostPort": "http://h", "password": HIDDEN},
        "owners": [{"type": "user", "id": "u-1", "name": "joe"}],
        "domains": ["RecDomain.Sub"],
        "tags": ["PII.Sensitive"],
        "version": 0.1,
        "updated_at": 5,
        "updated_by": "admin",
        "deleted": False,
        "href": "http://h/s",
    }


def test_a_result_without_connection() -> None:
    assert Current.from_entity(entity(), NEW).result()["connection"] is None


# ---- equality


@pytest.mark.parametrize(
    ("server", "option", "wanted", "stored", "equal"),
    [
        (NEW, "description", "a `b` & 'c'", "a &#96;b&#96; &amp; &#39;c&#39;", True),
        (NEW, "description", "a &amp; b", "a & b", True),
        (NEW, "description", "1 &lt; 2 = &#34;x&#34; + @", "1 &lt; 2 &#61; &#34;x&#34; &#43; &#64;", True),
        (NEW, "description", "a", "b", False),
        (NEW, "description", "", "x", False),
        (Server("1.13.0", DASHBOARDS), "description", "'", "&#39;", True),
        (Server("1.12.9", DASHBOARDS), "description", "'", "&#39;", False),
        (SNAPSHOT, "description", "a & b", "a &amp; b", False),
        (NEW, "display_name", "a & b", "a &amp; b", False),
        (NEW, "display_name", "a ", "a", False),
        (NEW, "owners", (Reference("user", "1", "a"),), (Reference("user", "1", "renamed"),), True),
        (NEW, "owners", (Reference("user", "1", "a"),), (Reference("team", "1", "a"),), False),
        (NEW, "owners", (Reference("user", "1", "a"), Reference("user", "2", "b")),
         (Reference("user", "2", "b"), Reference("user", "1", "a")), True),
        (NEW, "owners", (), (Reference("user", "1", "a"),), False),
        (NEW, "tags", (Tag("A.b"),), (Tag("A.b", "Classification", "Automated", "Suggested"),), True),
        (NEW, "tags", (Tag("A.b"),), (Tag("A.b"), Tag("A.c")), False),
    ],
)  # fmt: skip
def test_when_values_are_the_same(server: Server, option: str, wanted: Any, stored: Any, equal: bool) -> None:
    assert field_values.same(FIELD[option], wanted, stored, server) == equal


# ---- what requests hold


@pytest.mark.parametrize(
    ("option", "server", "value", "in_create", "in_patch"),
    [
        ("description", NEW, "d", "d", "d"),
        ("description", NEW, "", None, None),
        ("owners", SNAPSHOT, (Reference("user", "1", "a"),), {"id": "1", "type": "user"}, {"id": "1", "type": "user"}),
        ("owners", SNAPSHOT, (), None, None),
        ("owners", NEW, (Reference("user", "1", "a"),), [{"id": "1", "type": "user"}], [{"id": "1", "type": "user"}]),
        ("owners", NEW, (), [], []),
        ("domains", SNAPSHOT, (Reference("domain", "1", "A.b"),), "A.b", {"id": "1", "type": "domain"}),
        ("domains", NEW, (Reference("domain", "1", "A.b"),), ["A.b"], [{"id": "1", "type": "domain"}]),
        ("domains", NEW, (), [], []),
        ("data_products", NEW, (Reference("dataProduct", "1", "P"),), ["P"], [{"id": "1", "type": "dataProduct"}]),
        ("tags", NEW, (Tag("A.b"),), *[[{"tagFQN": "A.b", "source": "Classification", "labelType": "Manual",
                                         "state": "Confirmed"}]] * 2),
        ("tags", SNAPSHOT, (), [], []),
    ],
)  # fmt: skip
def test_how_a_value_is_sent(option: str, server: Server, value: Any, in_create: Any, in_patch: Any) -> None:
    assert field_values.request_value(FIELD[option], value, server) == in_create
    assert field_values.patch_value(FIELD[option], value, server) == in_patch


def test_a_label_is_sent_back_as_it_was_read() -> None:
    label = {**LABEL, "labelType": "Automated", "state": "Suggested"}
    (tag,) = Current.from_entity(entity(tags=[label]), NEW).values["tags"]
    assert tag.to_api() == label


# ---- names


@pytest.mark.parametrize(
    ("name", "qualified"),
    [("a", "a"), ("a.b", '"a.b"'), ("a b", "a b"), ("é.日", '"é.日"'), (".", '"."')],
)
def test_a_name_with_a_dot_is_quoted(name: str, qualified: str) -> None:
    assert model.qualified(name) == qualified


@pytest.mark.parametrize("name", ["a", "a.b", "a b-c_d'e&(f)%", "Ünï 日本", "x" * 128, "हिन्दी", "100%"])
@pytest.mark.parametrize("server", [SNAPSHOT, Server("1.3.4", DASHBOARDS), NEW])
def test_names_that_every_release_takes(name: str, server: Server) -> None:
    limits.check_name(name, server)


@pytest.mark.parametrize("name", ["x" * 129, "a/b", "a:b", "a+b", "emoji 🎉", "a?b#c", "x" * 256])
def test_names_that_newer_releases_take(name: str) -> None:
    limits.check_name(name, Server("1.3.0", DASHBOARDS))
    with pytest.raises(InvalidInput):
        limits.check_name(name, SNAPSHOT)


@pytest.mark.parametrize(
    ("name", "server", "message"),
    [
        ("x" * 129, SNAPSHOT, "name has 129 characters."),
        ("x" * 257, NEW, "name has 257 characters."),
        ("a::b", NEW, "name holds '::', a line break or a null character."),
        ("a::b", SNAPSHOT, "name holds '::', a line break or a null character."),
        ("a\nb", NEW, "name holds '::', a line break or a null character."),
        ("a/b:c/d", SNAPSHOT, "name holds characters that OpenMetadata 1.2.0-SNAPSHOT refuses: /:"),
    ],
)
def test_names_that_are_refused(name: str, server: Server, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        limits.check_name(name, server)
    assert str(caught.value) == message
    assert caught.value.cure


@pytest.mark.parametrize("server", [SNAPSHOT, NEW])
@pytest.mark.parametrize("name", ['a"b', 'a"b.c', '"ab"'])
def test_a_name_with_a_double_quote_is_refused_for_its_qualified_name_is_unpredictable(
    name: str, server: Server
) -> None:
    with pytest.raises(InvalidInput):
        limits.check_name(name, server)


@pytest.mark.parametrize("name", ["", "  ", "\t"])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="name is empty"):
        Desired(name)


# ---- what a release can hold


@pytest.mark.parametrize(
    ("version", "values", "message"),
    [
        ("1.4.9", {"owners": ["a", "b"]}, "owners names 2, but OpenMetadata 1.4.9 can hold one."),
        ("1.8.0", {"domains": ["a", "b", "c"]}, "domains names 3, but OpenMetadata 1.8.0 can hold one."),
        ("1.2.0", {"data_products": ["a"]}, "data_products needs OpenMetadata 1.2.1; the server is 1.2.0."),
    ],
)
def test_what_a_release_cannot_hold(version: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        limits.check_supported(Desired("s", None, values), Server(version, DASHBOARDS))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("version", "values"),
    [
        ("1.2.0-SNAPSHOT", {"owners": ["a"], "domains": ["a"], "tags": ["a", "b"]}),
        ("1.2.0-SNAPSHOT", {"owners": [], "domains": [], "tags": [], "data_products": []}),
        ("1.2.1", {"data_products": ["a", "b"]}),
        ("1.5.0", {"owners": ["a", "b"], "domains": ["a"]}),
        ("1.9.0", {"owners": ["a", "b"], "domains": ["a", "b"]}),
    ],
)
def test_what_a_release_can_hold(version: str, values: dict[str, Any]) -> None:
    limits.check_supported(Desired("s", None, values), Server(version, DASHBOARDS))


def test_every_field_has_a_unique_option_and_name() -> None:
    assert len({item.option for item in FIELDS}) == len(FIELDS)
    assert len({item.api for item in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("item", [item for item in FIELDS if item.targets], ids=lambda item: item.option)
def test_every_target_has_a_collection(item: Field) -> None:
    assert set(item.targets) <= set(COLLECTIONS)


def test_a_resolved_wish_keeps_all_else() -> None:
    desired = Desired("s", "Metabase", {"description": "", "owners": ["a"]})
    resolved = desired.resolved({"owners": (Reference("user", "1", "a"),)})
    assert resolved.values == {"description": "", "owners": (Reference("user", "1", "a"),)}
    assert desired.values["owners"] == ["a"]
