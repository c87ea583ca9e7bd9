# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What packaging/quickstart and tests/run share: packages of the distribution, and steps that show
# how far they are. Sourced with the top of the tree as the working directory.

# die TEXT [STATUS]
die() {
	echo "${0##*/}: $1" >&2
	exit "${2:-1}"
}

have_npm() {
	command -v npm >/dev/null
}

# packages_missing LIST...: names in packaging/dependencies/LIST.list that are not installed
packages_missing() {
	local list files=()
	for list in "$@"; do
		files+=("packaging/dependencies/$list.list")
	done
	comm -23 \
		<(sort -u "${files[@]}") \
		<(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' | sed -n 's/^[ih]i //p' | sort -u) |
		paste -sd ' '
}

# packages_install "NAME NAME..."
packages_install() {
	local names
	read -ra names <<<"$1"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	apt-get install -q -y --no-install-recommends "${names[@]}"
}

progress_line() {
	printf '%s\n' "$*"
}

# progress_watch LABEL PID: a line that counts seconds on a terminal; the status of PID
progress_watch() {
	local label=$1 pid=$2 began=$SECONDS status=0
	if [ -t 1 ]; then
		while kill -0 "$pid" 2>/dev/null; do
			printf '\r%s … %d s ' "$label" $((SECONDS - began))
			sleep 0.5
		done
		printf '\r\033[K'
	fi
	wait "$pid" || status=$?
	if [ "$status" = 0 ]; then
		printf '%s: %d s\n' "$label" $((SECONDS - began))
	fi
	return "$status"
}

progress_status=0

# progress_run LABEL LOG COMMAND...: quiet while it works, its last lines when it does not. Sets
# progress_status. To be called plainly: in a condition, set -e would not hold in COMMAND.
progress_run() {
	local label=$1 log=$2 from
	shift 2
	from=$(($(wc -l <"$log" 2>/dev/null || echo 0) + 1))
	"$@" >>"$log" 2>&1 </dev/null &
	progress_status=0
	progress_watch "$label" $! || progress_status=$?
	if [ "$progress_status" != 0 ]; then
		echo "failed: $label. Its last lines, out of $log:" >&2
		tail -n "+$from" "$log" | tail -n 40 | sed 's/^/    /' >&2
	fi
}
