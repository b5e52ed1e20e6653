# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of HTTP need: clients of the stand-in server, and a server that says whatever a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils.apply import Reconciler
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer

Json = dict[str, Any]
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass
class User:
    """Somebody who uses the stand-in server; `pauses` are the seconds that the client wanted to wait."""

    server: FakeServer
    token: str
    pauses: list[float] = field(default_factory=list)

    def client(self, **settings: Any) -> Client:
        """A client that doesn't really wait."""
        settings = {"url": self.server.url, "token": self.token, **settings}
        return Client(Settings(**settings), sleep=self.pauses.append)

    def reconciler(self, retries: int = 4, **options: Any) -> Reconciler:
        """A reconciler of its own, as each task has one."""
        return Reconciler(self.client(retries=retries), DASHBOARDS, **options)

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """One request outside of what is tested."""
        return self.client().request(method, path, body=body, params=params).body


def admin(server: FakeServer) -> User:
    """The admin: sees masks in place of secrets."""
    return User(server, server.admin_token)


def bot(server: FakeServer) -> User:
    """A bot: sees secrets in clear."""
    return User(server, server.bot_token)


ROLES: dict[str, Callable[[FakeServer], User]] = {"admin": admin, "bot": bot}


def sent(server: FakeServer) -> list[str]:
    """The requests since the log was cleared, as `GET /system/version`."""
    return [f"{entry['method']} {entry['path']}" for entry in server.requests()]


def writes(server: FakeServer) -> list[Json]:
    """The requests that could change something."""
    return [entry for entry in server.requests() if entry["method"] in WRITES]


@dataclass
class Script:
    """A server that answers each request as `answer` says, and remembers the requests."""

    url: str
    requests: list[Json] = field(default_factory=list)


def plain(status: int = 200, body: bytes = b"{}", kind: str = "application/json", **headers: str) -> Any:
    """An answer for a `Script`; `_` in the names of headers stands for `-`."""
    return status, body, {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


@contextmanager
def scripted(answer: Callable[[Json], Any]) -> Iterator[Script]:
    """Serve on a free port; `answer` maps a request (method, path, headers, body) to what `plain` returns."""
    script = Script("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": self.rfile.read(length),
            }
            script.requests.append(request)
            status, body, headers = answer(request)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                if value:
                    self.send_header(name, value)
            if "Content-Length" in headers:
                # Whatever it promises, that was all.
                self.close_connection = True
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = handle_any

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        script.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            http.shutdown()
            thread.join()
