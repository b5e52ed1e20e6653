# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and the pipelines that are defined below them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.openmetadata.plugins.filter import ingestion_definitions as module
from ansible_collections.community.openmetadata.plugins.filter.ingestion_definitions import ingestion_definitions

DASHBOARDS = {"kind": "dashboard"}


def test_pipelines_go_with_their_service() -> None:
    definitions = [
        {
            "name": "a",
            "service_type": "Metabase",
            "ingestion_pipelines": [{"name": "p"}, {"name": "q", "enabled": False}],
        },
        {"name": "b", "description": "none"},
        {"name": "c", "ingestion_pipelines": None},
        {"name": "d", "ingestion_pipelines": []},
    ]
    assert ingestion_definitions(definitions, DASHBOARDS) == {
        "services": [
            {"name": "a", "service_type": "Metabase"},
            {"name": "b", "description": "none"},
            {"name": "c"},
            {"name": "d"},
        ],
        "ingestion_pipelines": [
            {"name": "p", "service": "a", "service_kind": "dashboard"},
            {"name": "q", "enabled": False, "service": "a", "service_kind": "dashboard"},
        ],
        "managed": [{"kind": "dashboard", "name": name} for name in "abcd"],
    }


@pytest.mark.parametrize(
    ("service", "defaults", "kind"),
    [
        ({"kind": "database"}, {}, "database"),
        ({"kind": "database"}, {"kind": "dashboard", "state": "present"}, "database"),
        ({"kind": None}, {"kind": "dashboard"}, "dashboard"),
        ({"state": "present"}, {"kind": "mcp", "state": "absent"}, "mcp"),
        ({"state": "absent"}, {"kind": "mcp"}, None),
        ({}, {"kind": "mcp", "state": "absent"}, None),
        ({}, {}, None),
    ],
)
def test_kind_and_state_may_be_defaults(service: dict[str, Any], defaults: dict[str, Any], kind: str | None) -> None:
    definition = {"name": "s", **service}
    made = ingestion_definitions([{**definition, "ingestion_pipelines": [{"name": "p"}]}], defaults)
    assert made["services"] == [definition]
    assert made["managed"] == ([{"kind": kind, "name": "s"}] if kind else [])
    assert [each["service_kind"] for each in made["ingestion_pipelines"]] == ([kind] if kind else [])


@pytest.mark.parametrize("definition", ["a", ["a"], None, 1])
def test_what_is_no_definition_is_left_to_the_module(definition: Any) -> None:
    assert ingestion_definitions([definition], DASHBOARDS) == {
        "services": [definition],
        "ingestion_pipelines": [],
        "managed": [],
    }


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("p", "ingestion_pipelines of s must be a list of pipelines"),
        ({"name": "p"}, "must be a list of pipelines"),
        (["p"], "must be a list of pipelines"),
        ([{"name": "p", "service": "t"}], "ingestion_pipelines of s: p has service. Leave that out"),
        ([{"name": "p", "service": "t", "service_kind": "mcp"}], "p has service and service_kind"),
    ],
)
def test_what_is_no_pipeline_is_refused(told: Any, said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        ingestion_definitions([{"name": "s", "ingestion_pipelines": told}], DASHBOARDS)


def test_filter_is_offered() -> None:
    assert module.FilterModule().filters() == {"ingestion_definitions": ingestion_definitions}
