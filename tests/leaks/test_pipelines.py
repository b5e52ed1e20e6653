# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingestion pipelines: secrets in source configs, the token of the server's own bot, and what logs of runs hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES
from fake_openmetadata.launch import FakeServer
from leaks.canaries import Canaries
from leaks.connections import Json, places
from leaks.pipelines import BULK, HOLDING, INFO, MODULE, PLAIN, RUN, SCHEDULE, Pipeline, pipelines, scene
from leaks.playbook import Run, Step
from leaks.servers import Start, login, sent, unmet

DBT = (("database", "dbt"),)
ITEMS = "/services/ingestionPipelines"


def listed(found: list[Pipeline], **options: object) -> Json:
    """The arguments of the module for many; each pipeline is only stored, unless `options` say otherwise."""
    return {
        "ingestion_pipelines": [each.options for each in found],
        "on_error": "continue",
        "defaults": {"deploy": False},
        **options,
    }


def secrets_of(*found: list[Pipeline]) -> set[str]:
    """All of their secrets."""
    return {secret for each in found for pipeline in each for secret in pipeline.secrets}


def test_the_pipelines_hold_a_secret_in_every_place(capsys: pytest.CaptureFixture[str]) -> None:
    found = pipelines(Canaries())
    wanted = {place for kind, type_ in HOLDING for place in places(type_, PIPELINES[kind])}
    assert {place for each in found for place in each.places} == wanted
    assert len(wanted) >= 10
    with capsys.disabled():
        print(f"\n{len(wanted)} secret paths of pipelines are covered")


# A process for each task takes its time; one of them with either user will do.
@pytest.mark.parametrize(("_way", "who"), [(True, "admin"), (False, "bot")], indirect=["_way"])
def test_from_creation_to_purge(start: Start, folder: Path, who: str) -> None:
    server = start("2.0")
    there = scene(server)
    first, second = (pipelines(there.canaries, generation) for generation in ("", "changed "))
    one = first[0].options
    gone = {name: one[name] for name in ("service_kind", "service", "name")} | {"state": "absent"}
    off = {"validate_source_config": "off"}
    steps = [
        Step("Foretell one", one, MODULE, check=True),
        Step("Create and deploy one", {**one, **off}, MODULE),
        Step("Create all", listed(first, **off), BULK),
        Step("The same again", listed(first, **off), BULK, "ok"),
        Step("Foretell other secrets", listed(second, **off), BULK, "any", check=True),
        Step("Other secrets", listed(second, **off), BULK, "changed"),
        Step("Keep the secrets", listed(first, update_secrets="on_create", **off), BULK, "ok"),
        Step("Pause", {**PLAIN, "enabled": False}, MODULE),
        Step("Go on", {**PLAIN, "enabled": True, "schedule": "5 5 * * *"}, MODULE),
        Step("Run", {**PLAIN, "interval": 0.1}, RUN),
        Step("Remove", gone, MODULE),
        Step("Read all", {"include_deleted": True, "runs": 1}, INFO, "ok"),
        Step("Foretell the return", {**one, **off}, MODULE, check=True),
        Step("Bring back", {**one, **off}, MODULE),
        Step("Purge", {**gone, "hard_delete": True}, MODULE),
    ]
    run = Run(folder, there.canaries)
    run.play(steps, login(server, who))
    assert secrets_of(first, second) <= sent(server)
    results = dict(zip([step.title for step in steps], run.results(steps), strict=True))
    read = {each["name"]: each for each in results["Read all"]["ingestion_pipelines"]}
    assert {each.options["name"] for each in first} | {"plain"} == read.keys()
    for each in first:
        wanted, shown = each.options, read[each.options["name"]]
        # Nothing is hidden that is no secret.
        for name in ("service_kind", "service", "name", "pipeline_type"):
            assert shown[name] == wanted[name]
        assert shown["schedule"] == SCHEDULE
        assert shown["fully_qualified_name"] == f"{wanted['service']}.{wanted['name']}"
        assert shown["source_config"].keys() >= wanted["source_config"].keys()
    assert results["Run"]["status"] == "success"


@dataclass
class Faulty:
    """Collects steps that fail, and for each the faults that the server shall have while it runs.

    Modules are the same code as tasks in the controller, and take their time to start: of these only what is `brief`.
    """

    server: FakeServer
    steps: list[Step] = field(default_factory=list)

    def add(
        self,
        title: str,
        arguments: Json,
        *faults: Json,
        module: str = MODULE,
        brief: bool = False,
        expect: str = "failed",
        says: str = ".",
    ) -> None:
        """One more step; its faults are used up by its own requests."""
        if not (brief or Run.in_controller):
            return
        for fault in faults:
            self.server.inject(**fault)
        self.steps.append(Step(title, arguments, module, expect, says))


def test_options_that_are_refused(start: Start, folder: Path) -> None:
    server = start("2.0")
    there = scene(server)
    text = there.canaries.text
    one = pipelines(there.canaries, "", DBT)[0].options
    source = one["source_config"]
    faulty = Faulty(server)
    add = faulty.add
    add("A misspelt secret", _with(one, dbtCloudAuthTokn=text("misspelt")), says="source_config", brief=True)
    add("An unknown secret", {**one, "source_config": {**source, "apiKey": text("unknown")}}, says="unknown")
    add("A list for a secret", _with(one, dbtCloudAuthToken=[text("in a list")]), says="source_config")
    add("A text for all", {**one, "source_config": text("alone")}, says="dict")
    add("A secret as an option", {**one, "api_key": text("option")}, says="Unsupported")
    add("A schedule that is none", {**one, "schedule": "often"}, says="schedule")
    quoted = {"method": "POST", "path": f"{ITEMS}$", "echo": "body"}
    for title, config in (
        ("A misspelt secret that is sent", _with(one, passwrod=text("sent misspelt"))),
        ("A deep secret that is sent", {**one, "source_config": {"type": "DBT", "auth": {"token": text("deep")}}}),
    ):
        add(title, {**config, "validate_source_config": "off"}, quoted, says="HTTP 500", brief=True)
    Run(folder, there.canaries).play(faulty.steps, login(server, "bot"))
    assert not unmet(server)


def test_servers_that_quote_secrets(start: Start, folder: Path) -> None:
    """What they were sent, and how their own bot logs in."""
    server = start("2.0")
    there = scene(server)
    dbt, other = (pipelines(there.canaries, generation, DBT) for generation in ("", "other "))
    one, two = dbt[0].options, other[0].options
    token = f"Authorization: Bearer {there.token}, jwtToken={there.token}"
    said = {"code": 400, "message": f"Failed to deploy pipeline due to {token}"}
    post, patch = {"method": "POST", "path": f"{ITEMS}$"}, {"method": "PATCH", "path": f"{ITEMS}/"}
    deploy = {"method": "POST", "path": f"{ITEMS}/deploy/", "status": 400, "body": said}
    state = {"code": 500, "platform": "Airflow", "reason": token}
    status = {"method": "GET", "path": f"{ITEMS}/status", "status": 200, "body": state}
    deploys = {"method": "POST", "path": f"{ITEMS}/bulk/deploy", "status": 200, "body": [state]}
    toggle = {"method": "POST", "path": f"{ITEMS}/toggle", "status": 401, "body": said}
    trigger = {"method": "POST", "path": f"{ITEMS}/trigger/", "status": 403, "body": said}
    shape = {"name": {"jwtToken": there.token}, "openMetadataServerConnection": [there.token]}
    shapes = {"method": "GET", "path": f"{ITEMS}$", "status": 200, "body": {"data": [shape]}}
    gone = {"method": "DELETE", "path": ITEMS, "echo": "ciphertext"}
    faulty = Faulty(server)
    add = faulty.add
    add("A POST", one, {**post, "echo": "body"}, says="HTTP 500", brief=True)
    add("Many", listed(dbt), {**post, "echo": "body", "count": len(dbt)}, module=BULK, says="500|fail")
    add("All is well", {**one, "deploy": False}, expect="changed", brief=True)
    add("A PATCH", two, {**patch, "echo": "body"}, says="HTTP 500", brief=True)
    add("Ciphertext", two, {**patch, "echo": "ciphertext"}, says="HTTP 500")
    add("A deploy that tells the token", PLAIN, deploy, says="orchestrator", brief=True)
    add("A status that tells it, too", PLAIN, deploy, status, says="orchestrator")
    add("Many deploys that tell it", {"ingestion_pipelines": [PLAIN]}, deploys, module=BULK)
    add("A deploy at last", PLAIN, expect="changed", brief=True)
    add("A toggle that tells it", {**PLAIN, "enabled": False}, toggle, says="401")
    add("A trigger that tells it", PLAIN, trigger, module=RUN, says="403", brief=True)
    add("A list of another shape", {}, shapes, module=INFO, expect="any", brief=True)
    add("A removal", {**PLAIN, "state": "absent"}, gone, says="HTTP 500")
    Run(folder, there.canaries).play(faulty.steps, login(server, "bot"))
    assert not unmet(server)
    assert one["source_config"]["dbtConfigSource"]["dbtSecurityConfig"]["gcpConfig"]["privateKey"] in sent(server)


def _with(options: Json, **members: object) -> Json:
    config = options["source_config"]
    return {**options, "source_config": {**config, "dbtConfigSource": {**config["dbtConfigSource"], **members}}}


def test_a_log_that_tells_secrets(start: Start, folder: Path) -> None:
    """The last lines of a failed run are shown, but not the password in them, nor the token of the server's bot."""
    server = start("1.2")
    there = scene(server)
    lines = [
        f"ERROR - cannot log in with {there.password} (https://reader:{there.password}@metabase.example.com)",
        f"jwtToken: {there.token}",
        "connection refused by metabase.example.com",
    ]
    server.configure_orchestrator(outcome="failed", log="\n".join(lines))
    steps = [
        Step("Deploy", PLAIN, MODULE),
        Step("Foretell a run", PLAIN, RUN, check=True),
        Step("Run", {**PLAIN, "interval": 0.1}, RUN, "failed", "ended as failed"),
        Step("Look", {"runs": 2}, INFO, "ok"),
        Step("Run without an end", {**PLAIN, "interval": 0.1, "wait_timeout": 0.0}, RUN, "failed", "seconds"),
    ]
    run = Run(folder, there.canaries)
    run.play(steps, login(server, "bot"))
    shown = run.results(steps)[2]["msg"]
    assert "connection refused by metabase.example.com" in shown
    assert "cannot log in with (secret)" in shown
    assert "dashboard_service.plain" in shown
