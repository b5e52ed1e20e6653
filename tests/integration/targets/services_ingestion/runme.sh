#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euxo pipefail

reports="$OUTPUT_DIR/reports"
play() {
    ansible-playbook -e @../../integration_config.yml -e @connection.yml -e "reports=$reports" "$@" 2>&1 | tee "$OUTPUT_DIR/out"
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
run=(-e '{"dashboard_services_run_changed": true, "dashboard_services_run_interval": 0.5}')

# Where not even the services are there yet
provision -e @estate.yml --check --diff -vvv
recap 4
grep -E '^[+]{3} after: ingestion_pipeline .*ing_bi_nightly$' "$OUTPUT_DIR/out"
grep -F 'a pipeline needs it' "$OUTPUT_DIR/out"
fails grep -F 'ing_absent_metadata' <(grep -F 'ingestion_pipeline ' "$OUTPUT_DIR/out")

# Services, their pipelines, and a run of those that changed and are on
provision -e @estate.yml "${run[@]}" -vvv
recap 5
[ "$(grep -cE '^changed: .*[(]item=.*ing_bi_nightly[)]' "$OUTPUT_DIR/out")" = 1 ]
play look.yml
provision -e @estate.yml "${run[@]}"
recap 0

# Connections are tested before pipelines are deployed; what can't be tested is passed over.
tested=(-e '{"dashboard_services_test_connections": "all", "openmetadata_services_test_connections": "changed"}')
play tests.yml
fails ansible-playbook -e @../../integration_config.yml -e @connection.yml community.openmetadata.provision -e @estate.yml \
    "${tested[@]}" > "$OUTPUT_DIR/out"
grep -F 'the test of the connection failed: CheckAccess' "$OUTPUT_DIR/out"
fails grep canary "$OUTPUT_DIR/out"
provision -e @estate.yml "${tested[@]}" -v
recap 0
[ "$(grep -cE '^ok: .*[(]item=.*ing_bi[)]' "$OUTPUT_DIR/out")" = 1 ]

# Drift, and what is missing or unmanaged
play plant.yml
fails ansible-playbook -e @../../integration_config.yml -e @connection.yml community.openmetadata.audit -e @estate.yml \
    -e "audit_output_dir=$reports" > "$OUTPUT_DIR/out"
grep -F '2 ingestion pipelines drifted (audit_fail_on: drift, missing)' "$OUTPUT_DIR/out"
fails grep -r canary "$reports" "$OUTPUT_DIR/out"
play verify.yml
play community.openmetadata.audit -e @estate.yml -e "audit_output_dir=$reports" -e audit_ingestion=false
provision -e @estate.yml
recap 2
play look.yml

# What is exported changes nothing where it comes from, and makes the same where that is gone
export_to() {
    play community.openmetadata.export -e "export_output_dir=$1" -e '{"export_name_pattern": "{{ prefix }}ing_*"}' \
        -e openmetadata_kinds=dashboard,database,messaging "${@:2}"
}
export_to "$OUTPUT_DIR/first"
fails grep -rE 'canary|\(secret\)' "$OUTPUT_DIR/first"
grep -F 'deploy: false' "$OUTPUT_DIR/first/dashboard_services.yml"
grep -F 'enabled: false' "$OUTPUT_DIR/first/dashboard_services.yml"
cat "$OUTPUT_DIR"/first/*_vault.example.yml > "$OUTPUT_DIR/vault"
sed -nE 's/^(vault_dash\w+): .*/\1: canary-ing-bi/p; s/^(vault_\w*ing_bi_password): .*/\1: canary-ing-bi/p;
    s/^(vault_\w*dbt_\w*token): .*/\1: canary-ing-dbt/p; s/^(vault_database_\w*auth_type_password): .*/\1: canary-ing-db/p' \
    "$OUTPUT_DIR/vault" > "$OUTPUT_DIR/secrets.yml"
[ "$(wc -l < "$OUTPUT_DIR/secrets.yml")" = 3 ]
exported=(-e "@$OUTPUT_DIR/first/dashboard_services.yml" -e "@$OUTPUT_DIR/first/openmetadata_services.yml" -e "@$OUTPUT_DIR/secrets.yml")
provision "${exported[@]}" --check
recap 0
provision "${exported[@]}"
recap 0
play purge.yml
provision "${exported[@]}"
recap 4
export_to "$OUTPUT_DIR/second"
diff -r "$OUTPUT_DIR/first" "$OUTPUT_DIR/second"
export_to "$OUTPUT_DIR/third" -e export_ingestion=false
fails grep -r ingestion_pipelines "$OUTPUT_DIR/third"

# What the roles refuse, and pruning
play refusals.yml
grep -F 'ing_bi must be a list of pipelines' "$OUTPUT_DIR/out"
grep -F 'p has service. Leave that out' "$OUTPUT_DIR/out"
play purge.yml
