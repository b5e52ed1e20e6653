# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the README and the guides say: their files are written, their commands typed, and the server looked at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from guides.reader import PAGES, PLACE, VAULT, Reader, recaps, section
from unit.docs.pages import blocks


def _inventory(reader: Reader) -> None:
    for block in section("guide_provisioning", "In an inventory, without a playbook"):
        if block.file in ("hosts.yml", "group_vars/all/openmetadata.yml", "group_vars/sales/dashboards.yml"):
            reader.write(f"inventory/{block.file}", block.text)
    reader.vault("inventory/group_vars/all/vault.yml")


def test_readme_inventory(reader: Reader) -> None:
    heading = "Many services, audits and exports"
    for block in section("README", heading):
        reader.write(block.file, block.text)
    output = "\n".join(reader.type(block.commands, reader.login) for block in section("README", heading, "console"))
    assert set(reader.services()) == {"sales_metabase"}
    assert recaps(output)[:2] == [1, 1]
    assert (reader.folder / "openmetadata-audit" / "audit.html").exists()
    assert (reader.folder / "openmetadata-export" / "dashboard_services.yml").exists()


def test_role_readme(reader: Reader) -> None:
    example = blocks(PAGES["role dashboard_services"])[0]
    play = example.content
    handlers = next(block.content for block in blocks(PAGES["role dashboard_services"]) if "handlers" in block.text)
    reader.write("services.yml", yaml.safe_dump([{**play[0], **handlers}]))
    output = reader.type("ansible-playbook services.yml", {"METABASE_PASSWORD": "made-up", **reader.login})
    assert recaps(output) == [1]
    assert "RUNNING HANDLER [Run the ingestion pipelines]" in output


def test_readme_of_the_role_for_all_kinds(reader: Reader) -> None:
    (example,) = blocks(PAGES["role services"])
    reader.write("services.yml", example.text)
    secrets = {"METABASE_PASSWORD": "made-up", "MYSQL_PASSWORD": "made-up", **reader.login}
    for changed in (1, 0):
        output = reader.type("ansible-playbook services.yml", secrets)
        assert recaps(output) == [changed]
    assert set(reader.services()) == {"sales"}


def test_other_kinds(reader: Reader) -> None:
    _inventory(reader)
    heading = "Services of other kinds"
    for block in section("guide_provisioning", heading):
        reader.write(f"inventory/{block.file}", block.text)
    (commands,) = section("guide_provisioning", heading, "console")
    assert recaps(reader.type(commands.commands)) == [2, 2, 0]
    (audit,) = section("guide_audit", "Other kinds of services", "console")
    reader.type(audit.commands)
    assert {path.stem for path in (reader.folder / "openmetadata-audit").iterdir()} == {"audit_services"}


def test_first_service(reader: Reader) -> None:
    (example,) = section("guide_provisioning", "The first service")
    (commands,) = section("guide_provisioning", "The first service", "console")
    reader.write("services.yml", example.text)
    output = reader.type(commands.commands + "\nansible-playbook services.yml")
    assert recaps(output) == [1, 1, 0]
    assert reader.services()["sales_metabase"]["serviceType"] == "Metabase"


def test_inventory(reader: Reader) -> None:
    _inventory(reader)
    heading = "In an inventory, without a playbook"
    provision, elsewhere = section("guide_provisioning", heading, "console")
    assert recaps(reader.type(provision.commands)) == [1, 1]
    tags = reader.services()["sales_metabase"]["tags"]
    assert [tag["tagFQN"] for tag in tags] == ["Tier.Tier1"]
    assert recaps(reader.type(elsewhere.commands)) == [0]


def test_service_for_each_host(reader: Reader) -> None:
    _inventory(reader)
    heading = "In an inventory, without a playbook"
    block = next(block for block in section("guide_provisioning", heading) if block.file == "group_vars/metabase.yml")
    reader.write(f"inventory/{block.file}", block.text)
    hosts = {"metabase": {"hosts": {"mb-1.example.com": None, "mb-2.example.com": None}}}
    reader.write("inventory/more.yml", yaml.safe_dump(hosts))
    reader.type("ansible-playbook -i inventory community.openmetadata.provision -e openmetadata_hosts=metabase")
    assert set(reader.services()) == {"metabase_mb-1", "metabase_mb-2"}


def test_prune(reader: Reader) -> None:
    _inventory(reader)
    (block,) = section("guide_provisioning", "Remove what isn't defined")
    reader.write(f"inventory/{block.file}", block.text)
    others = [{"name": name, "service_type": "CustomDashboard"} for name in ("sales_old", "finance_old")]
    reader.play([{"name": "Plant", "community.openmetadata.dashboard_service_bulk": {"services": others}}])
    provision = "ansible-playbook -i inventory community.openmetadata.provision"
    assert "because of --limit, serial, or failed hosts" in re.sub(
        r"\s+", " ", reader.type(f"{provision} --limit localhost", fails=True)
    )
    assert "sales_metabase" not in reader.services()
    reader.type(provision)
    gone = {name: service.get("deleted", False) for name, service in reader.services().items()}
    assert gone == {"sales_metabase": False, "sales_old": True, "finance_old": False}


def test_handlers(reader: Reader) -> None:
    (block,) = section("guide_provisioning", "React to changes")
    definitions = section("guide_provisioning", "The first service")[0].content[0]["vars"]
    reader.write("services.yml", block.text)
    # Files of the reader's own, called like files of the roles, which must not be taken for these.
    tasks = Path(__file__).parents[2] / "roles" / "services" / "tasks"
    for file in tasks.rglob("*.yml"):
        reader.write(file.name, yaml.safe_dump(definitions))
    command = "ansible-playbook services.yml -e @definitions.yml"
    environment = {**reader.login, "METABASE_PASSWORD": "made-up"}
    assert "RUNNING HANDLER [Tell the team]" in reader.type(command, environment)
    assert "RUNNING HANDLER" not in reader.type(command, environment)


def test_without_the_role(reader: Reader) -> None:
    (block,) = section("guide_provisioning", "Without the role")
    assert recaps(reader.play(block.content, **VAULT)) == [1]
    assert set(reader.services()) == {"sales_metabase"}


def test_export_changes_nothing(reader: Reader) -> None:
    _inventory(reader)
    made = reader.type(
        "ansible-playbook -i inventory community.openmetadata.provision -e dashboard_services_defaults={}"
    )
    assert recaps(made) == [1]
    reader.play(
        [{"name": "Less", "community.openmetadata.dashboard_service": {"name": "sales_metabase", "owners": []}}]
    )
    export, applied = section("guide_migration", "Export what is there", "console")
    (reader.folder / "inventory" / "group_vars" / "sales" / "dashboards.yml").unlink()
    reader.type(export.commands)
    folder = reader.folder / "inventory" / "group_vars" / "all"
    for block in section("guide_migration", "Export what is there"):
        assert yaml.safe_load((folder / block.file).read_text(encoding="utf-8")) == block.content
    _fill_vault(reader, folder)
    reader.write("inventory/group_vars/all/openmetadata.yml", "dashboard_services_defaults: {}")
    assert recaps(reader.type(applied.commands)) == [0]
    _check_unknown_secret(reader, folder / "dashboard_services.yml")


def _fill_vault(reader: Reader, folder: Path) -> None:
    (folder / "vault.yml").unlink()
    names = yaml.safe_load((folder / "dashboard_services_vault.example.yml").read_text(encoding="utf-8"))
    assert set(names) < set(VAULT)
    reader.write("inventory/group_vars/all/login.yml", f"vault_openmetadata_bot_token: {reader.server.bot_token}")
    (folder / "vault.yml").write_text(yaml.safe_dump({name: VAULT[name] for name in names}), encoding="utf-8")


def _check_unknown_secret(reader: Reader, definitions: Path) -> None:
    """A secret that nobody knows any more can be left out."""
    text = definitions.read_text(encoding="utf-8")
    definitions.write_text(re.sub(r"\n *password:.*", "", text), encoding="utf-8")
    command = "ansible-playbook -i inventory community.openmetadata.provision -e dashboard_services_update_secrets="
    assert recaps(reader.type(f"{command}on_create")) == [0]
    config = reader.services()["sales_metabase"]["connection"]["config"]
    assert config["password"] == VAULT["vault_sales_metabase_password"]


def test_from_a_loop(reader: Reader) -> None:
    loop, bulk = section("guide_migration", "From uri loops")
    metabases = [
        {
            "name": "sales_metabase",
            "url": "https://metabase.example.com",
            "description": "Dashboards of the sales teams.",
        },
        {"name": "finance_metabase", "url": "https://metabase.finance.example.com", "description": ""},
    ]
    variables = {**VAULT, "vault_openmetadata_bot_token": reader.server.bot_token}
    reader.play(_here(loop.content, reader), metabases=metabases, **variables)
    assert set(reader.services()) == {"sales_metabase", "finance_metabase"}
    assert recaps(reader.play(_here(bulk.content, reader), **variables)) == [0]


def _here(content: Any, reader: Reader) -> Any:
    return yaml.safe_load(yaml.safe_dump(content).replace(PLACE, reader.server.url))


def test_from_terraform(reader: Reader) -> None:
    (block,) = section("guide_migration", "From Terraform", "console")
    reader.write(
        "bin/terraform",
        '#!/bin/sh\ncase "$2" in\n  list) printf "%s\\n" aws_vpc.a x_dashboard_service.b x_dashboard_service.c ;;\n'
        '  rm) shift 2; echo "$@" >> removed ;;\nesac',
    ).chmod(0o755)
    reader.type(block.commands)
    removed = (reader.folder / "removed").read_text(encoding="utf-8").split()
    assert removed == ["x_dashboard_service.b", "x_dashboard_service.c"]


def test_audit_and_repair(reader: Reader) -> None:
    _inventory(reader)
    (once,) = section("guide_audit", "Run one", "console")
    assert "1 missing (audit_fail_on: drift, missing)" in reader.type(once.commands, fails=True)
    reports = {path.name for path in (reader.folder / "openmetadata-audit").iterdir()}
    assert reports == {"audit.html", "audit.md", "audit.xml", "audit.json"}
    assert all(f"``{name}``" in PAGES["guide_audit"].read_text(encoding="utf-8") for name in reports)
    (repair,) = section("guide_audit", "Repair what drifted", "console")
    assert recaps(reader.type(repair.commands)) == [1, 1]
    reader.type(once.commands)
    # Who may only read can audit.
    reader.type(f"{once.commands} -e dashboard_services_token={reader.server.user_token}")
    (chosen,) = section("guide_audit", "Choose what fails", "console")
    reader.type(chosen.commands)
    assert (reader.folder / "reports" / "audit.html").exists()
    _check_own_playbook(reader)


def _check_own_playbook(reader: Reader) -> None:
    (block,) = section("guide_audit", "In a playbook of your own")
    reader.play([{"name": "Drift", "community.openmetadata.dashboard_service": {"name": "sales_metabase", "tags": []}}])
    reader.write("audit.yml", block.text)
    assert '"sales_metabase"' in reader.type("ansible-playbook -i inventory audit.yml")


@pytest.mark.parametrize("number", [0, 1], ids=["GitLab", "GitHub"])
def test_audit_in_ci(reader: Reader, number: int) -> None:
    _inventory(reader)
    job = section("guide_audit", "In CI")[number].content
    lines = [step.get("run", "") for step in job["jobs"]["audit"]["steps"]] if "jobs" in job else job["audit"]["script"]
    after = [] if "jobs" in job else job["audit"]["after_script"]
    script = "\n".join(line for line in [*lines, *after] if not line.startswith(("pip ", "ansible-galaxy ")))
    assert "ansible-playbook" in script
    reader.type("ansible-playbook -i inventory community.openmetadata.provision")
    shutil.rmtree(reader.folder / "openmetadata-audit", ignore_errors=True)
    environment: Mapping[str, str] = {
        "VAULT_PASSWORD": "made-up",
        "RUNNER_TEMP": str(reader.folder),
        "GITHUB_STEP_SUMMARY": str(reader.folder / "summary"),
        **reader.login,
    }
    reader.type(script, environment)
    assert (reader.folder / "openmetadata-audit" / "audit.xml").exists()
    assert not (reader.folder / ".vault-password").exists()
    if "jobs" in job:
        assert "**Passed**" in (reader.folder / "summary").read_text(encoding="utf-8")
