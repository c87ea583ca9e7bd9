# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Without systemd: packaging/supervisor keeps the programs, with the limits that units would set.

programs=/usr/local/libexec/caretaker

# pid_named NAME: of /proc/PID/comm, which holds 15 characters
pid_named() {
	pgrep -o -x "${1:0:15}"
}

is_another() {
	local pid
	pid=$(pid_named "$1") && [ "$pid" != "$2" ]
}

supervisor=$(<"/run/caretaker/supervise.pid")
core=$(pid_named caretakerd)
server=$(pid_named caretaker-server)

check 'caretakerd keeps six capabilities' has_field "$core" CapEff "$CAPS_CORE"
check 'caretakerd can gain no other' has_field "$core" CapBnd "$CAPS_CORE"
check 'caretakerd has no-new-privs' has_field "$core" NoNewPrivs 1
check 'caretakerd has a filter of system calls' has_field "$core" Seccomp 2
check 'the server has no capability' has_field "$server" CapEff "$CAPS_NONE"
check 'the server is not root' has_field "$server" Uid \
	"$(id -u _caretaker-server | awk -v OFS='\t' '{ print $1, $1, $1, $1 }')"
check 'it says that no unit of systemd limits it' is_verdict agent.no-surveillance unknown sandbox-unseen
check 'its environment is clean' test "$(tr '\0' '\n' <"/proc/$core/environ" |
	cut -d= -f1 | sort | paste -sd ' ')" = 'GLIBC_TUNABLES LANG LISTEN_FDNAMES LISTEN_FDS LISTEN_PID PATH'

check 'control.sock is for all' test "$(stat -c %a:%U /run/caretaker/control.sock)" = 666:root
check 'home.sock is for all' test "$(stat -c %a:%U /run/caretaker/home.sock)" = 666:root
check 'hand.sock is for root' test "$(stat -c %a:%U /run/caretaker/hand.sock)" = 600:root
check 'firewall.sock is for root' test "$(stat -c %a:%U /run/caretaker/firewall.sock)" = 600:root
check 'legacy.sock is for root' test "$(stat -c %a:%U /run/caretaker/legacy.sock)" = 600:root
check 'a second supervisor does not start' fails "$programs/caretaker-supervise"

# The worker of the one regular user, and the file that caretakerd believes it by
uid=$(id -u pupil)
worker_is_written_down() {
	local pid start
	read -r pid start <"/run/caretaker/homes/$uid.pid" &&
		[ "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f20)" = "$start" ]
}
check_await 'the worker of a user is written down' /run/caretaker/homes worker_is_written_down
read -r worker _ <"/run/caretaker/homes/$uid.pid"
check 'the worker runs as that user' has_field "$worker" Uid \
	"$(printf '%s\t%s\t%s\t%s' "$uid" "$uid" "$uid" "$uid")"
check 'the worker has no capability' has_field "$worker" CapBnd "$CAPS_NONE"
check 'the worker has no-new-privs' has_field "$worker" NoNewPrivs 1
check 'its file belongs to root' test \
	"$(stat -c %a:%U "/run/caretaker/homes/$uid.pid")" = 644:root

worker_is_another() {
	worker_is_written_down && ! grep -q "^$worker " "/run/caretaker/homes/$uid.pid"
}
kill -KILL "$worker"
check_await 'a worker that died comes back' /run/caretaker/homes worker_is_another

# Its socket stays with the supervisor, so who asks meanwhile only waits for the new one.
kill -KILL "$core"
check 'caretakerd that died comes back' says_status '.verdicts | length > 0'
check 'as another process' is_another caretakerd "$core"
check 'and is still enrolled' says_status .enrolled

check 'the supervisor is the same' test "$supervisor" = "$(<"/run/caretaker/supervise.pid")"
