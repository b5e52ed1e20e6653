# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium that shows pages, spoken to by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import aiohttp

Json = dict[str, Any]
T = TypeVar("T")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
TIMEOUT = 30
INSTALL = "apt-get install -y chromium fonts-dejavu-core"


def program() -> str:
    """The path of a Chromium; on Debian, root gets it installed where it is missing.

    Raises `RuntimeError` with what to do where there is none.
    """
    found = _found()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], [*INSTALL.split(), "-qq", "--no-install-recommends"]):
            subprocess.run(command, check=True, env=quiet, stdin=subprocess.DEVNULL, timeout=600)
        found = _found()
    if not found:
        raise RuntimeError(f"No {', '.join(PROGRAMS)} was found on PATH. Debian, as root: {INSTALL}")
    return found


def _found() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One page in a browser, as a context manager."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.requests: list[str] = []
        """Every address that the page asked for since it was opened."""
        self.messages: list[str] = []
        """What the page said on its console, or with a dialogue, since it was opened."""
        self._loop = asyncio.new_event_loop()
        self._folder = tempfile.TemporaryDirectory(prefix="audit-page-", ignore_cleanup_errors=True)
        self._session = ""
        self._number = 0
        self._loaded = False

    def __enter__(self) -> Browser:
        """Start it, with an empty page."""
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._folder.name}"]
        options += ["--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage", "--disable-gpu"]
        options += ["--disable-background-networking", "--disable-component-update", "--force-device-scale-factor=1"]
        # Chromium's sandbox doesn't work for root. All it shows are the pages of these tests.
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [program(), *options, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait(self._connect(self._address()))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        try:
            self._wait(self._disconnect())
        finally:
            self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._loop.close()
        self._folder.cleanup()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(work, TIMEOUT))

    def _address(self) -> str:
        """Where it listens, which it writes into a file once it does."""
        told = Path(self._folder.name, "DevToolsActivePort")
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end and self._process.poll() is None:
            lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.05)
        raise RuntimeError(f"{program()} did not start: exit code {self._process.poll()}")

    async def _connect(self, address: str) -> None:
        self._client = aiohttp.ClientSession()
        self._socket = await self._client.ws_connect(address, max_msg_size=0)
        target = await self._send("Target.createTarget", url="about:blank")
        attached = await self._send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self._send(f"{domain}.enable")

    async def _disconnect(self) -> None:
        await self._socket.close()
        await self._client.close()

    async def _send(self, method: str, **params: Any) -> Json:
        """Ask for something, and note what the page does until the answer comes."""
        self._number += 1
        number = self._number
        session = {"sessionId": self._session} if self._session else {}
        await self._socket.send_json({"id": number, "method": method, "params": params, **session})
        while True:
            message = await self._socket.receive_json()
            if message.get("id") != number:
                self._note(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']['message']}")
            else:
                result: Json = message["result"]
                return result

    def _note(self, message: Json) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded = True
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
            self.messages.append(str(params))
        elif method == "Log.entryAdded":
            self.messages.append(params["entry"]["text"])

    def open(self, page: Path) -> None:
        """Show a file."""
        self.requests.clear()
        self.messages.clear()
        self._wait(self._open(page.resolve().as_uri()))

    async def _open(self, url: str) -> None:
        self._loaded = False
        await self._send("Page.navigate", url=url)
        while not self._loaded:
            self._note(await self._socket.receive_json())

    def look(self, width: int, *, dark: bool = False, height: int = 900, scale: float = 1) -> None:
        """Give the window a size in pixels, and the user a taste for dark or light pages."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self._wait(self._send("Emulation.setDeviceMetricsOverride", **size))
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._wait(self._send("Emulation.setEmulatedMedia", features=[scheme]))

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression. Raises `RuntimeError` where it throws."""
        answer = self._wait(self._send("Runtime.evaluate", expression=script, returnByValue=True))
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """The whole page as a PNG."""
        height = self.evaluate("document.documentElement.scrollHeight")
        width = self.evaluate("innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self._wait(self._send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True))
        return base64.b64decode(taken["data"])
