# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated models as syntax: modules, classes and the names that they import. Nothing of a wheel is ever run."""

from __future__ import annotations

import ast
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SCHEMA = "metadata/generated/schema/"
_PACKAGE = SCHEMA.strip("/").split("/")


@dataclass(frozen=True)
class Module:
    """A module's classes, and which dotted name below the schema package each imported name stands for."""

    name: str
    classes: dict[str, ast.ClassDef]
    imports: dict[str, str]


@dataclass(frozen=True)
class Class:
    """A class and the module that its names are to be looked up in."""

    module: Module
    syntax: ast.ClassDef

    @property
    def key(self) -> str:
        """What tells the class from every other: names alone are neither unique nor stable."""
        return f"{self.module.name}.{self.syntax.name}"

    @property
    def bases(self) -> list[str]:
        """The base classes as written, less what they are made generic with."""
        return [ast.unparse(base).split("[", maxsplit=1)[0].rpartition(".")[2] for base in self.syntax.bases]

    @property
    def is_enum(self) -> bool:
        """Whether it lists values."""
        return "Enum" in self.bases

    def members(self) -> dict[str, ast.expr]:
        """What is assigned in the class: the values of an enum by name."""
        return {
            statement.targets[0].id: statement.value
            for statement in self.syntax.body
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        }


class Models:
    """The models of one release, in a wheel or an archive of its models. Modules are parsed when they are met."""

    def __init__(self, archive: Path) -> None:
        with zipfile.ZipFile(archive) as source:
            self._texts = {
                name[len(SCHEMA) : -len(".py")].replace("/", "."): source.read(name)
                for name in source.namelist()
                if name.startswith(SCHEMA) and name.endswith(".py")
            }
        self._modules: dict[str, Module] = {}

    def folders(self, parent: str) -> list[str]:
        """The packages right below a dotted name."""
        depth = parent.count(".") + 2
        inside = (name.split(".") for name in self._texts if name.startswith(f"{parent}."))
        return sorted({parts[depth - 1] for parts in inside if len(parts) > depth})

    def modules(self, parent: str, ending: str) -> list[Module]:
        """The modules right below a dotted name whose names end so."""
        names = sorted(name for name in self._texts if name.rpartition(".")[0] == parent and name.endswith(ending))
        return [self.module(name) for name in names]

    def has(self, name: str) -> bool:
        """Whether there is such a module."""
        return name in self._texts

    def module(self, name: str) -> Module:
        """A module by its dotted name below the schema package. Raises KeyError for one that isn't there."""
        if name not in self._modules:
            self._modules[name] = _parse(name, self._texts[name])
        return self._modules[name]

    def main(self, module: Module) -> Class:
        """The class that a module is there for: the one named like it, but for the case of its letters.

        Raises ValueError where that isn't exactly one.
        """
        wanted = module.name.rpartition(".")[2].lower()
        found = [
            each
            for each in (Class(module, syntax) for syntax in module.classes.values())
            if each.syntax.name.lower() == wanted and not each.is_enum
        ]
        if len(found) != 1:
            raise ValueError(f"{module.name}: {len(found)} classes with the module's name")
        return found[0]

    def find(self, module: Module, name: ast.expr) -> Class | None:
        """The class that a name stands for, or None for one from elsewhere (str, Any)."""
        if isinstance(name, ast.Name):
            if name.id in module.classes:
                return Class(module, module.classes[name.id])
            parent, _dot, attribute = module.imports.get(name.id, "").rpartition(".")
        elif isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
            parent, attribute = module.imports.get(name.value.id, ""), name.attr
        else:
            return None
        if not self.has(parent):
            return None
        other = self.module(parent)
        return Class(other, other.classes[attribute]) if attribute in other.classes else None


def _parse(name: str, text: bytes) -> Module:
    classes: dict[str, ast.ClassDef] = {}
    imports: dict[str, str] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ClassDef):
            classes[statement.name] = statement
        elif isinstance(statement, ast.ImportFrom):
            origin = _origin(name, statement)
            if origin is not None:
                for alias in statement.names:
                    imports[alias.asname or alias.name] = ".".join([*origin, alias.name])
    return Module(name, classes, imports)


def _origin(name: str, statement: ast.ImportFrom) -> list[str] | None:
    """Where a module imports from, as parts below the schema package; None for a package elsewhere."""
    parts = statement.module.split(".") if statement.module else []
    if statement.level:
        parents = PurePosixPath(name.replace(".", "/")).parts
        return [*parents[: len(parents) - statement.level], *parts]
    return parts[len(_PACKAGE) :] if parts[: len(_PACKAGE)] == _PACKAGE else None
