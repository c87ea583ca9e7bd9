# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tests, radio: of who sources this
# wifi.strong-encryption with simulated radios and every kind of network that hostapd can make.

# shellcheck source=tests/vm/guest/radio.bash
source "$tests/radio.bash"

control=wifi.strong-encryption
secret='correct horse battery'
b=$'hw_mode=g\nchannel=1'
b5=$'hw_mode=a\nchannel=36\nieee80211n=1\ncountry_code=US'
rsn="wpa=2
wpa_passphrase=$secret"

lab_event no-radio "$control" na 'iw dev' none_joined
check 'four radios are plugged in' radios_plug
lab_event radios-unused "$control" na 'iw dev' none_joined

# network NAME WANT AP STATION [GLOBAL]: one access point, one station, the verdict, and apart again
network() {
	local name=$1 want=$2
	check "$name: an access point" access_point wlan0 "$3"
	check "$name: is joined" join wlan2 "$4" "${5-}"
	lab_event "wifi-$name" "$control" "$want" 'wpa_supplicant, status' link_right wlan2
	part
	check_await "$name: parted" /var/lib/caretaker is_verdict "$control" na not-connected
}

psk="psk=\"$secret\""
# One channel: looking through all of them takes most of the time.
net=$'ssid="t"\nscan_ssid=1\nscan_freq=2412'
net5=$'ssid="t"\nscan_ssid=1\nscan_freq=5180'

network open fail:wifi-open "ssid=t
$b" "$net
key_mgmt=NONE"
network hidden-open fail:wifi-open "ssid=t
ignore_broadcast_ssid=1
$b" "$net
key_mgmt=NONE"
network wep fail:wifi-wep "ssid=t
$b
wep_default_key=0
wep_key0=\"vwxyz\"" "$net
key_mgmt=NONE
wep_key0=\"vwxyz\""
network wep-shared fail:wifi-wep "ssid=t
$b
auth_algs=2
wep_default_key=0
wep_key0=\"2345678901234\"" "$net
key_mgmt=NONE
auth_alg=SHARED
wep_key0=\"2345678901234\""
network wpa1-tkip fail:wifi-tkip "ssid=t
$b
wpa=1
wpa_pairwise=TKIP
wpa_passphrase=$secret" "$net
$psk
proto=WPA
pairwise=TKIP
group=TKIP"
network wpa1-ccmp fail:wifi-tkip "ssid=t
$b
wpa=1
wpa_pairwise=CCMP
wpa_passphrase=$secret" "$net
$psk
proto=WPA
pairwise=CCMP"
network wpa2 pass "ssid=t
$b
$rsn
rsn_pairwise=CCMP" "$net
$psk"
network wpa2-hidden pass "ssid=t
ignore_broadcast_ssid=1
$b
$rsn
rsn_pairwise=CCMP" "$net
$psk"
network wpa2-hidden-name-of-zeros pass "ssid=t
ignore_broadcast_ssid=2
$b
$rsn
rsn_pairwise=CCMP" "$net
$psk"
network wpa2-tkip fail:wifi-tkip "ssid=t
$b
$rsn
rsn_pairwise=TKIP" "$net
$psk
pairwise=TKIP
group=TKIP"
mixed="ssid=t
$b
wpa=3
wpa_passphrase=$secret
wpa_pairwise=TKIP
rsn_pairwise=CCMP"
network wpa-wpa2-mixed pass "$mixed" "$net
$psk
pairwise=CCMP TKIP
group=CCMP TKIP"
network wpa-wpa2-mixed-joined-the-old-way fail:wifi-tkip "$mixed" "$net
$psk
proto=WPA
pairwise=TKIP
group=TKIP"
network wpa2-both-ciphers-joined-by-tkip fail:wifi-tkip "ssid=t
$b
$rsn
rsn_pairwise=CCMP TKIP" "$net
$psk
pairwise=TKIP
group=TKIP"
network wpa2-sha256 pass "ssid=t
$b
$rsn
wpa_key_mgmt=WPA-PSK-SHA256
ieee80211w=2
rsn_pairwise=CCMP" "$net
$psk
key_mgmt=WPA-PSK-SHA256
ieee80211w=2"
network wpa2-gcmp-256 pass "ssid=t
$b
$rsn
rsn_pairwise=GCMP-256" "$net
$psk
pairwise=GCMP-256
group=GCMP-256"
network wpa2-fast-transition pass "ssid=t
$b
$rsn
wpa_key_mgmt=FT-PSK
mobility_domain=a1b2
nas_identifier=n
rsn_pairwise=CCMP" "$net
$psk
key_mgmt=FT-PSK"
network sae pass "ssid=t
$b
$rsn
wpa_key_mgmt=SAE
ieee80211w=2
rsn_pairwise=CCMP" "$net
$psk
key_mgmt=SAE
ieee80211w=2"
network sae-hash-to-element pass "ssid=t
$b
$rsn
wpa_key_mgmt=SAE
sae_pwe=1
ieee80211w=2
rsn_pairwise=CCMP" "$net
$psk
key_mgmt=SAE
ieee80211w=2" 'sae_pwe=1'
both="ssid=t
$b
$rsn
wpa_key_mgmt=SAE WPA-PSK
ieee80211w=1
rsn_pairwise=CCMP"
network wpa2-wpa3-joined-by-sae pass "$both" "$net
$psk
key_mgmt=SAE
ieee80211w=2"
network wpa2-wpa3-joined-by-psk pass "$both" "$net
$psk
key_mgmt=WPA-PSK"
network owe fail:owe-unauthenticated "ssid=t
$b
wpa=2
wpa_key_mgmt=OWE
ieee80211w=2
rsn_pairwise=CCMP" "$net
key_mgmt=OWE
ieee80211w=2"
owe_open="ssid=t
$b
owe_transition_ifname=wlan0_owe
bss=wlan0_owe
bssid=02:00:00:00:07:00
ssid=hidden-part
ignore_broadcast_ssid=1
wpa=2
wpa_key_mgmt=OWE
ieee80211w=2
rsn_pairwise=CCMP
owe_transition_ifname=wlan0"
network owe-transition-joined-by-owe fail:owe-unauthenticated "$owe_open" "$net
key_mgmt=OWE
ieee80211w=2"
network owe-transition-joined-open fail:wifi-open "$owe_open" "$net
key_mgmt=NONE"

# 802.1X with hostapd's own EAP server
keys() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -days 30 \
		-subj /CN=lab -addext subjectAltName=DNS:lab -keyout "$radio/key.pem" \
		-out "$radio/cert.pem" 2>/dev/null &&
		printf '"pupil" TTLS\n"pupil" TTLS-MSCHAPV2,TTLS-PAP "%s" [2]\n* TLS\n' "$secret" \
			>"$radio/users"
}
check '802.1X: keys' keys
enterprise="ssid=t
$b
wpa=2
ieee8021x=1
eap_server=1
eap_user_file=$radio/users
ca_cert=$radio/cert.pem
server_cert=$radio/cert.pem
private_key=$radio/key.pem"
ttls="$net
eap=TTLS
identity=\"pupil\"
password=\"$secret\"
ca_cert=\"$radio/cert.pem\"
phase2=\"auth=MSCHAPV2\""
network enterprise pass "$enterprise
wpa_key_mgmt=WPA-EAP
rsn_pairwise=CCMP" "$ttls
key_mgmt=WPA-EAP"
network enterprise-tkip fail:wifi-tkip "$enterprise
wpa_key_mgmt=WPA-EAP
rsn_pairwise=TKIP" "$ttls
key_mgmt=WPA-EAP
pairwise=TKIP
group=TKIP"
network enterprise-sha256 pass "$enterprise
wpa_key_mgmt=WPA-EAP-SHA256
ieee80211w=2
rsn_pairwise=CCMP" "$ttls
key_mgmt=WPA-EAP-SHA256
ieee80211w=2"
network enterprise-192 pass "$enterprise
wpa_key_mgmt=WPA-EAP-SUITE-B-192
ieee80211w=2
group_mgmt_cipher=BIP-GMAC-256
rsn_pairwise=GCMP-256" "$net
key_mgmt=WPA-EAP-SUITE-B-192
eap=TLS
identity=\"device\"
ca_cert=\"$radio/cert.pem\"
client_cert=\"$radio/cert.pem\"
private_key=\"$radio/key.pem\"
pairwise=GCMP-256
group=GCMP-256
group_mgmt=BIP-GMAC-256
ieee80211w=2"

# Other bands
network wpa2-5-ghz pass "ssid=t
$b5
$rsn
rsn_pairwise=CCMP" "$net5
$psk"
network open-5-ghz fail:wifi-open "ssid=t
$b5" "$net5
key_mgmt=NONE"
network sae-6-ghz pass "ssid=t
country_code=DE
hw_mode=a
channel=5
op_class=131
ieee80211ax=1
$rsn
wpa_key_mgmt=SAE
sae_pwe=1
ieee80211w=2
rsn_pairwise=CCMP" $'ssid="t"\nscan_ssid=1\nscan_freq=5975'"
$psk
key_mgmt=SAE
ieee80211w=2" $'sae_pwe=1\ncountry=DE'

# Two radios in use: the worse one counts.
check 'two: a good network' access_point wlan0 "ssid=good
$b
$rsn
rsn_pairwise=CCMP"
check 'two: an open network' access_point wlan1 $'ssid=open\nhw_mode=g\nchannel=6'
check 'two: the good one is joined' join wlan2 "ssid=\"good\"
scan_freq=2412
$psk"
lab_event wifi-two-radios-one-joined "$control" pass 'wpa_supplicant, status' link_right wlan2
check 'two: the open one too' join wlan3 $'ssid="open"\nscan_freq=2437\nkey_mgmt=NONE'
two_right() {
	printf '%s\n' "$(link_right wlan2)" "$(link_right wlan3)" | sort | head -n 1
}
lab_event wifi-two-radios-one-open "$control" fail:wifi-open 'wpa_supplicant, status' two_right
stop supplicant-wlan3
lab_event wifi-two-radios-open-one-left "$control" pass 'wpa_supplicant, status' link_right wlan2

# A network of one name on two access points, of which one gives encryption up.
stop hostapd-wlan1
check 'roam: another access point of that name' access_point wlan1 \
	$'ssid=good\nhw_mode=g\nchannel=6'
roam() {
	local here=$1
	wpa_cli -p /run/wpa_supplicant -i wlan2 "${@:2}" &&
		await "$AWAIT_SECONDS" "$radio/supplicant-wlan2.log" -- \
			grep -q "CTRL-EVENT-CONNECTED - Connection to $here" "$radio/supplicant-wlan2.log"
}
roam_to_open() {
	wpa_cli -p /run/wpa_supplicant -i wlan2 set_network 0 key_mgmt NONE &&
		wpa_cli -p /run/wpa_supplicant -i wlan2 set_network 0 scan_freq 2437 &&
		roam "$(cat /sys/class/net/wlan1/address)" reassociate
}
check 'roam: the station goes there' roam_to_open
lab_event wifi-roamed-to-open "$control" fail:wifi-open 'wpa_supplicant, status' link_right wlan2
part
check_await 'roam: parted' /var/lib/caretaker is_verdict "$control" na not-connected

# Without an access point
ad_hoc_right() {
	if iw dev wlan2 link | grep -q '^Joined IBSS'; then
		echo fail
	else
		echo 'not joined'
	fi
}
ad_hoc() {
	iw dev wlan2 set type ibss && ip link set wlan2 up && iw dev wlan2 ibss join t 2412 "$@"
}
check 'ad hoc: a network of its own' ad_hoc
lab_event wifi-ad-hoc-open "$control" fail:wifi-open 'iw link' ad_hoc_right
check 'ad hoc: left' iw dev wlan2 ibss leave
lab wifi-ad-hoc-left "$control" na:not-connected 'iw link' none_joined
check 'ad hoc: with a static key' iw dev wlan2 ibss join t 2412 key d:0:vwxyz
lab_event wifi-ad-hoc-wep "$control" fail:wifi-wep 'iw link' ad_hoc_right
iw dev wlan2 ibss leave
ip link set wlan2 down
iw dev wlan2 set type managed

# This device as an access point for others: it is joined to nobody.
check 'own: an access point on the only radio' access_point wlan2 "ssid=own
$b"
lab_event wifi-own-access-point "$control" na:not-connected 'iw link' none_joined
stop hostapd-wlan2
check 'the radios are unplugged' modprobe -r mac80211_hwsim
lab_event wifi-unplugged "$control" na:no-radio 'iw dev' none_joined
