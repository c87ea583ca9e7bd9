# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What was enforced goes back to what the owner had.

policy=/etc/chromium/policies/managed/caretaker.json

check 'undo succeeds' caretaker undo
check 'the policy of Chromium is as it was: not there' test ! -e "$policy"
check 'and stays away' says_status '[.clients[] | select(.client == "chromium") | .kept] | add // 0 | . == 0'
