# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads models into nodes, whichever of the three syntaxes their generator wrote.

`Optional[T] = Field(default)` (releases up to 1.4), `Annotated[Optional[T], Field(default)]` (1.5 to 1.12) and
`Annotated[T | None, Field()] = default` (from 1.13 on).

Nodes are those of the catalogue (see plugins/module_utils/schemas.py) with two more members, which `corrections` takes
away: `named` is the key of the class behind a field that is no model (a root model or an enum), `behind` is the default
which that definition has itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from .syntax import Class, Models, Module

Node = dict[str, Any]

_ANYTHING: Node = {"fields": {}, "open": True, "lenient": True}
_ATOMS: dict[str, Node] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string"},
    "AnyUrl": {"type": "string", "format": "uri"},
    "AnyHttpUrl": {"type": "string", "format": "uri"},
    "CustomSecretStr": {"type": "string", "secret": True},
    "SecretStr": {"type": "string", "secret": True},
    "Any": _ANYTHING,
    "dict": {"fields": {}, "open": True},
    "Dict": {"fields": {}, "open": True},
    "list": {"items": _ANYTHING},
    "List": {"items": _ANYTHING},
    **{name: {"type": "string"} for name in ("EmailStr", "UUID", "datetime", "AwareDatetime", "date", "time")},
    **{name: {"type": "string"} for name in ("timedelta", "Base64Str")},
    **{name: {"type": kind} for name, kind in (("constr", "string"), ("conint", "integer"), ("confloat", "number"))},
}
_OPAQUE = {"entity.services.connections.serviceConnection.ServiceConnection"}
"""A test suite's source config may hold any service's whole connection, which is the business of that service's kind:
taken as any mapping, or the source configs would hold every connection once more."""

_LISTS = ("List", "list", "Set", "set")
_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}
_MISSING = ast.Constant(...)


class Reader:
    """Reads classes of one release; `definitions` holds each model that was met, by its key."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self.definitions: dict[str, Node] = {}

    def model(self, cls: Class) -> str:
        """Read a model and all that it refers to; returns its key. Raises TypeError for syntax never seen before."""
        if cls.key not in self.definitions:
            node: Node = {"fields": {}}
            self.definitions[cls.key] = node
            if self._collect(cls, node) != "forbid":
                node["open"] = True
        return cls.key

    def _collect(self, cls: Class, node: Node) -> str | None:
        """Add the fields of a class and its bases to a node; returns what the class says about unknown members."""
        extra = None
        for base in cls.syntax.bases:
            parent = self.models.find(cls.module, base)
            if parent is not None:
                extra = self._collect(parent, node) or extra
        for statement in cls.syntax.body:
            if isinstance(statement, ast.AnnAssign):
                name, field, required = self._field(cls.module, statement)
                node["fields"][name] = field
                others = [each for each in node.pop("required", []) if each != name]
                node.update({"required": [*others, name]} if required else {"required": others} if others else {})
        return _extra(cls) or extra

    def _field(self, module: Module, statement: ast.AnnAssign) -> tuple[str, Node, bool]:
        """The name, the node and whether it is required of one field."""
        calls = [call for call in (statement.annotation, statement.value) if call is not None]
        fields = [field for call in calls for field in _field_calls(call)]
        default: ast.expr = _MISSING
        if statement.value is not None and not _field_calls(statement.value):
            default = statement.value
        alias = ""
        for field in fields:
            default = field.args[0] if field.args else default
            keywords = {keyword.arg: keyword.value for keyword in field.keywords}
            default = keywords.get("default", keywords.get("default_factory", default))
            alias = ast.literal_eval(keywords["alias"]) if "alias" in keywords else alias
        node = self.node(module, statement.annotation)
        if statement.value is not None:
            node = _limited(node, _field_calls(statement.value))
        required = isinstance(default, ast.Constant) and default.value is ...
        value = None if required else self._value(module, default)
        name = alias or ast.unparse(statement.target)
        return name, node if value is None else {**node, "default": value}, required

    def node(self, module: Module, annotation: ast.expr) -> Node:
        """The node of an annotation. Raises TypeError for one that means nothing here."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return self.node(module, ast.parse(annotation.value, mode="eval").body)
        if isinstance(annotation, ast.BinOp):
            return self._union(module, _operands(annotation))
        if isinstance(annotation, ast.Subscript):
            return self._generic(module, annotation)
        if isinstance(annotation, ast.Call):
            return self._constrained(module, annotation)
        found = self.models.find(module, annotation)
        if found is not None:
            return self._named(found)
        return dict(_ATOMS[_known(module, ast.unparse(annotation))])

    def _generic(self, module: Module, annotation: ast.Subscript) -> Node:
        name = ast.unparse(annotation.value)
        inner = annotation.slice
        arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name in ("Optional", "Union"):
            return self._union(module, arguments)
        if name in _LISTS:
            return {"items": self.node(module, arguments[0])}
        if name in ("Dict", "dict"):
            rest = self.node(module, arguments[1])
            return {"fields": {}, "open": True if rest.get("lenient") else rest}
        if name == "Literal":
            return _enum([ast.literal_eval(argument) for argument in arguments])
        if name == "Annotated":
            return _limited(self.node(module, arguments[0]), _field_calls(arguments[1]))
        raise TypeError(f"{module.name}: {ast.unparse(annotation)}")

    def _constrained(self, module: Module, call: ast.Call) -> Node:
        name = ast.unparse(call.func)
        if name == "conlist":
            return _limited({"items": self.node(module, call.args[0])}, [call])
        return _limited(dict(_ATOMS[_known(module, name)]), [call])

    def _union(self, module: Module, members: Iterable[ast.expr]) -> Node:
        """Alternatives, flat and without doubles; one that takes any mapping is last, whatever the generator made."""
        found: list[Node] = []
        for member in members:
            if not (isinstance(member, ast.Constant) and member.value is None):
                node = self.node(module, member)
                found += [each for each in node.get("any", [node]) if each not in found]
        found.sort(key=lambda node: "fields" in node and node.get("open") is True)
        return found[0] if len(found) == 1 else {"any": found}

    def _named(self, cls: Class) -> Node:
        if cls.is_enum:
            return {**_enum([ast.literal_eval(value) for value in cls.members().values()]), "named": cls.key}
        if cls.key in _OPAQUE:
            return {"fields": {}, "open": True}
        root = next((each for each in cls.syntax.body if _is_root(cls, each)), None)
        if not isinstance(root, ast.AnnAssign):
            return {"ref": self.model(cls)}
        _name, node, _required = self._field(cls.module, root)
        default = {"behind": node.pop("default")} if "default" in node else {}
        return {**node, "named": cls.key, **default}

    def _value(self, module: Module, value: ast.expr) -> Any:
        """A default in plain data. Raises TypeError for an expression never seen before."""
        if isinstance(value, ast.Lambda):
            return self._value(module, value.body)
        if isinstance(value, ast.List):
            return [self._value(module, each) for each in value.elts]
        if isinstance(value, ast.Dict):
            keys = [ast.literal_eval(key) for key in value.keys if key is not None]
            return {key: self._value(module, each) for key, each in zip(keys, value.values, strict=True)}
        if isinstance(value, ast.Attribute):
            enum = self.models.find(module, value.value)
            if enum is not None and enum.is_enum:
                return ast.literal_eval(enum.members()[value.attr])
        if isinstance(value, ast.Call):
            return self._made(module, value)
        if isinstance(value, (ast.Constant, ast.UnaryOp)):
            return ast.literal_eval(value)
        raise TypeError(f"{module.name}: default {ast.unparse(value)}")

    def _made(self, module: Module, call: ast.Call) -> Any:
        """The data that a default is made from: `Pattern(includes=[])`, `Flag(True)`, `Pattern.parse_obj({…})`."""
        if call.args:
            return self._value(module, call.args[0])
        return {keyword.arg: self._value(module, keyword.value) for keyword in call.keywords}


def _known(module: Module, name: str) -> str:
    if name not in _ATOMS:
        raise TypeError(f"{module.name}: {name}")
    return name


def _enum(values: list[Any]) -> Node:
    return {"type": _KINDS[type(values[0])], "enum": list(dict.fromkeys(values))}


def _operands(union: ast.expr) -> list[ast.expr]:
    return [*_operands(union.left), union.right] if isinstance(union, ast.BinOp) else [union]


def _field_calls(expression: ast.expr) -> list[ast.Call]:
    """The calls of `Field` that belong to a field itself: its value, or what its annotation is annotated with."""
    if isinstance(expression, ast.Subscript) and ast.unparse(expression.value) == "Annotated":
        inner = expression.slice
        return [call for part in inner.elts[1:] for call in _field_calls(part)] if isinstance(inner, ast.Tuple) else []
    if isinstance(expression, ast.Call) and ast.unparse(expression.func) == "Field":
        return [expression]
    return []


def _limited(node: Node, calls: list[ast.Call]) -> Node:
    """A node with the limits that the catalogue knows: a least number, and how many items a list has at least."""
    for call in calls:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if "ge" in given and node.get("type") in ("integer", "number"):
            node = {**node, "minimum": ast.literal_eval(given["ge"])}
        for name in {"min_items", "min_length"} & set(given) if "items" in node else ():
            node = {**node, "min": ast.literal_eval(given[name])}
    return node


def _extra(cls: Class) -> str | None:
    """`forbid`, `allow` or `ignore` as the class itself says: by `model_config`, or up to 1.4 a class `Config`."""
    for statement in cls.syntax.body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Config":
            extra = Class(cls.module, statement).members().get("extra")
            if isinstance(extra, ast.Attribute):
                return extra.attr
    config = cls.members().get("model_config")
    for keyword in config.keywords if isinstance(config, ast.Call) else ():
        if keyword.arg == "extra":
            return str(ast.literal_eval(keyword.value))
    return None


def _is_root(cls: Class, statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.AnnAssign):
        return False
    name = ast.unparse(statement.target)
    return name == "__root__" or (name == "root" and "RootModel" in cls.bases)
