# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of every service type, in every alternative, are compared, merged and redacted alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import connection, redact
from ansible_collections.community.openmetadata.plugins.module_utils.comparison import Difference
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, MASK
from dashboards import DASHBOARDS
from unit.plugins import configs
from unit.plugins.connections import TYPES, VARIANTS, compare, masked, merge, stored


def mirrored(value: Any) -> Any:
    """The same value with the keys of every mapping in reverse order."""
    if isinstance(value, dict):
        return {key: mirrored(value[key]) for key in reversed(list(value))}
    return [mirrored(member) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("service_type", "choices"), VARIANTS)
class TestEveryVariant:
    def test_defaults_left_out_equal_defaults_written_out(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.minimal(service_type, choices)
        assert compare(service_type, config, stored(service_type, config)) == ([], [])
        assert compare(service_type, stored(service_type, config), config) == ([], [])

    def test_a_full_config_equals_itself_in_any_order(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        assert compare(service_type, mirrored(config), config) == ([], [])

    def test_null_equals_absent(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.minimal(service_type, choices)
        fields = DASHBOARDS.service_type(service_type).root["fields"]
        nulls = {name: None for name in fields if name not in config and "default" not in fields[name]}
        assert compare(service_type, {**config, **nulls}, stored(service_type, config)) == ([], [])

    def test_each_single_change_is_found_where_it_is_and_nowhere_else(
        self, service_type: str, choices: configs.Choices
    ) -> None:
        config = configs.full(service_type, choices)
        secret = configs.canaries(service_type, choices)
        for path, value in configs.leaves(config):
            if path[-1] in ("type", "pbitFileConfigType", "authType", "scheme", "externalType"):
                continue
            other = configs.put(config, path, not value if isinstance(value, bool) else _other(value))
            found, unverified = compare(service_type, other, config)
            assert [difference.path for difference in found] == [path]
            assert unverified == []
            if path in secret:
                assert found == [Difference(path, HIDDEN, redact.CHANGED, secret=True)]

    def test_every_secret_is_hidden_and_found(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        kind = DASHBOARDS.service_type(service_type)
        planted = configs.canaries(service_type, choices)
        found = dict(connection.secrets(kind, config))
        assert {path: found.get(path) for path in planted} == planted
        for text in (json.dumps(connection.redacted(kind, config)), str(connection.flat(kind, config))):
            assert "canary-" not in text
            assert text.count(HIDDEN) >= len(planted)

    def test_what_is_no_secret_is_shown(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        kind = DASHBOARDS.service_type(service_type)
        hidden = {path for path, _value in connection.secrets(kind, config)}
        shown = dict(configs.leaves(connection.redacted(kind, config)))
        for path, value in configs.leaves(config):
            assert shown[path] == (HIDDEN if path in hidden else value)
        assert hidden - set(configs.canaries(service_type, choices)) <= {
            # Tokens that the server shows in clear, and paths of certificates that look like certificates.
            ("accessToken",),
            ("awsConfig", "awsSessionToken"),
            ("certificates", "clientCertificate"),
            ("certificates", "clientKeyCertificate"),
            ("certificates", "rootCertificate"),
            ("pbitFilesSource", "securityConfig", "awsSessionToken"),
            ("connection", "authType", "awsConfig", "awsSessionToken"),
            ("connection", "sampleDataStorageConfig", "config", "storageConfig", "awsSessionToken"),
            # A free map called credentialSource.
            ("pbitFilesSource", "securityConfig", "gcpConfig", "credentialSource", "anything"),
            ("connection", "authType", "gcpConfig", "gcpConfig", "credentialSource", "anything"),
        }

    def test_masked_secrets_are_unverified_not_guessed(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        found, unverified = compare(service_type, config, masked(service_type, config), readable=False)
        assert found == []
        assert sorted(unverified) == sorted(configs.canaries(service_type, choices))

    def test_a_merge_sends_the_task_with_its_type(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        assert merge(service_type, config, None) == {"type": service_type, **config}
        assert merge(service_type, config, stored(service_type, config)) == {"type": service_type, **config}

    def test_on_create_sends_each_stored_secret_back_as_read(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        wish = config
        for path in configs.canaries(service_type, choices):
            wish = configs.put(wish, path, "new secret of the task")
        for known in (masked(service_type, config), stored(service_type, config)):
            sent = dict(configs.leaves(merge(service_type, wish, known, keep_secrets=True)))
            before = dict(configs.leaves(known))
            for path in configs.canaries(service_type, choices):
                assert sent[path] == before[path]

    def test_on_create_keeps_secrets_that_the_task_leaves_out(
        self, service_type: str, choices: configs.Choices
    ) -> None:
        config = configs.full(service_type, choices)
        wish = config
        for path in configs.canaries(service_type, choices):
            # An alternative that consists of its secret alone is no longer this alternative without it.
            if len([each for each in configs.leaves(config) if each[0][:-1] == path[:-1]]) > 1:
                wish = configs.without(wish, path)
        known = masked(service_type, config)
        sent = dict(configs.leaves(merge(service_type, wish, known, keep_secrets=True)))
        for path in configs.canaries(service_type, choices):
            if path not in dict(configs.leaves(wish)):
                assert sent[path] == MASK

    def test_always_sends_the_tasks_secrets(self, service_type: str, choices: configs.Choices) -> None:
        config = configs.full(service_type, choices)
        sent = dict(configs.leaves(merge(service_type, config, masked(service_type, config))))
        for path, value in configs.canaries(service_type, choices).items():
            assert sent[path] == value


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [*value, "another"]
    return f"{value}/other"


@TYPES
def test_a_key_that_only_the_server_knows_is_no_drift_and_is_carried(service_type: str) -> None:
    config = configs.minimal(service_type)
    known = {**stored(service_type, config), "addedByAnUpgrade": {"deep": [1]}}
    if service_type == "CustomDashboard":
        # It takes any key, so one that the task leaves out is one that the task doesn't want.
        assert [each.path for each in compare(service_type, config, known)[0]] == [("addedByAnUpgrade", "deep")]
        return
    assert compare(service_type, config, known) == ([], [])
    assert merge(service_type, config, known)["addedByAnUpgrade"] == {"deep": [1]}


@TYPES
@pytest.mark.parametrize("keep", [False, True], ids=["always", "on_create"])
def test_a_setting_left_out_takes_its_default_again(service_type: str, keep: bool) -> None:
    config = configs.minimal(service_type)
    known = {**stored(service_type, config), "supportsMetadataExtraction": False}
    found, _unverified = compare(service_type, config, known)
    assert found == [Difference(("supportsMetadataExtraction",), False, True)]
    assert "supportsMetadataExtraction" not in merge(service_type, config, known, keep)
