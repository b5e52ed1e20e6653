# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit makes of a bulk result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.openmetadata.plugins.filter import audit_report as module
from ansible_collections.community.openmetadata.plugins.filter.audit_report import audit_report


def entry(name: str = "s", action: str = "none", **members: Any) -> dict[str, Any]:
    service = {"service_type": "Metabase"}
    return {"name": name, "action": action, "version_before": 0.1, "dashboard_service": service, **members}


def diff(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    fields = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return {"changed_fields": fields, "diff": {"before": before, "after": after}}


def report(*entries: dict[str, Any], unmanaged: tuple[str, ...] = (), **options: Any) -> dict[str, Any]:
    return audit_report({"results": list(entries), "unmanaged": list(unmanaged)}, **options)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (entry(), "in_sync"),
        (entry(unverified=["connection.password"]), "unverified"),
        (entry(action="created", dashboard_service={"service_type": "Metabase"}), "missing"),
        (entry(action="restored", **diff({"deleted": True}, {})), "missing"),
        (entry(action="updated", **diff({"description": "a"}, {"description": "b"})), "drifted"),
        (entry(action="updated", unverified=["connection.password"]), "drifted"),
        (entry(action="deleted"), "drifted"),
        (entry(action="purged", dashboard_service=None, **diff({"service_type": "Metabase"}, {})), "drifted"),
        ({"name": "s", "changed": False, "failed": True, "msg": "no"}, "failed"),
        ({"name": "s", "changed": False, "skipped": True}, "failed"),
    ],
)
def test_status(found: dict[str, Any], status: str) -> None:
    made = report(found)
    assert [each["status"] for each in made["services"]] == [status]
    assert made["summary"] == {name: int(name == status) for name in module.STATUSES}
    assert made["services"][0]["service_type"] == (None if status == "failed" else "Metabase")


def test_unmanaged_services_are_found() -> None:
    made = report(entry(), unmanaged=("x", "y"))
    assert [(each["name"], each["status"]) for each in made["services"]] == [
        ("x", "unmanaged"),
        ("y", "unmanaged"),
        ("s", "in_sync"),
    ]


def test_fields_say_both_sides() -> None:
    changes = diff({"description": "a", "tags": ["T"], "same": 1}, {"description": "b", "owners": ["o"], "same": 1})
    assert report(entry(action="updated", **changes))["services"][0]["fields"] == [
        {"field": "description", "server": "a", "wanted": "b"},
        {"field": "owners", "server": None, "wanted": ["o"]},
        {"field": "tags", "server": ["T"], "wanted": None},
    ]


def test_what_should_be_absent_differs_in_its_state() -> None:
    fields = report(entry(action="deleted", **diff({"description": "a"}, {})))["services"][0]["fields"]
    assert fields == [{"field": "state", "server": "present", "wanted": "absent"}]


def of_kind(kind: str, action: str = "none", **members: Any) -> dict[str, Any]:
    """What the module for all kinds says of a service."""
    service = {"kind": kind, "service_type": "Mysql"}
    return {"kind": kind, "name": "s", "action": action, "version_before": 0.1, "service": service, **members}


def test_kinds_tell_services_of_one_name_apart() -> None:
    entries = [of_kind("pipeline", "created"), of_kind("database", "updated"), of_kind("dashboard", "created")]
    entries += [{"kind": "mcp", "name": "s", "failed": True, "msg": "no"}]
    unmanaged = [{"kind": "search", "name": "s"}, {"kind": "messaging", "name": "s"}]
    made = audit_report({"results": entries, "unmanaged": unmanaged})
    assert [(each["kind"], each["name"], each["status"]) for each in made["services"]] == [
        ("mcp", "s", "failed"),
        ("database", "s", "drifted"),
        ("dashboard", "s", "missing"),
        ("pipeline", "s", "missing"),
        ("messaging", "s", "unmanaged"),
        ("search", "s", "unmanaged"),
    ]
    assert [each["service_type"] for each in made["services"]] == [None, "Mysql", "Mysql", "Mysql", None, None]


def test_a_report_on_one_kind_does_not_tell_it() -> None:
    assert not [each for each in report(entry(), unmanaged=("x",))["services"] if "kind" in each]


DRIFTED = entry("d", "updated", **diff({}, {"description": "b"}))
MISSING = entry("m", "created")
UNVERIFIED = entry("u", unverified=["connection.password"])
FAILED = {"name": "f", "failed": True, "msg": "no"}


@pytest.mark.parametrize(
    ("fail_on", "reasons"),
    [
        (["drift", "missing"], ["1 not compared", "1 drifted", "1 missing"]),
        ("drift,missing", ["1 not compared", "1 drifted", "1 missing"]),
        ("drift missing", ["1 not compared", "1 drifted", "1 missing"]),
        ("drift", ["1 not compared", "1 drifted"]),
        ("missing", ["1 not compared", "1 missing"]),
        ("unmanaged", ["1 not compared", "2 unmanaged"]),
        ("unverified", ["1 not compared", "1 with secrets not compared"]),
        ("never", []),
        (["never"], []),
    ],
)
def test_what_fails_an_audit(fail_on: Any, reasons: list[str]) -> None:
    made = report(DRIFTED, MISSING, UNVERIFIED, FAILED, entry(), unmanaged=("x", "y"), fail_on=fail_on)
    assert made["reasons"] == reasons
    assert made["passed"] is (not reasons)
    assert len({each["status"] for each in made["services"] if each["fails"]}) == len(reasons)


@pytest.mark.parametrize(
    ("fail_on", "said"),
    [("drifts", "drifts; it takes drift"), ([], "nothing"), ("", "it takes"), ("never,drift", "something else")],
)
def test_wrong_choices_are_refused(fail_on: Any, said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        report(entry(), fail_on=fail_on)


def test_a_failed_module_is_no_result() -> None:
    with pytest.raises(AnsibleFilterError, match="dashboard_service_bulk"):
        audit_report({"failed": True, "msg": "no server"})


def test_credentials_in_the_address_are_left_out() -> None:
    shown = report(entry(), server="https://user:canary-password@example.com")["server"]
    assert shown.endswith("@example.com")
    assert "canary" not in shown


def test_nothing_stays_that_xml_refuses() -> None:
    changes = diff({"description": "a\x00b\x1b[31m"}, {"description": "tab\tline\n"})
    fields = report(entry("s\x07", action="updated", **changes))["services"][0]
    assert fields["name"] == "s\ufffd"
    assert fields["fields"] == [{"field": "description", "server": "a\ufffdb\ufffd[31m", "wanted": "tab\tline\n"}]


def pipeline(action: str = "none", service: str = "s", **members: Any) -> dict[str, Any]:
    """What the module for pipelines says of one."""
    told = {"service_kind": "dashboard", "service": service, "name": "p", "version_before": 0.2, "action": action}
    return {**told, "ingestion_pipeline": {"pipeline_type": "metadata"}, **members}


def test_pipelines_are_told_apart_like_services() -> None:
    undeployed = pipeline("updated", **diff({"deployed": False}, {"deployed": True}))
    failed = {"service_kind": "dashboard", "service": "f", "name": "p", "failed": True, "msg": "no"}
    entries = [pipeline(), pipeline("created", "t"), undeployed, failed, pipeline("none", "r")]
    unmanaged = [{"service_kind": "dashboard", "service": "s", "name": "q"}]
    made = report(entry(), ingestion={"results": entries, "unmanaged": unmanaged}, fail_on="drift,unmanaged")
    found = made["ingestion_pipelines"]
    assert [(each["service"], each["name"], each["status"]) for each in found] == [
        ("f", "p", "failed"),
        ("s", "p", "drifted"),
        ("t", "p", "missing"),
        ("s", "q", "unmanaged"),
        ("r", "p", "in_sync"),
        ("s", "p", "in_sync"),
    ]
    assert found[1]["fields"] == [{"field": "deployed", "server": False, "wanted": True}]
    assert found[1]["pipeline_type"] == "metadata"
    assert made["ingestion_summary"] == {**dict.fromkeys(module.STATUSES, 1), "unverified": 0, "in_sync": 2}
    assert made["reasons"] == [f"1 ingestion pipeline {what}" for what in ("not compared", "drifted", "unmanaged")]
    assert (made["summary"]["in_sync"], sum(made["summary"].values())) == (1, 1)


def test_many_pipelines_have_their_plural() -> None:
    entries = [pipeline(service=name, unverified=["source_config.x"]) for name in "ab"]
    made = report(DRIFTED, ingestion={"results": entries}, fail_on="drift,unverified")
    assert made["reasons"] == ["1 drifted", "2 ingestion pipelines with secrets not compared"]


@pytest.mark.parametrize("ingestion", [None, {}, {"skipped": True, "unmanaged": ["x"]}])
def test_without_pipelines_the_report_has_none(ingestion: Any) -> None:
    made = report(entry(), ingestion=ingestion)
    assert (made["ingestion_pipelines"], set(made["ingestion_summary"].values())) == ([], {0})


def test_filter_is_offered() -> None:
    assert module.FilterModule().filters() == {"audit_report": audit_report}
