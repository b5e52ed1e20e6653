# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the server as a process of its own, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
Json = dict[str, Any]


class FakeServer:
    """A running server, as a context manager: `with FakeServer(profile="2.0") as server: … server.url …`."""

    url: str
    admin_token: str
    bot_token: str
    user_token: str
    ca_file: str | None

    def __init__(
        self,
        profile: str = "1.2",
        bulk: bool = False,
        tls: bool = False,
        version: str | None = None,
        state: Path | None = None,
        port: int = 0,
        extra_members: tuple[str, ...] = (),
        orchestrator: str = "airflow",
        known_after: float = 2.0,
        run_seconds: float = 2.0,
        module: str = "fake_openmetadata",
    ) -> None:
        """Options as on the command line; nothing runs yet. `module` is what to run: the server, or one made of it."""
        self._command = [sys.executable, "-m", module, "--profile", profile, "--port", str(port)]
        self._command += ["--bulk", "on" if bulk else "off"]
        self._command += ["--tls"] if tls else []
        self._command += ["--version", version] if version else []
        self._command += ["--state", str(state)] if state else []
        self._command += ["--orchestrator", orchestrator]
        self._command += ["--known-after", str(known_after), "--run-seconds", str(run_seconds)]
        for name in extra_members:
            self._command += ["--extra-member", name]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> FakeServer:
        """Start it and wait until it listens. Raises RuntimeError when it doesn't start."""
        environment = {**os.environ, "PYTHONPATH": str(TESTS)}
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, env=environment, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: exit code {self.stop()}")
        started = json.loads(line)
        self.url = started["url"]
        self.admin_token = started["admin_token"]
        self.bot_token = started["bot_token"]
        self.user_token = started["user_token"]
        self.ca_file = started.get("ca_file")
        return self

    def stop(self) -> int:
        """Stop it; returns its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            code = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return code

    def __enter__(self) -> FakeServer:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _control(self, method: str, what: str, body: Json | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own process
            f"{self.url}/_fake/{what}", data=data, method=method, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10, context=self._context()) as answer:  # noqa: S310
            return json.loads(answer.read())

    def _context(self) -> Any:
        if self.ca_file is None:
            return None
        import ssl

        return ssl.create_default_context(cafile=self.ca_file)

    def reset(self) -> None:
        """Drop services, children, faults and the log."""
        self._control("POST", "reset")

    def requests(self) -> list[Json]:
        """The log: one entry per API request (method, path, query, principal, body, status …)."""
        log: list[Json] = self._control("GET", "requests")
        return log

    def clear_requests(self) -> None:
        """Empty the log."""
        self._control("DELETE", "requests")

    def inject(self, **fault: Any) -> None:
        """Order a fault; see fake_openmetadata.faults for its members."""
        self._control("POST", "faults", fault)

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._control("DELETE", "faults")

    def token(self, user: str = "admin", expires_in: int | None = None) -> str:
        """Another token for a user."""
        token: str = self._control("POST", "token", {"user": user, "expires_in": expires_in})["token"]
        return token

    def expired_token(self, user: str = "admin") -> str:
        """A token that has expired."""
        return self.token(user, -10)

    def state(self) -> Json:
        """Services and their children with secrets in clear."""
        state: Json = self._control("GET", "state")
        return state

    def advance(self, seconds: float) -> None:
        """Let time pass for the orchestrator, so that nobody has to wait for it."""
        self._control("POST", "clock", {"seconds": seconds})

    def orchestrator(self) -> Json:
        """What the orchestrator knows: mode, workflows and runs."""
        known: Json = self._control("GET", "orchestrator")
        return known

    def configure_orchestrator(self, **members: Any) -> None:
        """Change its `mode`, `known_after`, `log_chunk` and how runs go; see fake_openmetadata.runs.Plan."""
        self._control("PUT", "orchestrator", members)

    def plan_run(self, **plan: Any) -> None:
        """Say how the next run of `pipeline` (an FQN; without it, of any) goes; see fake_openmetadata.runs.Plan."""
        self._control("POST", "runs", plan)

    def plan_test(self, **plan: Any) -> None:
        """Say how the next test of a connection goes; see fake_openmetadata.connection_tests.TestPlan."""
        self._control("POST", "tests", plan)
