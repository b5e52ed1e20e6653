# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as a process: how it starts and stops, its faults and its control."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from fake_openmetadata.launch import TESTS, FakeServer
from fake_openmetadata.testing import BASE, op, superset

D = f"/api/v1{BASE}"


@pytest.fixture(scope="module")
def running() -> Iterator[FakeServer]:
    with FakeServer(profile="1.2") as server:
        yield server


@pytest.fixture
def server(running: FakeServer) -> FakeServer:
    running.reset()
    return running


def call(server: FakeServer, method: str, path: str, **options: Any) -> requests.Response:
    token = options.pop("token", server.admin_token)
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    timeout = options.pop("timeout", 5)
    return requests.request(method, server.url + path, headers=headers, timeout=timeout, **options)


def put(server: FakeServer, **members: Any) -> requests.Response:
    return call(server, "PUT", D, json=superset(**members))


def test_it_prints_one_line_and_ends_with_the_signal() -> None:
    command = [sys.executable, "-m", "fake_openmetadata", "--profile", "1.6", "--version", "1.6.9", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            started = json.loads(process.stdout.readline())
            assert set(started) == {"url", "admin_token", "bot_token", "user_token"}
            version = requests.get(f"{started['url']}/api/v1/system/version", timeout=5).json()["version"]
            assert version == "1.6.9"
            process.send_signal(number)
            assert process.stdout.read() == ""
            assert process.wait(timeout=5) == 0


def test_it_starts_soon() -> None:
    """Processor time, so that a busy machine doesn't matter; on an idle one the wall clock shows the same."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    times = []
    for _time in range(3):
        begin = used()
        with FakeServer():
            pass
        times.append(used() - begin)
    assert 0 < min(times) < 2


def test_a_port_that_is_taken(server: FakeServer) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(RuntimeError, match="did not start"):
        FakeServer(port=port).start()


def test_https_with_its_own_certificate() -> None:
    with FakeServer(tls=True) as server:
        assert server.url.startswith("https://127.0.0.1:")
        assert server.ca_file is not None
        folder = Path(server.ca_file).parent
        assert call(server, "GET", D, verify=server.ca_file).json()["data"] == []
        with pytest.raises(requests.exceptions.SSLError):
            call(server, "GET", D)
        assert server.requests()[0]["path"] == BASE
    assert not folder.exists()


def test_services_survive_in_a_state_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with FakeServer(state=file) as server:
        team = call(server, "GET", "/api/v1/teams/name/rec_team").json()["id"]
        put(server, owner={"id": team, "type": "team"})
        call(server, "POST", "/api/v1/dashboards", json={"name": "d", "service": "rec_a"})
    with FakeServer(state=file) as server:
        found = call(server, "GET", f"{D}/name/rec_a", token=server.bot_token, params={"fields": "owner"}).json()
        assert (found["owner"]["name"], found["connection"]["config"]["connection"]["password"]) == (
            "rec_team",
            "sekret",
        )
        assert put(server).headers["X-OpenMetadata-Change"] == "entityNoChange"
        assert call(server, "DELETE", f"{D}/{found['id']}").status_code == 400


def test_other_paths_are_the_user_interface(server: FakeServer) -> None:
    for path in ("/", "/signin", "/services/dashboardServices"):
        answer = call(server, "GET", path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    assert call(server, "GET", "/api/v2/x").status_code == 500


def test_the_log_tells_what_was_sent(server: FakeServer) -> None:
    put(server, password="canary")
    call(server, "GET", D, token=server.user_token, params={"limit": "3"}, headers={"User-Agent": "me"})
    call(server, "POST", D, token="none", data=b"{no")
    first, second, third = server.requests()
    assert (first["method"], first["path"], first["status"], first["principal"]) == ("PUT", BASE, 201, "admin")
    assert first["body"]["connection"]["config"]["connection"]["password"] == "canary"
    assert (second["query"], second["principal"], second["user_agent"]) == ({"limit": "3"}, "rec_user", "me")
    assert (third["body"], third["principal"], third["status"]) == ("{no", None, 401)
    server.clear_requests()
    assert server.requests() == []


def test_the_state_shows_secrets(server: FakeServer) -> None:
    put(server)
    service = server.state()["dashboardService"][0]
    assert service["connection"]["config"]["connection"]["password"] == "sekret"


def test_tokens_to_order(server: FakeServer) -> None:
    answer = call(server, "GET", D, token=server.expired_token())
    assert (answer.status_code, answer.json()["message"]) == (401, "Expired token!")
    assert call(server, "POST", D, token=server.token("rec_user"), json=superset()).status_code == 403


def test_reset_forgets_all_but_the_seed(server: FakeServer) -> None:
    put(server)
    server.inject(status=503, count=0)
    server.reset()
    assert server.requests() == []
    assert call(server, "GET", D).json()["paging"]["total"] == 0
    assert call(server, "GET", "/api/v1/users/name/admin").status_code == 200


def test_a_status_instead_of_acting(server: FakeServer) -> None:
    server.inject(method="PUT", status=429, headers={"Retry-After": 7}, body={"code": 429, "message": "slow"}, count=2)
    for _time in range(2):
        answer = put(server)
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()["message"]) == (429, "7", "slow")
    assert put(server).status_code == 201


def test_the_nth_request_of_a_path(server: FakeServer) -> None:
    server.inject(method="GET", path="name/rec_a$", nth=2, status=500, body="boom")
    seen = [call(server, "GET", f"{D}/name/{name}").status_code for name in ("rec_a", "rec_b", "rec_a", "rec_a")]
    assert seen == [404, 404, 500, 404]


def test_dropped_connections(server: FakeServer) -> None:
    server.inject(method="PUT", drop="before")
    with pytest.raises(requests.exceptions.ConnectionError):
        put(server)
    assert call(server, "GET", D).json()["paging"]["total"] == 0
    server.inject(method="PUT", drop="after")
    with pytest.raises(requests.exceptions.ConnectionError):
        put(server)
    assert call(server, "GET", D).json()["paging"]["total"] == 1


def test_delays(server: FakeServer) -> None:
    server.inject(delay=0.2)
    begin = time.monotonic()
    assert call(server, "GET", D).status_code == 200
    assert time.monotonic() - begin >= 0.2
    server.inject(delay=3)
    with pytest.raises(requests.exceptions.ReadTimeout):
        call(server, "GET", D, timeout=0.1)


def test_truncated_bodies(server: FakeServer) -> None:
    server.inject(method="PUT", truncate=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        put(server)
    assert call(server, "GET", D).json()["paging"]["total"] == 1


def test_pages_and_redirects(server: FakeServer) -> None:
    server.inject(html=True)
    answer = call(server, "GET", D)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    server.inject(html=True, status=502)
    assert call(server, "GET", D).status_code == 502
    server.inject(redirect="http://127.0.0.1:9/elsewhere")
    answer = call(server, "GET", D, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")


def test_errors_that_echo(server: FakeServer) -> None:
    put(server)
    server.inject(method="PUT", echo="body")
    answer = put(server, password="canary")
    assert (answer.status_code, '"password": "canary"' in answer.json()["responseMessage"]) == (500, True)
    server.inject(method="GET", echo="ciphertext")
    assert "fernet:" in call(server, "GET", D).json()["responseMessage"]


def test_someone_else_writes_in_between(server: FakeServer) -> None:
    id_ = put(server).json()["id"]
    patch = [op("add", "/description", "theirs")]
    server.inject(method="PUT", concurrent={"path": f"{BASE}/{id_}", "patch": patch})
    assert put(server, description="ours").json()["version"] == 0.3
    server.inject(method="POST", concurrent={"method": "POST", "path": BASE, "json": superset("rec_b")})
    assert call(server, "POST", D, json=superset("rec_b")).status_code == 409
    server.inject(
        method="PUT", concurrent={"method": "DELETE", "path": f"{BASE}/{id_}", "query": {"hardDelete": "true"}}
    )
    assert put(server).status_code == 201
    assert [entry["method"] for entry in server.requests()] == ["PUT", "PUT", "POST", "PUT"]


def test_one_of_many_creates(server: FakeServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        posted = [pool.submit(call, server, "POST", D, json=superset()) for _time in range(8)]
        statuses = sorted(future.result().status_code for future in posted)
    assert statuses == [201] + [409] * 7


def test_faults_that_make_no_sense(server: FakeServer) -> None:
    for fault in ({"bogus": 1}, {"path": "x"}, {"path": "(", "status": 500}):
        answer = requests.post(f"{server.url}/_fake/faults", json=fault, timeout=5)
        assert answer.status_code == 400
    assert requests.get(f"{server.url}/_fake/faults", timeout=5).json() == []
    assert requests.get(f"{server.url}/_fake/bogus", timeout=5).status_code == 404


def test_many_services_are_listed_soon(server: FakeServer) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {server.admin_token}"
        for number in range(300):
            session.put(server.url + D, json=superset(f"rec_{number:04}"), timeout=5)
        fields = {"limit": "1000", "fields": "owner,tags,domain"}
        times = []
        for _time in range(4):
            begin = time.monotonic()
            answer = session.get(server.url + D, params=fields, timeout=5)
            times.append(time.monotonic() - begin)
            assert len(answer.json()["data"]) == 300
    assert min(times) < 0.5


def test_replay_from_the_command_line(server: FakeServer, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fake_openmetadata.replay", "--reset", "--url", server.url]
    command += ["--admin-token", server.admin_token, "--bot-token", server.bot_token]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    good = TESTS / "contract" / "names.json"
    bad = tmp_path / "bad.json"
    bad.write_text(good.read_text(encoding="utf-8").replace('"version": 0.1', '"version": 0.7'), encoding="utf-8")
    for file, code, told in ((good, 0, "0 differences"), (bad, 1, "0.1 instead of 0.7")):
        done = subprocess.run([*command, str(file)], env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, told in done.stdout) == (code, True), done.stdout + done.stderr
