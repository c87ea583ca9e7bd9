/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.mfa-local: sudo asks administrators for a second factor. Its rules are played with the
 * password right and the factor wrong, and the other way round: both have to be refused.
 */
#include "check.h"
#include "directory.h"
#include "pam-stack.h"
#include "units.h"

#include <string.h>

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/pam.d"},
	{CHECK_INPUT_FILE, "etc/systemd/system"},
	{CHECK_INPUT_FILE, "etc/systemd/system/multi-user.target.wants"},
	{CHECK_INPUT_FILE, "etc/systemd/system/sockets.target.wants"},
	{CHECK_INPUT_FILE, "sys/fs/cgroup/system.slice"},
	{CHECK_INPUT_FILE, "usr/lib/pam.d"},
};

struct supposed {
	bool factor; /* the second factor is right */
	bool password;
	bool seen;    /* a factor is asked for */
	bool excused; /* it is waived for who has none */
};

static bool module_factor(const struct pam_rule *rule)
{
	static const char *const modules[] = {"pam_duo", "pam_google_authenticator", "pam_oath",
		"pam_p11", "pam_pkcs11", "pam_u2f", "pam_yubico"};

	for (size_t i = 0; i < ARRAY_LEN(modules); i++) {
		if (span_eq(rule->module, modules[i])) {
			return true;
		}
	}
	return false;
}

/* Who has not set a factor up is let through by these words. */
static bool factor_waived(struct span args)
{
	struct span key, value;

	while (pam_arg_next(&args, &key, &value)) {
		if (span_eq(key, "nullok") || span_eq(key, "nouserok")) {
			return true;
		}
	}
	return false;
}

static enum pam_outcome suppose(void *data, const struct pam_rule *rule)
{
	struct supposed *supposed = data;
	enum pam_outcome outcome;

	if (module_factor(rule)) {
		bool waived = factor_waived(rule->args);

		supposed->seen = true;
		supposed->excused = supposed->excused || waived;
		return supposed->factor || waived ? PAM_OUTCOME_SUCCESS : PAM_OUTCOME_FAILURE;
	}
	if (pam_module_plain(rule, &outcome)) {
		return outcome;
	}
	if (span_eq(rule->module, "pam_faillock")) {
		return PAM_OUTCOME_IGNORE;
	}
	if (span_starts(rule->module, "pam_unix")) {
		return supposed->password ? PAM_OUTCOME_SUCCESS : PAM_OUTCOME_FAILURE;
	}
	return PAM_OUTCOME_FAILURE;
}

static bool factor_required(const struct pam_stack *stack)
{
	struct supposed both = {.factor = true, .password = true};
	struct supposed password = {.password = true};
	struct supposed factor = {.factor = true};

	return pam_stack_play(stack, suppose, &both) && both.seen && !both.excused &&
	       !pam_stack_play(stack, suppose, &password) &&
	       !pam_stack_play(stack, suppose, &factor);
}

static int ssh_look(const struct check_ctx *ctx, bool *ret_started)
{
	static const char *const units[] = {
		"ssh.service", "ssh.socket", "sshd.service", "sshd.socket"};
	bool started = false;

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		enum unit_state state = UNIT_ABSENT;
		int r = units_look(ctx->root, units[i], ctx->live != NULL, &state);

		if (r != 0) {
			return r;
		}
		started = started || state == UNIT_ENABLED || state == UNIT_RUNNING;
	}
	*ret_started = started;
	return 0;
}

static int judge(const struct check_ctx *ctx, struct verdict *v)
{
	bool remote = false, directory = false;
	int r = ssh_look(ctx, &remote);

	if (r == 0) {
		r = directory_used(ctx->root, "passwd", &directory);
	}
	if (r != 0) {
		return r;
	}
	if (!remote) {
		return verdict_set(v, POSTURE_NA, POSTURE_NO_REMOTE_ADMIN);
	}
	return directory ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_DIRECTORY_ACCOUNTS)
			 : verdict_set(v, POSTURE_FAIL, POSTURE_NO_SECOND_FACTOR);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(pam_stack_finish) struct pam_stack stack = {.entries = {0}};
	int r = pam_stack_load(ctx->root, "sudo", PAM_TYPE_AUTH, &stack);

	if (r == PAM_STACK_E_REFUSED) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (r == PAM_STACK_E_DAMAGED) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (r < 0) {
		return r;
	}
	if (r == 0 && factor_required(&stack)) {
		return verdict_set(v, POSTURE_PASS, POSTURE_SECOND_FACTOR);
	}
	return judge(ctx, v);
}

const struct check check_auth_mfa_local = {
	.id = "auth.mfa-local",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
