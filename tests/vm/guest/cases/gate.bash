# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The recording gate, on a kernel with AppArmor: a program stands at Zoom's path and tries to leave a
# recording. What is right is what lies on disk afterwards, and what the kernel says of profiles.

profiles=/sys/kernel/security/apparmor/profiles
profile=caretaker-zoom
file=/etc/apparmor.d/$profile
book=/var/lib/caretaker/undo/gates.json
control=conf.local-recording-off
zoom=/opt/zoom/zoom
folder=/home/pupil/Documents
# ways to record; what a meeting program has to be able to do
record=(create audio raw case append overwrite elsewhere hidden unfinished rename exchange link
	tmpfile symlink mmap truncate child)
need=(settings documents read memory network programs)

# make_folder: empty but for a recording from before
make_folder() {
	rm -rf "$folder" /var/tmp/elsewhere.mp4
	install -d -o pupil -g pupil "$folder"
	echo 'an old recording' | install -o pupil -g pupil -m 600 /dev/stdin "$folder/old.mp4"
}

# as_pupil PROGRAM WAY...: in a folder without recordings but the old one
as_pupil() {
	local program=$1
	shift
	make_folder
	runuser -u pupil -- "$program" "$folder" "$@"
}

# recordings: how many files are one, or hold what a recording holds under any name of one
recordings() {
	{
		find "$folder" /var/tmp -maxdepth 3 -type f \
			\( -iname '*.mp4' -o -iname '*.m4a' -o -iname '*.zoom' \) ! -name old.mp4
		find "$folder/Zoom" -type f -name '*.tmp' 2>/dev/null
		echo 'an old recording' | cmp -s - "$folder/old.mp4" || echo old.mp4
	} | wc -l
}

# tries PROGRAM WAY: "recorded" or "nothing", by what lies on disk
tries() {
	as_pupil "$1" "$2" >&2
	if [ "$(recordings)" = 0 ]; then echo nothing; else echo recorded; fi
}

# does PROGRAM WAY: whether all of it worked
does() {
	local answer
	answer=$(as_pupil "$1" "$2")
	echo "$answer"
	[ "$answer" = "$2 done" ]
}

is_enforced() {
	grep -qx "$profile (enforce)" "$profiles"
}

# confined PID: under the gate, says the kernel
confined() {
	local label
	label=$(cat "/proc/$1/attr/current")
	echo "$label"
	[ "$label" = "$profile (enforce)" ]
}

# as_server ARGUMENT...
as_server() {
	setpriv --reuid _caretaker-server --regid _caretaker-server --clear-groups \
		/usr/local/bin/caretaker-server "$@"
}

enrol() {
	as_server token --ownership school --uses 1 | caretaker enrol --yes
}

is_gone() {
	! is_enforced && [ ! -e $file ]
}

hash_of() {
	cat /sys/kernel/security/apparmor/policy/profiles/$profile.*/sha{1,256} 2>/dev/null
}

check 'the kernel has AppArmor' grep -qx Y /sys/module/apparmor/parameters/enabled
if ! systemctl is-active --quiet apparmor; then
	systemctl start apparmor
fi

# What is proved below is of worth only if all of these record where nothing keeps them from it.
for way in "${record[@]}"; do
	check "without the gate, it records: $way" test "$(tries /usr/local/bin/recorder "$way")" = recorded
done

# The client comes, as a package does.
mkdir -p /run/zoom/DEBIAN /run/zoom/opt/zoom
printf 'Package: zoom\nVersion: 6.2.0.1855\nArchitecture: amd64\nMaintainer: x <x@example.org>\nDescription: x\n' \
	>/run/zoom/DEBIAN/control
install -m 755 /usr/local/bin/recorder /run/zoom/opt/zoom/zoom
dpkg-deb --build /run/zoom /run/zoom.deb >/dev/null
check 'the client is installed' dpkg -i /run/zoom.deb
check_await 'the gate is set up by itself' /var/lib/caretaker/undo is_enforced
check_await 'and judged' /var/lib/caretaker is_verdict $control pass recording-off
check 'its file is for the next start' test -s $file
check 'anybody can read it, root alone write it' test "$(stat -c %a:%U $file)" = 644:root
check 'what it loaded is written down' grep -q "$(hash_of | head -n 1)" $book

# Its owner agreed to nothing here: what the school had set up goes with it.
check 'this machine leaves its school' caretaker leave --yes
check_await 'which takes the gate away' /etc/apparmor.d is_gone
check 'this machine is enrolled again' enrol
check_await 'which sets it up again' /var/lib/caretaker/undo is_enforced
check_await 'and it is judged again' /var/lib/caretaker is_verdict $control pass recording-off

for way in "${record[@]}"; do
	check "the gate denies: $way" test "$(tries $zoom "$way")" = nothing
done
for way in "${need[@]}"; do
	check "the gate leaves alone: $way" does $zoom "$way"
done

# As flatpak starts it: another root, no new privileges, and the path that flatpak has
in_sandbox() {
	local root=/run/sandbox
	make_folder
	mkdir -p $root
	unshare --mount --propagation private bash -euc "
		mount --bind / $root
		mount -t tmpfs none $root/app
		mkdir -p $root/app/extra/zoom $root/mnt
		install -m 755 /usr/local/bin/recorder $root/app/extra/zoom/zoom
		mount --rbind /proc $root/proc
		mount --rbind /home $root/home
		cd $root
		pivot_root . mnt
		umount -l /mnt
		exec setpriv --reuid pupil --regid pupil --clear-groups --no-new-privs \
			/app/extra/zoom/zoom $folder $*"
}
mkdir -p /app
check 'in a sandbox like that of flatpak it runs' in_sandbox settings
recorded_in_sandbox() {
	in_sandbox create
	[ "$(recordings)" != 0 ]
}
check_not 'and the gate denies there too' recorded_in_sandbox

# The denials go to the log of the kernel and name files: nothing of it may come near a report.
check_not 'no name of a file is in the state' grep -rqs 'create.mp4' /var/lib/caretaker /var/spool/caretaker
check_not 'nor in our log' sh -c "journalctl -q -u 'caretaker*' | grep -q '\.mp4'"

# Somebody takes it away, in each of the ways that root has.
restored() {
	is_enforced && [ "$(tries $zoom create)" = nothing ]
}
printf '%s' $profile >/sys/kernel/security/apparmor/.remove
check_await 'a profile that is removed is loaded again' /var/lib/caretaker/undo restored
rm -f $file
check_await 'a file that is removed is written again' /etc/apparmor.d test -s $file
printf 'profile %s /opt/zoom/** flags=(complain) { /** rwlkmix, }\n' $profile | apparmor_parser -r -K
check_await 'one that only complains is replaced' /var/lib/caretaker/undo restored
printf 'profile %s /opt/zoom/** { /** rwlkmix, capability, network, }\n' $profile | apparmor_parser -r -K
check_await 'a weaker one of the same name is replaced' /var/lib/caretaker/undo restored
check_await 'that is shown' /var/lib/caretaker says_status \
	'.restored | map(select(.client == "zoom" and .key == "recording")) | length > 0'
check_await 'and the verdict is right again' /var/lib/caretaker is_verdict $control pass recording-off

# A client that ran before the gate was loaded goes on without it.
check 'undo lifts the gate' caretaker undo zoom
check_not 'nothing is loaded' is_enforced
check 'no file is left' test ! -e $file
check 'it records again' test "$(tries $zoom create)" = recorded
make_folder
mkfifo /run/asked /run/answered
exec 7<>/run/answered
# meet: a client runs until leave
meet() {
	make_folder
	runuser -u pupil -- $zoom "$folder" - </run/asked >/run/answered 7>&- &
	exec 8>/run/asked
}
leave() {
	exec 8>&-
	wait
}
# asks WAY ANSWER: of the client that runs
asks() {
	local answer
	echo "$1" >&8
	read -r -t "$AWAIT_SECONDS" answer <&7
	echo "$answer"
	[ "$answer" = "$1 $2" ]
}
meet
check 'a meeting is on' asks settings 'done'
check 'the owner wants the gate' caretaker enforce zoom
check 'it is loaded' is_enforced
check_await 'the running client is told apart' /var/lib/caretaker is_verdict $control fail gate-not-taken
check 'since it still can record' asks create 'done'
leave
# By itself it follows within a minute, as below: no event tells of a program's end.
check 'once it is closed, all is well' test "$(judged_now $control)" = pass:recording-off

# An exemption begins and ends on a client that runs all the while.
meet
check 'a lesson is on' asks settings 'done'
meeting=$(pgrep -xf "$zoom $folder -")
check 'it is held' confined "$meeting"
check 'it cannot record' asks going-on EACCES

# publish_exemption SECONDS: from now on
publish_exemption() {
	local at=/var/lib/caretaker-server/exempting device
	device=$(jq -r .device /var/lib/caretaker/endpoint.json)
	as_server policy show school | jq --arg device "$device" --argjson seconds "$1" '
		def at($s): now + $s | floor | todate;
		.version += 1 | .exemptions = [{
			id: "lesson-one", feature: "recording", asked_by: "teacher",
			approved_by: "school-leader", purpose: "lesson-for-absent",
			basis: "public-task", consent: "not-needed", considered: ["live-only"],
			persons: ["staff"], pupils_visible: false, taking_part: "voluntary",
			declining: "other-form", notice: "n-1", noticed: at(-2592000),
			devices: [$device], start: at(-60), end: at($seconds),
			delete_by: at($seconds + 86400)}]' >$at.json
	end=$(jq -r '.exemptions[0].end | fromdate' $at.json)
	as_server sign $at.json >$at.jws && as_server policy publish $at.jws
}
lifted() {
	asks going-on 'done'
}
shut() {
	asks audio EACCES
}
check 'the school exempts this device for a minute' publish_exemption 60
caretaker send
check_await 'an exemption lifts the gate of a client that runs' /var/lib/caretaker/undo lifted
check 'which stays under the profile of that name' confined "$meeting"
check 'the file still shuts it at the next start' grep -q 'deny' $file
check_await 'and the verdict says exempt' /var/lib/caretaker is_verdict $control exempt
before=$(stat -c %s "$folder/going-on.mp4")
check 'the recording goes on' lifted
check_await 'its end shuts the gate on the running client' /var/lib/caretaker/undo shut
echo "shut $(($(date +%s) - end)) seconds after the end"
check 'what was recorded until then is left alone' test "$(stat -c %s "$folder/going-on.mp4")" -gt "$before"
# The kernel does not ask again about a file that was opened under a profile of the same name.
check_await 'a recording that goes on is told' /var/lib/caretaker is_verdict $control fail gate-not-taken
leave
check_await 'once the client is closed, all is well' /var/lib/caretaker is_verdict $control pass recording-off

# Somebody else's profile for this program: left alone, and told.
printf 'profile by-hand /opt/zoom/zoom { /** rwlkmix, capability, network, }\n' >/etc/apparmor.d/by-hand
check 'the gate is taken away' caretaker undo zoom
apparmor_parser -a -K /etc/apparmor.d/by-hand
conflict() {
	caretaker enforce --dry-run --json |
		jq -e '.changes | map(select(.client == "zoom" and .key == "recording" and .result == "conflict")) | length == 1'
}
check 'a profile of somebody else is a conflict' conflict
caretaker enforce zoom
check_not 'and nothing of ours is loaded beside it' is_enforced
check 'nor written' test ! -e $file
check_await 'what it allows cannot be told' /var/lib/caretaker is_verdict $control unknown gate-of-others
apparmor_parser -R /etc/apparmor.d/by-hand
rm /etc/apparmor.d/by-hand
check_await 'without it, the gate is set up' /var/lib/caretaker/undo is_enforced

# For the cases that follow: as it was.
check 'undo' caretaker undo zoom
check_not 'leaves nothing loaded' is_enforced
check 'nor compiled' test -z "$(find /var/cache/apparmor -name "$profile" 2>/dev/null)"
dpkg --purge zoom >/dev/null 2>&1
rm -f /var/lib/caretaker-server/exempting.*
rm -rf /run/zoom /run/zoom.deb /run/asked /run/answered /app "$folder" /run/sandbox
