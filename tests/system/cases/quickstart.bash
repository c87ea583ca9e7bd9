# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# packaging/quickstart with the programs installed: everything starts, enrols, reports, is shown.

jar=/run/cookies
api=https://localhost:8443

run_quickstart() {
	packaging/quickstart --no-build >/run/quickstart.out 2>&1
	local status=$?
	cat /run/quickstart.out
	return "$status"
}

check 'quickstart sets the machine up' run_quickstart
check 'it prints the posture' grep -q 'patch.os-supported' /run/quickstart.out
check 'it prints where the console is' grep -q "console is at $api" /run/quickstart.out
check 'this machine is enrolled' says_status .enrolled
check 'under the policy of a school' says_status .school
check_await 'a report is taken by the endpoint' /var/lib/caretaker says_status '.reported != null'
check 'doctor finds nothing wrong' caretaker doctor
check 'what left can be read' sh -c "caretaker sent --json | jq -e '.sent | length > 0'"

# ask METHOD PATH [JSON]: of the endpoint's API, as a browser would
ask() {
	curl -sk -b "$jar" -c "$jar" -X "$1" -H 'Content-Type: application/json' \
		-H 'X-Caretaker: 1' -H "Origin: $api" ${3:+--data "$3"} "$api$2"
}

# asked FILTER METHOD PATH [JSON]: jq finds the filter true in the answer
asked() {
	local filter=$1 answer
	shift
	answer=$(ask "$@")
	echo "${answer:0:400}"
	jq -e "$filter" <<<"$answer" >/dev/null
}

# totp SECRET: what an app shows now (RFC 6238)
totp() {
	local key step mac at
	key=$(printf %s "$1" | base32 -d | od -An -v -tx1 | tr -d ' \n')
	step=$(printf '%016x' $(($(date +%s) / 30)))
	mac=$(printf '%b' "$(sed 's/../\\x&/g' <<<"$step")" |
		openssl dgst -sha1 -mac HMAC -macopt "hexkey:$key" | sed 's/.* //')
	at=$((16#${mac:39:1}))
	printf '%06d' $(((16#${mac:at * 2:8} & 0x7fffffff) % 1000000))
}

begin_factor() {
	local secret
	secret=$(ask POST /api/v1/session/totp "{\"password\":\"$password\"}" | jq -r .secret)
	asked '.codes | length == 10' POST /api/v1/session/totp/confirm "{\"code\":\"$(totp "$secret")\"}"
}

link=$(grep -o "$api/[^ ]*" /run/quickstart.out | head -n 1)
password='four plain words together'
check 'the link makes the first administrator' asked 'has("status") | not' POST /api/v1/setup \
	"{\"link\":\"${link##*[/#=]}\",\"name\":\"it\",\"password\":\"$password\"}"
check 'the link works once' asked '.status >= 400' POST /api/v1/setup \
	"{\"link\":\"${link##*[/#=]}\",\"name\":\"other\",\"password\":\"$password\"}"
check 'the administrator signs in' asked 'has("status") | not' POST /api/v1/session \
	"{\"name\":\"it\",\"password\":\"$password\"}"
check 'and shows nothing without a second factor' asked '.status == 403' GET /api/v1/devices
check 'which is begun with an app' begin_factor
check 'the endpoint shows one device' asked '[.. | .devices? | arrays] | flatten | length == 1' \
	GET /api/v1/devices
check 'the console is served' sh -c "curl -sk $api/ | grep -qi '<!doctype html>'"

device=$(cat /var/lib/caretaker/key/* | sha256sum)
check 'quickstart can be run again' run_quickstart
check 'and keeps the enrolment' test "$(cat /var/lib/caretaker/key/* | sha256sum)" = "$device"
check 'and makes no second administrator' fails grep -q 'first administrator' /run/quickstart.out
