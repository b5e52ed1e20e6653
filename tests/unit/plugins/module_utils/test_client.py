# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: where and as whom requests are sent, and how often somebody logs in."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import client as client_module
from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings, base_url
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor
from fake_openmetadata.launch import FakeServer
from unit.plugins.clients import LIST, TOKEN, VERSION, connect, failure
from unit.plugins.support import Json, admin, plain, scripted, sent

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
    for _time in range(3):
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
    for _time in range(3):
        failure(errors.AuthenticationError, lambda: client.get(LIST))
    assert (logins(server), len(server.requests())) == (1, 2)


def test_a_blocked_account_is_told(server: FakeServer) -> None:
    for _time in range(3):
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


def test_a_name_is_not_completed_by_guessing_where_the_server_is_only_busy(old: FakeServer) -> None:
    """A wrong guess would be told as a wrong password."""
    pauses: list[float] = []
    client = connect(old.url, pauses, token=None, username="admin", password="admin")
    old.inject(path="/config/authorizer", status=503, headers={"Retry-After": "2"})
    assert client.get(LIST)["data"] == []
    assert pauses == [2.0]
    old.inject(path="/config/authorizer", status=503, count=0)
    error = failure(errors.ServerError, lambda: login(old).get(LIST))
    assert (error.path, logins(old)) == ("/system/config/authorizer", 1)


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


# ---- settings


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"client_cert": "c"}, "c"),
        ({"client_cert": "c", "client_key": "k"}, ("c", "k")),
        ({"client_key": "k"}, None),
    ],
)
def test_a_client_certificate_with_its_key_or_a_key_of_its_own(files: dict[str, Any], expected: Any) -> None:
    assert client_module._new_session(Settings(url="http://h", **files)).cert == expected


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
