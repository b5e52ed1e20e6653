# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at the audit's page in a browser: whether all is there, readable, and harmless."""

from __future__ import annotations

import functools
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import collection_tree
from audit_page import browser
from audit_page.estate import OF_KINDS, PIPELINES_BEFORE, PIPELINES_WANTED, SCRIPT, SECRETS, Audits, Json, Plan, plan
from fake_openmetadata.launch import FakeServer

collection_tree.link()

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
WIDTHS = (390, 1280)
# Who looked: a bot, who compares secrets; an admin, who can't; a bot before anything was changed by hand, or was there.
FULL = ("bot", "admin", "passed")
PAGES = (*FULL, "empty", "kinds", "pipelines")
READABLE = 4.5
"""The contrast that WCAG 2.2 asks of texts (1.4.3), whatever their size."""
VISIBLE = 3
"""And of what isn't text (1.4.11)."""


@pytest.fixture(scope="module")
def planned() -> Plan:
    """What is defined, changed, and to be found."""
    return plan(nasty=True)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, planned: Plan) -> dict[str, Path]:
    """The pages by what they are called in `PAGES`."""
    with FakeServer(profile="2.0") as server:
        audits = Audits(server, tmp_path_factory.mktemp("audits"))
        empty = audits.audit([], token=server.bot_token, name="empty")
        audits.provision(planned)
        passed = audits.audit(planned.defined, token=server.bot_token, name="passed")
        kinds = audits.audit_kinds(OF_KINDS, token=server.bot_token, name="kinds")
        audits.change(planned)
        tokens = {"bot": server.bot_token, "admin": server.admin_token}
        all_of_them = [*planned.defined, *planned.wrong]
        found = {name: audits.audit(all_of_them, token=token, name=name) for name, token in tokens.items()}
        audits.provision(replace(planned, defined=(PIPELINES_BEFORE,)))
        pipelines = audits.audit([PIPELINES_WANTED], token=server.bot_token, name="pipelines")
    return {**found, "passed": passed, "empty": empty, "kinds": kinds, "pipelines": pipelines}


Probe = Callable[..., Json]


@pytest.fixture(scope="module")
def probe(pages: dict[str, Path]) -> Iterator[Probe]:
    """What a browser shows of a page in a window of a width, light or dark."""
    with browser.Browser() as chromium:

        @functools.cache
        def look(page: str, width: int = 1280, *, dark: bool = False) -> Json:
            chromium.look(width, dark=dark)
            chromium.open(pages[page])
            found: Json = chromium.evaluate(PROBE)
            return {**found, "requests": [*chromium.requests], "messages": [*chromium.messages]}

        yield look


def test_counts_and_names(probe: Probe, planned: Plan) -> None:
    found = probe("bot")
    assert found["counts"] == planned.counts
    assert {status: len(names) for status, names in found["services"].items()} == planned.counts
    assert sorted(found["services"]["unmanaged"]) == sorted(planned.unmanaged)
    assert sorted(found["services"]["missing"]) == sorted(planned.missing)
    everything = itertools.chain.from_iterable(found["services"].values())
    assert set(everything) == {each["name"] for each in (*planned.defined, *planned.wrong)} | set(planned.unmanaged)
    assert found["passed"] == "false"
    for words in (
        "1 not compared",
        *(f"{planned.counts[name]} {name}" for name in ("drifted", "missing", "unmanaged")),
    ):
        assert words in found["verdict"]


def test_every_difference_is_shown(probe: Probe, planned: Plan) -> None:
    rows = [tuple(row) for row in probe("bot")["rows"]]
    assert len(rows) == len(set(rows))
    assert set(rows) == planned.differences


def test_what_a_token_cannot_compare_is_told(probe: Probe, planned: Plan) -> None:
    found = probe("admin")
    hidden = {("marketing_metabase", "connection.password", "(secret)", "(secret, changed)")}
    assert {tuple(row) for row in found["rows"]} == planned.differences - hidden
    assert "marketing_metabase" in found["services"]["unverified"]
    assert "Not compared: connection.password" in found["body"]


def test_all_is_well(probe: Probe, planned: Plan) -> None:
    found = probe("passed")
    assert (found["passed"], found["verdict"], found["rows"]) == ("true", "✓ Passed", [])
    assert found["counts"] == {"drifted": 0, "missing": 0, "unmanaged": 0, "in_sync": len(planned.defined)}


def test_services_of_one_name_are_told_apart(probe: Probe, planned: Plan) -> None:
    found = probe("kinds")
    name = "sales_superset"
    others = sorted(each["name"] for each in planned.defined if each["name"] != name)
    assert found["counts"] == {"drifted": 1, "missing": 2, "unmanaged": len(others), "in_sync": 1}
    assert found["services"]["missing"] == [name, name]
    assert found["services"]["in_sync"] == found["services"]["drifted"] == [name]
    assert sorted(found["services"]["unmanaged"]) == others
    assert [tuple(row) for row in found["rows"]] == [(name, "tags", "Tier.Tier1", None)]
    for words in (
        "Audit of services",
        "database, Mysql",
        "messaging, Kafka",
        "dashboard, Superset, version 0.1",
        "search",
    ):
        assert words in found["body"]


def test_pipelines_are_told_with_their_services(probe: Probe) -> None:
    found = probe("pipelines")
    names = [each["name"] for each in PIPELINES_WANTED["ingestion_pipelines"]]
    assert found["services"]["drifted"] == names[:1]
    assert found["services"]["missing"] == names[2:]
    assert found["services"]["in_sync"] == ["reports_metabase", names[1]]
    assert PIPELINES_BEFORE["ingestion_pipelines"][1]["name"] in found["services"]["unmanaged"]
    assert found["counts"] == {status: len(shown) for status, shown in found["services"].items()}
    assert {tuple(row) for row in found["rows"]} == {
        ("reports_metabase", "schedule", "30 2 * * *", "0 6 * * *"),
        ("reports_metabase", "description", None, SCRIPT),
    }
    assert "1 ingestion pipeline drifted, 1 ingestion pipeline missing" in found["verdict"]
    for words in ("ingestion pipeline of the dashboard service reports_metabase", "1 service and 1 ingestion pipeline"):
        assert words in found["body"]


def test_nothing_is_there(probe: Probe) -> None:
    found = probe("empty")
    assert (found["passed"], sum(found["counts"].values()), found["services"]) == ("true", 0, {})
    assert "Nothing is defined, and the server has nothing." in found["body"]


@pytest.mark.parametrize("page", FULL)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_adds_up(probe: Probe, page: str, width: int) -> None:
    found = probe(page, width)
    shown, counts = found["bar"], found["counts"]
    total, segments = sum(counts.values()), shown["segments"]
    assert {each["status"] for each in segments} == {status for status, count in counts.items() if count}
    filled = sum(each["width"] for each in segments)
    assert filled + shown["gap"] * (len(segments) - 1) == pytest.approx(shown["width"], abs=1)
    for each in segments:
        assert each["width"] / filled == pytest.approx(counts[each["status"]] / total, abs=0.01)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(probe: Probe, page: str, width: int) -> None:
    found = probe(page, width)["page"]
    assert found["window"] == width
    assert found["width"] <= width
    assert found["wide"] == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_readable(probe: Probe, page: str, width: int, *, dark: bool) -> None:
    found = probe(page, width, dark=dark)
    assert len(found["texts"]) > 10
    assert [each for each in found["texts"] if each["contrast"] < READABLE] == []
    plain = [each for each in found["bar"]["segments"] if each["status"] != "unverified"]
    assert [each for each in plain if each["contrast"] < VISIBLE] == []


def test_dark_and_light_differ(probe: Probe) -> None:
    grounds = [probe("bot", dark=dark)["ground"] for dark in (False, True)]
    light, dark = (sum(map(int, ground.strip("rgb()").split(","))) for ground in grounds)
    assert light > 600
    assert dark < 150


@pytest.mark.parametrize("page", PAGES)
def test_it_is_harmless(probe: Probe, pages: dict[str, Path], page: str) -> None:
    found = probe(page)
    assert {url for url in found["requests"] if not url.startswith("data:")} == {pages[page].resolve().as_uri()}
    assert found["messages"] == []
    assert not found["broken"]
    assert not {"script", "img", "iframe", "object", "form"} & set(found["elements"])
    assert all(link.startswith("#") for link in found["links"])
    assert found["targets"] == 0


def test_names_are_shown_as_they_are(probe: Probe) -> None:
    body = probe("bot")["body"]
    assert f"n{SCRIPT}" in body
    assert "&lt;" not in body


@pytest.mark.parametrize("page", PAGES)
def test_no_secret_is_in_it(probe: Probe, pages: dict[str, Path], page: str) -> None:
    shown: list[Any] = [probe(page)["body"]]
    shown += [path.read_text(encoding="utf-8") for path in pages[page].parent.iterdir()]
    assert len(shown) == 5
    for text in shown:
        assert not [secret for secret in SECRETS if secret in text]
        assert "fernet" not in text


def test_a_browser_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", {}.get)
    with pytest.raises(RuntimeError, match=r"as root: apt-get install -y chromium"):
        browser.program()
