# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client makes of refusals, what it repeats, and how long it waits."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from ansible_collections.community.openmetadata.plugins.module_utils.client import Client, Settings
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN, Redactor
from fake_openmetadata.launch import FakeServer
from unit.plugins.clients import LIST, TOKEN, connect, failure
from unit.plugins.support import Json, admin, plain, scripted, sent

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
        (b'{"errors": ["name must not be null"]}', "application/json", '["name must not be null"]'),
        (b'{"message": "", "responseMessage": "r"}', "application/json", "r"),
        (b'{"x": 1}', "application/json", '{"x": 1}'),
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


def test_a_dead_server_is_waited_for_once_until_it_is_back(old: FakeServer) -> None:
    old.inject(status=503, count=5)
    user = admin(old)
    client = user.client(retries=2)
    failure(errors.ServerError, lambda: client.get(LIST))
    assert (len(old.requests()), len(user.pauses)) == (3, 2)
    failure(errors.ServerError, lambda: client.get(LIST))
    assert (len(old.requests()), len(user.pauses)) == (4, 2)
    failure(errors.ServerError, lambda: client.get(LIST))
    assert "data" in client.get(LIST)
    old.inject(status=503, count=2)
    assert "data" in client.get(LIST)
    assert (len(old.requests()), len(user.pauses)) == (9, 4)


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
    for _time in range(2):
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
