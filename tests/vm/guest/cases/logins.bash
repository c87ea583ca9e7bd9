# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of who sources this
# sudo, ssh and PAM as Debian packages them: what is right is told by trying it, or by sshd itself.

password='correct horse battery'
# Quick to compare: how hard a guess is made is not what is tried.
hash=$(perl -e 'print crypt($ARGV[0], q($5$rounds=1000$lab$))' "$password")

# as_pupil COMMAND...: with nothing of root's, and no terminal
as_pupil() {
	setpriv --reuid pupil --regid pupil --init-groups env -i \
		PATH=/usr/bin:/bin:/usr/sbin HOME=/home/pupil "$@"
}
usermod -p "$hash" pupil

# --- sudo: whether a person becomes root unasked, with commands that no service needs
sudo_right() {
	local command
	if ! visudo -cq; then
		echo unknown
		return
	fi
	for command in /usr/bin/id /usr/bin/env; do
		if ! as_pupil sudo -n -k "$command" >/dev/null 2>&1; then
			echo pass
			return
		fi
	done
	echo fail
}

# sudo_case NAME WANT RULES
sudo_case() {
	printf '%s\n' "$3" >/etc/sudoers.d/lab
	chmod 440 /etc/sudoers.d/lab
	lab "sudo-$1" auth.sudo-needs-password "$2" 'sudo -n, run as a person' sudo_right
}

sudo_case nothing pass '# nothing'
sudo_case all-with-password pass 'pupil ALL=(ALL:ALL) ALL'
sudo_case all-without fail 'pupil ALL=(ALL:ALL) NOPASSWD: ALL'
sudo_case tag-behind-password pass $'pupil ALL=(ALL) NOPASSWD: ALL\npupil ALL=(ALL) PASSWD: ALL'
sudo_case later-rule-without-a-tag pass $'%pupil ALL=(ALL) NOPASSWD: ALL\npupil ALL=(ALL) ALL'
sudo_case later-rule-opens fail $'pupil ALL=(ALL) ALL\n%pupil ALL=(ALL) NOPASSWD: ALL'
sudo_case alias-and-other-machines fail $'Cmnd_Alias ANY = ALL\npupil ALL = NOPASSWD: ANY : elsewhere = /bin/ls'
sudo_case anybody-but-root pass 'pupil ALL=(ALL, !root) NOPASSWD: ALL'
sudo_case one-command pass 'pupil ALL=(root) NOPASSWD: /usr/bin/systemctl restart cups'
sudo_case by-uid fail '#1000 ALL=(ALL) NOPASSWD: ALL'
sudo_case by-group fail '%pupil ALL=(ALL) NOPASSWD: ALL'
sudo_case of-another-group pass '%nogroup ALL=(ALL) NOPASSWD: ALL'
sudo_case alias fail $'User_Alias PEOPLE = pupil\nCmnd_Alias ANY = ALL\nPEOPLE ALL = NOPASSWD: ANY'
sudo_case not-authenticated fail $'Defaults !authenticate\npupil ALL=(ALL) ALL'
sudo_case not-authenticated-one fail $'Defaults:pupil !authenticate\npupil ALL=(ALL) ALL'
sudo_case exempt-group fail $'Defaults exempt_group=pupil\npupil ALL=(ALL) ALL'
sudo_case comment pass $'# pupil ALL=(ALL) NOPASSWD: ALL\npupil ALL=(ALL) ALL'
sudo_case continued fail $'pupil ALL = \\\n NOPASSWD: \\\n ALL'
sudo_case service-account pass 'www-data ALL=(ALL) NOPASSWD: ALL'
sudo_case as-service-alone pass 'pupil ALL=(www-data) NOPASSWD: ALL'
sudo_case password-not-needed-listing pass $'Defaults listpw=never\npupil ALL=(ALL) ALL'
mv /etc/sudoers.d/lab /etc/sudoers.d/lab.off
lab sudo-dotted-name auth.sudo-needs-password pass 'sudo -n, run as a person' sudo_right
printf 'pupil ALL=(ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/lab.off
lab sudo-dotted-name-open auth.sudo-needs-password pass 'sudo -n, run as a person' sudo_right
rm /etc/sudoers.d/lab.off

# --- ssh: by what sshd makes of its own files, for a person and for root
sshd_says() {
	/usr/sbin/sshd -T -C "user=$1,host=peer,addr=192.0.2.7,laddr=192.0.2.1,lport=22"
}
ssh_right() {
	local pupil root both
	if ! systemctl -q is-enabled ssh.service && ! systemctl -q is-active ssh.service; then
		echo pass
		return
	fi
	if ! pupil=$(sshd_says pupil) || ! root=$(sshd_says root); then
		echo unknown
		return
	fi
	both=$pupil$'\n'$root
	if grep -qE '^permitrootlogin (yes|without-password|prohibit-password|forced)' <<<"$root"; then
		echo fail
	elif grep -q '^permitemptypasswords yes' <<<"$both"; then
		echo fail
	elif grep -qE '^(passwordauthentication|kbdinteractiveauthentication) yes' <<<"$both" &&
		! ssh_key_needed "$pupil"; then
		echo fail
	else
		echo pass
	fi
}
# ssh_key_needed TEXT: each list of methods that lets somebody in has a key in it.
ssh_key_needed() {
	local lists list
	lists=$(sed -n 's/^authenticationmethods //p' <<<"$1")
	for list in ${lists:-any}; do
		case ,$list, in
		*,publickey,*) ;;
		*) return 1 ;;
		esac
	done
}
own=/etc/ssh/sshd_config.d/lab.conf
cp /etc/ssh/sshd_config /run/sshd_config
mkdir -p /run/sshd
ssh-keygen -A >/dev/null
# ssh_case NAME WANT DROPIN
ssh_case() {
	printf '%s\n' "$3" >"$own"
	lab "ssh-$1" remote.ssh-hardened "$2" 'sshd -T' ssh_right
}
lab ssh-off remote.ssh-hardened pass 'systemctl' ssh_right
check 'ssh is switched on' systemctl -q enable --now ssh.service
hard=$'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no'
ssh_case debian fail '# nothing'
ssh_case hard pass "$hard"
ssh_case root-by-key fail $'PasswordAuthentication no\nKbdInteractiveAuthentication no'
ssh_case root-with-password fail $'PermitRootLogin yes'
ssh_case keyboard-left fail $'PasswordAuthentication no\nKbdInteractiveAuthentication yes\nPermitRootLogin no'
ssh_case empty-passwords fail "PermitEmptyPasswords yes
$hard"
ssh_case first-value-counts fail "PasswordAuthentication yes
$hard"
ssh_case key-and-password pass $'PermitRootLogin no\nAuthenticationMethods publickey,password'
ssh_case key-or-password fail $'PermitRootLogin no\nAuthenticationMethods publickey password'
ssh_case match-opens fail "$hard
Match User pupil
	PasswordAuthentication yes"
ssh_case match-opens-root fail "$hard
Match all
	PermitRootLogin yes"
ssh_case old-word pass $'ChallengeResponseAuthentication no\nPasswordAuthentication no\nPermitRootLogin no'
ssh_case equals-sign pass $'PasswordAuthentication=no\nKbdInteractiveAuthentication = no\nPermitRootLogin="no"'
ssh_case other-case pass $'passwordauthentication no\nKBDINTERACTIVEAUTHENTICATION no\npermitrootlogin no'
rm "$own"
printf '%s\n' "$hard" >"$own.off"
lab ssh-not-included remote.ssh-hardened fail 'sshd -T' ssh_right
rm "$own.off"
sed -i '1i Match User pupil\n\tPasswordAuthentication no\nMatch all' /etc/ssh/sshd_config
lab ssh-match-in-the-main-file remote.ssh-hardened fail 'sshd -T' ssh_right
cp /run/sshd_config /etc/ssh/sshd_config
systemctl -q disable --now ssh.service
lab ssh-off-again remote.ssh-hardened pass 'systemctl' ssh_right
systemctl -q mask ssh.service
lab ssh-masked remote.ssh-hardened pass 'systemctl' ssh_right
systemctl -q unmask ssh.service

# --- lockout: by guessing
cp -a /etc/pam.d/common-auth /run/common-auth
cp -a /etc/security/faillock.conf /run/faillock.conf
# Three seconds for each wrong guess: it is not what is tried.
sed -i.lab /pam_faildelay/d /etc/pam.d/login

# enter PASSWORD: at the log-in
enter() {
	pamtester login pupil authenticate <<<"$1" >/dev/null 2>&1
}
# What faillock noted is a day older: 64 bytes a failure, the last eight its time (faillock.h)
let_a_day_pass() {
	perl -0777 -pi -e 's/(.{56})(.{8})/$1 . pack("Q<", unpack("Q<", $2) - 86400)/gse' \
		/run/faillock/pupil
}
# Ten wrong guesses, then the right one: it must be refused, and taken again when time has passed.
lockout_right() {
	local i
	faillock --user pupil --reset
	enter "$password" || {
		echo 'cannot log in'
		return
	}
	for ((i = 0; i < 10; i++)); do
		enter 'wrong' || true
	done
	if enter "$password"; then
		echo fail
	else
		let_a_day_pass
		if enter "$password"; then
			echo pass
		else
			echo fail
		fi
	fi
	faillock --user pupil --reset
}
# lockout NAME WANT COMMON-AUTH [FAILLOCK.CONF]
lockout() {
	printf '%s\n' "$3" >/etc/pam.d/common-auth
	# Two seconds for each wrong guess otherwise
	printf '%s\nnodelay\n' "${4-}" >/etc/security/faillock.conf
	lab "lockout-$1" auth.lockout "$2" 'ten wrong guesses, then the right password' lockout_right
}
unix='auth [success=1 default=ignore] pam_unix.so nodelay
auth requisite pam_deny.so
auth required pam_permit.so'
counted='auth required pam_faillock.so preauth
auth [success=1 default=ignore] pam_unix.so nodelay
auth [default=die] pam_faillock.so authfail
auth sufficient pam_faillock.so authsucc
auth requisite pam_deny.so
auth required pam_permit.so'
lockout debian fail "$unix"
lockout faillock pass "$counted"
lockout ten-tries pass "$counted" 'deny = 10'
lockout fifty-tries fail "$counted" 'deny = 50'
lockout for-ever fail "$counted" 'unlock_time = 0'
lockout arguments-count pass "${counted//pam_faillock.so authfail/pam_faillock.so authfail deny=5}" 'deny = 5'
lockout counted-only fail 'auth [success=2 default=ignore] pam_unix.so nodelay
auth [default=die] pam_faillock.so authfail
auth requisite pam_deny.so
auth required pam_permit.so'
lockout refused-only fail "auth required pam_faillock.so preauth
$unix"
lockout in-a-comment fail "# ${counted//$'\n'/$'\n# '}
$unix"
cp -a /run/common-auth /etc/pam.d/common-auth
cp -a /run/faillock.conf /etc/security/faillock.conf
mv /etc/pam.d/login.lab /etc/pam.d/login

# --- password quality: by choosing bad ones, as the person
cp -a /etc/pam.d/common-password /run/common-password
cp -a /etc/security/pwquality.conf /run/pwquality.conf
# taken NEW: whether a person may choose that. It is asked for twice by each module that asks.
taken() {
	usermod -p "$hash" pupil
	printf '%s\n' "$password" "$1" "$1" "$1" "$1" | as_pupil passwd >/dev/null 2>&1
}
# The rule: twelve characters, or eight and no word of a list
quality_right() {
	if ! taken 'Xq7!mVz2#Lp9wRt4'; then
		echo 'takes no password'
	elif taken 'kQ7!vZ2'; then
		echo fail
	elif taken 'kQ7!vZ2pW' && { taken 'sunflower'; }; then
		echo fail
	elif taken 'kQ7!vZ2pW' && ! taken 'sunflower'; then
		echo pass
	elif taken 'kQ7!vZ2pWx9'; then
		echo fail
	else
		echo pass
	fi
	usermod -p "$hash" pupil
}
# quality NAME WANT COMMON-PASSWORD [PWQUALITY.CONF]
quality() {
	printf '%s\n' "$3" >/etc/pam.d/common-password
	printf '%s\n' "${4-}" >/etc/security/pwquality.conf
	lab "quality-$1" auth.password-quality "$2" 'passwd, run as a person' quality_right
}
plain='password [success=1 default=ignore] pam_unix.so nodelay obscure yescrypt
password requisite pam_deny.so
password required pam_permit.so'
asked='password requisite pam_pwquality.so retry=1
password [success=1 default=ignore] pam_unix.so nodelay obscure use_authtok try_first_pass yescrypt
password requisite pam_deny.so
password required pam_permit.so'
quality debian fail "$plain"
quality pwquality pass "$asked"
quality pwquality-six fail "$asked" $'minlen = 6\ndictcheck = 0'
quality pwquality-eight-no-list fail "$asked" $'minlen = 8\ndictcheck = 0'
quality pwquality-twelve-no-list pass "$asked" $'minlen = 12\ndictcheck = 0'
quality pwquality-advice fail "$asked" 'enforcing = 0'
quality argument-over-file pass "${asked//retry=1/retry=1 minlen=14}" $'minlen = 6\ndictcheck = 0'
quality unix-twelve pass "${plain//obscure/obscure minlen=12}"
quality optional fail "password optional pam_pwquality.so retry=1
$plain"
cp -a /run/common-password /etc/pam.d/common-password
cp -a /run/pwquality.conf /etc/security/pwquality.conf
usermod -p "$hash" pupil
