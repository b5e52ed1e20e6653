# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of each kind, for tests that are about kinds; all but MCP's have a secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES, Resource

Json = dict[str, Any]
CANARY = "canary"
_SECRET = f"{CANARY}-first"
_AWS: Json = {"awsRegion": "eu-west-1", "awsAccessKeyId": "id", "awsSecretAccessKey": _SECRET}


@dataclass(frozen=True)
class Sample:
    """A connection that the newest release takes, and every older one that has the kind, from 1.6 on."""

    kind: str
    service_type: str
    connection: Json
    # Another value for one member, none of which is a secret.
    change: Json

    @property
    def resource(self) -> Resource:
        """The kind."""
        return RESOURCES[self.kind]

    def options(self, name: str = "s", secret: str = "first", **more: Any) -> Json:
        """What a task says of it, with a secret of that name."""
        connection = _with_secret(self.connection, secret)
        told = {"kind": self.kind, "name": name, "service_type": self.service_type}
        return {**told, "connection": connection, **more}

    def changed(self, secret: str = "first", **more: Any) -> Json:
        """The same with another connection."""
        return self.options(secret=secret, connection=_with_secret({**self.connection, **self.change}, secret), **more)

    def request(self, name: str = "s") -> Json:
        """The create request of it."""
        config = {"type": self.service_type, **self.connection}
        return {"name": name, "serviceType": self.service_type, "connection": {"config": config}}

    @property
    def secret(self) -> bool:
        """Whether there is a secret in it."""
        return _SECRET in json.dumps(self.connection)


def _with_secret(connection: Json, secret: str) -> Json:
    copy: Json = json.loads(json.dumps(connection).replace(_SECRET, f"{CANARY}-{secret}"))
    return copy


_LOGIN = {"username": "u", "password": _SECRET}
_ALL = (
    Sample(
        "dashboard", "Redash", {"hostPort": "http://r", "username": "u", "apiKey": _SECRET}, {"hostPort": "http://r2"}
    ),
    Sample(
        "database",
        "Mysql",
        {"hostPort": "m:3306", "username": "u", "authType": {"password": _SECRET}},
        {"hostPort": "m:3307"},
    ),
    Sample(
        "messaging",
        "Kafka",
        {"bootstrapServers": "k:9092", "saslUsername": "u", "saslPassword": _SECRET},
        {"bootstrapServers": "k:9093"},
    ),
    Sample("pipeline", "Dagster", {"host": "http://d:3000", "token": _SECRET}, {"host": "http://d:3001"}),
    Sample("mlmodel", "SageMaker", {"awsConfig": _AWS}, {"awsConfig": {**_AWS, "awsRegion": "eu-west-2"}}),
    Sample("storage", "S3", {"awsConfig": _AWS}, {"awsConfig": {**_AWS, "awsRegion": "eu-west-2"}}),
    Sample("search", "ElasticSearch", {"hostPort": "http://e:9200", "authType": _LOGIN}, {"hostPort": "http://e:9201"}),
    Sample("metadata", "Amundsen", {"hostPort": "bolt://a:7687", **_LOGIN}, {"hostPort": "bolt://a:7688"}),
    Sample(
        "api",
        "Rest",
        {"openAPISchemaConnection": {"openAPISchemaURL": "http://a/openapi.json"}, "token": _SECRET},
        {"docURL": "http://a/docs"},
    ),
    Sample("security", "Ranger", {"hostPort": "http://r:6080", "authType": _LOGIN}, {"hostPort": "http://r:6081"}),
    Sample(
        "drive",
        "SharePoint",
        {"clientId": "c", "clientSecret": _SECRET, "tenantId": "t", "siteUrl": "http://s"},
        {"siteUrl": "http://s2"},
    ),
    Sample("llm", "OpenAI", {"apiKey": _SECRET}, {"baseURL": "http://o"}),
    Sample("mcp", "Mcp", {"registryUrl": "http://m"}, {"connectionTimeout": 40}),
)
SAMPLES = {sample.kind: sample for sample in _ALL}


def of_release(version: tuple[int, ...]) -> tuple[Sample, ...]:
    """The samples of the kinds that a release has."""
    return tuple(sample for sample in _ALL if sample.resource.since <= version)
