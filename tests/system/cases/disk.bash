# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# disk.encrypted with real LUKS on a second disk.

control=disk.encrypted
disk=/dev/vdc

check 'a root without encryption fails' is_verdict "$control" fail

encrypt() {
	echo -n 'correct horse' |
		cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$disk" - &&
		echo -n 'correct horse' | cryptsetup open "$disk" vault -
}
check 'a disk is encrypted' encrypt
check 'it holds a file system' mkfs.ext4 -q /dev/mapper/vault
