# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# ClamAV as Debian packages it, with one signature of our own: what is right is told by a file that
# the signature names. Its makers' databases are signed, so that none of another day can be made:
# malware.signature-age is tried on headers alone (tests/scenarios).

signature=lab-$(od -An -N12 -tx8 /dev/urandom | tr -d ' \n')
printf 'Lab.Test:0:*:%s\n' "$(printf '%s' "$signature" | od -An -v -tx1 | tr -d ' \n')" \
	>/var/lib/clamav/lab.ndb
chown clamav: /var/lib/clamav/lab.ndb
# Both wait for databases of the makers.
for unit in clamav-daemon.service clamav-daemon.socket; do
	mkdir -p "/etc/systemd/system/$unit.d"
	printf '[Unit]\nConditionPathExistsGlob=\n' >"/etc/systemd/system/$unit.d/lab.conf"
done
systemctl daemon-reload
# Where Debian's unit of clamonacc puts what was found: it does not start without.
mkdir -p /root/quarantine
cp /etc/clamav/clamd.conf /run/clamd.conf

files() {
	printf '%s\n' "$signature" >/home/pupil/harmful
	printf 'harmless\n' >/home/pupil/harmless
	chown pupil: /home/pupil/harm*
}

# scanner_right: whether it finds what it has a signature of
scanner_right() {
	files
	if clamdscan --fdpass --no-summary /home/pupil/harmful 2>&1 | grep -q 'Lab.Test.*FOUND'; then
		echo pass
	else
		echo fail
	fi
}

pupil_reads() {
	setpriv --reuid pupil --regid pupil --init-groups cat "$1" >/dev/null
}

# on_access_right: whether a person can read it
on_access_right() {
	files
	if ! pupil_reads /home/pupil/harmless; then
		echo 'reads nothing'
	elif pupil_reads /home/pupil/harmful; then
		echo fail
	else
		echo pass
	fi
}

clamd_ready() {
	clamdscan --ping 120:1
}

# on_access WHERE: clamonacc watches that
on_access() {
	local log=/var/log/clamav/clamonacc.log
	systemctl stop clamav-clamonacc.service
	{
		grep -v '^OnAccess' /run/clamd.conf
		printf 'OnAccessPrevention yes\nOnAccessExcludeUname clamav\nOnAccessIncludePath %s\n' "$1"
	} >/etc/clamav/clamd.conf
	: >"$log"
	systemctl restart clamav-daemon.service && clamd_ready &&
		systemctl start clamav-clamonacc.service &&
		await "$AWAIT_SECONDS" "$log" -- grep -q "watching '$1'" "$log"
}

lab_event clamav-off malware.av-active fail 'clamdscan' scanner_right
check 'ClamAV is started' systemctl start clamav-daemon.service
check 'it answers' clamd_ready
lab_event clamav-on malware.av-active pass 'clamdscan' scanner_right
lab clamav-on-demand-only malware.on-access fail 'a person reads the file' on_access_right
check 'clamonacc on the homes' on_access /home
lab_event clamav-on-access malware.on-access pass 'a person reads the file' on_access_right
check 'clamonacc elsewhere' on_access /srv
lab_event clamav-on-access-elsewhere malware.on-access fail 'a person reads the file' on_access_right
check 'clamonacc on the homes again' on_access /home
lab_event clamav-on-access-again malware.on-access pass 'a person reads the file' on_access_right
check 'clamonacc is stopped' systemctl stop clamav-clamonacc.service
lab_event clamav-on-access-stopped malware.on-access fail 'a person reads the file' on_access_right
check 'ClamAV is stopped' systemctl stop clamav-daemon.service clamav-daemon.socket
lab_event clamav-stopped malware.av-active fail 'clamdscan' scanner_right

cp /run/clamd.conf /etc/clamav/clamd.conf
rm -f /etc/systemd/system/clamav-daemon.*.d/lab.conf /var/lib/clamav/lab.ndb /home/pupil/harm*
rm -rf /root/quarantine
systemctl daemon-reload
