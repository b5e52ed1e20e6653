# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_report
short_description: Tell in-sync, drifted, missing and unmanaged services and ingestion pipelines apart
version_added: 0.1.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Turns what M(community.openmetadata.dashboard_service_bulk) or M(community.openmetadata.service_bulk) returns in
    check mode into a report that can be shown.
  - The audits of the roles P(community.openmetadata.dashboard_services#role) and
    P(community.openmetadata.services#role) write it as JSON, Markdown, JUnit and HTML.
options:
  _input:
    description:
      - The result of M(community.openmetadata.dashboard_service_bulk) or M(community.openmetadata.service_bulk), run in
        check mode with C(on_error=continue).
      - For unmanaged services it must have had a C(scope), which may be empty.
    type: dict
    required: true
  fail_on:
    description:
      - The findings that fail the audit. A service that could not be compared fails it, too, but with V(never).
    type: list
    elements: str
    choices: [drift, missing, unmanaged, unverified, never]
    default: [drift, missing]
  ingestion:
    description:
      - The result of M(community.openmetadata.ingestion_pipeline_bulk) for the pipelines of these services, run in the
        same way. One without C(results), such as that of a skipped task, tells of no pipelines.
    type: dict
    default: {}
    version_added: 0.2.0
  server:
    description: The server's address, to be shown. Credentials in it are left out.
    type: str
    default: ''
  checked_at:
    description: When the comparison was made, to be shown.
    type: str
    default: ''
"""

EXAMPLES = r"""
- name: Compare
  community.openmetadata.dashboard_service_bulk:
    services: "{{ dashboard_services_definitions }}"
    scope: {}
    on_error: continue
  check_mode: true
  register: compared

- name: Count what is missing
  ansible.builtin.debug:
    msg: "{{ (compared | community.openmetadata.audit_report).summary.missing }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    passed:
      description: Whether nothing was found that fails the audit.
      type: bool
    reasons:
      description: What fails the audit, as short texts.
      type: list
      elements: str
      sample: [2 drifted, 1 missing, 1 ingestion pipeline drifted]
    fail_on:
      description: The findings that fail the audit.
      type: list
      elements: str
    summary:
      description: How many services there are of each status.
      type: dict
      sample: {failed: 0, drifted: 2, missing: 1, unmanaged: 0, unverified: 3, in_sync: 14}
    services:
      description: >-
        Each service with C(name), C(service_type), C(version), C(status), C(message), C(fails), C(unverified) (the
        secrets that could not be compared) and C(fields), of which each has C(field), C(server) and C(wanted). In the
        report on a result of M(community.openmetadata.service_bulk) each has its C(kind), too.
      type: list
      elements: dict
    ingestion_summary:
      description: How many ingestion pipelines there are of each status.
      type: dict
      sample: {failed: 0, drifted: 1, missing: 0, unmanaged: 1, unverified: 0, in_sync: 11}
    ingestion_pipelines:
      description: >-
        Each pipeline with the same members, but C(pipeline_type) in place of C(service_type), and with the C(service)
        and the C(service_kind) that it belongs to. One that isn't deployed although it should be differs in its field
        C(deployed).
      type: list
      elements: dict
    server:
      description: The server's address.
      type: str
    server_version:
      description: The server's release, where it is known.
      type: str
    checked_at:
      description: When the comparison was made.
      type: str
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor

# In the order in which they are shown: what asks for action comes first. UNVERIFIED is in sync but for secrets that
# could not be compared.
FAILED = "failed"
DRIFTED = "drifted"
MISSING = "missing"
UNMANAGED = "unmanaged"
UNVERIFIED = "unverified"
IN_SYNC = "in_sync"
STATUSES = (FAILED, DRIFTED, MISSING, UNMANAGED, UNVERIFIED, IN_SYNC)
NEVER = "never"
_FAIL_ON = {"drift": DRIFTED, "missing": MISSING, "unmanaged": UNMANAGED, "unverified": UNVERIFIED}
_WORDS = {FAILED: "not compared", UNVERIFIED: "with secrets not compared"}
_NOT_DEFINED = "On the server, but not defined."
# What neither XML nor a browser takes.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def audit_report(
    result: Mapping[str, Any],
    fail_on: str | Iterable[str] = ("drift", "missing"),
    server: str = "",
    checked_at: str = "",
    ingestion: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report on bulk results of check mode. Raises `AnsibleFilterError` for an unknown `fail_on` or no result."""
    if "results" not in result:
        raise AnsibleFilterError("audit_report needs the result of dashboard_service_bulk or service_bulk.")
    chosen = _chosen(fail_on)
    failing = set() if NEVER in chosen else {FAILED, *(_FAIL_ON[name] for name in chosen)}
    found = [{**_service(entry), **_kind(entry)} for entry in result["results"]]
    found += [_unmanaged(each) for each in result.get("unmanaged") or ()]
    found.sort(key=lambda each: (STATUSES.index(each["status"]), each["name"], each.get("kind", "")))
    pipelines = _pipelines(ingestion or {})
    reasons = [*_reasons(found, failing), *_reasons(pipelines, failing, "ingestion pipeline")]
    report = {
        "passed": not reasons,
        "reasons": reasons,
        "fail_on": chosen,
        "summary": _summary(found),
        "services": [{**each, "fails": each["status"] in failing} for each in found],
        "ingestion_summary": _summary(pipelines),
        "ingestion_pipelines": [{**each, "fails": each["status"] in failing} for each in pipelines],
        "server": Redactor().text(server),
        "server_version": str(result.get("server_version") or ""),
        "checked_at": checked_at,
    }
    clean: dict[str, Any] = _clean(report)
    return clean


def _chosen(fail_on: str | Iterable[str]) -> list[str]:
    """The findings that fail an audit; a text may name several, with commas."""
    words = re.split(r"[,\s]+", fail_on.strip()) if isinstance(fail_on, str) else [str(word) for word in fail_on]
    unknown = sorted(set(words) - {*_FAIL_ON, NEVER})
    if unknown or not words:
        known = ", ".join([*_FAIL_ON, NEVER])
        raise AnsibleFilterError(f"audit_fail_on names {', '.join(unknown) or 'nothing'}; it takes {known}.")
    if NEVER in words and set(words) != {NEVER}:
        raise AnsibleFilterError("audit_fail_on names never together with something else.")
    return list(dict.fromkeys(words))


def _summary(found: list[dict[str, Any]]) -> dict[str, int]:
    counts = Counter(each["status"] for each in found)
    return {name: counts[name] for name in STATUSES}


def _reasons(found: list[dict[str, Any]], failing: set[str], noun: str = "") -> list[str]:
    """What of it fails an audit, in short texts; services need no word for what they are."""
    counted = {name: count for name, count in _summary(found).items() if name in failing and count}
    nouns = {name: f"{noun}{'' if count == 1 else 's'} " if noun else "" for name, count in counted.items()}
    return [f"{count} {nouns[name]}{_WORDS.get(name, name)}" for name, count in counted.items()]


def _service(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of `results` as a finding."""
    return _compared(entry, entry.get("dashboard_service") or entry.get("service") or _before(entry), "service")


def _pipelines(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ingestion pipelines of a result as findings, those of a service together."""
    found = [
        {**_compared(entry, entry.get("ingestion_pipeline") or _before(entry), "pipeline"), **_belonging(entry)}
        for entry in result.get("results") or ()
    ]
    found += [
        {**_finding(str(each["name"]), UNMANAGED, _NOT_DEFINED, "pipeline"), **_belonging(each)}
        for each in (result.get("unmanaged") or () if "results" in result else ())
    ]
    return sorted(
        found,
        key=lambda each: (STATUSES.index(each["status"]), each["service"], each["service_kind"], each["name"]),
    )


def _belonging(entry: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(entry[name]) for name in ("service", "service_kind")}


def _compared(entry: Mapping[str, Any], shown: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """One entry as a finding; `shown` is what it is about, as it is or would be."""
    name, action = str(entry["name"]), entry.get("action")
    if entry.get("failed") or entry.get("skipped") or action is None:
        said = str(entry.get("msg") or f"Left alone because another {noun} failed.")
        return _finding(name, FAILED, said, noun)
    known = {
        f"{noun}_type": shown.get(f"{noun}_type"),
        "version": entry.get("version_before"),
        "unverified": list(entry.get("unverified") or ()),
    }
    if action == "created":
        return {**_finding(name, MISSING, "Not on the server.", noun), **known}
    if action in ("deleted", "purged"):
        gone = [{"field": "state", "server": "present", "wanted": "absent"}]
        return {**_finding(name, DRIFTED, "On the server, but should be absent.", noun), **known, "fields": gone}
    known["fields"] = _fields(entry)
    if action == "restored":
        return {**_finding(name, MISSING, "Soft-deleted on the server.", noun), **known}
    if action == "updated":
        return {**_finding(name, DRIFTED, noun=noun), **known}
    return {**_finding(name, UNVERIFIED if known["unverified"] else IN_SYNC, noun=noun), **known}


def _unmanaged(service: str | Mapping[str, str]) -> dict[str, Any]:
    """A service that isn't defined, given by its name or, among several kinds, by kind and name."""
    named = {"name": service} if isinstance(service, str) else service
    return {**_finding(named["name"], UNMANAGED, _NOT_DEFINED), **_kind(named)}


def _kind(service: Mapping[str, Any]) -> dict[str, str]:
    """What kind of service it is; modules for one kind don't tell."""
    return {"kind": str(service["kind"])} if service.get("kind") else {}


def _before(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    before: Mapping[str, Any] = (entry.get("diff") or {}).get("before") or {}
    return before


def _fields(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs, field by field; a value is None where nothing is set."""
    before, after = _before(entry), (entry.get("diff") or {}).get("after") or {}
    names = entry.get("changed_fields") or ()
    return [{"field": name, "server": before.get(name), "wanted": after.get(name)} for name in names]


def _finding(name: str, status: str, message: str = "", noun: str = "service") -> dict[str, Any]:
    return {
        "name": name,
        f"{noun}_type": None,
        "version": None,
        "status": status,
        "message": message,
        "fields": [],
        "unverified": [],
    }


def _clean(value: Any) -> Any:
    """A copy in which every text can stand in XML."""
    if isinstance(value, str):
        return _CONTROL.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(member) for member in value]
    return value


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"audit_report": audit_report}
