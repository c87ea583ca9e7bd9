# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A setting of a client that is kept, changed by hand, is put back and shown; undo gives it back.

policy=/etc/chromium/policies/managed/caretaker.json

# Chromium is told by its program.
[ -e /usr/bin/chromium ] || install -m 755 /dev/null /usr/bin/chromium

is_kept() {
	jq -e '.BlockThirdPartyCookies == true' "$policy"
}

check 'settings are kept' caretaker enforce chromium
check 'the policy of Chromium is there' is_kept
check 'it belongs to root and all can read it' test "$(stat -c %a:%U "$policy")" = 644:root

drift() {
	jq '.BlockThirdPartyCookies = false' "$policy" >/run/changed && cat /run/changed >"$policy"
}
check 'somebody changes it by hand' drift
check_await 'it is put back' "$(dirname "$policy")" is_kept
check_await 'and shown' /var/lib/caretaker says_status '.restored | map(.client) | index("chromium")'

rm -f "$policy"
check_await 'a removed one is put back too' "$(dirname "$policy")" test -s "$policy"
check 'and holds what it held' is_kept
