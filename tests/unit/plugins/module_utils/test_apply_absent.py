# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing and reading services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.openmetadata.plugins.module_utils import apply, errors, plan
from ansible_collections.community.openmetadata.plugins.module_utils.redact import HIDDEN
from dashboards import DASHBOARDS
from fake_openmetadata.launch import FakeServer
from unit.plugins.clients import connect
from unit.plugins.services import (
    BOTH_ROLES,
    CONFIG,
    LIST,
    READ,
    VERSION,
    assert_told,
    fails,
    given,
    present,
    seen,
    wish,
)
from unit.plugins.support import ROLES, Json, admin, bot, plain, scripted, sent, writes

# ---- absent


def children(server: FakeServer, name: str = "s") -> None:
    user = admin(server)
    user.call("POST", "/dashboards", {"name": "d1", "service": name})
    user.call("POST", "/dashboards", {"name": "d2", "service": name})
    user.call("POST", "/charts", {"name": "c1", "service": name})
    server.clear_requests()


@BOTH_ROLES
@pytest.mark.parametrize(("hard", "action"), [(False, "deleted"), (True, "purged")])
def test_a_service_is_removed(server: FakeServer, role: str, hard: bool, action: str) -> None:
    user = ROLES[role](server)
    id_ = given(server, connection=CONFIG)
    predicted = user.reconciler(check_mode=True).absent(wish(), hard_delete=hard)
    assert writes(server) == []
    server.clear_requests()
    outcome = user.reconciler().absent(wish(), hard_delete=hard)
    assert sent(server) == [VERSION, READ, f"DELETE {LIST}/{id_}"]
    assert (outcome.changed, outcome.action, outcome.version_before) == (True, action, 0.1)
    assert (predicted.changed, predicted.action, predicted.changed_fields) == (True, action, outcome.changed_fields)
    assert (predicted.before, predicted.after) == (outcome.before, outcome.after)
    assert_told(outcome)
    if hard:
        assert (outcome.version, outcome.service, predicted.service) == (None, None, None)
    else:
        assert outcome.service is not None
        assert (outcome.version, outcome.service["deleted"], seen(server)["deleted"]) == (0.2, True, True)
    again = user.reconciler().absent(wish(), hard_delete=hard)
    assert (again.changed, again.action) == (False, "none")


@pytest.mark.parametrize("hard", [False, True])
def test_a_service_that_is_not_there_is_absent(server: FakeServer, hard: bool) -> None:
    outcome = admin(server).reconciler().absent(wish(), hard_delete=hard)
    assert (outcome.changed, outcome.action, outcome.service, outcome.version) == (False, "none", None, None)
    assert sent(server) == [VERSION, READ]


def test_a_soft_deleted_service_is_purged(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    admin(server).call("DELETE", f"{LIST}/{id_}")
    assert admin(server).reconciler().absent(wish(), hard_delete=True).action == "purged"
    assert admin(server).call("GET", LIST, include="all")["paging"]["total"] == 0


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("hard", [False, True])
def test_a_service_with_children_is_refused_and_they_are_counted(
    server: FakeServer, check_mode: bool, hard: bool
) -> None:
    given(server, connection=CONFIG)
    children(server)
    error = fails(
        errors.InvalidInput, lambda: admin(server).reconciler(check_mode=check_mode).absent(wish(), hard_delete=hard)
    )
    assert str(error).startswith("the service holds 2 dashboards, 1 charts, so OpenMetadata refuses to delete it")
    assert "dashboardService is not empty" in str(error)
    assert error.cure == "Set recursive=true to delete them with it."
    assert not seen(server)["deleted"]


def test_soft_deleted_children_count_too(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    child = admin(server).call("POST", "/dashboards", {"name": "d1", "service": "s"})
    admin(server).call("DELETE", f"/dashboards/{child['id']}")
    error = fails(errors.InvalidInput, lambda: admin(server).reconciler().absent(wish()))
    assert "1 dashboards" in str(error)


@pytest.mark.parametrize("hard", [False, True])
def test_recursive_takes_the_children_along(server: FakeServer, hard: bool) -> None:
    given(server, connection=CONFIG)
    children(server)
    predicted = admin(server).reconciler(check_mode=True).absent(wish(), hard_delete=hard, recursive=True)
    outcome = admin(server).reconciler().absent(wish(), hard_delete=hard, recursive=True)
    assert (outcome.changed, predicted.action) == (True, outcome.action)
    left = admin(server).call("GET", "/dashboards", service="s", include="non-deleted")["paging"]["total"]
    assert left == 0
    if not hard:
        present(admin(server), wish())
        assert admin(server).call("GET", "/dashboards", service="s")["paging"]["total"] == 2


def test_somebody_else_deletes_it_first(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(
        method="DELETE",
        path=f"{LIST}/{id_}",
        concurrent={"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": "true"}},
    )
    outcome = admin(server).reconciler().absent(wish(), hard_delete=True)
    assert (outcome.changed, outcome.action, outcome.service) == (False, "none", None)


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"truncate": True}, {"status": 503}])
def test_a_delete_whose_answer_is_lost_is_still_a_change(server: FakeServer, hard: bool, fault: Json) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(method="DELETE", path=f"{LIST}/{id_}", **fault)
    outcome = admin(server).reconciler().absent(wish(), hard_delete=hard)
    assert (outcome.changed, outcome.action) == (True, "purged" if hard else "deleted")


def test_somebody_else_deletes_it_between_read_and_put(server: FakeServer) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(
        method="PATCH",
        path=f"{LIST}/{id_}",
        concurrent={"method": "DELETE", "path": f"{LIST}/{id_}", "query": {"hardDelete": "true"}},
    )
    with pytest.raises(errors.OpenMetadataError):
        present(bot(server), wish(tags=["Tier.Tier1"]))
    assert present(bot(server), wish(connection=CONFIG, tags=["Tier.Tier1"])).action == "created"


# ---- reading


def test_finding_services(server: FakeServer) -> None:
    for name in ("b", "a", "c.d"):
        given(server, name, connection=CONFIG, domains=["RecDomain"] if name == "b" else [])
    gone = given(server, "gone", "Superset", connection={"type": "Superset", "hostPort": "http://h"})
    admin(server).call("DELETE", f"{LIST}/{gone}")
    reconciler = bot(server).reconciler()

    def names(**filters: Any) -> list[str]:
        return [each.name for each in reconciler.find(**filters)]

    assert names() == ["a", "b", "c.d"]
    assert names(include_deleted=True) == ["a", "b", "c.d", "gone"]
    assert names(service_type="Metabase") == ["a", "b", "c.d"]
    assert names(service_type="Superset") == []
    assert names(service_type="Superset", include_deleted=True) == ["gone"]
    assert names(domain="RecDomain") == ["b"]
    assert names(domain="Nowhere") == []
    assert names(name="c.d") == ["c.d"]
    assert names(name="c.d", service_type="Superset") == []
    assert names(name="gone") == []
    assert names(name="gone", include_deleted=True) == ["gone"]
    assert names(name="none") == []
    assert "canary" not in str([each.result() for each in reconciler.find(include_deleted=True)])


def senseless(work: Callable[[], Any]) -> None:
    """An answer that means nothing is told as such, by one of these."""
    with pytest.raises((errors.NotOpenMetadata, errors.UnexpectedAnswer, errors.Unreachable)) as caught:
        work()
    assert str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"", b'{"version": 1}', b'"1.2"'])
def test_a_server_that_names_no_version(body: bytes) -> None:
    with scripted(lambda _request: plain(body=body)) as script:
        senseless(lambda: apply.Release(connect(script.url)).text)


@pytest.mark.parametrize("body", [b"[]", b"null", b"", b'"text"', b"{}", b'{"id": 1}'])
def test_an_answer_that_is_no_service(body: bytes) -> None:
    def answer(request: Json) -> Any:
        return plain(body=b'{"version": "1.2.0"}') if request["path"].endswith("/version") else plain(body=body)

    with scripted(answer) as script:
        senseless(lambda: apply.Reconciler(connect(script.url), DASHBOARDS).present(wish(connection=CONFIG)))
        senseless(lambda: apply.Reconciler(connect(script.url), DASHBOARDS).absent(wish()))


@pytest.mark.parametrize("body", [b"[]", b"null", b"", b'"text"', b'{"data": 5}'])
def test_an_answer_that_is_no_list(body: bytes) -> None:
    def answer(request: Json) -> Any:
        return plain(body=b'{"version": "1.2.0"}') if request["path"].endswith("/version") else plain(body=body)

    with scripted(answer) as script:
        senseless(lambda: apply.Reconciler(connect(script.url), DASHBOARDS).find())


def test_a_hidden_secret_is_shown_as_hidden(server: FakeServer) -> None:
    given(server, connection=CONFIG)
    outcome = present(bot(server), wish(description="d"))
    assert outcome.service is not None
    assert outcome.service["connection"]["password"] == HIDDEN
    assert outcome.action == plan.UPDATED


@pytest.mark.parametrize("status", [500, 502])
def test_a_failed_delete_may_have_been_carried_out(server: FakeServer, status: int) -> None:
    id_ = given(server, connection=CONFIG)
    server.inject(method="DELETE", path=f"{LIST}/{id_}", status=status, count=0, body={"message": "no"})
    assert fails(errors.ServerError, lambda: admin(server).reconciler().absent(wish())).changed is True


def test_what_somebody_else_deleted_first_is_not_claimed(old: FakeServer) -> None:
    """The second DELETE is answered like the first, but for its change description (server 1.2)."""
    id_ = given(old, connection=CONFIG)
    path = f"{LIST}/{id_}"
    old.inject(method="DELETE", path=path, concurrent={"method": "DELETE", "path": path})
    outcome = admin(old).reconciler().absent(wish())
    assert (outcome.changed, outcome.action, outcome.version) == (False, "none", 0.2)
