# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A login starts that user's worker, with that user's rights alone, and its end stops it.

config=/home/pupil/.config/teams-for-linux/config.json
unit=caretaker-home@1000.service

su pupil -c "mkdir -p $(dirname $config) && echo '{\"disableGpu\": true}' >$config"

# A login is a session of PAM that lasts as long as its shell reads from this pipe.
mkfifo /run/login
su -l pupil -c 'loginctl --no-legend list-sessions; exec cat' </run/login &
exec 7>/run/login
check_await 'the user is logged in' /run/systemd/users test -s /run/systemd/users/1000
# systemd notes each unit that it begins to start in this folder; its job is waited for by one more.
is_begun() {
	case $(systemctl is-active "$unit") in
	activ*) ;;
	*) return 1 ;;
	esac
}
check_await "$unit is started" /run/systemd/units is_begun
check "$unit is active" systemctl start "$unit"

worker=$(systemctl show -p MainPID --value "$unit")
check 'it runs as the user' has_field "$worker" Uid "$(printf '1000\t1000\t1000\t1000')"
check 'it has no capability' has_field "$worker" CapBnd "$CAPS_NONE"
check 'it has no-new-privs' has_field "$worker" NoNewPrivs 1
check 'it has filters of system calls' has_field "$worker" Seccomp 2
check_not 'it shares no network with others' test \
	"$(readlink "/proc/$worker/ns/net")" = "$(readlink /proc/1/ns/net)"

check_await 'caretakerd knows the client of that user' /var/lib/caretaker says_status \
	'.clients[] | select(.client == "teams-for-linux" and .uid == 1000) | .installed'
check 'its settings are kept' caretaker enforce teams-for-linux
is_kept() {
	jq -e '.disableGpu == true and .graphApi.enabled == false' "$config"
}
check_await 'the settings are there, beside those of the user' "$(dirname $config)" is_kept
check 'the file is still the user own' test "$(stat -c %U "$config")" = pupil

# Somebody who only claims to be a worker is not believed: not in that unit's cgroup.
check 'undo gives the file back' caretaker undo
check_await 'as the user had it' "$(dirname $config)" \
	sh -c "jq -e '. == {disableGpu: true}' $config"

exec 7>&-
wait
check 'the login ends' systemctl stop user@1000.service
check_not 'and the worker with it' systemctl is-active "$unit"
rm -f /run/login
