#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euxo pipefail

config=../../integration_config.yml
estate() {
    "$ANSIBLE_TEST_PYTHON_INTERPRETER" estate.py "$@"
}
play() {
    ansible-playbook -e "@$config" -e @connection.yml "$@"
}
export_to() {
    play community.openmetadata.export -e "export_output_dir=$1" -e '{"export_name_pattern": "{{ prefix }}*"}' "${@:2}"
}
# What an export says, with the secrets that its second file lists
provision() {
    play community.openmetadata.provision -e "@$OUTPUT_DIR/$1/dashboard_services.yml" -e "@$OUTPUT_DIR/secrets.json" "${@:2}"
}

unchanged() {
    "$@" | tee "$OUTPUT_DIR/out"
    grep -E 'localhost .* changed=0 .* failed=0 ' "$OUTPUT_DIR/out"
}

estate services "$config" > "$OUTPUT_DIR/estate.json"
play community.openmetadata.provision -e "estate=$OUTPUT_DIR/estate.json" -e @estate.yml

# No secret is written, and the second export is like the first
export_to "$OUTPUT_DIR/first"
if grep -rE 'canary|\(secret\)' "$OUTPUT_DIR/first"; then
    exit 1
fi
unchanged export_to "$OUTPUT_DIR/first"

# Without the secrets it says which are missing
if provision_output="$(play community.openmetadata.provision --check -e "@$OUTPUT_DIR/first/dashboard_services.yml" \
    -e "@$OUTPUT_DIR/first/dashboard_services_vault.example.yml")"; then
    exit 1
fi
echo "$provision_output" | grep -F 'fill in connection.'

# With them it changes nothing, whoever looks, nor when it is applied
estate secrets "$config" "$OUTPUT_DIR/first/dashboard_services_vault.example.yml" > "$OUTPUT_DIR/secrets.json"
unchanged provision first --check -e '{"dashboard_services_token": "{{ openmetadata_bot_token }}"}'
unchanged provision first --check -e '{"dashboard_services_token": "{{ openmetadata_admin_token }}"}'
unchanged provision first

# Where they are gone it makes the same services anew
play purge.yml
provision first | grep -E 'localhost .* changed=1 .* failed=0 '
export_to "$OUTPUT_DIR/second"
diff -r "$OUTPUT_DIR/first" "$OUTPUT_DIR/second"

# Parts of it, in a variable of their own
export_to "$OUTPUT_DIR/part" \
    -e '{"export_name_pattern": "{{ prefix }}least *", "export_service_types": ["Superset", "Metabase"]}' \
    -e export_variable=dashboard_services_definitions__part
[ "$(sed -nE 's/^(dash|  - name: ).*(__|least )/\1\2/p' "$OUTPUT_DIR/part/dashboard_services.yml")" = 'dash__part:
  - name: least Metabase
  - name: least Superset' ]
export_to "$OUTPUT_DIR/part" -e export_domain=RecDomain
[ "$(grep -cE -- '- name:' "$OUTPUT_DIR/part/dashboard_services.yml")" = 1 ]

play purge.yml
