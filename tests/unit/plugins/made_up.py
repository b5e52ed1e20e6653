# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kind of service that nobody has: a row and a schema for the collection, and a row for the stand-in server.

`python -m unit.plugins.made_up` is the stand-in server with that kind; it takes the same options.
"""

from __future__ import annotations

import json
import sys
from types import ModuleType

from fake_openmetadata import kinds

KIND = "kitchen"
ENTITY = f"{KIND}Service"
SERVICE_TYPE = "Restaurant"
CONNECTION = {
    "fields": {
        "type": {"type": "string", "enum": [SERVICE_TYPE], "default": SERVICE_TYPE},
        "hostPort": {"type": "string", "format": "uri"},
        "recipe": {"type": "string", "secret": True},
        "seats": {"type": "integer", "default": 12},
    },
    "required": ["hostPort"],
}


def schema() -> ModuleType:
    """What a file of `catalogue_data` holds."""
    module = ModuleType(KIND)
    vars(module)["TYPES"] = {SERVICE_TYPE: json.dumps([["1.2.0", SERVICE_TYPE]])}
    vars(module)["DEFINITIONS"] = {SERVICE_TYPE: json.dumps([["1.2.0", CONNECTION]])}
    return module


def main() -> int:
    """Serve; returns the exit code. The row has to be there before the rest of the server is loaded."""
    row = kinds.Kind(
        entity=ENTITY, name=KIND, java=KIND.title(), collection=f"services/{ENTITY}s", children=("container",)
    )
    kinds.KINDS[ENTITY] = row
    from fake_openmetadata import __main__, catalogue

    catalogue._schemas()._KINDS[KIND] = schema
    return __main__.main()


if __name__ == "__main__":
    sys.exit(main())
