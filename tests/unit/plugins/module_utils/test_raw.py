# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that Ansible would bend or trip over are refused by name; everything else is left to Ansible."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import raw
from ansible_collections.community.openmetadata.plugins.modules import dashboard_service_bulk

OPTIONS = dashboard_service_bulk.SPEC.options
ITEM = {"name": "a"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"services": [{"name": ["a"]}]}, "services.0.name must be a text, not a list."),
        ({"services": [ITEM, {**ITEM, "description": {}}]}, "services.1.description must be a text, not a mapping."),
        ({"services": {"a": 1}}, "services must be a list, not a mapping."),
        ({"services": "a"}, "services must be a list, not a text."),
        ({"services": [5]}, "services.0 must be a mapping (dict), not a number."),
        ({"scope": False}, "scope must be a mapping (dict), not true or false."),
        ({"scope": "nonsense"}, "scope must be a mapping (dict), not a text."),
        ({"scope": {"domain": ["a"]}}, "scope.domain must be a text, not a list."),
        ({"defaults": {"tags": {"a": 1}}}, "defaults.tags must be a list, not a mapping."),
        ({"prune_limit": float("inf")}, "prune_limit must be a finite number."),
        ({"prune_limit": "nan"}, "prune_limit must be a finite number."),
        ({"defaults": {"connection": {"a": [1, float("nan")]}}}, "defaults.connection.a.1 must be a finite number."),
        ({"defaults": {"description": "a\ud800"}}, "defaults.description holds half a character (a lone surrogate)."),
        ({"defaults": {"\ud800": 1}}, "a name in defaults holds half a character (a lone surrogate)."),
        ({"\udfff": 1}, "the name of an option holds half a character (a lone surrogate)."),
    ],
)
def test_findings(given: dict[str, Any], said: str) -> None:
    assert raw.problem(OPTIONS, given) == said


def test_what_is_nested_too_deep_is_told_by_its_option() -> None:
    value: Any = "canary"
    for _level in range(900):
        value = [value]
    assert raw.problem(OPTIONS, {"services": value}) == "services is nested deeper than 50 levels."


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"services": [ITEM], "prune": None, "scope": {}, "defaults": {"connection": {"a": {"b": [1, 2.5, None]}}}},
        {"scope": "domain=a", "prune_limit": "1e1", "concurrency": 2.0},
        {"scope": '{"domain": "a"}', "defaults": {"tags": "a,b", "description": 5}},
        {"unknown": ["a"], "services": [{"name": 5, "state": None, "unknown": {}}], "prune": "maybe"},
    ],
)
def test_everything_else_is_left_to_ansible(given: dict[str, Any]) -> None:
    assert raw.problem(OPTIONS, given) is None
