# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The parts of packaging/quickstart: how it looks at the machine, starts, stops and removes.

# shellcheck disable=SC2034 # read by packaging/quickstart, which sets action
SERVER_STATE=/var/lib/caretaker-server
PREFIX=/usr/local
PORT=8443
BUILD=$PWD/build-quickstart
STATE=/var/lib/caretaker-quickstart # what this script installed, for --purge
LOG=/var/log/caretaker-quickstart.log
RUN_LOG=/var/log/caretaker.log # what the programs say where there is no journal
PID_FILE=/run/caretaker/supervise.pid
UNITS=(
	caretaker-server.service
	caretakerd-control.socket
	caretakerd-home.socket
	caretaker-firewall-restore.service
	caretaker-firewall.socket
	caretaker-hand.socket
	caretaker-legacy.socket
	caretaker-courier.path
	caretakerd.service
)
STATE_FOLDERS=(
	/var/lib/caretaker
	/var/spool/caretaker
	/var/lib/caretaker-server
	/run/caretaker
)
# Made by tmpfiles.d; another program may have put something there since
SHARED_FOLDERS=(/etc/brave /etc/chromium /etc/chromium-browser /etc/firefox /etc/opt/chrome)

steps=0
step_number=0
step_label=

open_state() {
	mkdir -p "$STATE"
	exec 9>"$STATE/lock"
	flock -n 9 || die 'packaging/quickstart is running already'
	touch "$STATE/packages" "$STATE/installed"
	# shellcheck disable=SC2154
	echo "== $(date -u +%FT%TZ) packaging/quickstart, $action" >>"$LOG"
}

# step LABEL: the next of $steps
step() {
	step_number=$((step_number + 1))
	step_label="[$step_number/$steps] $1"
}

done_already() {
	progress_line "$step_label: ${1:-nothing to do}"
}

# run_step HINT COMMAND...: quiet, into the log; the hint when it fails
run_step() {
	local hint=$1
	shift
	progress_run "$step_label" "$LOG" "$@"
	# shellcheck disable=SC2154 # progress_run sets it
	if [ "$progress_status" != 0 ]; then
		echo "What to do: $hint" >&2
		echo "Then run the same command again: it goes on from here." >&2
		exit 1
	fi
}

under_systemd() {
	[ -d /run/systemd/system ]
}

look_at_machine() {
	local name
	name=$(sed -n 's/^PRETTY_NAME="\(.*\)"$/\1/p' /etc/os-release)
	command -v apt-get >/dev/null ||
		die "this is ${name:-no Debian}: quickstart needs apt-get; CONTRIBUTING.md says how to build by hand"
	getent hosts localhost >/dev/null ||
		die 'the name localhost has no address here: add "127.0.0.1 localhost" to /etc/hosts'
	if under_systemd; then
		progress_line "$step_label: $name, with systemd"
	else
		progress_line "$step_label: $name, without systemd: a supervisor starts the programs"
	fi
}

where_logs_are() {
	if under_systemd; then
		echo "Logs: journalctl -u 'caretaker*'; this script's: $LOG"
	else
		echo "Logs: $RUN_LOG; this script's: $LOG"
	fi
}

# as_server ARGUMENT...: caretaker-server with the rights it runs with
as_server() {
	setpriv --reuid _caretaker-server --regid _caretaker-server --clear-groups \
		--no-new-privs "$PREFIX/bin/caretaker-server" "$@"
}

# accounts_make FILE...: the lines of sysusers.d(5) that we use: u NAME, g NAME
accounts_make() {
	local type name
	while read -r type name _; do
		case $type in
		u)
			getent passwd "$name" >/dev/null ||
				useradd --system --user-group --no-create-home \
					--home-dir /nonexistent --shell /usr/sbin/nologin "$name"
			;;
		g)
			getent group "$name" >/dev/null || groupadd --system "$name"
			;;
		esac
	done < <(cat "$@")
}

# directories_make FILE...: the lines of tmpfiles.d(5) that we use: d PATH MODE USER GROUP
directories_make() {
	local type path mode user group
	while read -r type path mode user group; do
		if [ "$type" = d ]; then
			install -d -m "$mode" -o "$user" -g "$group" "$path"
		fi
	done < <(cat "$@")
}

# Users who are logged in now have no worker before their next login, unless it is started here.
start_home_workers() {
	local unit uid
	while read -r unit _; do
		uid=${unit#user@}
		uid=${uid%.service}
		if [ "$uid" -ge 1000 ]; then
			systemctl restart "caretaker-home@$uid.service"
		fi
	done < <(systemctl list-units --plain --no-legend --state=active 'user@*.service')
}

# wait_for WHAT COMMAND...
wait_for() {
	local what=$1 end=$((SECONDS + 60))
	shift
	while [ "$SECONDS" -lt "$end" ]; do
		if "$@" >/dev/null 2>&1; then
			return
		fi
		sleep 0.2
	done
	echo "waited a minute for $what"
	if ! under_systemd; then
		tail -n 20 "$RUN_LOG"
	else
		journalctl --no-pager -n 20 -u 'caretaker*'
	fi
	return 1
}

port_is_open() {
	(: <"/dev/tcp/localhost/$PORT") 2>/dev/null
}

status_json() {
	timeout 10 "$PREFIX/bin/caretaker" status --json 2>/dev/null || true
}

caretaker_answers() {
	grep -q '"verdicts"' <<<"$(status_json)"
}

is_enrolled() {
	grep -Eq '"enrolled": *true' <<<"$(status_json)"
}

stop_supervisor() {
	local pid
	[ -f "$PID_FILE" ] || return 0
	pid=$(<"$PID_FILE")
	# A pid that is somebody else's by now is not ours to end.
	[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = caretaker-super ] || return 0
	kill -TERM "$pid"
	timeout 90 tail --pid="$pid" -s 0.2 -f /dev/null
}

stop_programs() {
	if under_systemd && [ -f "$PREFIX/lib/systemd/system/caretakerd.service" ]; then
		systemctl stop 'caretaker-home@*.service' caretaker-courier.path \
			caretaker-courier.service caretakerd.service caretaker-hand.service \
			caretaker-firewall.service caretaker-firewall.socket \
			caretaker-legacy.service caretaker-legacy.socket \
			caretakerd-control.socket caretakerd-home.socket caretaker-hand.socket \
			caretaker-server.service
	fi
	stop_supervisor
}

# Undoes what was enforced and leaves the school: both need the programs to run.
let_go() {
	if ! caretaker_answers; then
		start_programs
	fi
	"$PREFIX/bin/caretaker" undo
	if is_enrolled; then
		"$PREFIX/bin/caretaker" leave --yes
	fi
}

# put_back_homes: what a worker wrote below a home goes back with that user's own rights, also for
# whoever is not logged in and has no worker now. Nobody else looks at a home: one on a server that
# is away holds up whoever does.
put_back_homes() {
	local uid gid
	while IFS=: read -r _ _ uid gid _; do
		if [ "$uid" -ge 1000 ] && [ "$uid" -le 60000 ]; then
			timeout 60 setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \
				"$PREFIX/libexec/caretaker/caretaker-home" --put-back </dev/null ||
				echo "not every setting in a home could be put back"
		fi
	done < <(getent passwd)
}

# rmdir_up FOLDER: it and what holds it, as far as they are empty, but no folder right below PREFIX
rmdir_up() {
	local path=$1
	while [ "${path%/*}" != "$PREFIX" ] && rmdir -- "$path" 2>/dev/null; do
		path=${path%/*}
	done
}

# remove_home_state: each user's journal of changes, empty by now, with that user's own rights
remove_home_state() {
	local uid gid home
	while IFS=: read -r _ _ uid gid _ home _; do
		if [ "$uid" -ge 1000 ] && [ "$uid" -le 60000 ]; then
			timeout 60 setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \
				rm -rf -- "$home/.local/state/caretaker" || echo "something was left behind in a home"
		fi
	done < <(getent passwd)
}

remove_all() {
	local path user
	if under_systemd && [ -f "$PREFIX/lib/systemd/system/caretakerd.service" ]; then
		systemctl disable "${UNITS[@]}"
	fi
	while read -r path; do
		[ -d "$path" ] || rm -f -- "$path"
	done <"$STATE/installed"
	# Of the folders, those that are empty now; never one that every prefix has.
	sed 's|/[^/]*$||' "$STATE/installed" | sort -ru | while read -r path; do
		case $path in
		"$PREFIX"/*/*) [ ! -d "$path" ] || rmdir_up "$path" ;;
		esac
	done
	if under_systemd; then
		systemctl daemon-reload
	fi
	rm -rf --one-file-system -- "${STATE_FOLDERS[@]}"
	remove_home_state
	for path in "${SHARED_FOLDERS[@]}"; do
		[ ! -d "$path" ] || rmdir --ignore-fail-on-non-empty -- "$path"
	done
	for user in _caretaker _caretaker-server; do
		if getent passwd "$user" >/dev/null; then
			userdel "$user"
		fi
	done
	if getent group caretaker-admin >/dev/null; then
		groupdel caretaker-admin
	fi
	rm -rf -- "$BUILD" "$RUN_LOG"
}

say_what_stays() {
	local packages
	packages=$(sort -u "$STATE/packages" | paste -sd ' ')
	rm -rf -- "$STATE"
	echo 'Removed. Every setting that Caretaker had changed for the whole computer is as it was before.'
	echo 'So are those in people'"'"'s own folders.'
	if [ -n "$packages" ]; then
		cat <<-EOF
			These packages of the distribution were installed for it and stay; if nothing else
			needs them: apt-get purge --autoremove $packages
		EOF
	fi
	echo "This script's log stays too: $LOG"
}
