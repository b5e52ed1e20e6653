# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks up what names stand for: owners, domains, tags and data products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from ansible_collections.community.openmetadata.plugins.module_utils import errors, model
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Reference, Tag
from ansible_collections.community.openmetadata.plugins.module_utils.resources import (
    COLLECTIONS,
    Field,
    FieldType,
    Resource,
)


class Resolver:
    """Turns the names in a wish into references, each looked up once in a run; writes nothing."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._found: dict[tuple[str, Any], Any] = {}

    def resolve(self, desired: Desired, current: Current | None, resource: Resource) -> Desired:
        """The wish with its names resolved. Raises `errors.InvalidInput` for a name that stands for nothing.

        What is set already is taken from `current` and costs no request.
        """
        values = {
            item.option: self._resolve_all(item, desired.values[item.option], current)
            for item in resource.fields
            if item.targets and item.option in desired.values
        }
        return desired.resolved(values)

    def check_products(self, desired: Desired, current: Current | None) -> None:
        """Refuse new domains that leave out the domain of a data product: the server would drop that (1.10 and later).

        Costs a request for each data product, but only where domains change under data products.
        """
        held = current.values if current else {"domains": (), "data_products": ()}
        domains = desired.values.get("domains", held["domains"])
        products = desired.values.get("data_products", held["data_products"])
        before = [{member.key for member in held[option]} for option in ("domains", "data_products")]
        if not domains or before == [{member.key for member in members} for members in (domains, products)]:
            return
        names = {member.name for member in domains}
        for product in products:
            path = f"{COLLECTIONS['dataProduct']}/name/{encoded(product.name)}"
            entity = self.client.get(path, {"fields": "domains"})
            own = {domain.get("fullyQualifiedName") for domain in entity.get("domains") or ()}
            if own and not own & names:
                raise errors.InvalidInput(
                    f"data_products: {product.name} belongs to {', '.join(map(str, own))}, which domains leaves out, "
                    "so OpenMetadata would drop it.",
                    "Name its domain in domains, or leave it out of data_products.",
                )

    def _resolve_all(self, item: Field, names: Iterable[Any], current: Current | None) -> tuple[Any, ...]:
        """The references or tags that names stand for, each once; those that are set already cost no request."""
        stored = current.values[item.option] if current else ()
        members = [self._resolve(item, name, stored) for name in names]
        return tuple({member.key: member for member in members}.values())

    def _resolve(self, item: Field, wish: str | Mapping[str, str], stored: Iterable[Any]) -> Reference | Tag:
        name, target = (wish, None) if isinstance(wish, str) else (wish["name"], wish.get("type"))
        for member in stored:
            if member.name == name and (target is None or member.type == target):
                found: Reference | Tag = member
                return found
        key = (item.option, (name, target))
        if key not in self._found:
            self._found[key] = self._look_up(item, name, (target,) if target else item.targets)
        resolved: Reference | Tag = self._found[key]
        return resolved

    def _look_up(self, item: Field, name: str, targets: tuple[str, ...]) -> Reference | Tag:
        for target in targets:
            person = target in ("user", "team") and "@" in name
            entity = self._by_email(target, name) if person else self._by_name(target, name)
            if entity is not None:
                return _as_member(item, target, entity)
        kinds = " or ".join({"glossaryTerm": "glossary term", "dataProduct": "data product"}.get(t, t) for t in targets)
        raise errors.InvalidInput(
            f"{item.option}: there is no {kinds} called {name!r}.", "Correct the name, or create it in OpenMetadata."
        )

    def _by_name(self, target: str, name: str) -> Mapping[str, Any] | None:
        if name in (".", ".."):
            return None  # As a segment of a path they would lead elsewhere.
        own_name = target in ("user", "team")
        path = f"{COLLECTIONS[target]}/name/{encoded(model.qualified(name) if own_name else name)}"
        try:
            entity: Mapping[str, Any] = self.client.get(path)
        except errors.NotFound:
            return None
        return entity

    def _by_email(self, target: str, email: str) -> Mapping[str, Any] | None:
        """Find a user or team by e-mail: by the name that OpenMetadata makes of it, else by a walk through the list."""
        guess = self._by_name(target, email.split("@", maxsplit=1)[0])
        if guess is not None and _has_email(guess, email):
            return guess
        members = self.client.pages(COLLECTIONS[target], {})
        return next((member for member in members if _has_email(member, email)), None)


def encoded(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")


def _as_member(item: Field, target: str, entity: Mapping[str, Any]) -> Reference | Tag:
    needed = ("id", "name") if item.type is not FieldType.TAGS else ("name",)
    if not all(isinstance(entity.get(member), str) and entity[member] for member in needed):
        raise errors.UnexpectedAnswer(f"{item.option}: the server's answer is no {target} as OpenMetadata has it.")
    qualified = str(entity.get("fullyQualifiedName") or entity["name"])
    if item.type is FieldType.TAGS:
        return Tag(qualified, "Glossary" if target == "glossaryTerm" else "Classification")
    return Reference(target, str(entity["id"]), qualified if item.by_name else str(entity["name"]))


def _has_email(entity: Mapping[str, Any], email: str) -> bool:
    return str(entity.get("email", "")).lower() == email.lower()
