# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tests, disks, disk_key: of who sources this
# disk.swap-encrypted with swap of every kind. What is right is told by what the kernel puts out: a
# process is filled with a word, its memory is reclaimed, and the word is looked for on the disks.

# shellcheck source=tests/vm/guest/disk.bash
source "$tests/disk.bash"

control=disk.swap-encrypted
d=("${disks[@]}")
modprobe zram num_devices=1
modprobe raid1
modprobe btrfs
group=/sys/fs/cgroup/lab-swap
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir -p "$group"
filled=/run/filled
mkfifo "$filled"

# hold_word: 2 MB of the word in a reader's buffer, until it is killed
hold_word() {
	echo "$BASHPID" >"$group/cgroup.procs"
	{
		yes "$disk_word" | head -c 2000000
		echo >"$filled"
		exec sleep infinity
	} | exec dd bs=4M count=1 iflag=fullblock of=/dev/null status=none
}

# swap_right [DISK...]: those of the lab when none is named
swap_right() {
	local out
	disk_word=caretaker-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	(hold_word) &
	read -r _ <"$filled"
	echo 4M >"$group/memory.reclaim" 2>/dev/null
	out=$(<"$group/memory.swap.current")
	sync
	echo "swapped out: $out" >&2
	if [ "$out" -lt 1000000 ]; then
		echo 'not swapped'
	else
		word_verdict "${@:-${d[@]}}"
	fi
	echo 1 >"$group/cgroup.kill"
	wait
}

# swap NAME WANT [DISK...]
swap() {
	lab_event "swap-$1" "$control" "$2" 'the word on the disk' swap_right "${@:3}"
}

none_right() {
	if [ "$(wc -l </proc/swaps)" = 1 ]; then
		echo na
	else
		echo some
	fi
}

# swap_on DEVICE [OPTION...]
swap_on() {
	mkswap -q "$1" >/dev/null && swapon "${@:2}" "$1"
}

# over COMMAND...
over() {
	swapoff -a
	while [ $# -gt 0 ]; do
		bash -c "$1"
		shift
	done
	disks_free
}

lab_event swap-none "$control" na:no-swap 'the kernel: /proc/swaps' none_right

check 'a plain disk' swap_on "${d[0]}"
swap plain fail:swap-plain
over
lab_event swap-off-again "$control" na:no-swap 'the kernel: /proc/swaps' none_right
partitioned() {
	printf 'label: gpt\n,100M\n' | sfdisk -q "${d[0]}" && udevadm settle && "$@"
}
check 'a partition' partitioned swap_on "${d[0]}1"
swap partition fail:swap-plain
over
luks_swap() {
	luks vault "$1" && swap_on /dev/mapper/vault
}
check 'LUKS' luks_swap "${d[0]}"
swap luks pass:swap-encrypted
over 'cryptsetup close vault'
random_key() {
	cryptsetup open --type plain --cipher aes-xts-plain64 --key-size 256 \
		--key-file /dev/urandom "${d[0]}" vault && swap_on /dev/mapper/vault
}
check 'a key of one boot, as crypttab has it' random_key
swap random-key pass
over 'cryptsetup close vault'

volume() {
	lvm vgcreate -q swaps "$1" >/dev/null && lvm lvcreate -q -y -l 100%FREE -n all swaps >/dev/null
}
gone='lvm vgremove -q -y -f swaps >/dev/null'
lvm_swap() {
	volume "$1" && swap_on /dev/swaps/all
}
check 'LVM' lvm_swap "${d[0]}"
swap lvm fail:swap-plain
over "$gone"
lvm_on_luks() {
	luks vault "${d[0]}" && lvm_swap /dev/mapper/vault
}
check 'LVM on LUKS' lvm_on_luks
swap lvm-on-luks pass
over "$gone" 'cryptsetup close vault'
luks_on_lvm() {
	volume "${d[0]}" && luks_swap /dev/swaps/all
}
check 'LUKS on LVM' luks_on_lvm
swap luks-on-lvm pass
over 'cryptsetup close vault' "$gone"
raid() {
	mdadm --create /dev/md0 --run --quiet --level=1 --metadata=1.2 --raid-devices=2 \
		--assume-clean "$@" && udevadm settle
}
raid_swap() {
	raid "$@" && swap_on /dev/md0
}
stop_raid='mdadm --stop --quiet /dev/md0'
check 'RAID' raid_swap "${d[0]}" "${d[1]}"
swap raid fail:swap-plain
over "$stop_raid"
luks_on_raid() {
	raid "${d[0]}" "${d[1]}" && luks_swap /dev/md0
}
check 'LUKS on RAID' luks_on_raid
swap luks-on-raid pass
over 'cryptsetup close vault' "$stop_raid"

# Files
mkdir -p /run/data
swap_file() {
	fallocate -l 40M "$1" && chmod 600 "$1" && swap_on "$1"
}
file_on_plain() {
	mkfs.ext4 -q -F "${d[0]}" && mount "${d[0]}" /run/data && swap_file "$1"
}
check 'a file of a plain disk' file_on_plain /run/data/swapfile
swap file-on-plain fail:swap-plain
over 'umount /run/data'
check 'a file of a plain disk, with blanks in its name' file_on_plain '/run/data/swap file'
swap file-with-blanks fail:swap-plain
over 'umount /run/data'
file_on_luks() {
	luks vault "${d[0]}" && mkfs.ext4 -q -F /dev/mapper/vault &&
		mount /dev/mapper/vault /run/data && swap_file /run/data/swapfile
}
check 'a file on LUKS' file_on_luks
swap file-on-luks pass
over 'umount /run/data' 'cryptsetup close vault'
check 'a file of the encrypted root' swap_file /swapfile
swap file-on-the-root pass /dev/vda
over 'rm /swapfile'
btrfs_file() {
	mkfs.btrfs -q -f "$1" && mount "$1" /run/data && touch /run/data/swapfile &&
		chattr +C /run/data/swapfile && swap_file /run/data/swapfile
}
check 'a file on btrfs' btrfs_file "${d[0]}"
swap file-on-btrfs fail:swap-plain
over 'umount /run/data'
btrfs_file_on_luks() {
	luks vault "${d[0]}" && btrfs_file /dev/mapper/vault
}
check 'a file on btrfs on LUKS' btrfs_file_on_luks
swap file-on-btrfs-on-luks pass
over 'umount /run/data' 'cryptsetup close vault'
bound() {
	file_on_plain /run/data/swapfile && swapoff -a && mkdir -p /run/bound &&
		mount --bind /run/data /run/bound && swapon /run/bound/swapfile
}
check 'a file by way of a bind mount' bound
swap file-by-a-bind-mount fail:swap-plain
over 'umount /run/bound' 'umount /run/data'
loop_swap() {
	truncate -s 40M /run/swap.loop.img && mv /run/swap.loop.img /var/ &&
		loop=$(losetup -f --show /var/swap.loop.img) && swap_on "$loop"
}
check 'a loop device on the encrypted root' loop_swap
swap loop-on-the-root pass /dev/vda
over 'losetup -D; rm /var/swap.loop.img'

# Memory
zram_swap() {
	echo 64M >/sys/block/zram0/disksize && swap_on /dev/zram0 "$@"
}
reset='echo 1 >/sys/block/zram0/reset'
check 'zram' zram_swap
swap zram pass:swap-encrypted
over "$reset"
zram_and_plain() {
	zram_swap -p 5 && swap_on "${d[0]}" -p 10
}
check 'zram, and a plain disk' zram_and_plain
swap zram-and-plain fail:swap-plain
over "$reset"
zram_and_luks() {
	zram_swap -p 5 && luks vault "${d[0]}" && swap_on /dev/mapper/vault -p 10
}
check 'zram, and LUKS' zram_and_luks
swap zram-and-luks pass
over "$reset" 'cryptsetup close vault'

# What a zram device puts out to a disk by itself
written_back() {
	[ -e /sys/block/zram0/backing_dev ] && echo "$1" >/sys/block/zram0/backing_dev && zram_swap
}
writeback_right() {
	local out
	disk_word=caretaker-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	(hold_incompressible) &
	read -r _ <"$filled"
	echo 12M >"$group/memory.reclaim" 2>/dev/null
	echo all >/sys/block/zram0/idle
	echo idle >/sys/block/zram0/writeback
	out=$(awk '{ print $3 }' /sys/block/zram0/bd_stat)
	sync
	echo "written back: $out" >&2
	if [ "$out" -lt 100 ]; then
		echo 'not written back'
	else
		word_verdict "${d[@]}"
	fi
	echo 1 >"$group/cgroup.kill"
	wait
}
# Pages that do not shrink are written as they are: random bytes with the word between them
hold_incompressible() {
	echo "$BASHPID" >"$group/cgroup.procs"
	{
		for ((i = 0; i < 250; i++)); do
			head -c 4000 /dev/urandom
			echo "$disk_word"
		done
		echo >"$filled"
		exec sleep infinity
	} | exec dd bs=16M count=1 iflag=fullblock of=/dev/null status=none
}
if [ -e /sys/block/zram0/backing_dev ]; then
	check 'zram before a plain disk' written_back "${d[0]}"
	lab_event swap-zram-writes-to-plain "$control" fail:swap-plain 'the word on the disk' \
		writeback_right
	over "$reset"
	zram_on_luks() {
		luks vault "${d[0]}" && written_back /dev/mapper/vault
	}
	check 'zram before LUKS' zram_on_luks
	lab_event swap-zram-writes-to-luks "$control" pass 'the word on the disk' writeback_right
	over "$reset" 'cryptsetup close vault'
fi
rmdir "$group"
rm "$filled"
modprobe -r zram
