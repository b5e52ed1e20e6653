# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients for tests of HTTP, and the errors that they end in."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings

TOKEN = "canary-token-0123456789"
LIST = "/services/dashboardServices"
VERSION = "/system/version"


def connect(url: str, pauses: list[float] | None = None, **settings: Any) -> Client:
    """A client that doesn't really wait."""
    waits = [] if pauses is None else pauses
    settings = {"token": TOKEN, "timeout": 5.0, **settings}
    return Client(Settings(url=url, **settings), sleep=waits.append)


def failure(kind: type[errors.ApiError], work: Callable[[], Any]) -> errors.ApiError:
    """The error that work ends in, which holds no secret."""
    with pytest.raises(errors.ApiError) as caught:
        work()
    error = caught.value
    assert error.__class__ is kind
    everything = f"{error} {error!r} {error.cure} {error.details()} {error.path} {error.__cause__}"
    assert "canary" not in everything
    assert error.cure
    return error


@contextmanager
def closed_port() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{one.getsockname()[1]}"
