# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# disk.encrypted with real LUKS: below the root, and on a second disk that takes over /home.

control=disk.encrypted
disk=/dev/vdc

check_await 'a root on LUKS passes' /var/lib/caretaker is_verdict "$control" pass

check 'a second disk without encryption' mkfs.ext4 -q "$disk"
check 'holds the homes' mount "$disk" /home
check_await 'that fails, by itself' /var/lib/caretaker is_verdict "$control" fail
umount /home
check_await 'without it all is well again' /var/lib/caretaker is_verdict "$control" pass

encrypt() {
	wipefs -q -a "$disk"
	echo -n 'correct horse' |
		cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$disk" - &&
		echo -n 'correct horse' | cryptsetup open "$disk" vault -
}
check 'the second disk is encrypted' encrypt
check 'it holds a file system' mkfs.ext4 -q /dev/mapper/vault
check 'and the homes' mount /dev/mapper/vault /home
kept_looking() {
	grep -q ' /home ' /proc/self/mountinfo && is_verdict "$control" pass
}
check_await 'that passes' /var/lib/caretaker kept_looking
umount /home
cryptsetup close vault
