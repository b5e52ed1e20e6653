#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euxo pipefail

reports="$OUTPUT_DIR/reports"
play() {
    ansible-playbook -e @../../integration_config.yml -e @connection.yml -e "reports=$reports" "$@" | tee "$OUTPUT_DIR/out"
    if grep canary "$OUTPUT_DIR/out"; then
        exit 1
    fi
}
provision() {
    play community.openmetadata.provision "$@"
}
fails() {
    if "$@"; then
        exit 1
    fi
}
recap() {
    grep -E "localhost .* changed=$1 .* failed=0 " "$OUTPUT_DIR/out"
}

# Both roles, for hosts that have definitions of the one, of the other, or of none
provision -i inventory -e openmetadata_hosts=estate --check
grep -E 'bi-1 .* changed=1 .* failed=0 ' "$OUTPUT_DIR/out"
grep -E 'db-1 .* changed=1 .* failed=0 ' "$OUTPUT_DIR/out"
provision -i inventory -e openmetadata_hosts=estate -e openmetadata_kinds=dashboard
grep -E 'bi-1 .* changed=1 .* failed=0 ' "$OUTPUT_DIR/out"

# The role in plays of its own, with what a play can do to it
play -i inventory role.yml
play purge.yml

# Five kinds: check mode, provisioning, and a second time
provision -e @estate.yml --check --diff
recap 1
for kind in dashboard database messaging pipeline mlmodel; do
    grep -E "^[+]{3} after: ${kind}_service .*kinds_(same|models)$" "$OUTPUT_DIR/out"
done
provision -e @estate.yml -e openmetadata_kinds=database,pipeline
recap 1
provision -e @estate.yml
recap 1
provision -e @estate.yml
recap 0

# Drift of two kinds, and what is missing or unmanaged
play plant.yml
fails ansible-playbook -e @../../integration_config.yml -e @connection.yml community.openmetadata.audit -e @estate.yml \
    -e "audit_output_dir=$reports" > "$OUTPUT_DIR/out"
grep -F '2 drifted, 1 missing (audit_fail_on: drift, missing)' "$OUTPUT_DIR/out"
fails grep -r canary "$reports" "$OUTPUT_DIR/out"
play verify.yml
play community.openmetadata.audit -e @estate.yml -e "audit_output_dir=$reports" -e openmetadata_kinds=dashboard,mlmodel
provision -e @estate.yml
recap 1

# What is exported changes nothing where it comes from, and makes the same where that is gone
export_to() {
    play community.openmetadata.export -e "export_output_dir=$1" -e '{"export_name_pattern": "{{ prefix }}kinds_*"}' "${@:2}"
}
kinds=dashboard,database,messaging,pipeline,mlmodel
export_to "$OUTPUT_DIR/first" -e "openmetadata_kinds=$kinds"
[ "$(find "$OUTPUT_DIR/first" -type f | wc -l)" = 4 ]
fails grep -rE 'canary|\(secret\)' "$OUTPUT_DIR/first"
export_to "$OUTPUT_DIR/first" -e "openmetadata_kinds=$kinds"
recap 0
cat "$OUTPUT_DIR"/first/*_vault.example.yml | sed -nE 's/^(vault_\w+): .*/\1: canary-kinds/p' > "$OUTPUT_DIR/secrets.yml"
grep -E '^vault_database_\w+_auth_type_password' "$OUTPUT_DIR/secrets.yml"
exported=(-e "@$OUTPUT_DIR/first/dashboard_services.yml" -e "@$OUTPUT_DIR/first/openmetadata_services.yml" -e "@$OUTPUT_DIR/secrets.yml")
provision "${exported[@]}" --check
recap 0
play purge.yml
provision "${exported[@]}"
recap 2
export_to "$OUTPUT_DIR/second" -e "openmetadata_kinds=$kinds"
diff -r "$OUTPUT_DIR/first" "$OUTPUT_DIR/second"

# Without kinds it is dashboards
export_to "$OUTPUT_DIR/third"
[ "$(find "$OUTPUT_DIR/third" -type f | wc -l)" = 2 ]

play purge.yml
