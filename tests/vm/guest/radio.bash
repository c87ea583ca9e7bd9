# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # results, said: of who sources this
#
# Simulated radios (mac80211_hwsim): access points are on wlan0 and wlan1, this machine's own
# stations are wlan2 and wlan3. They hear each other through the kernel, and nothing else does.

radio=/run/radio
mkdir -p "$radio"

radios_plug() {
	modprobe mac80211_hwsim radios=4 && mkdir -p "$radio"
}

declare -A radio_pids

# start NAME AWAITED COMMAND...: runs until stop; returns once its log holds a line with AWAITED
start() {
	local name=$1 awaited=$2 log=$radio/$1.log
	shift 2
	: >"$log"
	"$@" >"$log" 2>&1 &
	radio_pids[$name]=$!
	await "$AWAIT_SECONDS" "$log" -- grep -q "$awaited" "$log" || ! tail -n 15 "$log"
}

# access_point IFACE CONFIG: hostapd's words
access_point() {
	local file=$radio/hostapd-$1.conf
	printf 'interface=%s\nctrl_interface=/run/hostapd\n%s\n' "$1" "$2" >"$file"
	start "hostapd-$1" AP-ENABLED hostapd "$file"
}

# join IFACE NETWORK [GLOBAL]: wpa_supplicant's words; returns once it is joined
join() {
	local file=$radio/supplicant-$1.conf
	printf 'ctrl_interface=/run/wpa_supplicant\n%s\nnetwork={\n%s\n}\n' "${3-}" "$2" >"$file"
	start "supplicant-$1" CTRL-EVENT-CONNECTED wpa_supplicant -D nl80211 -i "$1" -c "$file"
}

# stop NAME: returns once the process is gone
stop() {
	if [ -n "${radio_pids[$1]-}" ]; then
		kill "${radio_pids[$1]}"
		wait "${radio_pids[$1]}"
		unset "radio_pids[$1]"
	fi
}

part() {
	stop supplicant-wlan2
	stop supplicant-wlan3
	stop hostapd-wlan0
	stop hostapd-wlan1
}

# link_right IFACE: by what wpa_supplicant agreed on with the access point (the catalogue's rule:
# PSK, SAE or 802.1X with CCMP or GCMP is right; what it negotiated is what the air carries). A
# repeated frame of the handshake may have it agree on keys anew while it is asked.
link_right() {
	local line state='' key='' cipher=''
	while read -r line; do
		case $line in
		wpa_state=*) state=${line#*=} ;;
		key_mgmt=*) key=${line#*=} ;;
		pairwise_cipher=*) cipher=${line#*=} ;;
		esac
	done < <(wpa_cli -p /run/wpa_supplicant -i "$1" status)
	echo "$1: $state key_mgmt=$key pairwise_cipher=$cipher" >&2
	case $state in
	COMPLETED | ASSOCIATED | *_HANDSHAKE) ;;
	*)
		echo 'not joined'
		return
		;;
	esac
	case $key:$cipher in
	NONE:* | OWE:* | WPA-PSK:* | WPA/IEEE*) echo fail ;;
	*:TKIP | *:WEP*) echo fail ;;
	*:CCMP* | *:GCMP*) echo pass ;;
	*) echo 'not joined' ;;
	esac
}

# station_right AP STATION: the same, as the access point tells of its station
station_right() {
	local line joined=0 suite='' cipher=''
	while read -r line; do
		case $line in
		flags=*'[AUTH][ASSOC]'*) joined=1 ;;
		AKMSuiteSelector=*) suite=${line#*=} ;;
		dot11RSNAStatsSelectedPairwiseCipher=*) cipher=${line#*=} ;;
		esac
	done < <(hostapd_cli -i "$1" sta "$(<"/sys/class/net/$2/address")")
	echo "$2 at $1: joined=$joined akm=$suite cipher=$cipher" >&2
	if [ "$joined" = 0 ]; then
		echo 'not joined'
		return
	fi
	case $suite:$cipher in
	: | 00-0f-ac-18:*) echo fail ;;
	00-0f-ac-*:00-0f-ac-[4-9] | 00-0f-ac-*:00-0f-ac-10) echo pass ;;
	*) echo fail ;;
	esac
}

# none_joined: the kernel's own list
none_joined() {
	local iface
	for iface in /sys/class/net/wlan*; do
		if iw dev "$(basename "$iface")" link | grep -q '^Connected'; then
			echo 'joined'
			return
		fi
	done
	echo na
}
