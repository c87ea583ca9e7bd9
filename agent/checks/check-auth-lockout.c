/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.lockout: whoever guesses passwords is locked out for a while. It is not enough that
 * pam_faillock is named: the rules of each log-in are played with a wrong password (does it count
 * it?) and with the right one on a locked account (is it refused?).
 */
#include "check.h"
#include "directory.h"
#include "pam-stack.h"

#include <string.h>

#define ID "auth.lockout"
#define TRIES_DEFAULT 10      /* Cyber Essentials: at most ten */
#define FAILLOCK_TRIES 3      /* faillock.conf(5), deny */
#define FAILLOCK_UNLOCK_S 600 /* faillock.conf(5), unlock_time */

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/pam.d"},
	{CHECK_INPUT_FILE, "etc/security/faillock.conf"},
	{CHECK_INPUT_FILE, "etc/sssd"},
	{CHECK_INPUT_FILE, "usr/etc/security/faillock.conf"},
	{CHECK_INPUT_FILE, "usr/lib/pam.d"},
};

/* Ways in with a password; those that are not installed are passed over. */
static const char *const services[] = {"gdm-password", "kde", "lightdm", "login", "sddm", "sudo"};

struct limits {
	int64_t tries;
	int64_t unlock_s;
	bool damaged;
};

struct supposed {
	struct limits base; /* of the file */
	struct limits worst;
	bool called;	   /* worst is that of a call */
	bool locked;	   /* the account is; its password is the right one */
	bool counted;	   /* a failure was noted */
	bool other_method; /* pam_tally, or another one that may do the same */
};

static void setting_take(struct limits *limits, struct span key, struct span value)
{
	if (span_eq(key, "deny")) {
		limits->damaged = !pam_number(value, &limits->tries) || limits->damaged;
	} else if (span_eq(key, "unlock_time") && span_eq(value, "never")) {
		limits->unlock_s = 0;
	} else if (span_eq(key, "unlock_time")) {
		limits->damaged = !pam_number(value, &limits->unlock_s) || limits->damaged;
	}
}

static void worst_take(struct supposed *supposed, const struct limits *limits)
{
	struct limits *worst = &supposed->worst;

	if (!supposed->called) {
		*worst = *limits;
		supposed->called = true;
		return;
	}
	if (limits->tries <= 0 || (worst->tries > 0 && limits->tries > worst->tries)) {
		worst->tries = limits->tries;
	}
	worst->unlock_s = limits->unlock_s < worst->unlock_s ? limits->unlock_s : worst->unlock_s;
	worst->damaged = worst->damaged || limits->damaged;
}

/* The worst of what the calls say: they read the same file, and each its own arguments. */
static enum pam_outcome faillock_suppose(struct supposed *supposed, const struct pam_rule *rule)
{
	struct limits limits = supposed->base;
	struct span args = rule->args, key, value;
	bool counts = false;

	while (pam_arg_next(&args, &key, &value)) {
		counts = counts || span_eq(key, "authfail");
		setting_take(&limits, key, value);
	}
	worst_take(supposed, &limits);
	if (counts) {
		supposed->counted = true;
		return PAM_OUTCOME_FAILURE;
	}
	return supposed->locked ? PAM_OUTCOME_FAILURE : PAM_OUTCOME_IGNORE;
}

static enum pam_outcome suppose(void *data, const struct pam_rule *rule)
{
	struct supposed *supposed = data;
	enum pam_outcome outcome;

	if (pam_module_plain(rule, &outcome)) {
		return outcome;
	}
	if (span_eq(rule->module, "pam_faillock")) {
		return faillock_suppose(supposed, rule);
	}
	if (span_starts(rule->module, "pam_unix")) {
		return supposed->locked ? PAM_OUTCOME_SUCCESS : PAM_OUTCOME_FAILURE;
	}
	supposed->other_method = supposed->other_method || span_starts(rule->module, "pam_tally") ||
				 span_eq(rule->module, "pam_abl");
	return PAM_OUTCOME_FAILURE; /* a way in other than the password: not the one that is tried
				     */
}

enum lock { LOCK_NONE, LOCK_OTHER, LOCK_HOLDS };

/* With a locked account: the auth rules refuse, or else the account rules do. */
static bool locked_refused(
	const struct pam_stack *auth, const struct pam_stack *account, struct supposed *supposed)
{
	supposed->locked = true;
	return !pam_stack_play(auth, suppose, supposed) ||
	       !pam_stack_play(account, suppose, supposed);
}

static enum lock stacks_judge(
	const struct pam_stack *auth, const struct pam_stack *account, struct supposed *supposed)
{
	bool counted;

	supposed->locked = supposed->counted = supposed->other_method = false;
	counted = !pam_stack_play(auth, suppose, supposed) && supposed->counted;
	if (counted && locked_refused(auth, account, supposed)) {
		return LOCK_HOLDS;
	}
	return supposed->other_method ? LOCK_OTHER : LOCK_NONE;
}

struct tally {
	size_t services;
	size_t by_lock[LOCK_HOLDS + 1];
	bool refused, damaged;
};

/* 1 when it is to be passed over */
static int stack_load(const struct sysroot *root, const char *service, enum pam_type type,
	struct tally *tally, struct pam_stack *ret_stack)
{
	int r = pam_stack_load(root, service, type, ret_stack);

	tally->refused = tally->refused || r == PAM_STACK_E_REFUSED;
	tally->damaged = tally->damaged || r == PAM_STACK_E_DAMAGED;
	return r > 0 ? 1 : r;
}

static int service_take(const struct sysroot *root, const char *service, struct supposed *supposed,
	struct tally *tally)
{
	cleanup(pam_stack_finish) struct pam_stack auth = {.entries = {0}};
	cleanup(pam_stack_finish) struct pam_stack account = {.entries = {0}};
	int r = stack_load(root, service, PAM_TYPE_AUTH, tally, &auth);

	if (r == 0) {
		r = stack_load(root, service, PAM_TYPE_ACCOUNT, tally, &account);
	}
	if (r == 0) {
		tally->services++;
		tally->by_lock[stacks_judge(&auth, &account, supposed)]++;
	}
	return r < 0 ? r : 0;
}

static int limits_read(const struct sysroot *root, struct limits *ret_limits, struct tally *tally)
{
	static const char *const paths[] = {
		"etc/security/faillock.conf", "usr/etc/security/faillock.conf"};
	struct limits limits = {.tries = FAILLOCK_TRIES, .unlock_s = FAILLOCK_UNLOCK_S};
	cleanup(free_ptr) char *text = NULL;
	struct span rest, key, value;
	size_t len = 0;
	int r = FD_E_MISSING;

	for (size_t i = 0; i < ARRAY_LEN(paths) && r == FD_E_MISSING; i++) {
		r = sysroot_read(root, paths[i], PAM_FILE_MAX, &text, &len);
	}
	if (r == -ENOMEM) {
		return r;
	}
	tally->refused = tally->refused || r == -EACCES || r == -EPERM;
	tally->damaged = tally->damaged || (r != 0 && r != FD_E_MISSING) ||
			 (r == 0 && memchr(text, '\0', len));
	rest = (struct span){text, r == 0 ? len : 0};
	while (pam_setting_next(&rest, &key, &value)) {
		setting_take(&limits, key, value);
	}
	*ret_limits = limits;
	return 0;
}

static int judge(const struct check_ctx *ctx, const struct tally *tally,
	const struct limits *limits, struct verdict *v)
{
	int64_t allowed = policy_control_number(ctx->policy, ID, "max_tries", TRIES_DEFAULT);

	if (tally->by_lock[LOCK_NONE] > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_GUESSING_FREE);
	}
	if (tally->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (tally->damaged || limits->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (tally->by_lock[LOCK_OTHER] > 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	if (tally->services == 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	verdict_note(v, "tries", "%lld", (long long)limits->tries);
	if (limits->tries < 1 || limits->tries > allowed) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_GUESSING_FREE);
	}
	if (limits->unlock_s < 1) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_LOCK_ENDLESS);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_GUESSING_LIMITED);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct tally tally = {.services = 0};
	struct supposed supposed = {.counted = false};
	bool directory = false;
	int r = directory_used(ctx->root, "passwd", &directory);

	if (r == 0 && directory) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DIRECTORY_ACCOUNTS);
	}
	if (r == 0) {
		r = limits_read(ctx->root, &supposed.base, &tally);
	}
	for (size_t i = 0; i < ARRAY_LEN(services) && r == 0; i++) {
		r = service_take(ctx->root, services[i], &supposed, &tally);
	}
	return r != 0 ? r : judge(ctx, &tally, &supposed.worst, v);
}

const struct check check_auth_lockout = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
