# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # expanded in another shell; of who sources this
# Whose streams run behind the sound servers of a person who is signed in: PipeWire with WirePlumber
# and its PulseAudio side, then PulseAudio itself, each started by the sign-in as Debian does it, with
# a camera (vivid) and a microphone (snd-dummy) of a real kernel. What is right is what the server's
# own tools say (pw-dump, pactl), and that the kernel's status file says that sound moves. Then two
# people at once, a loop between programs (snd-aloop), and the camera through the desktop's portal.

# shellcheck source=tests/vm/guest/cables.bash
source "$tests/cables.bash"

box=/srv/streams
mkdir -p "$box" /opt/zoom
usermod -aG audio,video pupil

# is NAME WORD...: caretakerd says so, now or at a change that it tells
is() {
	local name=$1
	shift
	check "streams: $name: $*" told "$@"
}
told() {
	media-tool await "$@" || {
		tail -n 5 "$box/said" # of who streams
		return 1
	}
}

# as NAME COMMAND...: in that person's session
as() {
	local session
	session_of "$1"
	shift
	"${session[@]}" "$@"
}
session_of() {
	local at
	at=/run/user/$(id -u "$1")
	session=(setpriv --reuid "$1" --regid "$1" --init-groups env HOME="/home/$1"
		XDG_RUNTIME_DIR="$at" DBUS_SESSION_BUS_ADDRESS="unix:path=$at/bus")
}
as_pupil() {
	as pupil "$@"
}

user_units() {
	systemctl --global "$@" >/dev/null 2>&1
}

# sign_in [NAME]: a session of PAM that lasts as long as its shell reads from this pipe
declare -A logins
sign_in() {
	local name=${1:-pupil} uid fd
	uid=$(id -u "$name")
	rm -f "/run/login-$name"
	mkfifo "/run/login-$name"
	su -l "$name" -c 'exec cat' <"/run/login-$name" &
	exec {fd}>"/run/login-$name"
	logins[$name]="$! $fd"
	check_await "streams: signed in: $name" /run/systemd/users test -s "/run/systemd/users/$uid"
	systemctl start "user@$uid.service" "caretaker-home@$uid.service"
}

sign_out() {
	local name=${1:-pupil} pid fd
	read -r pid fd <<<"${logins[$name]}"
	exec {fd}>&-
	wait "$pid"
	systemctl stop "user@$(id -u "$name").service"
	rm -f "/run/login-$name"
}

# until_so COMMAND...: asked of the server until it says so
until_so() {
	timeout 120 bash -c 'until "$@" >/dev/null 2>&1; do :; done' bash "$@"
}

# begin COMMAND...: as pupil, in the background; what it is becomes job, no shell between
begin() {
	begin_as pupil "$@"
}
begin_as() {
	local session
	session_of "$1"
	shift
	"${session[@]}" "$@" >>"$box/said" 2>&1 &
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
pictures_move() {
	as_pupil pw-dump | jq -e \
		'any(.[]; .info.props["media.class"]? == "Video/Source" and .info.state == "running")'
}
export -f has_source pictures_move as_pupil
check 'streams: PipeWire found the microphone' until_so has_source Audio/Source
check 'streams: PipeWire found the camera' until_so has_source Video/Source
as_pupil pw-dump | jq -c '.[] | select(.info.props["media.class"]?) | [.info.props["media.class"], .info.props["node.name"], .info.props["media.role"], .info.props["device.api"]]'
is 'PipeWire at rest' m1=idle c1=idle

cp /usr/bin/pw-cat /opt/zoom/zoom
camera=$(as_pupil pw-dump | jq -r 'first(.[] | select(.info.props["media.class"]? == "Video/Source") | .info.props["node.name"])')
formats='video/x-raw,format=YUY2,width=320,height=180,framerate=10/1' # of vivid's webcam
begin gst-launch-1.0 pipewiresrc target-object="$camera" ! "$formats" ! fakesink
check 'streams: PipeWire says that pictures move' until_so pictures_move
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

# Two people, each with a PipeWire of their own, at one microphone
useradd -m -s /bin/bash -G audio,video neighbour
sign_in neighbour
neighbour_has_source() {
	as neighbour pw-dump | jq -e 'any(.[]; .info.props["media.class"]? == "Audio/Source")'
}
# move N: so many streams of the microphone move, says the kernel
move() {
	until_so bash -c '[ "$(grep -l "^state: RUNNING" "${status%/sub0/status}"/sub*/status | wc -l)" = "$1" ]' bash "$1"
}
check 'streams: the PipeWire of another person found the microphone' until_so neighbour_has_source
is 'two servers at rest' m1=idle c1=idle
begin_as neighbour pw-record /dev/null
theirs=$job
check 'streams: sound moves for the other person' move 1
is 'another person records' m1=other/recorder
begin pw-record /dev/null
check 'streams: sound moves for both' move 2
is 'both record' m1=other/recorder
kill "$theirs"
wait "$theirs"
check 'streams: sound moves for one of them' move 1
is 'one of them does' m1=other/recorder
ours=$job
begin_as neighbour /opt/zoom/zoom --record /dev/null
theirs=$job
check 'streams: sound moves for both again' move 2
is 'one records, another person is in a call' m1=meeting/conferencing
systemctl stop "caretaker-home@$(id -u neighbour).service"
is 'nobody says for whom the other one listens' m1=other/recorder
kill "$ours"
is 'and who recorded is gone' m1=unknown
systemctl start "caretaker-home@$(id -u neighbour).service"
is 'and again somebody does' m1=meeting/conferencing
kill -KILL "$theirs"
is 'the other one crashed' m1=idle
sign_out neighbour
is 'the other person signed out' m1=idle c1=idle
userdel -rf neighbour 2>/dev/null

# A loop between programs: what one plays at one end another one takes in from PipeWire at the other
modprobe snd-aloop pcm_substreams=1
udevadm settle
loop=$(card_of Loopback)
loop_source() {
	as_pupil pactl list short sources | cut -f 2 | grep 'input.*aloop'
}
check 'streams: PipeWire found the loop' until_so loop_source
is 'the loop came' m1=idle m2=idle m3=idle
aplay -q -t raw -D "plughw:$loop,1" -f S16_LE -r 48000 -c 2 <(yes 'a tone, of a kind') &
player=$!
is 'somebody plays into the loop' m1=idle m2=idle m3=idle
install -o pupil /dev/null "$box/heard"
begin parecord --raw -d "$(loop_source)" "$box/heard"
check 'streams: what is played comes in through PipeWire' until_so bash -c '[ "$(tr -d "\0" <"$box/heard" | wc -c)" != 0 ]'
is 'a stream takes in what another program plays' m1=idle m2=other/recorder m3=idle
talk=$job
begin /opt/zoom/aomhost --record -d "$(loop_source)" /dev/null
is 'and a conferencing client too' m1=idle m2=meeting/conferencing m3=idle
end -KILL
is 'the client crashed' m2=other/recorder
(echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/unbind) &
unbinding=$!
# WirePlumber has it go on with the microphone that is left.
check 'streams: sound moves at the other microphone' sounds
is 'the loop is taken away while it is used' m1=other/recorder m2=-
kill "$talk" "$player"
wait "$unbinding"
rmmod snd-aloop
is 'and is gone' m1=idle m2=-

# Through the portal. Its backend wants a display; who was never asked is not asked here.
store=org.freedesktop.impl.portal.PermissionStore
ask_store() {
	as_pupil busctl --user --json=short call $store "/${store//./\/}" $store "$@"
}
permit() {
	ask_store SetPermission sbssas devices true camera "$1" 1 "$2"
}
# May an app of a sandbox film that is neither a browser nor for meetings? As the store itself says
store_says() {
	ask_store Lookup ss devices camera | jq -r \
		'if any(.data[0] | to_entries[]; .key != "" and .value == ["yes"] and .key != "us.zoom.Zoom")
		then "fail" else "na" end'
}
mkfifo "$box/display"
session_of pupil
"${session[@]}" Xvfb -displayfd 1 -nolisten tcp -screen 0 64x64x8 >"$box/display" 2>/dev/null &
display=$!
read -r screen <"$box/display"
as_pupil dbus-update-activation-environment --systemd "DISPLAY=:$screen" XDG_CURRENT_DESKTOP=gnome
check 'streams: the portal is there' as_pupil systemctl --user start xdg-permission-store.service \
	xdg-desktop-portal-gtk.service xdg-desktop-portal.service
# film_by_portal PROGRAM: as a program of the desktop does; what it was told is answer
film_by_portal() {
	local fd
	rm -f "$box/answer"
	mkfifo -m 666 "$box/answer"
	exec {fd}<>"$box/answer"
	begin bash -c 'exec python3 "$@" >"$0"' "$box/answer" "$tests/portal_client.py" "$1" ! "$formats" ! fakesink
	read -r -t 120 answer <&"$fd"
	exec {fd}>&-
}
# films PROGRAM: until pictures move, as PipeWire itself says; its session manager may pass over who comes
# while the camera is only now shown to the portal.
films() {
	local turn
	film_by_portal "$1"
	for turn in 1 2 3 4; do
		if timeout 25 bash -c 'until pictures_move >/dev/null 2>&1; do :; done'; then
			return 0
		fi
		echo "no pictures, turn $turn"
		end
		film_by_portal "$1"
	done
	return 1
}
lab portal-nobody-asked av.app-permissions na 'nobody asked the portal' echo na
check 'streams: the store takes a no' permit '' no
film_by_portal gst-launch-1.0
check 'streams: the portal refuses' [ "$answer" = 'refused 1' ]
wait "$job"
is 'a program that the portal refused' c1=idle
check 'streams: the store takes a yes' permit '' yes
check 'streams: pictures move through the portal' films gst-launch-1.0
check 'streams: the portal gives the camera' [ "$answer" = allowed ]
is 'a program films through the portal' c1=other/recorder m1=idle
end
is 'it ended' c1=idle
check 'streams: pictures move for a conferencing client' films /opt/zoom/ZoomLauncher
is 'a conferencing client films through the portal' c1=other/conferencing
film=$job
begin /opt/zoom/zoom --record /dev/null
is 'and is in a call' c1=meeting/conferencing m1=meeting/conferencing
end
is 'the call is over, and the camera of the portal is not' c1=other/conferencing m1=idle
pkill -KILL -x ZoomLauncher
wait "$film"
is 'it crashed' c1=idle
check 'streams: the store takes a yes for an app' permit org.example.Game yes
lab_event portal-yes-to-a-game av.app-permissions fail:app-may-film 'the store of permissions' store_says
check 'streams: the store takes a no for it' permit org.example.Game no
lab_event portal-no-to-a-game av.app-permissions na 'the store of permissions' store_says
check 'streams: the store takes a yes for a client' permit us.zoom.Zoom yes
lab portal-yes-to-a-client av.app-permissions na 'the store of permissions' store_says
kill "$display"

check 'streams: nobody listens any more' until_so bash -c '! pgrep -f "[c]aretaker-listen"'
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
