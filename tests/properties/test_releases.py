# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every release takes what its own schemas describe, and nothing else: each service type, on each minor release."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import connection, schemas, validation
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Desired, Server
from dashboards import DASHBOARDS
from properties import strategies, violations
from properties.counting import count, scaled

Json = dict[str, object]
MINORS = [tuple(group) for _minor, group in groupby(schemas.releases(), key=lambda release: release[:2])]
CASES = [(release, minor) for minor in MINORS for release in dict.fromkeys((minor[0], minor[-1]))]


def _types(minor: tuple[connection.Version, ...]) -> Iterator[tuple[str, list[Server]]]:
    """The types of a minor release, each with the patches that have it."""
    for name in schemas.service_types(DASHBOARDS.kind):
        having = [release for release in minor if DASHBOARDS.service_type(name, release).there]
        if having:
            yield name, [_server(release) for release in having]


def _server(release: connection.Version) -> Server:
    return Server(".".join(map(str, release)), DASHBOARDS)


def _check(name: str, config: Json, server: Server) -> list[str]:
    return validation.check(Desired("s", name, {"connection": config}), None, server, validation.STRICT, False)


@pytest.mark.parametrize(("release", "minor"), CASES, ids=[".".join(map(str, release)) for release, _minor in CASES])
def test_what_a_release_describes_is_taken_and_nothing_else(
    release: connection.Version, minor: tuple[connection.Version, ...]
) -> None:
    server = _server(release)
    for name, having in _types(minor):
        _check_type(name, server, having)


def _check_type(name: str, server: Server, having: list[Server]) -> None:
    """Valid connections, of any patch of the minor release that has the type, each with one violation after it."""
    forms = connection.patches(server.service_type(name), server.version)
    names = tuple(sorted({field for field, _node in schemas.every_field(DASHBOARDS.kind, name)}))

    @settings(max_examples=scaled(2, 8))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        patch = data.draw(st.sampled_from(having), label="patch")
        config = data.draw(strategies.connections(name, patch, texts=True), label="config")
        # The server's own patch may require more than the one that the connection was made for, and so may the first of
        # several alternatives that an empty mapping fits.
        assert all(": not given; " in warning for warning in _check(name, config, server))
        violation = data.draw(violations.violations(config, forms, names), label="violation")
        taken = violations.taken(forms, violation)
        event(f"{'member' if violation.added else 'value'}, {taken}")
        if taken:
            _check(name, violation.config, server)
        elif taken is False:
            with pytest.raises(InvalidInput):
                _check(name, violation.config, server)
        count()

    check()
