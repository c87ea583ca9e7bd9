# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tests, disks, luks2_small, disk_key: of who sources this
# disk.encrypted with real disks below /home, in every way that Debian can lay them out.

# shellcheck source=tests/vm/guest/disk.bash
source "$tests/disk.bash"

control=disk.encrypted
d=("${disks[@]}")
for module in dm_crypt dm_integrity dm_verity dm_thin_pool raid1 btrfs bcache loop fuse overlay; do
	modprobe "$module"
done

check_await 'a root on LUKS passes' /var/lib/caretaker is_verdict "$control" pass

# home NAME WANT: the homes are there as the case made them; the verdict follows by itself
home() {
	lab_event "disk-$1" "$control" "$2" 'the word on the disk' home_right
}

# over COMMAND...: the homes go, then what they stood on; all is well again
over() {
	umount /home
	while [ $# -gt 0 ]; do
		bash -c "$1"
		shift
	done
	disks_free
}

check 'plain: a disk' home_on "${d[0]}"
home plain fail:not-encrypted
over
check_await 'without it all is well again' /var/lib/caretaker is_verdict "$control" pass

# partitioned SIZE COMMAND...
partitioned() {
	printf 'label: gpt\n,%s\n' "$1" | sfdisk -q "${d[0]}" && udevadm settle && "${@:2}"
}
check 'partition: plain' partitioned 100M home_on "${d[0]}1"
home partition fail:not-encrypted
over
luks_home() {
	luks vault "$@" && home_on /dev/mapper/vault
}
check 'partition: LUKS' partitioned 100M luks_home "${d[0]}1"
home partition-luks pass
over 'cryptsetup close vault'

check 'LUKS2' luks_home "${d[0]}"
home luks2 pass:all-encrypted
over 'cryptsetup close vault'
luks1_home() {
	cryptsetup luksFormat --type luks1 "${luks_fast[@]}" "${d[0]}" &&
		cryptsetup open --key-file "$disk_key" "${d[0]}" vault && home_on /dev/mapper/vault
}
check 'LUKS1' luks1_home
home luks1 pass
over 'cryptsetup close vault'
detached() {
	cryptsetup luksFormat "${luks_fast[@]}" --type luks2 --header /run/header "${d[0]}" &&
		cryptsetup open --key-file "$disk_key" --header /run/header "${d[0]}" vault &&
		home_on /dev/mapper/vault
}
check 'LUKS with its header elsewhere' detached
home luks-detached-header pass
over 'cryptsetup close vault' 'rm /run/header'
check 'LUKS in another mode' luks_home "${d[0]}" --cipher aes-cbc-essiv:sha256
home luks-cbc pass
over 'cryptsetup close vault'
# Each block is written once before: a small one
check 'LUKS with integrity' partitioned 16M luks_home "${d[0]}1" --cipher aes-xts-plain64 \
	--integrity hmac-sha256
home luks-integrity pass
over 'cryptsetup close vault'
plain_mode() {
	cryptsetup open --type plain --cipher aes-xts-plain64 --key-size 256 \
		--key-file /dev/urandom "${d[0]}" vault && home_on /dev/mapper/vault
}
check 'dm-crypt without a header' plain_mode
home dm-crypt-plain-mode pass
over 'cryptsetup close vault'
by_hand() {
	dmsetup create vault --table "0 $(blockdev --getsz "${d[0]}") $1" && home_on /dev/mapper/vault
}
check 'a crypt target without a maker' by_hand \
	"crypt aes-xts-plain64 $(od -An -N32 -tx1 /dev/urandom | tr -d ' \n') 0 ${d[0]} 0"
check_await 'is no failure: it cannot be told' /var/lib/caretaker \
	is_verdict "$control" unknown source-missing
over 'dmsetup remove vault'

integrity() {
	integritysetup format -q "${d[0]}1" && integritysetup open "${d[0]}1" checked &&
		home_on /dev/mapper/checked
}
check 'integrity alone' partitioned 16M integrity
home integrity-alone fail:not-encrypted
over 'integritysetup close checked'

# LVM
volumes() {
	lvm vgcreate -q homes "$@" >/dev/null && lvm lvcreate -q -y -l 100%FREE -n all homes >/dev/null
}
lvm_home() {
	volumes "$@" && home_on /dev/homes/all
}
gone='lvm vgremove -q -y -f homes >/dev/null'
check 'LVM' lvm_home "${d[0]}"
home lvm fail:not-encrypted
over "$gone"
lvm_on_luks() {
	luks vault "${d[0]}" && lvm_home /dev/mapper/vault
}
check 'LVM on LUKS' lvm_on_luks
home lvm-on-luks pass
over "$gone" 'cryptsetup close vault'
luks_on_lvm() {
	volumes "${d[0]}" && luks_home /dev/homes/all
}
check 'LUKS on LVM' luks_on_lvm
home luks-on-lvm pass
over 'cryptsetup close vault' "$gone"
lvm_half() {
	printf 'label: gpt\n,20M\n,20M\n' | sfdisk -q "${d[0]}" && udevadm settle &&
		luks vault "${d[0]}1" && lvm_home /dev/mapper/vault "${d[0]}2"
}
half_right() {
	# All of it is filled, so that a part lies on each.
	word_write /home/word
	yes "$disk_word" 2>/dev/null | head -c 40M >/home/full 2>/dev/null
	sync
	word_verdict "${d[@]}"
}
check 'LVM on LUKS and on a plain disk' lvm_half
lab_event disk-lvm-half-encrypted "$control" fail:not-encrypted 'the word on the disk' half_right
over "$gone" 'cryptsetup close vault'
lvm_stripes() {
	luks one "${d[0]}" && luks two "${d[1]}" &&
		lvm vgcreate -q homes /dev/mapper/one /dev/mapper/two >/dev/null &&
		lvm lvcreate -q -y -i 2 -l 100%FREE -n all homes >/dev/null && home_on /dev/homes/all
}
check 'LVM in stripes over two LUKS' lvm_stripes
home lvm-stripes-on-luks pass
over "$gone" 'cryptsetup close one' 'cryptsetup close two'
thin() {
	lvm vgcreate -q homes "$1" >/dev/null &&
		lvm lvcreate -q -y --config 'global/thin_check_executable=""' \
			-L 80M -V 80M --thinpool pool -n all homes >/dev/null &&
		home_on /dev/homes/all
}
thin_on_luks() {
	luks vault "${d[0]}" && thin /dev/mapper/vault
}
check 'thin LVM on LUKS' thin_on_luks
home lvm-thin-on-luks pass
over "$gone" 'cryptsetup close vault'
check 'thin LVM' thin "${d[0]}"
home lvm-thin fail:not-encrypted
snapshot() {
	umount /home && lvm lvcreate -q -y -k n --config 'global/thin_check_executable=""' \
		-s -n copy homes/all >/dev/null && mount /dev/homes/copy /home
}
check 'a snapshot of it' snapshot
home lvm-thin-snapshot fail:not-encrypted
over "$gone"

# RAID
raid() {
	mdadm --create /dev/md0 --run --quiet --level=1 --metadata=1.2 --raid-devices=2 \
		--assume-clean "$@" && udevadm settle
}
raid_home() {
	raid "$@" && home_on /dev/md0
}
stop_raid='mdadm --stop --quiet /dev/md0'
check 'RAID' raid_home "${d[0]}" "${d[1]}"
home raid fail:not-encrypted
over "$stop_raid"
luks_on_raid() {
	raid "${d[0]}" "${d[1]}" && luks_home /dev/md0
}
check 'LUKS on RAID' luks_on_raid
home luks-on-raid pass
over 'cryptsetup close vault' "$stop_raid"
raid_on_luks() {
	luks one "${d[0]}" && luks two "${d[1]}" && raid_home /dev/mapper/one /dev/mapper/two
}
check 'RAID on two LUKS' raid_on_luks
home raid-on-luks pass
over "$stop_raid" 'cryptsetup close one' 'cryptsetup close two'
raid_half() {
	luks one "${d[0]}" && raid_home /dev/mapper/one "${d[1]}"
}
check 'RAID on LUKS and on a plain disk' raid_half
home raid-half-encrypted fail:not-encrypted
over "$stop_raid" 'cryptsetup close one'
raid_partition() {
	luks one "${d[0]}" && luks two "${d[1]}" && raid /dev/mapper/one /dev/mapper/two &&
		printf 'label: gpt\n,60M\n' | sfdisk -q /dev/md0 && udevadm settle && home_on /dev/md0p1
}
check 'a partition of a RAID on two LUKS' raid_partition
home raid-partition-on-luks pass
over "$stop_raid" 'cryptsetup close one' 'cryptsetup close two'
raid_luks_lvm() {
	raid "${d[0]}" "${d[1]}" && luks vault /dev/md0 && lvm_home /dev/mapper/vault
}
check 'LVM on LUKS on RAID' raid_luks_lvm
home lvm-on-luks-on-raid pass
over "$gone" 'cryptsetup close vault' "$stop_raid"

# btrfs
btrfs_home() {
	mkfs.btrfs -q -f --mixed "$@" && btrfs device scan >/dev/null && mount "${@: -1}" /home
}
check 'btrfs' btrfs_home "${d[0]}"
home btrfs fail:not-encrypted
over
btrfs_on_luks() {
	luks vault "${d[0]}" && btrfs_home /dev/mapper/vault
}
check 'btrfs on LUKS' btrfs_on_luks
home btrfs-on-luks pass
subvolume() {
	btrfs -q subvolume create /home/@home && umount /home &&
		mount -o subvol=@home /dev/mapper/vault /home
}
check 'a subvolume of it' subvolume
home btrfs-subvolume-on-luks pass
backup() {
	mkdir -p /run/backup && mkfs.btrfs -q -f --mixed "${d[1]}" "${d[2]}" &&
		btrfs device scan >/dev/null && mount "${d[1]}" /run/backup
}
check 'plain disks for something else beside it' backup
home btrfs-on-luks-beside-plain-btrfs pass
over 'umount /run/backup' 'cryptsetup close vault'
btrfs_two() {
	luks one "${d[0]}" && luks two "${d[1]}" &&
		btrfs_home -d raid1 -m raid1 /dev/mapper/one /dev/mapper/two
}
check 'btrfs on two LUKS' btrfs_two
home btrfs-on-two-luks pass
over 'cryptsetup close one' 'cryptsetup close two'
btrfs_half() {
	luks one "${d[0]}" && btrfs_home -d raid1 -m raid1 "${d[1]}" /dev/mapper/one
}
check 'btrfs on LUKS and on a plain disk' btrfs_half
home btrfs-half-encrypted fail:not-encrypted
over 'cryptsetup close one'

# A fast disk before a slow one
cached() {
	make-bcache --wipe-bcache -B "$1" -C "$2" >/dev/null && udevadm settle
	for part in "$1" "$2"; do
		echo "$part" >/sys/fs/bcache/register 2>/dev/null
	done
	udevadm settle
	[ -b /dev/bcache0 ]
}
# shellcheck disable=SC2016 # expanded where it is run
uncached='echo 1 >/sys/block/bcache0/bcache/stop
for set in /sys/fs/bcache/*-*; do echo 1 >"$set/stop"; done
udevadm settle'
cached_plain() {
	cached "${d[0]}" "${d[1]}" && home_on /dev/bcache0
}
check 'bcache' cached_plain
home bcache fail:not-encrypted
over "$uncached"
luks_on_cached() {
	cached "${d[0]}" "${d[1]}" && luks_home /dev/bcache0
}
check 'LUKS on bcache' luks_on_cached
home luks-on-bcache pass
over 'cryptsetup close vault' "$uncached"

# Files as disks
loop_home() {
	truncate -s 60M "$1" && loop=$(losetup -f --show "$1") && home_on "$loop"
}
check 'a file of the encrypted root' loop_home /var/homes.img
home loop-file-on-luks pass
over 'losetup -D; rm /var/homes.img'
mkdir -p /run/data
loop_on_plain() {
	mkfs.ext4 -q -F "${d[0]}" && mount "${d[0]}" /run/data && loop_home /run/data/homes.img
}
check 'a file of a plain disk' loop_on_plain
home loop-file-on-plain fail:not-encrypted
over 'losetup -D' 'umount /run/data'
luks_in_file() {
	mkfs.ext4 -q -F "${d[0]}" && mount "${d[0]}" /run/data &&
		truncate -s 60M /run/data/homes.img && luks_home /run/data/homes.img
}
check 'LUKS in a file of a plain disk' luks_in_file
home luks-in-a-file pass
over 'cryptsetup close vault' 'losetup -D' 'umount /run/data'

# Where homes are found
check 'memory' mount -t tmpfs homes /home
home memory pass
over
bound() {
	mkfs.ext4 -q -F "${d[0]}" && mount "${d[0]}" /run/data && mkdir -p /run/data/home &&
		mount --bind /run/data/home /home
}
check 'a folder of a plain disk, bound' bound
home bind-mount-of-plain fail:not-encrypted
over 'umount /run/data'
covered() {
	home_on "${d[0]}" && luks_home "${d[1]}"
}
check 'a plain disk covered by LUKS' covered
home plain-covered-by-luks pass
umount /home
lab_event disk-plain-uncovered "$control" fail:not-encrypted 'the word on the disk' home_right
over 'cryptsetup close vault'
link_home() {
	mkfs.ext4 -q -F "${d[0]}" && mkdir -p /srv/data && mount "${d[0]}" /srv/data &&
		mkdir /srv/data/home && mv /home /home.away && ln -s /srv/data/home /home
}
check 'a link to a plain disk' link_home
home link-to-plain fail:not-encrypted
rm /home
mv /home.away /home
umount /srv/data
disks_free
elsewhere() {
	mkfs.ext4 -q -F "${d[0]}" && mount "${d[0]}" /srv/data && mkdir /srv/data/teacher &&
		useradd -M -d /srv/data/teacher -u 1005 -s /bin/bash teacher
}
check 'one person'"'"'s home on a plain disk' elsewhere
one_home_right() {
	home_right /srv/data/teacher/word
}
lab_event disk-one-home-elsewhere "$control" fail:not-encrypted 'the word on the disk' one_home_right
userdel teacher
lab_event disk-nobody-lives-there "$control" pass 'the word on the disk' home_right
umount /srv/data
disks_free
