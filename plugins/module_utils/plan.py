# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to be done, worked out without any I/O: check mode and diff are a plan, a real run carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.community.openmetadata.plugins.module_utils import comparison, connection, field_values
from ansible_collections.community.openmetadata.plugins.module_utils.errors import InvalidInput, Unchangeable
from ansible_collections.community.openmetadata.plugins.module_utils.model import Current, Desired, Server
from ansible_collections.community.openmetadata.plugins.module_utils.redact import NOT_COMPARABLE, UNCHANGED
from ansible_collections.community.openmetadata.plugins.module_utils.resources import Field, FieldType

NONE = "none"
CREATED = "created"
UPDATED = "updated"
RESTORED = "restored"
DELETED = "deleted"
PURGED = "purged"

View = dict[str, Any]


@dataclass(frozen=True)
class Policy:
    """How secrets are treated: `keep_secrets` never overwrites a stored one; `secrets_readable` for a bot's token."""

    keep_secrets: bool = False
    secrets_readable: bool = False


@dataclass(frozen=True)
class Plan:
    """What to do with one service.

    `before` and `after` show it field by field (secrets hidden, what is empty left out); they are the diff, and the
    fields in which they differ are `changed_fields`. `unverified` names secrets that can't be compared. `put` says
    that a create request has to be sent: to change something, or to let the server compare the secrets. `warnings` tell
    what the task may not have meant.
    """

    action: str
    desired: Desired
    current: Current | None
    before: View = field(default_factory=dict)
    after: View = field(default_factory=dict)
    unverified: tuple[str, ...] = ()
    put: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def changed_fields(self) -> list[str]:
        """The fields that differ, as `description` or `connection.hostPort`."""
        fields = {*self.before, *self.after}
        return sorted(name for name in fields if self.before.get(name) != self.after.get(name))


def absent(desired: Desired, current: Current | None, hard_delete: bool) -> Plan:
    """The plan for a service that should be gone: soft-deleted, or purged with `hard_delete`."""
    if current is None or (current.deleted and not hard_delete):
        return Plan(NONE, desired, current)
    before = view(current)
    if hard_delete:
        return Plan(PURGED, desired, current, before=before)
    lost = {item.option: False for item in current.resource.fields if item.lost_by_restore and before.get(item.option)}
    return Plan(DELETED, desired, current, before=before, after={**before, **lost, "deleted": True})


def present(desired: Desired, current: Current | None, server: Server, policy: Policy) -> Plan:
    """The plan for a service that should be there as `desired` (with its references resolved).

    Raises `InvalidInput` where the wish can't be granted: another service type, or `Unchangeable` for a service stored
    without a connection on a server that can't change such a one.
    """
    if current is None:
        return _create(desired, server)
    check_type(desired, current, server)
    before = view(current)
    after = dict(before)
    after.pop("deleted", None)
    for item in server.resource.fields:
        if item.option in desired.values and item.type is not FieldType.CONFIG:
            _set(after, item.option, _settled(item, desired.values[item.option], current, server))
    unverified = _plan_config(desired, current, server, policy, before, after)
    fields = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    plan = Plan(
        action=RESTORED if current.deleted else UPDATED if fields else NONE,
        desired=desired,
        current=current,
        before=before,
        after=after,
        unverified=unverified,
        put=_needs_put(fields, desired, current, server, policy) or _asks_server(unverified, server, policy),
        warnings=_warnings(desired, current, policy),
    )
    if plan.put or fields:
        _check_domains(after, server)
    if not _is_changeable(current, server) and (plan.put or fields):
        raise Unchangeable(
            f"the service is stored without a connection (or this token may not see it): OpenMetadata {server.text} "
            "answers with an error to every change of such a service, and so it would to this one."
        )
    return plan


def _asks_server(unverified: tuple[str, ...], server: Server, policy: Policy) -> bool:
    """Whether a PUT is sent for the server to compare the secrets."""
    return bool(unverified and not policy.keep_secrets and not server.resource.patched)


def check_type(desired: Desired, current: Current, server: Server) -> None:
    """Raise `InvalidInput` where another type is wanted than the server has, which can't be changed."""
    resource = server.resource
    if desired.type not in (None, current.type):
        goes = f", recursive=true, which also removes its {resource.held}" if resource.every_child else ""
        raise InvalidInput(
            f"{resource.type_option} is {current.type} on the server and can't be changed to {desired.type}.",
            f"Correct {resource.type_option}; or remove the {resource.noun} (state=absent, hard_delete=true{goes}) and "
            "create it anew.",
        )


def _is_changeable(current: Current, server: Server) -> bool:
    """Whether the server can change what it holds: before 1.4 not without a connection (server 1.2)."""
    return current.config is not None or server.takes_no_connection or server.resource.patched


def _warnings(desired: Desired, current: Current, policy: Policy) -> tuple[str, ...]:
    wanted, stored = desired.values.get(current.resource.config.option), current.config
    if wanted is None:
        return ()
    if stored is None:
        if policy.secrets_readable or current.resource.patched:
            return ()
        return (
            "the server shows no connection of this service: it has none, or this token may not view it. The task's "
            "connection takes the place of whatever is stored.",
        )
    gone = comparison.replaced_secrets(current.kind, wanted, stored, policy.keep_secrets)
    if not gone:
        return ()
    names = ", ".join(dotted(current.resource.config.option, path) for path in gone)
    return (
        f"update_secrets=on_create leaves stored secrets alone, but the task replaces what holds {names} by something "
        "of another form: the stored secrets there go.",
    )


def _create(desired: Desired, server: Server) -> Plan:
    resource = server.resource
    if desired.type is None:
        raise InvalidInput(
            f"{resource.type_option} is missing.",
            f"A {resource.noun} that does not exist yet needs {resource.type_option}.",
        )
    kind = server.service_type(desired.type)
    after: View = {resource.type_option: desired.type}
    for item in resource.fields:
        if item.type is FieldType.CONFIG:
            wanted = _config_to_send(desired, None, server, Policy())
            _put_paths(after, item.option, {} if wanted is None else connection.flat(kind, wanted))
        elif item.option in desired.values:
            _set(after, item.option, field_values.shown(item, desired.values[item.option]))
    _check_domains(after, server)
    return Plan(CREATED, desired, None, after=after, put=True)


def _check_domains(after: View, server: Server) -> None:
    """Newer servers refuse data products on a service without a domain, with the write half done."""
    if server.needs_domain_for_products and after.get("data_products") and not after.get("domains"):
        raise InvalidInput(
            "data_products are set, but domains would be empty, which OpenMetadata refuses.",
            "Name the domain of the data products in domains, or clear data_products, too.",
        )


def _settled(item: Field, wanted: Any, current: Current, server: Server) -> Any:
    """The value as it will show: the stored form where the server takes both for the same."""
    stored = current.values[item.option]
    return field_values.shown(item, stored if field_values.same(item, wanted, stored, server) else wanted)


def _plan_config(
    desired: Desired, current: Current, server: Server, policy: Policy, before: View, after: View
) -> tuple[str, ...]:
    """Put the config's differences into both views; returns the secrets that can't be compared."""
    option, stored = server.config, current.config
    wanted = desired.values.get(option)
    if wanted is None:
        return ()
    if stored is None:
        _put_paths(after, option, connection.flat(current.kind, wanted))
        return ()
    found, unknown = differences(current, wanted, server, policy)
    for path, _secret in connection.secrets(current.kind, wanted):
        name = dotted(option, path)
        if name in before:
            before[name] = after[name] = UNCHANGED
    unverified = tuple(dotted(option, path) for path in unknown)
    for name in unverified:
        before[name] = after[name] = NOT_COMPARABLE
    for difference in found:
        _set(before, dotted(option, difference.path), difference.before)
        _set(after, dotted(option, difference.path), difference.after)
    return unverified


_Comparison = tuple[list[comparison.Difference], list[connection.Path]]


def differences(current: Current, wanted: Mapping[str, Any], server: Server, policy: Policy) -> _Comparison:
    """The differences, and the secrets that can't be compared."""
    return compared(current, wanted, server, policy)[1]


def compared(
    current: Current, wanted: Mapping[str, Any], server: Server, policy: Policy
) -> tuple[connection.ServiceType, _Comparison]:
    """The differences, by the form of that patch of the server's minor release that finds the fewest, and that form.

    A default that one patch has and another lacks is no drift: which of them the server really follows, it doesn't say.
    """
    stored = current.config or {}

    def by(kind: connection.ServiceType) -> tuple[connection.ServiceType, _Comparison]:
        return kind, comparison.differences(kind, wanted, stored, policy.secrets_readable, policy.keep_secrets)

    own = by(current.kind)
    others = connection.patches(current.kind, server.version)[1:] if own[1][0] else ()
    return min((own, *map(by, others)), key=lambda each: len(each[1][0]))


def _needs_put(fields: set[str], desired: Desired, current: Current, server: Server, policy: Policy) -> bool:
    """Whether to send a PUT: for the connection always, else where it carries all of the changes and wipes nothing.

    It neither touches tags nor clears owners or domains, and keeps a bot's description (server 1.2); one PATCH can
    carry all of that, and the rest with it. Without a connection that could be sent back, and for a service that holds
    what no create request can, everything goes by PATCH.
    """
    if server.resource.patched:
        return False
    if any(name.startswith(f"{server.config}.") for name in fields):
        return True
    if current.config is None or current.strangers(server):
        return False
    by_patch = {item.option for item in server.resource.fields if policy.secrets_readable or _patch_only(item, desired)}
    changed = fields - {"deleted"}
    return bool(changed) and not changed & by_patch


def _patch_only(item: Field, desired: Desired) -> bool:
    return item.type is FieldType.TAGS or not (item.wiped or desired.values.get(item.option))


def create_request(desired: Desired, current: Current | None, server: Server, policy: Policy) -> dict[str, Any]:
    """The body of a POST, or of a PUT that wipes nothing: what the task leaves out is sent as it is stored.

    Tags go into a POST only: a PUT ignores them (server 1.2) or adds to what is there, which mutually exclusive tags
    forbid. Owners and domains that the task leaves out are kept by the server.
    """
    resource = server.resource
    body: dict[str, Any] = {"name": desired.name, resource.type_api: current.type if current else desired.type}
    for item in resource.fields:
        if not server.has(item) or item.acted:
            continue
        if item.within:
            body.setdefault(item.within, {})
        kept = current.values[item.option] if current and item.wiped else None
        value: Any = desired.values.get(item.option, kept)
        if item.type is FieldType.CONFIG:
            value = _config_to_send(desired, current, server, policy)
        elif item.type is FieldType.TAGS and current:
            value = None
        told = value is not None if item.type is FieldType.SETTING else bool(value)
        member = field_values.request_value(item, value, server) if told else None
        if member is not None:
            (body[item.within] if item.within else body)[server.api_name(item)] = member
    for name in server.carried:
        carried = current.entity.get(name) if current else None
        if carried:
            is_reference = isinstance(carried, Mapping) and {"id", "type"} <= carried.keys()
            body[name] = {"id": carried["id"], "type": carried["type"]} if is_reference else carried
    return body


def _config_to_send(desired: Desired, current: Current | None, server: Server, policy: Policy) -> dict[str, Any] | None:
    """The connection as a create request holds it, or None for a service without one.

    Before 1.4 a service gets at least an empty one, since without it nothing could be changed afterwards.
    """
    kind = current.kind if current else server.service_type(str(desired.type))
    stored = current.config if current else None
    wanted = desired.values.get(server.config)
    if wanted is not None:
        return comparison.merged(kind, wanted, stored, policy.keep_secrets)
    if stored is None and server.takes_no_connection:
        return None
    return connection.with_type(kind, stored or {})


def view(current: Current) -> View:
    """A resource field by field, as diffs show it: secrets hidden, what is empty left out."""
    shown: View = {current.resource.type_option: current.type}
    for item in current.resource.fields:
        value = current.values[item.option]
        if item.type is not FieldType.CONFIG:
            _set(shown, item.option, field_values.shown(item, value))
        elif value is not None:
            _put_paths(shown, item.option, connection.flat(current.kind, value))
    _set(shown, "deleted", current.deleted)
    return shown


def dotted(option: str, path: connection.Path) -> str:
    """A path in a config as people read it: `connection.hostPort`."""
    return ".".join((option, *path))


def _put_paths(shown: View, option: str, flat: Mapping[connection.Path, Any]) -> None:
    for path, value in flat.items():
        _set(shown, dotted(option, path), value)


def _set(shown: View, name: str, value: Any) -> None:
    if value in (None, "", [], {}) or (value is False and name == "deleted"):
        shown.pop(name, None)
    else:
        shown[name] = value


def predicted(plan: Plan, server: Server, policy: Policy) -> dict[str, Any] | None:
    """The service as a real run would leave it, for the result of check mode; None when it would be gone."""
    if plan.action == PURGED:
        return None
    base = Current.nothing(plan.desired, server) if plan.current is None else plan.current
    option = server.config
    deleted, wanted = plan.action == DELETED, plan.desired.values
    if deleted:
        wanted = {item.option: False for item in server.resource.fields if item.lost_by_restore}
    # What is cleared reads as what was never set.
    settings = {item.option for item in server.resource.fields if item.type is FieldType.SETTING}
    wanted = {name: None if name in settings and value == "" else value for name, value in wanted.items()}
    values = {**base.values, **wanted, option: base.config}
    if any(name.startswith(f"{option}.") for name in plan.changed_fields):
        sent = _config_to_send(plan.desired, plan.current, server, policy)
        values[option] = None if sent is None else connection.filled(base.kind, sent)
    return replace(base, deleted=deleted, values=values).result()
