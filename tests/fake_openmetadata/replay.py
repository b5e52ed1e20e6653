# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays transcripts against a server and lists the differences.

`python -m fake_openmetadata.replay FILE... --url URL --admin-token TOKEN --bot-token TOKEN`
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

Json = dict[str, Any]
PLACEHOLDER = re.compile(r"<(uuid|ts):(\d+)>|<(fernet|jwt|server)>")
SHAPES = {
    "uuid": r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    "ts": r"\d{13}",
    "fernet": r"fernet:[A-Za-z0-9_\-]+={0,2}",
    "jwt": r"[\w\-]+\.[\w\-]+\.[\w\-]+",
}
VARIABLE = re.compile(r"\$\{(\w+)\}")
BAD_TOKEN = "not.a.token"
KNOWN_BEFOREHAND = {"team": "teams/name/rec_team", "dom": "domains/name/RecDomain", "user": "users/name/admin"}


@dataclass
class Replay:
    """One run of a transcript."""

    base: str
    tokens: dict[str, str]
    verify: str | bool = True
    bound: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def run(self, transcript: Json) -> list[str]:
        """Do all steps; returns a line for each difference."""
        with requests.Session() as session:
            session.verify = self.verify
            for name, path in KNOWN_BEFOREHAND.items():
                answer = session.get(f"{self.base}/api/v1/{path}", headers=self._headers("admin"), timeout=30)
                self.saved[name] = answer.json()["id"]
            for number, step in enumerate(transcript["steps"]):
                self._step(session, step, f"{transcript['scenario']}[{number}] {step['method']} {step['path']}")
        return self.differences

    def _headers(self, who: str) -> dict[str, str]:
        if who == "anonymous":
            return {}
        return {"Authorization": f"Bearer {BAD_TOKEN if who == 'badtoken' else self.tokens[who]}"}

    def _pause(self, session: requests.Session, seconds: float) -> None:
        """Wait; the stand-in server only needs to be told that time passed."""
        told = session.post(f"{self.base}/_fake/clock", json={"seconds": seconds}, timeout=30)
        if told.status_code != 200 or not told.headers.get("content-type", "").startswith("application/json"):
            time.sleep(seconds)

    def _step(self, session: requests.Session, step: Json, where: str) -> None:
        if step.get("pause"):
            self._pause(session, float(step["pause"]))
        headers = self._headers(step["as"])
        body: str | None = None
        if "patch" in step:
            headers["Content-Type"] = "application/json-patch+json"
            body = json.dumps(self._filled(step["patch"]))
        elif "json" in step:
            headers["Content-Type"] = "application/json"
            body = json.dumps(self._filled(step["json"]))
        elif "raw" in step:
            headers["Content-Type"] = step.get("content_type", "application/json")
            body = step["raw"]
        answer = session.request(
            step["method"],
            f"{self.base}/api/v1{self._filled(step['path'], in_url=True)}",
            params=self._filled(step.get("query") or {}),
            data=None if body is None else body.encode(),
            headers=headers,
            timeout=30,
        )
        self._compare_answer(step, answer, where)
        for name, path in step.get("save", {}).items():
            self.saved[name] = _member(answer, path)

    def _filled(self, value: Any, in_url: bool = False) -> Any:
        """With `${name}` replaced by what was saved; escaped where it goes into a URL."""
        if isinstance(value, dict):
            return {name: self._filled(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._filled(member) for member in value]
        if not isinstance(value, str):
            return value

        def saved(match: re.Match[str]) -> str:
            text = self.saved[match[1]]
            return quote(text, safe="") if in_url else text

        return VARIABLE.sub(saved, value)

    def _compare_answer(self, step: Json, answer: requests.Response, where: str) -> None:
        if answer.status_code != step["status"]:
            self.differences.append(f"{where}: status {answer.status_code} instead of {step['status']}: {answer.text}")
            return
        for name, value in step.get("response_headers", {}).items():
            header = answer.headers.get(name, "")
            if name == "content-type":
                header = header.split(";")[0]
            self._compare(value, header, f"{where}: header {name}")
        wanted = step.get("response")
        given: Any = answer.text
        if not isinstance(wanted, str) or answer.headers.get("content-type", "").startswith("application/json"):
            try:
                given = answer.json()
            except ValueError:
                given = answer.text
        self._compare(wanted, given, where, set(step.get("loose", [])))

    def _compare(self, wanted: Any, given: Any, where: str, loose: set[str] | None = None) -> None:
        """Compare two JSON values. Members named in `loose` only have to be there."""
        loose = loose or set()
        if isinstance(wanted, dict) and isinstance(given, dict):
            for name in wanted.keys() - given.keys():
                self.differences.append(f"{where}.{name}: missing, wanted {wanted[name]!r}")
            for name in given.keys() - wanted.keys():
                self.differences.append(f"{where}.{name}: unexpected {given[name]!r}")
            # In the transcript's order, in which its placeholders are numbered.
            for name in wanted:
                if name in given and name not in loose:
                    self._compare(wanted[name], given[name], f"{where}.{name}", loose)
        elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
            for index, (one, other) in enumerate(zip(wanted, given, strict=True)):
                self._compare(one, other, f"{where}[{index}]", loose)
        elif isinstance(wanted, str):
            self._compare_text(wanted, given, where)
        elif wanted != given or isinstance(wanted, bool) != isinstance(given, bool):
            self.differences.append(f"{where}: {given!r} instead of {wanted!r}")

    def _compare_text(self, wanted: str, given: Any, where: str) -> None:
        """Compare a text that may hold placeholders; a JSON text within is compared without regard to order."""
        if _is_json(wanted) and isinstance(given, str) and _is_json(given):
            self._compare(json.loads(wanted), json.loads(given), f"{where} (JSON text)")
            return
        text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
        if not isinstance(text, str) or (not isinstance(given, str) and not PLACEHOLDER.fullmatch(wanted)):
            self.differences.append(f"{where}: {given!r} instead of {wanted!r}")
            return
        pattern, names = self._pattern(wanted)
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match is None:
            self.differences.append(f"{where}: {given!r} instead of {wanted!r} ({self._meaning(wanted)!r})")
            return
        for group, name in names.items():
            self._bind(name, match[group], where)

    def _pattern(self, wanted: str) -> tuple[str, dict[str, str]]:
        """A regular expression for a text with placeholders, and which group binds which placeholder."""
        parts: list[str] = []
        names: dict[str, str] = {}
        at = 0
        for found in PLACEHOLDER.finditer(wanted):
            parts.append(re.escape(wanted[at : found.start()]))
            at = found.end()
            name = found[0]
            if name == "<server>":
                parts.append(re.escape(self.base))
            elif name in self.bound:
                parts.append(re.escape(self.bound[name]))
            elif found[3]:
                parts.append(SHAPES[found[3]])
            elif name in names.values():
                parts.append(f"(?P={next(group for group, other in names.items() if other == name)})")
            else:
                group = f"g{len(names)}"
                names[group] = name
                parts.append(f"(?P<{group}>{SHAPES[found[1]]})")
        parts.append(re.escape(wanted[at:]))
        return "".join(parts), names

    def _bind(self, name: str, value: str, where: str) -> None:
        """Give a placeholder its value; two placeholders must not have the same."""
        other = next((known for known, bound in self.bound.items() if bound == value), None)
        if other is not None:
            self.differences.append(f"{where}: {value!r} is {other} already, cannot be {name}")
        self.bound[name] = value

    def _meaning(self, wanted: str) -> str:
        return PLACEHOLDER.sub(lambda found: self.bound.get(found[0], found[0]), wanted)


def _is_json(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _member(answer: requests.Response, path: str) -> str:
    value = answer.json()
    for part in path.split("."):
        value = value[part]
    return str(value)


def replay(transcript: Json, base: str, tokens: dict[str, str], verify: str | bool = True) -> list[str]:
    """Replay one transcript against an empty estate; returns a line for each difference.

    `base` is the server's URL without a path, `tokens` holds `admin`, `bot` and, where a transcript has it, `plain`.
    """
    return Replay(base.rstrip("/"), tokens, verify).run(transcript)


def main() -> int:
    """The command line; returns 0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="fake_openmetadata.replay", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--admin-token", required=True)
    parser.add_argument("--bot-token", required=True)
    parser.add_argument("--plain-token", default="", help="of a user without any role, for transcripts of pipelines")
    parser.add_argument("--reset", action="store_true", help="empty the (fake) server before each file")
    options = parser.parse_args()
    tokens = {"admin": options.admin_token, "bot": options.bot_token, "plain": options.plain_token}
    failed = False
    for file in options.files:
        if options.reset:
            requests.post(f"{options.url.rstrip('/')}/_fake/reset", timeout=30).raise_for_status()
        differences = replay(json.loads(file.read_text(encoding="utf-8")), options.url, tokens)
        failed = failed or bool(differences)
        print(f"{file}: {len(differences)} differences")
        for difference in differences:
            print(f"  {difference}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
