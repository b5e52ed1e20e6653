# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How strictly a connection is checked, what is refused in any case, and that nothing crashes the check."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.model import Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK
from dashboards import DASHBOARDS
from unit.plugins import configs
from unit.plugins.connections import NEW, OLD, TYPES, current_of, error_of, warnings_of


@pytest.mark.parametrize("mode", ["strict", "warn", "off"])
@pytest.mark.parametrize("service_type", ["Metabase", "Unheard"])
def test_a_mask_is_refused_in_every_mode(mode: str, service_type: str) -> None:
    config = {"hostPort": "http://h", "password": MASK}
    assert error_of(service_type, config, mode=mode) == (
        "connection.password: this is a masked value, as the server shows it in place of a secret."
    )


def test_every_mask_is_named_at_once() -> None:
    config = configs.full("Ssrs")
    for path in configs.canaries("Ssrs"):
        config = configs.put(config, path, MASK)
    assert error_of("Ssrs", config).startswith(
        "connection.password, connection.sslConfig.caCertificate, connection.sslConfig.sslCertificate, "
        "connection.sslConfig.sslKey: this is a masked value"
    )


@TYPES
def test_each_secret_of_each_type_is_refused_when_it_is_a_mask(service_type: str) -> None:
    for choices in configs.variants(service_type):
        for path in configs.canaries(service_type, choices):
            config = configs.put(configs.full(service_type, choices), path, MASK)
            assert error_of(service_type, config, mode="off").startswith(f"connection.{'.'.join(path)}: ")


def test_a_text_that_looks_like_a_mask_is_fine_where_no_secret_is() -> None:
    assert warnings_of("Tableau", {"hostPort": "http://h", "siteName": MASK}) == []


def test_warn_turns_findings_into_warnings() -> None:
    assert warnings_of("Grafana", {"hostPrt": "http://h"}, mode="warn") == [
        "connection.apiKey: not given; OpenMetadata stores the service all the same, but ingestion from Grafana needs "
        "it.",
        "connection.hostPrt: unknown for Grafana, did you mean hostPort?",
    ]


def test_off_leaves_the_check_to_the_server() -> None:
    assert warnings_of("Grafana", {"hostPrt": ["http://h"]}, mode="off") == []
    assert warnings_of("Unheard", {}, mode="off") == []


def test_the_type_of_a_stored_service_is_taken_where_the_task_names_none() -> None:
    current = current_of("Grafana", configs.minimal("Grafana"))
    assert "unknown for Grafana" in error_of(None, {**configs.minimal("Grafana"), "bogus": 1}, current=current)


@pytest.mark.parametrize("mode", ["strict", "warn", "off"])
def test_a_task_without_connection_is_not_checked_for_an_existing_service(mode: str) -> None:
    assert warnings_of("Grafana", None, mode=mode, current=current_of("Grafana", {})) == []


def test_a_new_service_without_connection_is_no_matter_of_its_members() -> None:
    assert warnings_of("Grafana", None) == []
    assert error_of("Grafna", None) == "service_type: Grafna is unknown, did you mean Grafana?"


def test_an_old_release_gets_a_placeholder_and_what_that_lacks_is_told() -> None:
    assert warnings_of("Metabase", None, OLD) == [
        "connection.username, connection.hostPort: not given; OpenMetadata stores the service all the same, but "
        "ingestion from Metabase needs them."
    ]


def test_without_a_type_nothing_can_be_checked() -> None:
    assert warnings_of(None, {"a": 1}) == []


@TYPES
def test_a_required_secret_may_be_left_out_where_one_is_stored(service_type: str) -> None:
    config = configs.minimal(service_type)
    secrets = [path for path, _value in configs.leaves(config) if path in configs.canaries(service_type)]
    for path in secrets:
        config = configs.without(config, path)
    current = current_of(service_type, configs.minimal(service_type))
    assert warnings_of(service_type, config, current=current, keep_secrets=True) == []
    assert warnings_of(service_type, config, current=current, keep_secrets=False) == []
    said = warnings_of(service_type, config, current=None, keep_secrets=True)
    assert [name for path in secrets for name in [".".join(path)] if name not in "".join(said)] == []
    assert bool(said) == bool(secrets)


def test_the_cure_names_the_way_out() -> None:
    with pytest.raises(InvalidInput) as caught:
        warnings_of("Grafana", {"bogus": 1})
    assert caught.value.cure == "Correct the task (validate_connection=warn sends it as it is)."
    assert caught.value.code == "invalid_input"


# ---- anything at all

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(MASK)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_stands_in_a_connection_is_checked_compared_and_redacted(data: st.DataObject) -> None:
    """A config with one member replaced by anything: a finding or none, but never a crash, and never a leak."""
    service_type = data.draw(st.sampled_from(configs.TYPES))
    choices = data.draw(st.sampled_from(configs.variants(service_type)))
    full = configs.full(service_type, choices)
    path = data.draw(st.sampled_from([path for path, _value in configs.leaves(full)]))
    depth = data.draw(st.integers(1, len(path)))
    config = configs.put(full, path[:depth], None)
    parent = config
    for key in path[: depth - 1]:
        parent = parent[key]
    parent[path[depth - 1]] = data.draw(ANYTHING)

    kind = DASHBOARDS.service_type(service_type)
    for server in (NEW, OLD, Server("2.1.0", DASHBOARDS)):
        try:
            findings = warnings_of(service_type, config, server, mode="warn")
        except InvalidInput as error:
            findings = [str(error)]
        assert "canary" not in "".join(findings)
    shown = f"{connection.redacted(kind, config)}{connection.flat(kind, config)}"
    planted = {secret for path, secret in configs.canaries(service_type, choices).items() if secret in str(config)}
    assert not [secret for secret in planted if secret in shown]
    comparison.differences(kind, config, full, True)
    comparison.differences(kind, full, config, False)
    comparison.merged(kind, config, full, False)
    comparison.merged(kind, full, config, True)
