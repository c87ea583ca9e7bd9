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

# probe UNIT SCRIPT: runs a script with everything that the unit of a program sets, but the program
probe() {
	local unit=$1 script=$2
	sed -e '/^Requires=/d; /^After=/d; /^Wants=/d; /^Sockets=/d; /^Type=/d; /^Restart/d' \
		-e '/^Memory/d; /^Tasks/d; /^\[Install\]/,$d' \
		-e "s|^ExecStart=.*|Type=oneshot\nExecStart=/bin/bash -c '$script'|" \
		"$units/$unit" >/run/systemd/system/caretaker-probe.service
	systemctl daemon-reload
	systemctl start caretaker-probe.service
}

connect='exec 3<>/dev/tcp/127.0.0.1/8443'
can_bind='exec 3<>/dev/udp/127.0.0.1/8443'
check 'the courier reaches the network' probe caretaker-courier.service "$connect"
for unit in caretakerd.service caretaker-firewall.service caretaker-hand.service \
	caretaker-legacy.service; do
	check_not "$unit reaches no TCP port" probe "$unit" "$connect"
	check_not "$unit has no UDP" probe "$unit" "$can_bind"
	check "$unit runs otherwise" probe "$unit" 'true'
	check_not "$unit sees no home" probe "$unit" 'test -e /home/pupil'
	check_not "$unit cannot write to /etc/pam.d" probe "$unit" ': >/etc/pam.d/caretaker-probe'
	check_not "$unit cannot write to /usr" probe "$unit" ': >/usr/caretaker-probe'
done
check 'caretakerd writes its state' probe caretakerd.service ': >/var/lib/caretaker/probe'
check_not 'caretakerd writes nothing to /etc' probe caretakerd.service ': >/etc/caretaker-probe'
check_not 'caretakerd writes no setting' probe caretakerd.service ': >/etc/chromium/probe'
check 'caretaker-hand writes settings' probe caretaker-hand.service \
	': >/etc/chromium/probe && rm /etc/chromium/probe'
check_not 'caretaker-hand sees no key' probe caretaker-hand.service \
	'ls /var/lib/caretaker/key/device.pem'
check_not 'the courier sees no state' probe caretaker-courier.service 'ls /var/lib/caretaker'
check_not 'the courier writes no outbox' probe caretaker-courier.service \
	': >/var/spool/caretaker/outbox/probe'
check_not 'the server sees no state of the agent' probe caretaker-server.service \
	'ls /var/lib/caretaker'
rm -f /var/lib/caretaker/probe /run/systemd/system/caretaker-probe.service
systemctl daemon-reload
systemctl reset-failed

# Its sockets stay with systemd, so who asks meanwhile only waits for the new one.
kill -KILL "$core"
check 'caretakerd that died comes back' says_status '.verdicts | length > 0'
check_not 'as another process' test "$(pid_of caretakerd.service)" = "$core"
