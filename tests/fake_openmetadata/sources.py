# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Source configs of pipelines: the server stores any, the orchestrator refuses some when it is given them."""

from __future__ import annotations

import functools
import re
from typing import Any

from .catalogue import Catalogue
from .values import ConversionError

_FIELD = re.compile(r"(\*|[\w-]+(#\d+)?)(/\d+)?(,(\*|[\w-]+)(/\d+)?)*")
_PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@once", "@annually", "@midnight")


@functools.cache
def _catalogue(version: tuple[int, int]) -> Catalogue:
    return Catalogue(version, "ingestion")


def source_fault(version: tuple[int, int], config: Any) -> str:
    """Why the client's model of a config refuses it: an unknown `type`, or members that don't fit; else nothing."""
    catalogue = _catalogue(version)
    name = config.get("type") if isinstance(config, dict) else None
    if name is None:
        return ""
    # Some kinds of services have a form of their own: AutoClassification/messaging.
    forms = [each for each in catalogue.service_types if each.partition("/")[0] == name]
    faults = [_form_fault(catalogue, form, config) for form in forms]
    if not faults:
        return f"{name} is not a valid enumeration member"
    return "" if "" in faults else faults[0]


def _form_fault(catalogue: Catalogue, form: str, config: Any) -> str:
    try:
        catalogue.convert(form, config)
    except ConversionError as error:
        return f"extra fields not permitted: {error.unknown}" if error.unknown else error.text
    return ""


def schedule_fault(schedule: str | None) -> str:
    """Why the scheduler can't read a cron expression; nothing when it can, or when there is none."""
    if not schedule or schedule in _PRESETS:
        return ""
    fields = schedule.split()
    if len(fields) == 5 and all(_FIELD.fullmatch(one) for one in fields):
        return ""
    return f"Exactly 5 or 6 columns has to be specified for iterator expression: {schedule}"
