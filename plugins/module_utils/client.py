# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import urljoin, urlsplit

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.redact import Redactor

REQUESTS_ERROR: Exception | None = None
try:
    import requests
except ImportError as error:
    REQUESTS_ERROR = error

if TYPE_CHECKING:
    import requests

API = "/api/v1"
CHANGE_HEADER = "X-OpenMetadata-Change"
USER_AGENT = "ansible-community.openmetadata"

_LONGEST_PAUSE = 30.0
_PAGE = 1000
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_NO_CONTENT = 204
_TOO_MANY = 429
_TRANSIENT = frozenset({_TOO_MANY, 502, 503, 504})
_NOT_DONE = frozenset({_TOO_MANY, 503})
# Left out silently, or sent to a server that makes anything of them.
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f<>\"{}|\\^`]")
_CUT_SHORT = "the answer is cut short"


@dataclass(frozen=True)
class Settings:
    """How to reach a server and as whom: a token, or a user's name (or e-mail) and password.

    `timeout` is in seconds, for connecting and between two bytes; `retries` counts repetitions after the first try;
    `connections` is how many threads use the client at once.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeout: float = 30.0
    retries: int = 4
    connections: int = 1


@dataclass(frozen=True)
class Answer:
    """What the server said: HTTP status, decoded JSON, the change header (or `""`) and how many tries it took."""

    status: int
    body: dict[str, Any]
    change: str
    attempts: int = 1


class Client:
    """Speaks HTTP with one OpenMetadata server over one kept-alive session; knows neither Ansible nor services.

    Threads may share it. `requests_sent` counts repetitions, too. Raises only subclasses of `errors.ApiError`, whose
    texts are redacted.
    """

    def __init__(
        self, settings: Settings, redactor: Redactor | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.settings = settings
        self.redactor = redactor or Redactor()
        self.requests_sent = 0
        self._counting = threading.Lock()
        self._logging_in = threading.Lock()
        self._refused: errors.ApiError | None = None
        self._retries = settings.retries
        self._sleep = sleep
        self._base = base_url(settings.url)
        self._session = _new_session(settings)
        self._token = settings.token
        self.redactor.add(settings.token, settings.password)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The JSON of `GET path`."""
        return self.request("GET", path, params=params).body

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Every entity of a list, page after page (`after` is opaque; the session encodes it)."""
        query = {"limit": _PAGE, **params}
        while True:
            page = self.get(path, query)
            entities, paging = page.get("data"), page.get("paging") or {}
            if not isinstance(entities, list) or not all(isinstance(each, Mapping) for each in (paging, *entities)):
                raise errors.UnexpectedAnswer(f"the answer to GET {path} is no list.")
            yield from entities
            after = paging.get("after")
            if not after:
                return
            if after == query.get("after") or not isinstance(after, str):
                raise errors.UnexpectedAnswer(f"the list that GET {path} answers with has no end.")
            query["after"] = after

    @property
    def is_bot(self) -> bool:
        """Whether the token says that it belongs to a bot, who reads secrets in clear (server 1.2)."""
        return self.claims.get("isBot") is True

    @property
    def claims(self) -> Mapping[str, Any]:
        """The token's unverified claims; empty when it is no JWT."""
        try:
            payload = (self._token or "").split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (IndexError, ValueError, RecursionError):
            return {}
        return claims if isinstance(claims, dict) else {}

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
        listed: bool = False,
        patience: float = 0.0,
    ) -> Answer:
        """Send one request and repeat it where that is safe. `listed`: the answer is a list, and becomes `data`.

        `patience` are seconds to wait beyond the usual, for what keeps a server busy before it answers.

        `path` is below `/api/v1` and already percent-encoded. GET, PUT and DELETE are repeated after faults that pass;
        POST and PATCH are not, because they may have been carried out: the error then says so in `maybe_done`.
        Where all tries of a request were in vain, the next ones have one try each until one succeeds: a thousand
        services must not wait for a dead server one after the other.
        """
        retries = self._retries if method in _REPEATABLE else 0
        for attempt in range(1, retries + 2):
            try:
                answer = self._once(method, path, params, body, headers, anonymous, listed, patience)
            except errors.ApiError as error:
                error.attempts = attempt
                if not error.transient or attempt > retries:
                    if error.transient and error.status != _TOO_MANY and method in _REPEATABLE:
                        self._retries = 0
                    raise
                self.pause(attempt, error)
            else:
                self._retries = self.settings.retries
                return replace(answer, attempts=attempt)
        raise AssertionError("unreachable: the last try returns or raises")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._sleep(seconds)

    def pause(self, attempt: int, error: errors.ApiError) -> None:
        """Wait before the next try: what the server asks for, else longer each time, jittered, never over 30 s."""
        backoff = random.uniform(0.5, 1.0) * 0.4 * 2**attempt
        self._sleep(min(error.retry_after if error.retry_after is not None else backoff, _LONGEST_PAUSE))

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Any,
        headers: Mapping[str, str] | None,
        anonymous: bool,
        listed: bool = False,
        patience: float = 0.0,
    ) -> Answer:
        sent = {"Accept": "application/json", **(headers or {})}
        if not anonymous:
            sent["Authorization"] = f"Bearer {self._authenticate()}"
        data = None
        if body is not None:
            kind = "application/json-patch+json" if method == "PATCH" else "application/json"
            sent["Content-Type"] = kind
            data = json.dumps(body).encode("utf-8")
        with self._counting:
            self.requests_sent += 1
        try:
            answer = self._session.request(
                method,
                self._base + path,
                params=params,
                data=data,
                headers=sent,
                timeout=self.settings.timeout + patience,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError, ValueError) as error:
            raise self._unreachable(method, path, error) from None
        body = self._checked(method, path, answer, listed)
        return Answer(answer.status_code, body, answer.headers.get(CHANGE_HEADER, ""))

    def _authenticate(self) -> str:
        """The token; the one login that a client makes is shared by its threads, and so is its failure."""
        with self._logging_in:
            if self._refused is not None:
                raise self._refused
            if self._token is None:
                try:
                    self._token = self._login()
                except errors.ApiError as error:
                    self._refused = error
                    raise
                self.redactor.add(self._token)
            return self._token

    def _login(self) -> str:
        """Trade user and password for a token. Never repeated: three failures block the account for ten minutes."""
        user, password = self.settings.username or "", self.settings.password or ""
        email = user if "@" in user else f"{user}@{self._principal_domain()}"
        secret = base64.b64encode(password.encode("utf-8")).decode("ascii")
        self.redactor.add(secret)
        try:
            answer = self._once("POST", "/users/login", None, {"email": email, "password": secret}, None, True)
        except errors.ApiError as error:
            error.transient = False
            # 400 and 401 on 1.2; newer servers answer 500 to a wrong password.
            if error.status in (400, 401, 403, 500):
                raise error.as_type(errors.AuthenticationError) from None
            raise
        token = answer.body.get("accessToken")
        if not isinstance(token, str):
            raise errors.AuthenticationError(
                "no accessToken was returned", method="POST", path="/users/login", status=answer.status
            )
        return token

    def _principal_domain(self) -> str:
        """What is behind the @ of this server's users: `openmetadata.org` on 1.2, `open-metadata.org` on newer ones."""
        try:
            answer = self.request("GET", "/system/config/authorizer", anonymous=True)
        except errors.ApiError as error:
            # A wrong guess would look like a wrong password.
            if error.transient:
                raise
            return "openmetadata.org"
        return str(answer.body.get("principalDomain") or "openmetadata.org")

    def _checked(self, method: str, path: str, answer: requests.Response, listed: bool) -> dict[str, Any]:
        """The JSON of a success; raises whatever anything else means."""
        status = answer.status_code
        if 300 <= status < 400:
            target = urlsplit(urljoin(answer.url, answer.headers.get("Location", "")))
            where = f"it redirects to {target.scheme}://{target.hostname}{target.path}"
            raise self._error(errors.NotOpenMetadata, method, path, answer, where)
        if status == _NO_CONTENT:
            return {}
        if status < 400:
            try:
                body = answer.json()
            except (ValueError, RecursionError):
                raise self._not_json(method, path, answer) from None
            if listed and isinstance(body, list):
                body = {"data": body}
            if not isinstance(body, dict):
                said = "it answered with JSON, but not as OpenMetadata does"
                error = self._error(errors.NotOpenMetadata, method, path, answer, said)
                error.maybe_done = True
                raise error
            return body
        words = self._server_words(answer)
        if words is None and status not in _TRANSIENT:
            raise self._not_json(method, path, answer)
        kind = errors.by_status(status)
        raise self._error(kind, method, path, answer, words or answer.reason or "")

    def _server_words(self, answer: requests.Response) -> str | None:
        """The server's explanation: `message`, `responseMessage` (unmapped 500), `error` (login of newer ones), text.

        None when the answer is a page of HTML or a broken JSON, which OpenMetadata never sends with an error.
        """
        kind = answer.headers.get("Content-Type", "")
        if kind.startswith("text/plain") or not answer.content:
            return answer.text.strip() or f"HTTP {answer.status_code} {answer.reason}"
        try:
            body = answer.json()
        except (ValueError, RecursionError):
            return None
        said = body
        if isinstance(body, dict):
            members = ("message", "responseMessage", "error", "errors")
            said = next((body[member] for member in members if body.get(member)), body)
        return said if isinstance(said, str) else json.dumps(self.redactor.value(said), ensure_ascii=False)

    def _error(
        self, kind: type[errors.ApiError], method: str, path: str, answer: requests.Response, said: str
    ) -> errors.ApiError:
        status = answer.status_code
        return kind(
            self.redactor.text(said),
            method=method,
            path=self.redactor.text(path),
            status=status,
            transient=status in _TRANSIENT,
            maybe_done=status >= 500 and status not in _NOT_DONE,
            retry_after=_retry_after(answer.headers.get("Retry-After")),
        )

    def _not_json(self, method: str, path: str, answer: requests.Response) -> errors.ApiError:
        kind = answer.headers.get("Content-Type", "no content type").split(";")[0]
        truncated = "json" in kind
        said = _CUT_SHORT if truncated else f"it answered with {kind} where JSON was expected"
        error = self._error(errors.Unreachable if truncated else errors.NotOpenMetadata, method, path, answer, said)
        error.transient = error.maybe_done = truncated
        return error

    def _unreachable(self, method: str, path: str, error: Exception) -> errors.ApiError:
        cause = _cause(error)
        reason = _reason(cause)
        tls = isinstance(error, requests.exceptions.SSLError)
        bad = isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, ValueError))
        # urllib3's names for what happens before anything is sent.
        refused = type(cause).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
        return errors.Unreachable(
            self.redactor.text(reason),
            method=method,
            path=self.redactor.text(path),
            transient=not tls and not bad,
            maybe_done=not (tls or bad or refused),
            reason=errors.TLS if tls else errors.TIMEOUT if isinstance(error, requests.Timeout) else errors.NETWORK,
        )


def base_url(url: str) -> str:
    """`http://host:8585`, with or without `/`, `/api` or `/api/v1` behind it, as the address of the v1 API.

    Raises `ValueError` for anything that is no http(s) address, or that carries credentials.
    """
    parts = urlsplit(url.strip())
    odd = _NOT_IN_URL.search(url.strip())
    if odd or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must be an address such as https://openmetadata.example.com:8585")
    if parts.port == 0:  # A port that is no number raises ValueError here.
        raise ValueError("port 0 is none")
    if parts.username or parts.password:
        raise ValueError("it must not hold credentials; use token, or username and password")
    path = re.sub(r"/+(api/*(v1)?)?/*$", "", parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}{API}"


def _new_session(settings: Settings) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = USER_AGENT
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=settings.connections))
    verify = settings.ca_path if settings.validate_certs else False
    # The environment's proxies and authorities once for all: requests would look them up each time, which takes as long
    # as anything else that it does, and would replace our Authorization header with one out of ~/.netrc.
    environment = session.merge_environment_settings(settings.url.strip(), {}, None, verify, None)
    session.proxies, session.verify, session.trust_env = environment["proxies"], environment["verify"], False
    if not settings.validate_certs:
        requests.packages.urllib3.disable_warnings()  # type: ignore[attr-defined]
    if settings.client_cert:
        session.cert = (settings.client_cert, settings.client_key) if settings.client_key else settings.client_cert
    return session


def _retry_after(header: str | None) -> float | None:
    """Seconds from a Retry-After header, which may be a date; nonsense counts as absent."""
    if header is None:
        return None
    date = parsedate_tz(header)
    try:
        seconds = mktime_tz(date) - time.time() if date else float(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds)


def _cause(error: Exception) -> Exception:
    """The innermost of the errors that requests and urllib3 wrap into each other."""
    inner = [getattr(error, "reason", None), *reversed(error.args)]
    found = next((each for each in inner if isinstance(each, Exception)), None)
    return error if found is None else _cause(found)


def _reason(cause: Exception) -> str:
    """An error in its own words, without the objects that urllib3 puts around them."""
    if type(cause).__name__ == "IncompleteRead":
        return _CUT_SHORT
    return re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>:? ?|\w+\(host=.*?\): ", "", str(cause)).strip() or repr(cause)
