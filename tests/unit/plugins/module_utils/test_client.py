# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: who the client says it is, what it repeats and how long it waits, and what it says when it fails."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import client as client_module
from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings, base_url
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor
from fake_openmetadata.launch import FakeServer
from unit.plugins.support import Json, admin, plain, scripted, sent

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
    assert type(error) is kind
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


# ---- the address


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://h:8585", "http://h:8585/api/v1"),
        ("http://h:8585/", "http://h:8585/api/v1"),
        ("http://h:8585//", "http://h:8585/api/v1"),
        ("http://h/api", "http://h/api/v1"),
        ("http://h/api/", "http://h/api/v1"),
        ("http://h/api/v1", "http://h/api/v1"),
        ("http://h/api/v1/", "http://h/api/v1"),
        ("https://h/om", "https://h/om/api/v1"),
        ("https://h/om/api/v1", "https://h/om/api/v1"),
        ("https://h/my-api", "https://h/my-api/api/v1"),
        (" http://h ", "http://h/api/v1"),
        ("http://[::1]:8585/", "http://[::1]:8585/api/v1"),
        ("http://bücher.example", "http://bücher.example/api/v1"),
    ],
)
def test_an_address_with_or_without_what_follows(url: str, base: str) -> None:
    assert base_url(url) == base


@pytest.mark.parametrize(
    "url",
    ["", "h", "h:8585", "ftp://h", "http://", "//h", "http://[::1", "http://h:abc", "http://h:99999", "file:///x"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        base_url(url)


@pytest.mark.parametrize("url", ["http://joe:canary@h", "http://:canary@h", "https://canary@h/"])
def test_an_address_may_not_hold_credentials(url: str) -> None:
    with pytest.raises(ValueError, match="credentials") as caught:
        base_url(url)
    assert "canary" not in str(caught.value)


# ---- requests


def test_what_is_sent_on_one_connection() -> None:
    with scripted(lambda _request: plain(body=b'{"a": 1}')) as script:
        client = connect(script.url)
        assert client.get(LIST, {"after": "a b&c=/+", "limit": 3}) == {"a": 1}
        client.request("PUT", LIST, body={"name": "ünï"})
        client.request("PATCH", f"{LIST}/1", body=[], headers={"If-Match": 'W/"0.1"'})
        client.request("GET", VERSION, anonymous=True)
        assert client.requests_sent == 4
    read, put, patch, version = script.requests
    assert read["path"] == "/api/v1/services/dashboardServices?after=a+b%26c%3D%2F%2B&limit=3"
    assert read["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert read["headers"]["user-agent"] == client_module.USER_AGENT
    assert read["headers"]["accept"] == "application/json"
    assert put["headers"]["content-type"] == "application/json"
    assert json.loads(put["body"]) == {"name": "ünï"}
    assert patch["headers"]["content-type"] == "application/json-patch+json"
    assert patch["headers"]["if-match"] == 'W/"0.1"'
    assert "authorization" not in version["headers"]


def test_an_answer_with_everything_that_matters() -> None:
    with scripted(lambda _request: plain(201, b'{"a": 1}', X_OpenMetadata_Change="entityCreated")) as script:
        answer = connect(script.url).request("PUT", LIST, body={})
    assert (answer.status, answer.body, answer.change, answer.attempts) == (201, {"a": 1}, "entityCreated", 1)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_every_page_of_a_list(old: FakeServer, count: int) -> None:
    user = admin(old)
    for number in range(count):
        body = {"name": f"s&{number}", "serviceType": "Metabase", "connection": {"config": {"type": "Metabase"}}}
        user.call("POST", LIST, body)
    old.clear_requests()
    names = [each["name"] for each in user.client().pages(LIST, {"limit": 2, "include": "all"})]
    assert names == [f"s&{number}" for number in range(count)]
    assert len(old.requests()) == max(1, (count + 1) // 2)


def test_pages_are_asked_for_by_the_thousand() -> None:
    with scripted(lambda _request: plain(body=b'{"data": [], "paging": {"total": 0}}')) as script:
        assert list(connect(script.url).pages(LIST, {})) == []
    assert script.requests[0]["path"].endswith("?limit=1000")


# ---- who the client is


@pytest.mark.parametrize(("role", "expected"), [("bot_token", True), ("admin_token", False), ("user_token", False)])
def test_a_bots_token_says_so(old: FakeServer, role: str, expected: bool) -> None:
    assert connect(old.url, token=getattr(old, role)).is_bot is expected


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "a..c", "é.é.é", "a.W10.c", "a.bnVsbA.c", "a.eyJpc0JvdCI6InllcyJ9.c", "a." + "W" * 9]
)
def test_a_token_that_is_no_jwt_is_no_bots(token: str) -> None:
    assert connect("http://h", token=token).is_bot is False


@pytest.mark.parametrize("padding", range(4))
def test_claims_of_any_length(padding: int) -> None:
    payload = json.dumps({"isBot": True, "x": "é" * padding}, ensure_ascii=False).encode()
    token = f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.s"
    assert connect("http://h", token=token).is_bot is True


def test_netrc_does_not_replace_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login joe password canary-netrc\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with scripted(lambda _request: plain()) as script:
        client = connect(script.url)
        client.get(LIST)
        client.request("GET", VERSION, anonymous=True)
    assert script.requests[0]["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert "authorization" not in script.requests[1]["headers"]


def test_the_server_sends_a_cookie_and_the_token_stays() -> None:
    with scripted(lambda _request: plain(Set_Cookie="a=b")) as script:
        client = connect(script.url)
        client.get(LIST)
        client.get(LIST)
    assert [each["headers"]["authorization"] for each in script.requests] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_no_redirect_carries_the_token_to_another_host(status: int, method: str) -> None:
    with scripted(lambda _request: plain()) as other:
        target = f"{other.url.replace('127.0.0.1', 'localhost')}/login?canary=1"
        with scripted(lambda _request: plain(status, b"", Location=target)) as script:
            error = failure(errors.NotOpenMetadata, lambda: connect(script.url).request(method, LIST, body={}))
    assert other.requests == []
    assert len(script.requests) == 1
    assert str(error) == "it redirects to http://localhost/login"
    assert "proxy or single sign-on" in error.cure


def test_a_relative_redirect_is_named_as_it_is() -> None:
    with scripted(lambda _request: plain(302, b"", Location="/login?x=canary")) as script:
        error = failure(errors.NotOpenMetadata, lambda: connect(script.url).get(LIST))
    assert "None" not in str(error)
    assert "/login" in str(error)


# ---- logging in


DOMAIN = "GET /system/config/authorizer"


def logins(server: FakeServer) -> int:
    """How often somebody tried to log in."""
    return sent(server).count("POST /users/login")


def login(server: FakeServer, username: str = "admin", password: str = "admin") -> Client:
    return connect(server.url, token=None, username=username, password=password)


@pytest.mark.parametrize("username", ["admin", "admin@openmetadata.org"])
def test_a_login_by_name_or_email_happens_once(server: FakeServer, username: str) -> None:
    client = login(server, username)
    for _ in range(3):
        assert client.get(LIST)["paging"]["total"] == 0
    asked = [] if "@" in username else [DOMAIN]
    assert sent(server) == [*asked, "POST /users/login", *[f"GET {LIST}"] * 3]
    assert server.requests()[-1]["principal"]
    assert not client.is_bot


def test_the_version_needs_no_login(server: FakeServer) -> None:
    login(server).request("GET", VERSION, anonymous=True)
    assert sent(server) == [f"GET {VERSION}"]


@pytest.mark.parametrize("password", ["admin", "canary-password"])
def test_threads_that_share_a_client_log_in_once(old: FakeServer, password: str) -> None:
    """Also with a wrong password: three failures block the account."""
    old.inject(path="/users/login", delay=0.2, count=0)
    client = login(old, password=password)
    start = threading.Barrier(8)

    def read(_number: int) -> bool:
        start.wait()
        try:
            client.get(LIST)
        except errors.AuthenticationError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(read, range(8)))
    assert results == [password == "admin"] * 8
    assert logins(old) == 1


@pytest.mark.parametrize("username", ["admin", "nobody"])
def test_a_wrong_password_is_tried_once(server: FakeServer, username: str) -> None:
    client = login(server, username, "canary-password")
    error = failure(errors.AuthenticationError, lambda: client.get(LIST))
    assert (logins(server), len(server.requests())) == (1, 2)
    assert "invalid username or password" in str(error)
    assert (error.method, error.path, error.attempts, error.transient) == ("POST", "/users/login", 1, False)
    assert error.status in (400, 401)
    assert "username and password" in error.cure


def test_a_failed_login_is_remembered(server: FakeServer) -> None:
    client = login(server, password="canary-password")
    for _ in range(3):
        failure(errors.AuthenticationError, lambda: client.get(LIST))
    assert (logins(server), len(server.requests())) == (1, 2)


def test_a_blocked_account_is_told(server: FakeServer) -> None:
    for _ in range(3):
        failure(errors.AuthenticationError, lambda: login(server, password="canary-password").get(LIST))
    error = failure(errors.AuthenticationError, lambda: login(server).get(LIST))
    assert "Failed Login Attempts Exceeded" in str(error)
    assert logins(server) == 4


@pytest.mark.parametrize(
    ("answer", "email"),
    [
        (plain(body=b'{"principalDomain": "example.com"}'), "u@example.com"),
        (plain(body=b'{"principalDomain": ""}'), "u@openmetadata.org"),
        (plain(body=b"{}"), "u@openmetadata.org"),
        (plain(404, b'{"message": "no"}'), "u@openmetadata.org"),
        (plain(500, b"<html>", "text/html"), "u@openmetadata.org"),
        (plain(503, b""), "u@openmetadata.org"),
    ],
)
def test_a_name_is_completed_with_the_servers_domain(answer: Any, email: str) -> None:
    def answers(request: Json) -> Any:
        return answer if request["path"].endswith("/authorizer") else plain(body=b'{"accessToken": "t-1"}')

    with scripted(answers) as script:
        connect(script.url, token=None, username="u", password="canary-password").get(LIST)
    ask, entry, read = script.requests
    assert json.loads(entry["body"])["email"] == email
    assert "authorization" not in ask["headers"]
    assert read["headers"]["authorization"] == "Bearer t-1"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_login_is_never_repeated(old: FakeServer, status: int) -> None:
    old.inject(method="POST", path="/users/login", status=status, count=0, body={"message": "no"})
    with pytest.raises(errors.ApiError) as caught:
        login(old).get(LIST)
    assert (logins(old), len(old.requests())) == (1, 2)
    assert caught.value.attempts == 1


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}])
def test_a_login_whose_answer_is_lost_is_not_repeated(old: FakeServer, fault: Json) -> None:
    old.inject(path="/users/login", **fault)
    failure(errors.Unreachable, lambda: login(old).get(LIST))
    assert (logins(old), len(old.requests())) == (1, 2)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"", b'{"accessToken": 5}', b'"text"'])
def test_a_login_that_yields_no_token(body: bytes) -> None:
    with scripted(lambda _request: plain(body=body)) as script:
        client = connect(script.url, token=None, username="u@example.com", password="canary-password")
        with pytest.raises((errors.AuthenticationError, errors.NotOpenMetadata, errors.Unreachable)) as caught:
            client.get(LIST)
    assert len(script.requests) == 1
    assert "canary" not in str(caught.value)


def test_the_new_token_and_the_encoded_password_are_hidden_from_then_on(old: FakeServer) -> None:
    redactor = Redactor()
    settings = Settings(url=old.url, username="admin", password="admin")
    client = Client(settings, redactor, sleep=lambda _seconds: None)
    client.get(LIST)
    encoded = base64.b64encode(b"admin").decode()
    assert encoded in redactor.secrets
    assert redactor.text(f"{encoded}") == HIDDEN


# ---- errors by status


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, errors.BadRequest, "bad_request"),
        (401, errors.AuthenticationError, "authentication_error"),
        (403, errors.PermissionDenied, "permission_denied"),
        (404, errors.NotFound, "not_found"),
        (405, errors.BadRequest, "bad_request"),
        (409, errors.Conflict, "conflict"),
        (412, errors.Conflict, "conflict"),
        (413, errors.BadRequest, "bad_request"),
        (418, errors.BadRequest, "bad_request"),
        (500, errors.ServerError, "server_error"),
        (501, errors.ServerError, "server_error"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE"])
def test_a_refusal_is_not_repeated(status: int, kind: type[errors.ApiError], code: str, method: str) -> None:
    with scripted(lambda _request: plain(status, b'{"code": 1, "message": "because"}')) as script:
        pauses: list[float] = []
        error = failure(kind, lambda: connect(script.url, pauses).request(method, f"{LIST}/x"))
    assert (len(script.requests), pauses) == (1, [])
    assert str(error) == "because"
    assert error.code == code
    assert error.details() == {"method": method, "path": f"{LIST}/x", "status": status, "attempts": 1}
    assert error.maybe_done == (status >= 500)


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"code": 400, "message": "m"}', "application/json", "m"),
        (b'{"responseMessage": "r"}', "application/json", "r"),
        (b'{"error": "e"}', "application/json;charset=utf-8", "e"),
        (b'{"errors": ["name must not be null"]}', "application/json", "['name must not be null']"),
        (b'{"message": "", "responseMessage": "r"}', "application/json", "r"),
        (b'{"x": 1}', "application/json", "{'x': 1}"),
        (b'"text"', "application/json", "text"),
        (b"Unable to process JSON", "text/plain", "Unable to process JSON"),
        (b"", "application/json", "HTTP 400 Bad Request"),
        ('{"message": "schön"}'.encode(), "application/json", "schön"),
    ],
)
def test_the_servers_words_in_each_form(body: bytes, kind: str, said: str) -> None:
    with scripted(lambda _request: plain(400, body, kind)) as script:
        assert str(failure(errors.BadRequest, lambda: connect(script.url).get(LIST))) == said


@pytest.mark.parametrize("status", [200, 201, 400, 403, 404, 500])
def test_a_page_of_html_is_not_openmetadata(status: int) -> None:
    page = b"<!DOCTYPE html><html>canary</html>"
    with scripted(lambda _request: plain(status, page, "text/html; charset=utf-8")) as script:
        error = failure(errors.NotOpenMetadata, lambda: connect(script.url).get(LIST))
    assert str(error) == "it answered with text/html where JSON was expected"
    assert "Set url to the address that serves OpenMetadata itself" in error.cure
    assert len(script.requests) == 1


def test_a_url_that_leads_to_the_web_interface(old: FakeServer) -> None:
    error = failure(errors.NotOpenMetadata, lambda: connect(f"{old.url}/somewhere", token=old.admin_token).get(LIST))
    assert error.code == "not_openmetadata"


def test_a_page_of_a_proxy_with_a_status_that_may_pass_is_repeated() -> None:
    with scripted(lambda _request: plain(502, b"<html>bad gateway</html>", "text/html")) as script:
        error = failure(errors.ServerError, lambda: connect(script.url, retries=2).get(LIST))
    assert (len(script.requests), error.attempts, error.status) == (3, 3, 502)
    assert str(error) == "Bad Gateway"


@pytest.mark.parametrize(
    ("token", "words"),
    [("expired", "xpired"), ("wrong", "nvalid token"), ("not even a JWT", "nvalid token")],
)
def test_a_token_that_is_not_accepted(server: FakeServer, token: str, words: str) -> None:
    other = server.admin_token[:-8] + "AAAAAAAA"
    value = {"expired": server.expired_token(), "wrong": other}.get(token, "canary-token")
    error = failure(errors.AuthenticationError, lambda: connect(server.url, token=value).get(LIST))
    assert error.status == 401
    assert words in str(error)
    assert value not in f"{error}{error.details()}"
    assert "it may have expired" in error.cure
    assert sent(server) == [f"GET {LIST}"]


def test_a_user_without_rights(server: FakeServer) -> None:
    body = {"name": "s", "serviceType": "Metabase", "connection": {"config": {"type": "Metabase"}}}
    client = connect(server.url, token=server.user_token)
    error = failure(errors.PermissionDenied, lambda: client.request("POST", LIST, body=body))
    assert error.status == 403
    assert "not allowed" in str(error)
    assert "roles" in error.cure
    assert len(server.requests()) == 1


def test_the_servers_echo_of_the_request_is_redacted(old: FakeServer) -> None:
    redactor = Redactor(["canary-secret"])
    client = Client(Settings(url=old.url, token=old.admin_token), redactor, sleep=lambda _seconds: None)
    old.inject(method="PUT", echo="body")
    error = failure(errors.ServerError, lambda: client.request("PUT", LIST, body={"password": "canary-secret"}))
    assert HIDDEN in str(error)


def test_ciphertext_in_the_servers_words_is_redacted(old: FakeServer) -> None:
    user = admin(old)
    config = {"type": "Metabase", "hostPort": "http://h", "password": "canary-1"}
    user.call("POST", LIST, {"name": "s", "serviceType": "Metabase", "connection": {"config": config}})
    old.inject(method="GET", echo="ciphertext")
    error = failure(errors.ServerError, lambda: user.client().get(LIST))
    assert "fernet" not in str(error)


def test_a_secret_in_the_path_is_redacted() -> None:
    with scripted(lambda _request: plain(404, b'{"message": "no"}')) as script:
        error = failure(errors.NotFound, lambda: connect(script.url).get(f"{LIST}/name/{TOKEN}"))
    assert error.path == f"{LIST}/name/{HIDDEN}"


# ---- repeating and waiting


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_may_pass_is_repeated(old: FakeServer, status: int, method: str) -> None:
    old.inject(status=status, count=2, body={"message": "later"})
    user = admin(old)
    body = {"name": "s", "serviceType": "Metabase", "connection": {"config": {"type": "Metabase"}}}
    path = f"{LIST}/name/s" if method == "DELETE" else LIST
    if method == "DELETE":
        with pytest.raises(errors.NotFound) as caught:
            user.client().request(method, path)
        assert caught.value.attempts == 3
    else:
        answer = user.client().request(method, path, body=body if method == "PUT" else None)
        assert answer.attempts == 3
    assert len(old.requests()) == 3
    assert len(user.pauses) == 2


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 502}, {"status": 503}, {"drop": "before"}])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_may_have_been_done_is_not_repeated(old: FakeServer, fault: Json, method: str) -> None:
    old.inject(**fault)
    user = admin(old)
    with pytest.raises(errors.ApiError) as caught:
        user.client().request(method, LIST, body={})
    assert caught.value.transient
    # 429 and 503 are said by a server that did not act.
    assert caught.value.maybe_done == (fault.get("status") not in (429, 503))
    assert (len(old.requests()), user.pauses) == (1, [])


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_429_for_longer_than_the_retries(old: FakeServer, retries: int) -> None:
    old.inject(status=429, count=0, headers={"Retry-After": "1"}, body={"code": 429, "message": "Too many"})
    user = admin(old)
    error = failure(errors.ServerError, lambda: user.client(retries=retries).get(LIST))
    assert (error.status, error.attempts, str(error)) == (429, retries + 1, "Too many")
    assert "Run the task again later" in error.cure
    assert user.pauses == [1.0] * retries
    assert len(old.requests()) == retries + 1


@pytest.mark.parametrize(
    ("header", "pause"),
    [("0", 0.0), ("7", 7.0), ("2.5", 2.5), ("30", 30.0), ("31", 30.0), ("86400", 30.0), ("inf", 30.0), ("-5", 0.0)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_and_clamped(old: FakeServer, header: str, pause: float, status: int) -> None:
    old.inject(status=status, headers={"Retry-After": header})
    user = admin(old)
    user.client().get(LIST)
    assert user.pauses == [pause]


@pytest.mark.parametrize(("seconds", "least", "most"), [(20, 15, 20), (600, 30, 30), (-600, 0, 0)])
def test_retry_after_may_be_a_date(old: FakeServer, seconds: int, least: float, most: float) -> None:
    old.inject(status=503, headers={"Retry-After": formatdate(time.time() + seconds, usegmt=True)})
    user = admin(old)
    user.client().get(LIST)
    assert least <= user.pauses[0] <= most


@pytest.mark.parametrize("header", ["", "soon", "Wed, 21 Oct 99999 07:28:00 GMT"])
def test_a_retry_after_that_means_nothing_counts_as_absent(old: FakeServer, header: str) -> None:
    old.inject(status=503, headers={"Retry-After": header})
    user = admin(old)
    user.client().get(LIST)
    assert len(user.pauses) == 1
    assert 0 < user.pauses[0] < 1


def test_pauses_grow_are_jittered_and_end_at_30_seconds(old: FakeServer) -> None:
    runs = []
    for _ in range(2):
        old.reset()
        old.inject(status=502, count=0)
        user = admin(old)
        failure(errors.ServerError, lambda user=user: user.client(retries=8).get(LIST))  # type: ignore[misc]
        runs.append(user.pauses)
    for number, pause in enumerate(runs[0], 1):
        assert min(0.2 * 2**number, 30) <= pause <= min(0.4 * 2**number, 30)
    assert runs[0] != runs[1]
    assert runs[0][-1] == 30


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_lost_answer_is_asked_for_again(old: FakeServer, fault: Json, method: str) -> None:
    old.inject(**fault)
    user = admin(old)
    body = {"name": "s", "serviceType": "Metabase", "connection": {"config": {"type": "Metabase"}}}
    answer = user.client().request(method, LIST, body=body if method == "PUT" else None)
    assert (answer.status < 300, answer.attempts) == (True, 2)
    assert [entry["method"] for entry in old.requests()] == [method] * 2


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"truncate": True}])
def test_an_answer_that_is_lost_every_time(old: FakeServer, fault: Json) -> None:
    old.inject(count=0, **fault)
    error = failure(errors.Unreachable, lambda: admin(old).client(retries=2).get(LIST))
    assert (error.attempts, error.maybe_done, error.reason) == (3, True, errors.NETWORK)
    assert error.cure == "Check that url is right and that the server is up."
    assert " at 0x" not in str(error)


def test_json_that_is_cut_short_though_http_is_whole() -> None:
    with scripted(lambda _request: plain(body=b'{"data": [{"name": "canary')) as script:
        error = failure(errors.Unreachable, lambda: connect(script.url, retries=1).get(LIST))
    assert str(error) == "the answer is cut short"
    assert (len(script.requests), error.maybe_done) == (2, True)


def test_an_error_that_is_cut_short_is_told_with_its_status() -> None:
    with scripted(lambda _request: plain(500, b'{"message": "can')) as script:
        error = failure(errors.Unreachable, lambda: connect(script.url, retries=0).get(LIST))
    assert error.status == 500


# ---- the network


def test_a_refused_connection() -> None:
    pauses: list[float] = []
    with closed_port() as url:
        error = failure(errors.Unreachable, lambda: connect(url, pauses, retries=2).get(LIST))
    assert "refused" in str(error)
    assert (error.attempts, error.maybe_done, error.status, len(pauses)) == (3, False, None, 2)
    assert error.cure == "Check that url is right and that the server is up."
    assert "HTTPConnection" not in str(error)


def test_an_unknown_host() -> None:
    error = failure(errors.Unreachable, lambda: connect("http://no-such-host.invalid", retries=0).get(LIST))
    assert "resolve" in str(error) or "not known" in str(error)
    assert (error.maybe_done, error.reason) == (False, errors.NETWORK)


def test_an_address_that_no_request_can_be_made_of() -> None:
    error = failure(errors.Unreachable, lambda: connect("http://.example.com").get(LIST))
    assert (error.attempts, error.maybe_done) == (1, False)


def test_a_timeout(old: FakeServer) -> None:
    old.inject(delay=1.0, count=0)
    error = failure(errors.Unreachable, lambda: admin(old).client(timeout=0.1, retries=1).get(LIST))
    assert "timed out" in str(error)
    assert (error.reason, error.attempts, error.maybe_done) == (errors.TIMEOUT, 2, True)
    assert error.cure == "Check url and the network, or raise timeout and retries."


def test_a_server_that_says_no_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            peer, _address = listener.accept()
            with peer:
                peer.recv(65536)
                peer.sendall(b"220 mail.example.com ESMTP\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        error = failure(errors.Unreachable, lambda: connect(url, retries=0).get(LIST))
        thread.join()
    assert str(error)


# ---- TLS


def test_a_certificate_that_nobody_vouches_for(tls: FakeServer) -> None:
    pauses: list[float] = []
    error = failure(errors.Unreachable, lambda: connect(tls.url, pauses).get(LIST))
    assert "certificate verify failed" in str(error)
    assert (error.reason, error.attempts, pauses, error.maybe_done) == (errors.TLS, 1, [], False)
    assert error.cure.startswith("Set ca_path to the CA")


def test_ca_path(tls: FakeServer) -> None:
    assert connect(tls.url, token=tls.admin_token, ca_path=tls.ca_file).get(LIST)["paging"]["total"] == 0


@pytest.mark.filterwarnings("default")
def test_validate_certs_off(tls: FakeServer) -> None:
    assert connect(tls.url, token=tls.admin_token, validate_certs=False).get(LIST)["paging"]["total"] == 0


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_options_win_over_the_environments_ca(
    tls: FakeServer, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import certifi

    monkeypatch.setenv(variable, certifi.where())
    assert connect(tls.url, token=tls.admin_token, validate_certs=False).get(LIST)["paging"]["total"] == 0
    assert connect(tls.url, token=tls.admin_token, ca_path=tls.ca_file).get(LIST)["paging"]["total"] == 0


def test_the_environments_ca_counts_where_the_task_is_silent(tls: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.ca_file))
    assert connect(tls.url, token=tls.admin_token).get(LIST)["paging"]["total"] == 0


def test_https_to_a_server_of_http(old: FakeServer) -> None:
    url = old.url.replace("http:", "https:")
    error = failure(errors.Unreachable, lambda: connect(url).get(LIST))
    assert (error.reason, error.attempts) == (errors.TLS, 1)
    assert "http or https" in error.cure


def test_a_ca_file_that_is_none(tls: FakeServer, tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("nothing", encoding="utf-8")
    error = failure(errors.Unreachable, lambda: connect(tls.url, ca_path=str(wrong)).get(LIST))
    assert error.attempts == 1


# ---- proxies


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _request: plain(body=b'{"proxied": true}')) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert connect("http://openmetadata.invalid:8585").get(LIST) == {"proxied": True}
    assert proxy.requests[0]["path"] == f"http://openmetadata.invalid:8585/api/v1{LIST}"


def test_no_proxy_is_respected(old: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as nobody:
        monkeypatch.setenv("HTTP_PROXY", nobody)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert admin(old).client().get(LIST)["paging"]["total"] == 0


def test_a_proxys_credentials_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as nobody:
        monkeypatch.setenv("HTTP_PROXY", nobody.replace("http://", "http://joe:canary-proxy@"))
        failure(errors.Unreachable, lambda: connect("http://openmetadata.invalid", retries=0).get(LIST))


# ---- settings


def test_settings_do_not_show_secrets() -> None:
    settings = Settings(url="http://h", token="canary-1", username="u", password="canary-2")
    assert "canary" not in repr(settings)


def test_an_error_can_be_turned_into_another_with_the_same_facts() -> None:
    error = errors.NotFound("gone", method="PUT", path="/x", status=404, attempts=3, transient=True, maybe_done=True)
    other = error.as_type(errors.Conflict)
    assert (str(other), other.details(), other.maybe_done) == ("gone", error.details(), True)
    assert (other.code, other.cure) == ("conflict", errors.Conflict.cure)


@pytest.mark.parametrize(
    "kind",
    [
        errors.AuthenticationError,
        errors.PermissionDenied,
        errors.NotFound,
        errors.Conflict,
        errors.BadRequest,
        errors.ServerError,
        errors.Unreachable,
        errors.NotOpenMetadata,
    ],
)
def test_every_kind_of_error_has_a_code_and_a_cure(kind: type[errors.ApiError]) -> None:
    error = kind("said", method="GET", path="/x")
    assert error.code != "error"
    assert error.cure.endswith((".", "!", "?"))
    assert isinstance(error, errors.OpenMetadataError)
