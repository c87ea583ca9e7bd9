# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Cameras (vivid) and microphones (snd-aloop, snd-dummy) of a real kernel: what is right is what
# media-tool had the kernel do, and for sound the kernel's own status files.

box=/srv/media
mkdir -p "$box" /opt/zoom

# is NAME WORD...: caretakerd says so, now or at a change that it tells
is() {
	local name=$1
	shift
	check "media: $name: $*" media-tool await "$@"
}

# begin ID COMMAND...: in the background, until end; it has said "ready"
begin() {
	local id=$1 line='' fd
	shift
	rm -f "$box/$id.in" "$box/$id.out"
	mkfifo "$box/$id.in" "$box/$id.out"
	# both ends, so that nobody waits for the other
	exec {fd}<>"$box/$id.in"
	"$@" <"$box/$id.in" >"$box/$id.out" &
	pids[$id]=$!
	holds[$id]=$fd
	read -r -t 60 line <"$box/$id.out"
	[ "$line" = ready ] || echo "$id: $*: said \"$line\""
}

# end ID: by itself, as it is told
end() {
	local fd=${holds[$1]}
	echo >&"$fd"
	wait "${pids[$1]}"
	exec {fd}>&-
}

declare -A pids holds

as_pupil() {
	runuser -u pupil -- "$@"
}

# modes NAME WORD_OF_OPEN COMMAND...: what each way of using a camera is, by whom and wherever
modes() {
	local name=$1 mode want
	shift
	for mode in open:held mmap:other stream:other read:held userptr:held; do
		want=${mode#*:}
		begin "$name" "$@" "${mode%:*}"
		is "$name, ${mode%:*}" "c1=$want"
		end "$name"
		is "$name, ${mode%:*}, closed" c1=idle
	done
}

captures() {
	local node
	for node in $(printf '%s\n' /dev/video* | sort -V); do
		v4l2-ctl -d "$node" -D | sed -n '/Device Caps/,$p' | grep -q 'Video Capture$' && echo "$node"
	done
}

# node_with WORD: the first node whose device capabilities name it and no capture of pictures
node_with() {
	local node
	for node in $(printf '%s\n' /dev/video* | sort -V); do
		v4l2-ctl -d "$node" -D | sed -n '/Device Caps/,$p' | grep -q "$1" || continue
		v4l2-ctl -d "$node" -D | sed -n '/Device Caps/,$p' | grep -q 'Video Capture$' || {
			echo "$node"
			return
		}
	done
}

is 'a machine without any' c1=- m1=-
modprobe vivid n_devs=2
udevadm settle
mapfile -t cameras < <(captures)
check 'media: vivid has two cameras, by their device capabilities' [ ${#cameras[@]} = 2 ]
is 'two cameras came, and no more' c1=idle c2=idle c3=-
chmod 666 /dev/video*
cam=${cameras[0]}

modes root media-tool hold "$cam"
modes pupil as_pupil media-tool hold "$cam"
modes mount-namespace unshare --mount media-tool hold "$cam"
modes pid-namespace unshare --pid --fork media-tool hold "$cam"
modes user-namespace as_pupil unshare --user --map-root-user media-tool hold "$cam"
mknod "$box/node" c "$(stat -c '0x%t' "$cam")" "$(stat -c '0x%T' "$cam")"
for mode in open:held stream:other read:held; do
	begin elsewhere unshare --mount --pid --fork media-tool hold "$box/node" "${mode%:*}"
	is "a node made elsewhere, ${mode%:*}" "c1=${mode#*:}"
	end elsewhere
	is "a node made elsewhere, ${mode%:*}, closed" c1=idle
done

begin orphan media-tool hold "$cam" orphan
is 'its descriptor closed, its memory mapped' c1=other
end orphan
is 'its memory gone too' c1=idle
begin child media-tool hold "$cam" child
is 'inherited by a child whose parent is gone' c1=held
end child
is 'that child gone' c1=idle

begin second media-tool hold "${cameras[1]}" stream
is 'the second camera alone' c1=idle c2=other
begin first media-tool hold "$cam" open
is 'both cameras' c1=held c2=other
end second
is 'the first one left' c1=held c2=idle
begin also as_pupil media-tool hold "$cam" stream
is 'two users of one camera' c1=other
end also
is 'one of them gone' c1=held
systemctl restart caretakerd
is 'held over a restart of caretakerd' c1=held
end first
is 'both gone' c1=idle

begin crash media-tool hold "$cam" stream
is 'before the crash' c1=other
kill -KILL "${pids[crash]}"
is 'a holder that crashed' c1=idle
end crash
begin stopped media-tool hold "$cam" open
kill -STOP "${pids[stopped]}"
is 'a holder that is stopped' c1=held
kill -CONT "${pids[stopped]}"
end stopped
is 'and ended' c1=idle

# By kind of program
for kind in /opt/zoom/zoom:conferencing "$box/chromium:browser" "$box/obs:recorder" "$box/game:other"; do
	cp /usr/local/bin/media-tool "${kind%:*}"
	begin kind "${kind%:*}" hold "$cam" stream
	is "a program of this kind" "c1=other/${kind#*:}"
	end kind
	is "a ${kind#*:} gone" c1=idle
done
cp /usr/local/bin/media-tool /usr/local/bin/wireplumber
begin daemon wireplumber hold "$cam" open
is 'a media daemon for whom nobody speaks' c1=unknown
end daemon
is 'that daemon gone' c1=idle
install -o pupil /usr/local/bin/media-tool "$box/wireplumber"
begin pretended as_pupil "$box/wireplumber" hold "$cam" open
is 'a program that only calls itself a daemon' c1=held/other
end pretended
rm -f /usr/local/bin/wireplumber

# What is no camera
output=$(node_with 'Video Output')
begin output media-tool hold "$output" open
is 'a node that puts out pictures' c1=idle c2=idle
end output
metadata=$(node_with 'Metadata Capture')
begin metadata media-tool hold "$metadata" open
is 'a node of metadata' c1=idle c2=idle
end metadata

# Unplugged while in use, and back
begin pulled media-tool hold "$cam" stream
is 'before it is unplugged' c1=other
echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
is 'unplugged while in use' c1=idle c2=-
end pulled
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
is 'plugged in again' c1=idle c2=idle c3=-
udevadm settle
chmod 666 /dev/video*
mapfile -t cameras < <(captures)
cam=${cameras[0]}

# 1,000 processes beside it
crowd=()
for ((i = 0; i < 1000; i++)); do
	sleep infinity &
	crowd+=($!)
done
begin crowded media-tool hold "$cam" open
is 'among 1,000 processes' c1=held
end crowded
is 'among 1,000 processes, closed' c1=idle
begin crowded as_pupil media-tool hold "$cam" stream
is 'streaming among 1,000 processes' c1=other
end crowded
kill "${crowd[@]}"
wait "${crowd[@]}" 2>/dev/null

# What a whole check says of it
policy=/usr/share/caretaker/baseline/home.json
cp "$policy" "$box/home.json"
jq '.controls["av.camera-idle"].minutes = 0' "$box/home.json" >"$policy"
systemctl restart caretakerd
kernel_says() {
	echo "$1"
}
lab camera-closed av.camera-idle pass 'nobody was told to open it' kernel_says pass
begin left media-tool hold "$cam" stream
is 'left on' c1=other
lab camera-left-on av.camera-idle fail:left-on 'media-tool streams, and no call goes on' kernel_says fail
end left
is 'no longer' c1=idle
lab camera-closed-again av.camera-idle pass 'media-tool closed it' kernel_says pass
cp "$box/home.json" "$policy"
systemctl restart caretakerd

# Microphones: dummy first, so that it has the lower number
lab no-microphone av.mic-idle na:no-microphone 'no sound card is there' kernel_says na
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
	exec "$1" -q -D "hw:$card,0" -f S16_LE -r 48000 -c 2 "${@:2}" /dev/null
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

modprobe snd-aloop
udevadm settle
is 'the microphones of a second card' m1=idle m2=idle m3=idle m4=-
rmmod snd-dummy
is 'the first card is gone' m1=idle m2=idle m3=-
rmmod snd-aloop
is 'and the second' m1=-

# What else could have told: on this kernel
media-tool fanotify "$cam" | tee "$box/fanotify"
check 'media: fanotify reports a device node with FAN_REPORT_FID, and its process' \
	grep -q 'FAN_REPORT_FID: reports the open and its process' "$box/fanotify"
systemctl stop caretakerd
bare=$(media-tool bench "$cam" 200 bare)
systemctl start caretakerd
is 'again' c1=idle
verdict=$(media-tool bench "$cam" 200 verdict)
check "media: figures: bare $bare us, verdict $verdict us" [ -n "$bare" ] && [ -n "$verdict" ]
echo "bench: bare $bare us, verdict $verdict us"

check 'media: caretakerd was never killed' [ "$(systemctl show -P NRestarts caretakerd)" = 0 ]
rmmod vivid
is 'no camera any more' c1=-
rm -rf "$box" /opt/zoom
