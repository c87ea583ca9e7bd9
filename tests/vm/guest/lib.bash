# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What a case is written with. Each of these is one line of the result.

set -u

results=/dev/virtio-ports/caretaker.results
PATH=/usr/local/bin:/usr/local/sbin:$PATH
# Only a machine that hangs takes this long: everything awaited is announced by an event.
export AWAIT_SECONDS=120

# report_failure TEXT: with what the case said last
report_failure() {
	echo "not ok $1" >"$results"
	tail -n 25 /run/said | sed 's/^/# /' >"$results"
}

# check TEXT COMMAND...: passes when the command succeeds
check() {
	local text=$1
	shift
	if "$@"; then
		echo "ok $text" | tee "$results"
	else
		echo "not ok $text: $*"
		report_failure "$text"
	fi
}

# check_not TEXT COMMAND...: passes when it does not
check_not() {
	local text=$1
	shift
	check "$text" fails "$@"
}

fails() {
	! "$@"
}

# check_await TEXT PATH COMMAND...: passes when the command succeeds now, or once PATH has changed
check_await() {
	local text=$1 path=$2
	shift 2
	export -f "${exported[@]}"
	check "$text" await "$AWAIT_SECONDS" "$path" -- bash -uc '"$@"' bash "$@"
}

# Functions that check_await can run
exported=(is_verdict verdict_of says_json)

# is_verdict ID STATE [REASON]: as the running agent tells it
is_verdict() {
	local verdict
	verdict=$(verdict_of "$1")
	echo "$1: $verdict"
	[ "${verdict%% *}" = "$2" ] && { [ $# -lt 3 ] || [ "${verdict#* }" = "$3" ]; }
}

# verdict_of ID: "STATE REASON"
verdict_of() {
	caretaker status --json | tr -d '\n' | sed 's/{"id"/\n{"id"/g; s/} *]/&\n/g' |
		sed -n 's/^{"id": *"'"$1"'".*"state": *"\([a-z]*\)".*/\1/p' | head -n 1
}

# says_json PATTERN COMMAND...: the command's output holds the pattern
says_json() {
	local pattern=$1
	shift
	"$@" | tr -d ' \n' | grep -Eq "$pattern"
}

# pid_of UNIT
pid_of() {
	systemctl show -p MainPID --value "$1"
}

# field_of PID NAME: of /proc/PID/status
field_of() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}
