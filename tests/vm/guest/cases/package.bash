# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Debian's way: the packages are installed, and removed with every setting back as it was.

popcon=/etc/popularity-contest.conf
state=/var/lib/caretaker

# What a package manager, accounts and the log change is not ours to count.
files_of_the_system() {
	find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/lib/dpkg \
		-o -path /var/lib/apt -o -path /var/log -o -path /var/cache -o -path /payload \
		-o -path /var/lib/systemd \) -prune -o -print | LC_ALL=C sort
}

port_is_open() {
	(: </dev/tcp/localhost/8443) 2>/dev/null
}

none_runs() {
	! pgrep -l '^caretaker'
}

enrol() {
	setpriv --reuid _caretaker-server --regid _caretaker-server --clear-groups --no-new-privs \
		caretaker-server token --ownership school --uses 1 | caretaker enrol --yes
}

popcon_is() {
	grep -qx "PARTICIPATE=\"$1\"  # mine" "$popcon"
}

# Popularity contest is told by its program.
[ -e /usr/sbin/popularity-contest ] || install -m 755 /dev/null /usr/sbin/popularity-contest
printf '# chosen by hand\nPARTICIPATE="yes"  # mine\n' >"$popcon"
cp -p "$popcon" /run/popcon.before
files_of_the_system >/run/files.before

check 'the packages install' dpkg --install /payload/packages/caretaker{,-common,-server}_*.deb
check 'the daemon runs' systemctl is-active caretakerd.service
check 'the endpoint runs' systemctl is-active caretaker-server.service
check 'the endpoint listens' port_is_open
units=$(cd /usr/lib/systemd/system && ls caretaker*.socket caretaker*.path)
# shellcheck disable=SC2086 # one word each
check 'all units start with the system' systemctl is-enabled $units caretakerd.service \
	caretaker-server.service
check 'this machine is enrolled' enrol
check 'doctor finds nothing wrong' caretaker doctor
check 'no file of ours differs from what was built' is_verdict agent.integrity pass
check 'settings are kept' caretaker enforce popularity-contest
check 'a file right below /etc is kept as well' popcon_is no
check 'installing again keeps the enrolment' dpkg --install /payload/packages/caretaker_*.deb
check 'and the settings' popcon_is no
check 'and the daemon runs' says_status .enrolled

check 'the agent is removed' dpkg --remove caretaker
check 'the setting is as it was, to the byte' cmp "$popcon" /run/popcon.before
check 'no policy of ours is left for a browser' test ! -e /etc/chromium/policies/managed/caretaker.json
check 'the endpoint goes on without it' systemctl is-active caretaker-server.service
check 'all is purged' dpkg --purge caretaker caretaker-server caretaker-common
check 'nothing runs any more' none_runs
check "$state is gone" test ! -e "$state"
files_of_the_system >/run/files.after
check 'no file is left, and none is missing' diff /run/files.before /run/files.after
