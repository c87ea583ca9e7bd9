# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What packaging/quickstart and tests/run share: packages of the distribution, and steps that show
# how far they are. Sourced from the top of the tree.

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
		<(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p' | sort -u) |
		paste -sd ' '
}

# packages_install "NAME NAME...": fresh lists only when apt knows none of them
packages_install() {
	local names
	read -ra names <<<"$1"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	apt-get install -q -y --no-install-recommends "${names[@]}"
}

progress_label=
progress_began=0

progress_line() {
	printf '%s\n' "$*"
}

progress_start() {
	progress_label=$1
	progress_began=$SECONDS
	if [ -t 1 ]; then
		printf '%s …\r' "$progress_label"
	fi
}

progress_end() {
	printf '%s: %d s\n' "$progress_label" $((SECONDS - progress_began))
}

# progress_run LABEL COMMAND...: quiet while it works, its last lines when it does not
progress_run() {
	local label=$1 log
	shift
	log=$(mktemp)
	progress_start "$label"
	if ! "$@" >"$log" 2>&1 </dev/null; then
		echo "failed: $label" >&2
		tail -n 40 "$log" >&2
		rm -f "$log"
		exit 1
	fi
	rm -f "$log"
	progress_end
}
