# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # results and said: of who sources this
#
# What a case of the lab is written with: a machine in some state, what is right of it, and what
# caretaker says. Each is one line of the result; tests/vm/README.md tells of the lines.

# The daemon answers at once; only a machine that hangs takes this long.
LAB_SECONDS=60

# lab CASE CONTROL WANT ORACLE COMMAND...: the daemon is asked to judge now.
#
# COMMAND prints pass, fail, unknown or na, by other means than ours; ORACLE names these means. WANT
# is what the case set out to make of the machine, so that one that went wrong is not taken for a
# right answer: a state, or state:reason for caretaker's reason too.
lab() {
	lab_write judged_now "$@"
}

# lab_event ...: as lab, but nobody asks: the verdict that the daemon holds has to follow by itself.
lab_event() {
	await "$LAB_SECONDS" /var/lib/caretaker -- bash -uc '"$@"' bash is_wanted "$2" "$3"
	lab_write held "$@"
}

# is_wanted CONTROL STATE[:REASON]
is_wanted() {
	local state=${2%%:*} reason=
	case $2 in
	*:*) reason=${2#*:} ;;
	esac
	is_verdict "$1" "$state" "$reason"
}

judged_now() {
	caretaker audit --only "$1" --json | verdict_text "$1"
}

held() {
	caretaker status --json | verdict_text "$1"
}

verdict_text() {
	jq -r --arg id "$1" '.verdicts[] | select(.id == $id) | .state + ":" + .reason'
}

# lab_write ASK CASE CONTROL WANT ORACLE COMMAND...
lab_write() {
	local ask=$1 name=$2 control=$3 want=$4 oracle=$5 right said_state
	shift 5
	right=$("$@")
	said_state=$("$ask" "$control")
	# No value holds what JSON would want escaped.
	printf 'lab {"case":"%s","control":"%s","oracle":"%s","right":"%s","caretaker":"%s","reason":"%s"}\n' \
		"$name" "$control" "$oracle" "$right" "${said_state%%:*}" "${said_state#*:}" \
		>>"$results"
	check "lab: $name: $control: it is $want, says $oracle" [ "$right" = "${want%%:*}" ]
	check "lab: $name: $control: so says caretaker" lab_agrees "$want" "$said_state"
}

# lab_agrees STATE[:REASON] STATE:REASON
lab_agrees() {
	echo "wanted $1, got $2"
	case $1 in
	*:*) [ "$1" = "$2" ] ;;
	*) [ "$1" = "${2%%:*}" ] ;;
	esac
}
