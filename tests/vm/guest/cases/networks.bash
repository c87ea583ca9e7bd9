# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tests, radio, secret: of who sources this
# Saved networks, as NetworkManager, iwd and wpa_supplicant join them by themselves: wifi.saved-open,
# and wifi.strong-encryption of what they joined. Right is what the access point sees.

# shellcheck source=tests/vm/guest/radio.bash
source "$tests/radio.bash"

secret='correct horse battery'
check 'radios are plugged in' radios_plug
rfkill unblock all 2>/dev/null
check 'an open network' access_point wlan0 $'ssid=cafe\nhw_mode=g\nchannel=1'
check 'a good network' access_point wlan1 "ssid=home
hw_mode=g
channel=6
wpa=2
wpa_passphrase=$secret
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP"

# came AP: the station is there, now or before long
came() {
	await "$AWAIT_SECONDS" "$radio/hostapd-$1.log" -- grep -q AP-STA-CONNECTED \
		"$radio/hostapd-$1.log"
}
# seen_joined AP: fail when a station joined this one, which is open, without being asked
seen_joined() {
	if hostapd_cli -i "$1" all_sta | grep -q '^flags=.*ASSOC'; then
		echo fail
	else
		echo pass
	fi
}
left() {
	await "$AWAIT_SECONDS" "$radio/hostapd-$1.log" -- grep -q AP-STA-DISCONNECTED \
		"$radio/hostapd-$1.log"
	: >"$radio/hostapd-$1.log"
}
# saved NAME WANT: of networks joined unasked
saved() {
	lab "saved-$1" wifi.saved-open "$2" 'the access point' seen_joined wlan0
}
# in_use NAME WANT AP
in_use() {
	lab_event "wifi-by-$1" wifi.strong-encryption "$2" 'hostapd, sta' station_right "$3" wlan2
}

# --- NetworkManager
mkdir -p /etc/NetworkManager/conf.d /etc/NetworkManager/system-connections
printf '[keyfile]\nunmanaged-devices=*,except:interface-name:wlan2\n[device]\nwifi.scan-rand-mac-address=no\n' \
	>/etc/NetworkManager/conf.d/lab.conf
# keyfile NAME SSID AUTOCONNECT [SECURITY]
keyfile() {
	cat >"/etc/NetworkManager/system-connections/$1.nmconnection" <<-EOF
		[connection]
		id=$1
		uuid=$(cat /proc/sys/kernel/random/uuid)
		type=wifi
		autoconnect=$3
		[wifi]
		ssid=$2
		cloned-mac-address=permanent
		${4-}
		[ipv4]
		method=disabled
		[ipv6]
		method=disabled
	EOF
	chmod 600 /etc/NetworkManager/system-connections/*
}
none_saved() {
	rm -f /etc/NetworkManager/system-connections/*
}
nm_start() {
	systemctl start NetworkManager.service
}
keyfile cafe cafe true
check 'NetworkManager, an open network saved' nm_start
check 'it joins by itself' came wlan0
saved networkmanager-open fail
in_use networkmanager-open fail:wifi-open wlan0
check 'stopped' systemctl stop NetworkManager.service wpa_supplicant.service
left wlan0
# What it joins shows that it has looked at both.
keyfile cafe cafe false
keyfile home home true $'[wifi-security]\nkey-mgmt=wpa-psk\npsk='"$secret"
check 'NetworkManager, a good network saved, and the open one not by itself' nm_start
check 'it joins the good one by itself' came wlan1
saved networkmanager-open-when-asked pass
in_use networkmanager-psk pass wlan1
check 'stopped' systemctl stop NetworkManager.service wpa_supplicant.service
left wlan1
none_saved
rm /etc/NetworkManager/conf.d/lab.conf

# --- iwd
mkdir -p /var/lib/iwd
: >/var/lib/iwd/cafe.open
iwd_alone() {
	# Left to itself, it would take the access points' radios, too.
	mkdir -p /etc/systemd/system/iwd.service.d
	printf '[Service]\nExecStart=\nExecStart=/usr/libexec/iwd --phys=%s\n' \
		"$(</sys/class/net/wlan2/phy80211/name)" >/etc/systemd/system/iwd.service.d/lab.conf
	cp /etc/iwd/main.conf /run/iwd.conf
	printf '[General]\nUseDefaultInterface=true\n' >/etc/iwd/main.conf
	systemctl daemon-reload
}
check 'iwd leaves the other radios alone' iwd_alone
check 'iwd, an open network saved' systemctl start iwd.service
check 'it joins by itself' came wlan0
saved iwd-open fail
in_use iwd-open fail:wifi-open wlan0
check 'stopped' systemctl stop iwd.service
left wlan0
printf '[Settings]\nAutoConnect=false\n' >/var/lib/iwd/cafe.open
printf '[Security]\nPassphrase=%s\n' "$secret" >/var/lib/iwd/home.psk
check 'iwd, a good one, and the open one not by itself' systemctl start iwd.service
check 'it joins the good one by itself' came wlan1
saved iwd-open-when-asked pass
in_use iwd-psk pass wlan1
check 'stopped' systemctl stop iwd.service
left wlan1
rm -rf /var/lib/iwd/*.open /var/lib/iwd/*.psk /etc/systemd/system/iwd.service.d
cp /run/iwd.conf /etc/iwd/main.conf
systemctl daemon-reload

# --- wpa_supplicant alone
conf=/etc/wpa_supplicant/wpa_supplicant-wlan2.conf
unit=wpa_supplicant@wlan2.service
printf 'network={\n\tssid="cafe"\n\tkey_mgmt=NONE\n}\n' >"$conf"
check 'wpa_supplicant, an open network saved' systemctl start "$unit"
check 'it joins by itself' came wlan0
saved supplicant-open fail
in_use supplicant-open fail:wifi-open wlan0
check 'stopped' systemctl stop "$unit"
left wlan0
printf 'network={\n\tssid="cafe"\n\tkey_mgmt=NONE\n\tdisabled=1\n}\nnetwork={\n\tssid="home"\n\tpsk="%s"\n}\n' \
	"$secret" >"$conf"
check 'wpa_supplicant, the open one switched off' systemctl start "$unit"
check 'it joins the good one by itself' came wlan1
saved supplicant-open-disabled pass
in_use supplicant-psk pass wlan1
check 'stopped' systemctl stop "$unit"
rm "$conf"

part
check 'the radios are unplugged' modprobe -r mac80211_hwsim
check_await 'no radio is left' /var/lib/caretaker is_verdict wifi.strong-encryption na no-radio
