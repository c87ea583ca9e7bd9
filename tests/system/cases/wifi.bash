# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# wifi.strong-encryption with two simulated radios: an access point and a station that joins it.

control=wifi.strong-encryption

check_await 'no radio: does not apply' /var/lib/caretaker is_verdict "$control" na
check 'two radios are plugged in' modprobe mac80211_hwsim radios=2

# access_point SECURITY: on wlan0
access_point() {
	cat >/run/hostapd.conf
	hostapd -B -P /run/hostapd.pid /run/hostapd.conf
}

join() {
	cat >/run/supplicant.conf
	wpa_supplicant -B -P /run/supplicant.pid -i wlan1 -c /run/supplicant.conf
}

part() {
	local program pid
	for program in supplicant hostapd; do
		pid=$(<"/run/$program.pid")
		kill "$pid"
		timeout 60 tail --pid="$pid" -f /dev/null
	done
	rm -f /run/supplicant.pid /run/hostapd.pid
}

air=$'interface=wlan0\nssid=test\nhw_mode=g\nchannel=1'

check 'an access point with WPA2' access_point <<-EOF
	$air
	wpa=2
	wpa_key_mgmt=WPA-PSK
	rsn_pairwise=CCMP
	wpa_passphrase=correct horse
EOF
check 'the station joins it' join <<-EOF
	network={
		ssid="test"
		psk="correct horse"
	}
EOF
check_await 'WPA2 with CCMP passes' /var/lib/caretaker is_verdict "$control" pass
part

check 'an access point without encryption' access_point <<<"$air"
check 'the station joins that' join <<-EOF
	network={
		ssid="test"
		key_mgmt=NONE
	}
EOF
check_await 'no encryption fails' /var/lib/caretaker is_verdict "$control" fail
part
check_await 'no association: does not apply' /var/lib/caretaker is_verdict "$control" na

check 'the radios are unplugged' modprobe -r mac80211_hwsim
