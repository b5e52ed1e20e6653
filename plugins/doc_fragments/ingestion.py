# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import textwrap

_KINDS = """\
choices: [dashboard, database, messaging, pipeline, mlmodel, storage, search, metadata, api, security, drive, llm, mcp,
    test_suite]"""

_FIELDS = """\
pipeline_type:
  description:
    - What the pipeline does, such as V(metadata), V(usage), V(lineage), V(profiler), V(autoClassification), V(dbt),
      V(TestSuite), as far as the server's release has them.
    - A new pipeline that tells none gets V(metadata), one of a test suite V(TestSuite). It can't be changed
      later.
  type: str
display_name:
  description: The name to show to people. V("") removes it.
  type: str
description:
  description: Description in Markdown. V("") removes it.
  type: str
source_config:
  description:
    - What to ingest and how, with the names of the API's C(sourceConfig.config), such as
      C(dashboardFilterPattern) or C(includeTags). C(type) is filled in.
    - It stands for the whole config. What it leaves out has its default.
    - It is checked and compared by the schema that the server's release has for this type of pipeline, with
      defaults filled in on both sides.
    - Secrets in it, such as those of a dbt pipeline, are hidden in results, diffs and logs.
  type: dict
schedule:
  description:
    - When to run, as a cron expression of five fields, such as V(30 2 * * *), or a preset such as V(@daily).
      V("") is for runs by hand only.
  type: str
start_date:
  description:
    - The first day or instant of the schedule, such as V(2026-01-31) or V(2026-01-31T06:00:00Z); without a
      zone it is meant in UTC. V("") removes it.
  type: str
end_date:
  description: The end of the schedule, written as C(start_date), and after it. V("") removes it.
  type: str
timezone:
  description: The time zone of the schedule, such as V(Europe/Berlin).
  type: str
pipeline_retries:
  description: How often the orchestrator repeats a failed run.
  type: int
retry_delay:
  description: Seconds between two of these tries.
  type: int
concurrency:
  description: How many tasks of the pipeline may run at once.
  type: int
max_active_runs:
  description: How many runs of the pipeline may be under way at once.
  type: int
pipeline_timeout:
  description: After how many seconds a run is ended.
  type: int
catchup:
  description: Whether to make up for the intervals of the schedule since C(start_date).
  type: bool
pause_pipeline:
  description: Whether the orchestrator has the pipeline paused when it gets to know it. To pause one, use C(enabled).
  type: bool
email:
  description: Where the orchestrator reports failures to. V("") removes it.
  type: str
default_view:
  description: How the orchestrator's web page shows the pipeline.
  type: str
default_view_orientation:
  description: In which direction it does.
  type: str
log_level:
  description: How much runs log.
  type: str
  choices: [DEBUG, INFO, WARN, ERROR]
raise_on_error:
  description: Whether a run with errors counts as failed. Needs OpenMetadata 1.7.
  type: bool
streamable_logs:
  description: Whether logs are streamed to OpenMetadata. Needs OpenMetadata 1.10.
  type: bool
enabled:
  description:
    - Whether the schedule is on. V(false) pauses the pipeline in the orchestrator; what is left out stays as
      it is, also when the pipeline is deployed anew.
  type: bool
owners:
  description:
    - Names or e-mail addresses of users and teams, or mappings of C(name) and C(type). V([]) removes them.
      OpenMetadata before 1.5 can hold one.
  type: list
  elements: raw
domains:
  description:
    - Fully qualified names of the domains. V([]) removes them. Needs OpenMetadata 1.5; before 1.9 it can hold
      one.
  type: list
  elements: str
deploy:
  description:
    - Whether to give the pipeline to the orchestrator when that is needed, which is when it is new, when something
      changed that the orchestrator has to know, when it is not deployed, and after it was restored.
    - With V(false) the pipeline is only stored, for example to run it by OpenMetadata's client somewhere
      else.
  type: bool
  default: true
wait_deployed:
  description: For how many seconds to wait until the orchestrator knows what was deployed, before it is paused there.
  type: int
  default: 60
"""

_NAMED = """\
name:
  description:
    - The pipeline's name, unique among those of its service and case-sensitive. It can't be changed.
    - An orchestrator knows a pipeline by this name alone, so that no two services should have pipelines of one name.
    - Letters, digits, C(_) and C(-) are best. Anything else is replaced in the orchestrator, and OpenMetadata doesn't
      find the pipeline there when it removes it.
  type: str
  required: true
service:
  description: The name of the service that the pipeline belongs to; of a test suite the fully qualified name.
  type: str
  required: true
service_kind:
  description: What kind of service that is.
  type: str
  default: dashboard
  {kinds}
"""

_STATE = """\
state:
  description:
    - V(present) creates, updates or restores the pipeline.
    - V(absent) deletes it softly, which also takes it out of the orchestrator.
  type: str
  choices: [present, absent]
  default: present
hard_delete:
  description: With O(state=absent), remove the pipeline for good. The record of its runs stays on the server.
  type: bool
  default: false
"""

_ITEM_NAMED = """\
name:
  description: The pipeline's name. Each may be listed once for each service.
  type: str
  required: true
service:
  description: The service that it belongs to. Here or in O(defaults).
  type: str
service_kind:
  description: What kind of service that is; V(dashboard) unless O(defaults) says otherwise.
  type: str
  {kinds}
state:
  description: Whether the pipeline should be there; V(present) unless O(defaults) says otherwise.
  type: str
  choices: [present, absent]
hard_delete:
  description: With V(absent), remove the pipeline for good.
  type: bool
"""

_DEFAULTS_NAMED = """\
service:
  description: See O(ingestion_pipelines[].service).
  type: str
service_kind:
  description: See O(ingestion_pipelines[].service_kind).
  type: str
  {kinds}
state:
  description: See O(ingestion_pipelines[].state).
  type: str
  choices: [present, absent]
hard_delete:
  description: See O(ingestion_pipelines[].hard_delete). It counts for pruned pipelines, too.
  type: bool
"""

_MANY = """\
options:
  ingestion_pipelines:
    description: The pipelines. Each may have the options of M(community.openmetadata.ingestion_pipeline).
    type: list
    elements: dict
    required: true
    suboptions:
{item}
  defaults:
    description: Options for every pipeline that doesn't have them itself. Mappings are merged key by key.
    type: dict
    default: {{}}
    suboptions:
{defaults}
  prune:
    description: Delete pipelines in O(scope) that aren't listed, softly unless O(defaults.hard_delete=true).
    type: bool
    default: false
  scope:
    description:
      - Which pipelines this task is responsible for. Without it, those of the services that it lists any pipeline of.
      - With it, RV(unmanaged) names the pipelines in scope that aren't listed, also without O(prune).
      - Pipelines that OpenMetadata made for itself are never in scope.
    type: dict
    suboptions:
      services:
        description: Pipelines of these services.
        type: list
        elements: dict
        suboptions:
          name:
            description: The service's name; of a test suite the fully qualified one.
            type: str
            required: true
          kind:
            description: What kind of service it is.
            type: str
            default: dashboard
{kinds}
      pipeline_types:
        description: Pipelines of these types.
        type: list
        elements: str
        default: []
      name_pattern:
        description: Pipelines whose name fits this shell pattern, for example V(nightly_*).
        type: str
  prune_limit:
    description: If more pipelines than this would be pruned, nothing is changed, and the task fails and names them.
    type: int
    default: 5
  on_error:
    description:
      - V(fail) changes nothing if one of the pipelines can't be planned, and stops at the first error after that.
      - V(continue) does all that can be done, then fails with each error.
    type: str
    choices: [fail, continue]
    default: fail
  concurrency:
    description: How many requests may be under way at once.
    type: int
    default: 8
"""


# The same in a list, where defaults may come from elsewhere.
_ITEM = re.sub("(?m)^  default: .*\n", "", _FIELDS)
# The same once more in what many have in common: each option's description is one line or indented below it.
_DEFAULTS = re.sub(
    "(?m)^(\\w+):\n  description:.*\n(?:    .*\n)*",
    r"\1:\n  description: See O(ingestion_pipelines[].\1).\n",
    _ITEM,
)


def _below(text: str, depth: int) -> str:
    return textwrap.indent(text.format(kinds=_KINDS), " " * depth).rstrip()


class ModuleDocFragment:
    """The options of modules for ingestion pipelines: for one, for many, and what names one."""

    POLICY = r"""
options:
  update_secrets:
    description:
      - V(always) sets secrets in C(source_config) to those of the task. Who isn't a bot can't read what is stored. The
        secrets are then sent with each run, and the server compares them.
      - V(on_create) sets secrets when the pipeline is created, and leaves stored ones alone.
    type: str
    choices: [always, on_create]
    default: always
  validate_source_config:
    description:
      - V(strict) refuses a C(source_config) that the server's release doesn't know so, before anything is written.
      - V(warn) warns of it and sends it, V(off) does not look at it.
    type: str
    choices: [strict, warn, 'off']
    default: strict
"""

    NAMED: str
    ONE: str
    MANY: str


# Made of parts, which ansible-test wants outside of the class.
ModuleDocFragment.NAMED = "options:\n" + _below(_NAMED, 2) + "\n"

ModuleDocFragment.ONE = "options:\n" + _below(_NAMED + _STATE + _FIELDS, 2) + "\n"

ModuleDocFragment.MANY = _MANY.format(
    item=_below(_ITEM_NAMED + _ITEM, 6),
    defaults=_below(_DEFAULTS_NAMED + _DEFAULTS, 6),
    kinds=textwrap.indent(_KINDS, " " * 12),
)
