# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates, and schedules in the form of cron: as tasks write them, and as the server holds them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# As Airflow has them.
PRESETS = (
    *("@once", "@continuous", "@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@quarterly", "@yearly"),
    "@annually",
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
# Each field of a cron expression: what it is, its lowest and highest number, and the names of some of these.
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of the month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_SECONDS: tuple[str, int, int, list[str]] = ("second", 0, 59, [])
_ITEM = re.compile(r"([*?]|(?P<first>\w+)(-(?P<last>\w+))?)(/(?P<step>\d+))?")
# The last day of a month; the last or the n-th Friday of it.
_LAST = {
    "day of the month": re.compile(r"(?i)l"),
    "day of the week": re.compile(rf"(?i)l[0-7]?|[0-7]l|([0-7]|{'|'.join(_DAYS)})#(l|[1-5])"),
}


def from_api(value: Any) -> str:
    """A date as results show it, such as `2026-01-31T00:00:00Z`, from milliseconds since 1970 or a text.

    Raises ValueError, TypeError or OverflowError for what is none.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _shown(_EPOCH + timedelta(milliseconds=value))
    return parsed(value)


def parsed(text: str) -> str:
    """A date or an instant in ISO 8601, as `from_api` shows it; without a zone it is meant in UTC.

    Raises ValueError for anything else.
    """
    iso = re.sub(r"(?i)z$", "+00:00", text.strip())
    instant = datetime.fromisoformat(iso)
    try:
        return _shown(instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc))
    except OverflowError:
        raise ValueError(f"{text!r} is out of range in UTC") from None


def _shown(instant: datetime) -> str:
    instant = instant.astimezone(timezone.utc)
    milliseconds = f".{instant.microsecond // 1000:03}" if instant.microsecond // 1000 else ""
    return f"{instant:%Y-%m-%dT%H:%M:%S}{milliseconds}Z"


def schedule_fault(schedule: str) -> str:
    """What no scheduler could read in a schedule: nothing, or a few words. An empty one is for runs by hand.

    Five fields, or six with seconds at the end, as croniter reads them for Airflow; or one of Airflow's presets.
    """
    if not schedule.strip() or schedule.strip().lower() in PRESETS:
        return ""
    if schedule.strip().startswith("@"):
        return f"it is none of {', '.join(PRESETS)}"
    fields = schedule.split()
    if len(fields) not in (5, 6):
        return f"it has {len(fields)} fields, not 5 (minute, hour, day of the month, month, day of the week)"
    faults = (_field_fault(field, *form) for field, form in zip(fields, (*_FIELDS, _SECONDS)))
    return next(filter(None, faults), "")


def _field_fault(field: str, name: str, lowest: int, highest: int, names: list[str]) -> str:
    for item in field.split(","):
        if name in _LAST and _LAST[name].fullmatch(item):
            continue
        match = _ITEM.fullmatch(item)
        if match is None:
            return f"{item!r} is no {name}"
        ends = [end.lower() for end in (match["first"], match["last"]) if end]
        numbers = [names.index(end) + lowest if end in names else _number(end) for end in ends]
        if any(number is None or not lowest <= number <= highest for number in numbers):
            return f"{item!r} is no {name}, which goes from {lowest} to {highest}"
        if match["step"] is not None and int(match["step"]) == 0:
            return f"{item!r} steps by 0"
    return ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
