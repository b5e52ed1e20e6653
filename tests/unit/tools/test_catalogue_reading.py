# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool reads the same truth out of wheels of different syntax."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tools.catalogue import forms
from tools.catalogue.reader import Node, Reader
from tools.catalogue.release import Release, read, read_models
from tools.catalogue.syntax import Models

from unit.tools.model_texts import NEW, OLD, wheel

DEMO = "entity.services.connections.dashboard.demoConnection.DemoConnection"
TEXT = {"type": "string"}
SECRET = {"type": "string", "secret": True}


def release(folder: Path, texts: dict[str, str]) -> Release:
    return read_models(Models(wheel(folder / "demo.whl", texts)))


def current(folder: Path, *releases: dict[str, str]) -> dict[str, Node]:
    """The newest form of each dashboard definition, of releases 1.2.0, 1.2.1 and so on."""
    contents = {f"1.2.{patch}": release(folder, texts) for patch, texts in enumerate(releases)}
    return {key: history[-1][1] for key, history in forms.kinds(contents)["dashboard"].definitions.items()}


@pytest.mark.parametrize("texts", [OLD, NEW], ids=["old", "new"])
def test_a_connection(tmp_path: Path, texts: dict[str, str]) -> None:
    # What the old syntax leaves out is known from the newer release.
    definitions = current(tmp_path, NEW, texts)
    assert definitions["DemoConnection"] == {
        "required": ["hostPort"],
        "fields": {
            "type": {"type": "string", "enum": ["Demo"], "default": "Demo"},
            "hostPort": {"type": "string", "format": "uri"},
            "schema": TEXT,
            "auth": {"any": [{"ref": "NoAuth"}, {"ref": "Basic"}, {"ref": "Token"}]},
            "spaces": {
                "items": {"type": "string", "enum": ["Shared", "Own space"]},
                "min": 1,
                "default": ["Shared", "Own space"],
            },
            "pageSize": {"type": "integer", "minimum": 1, "default": 10},
            "weight": {"type": "number", "default": 0.5},
            "options": {"fields": {}, "open": TEXT},
            "pattern": {"ref": "Pattern", "default": {"excludes": ["^sys$"]}},
            "extra": {"any": [{"ref": "Token"}, {"fields": {}, "open": True}]},
            "supportsMetadataExtraction": {"type": "boolean", "default": True},
        },
    }
    assert definitions["NoAuth"] == {"fields": {}}
    assert definitions["Basic"] == {
        "required": ["username", "password"],
        "fields": {"username": TEXT, "password": SECRET},
    }
    assert definitions["Token"] == {
        "required": ["username", "token"],
        "fields": {"username": TEXT, "password": SECRET, "token": SECRET},
    }
    assert definitions["Pattern"] == {"fields": {"includes": {"items": TEXT}, "excludes": {"items": TEXT}}}


def test_both_syntaxes_are_one_form(tmp_path: Path) -> None:
    contents = {"1.4.0": release(tmp_path, OLD), "1.13.0": release(tmp_path, NEW)}
    for kind in forms.kinds(contents).values():
        histories = [*kind.types.values(), *kind.definitions.values()]
        assert {len(history) for history in histories} == {1}
        assert {history[0][0] for history in histories} == {"1.4.0"}


@pytest.mark.parametrize("texts", [OLD, NEW], ids=["old", "new"])
def test_types(tmp_path: Path, texts: dict[str, str]) -> None:
    kinds = forms.kinds({"1.2.0": release(tmp_path, texts)})
    assert kinds["dashboard"].types == {"Demo": [["1.2.0", "DemoConnection"]], "Bare": [["1.2.0", "*"]]}
    assert kinds["dashboard"].definitions["*"] == [["1.2.0", {"fields": {}, "open": True}]]
    assert [*kinds["dashboard"].refused] == ["Hidden"]
    assert kinds["ingestion"].types == {"DashboardMetadata": [["1.2.0", "DashboardServiceMetadataPipeline"]]}


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The old models with a change to one."""
    assert old in OLD[file]
    return {**OLD, file: OLD[file].replace(old, new)}


def test_each_change_is_a_form(tmp_path: Path) -> None:
    with_port = changed("entity/utils/auth", "    username: str\n", "    username: str\n            port: int = 80\n")
    contents = {"1.2.0": release(tmp_path, OLD), "1.2.1": release(tmp_path, with_port), "1.2.2": release(tmp_path, OLD)}
    definitions = forms.kinds(contents)["dashboard"].definitions
    assert [since for since, _form in definitions["Basic"]] == ["1.2.0", "1.2.1", "1.2.2"]
    assert [since for since, _form in definitions["Token"]] == ["1.2.0", "1.2.1", "1.2.2"]
    assert definitions["Basic"][1][1]["fields"]["port"] == {"type": "integer", "default": 80}
    assert [since for since, _form in definitions["DemoConnection"]] == ["1.2.0"]


def test_a_type_that_comes_and_goes(tmp_path: Path) -> None:
    service = "entity/services/dashboardService"
    without = changed(service, "Demo = 'Demo'", "Other = 'Other'")
    contents = {f"1.2.{patch}": release(tmp_path, texts) for patch, texts in enumerate([without, OLD, without])}
    types = forms.kinds(contents)["dashboard"].types
    assert types["Demo"] == [["1.2.1", "DemoConnection"], ["1.2.2", None]]
    assert types["Other"] == [["1.2.0", "*"], ["1.2.1", None], ["1.2.2", "*"]]


def test_classes_of_one_name_keep_apart(tmp_path: Path) -> None:
    texts = {
        **OLD,
        "entity/utils/other": "class Basic(BaseModel):\n    key: str\n",
        "entity/services/connections/dashboard/demoConnection": """
            from ....utils import auth, other
            class DemoType(Enum):
                Demo = 'Demo'
            class DemoConnection(BaseModel):
                type: DemoType = DemoType.Demo
                one: auth.Basic
                two: other.Basic
        """,
    }
    fields = current(tmp_path, texts)["DemoConnection"]["fields"]
    assert (fields["one"], fields["two"]) == ({"ref": "auth.Basic"}, {"ref": "other.Basic"})


@pytest.mark.parametrize(
    ("field", "said"),
    [("x: Frozen[str]", "Frozen"), ("x: Strange = None", "Strange"), ("x: str = compute()[0]", "compute")],
)
def test_syntax_never_seen_before(tmp_path: Path, field: str, said: str) -> None:
    texts = changed("type/pattern", "includes: Optional[List[str]] = Field([], description='Wanted.')", field)
    with pytest.raises(TypeError, match=f"type.pattern: .*{said}"):
        release(tmp_path, texts)


def test_a_definition_within_itself(tmp_path: Path) -> None:
    texts = changed("entity/utils/auth", "    token: CustomSecretStr", "    token: Token")
    with pytest.raises(ValueError, match="a definition within itself"):
        current(tmp_path, texts)


def test_a_module_without_its_class(tmp_path: Path) -> None:
    texts = changed("entity/services/connections/dashboard/hiddenConnection", "HiddenConnection", "Other")
    with pytest.raises(ValueError, match="0 classes"):
        release(tmp_path, texts)


def test_what_was_read_is_kept(tmp_path: Path) -> None:
    archive = wheel(tmp_path / "models-1.2.0.zip", OLD)
    first = read(archive, tmp_path / "cache")
    wheel(archive, NEW)
    assert read(archive, tmp_path / "cache") == first


@pytest.mark.parametrize(
    ("annotation", "node"),
    [
        ("Literal['a', 'b']", {"type": "string", "enum": ["a", "b"]}),
        ("Any", {"fields": {}, "open": True, "lenient": True}),
        ("conlist(str, min_items=2)", {"items": TEXT, "min": 2}),
        ("'Optional[str]'", TEXT),
        ("Union[str, Union[str, int]]", {"any": [TEXT, {"type": "integer"}]}),
        ("List[Annotated[str, Field(min_length=1)]]", {"items": TEXT}),
        ("dict", {"fields": {}, "open": True}),
    ],
)
def test_an_annotation(tmp_path: Path, annotation: str, node: Any) -> None:
    archive = wheel(tmp_path / "demo.whl", {"plain": f"class Plain(BaseModel):\n    x: {annotation} = None\n"})
    models = Models(archive)
    reader = Reader(models)
    assert reader.definitions[reader.model(models.main(models.module("plain")))]["fields"]["x"] == node
