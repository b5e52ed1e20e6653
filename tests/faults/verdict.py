# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run under a fault kept the promises; raises AssertionError with what it broke."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from ansible_collections.community.openmetadata.plugins.module_utils.resources import FIELDS
from faults.kinds import Fault
from faults.operations import NAME, Operation
from properties.pipelines import RUN
from properties.promises import meaning
from properties.world import BULK, INFO, SINGLE, WRITES

Json = dict[str, Any]
Services = Mapping[str, Json]

DONE = "done"
TOLD = "clear error, done by a second run"
REFUSED = "clear error: they purged it, and the task says too little to create it"
OVERWRITTEN = "done, but what they wrote to another field is overwritten"
RETRIES = 4
_LONGEST_WAIT = 30.0
_NOISE = re.compile(r"Traceback|object at 0x|HTTPConnectionPool|urllib3|requests\.|http\.client")
# How a run may end that somebody else got in the way of.
_RACE_CODES = frozenset({"conflict", "not_taken", "not_found", "invalid_input"})
# How one may end whose orchestrator went away; a run of a pipeline is waited for.
_OUTAGE_CODES = frozenset({"orchestrator_error", "items_failed", "timed_out"})


@dataclass(frozen=True)
class Run:
    """One run of a module: its result, its requests, and all services before and after.

    `meanwhile` is the same for what somebody else did, just before request `met`; `workflows` is what an orchestrator
    has then, and whether it is paused, `had` what it had before, `started` how many runs of pipelines the run started.
    """

    result: Json
    before: Services
    after: Services
    sent: tuple[str, ...]
    pauses: tuple[float, ...] = ()
    struck: bool = False
    meanwhile: tuple[Services, Services] | None = None
    met: int = 0
    workflows: Mapping[str, bool] = field(default_factory=dict)
    had: Mapping[str, bool] = field(default_factory=dict)
    started: int = 0

    @property
    def failed(self) -> bool:
        """Whether the module failed."""
        return bool(self.result.get("failed"))

    def changed(self, name: str) -> bool:
        """Whether this run (and nobody else) changed a service."""
        first, last = self.meanwhile or (self.after, self.after)
        told = self.had.get(name) != self.workflows.get(name)
        return told or _differ(self.before, first, name) or _differ(last, self.after, name)


def _differ(one: Services, other: Services, name: str) -> bool:
    return meaning(one.get(name)) != meaning(other.get(name))


def essence(body: Json | None) -> Json | None:
    """What a service says, whichever id it got."""
    known = meaning(body)
    if known is None:
        return None
    if "service" in known:
        known["service"] = known["service"]["name"]
    return {name: value for name, value in known.items() if name not in ("id", "href")}


def claims(operation: Operation, result: Json) -> dict[str, Json]:
    """What a result says of each service."""
    if operation.module is SINGLE:
        return {operation.task["name"]: result}
    if operation.module is BULK:
        return {entry["name"]: entry for entry in (*result.get("results", ()), *result.get("pruned", ()))}
    return {}


def judge_fault(operation: Operation, fault: Fault, flawless: Run, run: Run, again: Run) -> str:
    """What became of a run under a fault, and of one more without; `flawless` is one that never met it."""
    if run.failed:
        # Newer servers answer 500 to a wrong password.
        codes = {fault.code, "authentication_error"} if _is_login(run) else {fault.code}
        codes |= {"orchestrator_error"} if operation.resource.patched else set()
        _check_told(operation, run, frozenset(codes))
        _check_between(flawless, run.after)
    else:
        _check_as(operation, flawless, run)
    assert run.failed or not fault.lasting or not run.struck, "succeeded although nothing could be done"
    assert not (fault.passes and run.failed) or _is_login(run), f"gave up after one fault: {run.result['msg']}"
    _check_claims(operation, run, unsure=fault.hides and run.struck and run.failed)
    _check_pauses(operation, fault, run)
    _check_again(operation, flawless, run, again)
    return TOLD if run.failed else DONE


def _is_login(run: Run) -> bool:
    """A login is never repeated: three failures block the account (server 1.2)."""
    return "/users/login" in str(run.result.get("failure", {}).get("details", {}).get("path"))


def _check_told(operation: Operation, run: Run, codes: frozenset[str]) -> None:
    """A failure has a code, names the service, says what to do, and nothing that only programmers understand."""
    said, failure = run.result["msg"], run.result["failure"]
    assert failure["code"] in codes, f"fails with {failure['code']}: {said}"
    assert failure["cure"], f"no cure: {said}"
    assert failure["cure"] in said, f"no cure: {said}"
    assert "name" not in operation.task or operation.module is INFO or NAME in said, f"names no service: {said}"
    assert not _NOISE.search(said), f"says: {said}"


def _check_between(flawless: Run, after: Services) -> None:
    """Where a run broke off, every member of a service is as it was or as it should be."""
    for name, body in after.items():
        sides = [essence(side.get(name)) or {} for side in (flawless.before, flawless.after)]
        assert name in flawless.before or name in flawless.after, f"{name} is one too many"
        for member in {*sides[0], *sides[1], *body}:
            value = (essence(body) or {}).get(member)
            # What is yet to be deployed says so.
            kept = value in [side.get(member) for side in sides] or (member == "deployed" and value is False)
            # What is yet to be paused says so, too.
            kept = kept or (member == "enabled" and value is True and _pauses(flawless, name))
            assert kept, f"{member} of {name} got lost: it is {value!r}"
    for name in flawless.before.keys() & flawless.after.keys():
        assert name in after, f"{name} is gone"


def _pauses(flawless: Run, name: str) -> bool:
    """Whether a run leaves a paused pipeline."""
    return name in flawless.after and flawless.after[name].get("enabled") is False


def _check_as(operation: Operation, flawless: Run, run: Run) -> None:
    """A run that succeeds ends in the same state as one that meets no fault, and says the same of it."""
    _check_end(flawless, run.after)
    assert run.workflows == flawless.workflows, f"the orchestrator has {run.workflows}"
    assert run.started == flawless.started, f"{run.started} runs were started"
    assert run.result.get("status") == flawless.result.get("status")
    expected, said = claims(operation, flawless.result), claims(operation, run.result)
    assert expected.keys() == said.keys()
    for name, entry in said.items():
        # After a second look a new pipeline's fields are all that the server made of it.
        whole = {"changed_fields"} if operation.resource.patched and entry.get("action") == "created" else set()
        assert not whole or {*expected[name]["changed_fields"]} <= {*entry["changed_fields"]}
        for member in {"action", "changed", "changed_fields", "version_before"} - whole:
            was = expected[name].get(member)
            assert entry.get(member) == was, f"{member} of {name} is {entry.get(member)!r}, without a fault {was!r}"
        version = run.after[name]["version"] if name in run.after else None
        # A deploy moves it without telling.
        told = entry["version"] == version or operation.resource.patched
        assert told, f"version of {name} is {entry['version']}, the server says {version}"
    services = [_found(each.result) for each in (flawless, run)]
    assert services[0] == services[1]


def _found(result: Json) -> list[Json]:
    """What the info module found, without what differs from run to run."""
    stamps = ("id", "href", "version", "updated_at", "updated_by", "runs")
    return [
        {name: value for name, value in service.items() if name not in stamps}
        for service in result.get("dashboard_services", ())
    ]


def _check_end(flawless: Run, after: Services) -> None:
    assert after.keys() == flawless.after.keys(), f"there are {sorted(after)}, not {sorted(flawless.after)}"
    for name, body in after.items():
        found, wanted = essence(body) or {}, essence(flawless.after[name]) or {}
        wrong = {key for key in {*found, *wanted} if found.get(key) != wanted.get(key)}
        differences = {key: (found.get(key), wanted.get(key)) for key in wrong}
        assert not differences, f"{name} is, should be: {differences}"


def _check_claims(operation: Operation, run: Run, unsure: bool = False) -> None:
    """`changed` is what happened; whoever can't know (`unsure`) says that something may have changed."""
    said = claims(operation, run.result)
    for name, entry in said.items():
        changed = run.changed(name)
        claimed = bool(entry.get("changed"))
        maybe = unsure and (bool(entry.get("failed")) or (run.meanwhile is not None and name == NAME))
        assert claimed == changed or (maybe and claimed), f"changed of {name} is {claimed}, the server says {changed}"
    whole = any(run.changed(name) for name in {*run.before, *run.after}) or run.started > 0
    claimed = bool(run.result.get("changed"))
    assert claimed == whole or (unsure and claimed), f"changed is {claimed}, the server says {whole}"


def _check_pauses(operation: Operation, fault: Fault, run: Run) -> None:
    """The server's wish is honoured, and nobody waits long or often."""
    assert all(0 < pause <= _LONGEST_WAIT for pause in run.pauses), f"waits {run.pauses}"
    # A write and the reading after it, for each service.
    most = RETRIES * 2 * (1 + len(claims(operation, run.result))) if fault.lasting else 1
    assert len(run.pauses) <= most, f"waits {len(run.pauses)} times"
    if fault.wait is not None:
        assert set(run.pauses) <= {fault.wait}, f"asked to wait {fault.wait} s, waits {run.pauses}"
        assert run.pauses or run.failed


def _check_again(operation: Operation, flawless: Run, run: Run, again: Run) -> None:
    """A second run without faults ends where it should, and says exactly what was left to do."""
    assert not again.failed, f"a second run fails: {again.result['msg']}"
    _check_end(flawless, again.after)
    assert again.workflows == flawless.workflows, f"the orchestrator has {again.workflows} in the end"
    _check_claims(operation, again)
    if operation.module is not RUN:
        assert run.failed or not again.result["changed"], "the second run changes something after a success"
    for name in run.before.keys() & again.after.keys():
        assert run.before[name]["id"] == again.after[name]["id"], f"{name} has another id"


def judge_outage(operation: Operation, flawless: Run, run: Run, again: Run) -> str:
    """What became of a run whose orchestrator went away, and of one more with it."""
    assert not run.meanwhile or run.meanwhile[0] == run.meanwhile[1]
    if run.failed:
        _check_told(operation, run, _OUTAGE_CODES)
        _check_between(flawless, run.after)
    else:
        _check_end(flawless, run.after)
        if operation.present and operation.module is not RUN:
            assert run.workflows == flawless.workflows, f"the orchestrator has {run.workflows}"
    _check_claims(operation, run, unsure=run.failed)
    assert not again.failed, f"a second run fails: {again.result['msg']}"
    _check_end(flawless, again.after)
    _check_claims(operation, again)
    left = again.workflows.keys() - flawless.workflows.keys()
    told = str([run.result.get("warnings"), run.result.get("results")])
    assert all(name in told for name in left), f"the orchestrator keeps {left}, and nobody says so"
    mine = {name: paused for name, paused in again.workflows.items() if name not in left}
    assert mine == flawless.workflows, f"the orchestrator has {again.workflows} in the end"
    return TOLD if run.failed else DONE


# -- somebody else ---------------------------------------------------------------------------------------------------


def judge_race(operation: Operation, server: Server, flawless: Run, run: Run, again: Run) -> str:
    """What became of a run that somebody else got in the way of, and of one more."""
    lost: set[str] = set()
    if run.failed:
        _check_told(operation, run, _RACE_CODES)
    else:
        lost = _check_race_end(operation, server, flawless, run, run)
    _check_claims(operation, run, unsure=_both_did(operation, server, run))
    if again.failed and NAME not in again.after:
        _check_refused(operation, again)
        return REFUSED
    assert not again.failed, f"a second run fails: {again.result['msg']}"
    lost |= _check_race_end(operation, server, flawless, run, again)
    _check_claims(operation, again)
    # What they did after a write of ours may be for the second run to undo.
    late = any(request.split(" ")[0] in WRITES for request in run.sent[: run.met - 1])
    assert run.failed or late or not again.result["changed"], "the second run changes something after a success"
    if lost:
        _check_limits(operation, run, lost)
        return OVERWRITTEN
    return TOLD if run.failed else DONE


def _both_did(operation: Operation, server: Server, run: Run) -> bool:
    """Whether the server says the same to this run and to somebody else who did the same just before.

    A newer one answers a second DELETE as it did the first, and the bulk endpoint doesn't tell what it created.
    """
    theirs = run.meanwhile[1].get(NAME) if run.meanwhile else None
    if theirs is None:
        return False
    if operation.creates:
        return f"PUT {operation.resource.path}/bulk" in run.sent and operation.bulk
    return (
        bool(theirs["deleted"])
        and server.version >= (1, 3)
        and f"DELETE {operation.resource.path}/{theirs['id']}" in run.sent
    )


def _check_limits(operation: Operation, run: Run, lost: set[str]) -> None:
    """Nothing of theirs gets lost but what can't be saved.

    A PUT for texts carries the connection along, as the server asks for, and tells nothing of what that replaced; one
    through the bulk endpoint tells nothing at all.
    """
    saved = lost - {"connection"} if f"PUT {operation.resource.path}/bulk" not in run.sent else set()
    assert not saved, f"{saved} of theirs is overwritten: {run.sent}"


def _check_refused(operation: Operation, again: Run) -> None:
    """Nothing can be created by a task that names no type or no connection, and it says so."""
    assert operation.present, "fails although there is nothing to do"
    missing = {"service_type", "connection"} - operation.target.keys()
    assert missing, f"a second run fails: {again.result['msg']}"
    _check_told(operation, again, frozenset({"invalid_input"}))
    assert any(option in again.result["msg"] for option in missing), again.result["msg"]


def _check_race_end(operation: Operation, server: Server, flawless: Run, run: Run, last: Run) -> set[str]:
    """All is as the task says, and others are untouched; returns the members of theirs that got lost."""
    mine = {name: body for name, body in last.after.items() if name != NAME}
    _check_end(_without(flawless), mine)
    if operation.module is INFO:
        return set()
    stored = last.after.get(NAME)
    if not operation.present:
        assert stored is None or stored["deleted"], "it is still there"
        return set()
    assert stored is not None, "it isn't there"
    assert not stored["deleted"], "it is deleted"
    wanted = flawless.after[NAME]
    for member in _mentioned(operation, server):
        if member == "connection":
            config, told = stored["connection"]["config"], operation.target["connection"]
            assert {key: config.get(key) for key in told} == told, f"connection is {config}"
        else:
            one, other = essence(stored) or {}, essence(wanted) or {}
            assert one.get(member) == other.get(member), f"{member} is {one.get(member)!r}"
    return _lost(operation, server, run, stored)


def _without(flawless: Run) -> Run:
    others = {name: body for name, body in flawless.after.items() if name != NAME}
    return Run(flawless.result, flawless.before, others, flawless.sent)


def _mentioned(operation: Operation, server: Server) -> set[str]:
    """The members of an entity that the task names."""
    return {server.api_name(item) for item in FIELDS if item.option in operation.target and server.has(item)}


def _lost(operation: Operation, server: Server, run: Run, stored: Json) -> set[str]:
    """What somebody else had written, and the task doesn't mention, but which isn't there any more."""
    theirs = run.meanwhile[1].get(NAME) if run.meanwhile else None
    if theirs is None or theirs["deleted"] or theirs["id"] != stored["id"]:
        return set()
    one, other = essence(stored) or {}, essence(theirs) or {}
    members = {server.api_name(item) for item in FIELDS} - _mentioned(operation, server)
    return {member for member in members if one.get(member) != other.get(member)}
