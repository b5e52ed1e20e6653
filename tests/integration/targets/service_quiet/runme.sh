#!/usr/bin/env bash
# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail

# Whatever Ansible can be made to print holds no secret, and all that was done. Since 2.21 it prints options on request.
export ANSIBLE_INJECT_INVOCATION=true
ansible-playbook -vvvv --diff -e @../../integration_config.yml play.yml > "$OUTPUT_DIR/out" 2>&1 || {
    cat "$OUTPUT_DIR/out"
    exit 1
}
grep -F '"module_args"' "$OUTPUT_DIR/out" > /dev/null
grep -F 'after: messaging_service rec_' "$OUTPUT_DIR/out"
grep -F '(secret)' "$OUTPUT_DIR/out" > /dev/null
if grep -F 'canary' "$OUTPUT_DIR/out"; then
    exit 1
fi
