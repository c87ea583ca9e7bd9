# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Whose streams run behind the sound servers of a person who is signed in: PipeWire with WirePlumber
# and its PulseAudio side, then PulseAudio itself, each started by the sign-in as Debian does it, with
# a camera (vivid) and a microphone (snd-dummy) of a real kernel. What is right is what the server's
# own tools say (pw-dump, pactl), and that the kernel's status file says that sound moves.

box=/srv/streams
mkdir -p "$box" /opt/zoom
usermod -aG audio,video pupil

# is NAME WORD...: caretakerd says so, now or at a change that it tells
is() {
	local name=$1
	shift
	check "streams: $name: $*" media-tool await "$@"
}

as_pupil() {
	setpriv --reuid pupil --regid pupil --init-groups env HOME=/home/pupil XDG_RUNTIME_DIR=/run/user/1000 "$@"
}

user_units() {
	systemctl --global "$@" >/dev/null 2>&1
}

# sign_in: a session of PAM that lasts as long as its shell reads from this pipe
sign_in() {
	rm -f /run/login
	mkfifo /run/login
	su -l pupil -c 'exec cat' </run/login &
	login=$!
	exec 7>/run/login
	check_await 'streams: signed in' /run/systemd/users test -s /run/systemd/users/1000
	systemctl start user@1000.service caretaker-home@1000.service
}

sign_out() {
	exec 7>&-
	wait "$login"
	systemctl stop user@1000.service
	rm -f /run/login
}

# until_so COMMAND...: asked of the server until it says so
until_so() {
	timeout 120 bash -c 'until "$@" >/dev/null 2>&1; do :; done' bash "$@"
}

# begin COMMAND...: as that person, in the background; what it is becomes job, no shell between
begin() {
	setpriv --reuid pupil --regid pupil --init-groups env HOME=/home/pupil \
		XDG_RUNTIME_DIR=/run/user/1000 "$@" >>"$box/said" 2>&1 &
	job=$!
}

end() {
	kill "${1:--TERM}" "$job"
	wait "$job" 2>/dev/null
}

sounds() {
	until_so grep -q '^state: RUNNING' "$status"
}

rests() {
	check "streams: $1: the kernel says that no sound moves" \
		until_so bash -c "! grep -q '^state: RUNNING' '$status'"
}

modprobe vivid n_devs=1
modprobe snd-dummy pcm_devs=1
udevadm settle
card=$(sed -n 's/^ *\([0-9]*\) \[Dummy.*/\1/p' /proc/asound/cards)
status=/proc/asound/card$card/pcm0c/sub0/status

# PipeWire
user_units mask pulseaudio.service pulseaudio.socket
user_units unmask pipewire.service pipewire.socket wireplumber.service pipewire-pulse.service pipewire-pulse.socket
user_units enable pipewire.service pipewire.socket wireplumber.service pipewire-pulse.service pipewire-pulse.socket
sign_in

has_source() {
	as_pupil pw-dump | jq -e --arg class "$1" 'any(.[]; .info.props["media.class"]? == $class)'
}
export -f has_source as_pupil
check 'streams: PipeWire found the microphone' until_so has_source Audio/Source
check 'streams: PipeWire found the camera' until_so has_source Video/Source
as_pupil pw-dump | jq -c '.[] | select(.info.props["media.class"]?) | [.info.props["media.class"], .info.props["node.name"], .info.props["media.role"], .info.props["device.api"]]'
is 'PipeWire at rest' m1=idle c1=idle

cp /usr/bin/pw-cat /opt/zoom/zoom
camera=$(as_pupil pw-dump | jq -r 'first(.[] | select(.info.props["media.class"]? == "Video/Source") | .info.props["node.name"])')
formats='video/x-raw,format=YUY2,width=320,height=180,framerate=10/1' # of vivid's webcam
begin gst-launch-1.0 pipewiresrc target-object="$camera" ! "$formats" ! fakesink
check 'streams: PipeWire says that pictures move' until_so bash -c \
	'as_pupil pw-dump | jq -e "any(.[]; .info.props[\"media.class\"]? == \"Video/Source\" and .info.state == \"running\")"'
is 'a program films through PipeWire' c1=other/recorder m1=idle
end
is 'it ended' c1=idle
cp /usr/bin/gst-launch-1.0 /opt/zoom/ZoomLauncher
begin /opt/zoom/ZoomLauncher pipewiresrc target-object="$camera" ! "$formats" ! fakesink
is 'a conferencing client films without a call' c1=other/conferencing
film=$job
begin /opt/zoom/zoom --record /dev/null
is 'and in a call' c1=meeting/conferencing m1=meeting/conferencing
end
is 'the call is over, and the camera is not' c1=other/conferencing m1=idle
kill "$film"
is 'and now it is' c1=idle m1=idle

begin pw-record /dev/null
check 'streams: sound moves for pw-record' sounds
is 'pw-record' m1=other/recorder c1=idle
systemctl stop caretaker-home@1000.service
is 'nobody says for whom' m1=unknown
systemctl start caretaker-home@1000.service
is 'and again somebody does' m1=other/recorder
systemctl restart caretakerd
is 'over a restart of caretakerd' m1=other/recorder
end
is 'pw-record ended' m1=idle

begin /opt/zoom/zoom --record /dev/null
check 'streams: sound moves for a conferencing client' sounds
is 'a conferencing client listens' m1=meeting/conferencing
end -KILL
is 'it crashed' m1=idle

begin parecord /dev/null
check 'streams: sound moves for parecord' sounds
is 'parecord, through the PulseAudio side' m1=other/recorder
begin_two=$job
cp /usr/bin/pacat /opt/zoom/aomhost
begin /opt/zoom/aomhost --record /dev/null
is 'beside it a conferencing client' m1=meeting/conferencing
kill "$begin_two"
is 'it alone' m1=meeting/conferencing
end
is 'both ended' m1=idle

sink=$(as_pupil pactl get-default-sink)
begin parecord -d "$sink.monitor" /dev/null
check 'streams: a recording of what is played' until_so bash -c 'as_pupil pactl list source-outputs | grep -q "Corked: no"'
is 'what is played is no microphone' m1=idle
rests 'what is played'
end

check_not 'streams: nobody listens any more' pgrep -f caretaker-listen
sign_out
is 'signed out' c1=idle m1=idle

# PulseAudio
user_units mask pipewire.service pipewire.socket wireplumber.service pipewire-pulse.service pipewire-pulse.socket
user_units unmask pulseaudio.service pulseaudio.socket
user_units enable pulseaudio.service pulseaudio.socket
sign_in
check 'streams: PulseAudio found the microphone' until_so bash -c 'as_pupil pactl list short sources | grep -q alsa_input'
is 'PulseAudio at rest' m1=idle
begin parecord /dev/null
check 'streams: sound moves for parecord' sounds
is 'parecord' m1=other/recorder
end
is 'parecord ended' m1=idle
begin /opt/zoom/aomhost --record /dev/null
is 'a conferencing client' m1=meeting/conferencing
systemctl stop caretaker-home@1000.service
is 'nobody says for whom' m1=unknown
systemctl start caretaker-home@1000.service
is 'and again somebody does' m1=meeting/conferencing
end -KILL
is 'it crashed' m1=idle
sink=$(as_pupil pactl get-default-sink)
begin parecord -d "$sink.monitor" /dev/null
check 'streams: a recording of what is played' until_so bash -c 'as_pupil pactl list source-outputs | grep -q "Corked: no"'
is 'what is played is no microphone' m1=idle
end
sign_out
is 'signed out' m1=idle
user_units unmask pipewire.service pipewire.socket wireplumber.service pipewire-pulse.service pipewire-pulse.socket
check 'streams: caretakerd was never killed' [ "$(systemctl show -P NRestarts caretakerd)" = 0 ]
cat "$box/said"
rmmod vivid snd-dummy
rm -rf "$box" /opt/zoom
