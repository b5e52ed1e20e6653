# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from ansible_collections.community.openmetadata.plugins.module_utils.resources import RESOURCES

MASK = "*********"
"""What the server shows in place of a secret to everybody but a bot (server 1.2)."""

HIDDEN = "(secret)"
UNCHANGED = "(secret, unchanged)"
CHANGED = "(secret, changed)"
NOT_COMPARABLE = "(secret, not comparable)"
_MARKERS = (HIDDEN, UNCHANGED, CHANGED, NOT_COMPARABLE)

# Shorter values are hidden by their place only: replacing every "u" in a text would hide nothing and ruin all.
_SHORTEST = 4

_PATTERNS = (
    (
        re.compile(r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?)[^\s\"']+"),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"fernet:[\w=+/-]+"), HIDDEN),
    (re.compile(r"secret:/[^\s\"'\\,}\]]+"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)(\s+|%20)(?=[\w.~+/-]*[\d=])[\w.~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@\"']*:[^\s/@\"']*@"), r"\1" + HIDDEN + "@"),
)
# Every pattern needs one of these: most texts hold none, and one look is quicker than six.
_TRIGGER = re.compile(r"(?i)authorization|fernet:|secret:/|bearer|basic|eyJ|://")

# What results are made of stays readable even where somebody's password is "failed".
_RESULT = """
action after after_header attempts before before_header changed changed_fields code connection created cure
data_products deleted description details diff display_name domains duration error_log failed failure
fully_qualified_name href id invocation kind mandatory message method module_args msg name none owners passed path
prepared pruned purged requests restored results server_version service service_type services skipped status steps
summary tags type unmanaged unverified updated updated_at updated_by version version_before warnings
"""
# Among these are all options of PIPELINE_FIELDS: to import them would be to send their file along with every module.
_OF_PIPELINES = """
catchup concurrency default_view default_view_orientation deployed description display_name domains duration email
enabled end_date ended ingestion_pipeline ingestion_pipelines log log_level max_active_runs orchestrator owners
pause_pipeline pipeline_retries pipeline_timeout pipeline_type provider raise_on_error reported retry_delay run run_id
runs schedule service service_kind source_config start_date started streamable_logs timezone
"""
_OF_KINDS = [word for each in RESOURCES.values() for word in (each.kind, each.label, f"{each.label}s")]
_OUR_NAMES = frozenset((*_RESULT.split(), *_OF_PIPELINES.split(), *_OF_KINDS))
# Ports, years and the like turn up everywhere, and are hidden by their place only.
_LONGEST_NUMBER = 5

# A long list says the same short texts again and again, names of fields above all.
_LONGEST_KNOWN = 60
_MOST_KNOWN = 10_000

_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase|code)?$|(?<!update_)secret|token$|(api|private|access|ssl|encryption|shared|account|signing)_?key$"
    r"|(?<!git)credential|certificate(data)?$|keydata$|^(authorization|cookie|jwt|key)$|proxyauthentication|bearer)"
)


@lru_cache(maxsize=10_000)
def looks_secret(name: str) -> bool:
    """Whether a field called `name` holds a secret, judged by the name alone (for types the catalogue doesn't know)."""
    return bool(_SECRET_NAME.search(str(name)))


def holds_mask(value: Any) -> bool:
    """Whether a mask stands in for a secret anywhere in a structure."""
    if isinstance(value, Mapping):
        return any(holds_mask(member) for member in value.values())
    if isinstance(value, (list, tuple)):
        return any(holds_mask(member) for member in value)
    return bool(value == MASK)


class Redactor:
    """The one way out: every text or structure that leaves the collection goes through `text` or `value`.

    It hides the secrets it was told of (and their base64 and percent-encoded forms), the ciphertext that the server
    leaks in PATCH, DELETE and restore answers and in some 500 messages (server 1.2), secret-manager references,
    JWTs, Authorization values and credentials in URLs.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._index: dict[str, list[str]] = {}
        self._known: dict[str, str] = {}
        self._public: set[str] = {*_OUR_NAMES, "true", "false"}
        self.add(*secrets)

    @property
    def secrets(self) -> frozenset[str]:
        """Every form of every secret that it was told of."""
        return frozenset(self._secrets)

    def publish(self, words: Iterable[str]) -> None:
        """Learn words that anybody may read: a secret that equals one, known already or not, is hidden by its place."""
        public = frozenset(words)
        self._public |= public
        for word in public & self._secrets:
            self._secrets.discard(word)
            # A new list: a thread that is in the midst of a text goes on in the old one.
            self._index[word[:_SHORTEST]] = [each for each in self._index[word[:_SHORTEST]] if each != word]
            self._known = {}

    def _is_public(self, secret: str) -> bool:
        short = len(secret) < _SHORTEST or (len(secret) <= _LONGEST_NUMBER and secret.isdecimal())
        return short or secret == MASK or secret in self._public

    def add(self, *secrets: object) -> None:
        """Learn further secrets, numbers as texts; short ones and public words are hidden by their place only."""
        for each in secrets:
            secret = str(each) if isinstance(each, (int, float)) and not isinstance(each, bool) else each
            if isinstance(secret, str) and not self._is_public(secret):
                for form in _forms(secret) - self._secrets:
                    self._secrets.add(form)
                    same_start = self._index.setdefault(form[:_SHORTEST], [])
                    same_start.append(form)
                    same_start.sort(key=len, reverse=True)
        # A new mapping: a thread that is in the midst of a text keeps what it finds in the old one.
        self._known = {}

    def text(self, text: str) -> str:
        """The text without secrets."""
        known = self._known
        found = known.get(text)
        if found is None:
            found = self._without_known(text) if self._index else text
            if _TRIGGER.search(found):
                for pattern, replacement in _PATTERNS:
                    found = pattern.sub(replacement, found)
            if len(text) <= _LONGEST_KNOWN and len(known) < _MOST_KNOWN:
                known[text] = found
        return found

    def _without_known(self, text: str) -> str:
        """Hide the secrets it was told of; found by their first letters, so that thousands of them cost no more."""
        index = self._index
        starts = [place for place in range(len(text) - _SHORTEST + 1) if text[place : place + _SHORTEST] in index]
        pieces, done = [], 0
        for place in starts:
            candidates = index[text[place : place + _SHORTEST]] if place >= done else ()
            found = next((secret for secret in candidates if text.startswith(secret, place)), None)
            if found is not None:
                pieces += [text[done:place], HIDDEN]
                done = place + len(found)
        return "".join([*pieces, text[done:]])

    def value(self, value: Any) -> Any:
        """A copy of a JSON-like structure without secrets; members whose name speaks of a secret are hidden whole."""
        if isinstance(value, str):
            return value if value in _MARKERS else self.text(value)
        if isinstance(value, Mapping):
            return {self._name(str(key)): self._member(str(key), member) for key, member in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(member) for member in value]
        return value

    def _name(self, name: str) -> str:
        return name if name in _OUR_NAMES else self.text(name)

    def _member(self, name: str, value: Any) -> Any:
        """A member of a mapping. Of a name with dots, as diffs have it, the last part counts."""
        return _hide(value) if looks_secret(name.rpartition(".")[2]) else self.value(value)


def _hide(value: Any) -> Any:
    """Hide a secret member, but neither that it is unset nor what a diff says of it in place of its value."""
    if value in (None, "", [], {}) or isinstance(value, bool) or value in _MARKERS:
        return value
    return HIDDEN


def _forms(secret: str) -> set[str]:
    """A secret as it turns up elsewhere: as is, in JSON, in a URL, in base64 (the login sends it so)."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {secret, quote(secret, safe=""), quote(secret), base64.b64encode(raw).decode("ascii")}
    forms.update({secret.strip(), repr(secret)[1:-1]})
    for ascii_only in (True, False):
        once = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        forms.update({once, json.dumps(once)[1:-1]})
    forms.update(line for line in secret.splitlines() if len(line) >= 16)
    if "://" in secret and "@" in secret:
        forms.update(part for part in (urlsplit(secret).password, urlsplit(secret).username) if part)
    return {form for form in forms if len(form) >= _SHORTEST}
