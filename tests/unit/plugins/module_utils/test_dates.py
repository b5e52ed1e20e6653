# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules and dates: what a scheduler reads, what none does, and one form for every date."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import dates

FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"]
RANGES = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]


def cron(index: int, field: str) -> str:
    """A schedule with one field of its own."""
    return " ".join(field if each == index else "*" for each in range(5))


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        " ",
        "30 2 * * *",
        "  30   2 * *\t* ",
        "*/15 * * * *",
        "0-30/5 8-18 * * 1-5",
        "0,15,30,45 * * * *",
        "5/10 * * * *",
        "0 0 1 jan *",
        "0 0 1 JAN-Mar,dec mon",
        "0 0 * * sun-sat",
        "0 0 * * fri-mon",
        "0 0 ? * 1",
        "0 0 1 * ?",
        "0 0 l * *",
        "0 0 1,L * *",
        "0 0 * * L5",
        "0 0 * * 5L",
        "0 0 * * 5#3",
        "0 0 * * fri#2",
        "0 0 * * FRI#l",
        "0 0 * * 1#1,3#2",
        "0 0 * * * 30",
        *dates.PRESETS,
        " @DAILY ",
    ],
)
def test_what_a_scheduler_reads(schedule: str) -> None:
    assert dates.schedule_fault(schedule) == ""


@pytest.mark.parametrize("index", range(5), ids=FIELDS)
def test_every_field_has_its_range(index: int) -> None:
    lowest, highest = RANGES[index]
    for number in (lowest, highest):
        assert dates.schedule_fault(cron(index, str(number))) == ""
        assert dates.schedule_fault(cron(index, f"{lowest}-{number}/2")) == ""
    told = f"is no {FIELDS[index]}, which goes from {lowest} to {highest}"
    for wrong in (str(highest + 1), f"{lowest}-{highest + 1}", f"{highest + 1}-{lowest}", f"{lowest},{highest + 1}"):
        assert dates.schedule_fault(cron(index, wrong)) == f"{wrong.rpartition(',')[2]!r} {told}"
    if lowest:
        assert dates.schedule_fault(cron(index, str(lowest - 1))) == f"'{lowest - 1}' {told}"


@pytest.mark.parametrize("index", range(5), ids=FIELDS)
@pytest.mark.parametrize("wrong", ["-1", "1-", "*5", "*-5", "?-3", "1-2-3", "*/", "*/x", "/5", "1;2", ""])
def test_what_is_in_no_field(index: int, wrong: str) -> None:
    listed = f"1,{wrong}"
    assert dates.schedule_fault(cron(index, listed)) == f"{wrong!r} is no {FIELDS[index]}"


@pytest.mark.parametrize("index", range(5), ids=FIELDS)
def test_a_step_of_nothing(index: int) -> None:
    assert dates.schedule_fault(cron(index, "*/0")) == "'*/0' steps by 0"


@pytest.mark.parametrize(
    ("schedule", "fault"),
    [
        ("every night", "it has 2 fields, not 5 (minute, hour, day of the month, month, day of the week)"),
        ("30 2 * *", "it has 4 fields, not 5 (minute, hour, day of the month, month, day of the week)"),
        ("0 0 0 1 1 ? 2026", "it has 7 fields, not 5 (minute, hour, day of the month, month, day of the week)"),
        ("@nightly", f"it is none of {', '.join(dates.PRESETS)}"),
        ("@", f"it is none of {', '.join(dates.PRESETS)}"),
        ("mon * * * *", "'mon' is no minute, which goes from 0 to 59"),
        ("* * * mon *", "'mon' is no month, which goes from 1 to 12"),
        ("* * * * jan", "'jan' is no day of the week, which goes from 0 to 7"),
        ("* * * january *", "'january' is no month, which goes from 1 to 12"),
        ("* * * * monkey", "'monkey' is no day of the week, which goes from 0 to 7"),
        ("* * 0 * *", "'0' is no day of the month, which goes from 1 to 31"),
        ("* * 5L * *", "'5L' is no day of the month, which goes from 1 to 31"),
        ("* * 1#2 * *", "'1#2' is no day of the month"),
        ("* * * * 1#6", "'1#6' is no day of the week"),
        ("* * * * foo#2", "'foo#2' is no day of the week"),
        ("* * * * 8#2", "'8#2' is no day of the week"),
        ("l * * * *", "'l' is no minute, which goes from 0 to 59"),
        ("* * * * * 60", "'60' is no second, which goes from 0 to 59"),
        ("٣ * * * *", "'٣' is no minute, which goes from 0 to 59"),
    ],
)
def test_what_no_scheduler_reads(schedule: str, fault: str) -> None:
    assert dates.schedule_fault(schedule) == fault


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        (" 2026-01-31 ", "2026-01-31T00:00:00Z"),
        ("2026-01-31T06:00:00", "2026-01-31T06:00:00Z"),
        ("2026-01-31T06:00:00Z", "2026-01-31T06:00:00Z"),
        ("2026-01-31t06:00:00z", "2026-01-31T06:00:00Z"),
        ("2026-01-31 06:00:00+02:00", "2026-01-31T04:00:00Z"),
        ("2026-01-01T01:00:00+02:00", "2025-12-31T23:00:00Z"),
        ("2026-01-31T06:00:00.250Z", "2026-01-31T06:00:00.250Z"),
        ("2026-01-31T06:00:00.000009Z", "2026-01-31T06:00:00Z"),
    ],
)
def test_dates_of_tasks(text: str, shown: str) -> None:
    assert dates.parsed(text) == shown
    assert dates.from_api(text) == shown
    assert dates.parsed(shown) == shown


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "31.1.2026", "2026-02-30", "2026-13-01", "2026-01-31T25:00:00", "0001-01-01T00:00+05:00"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dates.parsed(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1769839200000, "2026-01-31T06:00:00Z"),
        (1769839200250, "2026-01-31T06:00:00.250Z"),
        (1769839200000.0, "2026-01-31T06:00:00Z"),
        (-1000, "1969-12-31T23:59:59Z"),
    ],
)
def test_dates_of_the_server(value: float, shown: str) -> None:
    assert dates.from_api(value) == shown


@pytest.mark.parametrize("value", [True, None, [], {}, 1e30, float("nan"), float("inf")])
def test_what_the_server_could_not_mean(value: Any) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError, AttributeError)):
        dates.from_api(value)
