# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cases use what is set here; who sources this sets the others
#
# What a case of a whole system is written with. Each check is one line of the result, "ok TEXT" or
# "not ok TEXT", in the file that $results names; $said holds what the case printed so far, with the
# seconds since the first case began, so that it tells which step is dear.

set -u
# What check_await runs is another shell: it gets every variable and function of the case.
set -a
# "caretaker status" ends with 2 when something needs attention, and its output is what counts.
set +o pipefail

PATH=/usr/local/bin:/usr/local/sbin:$PATH
# Only a machine that hangs takes this long: everything awaited is announced by an event.
AWAIT_SECONDS=120

# check TEXT COMMAND...: passes when the command succeeds
check() {
	local text=$1
	shift
	if "$@"; then
		echo "ok $text ($SECONDS s)"
		echo "ok $text" >>"$results"
	else
		echo "not ok $text ($SECONDS s): $*"
		echo "not ok $text" >>"$results"
		tail -n 25 "$said" | sed 's/^/# /' >>"$results"
	fi
}

# skip TEXT REASON
skip() {
	echo "ok $1 # SKIP $2" | tee -a "$results"
}

# check_not TEXT COMMAND...: passes when it does not succeed
check_not() {
	local text=$1
	shift
	check "$text" fails "$@"
}

fails() {
	! "$@"
}

# check_await TEXT PATH COMMAND...: passes when the command succeeds now, or once PATH has changed.
# The command may be a function of this file or of the case.
check_await() {
	local text=$1 path=$2
	shift 2
	check "$text" await "$AWAIT_SECONDS" "$path" -- bash -uc '"$@"' bash "$@"
}

# is_verdict ID STATE [REASON]: as the running agent tells it
is_verdict() {
	local verdict
	verdict=$(status_of ".verdicts[] | select(.id == \"$1\") | .state + \" \" + .reason")
	echo "$1: $verdict"
	case $verdict in
	"$2 ${3-}"*) return 0 ;;
	esac
	return 1
}

# status_of FILTER: of jq
status_of() {
	caretaker status --json | jq -r "$1"
}

# says_status FILTER: which jq finds true; no answer is none
says_status() {
	local status
	status=$(caretaker status --json)
	[ -n "$status" ] && jq -e "$1" <<<"$status"
}

# field_of PID NAME: of /proc/PID/status
field_of() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# has_field PID NAME VALUE
has_field() {
	local value
	value=$(field_of "$1" "$2")
	echo "$2 of $1: $value"
	[ "$value" = "$3" ]
}

# Capabilities as /proc shows them: 1 shifted by each number of capability.h
CAPS_NONE=0000000000000000
CAPS_CORE=00000000000810e4 # DAC_READ_SEARCH KILL SETGID SETUID NET_ADMIN SYS_PTRACE
CAPS_HAND=000000020000000b # CHOWN DAC_OVERRIDE FOWNER MAC_ADMIN
