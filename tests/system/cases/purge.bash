# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# packaging/quickstart --stop and --purge: nothing of ours is left.

port_is_open() {
	(: </dev/tcp/localhost/8443) 2>/dev/null
}

none_runs() {
	! pgrep -l '^caretaker'
}

check '--stop succeeds' packaging/quickstart --stop
check 'nothing runs' none_runs
check_not 'the port is closed' port_is_open
check 'the enrolment is still there' test -s /var/lib/caretaker/state.json

check '--purge succeeds' packaging/quickstart --purge
check 'nothing runs any more' none_runs
for path in /var/lib/caretaker /var/lib/caretaker-server /var/spool/caretaker /run/caretaker \
	/usr/local/libexec/caretaker /usr/local/share/caretaker /var/lib/caretaker-quickstart; do
	check "$path is gone" test ! -e "$path"
done
check 'no file of ours is left' test -z "$(find /usr/local /etc -name '*caretaker*' -not -name 'caretaker-tests*')"
check_not 'no user is left' getent passwd _caretaker _caretaker-server
check_not 'no group is left' getent group caretaker-admin
check '--purge can be run again' packaging/quickstart --purge
