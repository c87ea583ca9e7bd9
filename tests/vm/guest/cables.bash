# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# USB sound devices to plug and pull: usb-sound, behind the kernel's own virtual controller.

declare -A cables

# cables_come: the controller and the driver
cables_come() {
	# Each transfer has its line on the console otherwise ("Not yet implemented").
	read -r printk _ </proc/sys/kernel/printk
	echo 1 >/proc/sys/kernel/printk
	modprobe vhci-hcd
	# Playback of low latency runs out of transfers on a machine as slow as this one.
	modprobe snd-usb-audio lowlatency=0
}

cables_go() {
	modprobe -r snd-usb-audio vhci-hcd
	echo "$printk" >/proc/sys/kernel/printk
}

# plug KIND: of usb-sound, until unplug
plug() {
	local kind=$1 line='' fd
	rm -f "/run/usb-$kind".{in,out}
	mkfifo "/run/usb-$kind".{in,out}
	# both ends, so that nobody waits for the other
	exec {fd}<>"/run/usb-$kind.in"
	usb-sound "$kind" <"/run/usb-$kind.in" >"/run/usb-$kind.out" &
	cables[$kind]="$! $fd"
	read -r -t 120 line <"/run/usb-$kind.out"
	[ "$line" = ready ] || echo "usb-sound $kind: said \"$line\""
}

# unplug KIND: and the kernel has seen it. One that is plugged in again before the hub looked is to
# it neither gone nor new, and its port stays as it is, dead (vhci_hcd keeps its PORT_ENABLE).
unplug() {
	local pid fd at
	read -r pid fd <<<"${cables[$1]}"
	at=$(usb_node_of "lab-$1")
	echo >&"$fd"
	wait "$pid"
	exec {fd}>&-
	rm -f "/run/usb-$1".{in,out}
	await 120 "${at%/*}" -- test ! -e "$at"
}

# usb_node_of PRODUCT
usb_node_of() {
	local device
	for device in /sys/bus/usb/devices/*/product; do
		if [ "$(cat "$device")" = "$1" ]; then
			printf '/dev/bus/usb/%03d/%03d\n' "$(cat "${device%/*}/busnum")" \
				"$(cat "${device%/*}/devnum")"
		fi
	done
}

# card_of NAME: the number of the card of this USB product or id, on the host's side
card_of() {
	local card
	for card in /sys/class/sound/card*; do
		if [ "$(cat "$card/device/../product" 2>/dev/null)" = "$1" ] ||
			[ "$(cat "$card/id")" = "$1" ]; then
			echo "${card##*card}"
			return 0
		fi
	done
	return 1
}
