#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euxo pipefail

reports="$OUTPUT_DIR/reports"
play() {
    ansible-playbook -e @../../integration_config.yml -e @connection.yml -e "reports=$reports" "$@"
}
audit() {
    play community.openmetadata.audit -e @estate.yml -e "audit_output_dir=$reports" "$@"
}
fails() {
    if "$@"; then
        exit 1
    fi
}

# Nothing is there yet: check mode or not, nothing is made, and missing services fail it
fails audit
play verify.yml -e stage=empty

# All is as defined
play community.openmetadata.provision -e @estate.yml
audit -e audit_fail_on=missing,drift,unmanaged | grep -E 'localhost .* changed=0 .* failed=0 '
play verify.yml -e stage=clean

# The folder is below the one that ansible-playbook runs in; only what is asked for is written
(cd "$OUTPUT_DIR" && ansible-playbook -e "@$OLDPWD/../../integration_config.yml" -e "@$OLDPWD/connection.yml" \
    -e "@$OLDPWD/estate.yml" -e audit_output_dir=below -e '{"audit_formats": ["junit"]}' community.openmetadata.audit)
[ "$(ls "$OUTPUT_DIR/below")" = audit.xml ]

# Drift is planted, and found
play plant.yml
bad='{"dashboard_services_definitions__bad": [{"name": "{{ prefix }}audit_bad", "service_type": "Metabase", "connection": {"hostPrt": 1}}]}'
fails audit -e "$bad" > "$OUTPUT_DIR/out"
grep -E '1 not compared, [4-5] drifted, 2 missing \(audit_fail_on: drift, missing\)' "$OUTPUT_DIR/out"
play verify.yml -e stage=drifted
fails grep -r canary "$reports" "$OUTPUT_DIR/out"

# What fails it can be chosen
audit -e audit_fail_on=never
fails audit -e audit_fail_on=unmanaged > "$OUTPUT_DIR/out"
grep -E ': "?1 unmanaged \(audit_fail_on: unmanaged\)' "$OUTPUT_DIR/out"

# Without a server there is no report
rm -r "$reports"
fails audit -e dashboard_services_url=http://127.0.0.1:9 -e dashboard_services_retries=0 -e audit_fail_on=never
[ ! -e "$reports" ]

play plant.yml -e purge=true
