# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that fail, TLS and proxies."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import errors
from fake_openmetadata.launch import FakeServer
from unit.plugins.clients import LIST, closed_port, connect, failure
from unit.plugins.support import admin, plain, scripted

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
