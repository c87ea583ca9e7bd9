# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# fw.inbound-default-deny follows the ruleset by nftables' own events.

nft flush ruleset
check_await 'no ruleset fails' /var/lib/caretaker is_verdict fw.inbound-default-deny fail

deny() {
	nft -f - <<-EOF
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop;
				ct state established,related accept
				iif lo accept
			}
		}
	EOF
}
check 'a ruleset that denies is loaded' deny
check_await 'the verdict follows by itself' /var/lib/caretaker \
	is_verdict fw.inbound-default-deny pass

check 'it is opened again' nft add rule inet filter input accept
check_await 'the verdict follows again' /var/lib/caretaker \
	is_verdict fw.inbound-default-deny fail
nft flush ruleset
