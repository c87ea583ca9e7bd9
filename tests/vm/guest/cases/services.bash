# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# Real packages of Debian: firewalls, log-ins without a password, updates.

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

# --- log-ins without a password: by what LightDM makes of its files
check 'LightDM is the one' systemctl -q enable lightdm.service
lightdm_right() {
	if lightdm --show-config 2>&1 | grep -qE '^\[[A-Z]+\] +autologin-user=.+|autologin-user=[^ ]+'; then
		echo fail
	else
		echo pass
	fi
}
light=/etc/lightdm/lightdm.conf.d
mkdir -p "$light" /usr/share/lightdm/lightdm.conf.d
# seat NAME WANT
seat() {
	lab "autologin-$1" auth.no-autologin "$2" 'lightdm --show-config' lightdm_right
}
seat lightdm-debian pass
printf '[Seat:*]\nautologin-user=pupil\n' >"$light/10.conf"
seat lightdm fail
printf '[Seat:*]\nautologin-user=\n' >"$light/20.conf"
seat lightdm-taken-back pass
rm "$light"/*.conf
printf '[Seat:*]\nautologin-user=pupil\n' >/usr/share/lightdm/lightdm.conf.d/lab.conf
seat lightdm-of-the-vendor fail
printf '[Seat:*]\nautologin-user=\n' >"$light/10.conf"
seat lightdm-vendor-taken-back pass
rm "$light/10.conf" /usr/share/lightdm/lightdm.conf.d/lab.conf
printf '#[Seat:*]\n#autologin-user=pupil\n' >"$light/10.conf"
seat lightdm-comment pass
printf '[Seat:*]\nautologin-user=pupil\n' >"$light/10.txt"
seat lightdm-no-conf pass
rm "$light"/10.*
systemctl -q disable lightdm.service
rm -f /etc/systemd/system/display-manager.service

# --- updates that come by themselves: by apt's and systemd's own answers
apt_value() {
	apt-config dump --no-empty --format '%v%n' "$1"
}
updates_right() {
	if [ "$(systemctl is-enabled apt-daily-upgrade.timer)" = enabled ] &&
		[ "$(systemctl is-enabled apt-daily.timer)" = enabled ] &&
		[ "$(apt_value APT::Periodic::Update-Package-Lists)" = 1 ] &&
		[ "$(apt_value APT::Periodic::Unattended-Upgrade)" = 1 ] &&
		apt-config dump Unattended-Upgrade::Origins-Pattern | grep -q 'label=Debian-Security'; then
		echo pass
	else
		echo fail
	fi
}
# updates NAME WANT
updates() {
	lab "updates-$1" patch.auto-updates "$2" 'apt-config and systemctl' updates_right
}
periodic=/etc/apt/apt.conf.d/20auto-upgrades
rm -f "$periodic"
mkdir -p /etc/systemd/system/timers.target.wants
for timer in apt-daily apt-daily-upgrade; do
	ln -sf "/lib/systemd/system/$timer.timer" /etc/systemd/system/timers.target.wants/
done
systemctl daemon-reload
updates not-set fail
printf 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n' \
	>"$periodic"
updates on pass
printf 'APT::Periodic::Unattended-Upgrade "0";\n' >/etc/apt/apt.conf.d/90lab
updates later-file-off fail
mv /etc/apt/apt.conf.d/90lab /etc/apt/apt.conf.d/90lab.bak
updates backup-is-not-read pass
printf 'APT { Periodic { Unattended-Upgrade "0"; }; };\n' >/etc/apt/apt.conf.d/90lab
updates off-in-braces fail
printf '#clear Unattended-Upgrade::Origins-Pattern;\n' >/etc/apt/apt.conf.d/90lab
updates origins-cleared fail
rm /etc/apt/apt.conf.d/90lab*
rm /etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer
systemctl daemon-reload
updates timer-off fail
ln -s /dev/null /etc/systemd/system/apt-daily-upgrade.timer
systemctl daemon-reload
updates timer-masked fail
rm /etc/systemd/system/apt-daily-upgrade.timer
systemctl daemon-reload
updates timer-off-again fail
