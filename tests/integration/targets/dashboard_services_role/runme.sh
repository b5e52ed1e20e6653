#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euxo pipefail

provision() {
    ansible-playbook -i inventory -e @../../integration_config.yml -e @connection.yml "$@"
}

# The role in plays of its own, with what a play can do to it
provision role.yml

# The playbook, as it is called once the collection is installed
one='{"dashboard_services_definitions": [{"name": "{{ prefix }}role_playbook", "service_type": "CustomDashboard"}]}'
provision community.openmetadata.provision -e "$one" --check --diff | tee "$OUTPUT_DIR/out"
grep -E '^[+]{3} after: dashboard_service rec_.*role_playbook$' "$OUTPUT_DIR/out"
grep -E 'localhost .* changed=1 .* failed=0 ' "$OUTPUT_DIR/out"
provision community.openmetadata.provision -e "$one" | grep -E 'localhost .* changed=1 .* failed=0 '
provision community.openmetadata.provision -e "$one" | grep -E 'localhost .* changed=0 .* failed=0 '
provision community.openmetadata.provision -e "$one" --tags openmetadata | grep -E 'localhost .* ok=[1-9].* failed=0 '
provision community.openmetadata.provision -e openmetadata_hosts=bi | grep -E 'mb-1 .* changed=1 .* failed=0 '

# Services that hold no connection, or hardly one, and the API's own form of one
hardly='{"dashboard_services_definitions": [
    {"name": "{{ prefix }}role_without", "service_type": "Superset", "description": "Its credentials are elsewhere."},
    {"name": "{{ prefix }}role_typed", "service_type": "Metabase", "connection": {"type": "Metabase"}},
    {"name": "{{ prefix }}role_addressed", "service_type": "Superset", "connection": {"hostPort": "http://superset:8088"}},
    {"name": "{{ prefix }}role_custom", "service_type": "CustomDashboard", "connection": {"type": "CustomDashboard"}},
    {"name": "{{ prefix }}role_no_user", "service_type": "Tableau", "connection": {"hostPort": "https://t"}}]}'
provision community.openmetadata.provision -e "$hardly" --check | grep -E 'localhost .* changed=1 .* failed=0 '
provision community.openmetadata.provision -e "$hardly" 2>&1 | tee "$OUTPUT_DIR/out"
grep -E 'localhost .* changed=1 .* failed=0 ' "$OUTPUT_DIR/out"
grep -F 'ingestion from Metabase' "$OUTPUT_DIR/out"
for check in --check --diff; do
    provision community.openmetadata.provision -e "$hardly" "$check" | grep -E 'localhost .* changed=0 .* failed=0 '
done
form="${hardly//\{\"type\": \"Metabase\"\}/{\"config\": {\"type\": \"Metabase\"\}\}}"
if provision community.openmetadata.provision -e "$form" > "$OUTPUT_DIR/out"; then
    exit 1
fi
grep -F 'connection.config: leave it out' "$OUTPUT_DIR/out"
provision community.openmetadata.provision -e "$hardly" \
    -e '{"dashboard_services_defaults": {"state": "absent", "hard_delete": true}}' | grep -E 'localhost .* changed=1 .* failed=0 '

# What isn't in sight must not be pruned
if provision community.openmetadata.provision -e openmetadata_hosts=bi -e dashboard_services_prune=true --limit mb-1 \
    > "$OUTPUT_DIR/out"; then
    exit 1
fi
grep -F "the definitions of some hosts can't be seen" "$OUTPUT_DIR/out"
if provision community.openmetadata.provision > "$OUTPUT_DIR/out"; then
    exit 1
fi
grep -F 'None of the hosts localhost has a variable dashboard_services_definitions' "$OUTPUT_DIR/out"
