# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# Updates that come by themselves: what is right is told by apt's and systemd's own answers.

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

# What is kept there would decide before the case does.
check 'updates are no longer kept' caretaker undo apt-updates
check 'our own file is gone' test ! -e /etc/apt/apt.conf.d/60caretaker
periodic=/etc/apt/apt.conf.d/20auto-upgrades
wants=/etc/systemd/system/timers.target.wants
[ ! -e "$periodic" ] || mv "$periodic" /run/20auto-upgrades
mkdir -p "$wants"
for timer in apt-daily apt-daily-upgrade; do
	ln -sf "/lib/systemd/system/$timer.timer" "$wants/"
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
rm "$wants/apt-daily-upgrade.timer"
systemctl daemon-reload
updates timer-off fail
ln -s /dev/null /etc/systemd/system/apt-daily-upgrade.timer
systemctl daemon-reload
updates timer-masked fail
rm /etc/systemd/system/apt-daily-upgrade.timer "$wants/apt-daily.timer" "$periodic"
[ ! -e /run/20auto-upgrades ] || mv /run/20auto-upgrades "$periodic"
systemctl daemon-reload
