# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PATCH changes in a config: exactly what differs, and never a mask."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import comparison
from ansible_collections.community.openmetadata.plugins.module_utils.connection import ServiceType, filled
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput
from ansible_collections.community.openmetadata.plugins.module_utils.pipeline_kinds import PIPELINES
from ansible_collections.community.openmetadata.plugins.module_utils.redact import MASK

Json = dict[str, Any]
METADATA = PIPELINES["database"].service_type("metadata", (2, 0, 7))
DBT = PIPELINES["database"].service_type("dbt", (2, 0, 7))
CLOUD: Json = {
    "type": "DBT",
    "dbtConfigSource": {
        "dbtConfigType": "cloud",
        "dbtCloudAuthToken": "canary-stored",
        "dbtCloudAccountId": "1",
        "dbtCloudUrl": "https://cloud.getdbt.com",
    },
}
MASKED: Json = {**CLOUD, "dbtConfigSource": {**CLOUD["dbtConfigSource"], "dbtCloudAuthToken": MASK}}
TOKEN = "/dbtConfigSource/dbtCloudAuthToken"


def add(path: str, value: Any) -> Json:
    return {"op": "add", "path": path, "value": value}


def remove(path: str) -> Json:
    return {"op": "remove", "path": path}


def source(**members: Any) -> Json:
    """A dbt config whose source has other members; None takes one away."""
    told = {**CLOUD["dbtConfigSource"], **members}
    return {**CLOUD, "dbtConfigSource": {name: value for name, value in told.items() if value is not None}}


def operations(kind: ServiceType, desired: Json, current: Json, *, keep: bool = False, send: bool = True) -> list[Json]:
    """The operations; they make of what is stored what was to be sent."""
    found = comparison.operations(kind, desired, current, keep, send)
    assert MASK not in repr(found)
    if send and MASK not in repr(current):
        wanted = comparison.merged(kind, desired, current, keep)
        assert filled(kind, applied(found, current)) == filled(kind, wanted)
        assert comparison.operations(kind, desired, applied(found, current), keep, send) == []
    return found


def applied(found: list[Json], config: Json) -> Json:
    """A config after a JSON Patch."""
    result = copy.deepcopy(config)
    for one in found:
        *way, last = (part.replace("~1", "/").replace("~0", "~") for part in one["path"].split("/")[1:])
        place = result
        for name in way:
            place = place[name]
        if one["op"] == "remove":
            del place[last]
        else:
            place[last] = one["value"]
    return result


@pytest.mark.parametrize(
    ("desired", "current", "expected"),
    [
        ({}, {"type": "DatabaseMetadata"}, []),
        ({"includeTags": True}, {"type": "DatabaseMetadata"}, []),
        ({}, {"type": "DatabaseMetadata", "includeTags": True, "threads": 1}, []),
        ({"includeTags": False}, {"type": "DatabaseMetadata"}, [add("/includeTags", False)]),
        ({"includeTags": True}, {"includeTags": False}, [add("/includeTags", True)]),
        ({}, {"includeTags": False}, [remove("/includeTags")]),
        ({"threads": 2, "includeDDL": True}, {"threads": 3}, [add("/includeDDL", True), add("/threads", 2)]),
        ({"threads": "2"}, {"threads": 2}, []),
        # An object that is there is changed member by member; one that isn't comes whole.
        (
            {"tableFilterPattern": {"includes": ["a"], "excludes": ["b"]}},
            {"tableFilterPattern": {"includes": ["a"], "excludes": ["c"]}},
            [add("/tableFilterPattern/excludes", ["b"])],
        ),
        (
            {"tableFilterPattern": {"excludes": ["b"]}},
            {"tableFilterPattern": {"includes": ["a"], "excludes": ["b"]}},
            [remove("/tableFilterPattern/includes")],
        ),
        ({"tableFilterPattern": {"includes": ["a"]}}, {}, [add("/tableFilterPattern", {"includes": ["a"]})]),
        ({}, {"tableFilterPattern": {"includes": ["a"]}}, [remove("/tableFilterPattern")]),
        ({"tableFilterPattern": {"includes": []}}, {}, []),
        ({}, {"tableFilterPattern": {"includes": [], "excludes": []}}, []),
        # The order of a list is a part of it.
        (
            {"tableFilterPattern": {"includes": ["a", "b"]}},
            {"tableFilterPattern": {"includes": ["b", "a"]}},
            [add("/tableFilterPattern/includes", ["a", "b"])],
        ),
        # A required member that the task leaves out stays.
        (
            {"incremental": {"lookbackDays": 3}},
            {"incremental": {"enabled": True}},
            [add("/incremental/lookbackDays", 3)],
        ),
        ({"incremental": {"enabled": True}}, {"incremental": {"enabled": True, "lookbackDays": 7}}, []),
    ],
)
def test_exactly_what_differs(desired: Json, current: Json, expected: list[Json]) -> None:
    assert operations(METADATA, desired, {"type": "DatabaseMetadata", **current}) == expected


def test_a_member_that_only_the_server_knows_stays() -> None:
    current = {"type": "DatabaseMetadata", "ofTomorrow": {"a": 1}}
    assert operations(METADATA, {"includeTags": False}, current) == [add("/includeTags", False)]


def test_names_are_escaped() -> None:
    wanted = {**CLOUD, "catalogMapping": {"a/b": "1", "c~d": "2", "~1": "3", "same/": "x"}}
    stored = {**CLOUD, "catalogMapping": {"a/b": "0", "e/~f": "9", "same/": "x"}}
    assert operations(DBT, wanted, stored) == [
        add("/catalogMapping/a~1b", "1"),
        add("/catalogMapping/c~0d", "2"),
        remove("/catalogMapping/e~1~0f"),
        add("/catalogMapping/~01", "3"),
    ]


def test_another_alternative() -> None:
    http = {"type": "DBT", "dbtConfigSource": {"dbtConfigType": "http", "dbtManifestHttpPath": "http://m"}}
    gone = ("dbtCloudAccountId", "dbtCloudAuthToken", "dbtCloudUrl")
    expected = [
        *(remove(f"/dbtConfigSource/{name}") for name in gone),
        add("/dbtConfigSource/dbtConfigType", "http"),
        add("/dbtConfigSource/dbtManifestHttpPath", "http://m"),
    ]
    for keep, stored in ((False, CLOUD), (True, CLOUD), (False, MASKED), (True, MASKED)):
        assert operations(DBT, http, stored, keep=keep) == expected
    assert operations(DBT, CLOUD, http) == [
        add("/dbtConfigSource/dbtCloudAccountId", "1"),
        add("/dbtConfigSource/dbtCloudAuthToken", "canary-stored"),
        add("/dbtConfigSource/dbtCloudUrl", "https://cloud.getdbt.com"),
        add("/dbtConfigSource/dbtConfigType", "cloud"),
        remove("/dbtConfigSource/dbtManifestHttpPath"),
    ]


# ---- secrets


def test_a_secret_that_is_read_in_clear_is_sent_where_it_differs() -> None:
    assert operations(DBT, CLOUD, CLOUD) == []
    assert operations(DBT, source(dbtCloudAuthToken="canary-new"), CLOUD) == [add(TOKEN, "canary-new")]
    assert operations(DBT, source(dbtCloudAuthToken="canary-new"), CLOUD, keep=True) == []


def test_a_secret_that_is_shown_masked_is_sent_where_that_is_wanted() -> None:
    assert operations(DBT, CLOUD, MASKED, send=True) == [add(TOKEN, "canary-stored")]
    assert operations(DBT, CLOUD, MASKED, send=False) == []
    other = source(dbtCloudAccountId="2")
    account = add("/dbtConfigSource/dbtCloudAccountId", "2")
    assert operations(DBT, other, MASKED, send=True) == [account, add(TOKEN, "canary-stored")]
    assert operations(DBT, other, MASKED, send=False) == [account]
    assert operations(DBT, other, MASKED, keep=True, send=True) == [account]


def test_a_required_secret_that_the_task_leaves_out_stays() -> None:
    without = source(dbtCloudAuthToken=None, dbtCloudJobId="5")
    for stored in (CLOUD, MASKED):
        assert operations(DBT, without, stored) == [add("/dbtConfigSource/dbtCloudJobId", "5")]


def test_a_secret_that_may_be_left_out_goes() -> None:
    aws = {"dbtConfigType": "s3", "dbtSecurityConfig": {"awsRegion": "eu", "awsSecretAccessKey": "canary-key"}}
    stored = {"type": "DBT", "dbtConfigSource": aws}
    wanted = {"type": "DBT", "dbtConfigSource": {"dbtConfigType": "s3", "dbtSecurityConfig": {"awsRegion": "eu"}}}
    key = "/dbtConfigSource/dbtSecurityConfig/awsSecretAccessKey"
    assert operations(DBT, wanted, stored) == [remove(key)]
    assert operations(DBT, wanted, stored, keep=True) == []
    shown = {"awsRegion": "eu", "awsSecretAccessKey": MASK}
    masked = {"type": "DBT", "dbtConfigSource": {**aws, "dbtSecurityConfig": shown}}
    assert operations(DBT, wanted, masked) == [remove(key)]
    assert operations(DBT, wanted, masked, keep=True) == []


def test_a_new_object_with_a_secret_comes_whole() -> None:
    assert operations(DBT, CLOUD, {"type": "DBT"}) == [add("/dbtConfigSource", CLOUD["dbtConfigSource"])]


def test_a_mask_is_never_sent() -> None:
    """Where a list holds secrets, it can only be sent as a whole."""
    login = {"fields": {"user": {"type": "string"}, "key": {"type": "string", "secret": True}}}
    node: Any = {"fields": {"logins": {"items": login}}}
    kind = ServiceType("", "Made", node)
    stored = {"logins": [{"user": "a", "key": MASK}]}
    with pytest.raises(InvalidInput) as caught:
        comparison.operations(kind, {"logins": [{"user": "b", "key": MASK}]}, stored, False, True)
    assert str(caught.value) == (
        "logins: what differs holds a secret that the server shows masked, so it can't be sent."
    )
    assert "a bot's token" in caught.value.cure
    whole = {"logins": [{"user": "b", "key": "canary-key"}]}
    assert comparison.operations(kind, whole, stored, False, True) == [add("/logins", whole["logins"])]
