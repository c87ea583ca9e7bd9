# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tests: of who sources this
# The family's switch on a real kernel: a camera of vivid, a built-in card of snd-dummy, a USB
# microphone and a USB headset (usb-sound, over vhci-hcd), to which sound really goes and from which
# it comes, and a USB keyboard for music of the kernel's own gadgets. What is right is what a person's
# programs get: a picture, a second of sound, and sound that goes out.

# shellcheck source=tests/vm/guest/cables.bash
source "$tests/cables.bash"

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

# A keyboard for music: a USB device of the class of sound that neither plays nor records. (dummy_udc
# has no isochronous endpoints, so that f_uac2 cannot be a headset here: afunc_bind: Error.)
plug_keyboard() {
	local at=$gadgets/lab-keyboard
	mkdir -p "$at"/strings/0x409 "$at"/configs/c.1 "$at"/functions/midi.0
	echo 0x1d6b >"$at/idVendor"
	echo 0x0104 >"$at/idProduct"
	echo lab-keyboard >"$at/strings/0x409/product"
	ln -s "$at/functions/midi.0" "$at/configs/c.1/"
	echo dummy_udc.0 >"$at/UDC"
}

interfaces_of() {
	local device
	for device in /sys/bus/usb/devices/*/product; do
		if [ "$(cat "$device")" = "$1" ]; then
			ls -d "${device%/product}":*
		fi
	done
}

# of_usb CARD: how sound is asked for where it goes by USB: with room, since sound that stands still for
# as long is an error ("Input/output error" on a busy machine), and a word at each tenth of a second
of_usb() {
	case $(readlink "/sys/class/sound/card$1/device/driver") in
	*/snd-usb-audio) echo --buffer-time=4000000 --period-time=100000 ;;
	esac
}

# records NAME: a person gets a second of sound, or silence, from it
records() {
	local card
	card=$(card_of "$1") || return 1
	# shellcheck disable=SC2046 # none or two words
	as_pupil timeout 60 arecord -q -D "hw:$card" -f S16_LE -r 48000 -c "${2:-1}" $(of_usb "$card") -d 1 /dev/null
}

opens() {
	local card
	card=$(card_of "$1") || return 1
	# shellcheck disable=SC2046 # none or two words
	as_pupil timeout 60 aplay -q -D "hw:$card" -f S16_LE -r 48000 -c "${2:-1}" $(of_usb "$card") -d 1 /dev/zero
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

# plays_on NAME: the kernel moves sound to it, further at each look
plays_on() {
	local card before
	card=$(card_of "$1") || return 1
	before=$(hardware_at "$card")
	timeout "$AWAIT_SECONDS" bash -c 'until [ "$(hardware_at "$1")" -gt "$2" ]; do :; done' bash "$card" "${before:-0}" 2>/dev/null
}
hardware_at() {
	sed -n 's/^hw_ptr *: //p' "/proc/asound/card$1/pcm0p/sub0/status"
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
cables_come
modprobe dummy_hcd
modprobe libcomposite
mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
plug microphone
plug headset
plug_keyboard
udevadm settle

check 'the camera gives pictures' films
check 'the built-in card records' records Dummy
check 'and plays' opens Dummy
check_await 'a USB microphone is there' /dev/snd card_of lab-microphone
check_await 'and a headset' /dev/snd card_of lab-headset
check_await 'and a keyboard for music' /dev/snd card_of lab-keyboard
check 'the USB microphone records' records lab-microphone
check 'the headset records' records lab-headset
check 'and plays' opens lab-headset 2

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

# While sound goes out and comes in: what plays goes on.
mkfifo /run/sounding
exec 6<>/run/sounding
dummy=$(card_of Dummy)
headset=$(card_of lab-headset)
as_pupil arecord -q -D "hw:$dummy" -f S16_LE -r 48000 -c 1 |
	(head -c 1000 >/dev/null && echo records >/run/sounding && cat >/dev/null) &
sounding=($!)
# shellcheck disable=SC2046 # none or two words
for played in "$dummy 1" "$headset 2"; do
	(head -c 1000000 /dev/zero && echo plays >/run/sounding && exec cat /dev/zero) |
		as_pupil aplay -q -D "hw:${played% *}" -f S16_LE -r 48000 -c "${played#* }" \
			$(of_usb "${played% *}") &
	sounding+=($!)
done
runs() {
	grep -q 'state: RUNNING' "/proc/asound/card$1/$2/sub0/status"
}
for _ in 1 2 3; do
	read -r -t "$AWAIT_SECONDS" <&6
done
check 'somebody records' runs "$dummy" pcm0c
check 'and somebody listens' runs "$dummy" pcm0p
check 'also with the headset' plays_on lab-headset
caretaker microphone off
check 'the loudspeaker goes on playing' runs "$dummy" pcm0p
check_await 'what recorded before is told' /var/lib/caretaker is_verdict $control fail switch-still-used
check 'the microphone is away' away Dummy
check 'that of the headset too' away lab-headset
check 'to the headset sound goes on' plays_on lab-headset
check 'the USB microphone has no driver' unauthorized lab-microphone
check 'the keyboard for music keeps its own' card_of lab-keyboard
check_not 'nobody records with the USB microphone' card_of lab-microphone
check_not 'nor begins to with the built-in one' records Dummy
check_not 'nor with the headset' records lab-headset
check 'the folder of what is away is root'"'"'s alone' test "$(stat -c %a:%U /dev/.caretaker-off)" = 700:root
pkill -x arecord
check_await 'once the program is closed, all is well' /var/lib/caretaker is_verdict $control pass switched-as-chosen
pkill -x aplay
wait "${sounding[@]}"

check 'the headset plays for the next one too' opens lab-headset 2

# Unplugged and plugged again: the kernel brings everything back, and it goes off again.
unplug microphone
plug microphone
check_await 'replugged, the USB microphone is off again' /var/lib/caretaker/undo unauthorized lab-microphone
unplug headset
plug headset
check_await "replugged, the headset's microphone is off again" /var/lib/caretaker/undo away lab-headset
check 'and its loudspeaker works' opens lab-headset 2
check_not 'nobody records with it' records lab-headset
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

# A sleep of all devices, as far as the machine can (Documentation/power/basic-pm-debugging.rst); the
# kernel's virtual controller sleeps with nothing plugged in alone (vhci_hcd_suspend).
unplug microphone
unplug headset
echo 1 >/sys/module/suspend/parameters/pm_test_delay
if echo devices >/sys/power/pm_test && echo freeze >/sys/power/state; then
	echo none >/sys/power/pm_test
	check 'after a sleep the camera is off' no_camera
	check 'and the microphone' away Dummy
else
	check 'the machine sleeps' false
fi
plug microphone
plug headset
check_await 'plugged in after a sleep, the USB microphone is off' /var/lib/caretaker/undo unauthorized lab-microphone
check_await "and the headset's" /var/lib/caretaker/undo away lab-headset

# As a restart of the computer leaves it: everything on, and the book on disk.
systemctl stop caretakerd-control.socket caretakerd-home.socket caretakerd.service caretaker-hand.service
card=$(card_of Dummy)
mv "/dev/.caretaker-off/pcmC${card}D0c" "/dev/snd/pcmC${card}D0c"
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
for kind in microphone headset; do
	unplug $kind
	plug $kind
done
udevadm settle
check 'everything is on' films
check 'also to record' records Dummy
check_await 'the USB microphone too' /dev/snd records lab-microphone
check_await 'and that of the headset' /dev/snd records lab-headset
systemctl start caretakerd-control.socket caretakerd-home.socket caretakerd.service
check_await 'at its start it is switched off again' /var/lib/caretaker/undo away Dummy
check_await 'the camera too' /var/lib/caretaker/undo no_camera
check_await 'the USB microphone too' /var/lib/caretaker/undo unauthorized lab-microphone
check_await "and the headset's" /var/lib/caretaker/undo away lab-headset
check 'which plays' opens lab-headset 2
check_await 'and judged' /var/lib/caretaker is_verdict $control pass switched-as-chosen

# It never enters a report, and the hand is held as before.
check_not 'no report names it' sh -c "caretaker preview --json | grep -q family-switch"
check 'caretaker-hand opens no device' sh -c \
	'systemctl show -p DevicePolicy -p DeviceAllow caretaker-hand.service | grep -qx DevicePolicy=closed'

caretaker microphone on
udevadm settle
check 'on again, the built-in card records' records Dummy
check_await 'the USB microphone comes back' /dev/snd records lab-microphone
check 'that of the headset too' records lab-headset
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
check_await 'also by USB' /dev/snd records lab-microphone
check 'and by the headset' records lab-headset
check 'nothing is left away' test -z "$(ls -A /dev/.caretaker-off)"

unplug headset
unplug microphone
echo >$gadgets/lab-keyboard/UDC
rm -f /run/sounding /var/lib/caretaker-server/switching.*
modprobe -r vivid snd-dummy
cables_go
