# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # expanded in another shell; of who sources this
# Who has a microphone, from wherever: snd-dummy, both ends of snd-aloop, and one on USB that is
# unplugged while in use. What is right is what ALSA's status files say of all substreams of each.

# shellcheck source=tests/vm/guest/media.bash
source "$tests/media.bash"
# shellcheck source=tests/vm/guest/cables.bash
source "$tests/cables.bash"

restarts=$(systemctl show -P NRestarts caretakerd)

# microphone N: the folder of its status, as caretaker counts them; none: empty
microphone() {
	printf '%s\n' /proc/asound/card*/pcm*c | grep -v '[*]' | sort -V | sed -n "$1p"
}

# kernel_state N: -, closed, open or running
kernel_state() {
	local at
	at=$(microphone "$1")
	if [ -z "$at" ]; then
		echo -
	elif grep -q '^state: RUNNING' "$at"/sub*/status; then
		echo running
	elif grep -q '^state:' "$at"/sub*/status; then
		echo open
	else
		echo closed
	fi
}

# A sound server that has it open and takes nothing in is no use.
rests=
# kernel_says WORD...: these words, where the kernel does not say otherwise
kernel_says() {
	local word n said=
	for word in "$@"; do
		n=${word%%=*}
		n=$(kernel_state "${n#m}")
		case $word:$n in
		*=-:- | *=idle:closed | *=held*:open) ;;
		*=other*:running | *=meeting*:running | *=unknown*:running) ;;
		*) [ "$word:$n:$rests" = m1=idle:open:rests ] || said+="$word, and the kernel says $n; " ;;
		esac
	done
	echo "${said:-$*}"
}

# takes COMMAND...: arecord, by whatever name and from wherever, until ends; the kernel says it runs
takes() {
	"$@" -q -f S16_LE -r 8000 -c 1 --buffer-time=4000000 /dev/null &
	taking=$!
	sounds
}
# sounds [N]: microphone N takes sound in
sounds() {
	check "sound: the kernel says that sound moves" timeout 60 bash -uc \
		'until [ "$(kernel_state "$1")" = running ]; do :; done' bash "${1:-1}"
}
# ends [SIGNAL [N]]: whoever the kernel says has microphone N
ends() {
	sed -n 's/^owner_pid *: //p' "$(microphone "${2:-1}")"/sub*/status | sort -u | xargs kill "-${1:-TERM}"
	wait "$taking" 2>/dev/null
}

modprobe snd-dummy pcm_devs=1
udevadm settle
chmod 666 /dev/snd/*
card=$(card_of Dummy)
mic=/dev/snd/pcmC${card}D0c
is 'a microphone came' m1=idle m2=-

# contained COMMAND...: in namespaces of its own, with nodes that nobody outside has
contained() {
	unshare --mount --pid --fork --kill-child --mount-proc bash -c '
		nodes=$(stat -c "%n %t %T" /dev/snd/controlC* /dev/snd/pcmC* /dev/snd/timer)
		mount -t tmpfs none /dev/snd
		while read -r name major minor; do
			mknod "$name" c "0x$major" "0x$minor"
		done <<<"$nodes"
		exec "$@"' bash "$@"
}

pupil='setpriv --reuid pupil --regid pupil --init-groups'
wheres=(env "$pupil" 'unshare --mount' 'unshare --pid --fork --kill-child'
	"$pupil unshare --user --map-root-user" contained)
for where in "${wheres[@]}"; do
	read -ra words <<<"$where"
	begin held "${words[@]}" media-tool hold "$mic" open
	is "open: $where" m1=held
	end held
	is "closed: $where" m1=idle
	takes "${words[@]}" arecord -D "hw:$card,0"
	is "recording: $where" m1=other/recorder
	ends
	is "ended: $where" m1=idle
done
mknod "$box/node" c "$(stat -c '0x%t' "$mic")" "$(stat -c '0x%T' "$mic")"
begin elsewhere unshare --mount --pid --fork --kill-child media-tool hold "$box/node" open
is 'a node made elsewhere' m1=held
end elsewhere
is 'a node made elsewhere, closed' m1=idle

# Two at once
takes arecord -D "hw:$card,0,0"
first=$taking
# shellcheck disable=SC2086 # several words
begin second $pupil media-tool hold "$mic" open
is 'one records, another one has it open' m1=other/recorder
kill "$first"
wait "$first"
is 'the other one is left' m1=held
# shellcheck disable=SC2086 # several words
takes $pupil arecord -D "hw:$card,0"
is 'and now somebody records beside it' m1=other/recorder
end second
is 'who records is left' m1=other/recorder
first=$taking
cp /usr/bin/arecord /opt/zoom/zoom
takes bash -c 'exec -a arecord /opt/zoom/zoom "$@"' bash -D "hw:$card,0"
is 'two record, and one is in a call' m1=meeting/conferencing
kill "$taking"
wait "$taking"
is 'the call is over' m1=other/recorder
kill "$first"
wait "$first"
is 'nobody is left' m1=idle

# Crashed, stopped, inherited
takes arecord -D "hw:$card,0"
is 'before the crash' m1=other/recorder
ends KILL
is 'who recorded crashed' m1=idle
begin crash media-tool hold "$mic" open
kill -KILL "${pids[crash]}"
is 'who had it open crashed' m1=idle
end crash
begin stopped media-tool hold "$mic" open
kill -STOP "${pids[stopped]}"
is 'who has it open is stopped' m1=held
kill -CONT "${pids[stopped]}"
end stopped
begin child media-tool hold "$mic" child
is 'inherited by a child whose parent is gone' m1=held
end child
is 'that child gone' m1=idle
takes arecord -D "hw:$card,0"
systemctl restart caretakerd
restarts=0 # systemd counts anew
is 'over a restart of caretakerd' m1=other/recorder
ends
is 'and ended' m1=idle

# Who only has it for others
for name in pipewire wireplumber pulseaudio; do
	cp /usr/local/bin/media-tool "/usr/local/bin/$name"
	begin daemon "/usr/local/bin/$name" hold "$mic" open
	rests=rests
	is "$name has it open" m1=idle
	begin beside media-tool hold "$mic" open
	rests=
	is "$name has it open, and so has somebody" m1=held
	end beside
	end daemon
	rm "/usr/local/bin/$name"
	is "$name gone" m1=idle
done
install -o pupil /usr/local/bin/media-tool "$box/pipewire"
begin pretended as_pupil "$box/pipewire" hold "$mic" open
is 'a program that only calls itself a daemon' m1=held/other
end pretended
is 'that program gone' m1=idle

# 1,000 processes beside it
begin crowd media-tool crowd 1000 0
begin crowded media-tool hold "$mic" open
check 'sound: there are more than 1,000 processes' [ "$(printf '%s\n' /proc/[0-9]* | wc -l)" -gt 1000 ]
is 'among 1,000 processes' m1=held
end crowded
is 'among 1,000 processes, closed' m1=idle
takes contained arecord -D "hw:$card,0"
is 'recording in a container among 1,000 processes' m1=other/recorder
ends KILL
is 'crashed among 1,000 processes' m1=idle
end crowd

# Taken from its driver while in use: the nodes are gone, and who had it open has it yet
driver=/sys/bus/platform/drivers/snd_dummy
begin pulled media-tool hold "$mic" open
is 'before it is taken away' m1=held
(echo snd_dummy.0 >$driver/unbind) & # which waits until the last one closes it
unbinding=$!
is 'taken away while open' m1=-
end pulled
wait "$unbinding"
is 'taken away, and closed' m1=-
echo snd_dummy.0 >$driver/bind
is 'back again' m1=idle
udevadm settle
chmod 666 /dev/snd/*

# On USB: unplugged while it records
cables_come
plug microphone
is 'a microphone on USB came' m1=idle m2=idle m3=-
usb=$(card_of lab-microphone)
udevadm settle
# Sound that stands still for ten seconds, as on a busy machine, is an error to who waits for it.
arecord -q -N -D "hw:$usb,0" -f S16_LE -r 48000 -c 1 --buffer-time=4000000 --period-time=100000 /dev/null &
taking=$!
sounds 2
is 'the one on USB records' m1=idle m2=other/recorder
unplug microphone
is 'unplugged while it records' m1=idle m2=-
check_not 'sound: what recorded was told of it' wait "$taking"
plug microphone
is 'plugged in again' m1=idle m2=idle
udevadm settle
begin pulled media-tool hold "/dev/snd/pcmC$(card_of lab-microphone)D0c" open
is 'the one on USB is open' m1=idle m2=held
unplug microphone
is 'unplugged while open' m1=idle m2=-
end pulled
cables_go
rmmod snd-dummy
is 'no microphone at all' m1=-

# What is played at one end of a loop comes in at the other. m1 hears device 1, m2 device 0.
modprobe snd-aloop pcm_substreams=1
udevadm settle
chmod 666 /dev/snd/*
loop=$(card_of Loopback)
is 'both ends of a loop' m1=idle m2=idle m3=-

# tone DEVICE [PROGRAM]: plays, as long as the case wants
tone() {
	exec 0< <(yes 'a tone, of a kind')
	exec -a aplay "${2:-aplay}" -q -D "hw:$loop,$1" -f S16_LE -r 8000 -c 1 --buffer-time=4000000
}
# hears DEVICE [PROGRAM]
hears() {
	exec -a arecord "${2:-arecord}" -q -D "hw:$loop,$1" -f S16_LE -r 8000 -c 1 --buffer-time=4000000 "$box/heard"
}
# stops PID...
stops() {
	kill "$@"
	wait "$@" 2>/dev/null
}
played() {
	timeout 60 bash -uc 'until grep -aq "a tone, of a kind" "$1/heard"; do :; done' bash "$box"
}
tone 1 &
player=$!
check 'sound: the kernel says it plays' timeout 60 bash -uc \
	'until grep -q "^state: RUNNING" "/proc/asound/card$1/pcm1p/sub0/status"; do :; done' bash "$loop"
is 'somebody plays at one end' m1=idle m2=idle
hears 0 &
taking=$!
sounds 1
check 'sound: what is played comes in' played
is 'what is played is taken in at the other end' m1=other/recorder m2=idle
hears 1 &
other=$!
sounds 2
is 'both ends are listened to' m1=other/recorder m2=other/recorder
stops "$other"
is 'one of them is' m1=other/recorder m2=idle
stops "$player"
is 'the music is over, and who records is not' m1=other/recorder
stops "$taking"
is 'neither plays nor listens' m1=idle m2=idle

rm "$box/heard"
tone 1 /opt/zoom/zoom &
player=$!
hears 0 &
taking=$!
sounds 1
check 'sound: what a client plays comes in' played
is 'a recorder takes in what a client plays' m1=other/recorder m2=idle
stops "$taking"
is 'the recorder is gone' m1=idle
stops "$player"
tone 1 &
player=$!
hears 0 /opt/zoom/zoom &
taking=$!
sounds 1
is 'a client takes in what another plays' m1=meeting/conferencing m2=idle
stops "$taking"
is 'the client is gone' m1=idle
cp /usr/bin/arecord "$box/chromium"
hears 0 "$box/chromium" &
taking=$!
sounds 1
is 'a browser listens' m1=other/browser
tone 0 "$box/chromium" &
other=$!
is 'a browser listens and plays at once' m1=meeting/browser
stops "$other"
is 'it only listens' m1=other/browser
stops "$taking"
is 'and listens no more' m1=idle
stops "$player"
rmmod snd-aloop
is 'the loop is gone' m1=-

check 'sound: caretakerd was never killed' [ "$(systemctl show -P NRestarts caretakerd)" = "$restarts" ]
rm -rf "$box" /opt/zoom
