# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What was enforced goes back to what the owner had.

policy=/etc/chromium/policies/managed/caretaker.json

check 'undo succeeds' caretaker undo
check 'the policy of Chromium is as it was: not there' test ! -e "$policy"
check 'the plan shows what would change again' sh -c \
	"caretaker enforce --dry-run --json | jq -e '.changes | map(.client) | index(\"chromium\")'"
check 'and nothing is kept any more' says_status '[.clients[] | select(.client == "chromium") | .kept] | add // 0 | . == 0'
