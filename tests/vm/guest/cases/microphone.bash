# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# Microphones: snd-dummy and snd-aloop, and a camera beside them where a call goes on.

# shellcheck source=tests/vm/guest/media.bash
source "$tests/media.bash"

restarts=$(systemctl show -P NRestarts caretakerd)
modprobe vivid n_devs=1
udevadm settle
chmod 666 /dev/video*
cam=$(grep -l '^vivid-000-vid-cap' /sys/class/video4linux/*/name | sed "s,.*video4linux,/dev,; s,/name,,")
cp /usr/local/bin/media-tool "$box/game"

# Microphones: dummy first, so that it has the lower number
lab no-microphone av.mic-idle na:no-microphone 'no sound card is there' always na
modprobe snd-dummy pcm_devs=1
udevadm settle
chmod 666 /dev/snd/*
card=$(sed -n 's/^ *\([0-9]*\) \[Dummy.*/\1/p' /proc/asound/cards)
status=/proc/asound/card$card/pcm0c/sub0/status
is 'a microphone came' m1=idle m2=-
begin mic media-tool hold "/dev/snd/pcmC${card}D0c" open
check 'media: the kernel says it is open and no more' grep -q '^state: OPEN' "$status"
is 'a microphone that is open' m1=held
end mic
is 'a microphone closed' m1=idle

# sounds STATUS: until the kernel says that sound moves
sounds() {
	timeout 60 bash -c 'until grep -q "^state: RUNNING" "$1"; do :; done' bash "$1"
}

records() {
	# by its name it knows what to do; slow and with room, so that a busy machine loses nothing
	exec -a arecord "$1" -q -D "hw:$card,0" -f S16_LE -r 8000 -c 1 --buffer-time=4000000 "${@:2}" /dev/null
}

for access in '' --mmap; do
	# shellcheck disable=SC2086 # none or one
	records arecord $access &
	sounding=$!
	check 'media: the kernel says it runs' sounds "$status"
	is "arecord ${access:-by read}" m1=other/recorder
	kill "$sounding"
	wait "$sounding"
	is "arecord ${access:-by read} ended" m1=idle
done
cp /usr/bin/arecord /opt/zoom/zoom
records /opt/zoom/zoom &
sounding=$!
check 'media: the kernel says it runs for a client' sounds "$status"
is 'a conferencing client that listens' m1=meeting/conferencing c1=idle
begin camera "$box/game" hold "$cam" stream
is 'another program films meanwhile' m1=meeting c1=other/other
end camera
cp /usr/local/bin/media-tool /opt/zoom/aomhost
begin camera /opt/zoom/aomhost hold "$cam" stream
is 'the client films in its call' m1=meeting c1=meeting/conferencing
kill "$sounding"
wait "$sounding"
is 'the call is over, and the camera is not' m1=idle c1=other/conferencing
end camera
is 'and now it is' c1=idle

aplay -q -D "hw:$card,0" -f S16_LE -r 48000 -c 2 /dev/zero &
sounding=$!
check 'media: the kernel says it plays' sounds "/proc/asound/card$card/pcm0p/sub0/status"
is 'sound that is only played' m1=idle
kill "$sounding"
wait "$sounding"
cp /usr/local/bin/media-tool /usr/local/bin/pulseaudio
begin daemon /usr/local/bin/pulseaudio hold "/dev/snd/pcmC${card}D0c" open
is 'a sound server that merely has it open' m1=idle
end daemon
rm -f /usr/local/bin/pulseaudio
cp /usr/bin/arecord /usr/local/bin/pipewire
records /usr/local/bin/pipewire &
sounding=$!
check 'media: the kernel says it runs for a sound server' sounds "$status"
is 'a sound server that listens, and nobody says for whom' m1=unknown
kill "$sounding"
wait "$sounding"
rm -f /usr/local/bin/pipewire
is 'that server gone' m1=idle

# Asleep and awake again: with a microphone that listens, one that is open, and none
records arecord &
sounding=$!
check 'media: the kernel says it runs before a sleep' sounds "$status"
is 'a microphone before the machine sleeps' m1=other/recorder
check 'media: the machine sleeps while it listens, and wakes' sleeps
check 'media: the kernel says that it runs again' sounds "$status"
is 'listens still, after a sleep' m1=other/recorder
kill "$sounding"
wait "$sounding"
is 'a microphone closed after a sleep' m1=idle
begin mic media-tool hold "/dev/snd/pcmC${card}D0c" open
is 'open before a sleep' m1=held
check 'media: the machine sleeps while it is open' sleeps
is 'open still, after a sleep' m1=held
end mic
check 'media: the machine sleeps while it is closed' sleeps
is 'a microphone at rest over a sleep' m1=idle c1=idle

# What the family turned off stays off
publish_switch() {
	local at=/var/lib/caretaker-server/switching
	as_server policy show school | jq --argjson allowed "$1" \
		'.version += 1 | .controls["av.family-switch"].allowed = $allowed' >$at.json
	as_server sign $at.json >$at.jws && as_server policy publish $at.jws
	caretaker send
	rm -f $at.json $at.jws
}
turns() {
	caretaker "$@"
}
no_camera() {
	[ -e /sys/devices/platform/vivid.0 ] && [ ! -e /sys/devices/platform/vivid.0/driver ]
}
no_microphone() {
	[ -e "/sys/class/sound/pcmC${card}D0c" ] && [ ! -e "/dev/snd/pcmC${card}D0c" ]
}
check "media: the school's policy lets this device switch" publish_switch true
check_await 'media: the camera is turned off' /var/lib/caretaker turns camera off
check_await 'media: and the microphone' /var/lib/caretaker turns microphone off
check 'media: the camera has no driver' no_camera
check 'media: the microphone no node' no_microphone
is 'no camera while it is off' c1=-
check 'media: the machine sleeps while both are off' sleeps
udevadm settle
check 'media: after a sleep the camera is off' no_camera
check 'media: and the microphone' no_microphone
check_await 'media: as it is judged' /var/lib/caretaker is_verdict av.family-switch pass switched-as-chosen
check 'media: it sleeps once more' sleeps
check 'media: and is off' no_camera
check 'media: as the microphone is' no_microphone
check 'media: the camera is turned on again' turns camera on
check 'media: and the microphone' turns microphone on
udevadm settle
is 'on again after a sleep' m1=idle c1=idle
chmod 666 /dev/video* /dev/snd/*
begin camera media-tool hold "$cam" stream
is 'and it films' c1=other
end camera
check "media: the school's policy lets it no more" publish_switch false

modprobe snd-aloop
udevadm settle
is 'the microphones of a second card' m1=idle m2=idle m3=idle m4=-
rmmod snd-dummy
is 'the first card is gone' m1=idle m2=idle m3=-
rmmod snd-aloop
is 'and the second' m1=-

check 'media: caretakerd was never killed' [ "$(systemctl show -P NRestarts caretakerd)" = "$restarts" ]
rmmod vivid
is 'no camera any more' c1=-
rm -rf "$box" /opt/zoom
