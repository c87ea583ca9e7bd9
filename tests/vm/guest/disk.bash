# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Disks of the lab: /dev/vdc to /dev/vdf, empty, taken and given back by each case.
#
# What is right of a place for files is told by the disks themselves: a word is written there, and
# looked for in what lies on the disk.

disks=(/dev/vdc /dev/vdd /dev/vde /dev/vdf)
disk_key=/run/disk.key
printf 'correct horse battery' >"$disk_key"
# Quick to open: how hard a guess is made is not what is tried. Small headers, for small disks.
luks_fast=(-q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file "$disk_key")
luks2_small=(--type luks2 --luks2-metadata-size 16k --luks2-keyslots-size 512k)
disk_word=

# luks NAME DISK [OPTION...]: formats and opens
luks() {
	local name=$1 disk=$2
	shift 2
	cryptsetup luksFormat "${luks_fast[@]}" "${luks2_small[@]}" "$@" "$disk" &&
		cryptsetup open --key-file "$disk_key" "$disk" "$name"
}

# home_on DEVICE: ext4 there, mounted where homes are
home_on() {
	mkfs.ext4 -q -F "$1" && mount "$1" /home
}

# word_write FILE: a word that is nowhere else, as much of it as no file system keeps in an inode
word_write() {
	disk_word=caretaker-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	mkdir -p "$(dirname "$1")"
	yes "$disk_word" | head -c 65536 >"$1"
	sync
}

# word_found DISK...
word_found() {
	find-word "$disk_word" "$@"
}

word_verdict() {
	word_found "$@"
	case $? in
	0) echo fail ;;
	1) echo pass ;;
	*) echo 'the disk cannot be read' ;;
	esac
}

# home_right: what is written below /home, by what then lies on the disks
home_right() {
	word_write "${1:-/home/word}"
	word_verdict "${disks[@]}"
}

# disks_free: nothing stands on any disk. Words of before may stay: the next one is another.
disks_free() {
	local disk
	for disk in "${disks[@]}"; do
		# Each disk that was written to is looked at by all of udev's rules.
		if ! cmp -s -n 4M "$disk" /dev/zero; then
			dd if=/dev/zero of="$disk" bs=1M count=4 conv=fsync status=none
		fi
	done
	udevadm settle
}
