# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# `caretaker enforce firewall` below the unit of caretaker-firewall, whose limits and rights are real
# here: by ufw, by firewalld, and by a table of our own.

nft flush ruleset
systemctl stop firewalld.service
# As Debian's package leaves it; the image of the lab starts none by itself.
systemctl -q enable ufw.service

# closed HOW: closes it, confirms within the minute that this leaves, and says how long closing took
closed() {
	local began=$EPOCHREALTIME
	check "$1: the firewall is closed" caretaker enforce firewall
	local ended=$EPOCHREALTIME
	check "$1: it is confirmed" caretaker confirm firewall
	awk -v a="$began" -v b="$ended" -v how="$1" \
		'BEGIN { printf "# closed by %s in %.1f s\n", how, b - a }'
	check_await "$1: the verdict follows" /var/lib/caretaker is_verdict fw.inbound-default-deny pass
}
planned() {
	caretaker enforce --dry-run --json |
		jq -e --arg key "$1" '.changes[] | select(.client == "firewall" and .key == $key)'
}
zone_is() {
	[ "$(firewall-cmd --get-default-zone)" = "$1" ]
}
state=/var/lib/caretaker/firewall/state.json

check 'ufw: it is off' grep -q ^ENABLED=no /etc/ufw/ufw.conf
cp /etc/ufw/ufw.conf /run/ufw.conf
cp /etc/default/ufw /run/ufw.default
check 'ufw: what would be done is shown' planned ENABLED
closed ufw
check 'ufw: it is active' sh -c 'ufw status | grep -q "^Status: active"'
check_await 'ufw: it comes back after a start of the machine' /var/lib/caretaker \
	is_verdict fw.persistent pass
check 'ufw: it is undone' caretaker undo firewall
check 'ufw: its file is as it was' cmp /run/ufw.conf /etc/ufw/ufw.conf
check 'ufw: and its defaults' cmp /run/ufw.default /etc/default/ufw
check 'ufw: nothing is noted any more' test ! -e $state
systemctl -q disable ufw.service
nft flush ruleset

mkdir -p /run/away
mv /usr/sbin/ufw /run/away/
check 'firewalld: it runs' systemctl start firewalld.service
check 'firewalld: it trusts everybody' firewall-cmd -q --set-default-zone=trusted
cp /etc/firewalld/firewalld.conf /run/firewalld.conf
check 'firewalld: what would be done is shown' planned DefaultZone
closed firewalld
check 'firewalld: its zone is another' zone_is public
check 'firewalld: it is undone' caretaker undo firewall
check 'firewalld: its zone is as it was' zone_is trusted
check 'firewalld: its file is as it was' cmp /run/firewalld.conf /etc/firewalld/firewalld.conf
# A report that reached the school would confirm it.
check 'firewalld: the school is away' systemctl stop caretaker-server.service
check 'firewalld: nobody confirms' caretaker enforce firewall
check_await 'firewalld: so it is put back by itself' /etc/firewalld zone_is trusted
check 'firewalld: the school is back' systemctl start caretaker-server.service
firewall-cmd -q --set-default-zone=public
systemctl stop firewalld.service
nft flush ruleset

mv /usr/sbin/firewalld /run/away/
closed 'our own table'
check 'our own table: it is there' nft list table inet caretaker
nft delete table inet caretaker
check 'our own table: the start of the machine brings it back' \
	systemctl restart caretaker-firewall-restore.service
check 'our own table: it is there again' nft list table inet caretaker
check 'our own table: it is undone' caretaker undo firewall
check_not 'our own table: nothing of it is left' nft list table inet caretaker
mv /run/away/* /usr/sbin/
nft flush ruleset
