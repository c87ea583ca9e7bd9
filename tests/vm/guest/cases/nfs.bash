# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# A person's home on a real NFS server, Debian's own in this machine, with root squashed and mounted
# hard, as a school's is. `lease`: how long the client of Linux waits between two tries at most.

lease=10
uid=4321
served=/srv/homes/remote
home=/home/served/remote
mumble=.config/Mumble/Mumble.conf
teams=.config/teams-for-linux/config.json
unit=caretaker-home@$uid.service

serve() {
	rpc.nfsd --no-nfs-version 3 --lease-time $lease --grace-time $lease 2 &&
		echo Y >/proc/fs/nfsd/v4_end_grace
}
as_person() {
	setpriv --reuid $uid --regid $uid --clear-groups "$@"
}
worker_pid() {
	systemctl show -p MainPID --value "$unit"
}

modprobe -a nfsd nfsv4
mkdir -p $served /home/served
mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd
mountpoint -q /var/lib/nfs/rpc_pipefs || mount -t rpc_pipefs rpc_pipefs /var/lib/nfs/rpc_pipefs
echo '/srv/homes 127.0.0.1(rw,sync,root_squash,no_subtree_check,fsid=7)' >/etc/exports
check 'the server exports homes' exportfs -r
rpc.mountd --no-nfs-version 3
check 'the server serves' serve
check 'they are mounted, hard' mount -t nfs4 -o vers=4.2,hard,sec=sys 127.0.0.1:/srv/homes /home/served

useradd -u $uid -U -d $home -M -s /bin/bash remote
install -d -o $uid -g $uid -m 700 $served $served/.config $served/.config/{Mumble,teams-for-linux}
printf '; mine\r\n[ui]\r\nWindowLayout=2\r\nusage=true' >$served/$mumble
printf '{"disableGpu": true,\n\t"graphApi": {"enabled": true} }' >$served/$teams
chown $uid:$uid $served/$mumble $served/$teams
chmod 640 $served/$mumble
chmod 600 $served/$teams
cp -a $served /run/remote.before
check_not 'root may not look into the home' ls $home

mkfifo /run/remote.login
su -l remote -c 'exec cat' </run/remote.login &
exec 7>/run/remote.login
check_await 'caretakerd knows the clients of that person' /var/lib/caretaker says_status \
	"[.clients[] | select(.uid == $uid and .installed) | .client] | contains([\"mumble\", \"teams-for-linux\"])"
# silent_verdicts OPERATOR N: how many controls are unknown since a worker does not answer
silent_verdicts() {
	says_status "[.verdicts[] | select(.state == \"unknown\" and .reason == \"account-silent\")] | length $1 $2"
}
silent_before=$(status_of '[.verdicts[] | select(.state == "unknown" and .reason == "account-silent")] | length')

# kept_on_server: both files hold what is kept beside what is the person's, whole
kept_on_server() {
	grep -q '^usage=false' $served/$mumble && grep -q '^WindowLayout=2' $served/$mumble &&
		jq -e '.graphApi.enabled == false and .disableGpu == true' $served/$teams
}
# as_before: every byte, mode and owner of the person's files, and no file more but what the session's
# own sound server makes
as_before() {
	diff -r --exclude .local --exclude pulse /run/remote.before $served &&
		[ "$(cd /run/remote.before && stat -c '%n %a %u %g' $mumble $teams)" = \
			"$(cd $served && stat -c '%n %a %u %g' $mumble $teams)" ]
}
# answered WORD CLIENT: until every worker has answered, which a command awaits for 5 s
answered() {
	local try
	for try in {1..20}; do
		echo "try $try"
		caretaker "$@" && return
	done
	return 1
}
both() {
	answered "$1" mumble && answered "$1" teams-for-linux
}
kept_count() {
	says_status "[.clients[] | select(.uid == $uid and .installed and .kept > 0 and .drifted == 0 and
		(has(\"said\") | not))] | length == $1"
}
check 'both are kept' both enforce
check 'so they stand on the server' kept_on_server
check 'mode and owner are the person own' test "$(stat -c %a:%u $served/$mumble)" = "640:$uid"
check 'lines end as the person ended them' grep -q $'^usage=false\r*$' $served/$mumble
check 'and are read back' kept_count 2

check 'the person changes a value' as_person sed -i 's/^usage=false/usage=true/' $home/$mumble
check_await 'it is put back' $served/.config/Mumble kept_on_server

check 'undo succeeds' both undo
check 'every byte is as it was' as_before

rpc.nfsd 0
check_not 'while the server is away, what is asked is not said to be done' caretaker enforce mumble
check 'which is said' sh -c 'caretaker enforce mumble --json | jq -e ".unheard >= 1"'
check 'the daemon answers' caretaker audit --only patch.os-supported
check_await 'what hangs is unknown, with the reason' /var/lib/caretaker silent_verdicts '>' "$silent_before"
check 'what was said of the clients is shown as of then' says_status \
	"[.clients[] | select(.uid == $uid and has(\"said\"))] | length >= 2"
check 'nothing was written' as_before
check 'the daemon starts again' systemctl restart caretakerd.service
check 'and answers' says_status .enrolled
check 'the worker can be ended, and its start holds nobody up' systemctl kill --signal=KILL "$unit"
check 'the daemon still answers' says_status .enrolled

check 'the server is back' serve
check_await 'what was asked is kept now' $served/.config/Mumble \
	grep -q '^usage=false' $served/$mumble
check 'and the other, too' answered enforce teams-for-linux
check 'so they stand on the server' kept_on_server
check_await 'the verdicts are what they were' /var/lib/caretaker silent_verdicts == "$silent_before"
check 'undo succeeds' both undo
check 'every byte is as it was' as_before

exec 7>&-
wait
systemctl stop user@$uid.service
check 'the home is let go' umount /home/served
rpc.nfsd 0
pkill -x rpc.mountd
exportfs -ua
rm -rf /srv/homes /home/served /run/remote.before /run/remote.login
: >/etc/exports
userdel remote
