# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there when the server starts."""

from __future__ import annotations

import uuid
from typing import Any

from .estate import Estate, Record, now

# What some users may do, beyond reading, and what they may not: see credentials.
EDITORS = {"rec_editor"}
BLIND = {"rec_user_2", "rec_editor"}
# Words of the tags and classifications that come with the real server, as a GET shows them.
_PII = (
    "Personally Identifiable Information information that, when used alone or with other relevant data, can identify "
    "an individual.<br/><br/>_Note to Legal - This tag category is provided as a starting point. Please review and "
    "update the tags based on your company policy. Also, add a reference to your PII policy document in this "
    "description._"
)
_SENSITIVE = (
    "PII which if lost, compromised, or disclosed without authorization, could result in substantial harm, "
    "embarrassment, inconvenience, or unfairness to an individual."
)
_NON_SENSITIVE = (
    "PII which is easily accessible from public sources and can include zip code, race, gender, and date of birth."
)
_TIER_1 = (
    "**Critical Source of Truth business data assets of an organization**\n\n"
    "- Used in critical metrics and dashboards to drive business and product decisions\n\n"
    "- Used in critical compliance reporting to regulators, govt entities, and third party\n\n"
    "- Used in brand or revenue impacting online user-facing experiences (search results, advertisement, "
    "promotions, and experimentation)\n\n"
    "- Other high impact use, such as ML models and fraud detection\n\n"
    "- Source used to derive other critical Tier-1 datasets"
)


def seed(estate: Estate) -> None:
    """Fill an empty estate."""
    _users(estate)
    _teams(estate)
    _domains(estate)
    _tags(estate)
    _glossary(estate)
    _add(estate, "testSuite", "rec_suite", executable=False, deleted=False)


def _add(estate: Estate, kind: str, name: str, parent: str = "", **members: Any) -> dict[str, Any]:
    body = {
        "id": str(uuid.uuid4()),
        "name": name,
        "fullyQualifiedName": f"{parent}.{name}" if parent else name,
        "version": 0.1,
        "updatedAt": now(),
        "updatedBy": "admin",
        **members,
    }
    estate.tables[kind].add(Record(kind, body))
    return body


def _users(estate: Estate) -> None:
    users: dict[str, dict[str, Any]] = {
        "admin": {"isAdmin": True, "isBot": False},
        "ingestion-bot": {"isAdmin": False, "isBot": True},
        "rec_user": {"isAdmin": False, "isBot": False},
        "rec_user_2": {"isAdmin": False, "isBot": False},
        "rec_editor": {"isAdmin": False, "isBot": False},
        "plain": {"isAdmin": False, "isBot": False},
    }
    for name, members in users.items():
        verified = name == "admin"
        email = f"{name}@openmetadata.org"
        _add(estate, "user", name, email=email, deleted=False, isEmailVerified=verified, **members)


def _teams(estate: Estate) -> None:
    _add(estate, "team", "Organization", teamType="Organization", isJoinable=False, deleted=False)
    for name in ("rec_team", "rec_team_2"):
        _add(estate, "team", name, teamType="Group", isJoinable=True, deleted=False)


def _domains(estate: Estate) -> None:
    for name in ("RecDomain", "RecDomain2"):
        _add(estate, "domain", name, domainType="Aggregate", description="d")
    domain = estate.tables["domain"].by_fqn["RecDomain"]
    reference = estate.reference("domain", domain.id)
    for name in ("RecProduct", "RecProduct2"):
        if estate.can.domains:
            _add(estate, "dataProduct", name, description="d", domains=[reference])
        else:
            _add(estate, "dataProduct", name, description="d", domain=reference)


def _tags(estate: Estate) -> None:
    common: dict[str, Any] = {"deprecated": False, "deleted": False, "provider": "system"}
    classes = {
        "PII": (_PII, {"Sensitive": _SENSITIVE, "NonSensitive": _NON_SENSITIVE, "None": "Non PII"}),
        "Tier": (
            "Tags related to tiering of the data.",
            {"Tier1": _TIER_1, "Tier2": "**Important business datasets for your company**"},
        ),
    }
    for name, (words, tags) in classes.items():
        body = _add(estate, "classification", name, description=words, mutuallyExclusive=True, **common)
        reference = estate.reference("classification", body["id"])
        for tag, description in tags.items():
            _add(
                estate,
                "tag",
                tag,
                name,
                description=description,
                classification=reference,
                mutuallyExclusive=False,
                **common,
            )


def _glossary(estate: Estate) -> None:
    body = _add(estate, "glossary", "RecGlossary", description="d", deleted=False, mutuallyExclusive=False)
    reference = estate.reference("glossary", body["id"])
    for name in ("RecTerm", "RecTerm2"):
        _add(
            estate,
            "glossaryTerm",
            name,
            "RecGlossary",
            description="d",
            glossary=reference,
            status="Approved",
            deleted=False,
            mutuallyExclusive=False,
        )
