# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: ingestion_definitions
short_description: Tell services from the ingestion pipelines that are defined below them
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Takes definitions as the roles P(community.openmetadata.dashboard_services#role) and
    P(community.openmetadata.services#role) have them, in which each service may have C(ingestion_pipelines), and makes
    of them what M(community.openmetadata.service_bulk) and M(community.openmetadata.ingestion_pipeline_bulk) take.
  - A service that should be absent takes no pipelines; what it has of them is passed over.
options:
  _input:
    description: The definitions.
    type: list
    elements: dict
    required: true
  defaults:
    description: What the services have in common; its C(kind) and C(state) count here.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Manage the pipelines of the services that are defined
  community.openmetadata.ingestion_pipeline_bulk:
    ingestion_pipelines: "{{ defined.ingestion_pipelines }}"
    scope:
      services: "{{ defined.managed }}"
  vars:
    defined: >-
      {{ dashboard_services_definitions
         | community.openmetadata.ingestion_definitions(defaults={'kind': 'dashboard'}) }}
"""

RETURN = r"""
_value:
  description: The services and their pipelines.
  type: dict
  contains:
    services:
      description: The definitions without C(ingestion_pipelines).
      type: list
      elements: dict
    ingestion_pipelines:
      description: The pipelines of all services that should be there, each with its C(service) and C(service_kind).
      type: list
      elements: dict
    managed:
      description: These services, each by C(kind) and C(name).
      type: list
      elements: dict
      sample: [{kind: dashboard, name: sales_superset}]
"""

from collections.abc import Iterable, Mapping
from typing import Any, Callable

from ansible.errors import AnsibleFilterError

_PIPELINES = "ingestion_pipelines"
_OF_THE_SERVICE = ("service", "service_kind")


def ingestion_definitions(
    definitions: Iterable[Any], defaults: Mapping[str, Any] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Services and pipelines apart. Raises `AnsibleFilterError` for what no list of pipelines can be.

    What is no definition of a service at all stays as it is: the module for services says what is wrong with it.
    """
    common = dict(defaults or {})
    services: list[Any] = []
    pipelines: list[dict[str, Any]] = []
    managed: list[dict[str, Any]] = []
    for each in definitions:
        if not isinstance(each, Mapping):
            services.append(each)
            continue
        services.append({key: value for key, value in each.items() if key != _PIPELINES})
        told = _pipelines(each)
        kind, state = (_given(each, common, name) for name in ("kind", "state"))
        if kind and "name" in each and state != "absent":
            managed.append({"kind": kind, "name": each["name"]})
            pipelines += [{**pipeline, "service": each["name"], "service_kind": kind} for pipeline in told]
    return {"services": services, _PIPELINES: pipelines, "managed": managed}


def _given(service: Mapping[str, Any], common: Mapping[str, Any], name: str) -> Any:
    return common.get(name) if service.get(name) is None else service[name]


def _pipelines(service: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pipelines that a definition has. Raises `AnsibleFilterError` for anything else."""
    told = service.get(_PIPELINES)
    if told is None:
        return []
    of = f"{_PIPELINES} of {service.get('name')}"
    if not isinstance(told, (list, tuple)) or not all(isinstance(each, Mapping) for each in told):
        raise AnsibleFilterError(f"{of} must be a list of pipelines.")
    for each in told:
        named = [name for name in _OF_THE_SERVICE if name in each]
        if named:
            raise AnsibleFilterError(
                f"{of}: {each.get('name')} has {' and '.join(named)}. Leave that out: it is that of the definition."
            )
    return list(told)


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"ingestion_definitions": ingestion_definitions}
