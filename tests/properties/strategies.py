# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies: connections of every type, values for every option, services as they may be found, and tasks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import event
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import connection, model, schemas
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    FIELDS,
    RESOURCES,
    Field,
    FieldType,
    Resource,
)
from dashboards import DASHBOARDS
from fake_openmetadata.catalogue import LAST_PATCH
from properties.world import ADMIN, BOT, CANARY, World
from unit.plugins import configs

Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

# What the stand-in server has from the start, by kind.
POOL = {
    "user": ("admin", "rec_user", "rec_user_2"),
    "team": ("rec_team", "rec_team_2"),
    "domain": ("RecDomain", "RecDomain2"),
    "dataProduct": ("RecProduct", "RecProduct2"),
    "tag": ("PII.Sensitive", "PII.NonSensitive", "Tier.Tier1", "Tier.Tier2"),
    "glossaryTerm": ("RecGlossary.RecTerm", "RecGlossary.RecTerm2"),
}
NAMES = ("sales", "bi.main", "Été (2%)")
_LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
_TEXTS = st.one_of(
    st.sampled_from(
        ("Sales", " two  blanks ", "**bold** & <b>\"x\"</b> 'y'", "line one\nline two\n", "Größe 🚀", "null")
    ),
    st.text(_LETTERS, min_size=1, max_size=12),
)
_WORDS = st.one_of(st.sampled_from(("a", "two words", "None", "yes", "12", "x" * 300)), st.text(_LETTERS, max_size=6))
_URIS = st.sampled_from(
    ("http://one.example.com:8088", "https://two.example.com/", "https://two.example.com/a%20b?c=d")
)
_FREE_KEYS = st.sampled_from(("plain", "password", "apiToken", "with-dash"))


def secrets(path: connection.Path) -> st.SearchStrategy[str]:
    """One of two secrets for a place in a connection."""
    return st.sampled_from([f"{CANARY}-{'.'.join(path)}-{which}" for which in ("one", "two")])


# -- kinds -----------------------------------------------------------------------------------------------------------


def other_kinds(release: connection.Version) -> st.SearchStrategy[Resource]:
    """A kind that a release has, but for dashboards, which most tests are about."""
    return st.sampled_from([each for each in RESOURCES.values() if each is not DASHBOARDS and each.since <= release])


# -- connections -----------------------------------------------------------------------------------------------------


def types(server: model.Server) -> st.SearchStrategy[str]:
    """The service types that a release knows."""
    return st.sampled_from([name for name in server.resource.service_types() if server.service_type(name).there])


@dataclass
class _Maker:
    """Draws one config; `whole` says that nothing required is missing, `texts` that what has members may be a text."""

    draw: Draw
    kind: connection.ServiceType
    server: model.Server
    whole: bool = True
    texts: bool = False

    def node(self, node: connection.Node, path: connection.Path) -> Any:
        if "any" in node:
            # Looker's `gitCredentials` as a text is taken by no server: its converter knows the objects only.
            objects = not self.texts and any(shape.get("fields") for shape in node["any"])
            shapes = [shape for shape in node["any"] if not objects or "fields" in shape]
            return self.node(self.draw(st.sampled_from(shapes)), path)
        if "fields" in node:
            return self._mapping(node, path)
        if "items" in node:
            count = self.draw(st.integers(node.get("min", 0), 2))
            return [self.node(node["items"], path) for _number in range(count)]
        return self._scalar(node, path)

    def _mapping(self, node: connection.Node, path: connection.Path) -> Json:
        known = node["fields"]
        required = [name for name in node.get("required", ()) if name in known]
        optional = [name for name in known if name not in required]
        chosen = self.draw(st.lists(st.sampled_from(optional), max_size=3, unique=True)) if optional else []
        config = {name: self.node(known[name], (*path, name)) for name in (*required, *chosen)}
        if isinstance(node.get("open"), dict) and self.draw(st.booleans()):
            key = self.draw(_FREE_KEYS)
            secret = key in ("password", "apiToken")
            config[key] = self.draw(secrets((*path, key)) if secret else _WORDS)
        if not self.whole and config and self.draw(st.integers(0, 9)) == 0:
            config.pop(self.draw(st.sampled_from(sorted(config))))
        return config

    def _scalar(self, node: connection.Node, path: connection.Path) -> Any:
        if "secret" in node or connection.is_hidden(node, path):
            return self.draw(secrets(path))
        choices = [st.just(node["default"])] if "default" in node else []
        if "enum" in node:
            choices.append(st.sampled_from(node["enum"]))
        elif node["type"] == "boolean":
            choices.append(st.booleans())
        elif node["type"] in ("integer", "number"):
            choices.append(st.integers(node.get("minimum", 0), 1000))
        else:
            choices.append(_URIS if node.get("format") == "uri" else _WORDS.filter(bool))
        return self.draw(st.one_of(choices))


@st.composite
def connections(draw: Draw, service_type: str, server: model.Server, whole: bool = True, texts: bool = False) -> Json:
    """A connection of a type, as a release knows it; with `texts` also what only its schema takes, see `_Maker`."""
    kind = server.service_type(service_type)
    config: Json = _Maker(draw, kind, server, whole, texts).node(kind.root, ())
    # The stand-in server is as the last patch of its release was, whichever it says that it is.
    last = server.resource.service_type(service_type, (*server.version[:2], LAST_PATCH))
    for path, _value in list(configs.leaves(config)):
        if not schemas.has(last.root, path):
            config = configs.without(config, path)
    return config


@st.composite
def placeholders(draw: Draw, service_type: str, server: model.Server) -> Json:
    """What people store where they only want to have the service: the type, and perhaps a member or two."""
    return dict(draw(part(draw(connections(service_type, server)))))


@st.composite
def part(draw: Draw, config: Json) -> Json:
    """A few members of a connection, whole objects left out."""
    chosen = draw(st.lists(st.sampled_from(sorted(config)), max_size=2, unique=True)) if config else []
    return {name: config[name] for name in chosen}


@st.composite
def near(draw: Draw, service_type: str, config: Json, server: model.Server) -> Json:
    """A connection like another: the same, said in other words, or with one member changed or left out."""
    how = draw(st.sampled_from(("same", "same", "defaults", "drop", "part", "fresh", "secret", "nulls")))
    leaves = sorted((path for path, _value in configs.leaves(config)), key=str)
    if how == "defaults":
        return dict(connection.filled(server.service_type(service_type), config))
    if how == "drop" and leaves:
        return configs.without(config, draw(st.sampled_from(leaves)))
    if how == "part":
        return dict(draw(part(config)))
    if how == "secret":
        places = [path for path, _value in connection.secrets(server.service_type(service_type), config)]
        if places:
            path = draw(st.sampled_from(places))
            return _put(config, path, draw(secrets(path)))
    if how == "nulls":
        return {**config, "supportsMetadataExtraction": None}
    if how == "fresh":
        return dict(draw(connections(service_type, server, whole=False)))
    copy: Json = json.loads(json.dumps(config))
    return copy


def _put(config: Json, path: connection.Path, value: Any) -> Json:
    """The config with one member set; unchanged where a list is on the way."""
    place: Any = config
    for key in path[:-1]:
        place = place.get(key) if isinstance(place, dict) else None
    return configs.put(config, path, value) if isinstance(place, dict) else config


# -- options ---------------------------------------------------------------------------------------------------------


def values(item: Field, server: model.Server) -> st.SearchStrategy[Any]:
    """A value to set an option to (connections excepted), which the server takes."""
    if item.type is FieldType.TEXT:
        return _TEXTS
    if item.type is FieldType.TAGS:
        return st.lists(st.sampled_from([name for target in item.targets for name in POOL[target]]), max_size=3).map(
            _fit
        )
    many = 2 if server.holds_many(item) else 1
    if len(item.targets) > 1:
        # One team, or users (server 1.5 and later).
        return st.one_of(_members("user", many), _members("team", 1))
    return st.lists(st.sampled_from(POOL[item.targets[0]]), min_size=1, max_size=many, unique=True)


def _members(target: str, many: int) -> st.SearchStrategy[list[Any]]:
    names = st.lists(st.sampled_from(POOL[target]), min_size=1, max_size=many, unique=True)
    typed = names.map(lambda chosen: [{"name": name, "type": target} for name in chosen])
    return st.one_of(names, typed)


def _fit(tags: list[str]) -> list[str]:
    """The tags without those that exclude each other: one of each classification, any number of terms."""
    chosen: dict[str, str] = {}
    for tag in tags:
        chosen.setdefault(tag if tag in POOL["glossaryTerm"] else tag.split(".")[0], tag)
    return list(chosen.values())


@st.composite
def options(draw: Draw, server: model.Server) -> Json:
    """Every option of the table but the connection: omitted, cleared or set."""
    given: Json = {}
    for item in FIELDS:
        if item.type is FieldType.CONFIG:
            continue
        how = draw(st.sampled_from(("omitted", "cleared", "set")))
        if how == "cleared":
            given[item.option] = "" if item.type is FieldType.TEXT else []
        elif how == "set" and server.has(item):
            given[item.option] = draw(values(item, server))
    return given


# -- services as they are found --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """A service as it is before a task runs. `config` None: stored without a connection; `absent`: not there at all."""

    name: str
    service_type: str
    config: Json | None = None
    given: Json = field(default_factory=dict)
    edits: Json = field(default_factory=dict)
    editor: str = ADMIN
    children: int = 0
    deleted: bool = False
    absent: bool = False

    def make(self, world: World) -> None:
        """Bring it about on a server, as users of its UI would."""
        if self.absent:
            return
        body: Json = {"name": self.name, "serviceType": self.service_type}
        if self.config is not None:
            body["connection"] = {"config": {"type": self.service_type, **self.config}}
        for option, value in self.given.items():
            item = _field(option)
            member = _wire(item, value, world)
            if item.type is not FieldType.TAGS:
                names = [reference["fqn"] for reference in member] if item.by_name else _references(item, member)
                body[world.server.api_name(item)] = _single(item, names, world)
        stored = world.call("POST", world.resource.path, body)
        tags = self.given.get("tags")
        for option, value in {**({"tags": tags} if tags else {}), **self.edits}.items():
            if self.config is not None or world.server.takes_no_connection:
                edit(world, stored["id"], option, value, ADMIN if option == "tags" else self.editor)
        held = next(iter(world.resource.children.values()), "")
        for number in range(self.children if held else 0):
            service = {"id": stored["id"], "type": world.resource.entity_type}
            world.call("POST", held, {"name": f"child{number}", "service": service})
        if self.deleted:
            world.call("DELETE", f"{world.resource.path}/{stored['id']}", recursive="true")


def edit(world: World, id_: str, option: str, value: Any, who: str) -> None:
    """Set an option of a stored service, as the UI does."""
    item = _field(option)
    member = _single(item, _references(item, _wire(item, value, world)), world)
    operation = {"op": "add", "path": f"/{world.server.api_name(item)}", "value": member}
    world.call("PATCH", f"{world.resource.path}/{id_}", [operation], who)


def _field(option: str) -> Field:
    return next(item for item in FIELDS if item.option == option)


def _wire(item: Field, value: Any, world: World) -> Any:
    """A value with the ids that a request needs."""
    if item.type is FieldType.TEXT:
        return value
    found = []
    for member in value:
        name = member if isinstance(member, str) else member["name"]
        target = next(target for target in item.targets if (target, name) in world.ids)
        found.append({"id": world.ids[target, name], "type": target, "fqn": name})
    return found


def _references(item: Field, member: Any) -> Any:
    if item.type is FieldType.TEXT:
        return member
    if item.type is FieldType.TAGS:
        sources = {"tag": "Classification", "glossaryTerm": "Glossary"}
        return [
            {"tagFQN": one["fqn"], "source": sources[one["type"]], "labelType": "Manual", "state": "Confirmed"}
            for one in member
        ]
    return [{"id": one["id"], "type": one["type"]} for one in member]


def _single(item: Field, members: Any, world: World) -> Any:
    return members[0] if isinstance(members, list) and item.singular and not world.server.holds_many(item) else members


def _storable(given: Json, server: model.Server) -> Json:
    """Without what the server would refuse or drop: data products need their domain (server 1.7 and later)."""
    domains = given.get("domains", [])
    if server.version >= (1, 3) and domains != ["RecDomain"]:
        return {option: value for option, value in given.items() if option != "data_products"}
    return given


@st.composite
def stored_values(draw: Draw, server: model.Server) -> Json:
    """Values that a service may have: any of the options, set."""
    given = {}
    for item in FIELDS:
        if item.type is not FieldType.CONFIG and server.has(item) and draw(st.booleans()):
            value = draw(values(item, server))
            if value:
                given[item.option] = value
    return _storable(given, server)


@st.composite
def starts(draw: Draw, server: model.Server, name: str) -> Start:
    """A service as it may be found: absent, present, soft-deleted, edited, without a connection, with a placeholder."""
    service_type = draw(types(server))
    kinds = ("absent", "present", "present", "present", "edited", "edited", "deleted", "bare", "bare, edited",
             "bare, deleted", "placeholder", "placeholder, edited", "placeholder, deleted")  # fmt: skip
    how = draw(st.sampled_from(kinds))
    if how == "absent":
        return Start(name, service_type, absent=True)
    some = placeholders if "placeholder" in how else connections
    config = None if "bare" in how else draw(some(service_type, server))
    event("no connection" if config is None else "a placeholder" if "placeholder" in how else "a connection")
    given = draw(stored_values(server))
    edits: Json = {}
    if "edited" in how:
        fit = ("display_name", "description", "owners", "tags")
        edits = {option: value for option, value in draw(stored_values(server)).items() if option in fit}
    return Start(
        name,
        service_type,
        config,
        given,
        edits,
        draw(st.sampled_from((ADMIN, BOT))),
        draw(st.integers(0, 2)),
        "deleted" in how or ("edited" in how and draw(st.integers(0, 3)) == 0),
    )


# -- tasks -----------------------------------------------------------------------------------------------------------


@st.composite
def presents(draw: Draw, server: model.Server, start: Start) -> Json:
    """A task's words for a service that should be there: near what is there, or quite different."""
    task: Json = {"name": start.name, "state": "present", **draw(options(server))}
    if draw(st.booleans()):
        kept = {**start.given, **start.edits}
        again = draw(st.lists(st.sampled_from(sorted(kept)), unique=True)) if kept else []
        task.update({option: kept[option] for option in again})
    service_type = start.service_type
    if draw(st.integers(0, 19)) == 0:
        service_type = draw(types(server))
    if start.absent or draw(st.booleans()):
        task["service_type"] = service_type
    elif service_type != start.service_type:
        service_type = start.service_type
    how = draw(st.sampled_from(("given", "given", "given", "omitted", "cleared")))
    if how == "given" or (start.absent and how == "omitted" and draw(st.booleans())):
        config = start.config if service_type == start.service_type else None
        some = placeholders if draw(st.integers(0, 4)) == 0 else connections
        task["connection"] = draw(some(service_type, server) if config is None else near(service_type, config, server))
    elif how == "cleared":
        task["connection"] = {}
    return task


@st.composite
def absents(draw: Draw, start: Start) -> Json:
    """A task's words for a service that should be gone."""
    flags = {name: draw(st.booleans()) for name in ("hard_delete", "recursive")}
    return {"name": start.name, "state": "absent", **flags}


@st.composite
def policies(draw: Draw) -> Json:
    """How secrets are treated."""
    return {"update_secrets": draw(st.sampled_from(("always", "on_create")))}


@st.composite
def cases(draw: Draw, server: model.Server, name: str = NAMES[0]) -> tuple[Start, Json]:
    """A service as it is found, and what a task says of it."""
    start = draw(starts(server, name))
    task = draw(absents(start)) if draw(st.integers(0, 5)) == 0 else draw(presents(server, start))
    return start, task
