# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of connections: their steps by service type, how they go, and what is reported of them when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ACCESS = "Validate that the API or DB is accessible with the given credentials"


@dataclass(frozen=True)
class Step:
    """A step of a test; a mandatory one that fails makes the test fail."""

    name: str
    description: str
    error: str
    mandatory: bool = True
    last: bool = False

    def defined(self) -> Json:
        """As the definition of the test has it."""
        return {
            "name": self.name,
            "description": self.description,
            "errorMessage": self.error,
            "mandatory": self.mandatory,
            "shortCircuit": self.last,
        }


# Source: server 1.2.
_GOES_ON = ("Postgres",)


def _access(service_type: str) -> Step:
    return Step(
        "CheckAccess",
        ACCESS,
        f"Failed to connect to {service_type.lower()}, please validate the credentials",
        last=service_type not in _GOES_ON,
    )


def _privilege(name: str, what: str, *, mandatory: bool = True) -> Step:
    error = f"Failed to fetch {what}, please validate if the user has enough privilege to fetch {what}."
    return Step(name, f"List all the {what} available to the user", error, mandatory)


def _dashboards(what: str) -> Step:
    error = f"Failed to fetch {what}, please validate if user has access to fetch {what}"
    return Step(f"Get{what.capitalize()}", f"List all the {what} available to the user", error)


# Source: server 1.2. Other types have one step here, more on the real server.
_STEPS = {
    "Superset": (_dashboards("dashboards"), _dashboards("charts")),
    "Postgres": (
        _privilege("GetDatabases", "databases"),
        _privilege("GetSchemas", "schemas"),
        _privilege("GetTables", "tables"),
        _privilege("GetViews", "views", mandatory=False),
        _privilege("GetTags", "policy tags", mandatory=False),
        _privilege("GetQueries", "queries", mandatory=False),
    ),
}


# Source: server 1.2, which has a definition for every other type.
_WITHOUT = ("Dbt", "MetadataES", "OpenMetadata", "OpenSearch", "QueryLog", "Sklearn")


def is_defined(service_type: str) -> bool:
    """Whether there is a test for a type at all."""
    return service_type not in _WITHOUT and not service_type.startswith("Custom")


def steps(service_type: str) -> tuple[Step, ...]:
    """The steps of a type's test."""
    return (_access(service_type), *_STEPS.get(service_type, ()))


@dataclass
class TestPlan:
    """How a test goes: seconds until its end, the steps that fail, and what their error log says.

    With no plan a test fails when its host can't be there, see `plan_for`.
    """

    __test__ = False
    seconds: float = 2.0
    failing: list[str] = field(default_factory=list)
    error: str = "Connection refused"


def plan_for(service_type: str, config: Any) -> TestPlan:
    """What happens without another plan: nothing listens at port 1, nor below `.invalid`, else all steps pass."""
    host = str(config.get("hostPort", "")).rstrip("/") if isinstance(config, dict) else ""
    if host.endswith((":1", ".invalid")) or ".invalid:" in host:
        error = f'connection to server at "{host}" failed: Connection refused'
        return TestPlan(failing=[step.name for step in steps(service_type)], error=error)
    return TestPlan()


@dataclass(eq=False)
class RunningTest:
    """A test under way: it reports after each step, and once more at the end (server 1.2).

    `strict`: a step that isn't mandatory makes the test fail, too (source: the client of 1.2).
    """

    service_type: str
    plan: TestPlan
    started: float
    strict: bool = False
    reported: int = 0

    def _steps(self) -> tuple[Step, ...]:
        """The steps until one that fails and is meant to be the last then."""
        known = steps(self.service_type)
        last = next((number for number, step in enumerate(known, 1) if step.last and self._fails(step)), len(known))
        return known[:last]

    def _fails(self, step: Step) -> bool:
        return step.name in self.plan.failing

    def reports(self, now: float) -> list[Json]:
        """The reports since last time, each the `response` of the workflow."""
        known = self._steps()
        made = []
        while self.reported <= len(known):
            at = self.started + self.plan.seconds * (self.reported + 1) / (len(known) + 1)
            if at > now:
                break
            self.reported += 1
            made.append(self._report(at, known[: self.reported], self.reported > len(known)))
        return made

    def _report(self, at: float, known: tuple[Step, ...], ended: bool) -> Json:
        results = [
            {
                "name": step.name,
                "passed": not self._fails(step),
                "message": step.error if self._fails(step) else None,
                "errorLog": self.plan.error if self._fails(step) else None,
                "mandatory": step.mandatory,
            }
            for step in known
        ]
        failed = any((step.mandatory or self.strict) and self._fails(step) for step in known)
        outcome = "Failed" if failed else "Successful"
        return {"steps": results, "status": outcome if ended else "Running", "lastUpdatedAt": at}
