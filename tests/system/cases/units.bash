# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Under systemd: each process has the rights that its unit says, and the network where it should.

units=/usr/local/lib/systemd/system

# pid_of UNIT
pid_of() {
	systemctl show -p MainPID --value "$1"
}

for unit in caretakerd.service caretaker-server.service caretakerd-control.socket \
	caretakerd-home.socket caretaker-firewall.socket caretaker-hand.socket caretaker-legacy.socket caretaker-courier.path; do
	check "$unit is active" systemctl is-active "$unit"
done
check 'no unit has failed' test -z "$(systemctl list-units --plain --no-legend --failed)"
check 'every unit is as systemd wants it' sh -c \
	"cd $units && systemd-analyze verify --man=no caretaker*.service caretaker*.socket caretaker*.path"

core=$(pid_of caretakerd.service)
server=$(pid_of caretaker-server.service)
check 'caretakerd keeps six capabilities' has_field "$core" CapEff "$CAPS_CORE"
check 'caretakerd can gain no other' has_field "$core" CapBnd "$CAPS_CORE"
check 'caretakerd has no-new-privs' has_field "$core" NoNewPrivs 1
check 'caretakerd has filters of system calls' has_field "$core" Seccomp 2
check 'the server has no capability' has_field "$server" CapBnd "$CAPS_NONE"
check 'the server has no-new-privs' has_field "$server" NoNewPrivs 1
check 'the server is not root' has_field "$server" Uid \
	"$(id -u _caretaker-server | awk -v OFS='\t' '{ print $1, $1, $1, $1 }')"

# The courier was started by the path unit when the enrolment lay in the outbox.
check 'the courier has run' journalctl -q --no-pager -u caretaker-courier.service \
	--grep 'Finished' -n 1

# probe UNIT: runs each line "WORD COMMAND" of its input with everything that the unit of a program
# sets, but the program; did WORD tells whether that one succeeded.
probe() {
	local unit=$1 word command script=
	while read -r word command; do
		script+="($command) && echo $word; "
	done
	{
		sed -e '/^Requires=/d; /^After=/d; /^Wants=/d; /^Sockets=/d; /^Type=/d; /^Restart/d' \
			-e '/^Memory/d; /^Tasks/d; /^ExecStart=/d; /^\[Install\]/,$d' "$units/$unit"
		printf '[Service]\nType=oneshot\nStandardOutput=file:/run/probed\n'
		printf "ExecStart=/bin/bash -c '%s true'\n" "$script"
	} >/run/systemd/system/caretaker-probe.service
	: >/run/probed
	systemctl daemon-reload
	check "$unit is probed" systemctl start caretaker-probe.service
	cat /run/probed
}
did() {
	grep -qx "$1" /run/probed
}

connect='exec 3<>/dev/tcp/127.0.0.1/8443'
can_bind='exec 3<>/dev/udp/127.0.0.1/8443'
probe caretaker-courier.service <<-EOF
	tcp $connect
	state ls /var/lib/caretaker >/dev/null
	outbox : >/var/spool/caretaker/outbox/probe
EOF
check 'the courier reaches the network' did tcp
check_not 'the courier sees no state' did state
check_not 'the courier writes no outbox' did outbox
for unit in caretakerd.service caretaker-firewall.service caretaker-hand.service \
	caretaker-legacy.service; do
	probe "$unit" <<-EOF
		tcp $connect
		udp $can_bind
		runs true
		home test -e /home/pupil
		pam : >/etc/pam.d/caretaker-probe
		usr : >/usr/caretaker-probe
		etc : >/etc/caretaker-probe
		state : >/var/lib/caretaker/probe
		setting : >/etc/chromium/probe && rm /etc/chromium/probe
		key ls /var/lib/caretaker/key/device.pem >/dev/null
	EOF
	check_not "$unit reaches no TCP port" did tcp
	check_not "$unit has no UDP" did udp
	check "$unit runs otherwise" did runs
	check_not "$unit sees no home" did home
	check_not "$unit cannot write to /etc/pam.d" did pam
	check_not "$unit cannot write to /usr" did usr
	case $unit in
	caretakerd.service)
		check 'caretakerd writes its state' did state
		check_not 'caretakerd writes nothing to /etc' did etc
		check_not 'caretakerd writes no setting' did setting
		;;
	caretaker-hand.service)
		check 'caretaker-hand writes settings' did setting
		check_not 'caretaker-hand sees no key' did key
		;;
	esac
	rm -f /etc/caretaker-probe
done
probe caretaker-server.service <<-EOF
	runs true
	state ls /var/lib/caretaker >/dev/null
EOF
check 'the server runs otherwise' did runs
check_not 'the server sees no state of the agent' did state
rm -f /var/lib/caretaker/probe /run/probed /run/systemd/system/caretaker-probe.service
systemctl daemon-reload
systemctl reset-failed

check 'it says that its units keep it from watching' is_verdict agent.no-surveillance pass sandboxed

# Its sockets stay with systemd, so who asks meanwhile only waits for the new one.
kill -KILL "$core"
check 'caretakerd that died comes back' says_status '.verdicts | length > 0'
check_not 'as another process' test "$(pid_of caretakerd.service)" = "$core"
