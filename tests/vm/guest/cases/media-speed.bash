# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# From the open of a camera to the verdict, beside bare inotify and one look at its holder, among 370
# processes with 10,000 open files; and what such an open may not cost. For docs/benchmarks.md.

# shellcheck source=tests/vm/guest/media.bash
source "$tests/media.bash"

modprobe vivid n_devs=1
udevadm settle
cam=$(captures)
other=$(node_with 'Video Output')
check 'media-speed: a camera, and a node of its driver that is none' test -c "$cam" -a -c "$other"
is 'to be opened' c1=idle c2=-
begin crowd media-tool crowd 370 27
pid=$(systemctl show -P MainPID caretakerd)

# As the kernel counts them: a look at everybody reads at least one directory for each process.
trace=/sys/kernel/tracing/events/syscalls/sys_enter_getdents64
mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing
reads_of() {
	sed -n "s/.*common_pid: *$pid .*hitcount: *\([0-9]*\).*/\1/p" $trace/hist
}
cpu_of() {
	awk '{print ($14 + $15) * 10}' "/proc/$pid/stat"
}
woken() {
	awk '/^(non)?voluntary_ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status"
}

# Others open and close files and begin and end: nothing of that wakes it.
idle=$(woken)
begin others media-tool crowd 100 100
end others
idle=$(($(woken) - idle))

# compare NAME ROUNDS known|new PAUSE_MS: sets ratio, a hundred times what it is
compare() {
	local bare bare95 verdict verdict95
	read -r bare bare95 verdict verdict95 ratio < <(media-bench "$cam" "$other" "$2" "$3" "$4")
	echo "# bench: $1: bare $bare us (p95 $bare95), verdict $verdict us (p95 $verdict95), ratio x100 $ratio" >>"$results"
}
echo "hist:keys=common_pid if common_pid == $pid" >$trace/trigger
cpu=$(cpu_of)
compare 'by a process that is known' 200 known 0
known=$ratio known_reads=$(reads_of) known_cpu=$(($(cpu_of) - cpu))
cpu=$(cpu_of)
compare 'by a new process each time' 200 new 0
fresh=$ratio fresh_reads=$(($(reads_of) - known_reads)) fresh_cpu=$(($(cpu_of) - cpu))
echo "!hist:keys=common_pid if common_pid == $pid" >$trace/trigger
# by then caretakerd looked at everybody, a second after an open, and gave its pages back after another
compare 'known, caretakerd at rest' 41 known 2500
compare 'new, caretakerd at rest' 41 new 2500
read -r look look95 < <(media-bench look 20)
sed 's/^/# /' >>"$results" <<EOF
bench: 200 times open and close: $known_cpu ms of CPU, $known_reads directories read; by new processes $fresh_cpu ms, $fresh_reads
bench: woken $idle times while 100 processes began, opened 10,000 files and ended
bench: one look at all: $look us of CPU (p95 $look95)
EOF
check 'media-speed: it was measured' [ "${known:-0}" -gt 0 -a "${fresh:-0}" -gt 0 ]
# One look at everybody for each open alone would be 200 times 370; how often a holder is read again
# follows the machine's pace.
check 'media-speed: 200 opens and closes by one of 370 processes had nobody else looked at' \
	[ "$known_reads" -lt 20000 ]
check 'media-speed: 200 by new processes had only the newest looked at' [ "$fresh_reads" -lt 20000 ]
end crowd
is 'all closed' c1=idle
rmmod vivid
is 'no camera any more' c1=-
rm -rf "$box" /opt/zoom
