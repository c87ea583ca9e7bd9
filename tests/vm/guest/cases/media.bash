# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# Cameras: two of vivid, and one on USB with a privacy switch. What the lab sees of them: who has them
# open and how, from wherever, over a restart, a crash, a sleep, unplugged and back; and how fast.

# shellcheck source=tests/vm/guest/media.bash
source "$tests/media.bash"

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
opens=0 counts[crash]=0
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
is 'unplugged while in use' c1=-
end pulled
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
is 'plugged in again' c1=idle c2=idle c3=-
udevadm settle
chmod 666 /dev/video*
mapfile -t cameras < <(captures)
cam=${cameras[0]}

# One on USB, with a switch that keeps it dark: the kernel's own driver and a camera behind the
# kernel's own virtual controller
usb_node() {
	local node
	for node in /sys/class/video4linux/video*; do
		if grep -q '^lab-camera' "$node/name" && [ "$(<"$node/index")" = 0 ]; then
			echo "/dev/${node##*/}"
		fi
	done
}
# turn dark|light, and the kernel says so
turn() {
	echo "$1" >&"${holds[usb]}"
	timeout 60 bash -c 'until v4l2-ctl -d "$1" -C privacy | grep -qx "privacy: $2"; do :; done' \
		bash "$usb" "$([ "$1" = dark ] && echo 1 || echo 0)"
}
modprobe vhci-hcd
begin usb usb-camera
is 'a third camera, on USB' c1=idle c2=idle c3=idle c4=-
usb=$(usb_node)
check 'media: a camera on USB came' test -c "$usb"
begin film media-tool hold "$usb" stream
is 'the one on USB streams' c1=idle c2=idle c3=other
check 'media: its switch is turned, says the kernel' turn dark
is 'kept dark by its own switch while it streams' c1=idle c3=off
check 'media: its switch is turned back' turn light
is 'no longer dark' c3=other
end usb
is 'unplugged while it streams' c1=idle c2=idle c3=-
end film
begin usb usb-camera
is 'plugged in again by USB' c3=idle
usb=$(usb_node)
check 'media: its switch is turned while nobody films' turn dark
is 'kept dark by its own switch, and closed' c3=off
begin film media-tool hold "$usb" open
is 'kept dark, and open' c3=off
end film
end usb
is 'unplugged by USB' c1=idle c2=idle c3=-

# Asleep and awake again
begin slept media-tool hold "$cam" stream
is 'before the machine sleeps' c1=other
check 'media: the machine sleeps, and wakes' sleeps
is 'still on after a sleep' c1=other
end slept
is 'closed after a sleep' c1=idle
check 'media: the machine sleeps again' sleeps
is 'idle over a sleep' c1=idle c2=idle

# What the unit's own processes may open: the kernel asks the same of whoever is in its group
in_unit() {
	bash -c 'echo $$ >/sys/fs/cgroup/system.slice/caretakerd.service/cgroup.procs && exec "$@"' bash "$@"
}
check 'media: the unit may look at a camera' in_unit dd if="$cam" count=0 status=none
check_not 'media: it may not film with it' in_unit media-tool hold "$cam" open
check_not 'media: nor open a disk' in_unit dd if=/dev/vda count=0 status=none
is 'after such looks' c1=idle

# 1,000 processes beside it
begin crowd media-tool crowd 1000 0
check 'media: there are more than 1,000 processes' [ "$(printf '%s\n' /proc/[0-9]* | wc -l)" -gt 1000 ]
begin crowded media-tool hold "$cam" open
is 'among 1,000 processes' c1=held
end crowded
is 'among 1,000 processes, closed' c1=idle
begin crowded as_pupil media-tool hold "$cam" stream
is 'streaming among 1,000 processes' c1=other
end crowded
is 'among 1,000 processes, closed again' c1=idle
end crowd

# What a whole check says of it
check 'media: the policy leaves no minute' publish_minutes 0
lab camera-closed av.camera-idle pass 'nobody was told to open it' always pass
begin left media-tool hold "$cam" stream
is 'left on' c1=other
lab camera-left-on av.camera-idle fail:left-on 'media-tool streams, and no call goes on' always fail
end left
is 'no longer' c1=idle
lab camera-closed-again av.camera-idle pass 'media-tool closed it' always pass
check 'media: the policy leaves five minutes again' publish_minutes 5

# What else could have told: on this kernel
media-tool fanotify "$cam" | tee "$box/fanotify"
check 'media: fanotify reports a device node with FAN_REPORT_FID, and its process' \
	grep -q 'FAN_REPORT_FID: reports the open and its process' "$box/fanotify"

check 'media: caretakerd was never killed' [ "$(systemctl show -P NRestarts caretakerd)" = 0 ]
rmmod vivid
is 'no camera any more' c1=-
rm -rf "$box" /opt/zoom
