#!/usr/bin/python
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ingestion_run
short_description: Run an ingestion pipeline and wait for its end
version_added: 0.2.0
author:
  - Contributors to the community.openmetadata collection (@ansible-collections)
description:
  - Starts a run of a deployed pipeline, waits for its end, and fails with the last lines of its log if it failed.
  - An orchestrator knows a pipeline only some seconds after it was deployed; the start is repeated until it does.
  - Runs that others started, or that an earlier pipeline of the same name left, are never taken for this one.
extends_documentation_fragment:
  - community.openmetadata.attributes
  - community.openmetadata.openmetadata
  - community.openmetadata.ingestion.named
options:
  wait:
    description: Whether to wait for the end of the run.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds.
    type: float
    default: 1800
  interval:
    description: How many seconds to wait between two looks.
    type: float
    default: 5
  wait_deployed:
    description: For how many seconds to repeat the start while the orchestrator doesn't know the pipeline yet.
    type: int
    default: 60
  fail_on:
    description:
      - V(failed) fails for a failed run, V(partial) also for one that did a part of its work only (partialSuccess).
      - V(never) succeeds however the run ended; RV(status) tells it.
    type: str
    choices: [failed, partial, never]
    default: failed
  unless_running:
    description: If a run is under way or waits already, start none, and wait for that one.
    type: bool
    default: false
  on_timeout:
    description: Whether to leave a run alone that takes longer than O(wait_timeout), or to kill it. The task fails.
    type: str
    choices: [leave, kill]
    default: leave
seealso:
  - module: community.openmetadata.ingestion_pipeline
"""

EXAMPLES = r"""
- name: Read the dashboards now, and wait until they are there
  community.openmetadata.ingestion_run:
    url: "{{ openmetadata_url }}"
    token: "{{ openmetadata_token }}"
    service: sales_superset
    name: sales_superset_metadata
    wait_timeout: 900
"""

RETURN = r"""
status:
  description: How the run ended (C(success), C(partialSuccess), C(failed)); null if the task did not wait.
  type: str
  returned: success, and when the run failed
  sample: success
run_id:
  description: The run's id; null if the task did not wait.
  type: str
  returned: success, and when the run failed
  sample: 5d8a6b1c-0c34-4c8e-9f6c-2b1f0d7a4e11
run:
  description: The run, with the instants at which it started and ended.
  type: dict
  returned: success, and when the run failed
  sample:
    run_id: 5d8a6b1c-0c34-4c8e-9f6c-2b1f0d7a4e11
    status: success
    started: "2026-01-31T02:30:05Z"
    ended: "2026-01-31T02:30:21Z"
    reported: "2026-01-31T02:30:05Z"
duration:
  description: How many seconds it took.
  type: float
  returned: if the task waited
  sample: 16.2
log:
  description: The last lines of the log, with secrets hidden.
  type: list
  elements: str
  returned: when the run failed
failure:
  description: What went wrong, as RV(community.openmetadata.ingestion_pipeline#module:failure).
  type: dict
  returned: failure
"""

from ansible_collections.community.openmetadata.plugins.module_utils import ingestion_runs, runner

SPEC = ingestion_runs.run_spec()
work = ingestion_runs.run


def main() -> None:
    """Run the module."""
    runner.run(SPEC, work)


if __name__ == "__main__":
    main()
