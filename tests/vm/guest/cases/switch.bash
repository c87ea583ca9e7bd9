# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The family's switch on a real kernel: a camera of vivid, a built-in card of snd-dummy, a USB
# microphone and a USB headset of the kernel's own gadgets. What is right is what a person's programs
# get: a picture, a second of sound, and sound that goes out.

book=/var/lib/caretaker/undo/switch.json
control=av.family-switch
gadgets=/sys/kernel/config/usb_gadget

# as_server ARGUMENT...
as_server() {
	setpriv --reuid _caretaker-server --regid _caretaker-server --clear-groups \
		/usr/local/bin/caretaker-server "$@"
}

publish_allowed() {
	local at=/var/lib/caretaker-server/switching
	as_server policy show school |
		jq '.version += 5 | .controls["av.family-switch"].allowed = true' >$at.json
	as_server sign $at.json >$at.jws && as_server policy publish $at.jws
}

# as_pupil COMMAND...
as_pupil() {
	setpriv --reuid pupil --regid pupil --init-groups "$@"
}

# Not proved yet: Debian's 6.1 gives f_uac2 no endpoint of dummy_udc ("afunc_bind: Error" in its log),
# which shows as EBUSY of the controller.
# make_gadget NAME HOST-RECORDS HOST-PLAYS: a USB sound device; 1 for yes
make_gadget() {
	local at=$gadgets/$1
	mkdir -p "$at"/strings/0x409 "$at"/configs/c.1 "$at"/functions/uac2.0
	echo 0x1d6b >"$at/idVendor"
	echo 0x0101 >"$at/idProduct"
	echo "$1" >"$at/strings/0x409/product"
	# of the gadget: what it plays is what its host records
	echo "$2" >"$at/functions/uac2.0/p_chmask"
	echo "$3" >"$at/functions/uac2.0/c_chmask"
	echo 48000 >"$at/functions/uac2.0/c_srate"
	ln -s "$at/functions/uac2.0" "$at/configs/c.1/"
}

plug() {
	echo "dummy_udc.$2" >"$gadgets/$1/UDC"
}

unplug() {
	echo >"$gadgets/$1/UDC"
}

# card_of NAME: the number of the card of this USB product or id, on the host's side
card_of() {
	local card
	for card in /sys/class/sound/card*; do
		if [ "$(cat "$card/device/../product" 2>/dev/null)" = "$1" ] ||
			[ "$(cat "$card/id")" = "$1" ]; then
			echo "${card##*card}"
			return 0
		fi
	done
	return 1
}

interfaces_of() {
	local device
	for device in /sys/bus/usb/devices/*/product; do
		if [ "$(cat "$device")" = "$1" ]; then
			ls -d "${device%/product}":*
		fi
	done
}

# records NAME: a person gets a second of sound, or silence, from it
records() {
	local card
	card=$(card_of "$1") || return 1
	as_pupil timeout 20 arecord -q -D "hw:$card" -f S16_LE -r 48000 -c "${2:-1}" -d 1 /dev/null
}

opens() {
	local card
	card=$(card_of "$1") || return 1
	as_pupil timeout 20 aplay -q -D "hw:$card" -f S16_LE -r 48000 -c "${2:-1}" -d 1 /dev/zero
}

camera_node() {
	local node
	for node in /sys/class/video4linux/video*; do
		if grep -q '^vivid-000-vid-cap' "$node/name"; then
			echo "/dev/${node##*/}"
			return 0
		fi
	done
	return 1
}

films() {
	local node
	node=$(camera_node) || return 1
	as_pupil timeout 60 v4l2-ctl -d "$node" --stream-mmap --stream-count=2 --stream-to=/dev/null
}

# away NAME: no capture node of the card is there
away() {
	local card
	card=$(card_of "$1") || return 1
	[ -e "/sys/class/sound/pcmC${card}D0c" ] && [ ! -e "/dev/snd/pcmC${card}D0c" ]
}

# unauthorized NAME: there is the device, and no interface of it may have a driver
unauthorized() {
	local interface any=0
	for interface in $(interfaces_of "$1"); do
		[ "$(cat "$interface/authorized")" = 0 ] || return 1
		any=1
	done
	[ $any = 1 ]
}

usermod -aG audio,video pupil
modprobe vivid n_devs=1
modprobe snd-dummy
modprobe dummy_hcd num=2
modprobe libcomposite
mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
make_gadget lone-microphone 1 0
make_gadget headset 3 3
plug lone-microphone 0
plug headset 1
udevadm settle

check 'the camera gives pictures' films
check 'the built-in card records' records Dummy
check 'and plays' opens Dummy
check_await 'a USB microphone is there' /dev/snd card_of lone-microphone
check_await 'and a headset' /dev/snd card_of headset

check 'anybody sees how it stands' as_pupil caretaker camera
check_not 'a child switches nothing' as_pupil caretaker camera off
check_not 'nor the microphone' as_pupil caretaker microphone off
check 'the camera still gives pictures' films
check_not "a school's device is not switched unless its policy says so" caretaker camera off
check 'the policy says so' publish_allowed
caretaker send
camera_off() {
	caretaker camera off
}
check_await 'the camera is switched off' /var/lib/caretaker camera_off
check 'the driver has let go' test -e /sys/devices/platform/vivid.0 -a ! -e /sys/devices/platform/vivid.0/driver
check_not 'nobody gets a picture' films
check_not 'not even root' camera_node
check_await 'it is judged' /var/lib/caretaker/undo is_verdict $control pass switched-as-chosen
check 'it says how to undo it' sh -c 'caretaker camera | grep -q "sudo caretaker camera on"'
check 'the microphone is as it was' records Dummy

# While sound goes out and comes in: what plays goes on. (The gadgets' bus carries no sound.)
mkfifo /run/sounding
exec 6<>/run/sounding
dummy=$(card_of Dummy)
as_pupil arecord -q -D "hw:$dummy" -f S16_LE -r 48000 -c 1 |
	(head -c 1000 >/dev/null && echo records >/run/sounding && cat >/dev/null) &
(head -c 1000000 /dev/zero && echo plays >/run/sounding && exec cat /dev/zero) |
	as_pupil aplay -q -D "hw:$dummy" -f S16_LE -r 48000 -c 1 &
runs() {
	grep -q 'state: RUNNING' "/proc/asound/card$1/$2/sub0/status"
}
read -r -t "$AWAIT_SECONDS" <&6
read -r -t "$AWAIT_SECONDS" <&6
check 'somebody records' runs "$dummy" pcm0c
check 'and somebody listens' runs "$dummy" pcm0p
caretaker microphone off
check 'the loudspeaker goes on playing' runs "$dummy" pcm0p
check_await 'what recorded before is told' /var/lib/caretaker is_verdict $control fail switch-still-used
check 'the microphone is away' away Dummy
check 'that of the headset too' away headset
check 'the headset keeps its card and its loudspeaker' test -c "/dev/snd/pcmC$(card_of headset)D0p"
check 'the USB microphone has no driver' unauthorized lone-microphone
check_not 'nobody records with it' card_of lone-microphone
check_not 'nor begins to with the built-in one' records Dummy
check_not 'nor with the headset' test -e "/dev/snd/pcmC$(card_of headset)D0c"
check 'the folder of what is away is root'"'"'s alone' test "$(stat -c %a:%U /dev/.caretaker-off)" = 700:root
pkill -x arecord
check_await 'once the program is closed, all is well' /var/lib/caretaker is_verdict $control pass switched-as-chosen
pkill -x aplay
wait

# Unplugged and plugged again: the kernel brings everything back, and it goes off again.
unplug lone-microphone
plug lone-microphone 0
check_await 'replugged, the USB microphone is off again' /var/lib/caretaker/undo unauthorized lone-microphone
modprobe -r snd-dummy
modprobe snd-dummy
check_await 'a card that comes back is off again' /var/lib/caretaker/undo away Dummy
check 'its loudspeaker works' opens Dummy
check_not 'nobody records' records Dummy
modprobe -r vivid
modprobe vivid n_devs=1
no_camera() {
	[ -e /sys/devices/platform/vivid.0 ] && [ ! -e /sys/devices/platform/vivid.0/driver ]
}
check_await 'a camera that comes back is off again' /var/lib/caretaker/undo no_camera

# A sleep of all devices, as far as the machine can (Documentation/power/basic-pm-debugging.rst)
if echo devices >/sys/power/pm_test && echo freeze >/sys/power/state; then
	echo none >/sys/power/pm_test
	check 'after a sleep the camera is off' no_camera
	check 'and the microphone' away Dummy
	check 'and the USB microphone' unauthorized lone-microphone
else
	check 'the machine sleeps' false
fi

# As a restart of the computer leaves it: everything on, and the book on disk.
systemctl stop caretakerd.service
card=$(card_of Dummy)
mv "/dev/.caretaker-off/pcmC${card}D0c" "/dev/snd/pcmC${card}D0c"
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
udevadm settle
check 'everything is on' films
check 'also to record' records Dummy
systemctl start caretakerd.service
check_await 'at its start it is switched off again' /var/lib/caretaker/undo away Dummy
check_await 'the camera too' /var/lib/caretaker/undo no_camera
check_await 'and judged' /var/lib/caretaker is_verdict $control pass switched-as-chosen

# It never enters a report, and the hand is held as before.
check_not 'no report names it' sh -c "caretaker preview --json | grep -q family-switch"
check 'caretaker-hand opens no device' sh -c \
	'systemctl show -p DevicePolicy -p DeviceAllow caretaker-hand.service | grep -qx DevicePolicy=closed'

caretaker microphone on
udevadm settle
check 'on again, the built-in card records' records Dummy
check_await 'the USB microphone comes back' /dev/snd card_of lone-microphone
check 'the node is as udev made it' test "$(stat -c %a:%G "/dev/snd/pcmC$(card_of Dummy)D0c")" = 660:audio
caretaker camera on
udevadm settle
check 'the camera gives pictures again' films
check 'nothing is off any more' jq -e '(.camera or .microphone | not) and (.parts | length == 0)' $book
check_await 'and nothing is judged' /var/lib/caretaker is_verdict $control na switch-not-chosen

# As removal does
caretaker camera off
caretaker microphone off
check 'undo puts all of it back' caretaker undo
udevadm settle
check 'pictures' films
check 'and sound' records Dummy
check 'nothing is left away' test -z "$(ls -A /dev/.caretaker-off)"

unplug headset
unplug lone-microphone
rm -f /run/sounding /var/lib/caretaker-server/switching.*
modprobe -r vivid snd-dummy
