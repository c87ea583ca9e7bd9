# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # results: of who sources this
#
# Cameras and microphones of a real kernel. What is right is what media-tool had the kernel do, as
# far as the kernel itself says that it is so: by how many opens the cameras' drivers count, and by
# ALSA's status files.

box=/srv/media
mkdir -p "$box" /opt/zoom
declare -A pids holds counts

# Of the cameras, how many descriptors and memories the case made; and the status of a microphone
opens=0
status=

# driver_counts: as the kernel holds their modules; caretakerd's own look at a switch is short
driver_counts() {
	local try driver counted=0
	for ((try = 0; try < 100; try++)); do
		counted=0
		for driver in vivid uvcvideo; do
			if [ -e "/sys/module/$driver/refcnt" ]; then
				counted=$((counted + $(<"/sys/module/$driver/refcnt")))
			fi
		done
		[ "$counted" != "$opens" ] || break
	done
	echo "$counted"
}

# kernel_says WORD...: these words, where the kernel does not say otherwise
kernel_says() {
	local counted word said=
	counted=$(driver_counts)
	if [ "$counted" != "$opens" ]; then
		echo "the driver counts $counted opens, not $opens"
		return
	fi
	for word in "$@"; do
		case $word in
		c?=held* | c?=other* | c?=meeting*) [ "$counted" -gt 0 ] || said='the driver counts none' ;;
		m1=idle | m1=-) ;;
		m1=held*) grep -q '^state: OPEN' "$status" || said=$(head -n 1 "$status") ;;
		m1=*) grep -q '^state: RUNNING' "$status" || said=$(head -n 1 "$status") ;;
		esac
	done
	echo "${said:-$*}"
}

# is NAME WORD...: caretakerd says so, now or at a change that it tells
is() {
	local name=$1 control=av.camera-idle right caretaker oracle
	shift
	case $1 in
	m*) control=av.mic-idle oracle="ALSA's status files" ;;
	*) oracle='the opens that the driver counts' ;;
	esac
	caretaker=$(media-tool await "$@")
	right=$(kernel_says "$@")
	printf 'lab {"case":"%s","control":"%s","oracle":"%s","right":"%s","caretaker":"%s","reason":""}\n' \
		"media: $name" "$control" "what media-tool did, and $oracle" "$right" "$caretaker" >>"$results"
	check "media: $name: $*, says the kernel" [ "$right" = "$*" ]
	check "media: $name: $*, says caretaker" [ "$caretaker" = "$*" ]
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
	case $* in
	*/dev/video* | *"$box/node"*) opens=$((opens + 1)) counts[$id]=1 ;;
	*) counts[$id]=0 ;;
	esac
}

# end ID: by itself, as it is told
end() {
	local fd=${holds[$1]}
	echo >&"$fd"
	wait "${pids[$1]}"
	exec {fd}>&-
	opens=$((opens - counts[$1]))
}

as_pupil() {
	runuser -u pupil -- "$@"
}

as_server() {
	setpriv --reuid _caretaker-server --regid _caretaker-server --clear-groups \
		/usr/local/bin/caretaker-server "$@"
}
# publish_minutes N: how long something may stay on, by this school's policy
publish_minutes() {
	local at=/var/lib/caretaker-server/minutes
	as_server policy show school | jq --argjson n "$1" \
		'.version += 1 | .controls["av.camera-idle"].minutes = $n | .controls["av.mic-idle"].minutes = $n' >$at.json
	as_server sign $at.json >$at.jws && as_server policy publish $at.jws
	caretaker send
}

# always STATE: what the case itself knows
always() {
	echo "$1"
}

# captures: the nodes that take pictures, by their device capabilities
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

# sleeps: and wakes again. Programs, devices, platform, the other processors and the core, everything but
# the last step, since nothing wakes QEMU's (Documentation/power/basic-pm-debugging.rst).
sleeps() {
	local before after
	before=$(</sys/power/suspend_stats/success)
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo core >/sys/power/pm_test && echo mem >/sys/power/state && echo none >/sys/power/pm_test
	after=$(</sys/power/suspend_stats/success)
	[ "$after" = $((before + 1)) ]
}
