# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# Firewalls as Debian packages them: ufw, firewalld, nftables.

# --- firewalls: by connections from another machine, a namespace at the end of a cable
ip netns add peer
ip link add lab0 type veth peer name lab1 netns peer
ip addr add 10.77.0.1/24 dev lab0
ip addr add fd77::1/64 dev lab0 nodad
ip link set lab0 up
ip -n peer addr add 10.77.0.2/24 dev lab1
ip -n peer addr add fd77::2/64 dev lab1 nodad
ip -n peer link set lab1 up
coproc LISTENER {
	exec python3 -c '
import socket, sys
s = socket.create_server(("::", 5999), family=socket.AF_INET6, dualstack_ipv6=True)
print("listening", flush=True)
while True:
    s.accept()[0].close()
'
}
read -r _ <&"${LISTENER[0]}"

arrives() {
	ip netns exec peer timeout 2 bash -c "</dev/tcp/$1/5999" 2>/dev/null
}
packets_right() {
	local four=no six=no
	# Both at once: what is dropped is waited for.
	arrives 10.77.0.1 &
	arrives fd77::1 && six=yes
	wait $! && four=yes
	echo "IPv4 arrives: $four, IPv6: $six" >&2
	if [ "$four$six" = nono ]; then
		echo pass
	else
		echo fail
	fi
}
# wall NAME WANT: the verdict follows by itself
wall() {
	lab_event "firewall-$1" fw.inbound-default-deny "$2" 'packets of a peer' packets_right
}

nft flush ruleset
wall none fail
ufw_do() {
	ufw --force "$@" >/dev/null
}
check 'ufw: on' ufw_do enable
wall ufw pass
check 'ufw: a port of another service' ufw allow 5998/tcp
wall ufw-other-port-open pass
check 'ufw: open unless denied' ufw_do default allow incoming
wall ufw-open-by-default fail
check 'ufw: denied again' ufw_do default reject incoming
wall ufw-reject pass
check 'ufw: off' ufw_do disable
wall ufw-off fail
nft flush ruleset

check 'firewalld: on' systemctl start firewalld.service
wall firewalld pass
check 'firewalld: a zone that trusts' firewall-cmd -q --set-default-zone=trusted
wall firewalld-trusted fail
check 'firewalld: a zone that drops' firewall-cmd -q --set-default-zone=drop
wall firewalld-drop pass
check 'firewalld: off' systemctl stop firewalld.service
wall firewalld-off fail

check 'nftables: as Debian ships it' systemctl start nftables.service
wall nftables-debian fail
nftables_with() {
	cat >/etc/nftables.conf && systemctl restart nftables.service
}
cp /etc/nftables.conf /run/nftables.conf
check 'nftables: a ruleset that denies' nftables_with <<-EOF
	flush ruleset
	table inet filter {
		chain input {
			type filter hook input priority filter; policy drop;
			ct state established,related accept
			iif lo accept
			icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
		}
	}
EOF
wall nftables-deny pass
check 'nftables: denied by a map' nftables_with <<-EOF
	flush ruleset
	table inet filter {
		chain closed {
			drop
		}
		chain input {
			type filter hook input priority filter; policy accept;
			ct state vmap { established : accept, related : accept }
			iif lo accept
			icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
			meta nfproto vmap { ipv4 : jump closed, ipv6 : jump closed }
		}
	}
EOF
wall nftables-map pass
check 'nftables: policy drop, and a rule that takes all' nftables_with <<-EOF
	flush ruleset
	table inet filter {
		chain input {
			type filter hook input priority filter; policy drop;
			meta l4proto { tcp, udp, icmp, icmpv6 } accept
		}
	}
EOF
wall nftables-accepts-all fail
check 'nftables: two chains, one denies' nftables_with <<-EOF
	flush ruleset
	table inet first {
		chain input {
			type filter hook input priority -10; policy accept;
			accept
		}
	}
	table inet second {
		chain input {
			type filter hook input priority 10; policy drop;
			ct state established,related accept
			icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
		}
	}
EOF
wall nftables-second-chain-denies pass
check 'nftables: off' systemctl stop nftables.service
cp /run/nftables.conf /etc/nftables.conf
nft flush ruleset
wall nothing-again fail
kill "$LISTENER_PID"
ip netns del peer
