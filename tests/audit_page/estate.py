# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services as they are defined, what is changed by hand afterwards, and audits of them by the real playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import collection_tree
from fake_openmetadata.launch import FakeServer

Json = dict[str, Any]
BULK = "community.openmetadata.dashboard_service_bulk"
TIMEOUT = 120
SECRETS = ("ein-Kanarienvogel-1", "ein-Kanarienvogel-2", "ein-Kanarienvogel-3")
"""In no report may one of them be."""

SCRIPT = "<script>window.broken = true</script>"
IMAGE = '"><img src=x onerror="window.broken = true">'


def _metabase(name: str, **others: Any) -> Json:
    config = {"hostPort": f"https://{name}.example.com", "username": "openmetadata@example.com", "password": SECRETS[0]}
    return {"name": f"{name}_metabase", "service_type": "Metabase", "connection": config, **others}


def _superset(name: str, **others: Any) -> Json:
    login = {"provider": "db", "username": "openmetadata", "password": SECRETS[0]}
    config = {"hostPort": f"https://{name}-superset.example.com", "connection": login}
    return {"name": f"{name}_superset", "service_type": "Superset", "connection": config, **others}


def _power_bi(name: str, **others: Any) -> Json:
    config = {"clientId": f"{name}-app", "clientSecret": SECRETS[0], "tenantId": "example"}
    return {"name": f"{name}_powerbi", "service_type": "PowerBI", "connection": config, **others}


SALES = "Dashboards of the sales teams. Ask before you change the filters of **Pipeline**: the forecast reads them."
DEFINED: tuple[Json, ...] = (
    _superset("sales", display_name="Superset (sales)", description=SALES, tags=["Tier.Tier1"]),
    _metabase("marketing", display_name="Metabase (marketing)", description="Campaigns and their costs."),
    _power_bi("finance", display_name="Power BI (finance)", tags=["Tier.Tier1"], owners=["admin"]),
    _metabase("support"),
    _superset("logistics"),
    *(_metabase(name) for name in ("product", "web", "mobile", "partners", "people", "legal", "warehouse")),
    *(_superset(name) for name in ("research", "pricing", "risk")),
)


_MYSQL: Json = {"hostPort": "h:3306", "username": "u", "authType": {"password": SECRETS[0]}}
OF_KINDS: tuple[Json, ...] = (
    {**_superset("sales"), "kind": "dashboard", "tags": []},
    {"kind": "database", "name": "sales_superset", "service_type": "Mysql", "connection": _MYSQL},
    {"kind": "messaging", "name": "sales_superset", "service_type": "Kafka", "connection": {"bootstrapServers": "h:1"}},
    {"kind": "search", "name": "sales_superset", "state": "absent"},
)
"""Of several kinds, with names that dashboard services have, too."""


PIPELINES_BEFORE: Json = _metabase(
    "reports",
    ingestion_pipelines=[
        {"name": "reports_nightly", "schedule": "30 2 * * *", "deploy": False},
        {"name": f"p{IMAGE}".replace('"', "'"), "deploy": False},
        {"name": "reports_stored", "deploy": False},
    ],
)
PIPELINES_WANTED: Json = _metabase(
    "reports",
    ingestion_pipelines=[
        {"name": "reports_nightly", "schedule": "0 6 * * *", "deploy": False, "description": SCRIPT},
        {"name": "reports_stored", "deploy": False},
        {"name": f"m{'m' * 110}", "deploy": False},
    ],
)
"""What was provisioned, and what the audit is for: of its pipelines one drifted, one is missing, one unmanaged."""


@dataclass(frozen=True)
class Plan:
    """What is changed by hand, and what the audit has to find.

    `differences` are service, field, the server's value and the wanted one; None where nothing is set.
    """

    changed: tuple[Json, ...]
    differences: frozenset[tuple[str, str, str | None, str | None]]
    unmanaged: tuple[str, ...]
    missing: tuple[str, ...]
    defined: tuple[Json, ...] = DEFINED
    wrong: tuple[Json, ...] = ()
    """Definitions that can't be compared; nothing that is provisioned has them."""
    counts: dict[str, int] = field(default_factory=dict)


def plan(*, nasty: bool) -> Plan:
    """The plan; with `nasty`, some names and values try to break out of the page."""
    changed = [
        {"name": "sales_superset", "display_name": "Superset (sales, new)", "tags": [], "description": "All of sales."},
        _power_bi("finance", owners=[]),
        {**_metabase("marketing"), "connection": {**_metabase("marketing")["connection"], "password": SECRETS[1]}},
        {"name": "support_metabase", "state": "absent", "hard_delete": True},
        {"name": "logistics_superset", "state": "absent"},
        *({"name": name, "service_type": "CustomDashboard"} for name in ("test_of_alice", "copy_of_sales")),
    ]
    changed[1]["connection"] = {**changed[1]["connection"], "tenantId": "another-tenant"}
    differences: set[tuple[str, str, str | None, str | None]] = {
        ("sales_superset", "display_name", "Superset (sales, new)", "Superset (sales)"),
        ("sales_superset", "description", "All of sales.", SALES),
        ("sales_superset", "tags", None, "Tier.Tier1"),
        ("finance_powerbi", "connection.tenantId", "another-tenant", "example"),
        ("finance_powerbi", "owners", None, "admin (user)"),
        ("marketing_metabase", "connection.password", "(secret)", "(secret, changed)"),
        ("logistics_superset", "deleted", "true", None),
    }
    unmanaged = ["copy_of_sales", "test_of_alice"]
    wrong: tuple[Json, ...] = ()
    defined = list(DEFINED)
    if nasty:
        long = "a" * 300
        defined.append(_metabase("nasty", display_name=SCRIPT))
        changed.append({"name": "nasty_metabase", "display_name": IMAGE, "description": long})
        defined[-1]["description"] = f"{SCRIPT}\n\n&amp;"
        differences |= {
            ("nasty_metabase", "display_name", IMAGE, SCRIPT),
            ("nasty_metabase", "description", long, f"{SCRIPT}\n\n&amp;"),
        }
        # A name can't hold a double quote: the server refuses it.
        names = [f"n{SCRIPT}", f"n{IMAGE}".replace('"', "'"), f"n{'m' * 110}"]
        changed += [{"name": name, "service_type": "CustomDashboard"} for name in names]
        wrong = ({"name": "wrong_metabase", "service_type": "Metabase", "connection": {IMAGE: "misspelt"}},)
        unmanaged += names
    drifted = {service for service, *_fields in differences} - {"logistics_superset"}
    counts = {"drifted": len(drifted), "missing": 2, "unmanaged": len(unmanaged)}
    counts["in_sync"] = len(defined) - len(drifted) - 2
    counts |= {"failed": len(wrong)} if wrong else {}
    missing = ("logistics_superset", "support_metabase")
    return Plan(tuple(changed), frozenset(differences), tuple(unmanaged), missing, tuple(defined), wrong, counts)


@dataclass(frozen=True)
class Audits:
    """Runs of playbooks against a server, in a folder of their own."""

    server: FakeServer
    folder: Path

    def provision(self, plan: Plan) -> None:
        """Bring the server to what is defined."""
        self._play("community.openmetadata.provision", self.server.bot_token, definitions=list(plan.defined))

    def change(self, plan: Plan) -> None:
        """Do by hand what the plan says."""
        task = {"name": "Change", BULK: {"services": list(plan.changed)}}
        play = [{"name": "By hand", "hosts": "localhost", "gather_facts": False, "tasks": [task]}]
        (self.folder / "change.yml").write_text(json.dumps(play), encoding="utf-8")
        self._play("change.yml", self.server.bot_token)

    def audit(self, definitions: Iterable[Json], *, token: str, name: str) -> Path:
        """Audit, and return the page."""
        output = self.folder / name
        settings = {"audit_fail_on": "drift,missing,unmanaged", "audit_output_dir": str(output)}
        self._play("community.openmetadata.audit", token, may_fail=True, definitions=list(definitions), **settings)
        return output / "audit.html"

    def audit_kinds(self, definitions: Iterable[Json], *, token: str, name: str) -> Path:
        """Audit services that tell their kinds, and return the page."""
        output = self.folder / name
        settings = {"audit_output_dir": str(output), "openmetadata_services": list(definitions)}
        self._play("community.openmetadata.audit", token, may_fail=True, **settings)
        return output / "audit_services.html"

    def _play(self, playbook: str, token: str, *, may_fail: bool = False, **variables: Any) -> None:
        if "definitions" in variables:
            variables["dashboard_services_definitions"] = variables.pop("definitions")
        (self.folder / "variables.json").write_text(json.dumps(variables), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OPENMETADATA_"))}
        ended = subprocess.run(
            [str(Path(sys.executable).parent / "ansible-playbook"), playbook, "-e", "@variables.json"],
            check=False,
            cwd=self.folder,
            env={
                **kept,
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_HOME": str(self.folder / ".ansible"),
                "ANSIBLE_COLLECTIONS_PATH": str(collection_tree.LINK_PATH),
                "OPENMETADATA_HOST": self.server.url,
                "OPENMETADATA_JWT_TOKEN": token,
                "NO_PROXY": "*",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
        if ended.returncode and not may_fail:
            raise RuntimeError(ended.stdout)
