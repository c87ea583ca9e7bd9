# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # what systemd expands; of who sources this
# Log-ins without a password: what is right is told by what systemd and LightDM make of their files.

# --- a console
console_right() {
	if systemctl show getty@tty1.service -p ExecStart | grep -E -- '(--autologin|-a) ' >&2; then
		echo fail
	else
		echo pass
	fi
}
getty=/etc/systemd/system/getty@tty1.service.d
# console NAME WANT: after its files were written
console() {
	systemctl daemon-reload
	lab "autologin-$1" auth.no-autologin "$2" 'systemctl show' console_right
}
console getty-debian pass
mkdir -p "$getty"
printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin pupil --noclear %%I $TERM\n' \
	>"$getty/10-lab.conf"
console getty-drop-in fail
printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty -o "-p -- \\\\u" --noclear %%I $TERM\n' \
	>"$getty/20-lab.conf"
console getty-drop-in-taken-back pass
rm "$getty/20-lab.conf"
printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty \\\n  -a pupil \\\n  %%I $TERM\n' \
	>"$getty/10-lab.conf"
console getty-continued fail
rm -r "$getty"
vendor=/usr/lib/systemd/system/getty@.service.d
mkdir -p "$vendor"
printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin pupil --noclear %%I $TERM\n' \
	>"$vendor/lab.conf"
console getty-of-the-vendor fail
printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty --noclear %%I $TERM\n' >"$vendor/20-lab.conf"
mkdir -p "$getty"
mv "$vendor/lab.conf" "$getty/10-lab.conf"
console getty-vendor-file-of-a-later-name pass
rm -r "$getty" "$vendor/20-lab.conf"
rmdir --ignore-fail-on-non-empty "$vendor"
systemctl daemon-reload

# --- LightDM, whose file is the owner's again: what is kept there would decide before the case does
check 'LightDM is no longer kept' caretaker undo lightdm
check 'LightDM is the one' systemctl -q enable lightdm.service
lightdm_right() {
	if lightdm --show-config 2>&1 | grep -E 'autologin-user=[^ ]+' >&2; then
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
