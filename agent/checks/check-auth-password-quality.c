/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.password-quality: a new password is refused when it is short or common. Played by the rules
 * of "passwd": a module that looks at the new password counts only when its refusal is final.
 */
#include "check.h"
#include "directory.h"
#include "pam-stack.h"

#include <stdio.h>
#include <string.h>

#define ID "auth.password-quality"
#define LONG_DEFAULT 12 /* enough by itself (Cyber Essentials) */
#define SHORT_DEFAULT 8 /* with a list of common passwords */
#define DROPINS_MAX 64
#define UNIX_MINLEN 6 /* pam_unix(8), minlen */

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/pam.d"},
	{CHECK_INPUT_FILE, "etc/security/pwquality.conf"},
	{CHECK_INPUT_FILE, "etc/security/pwquality.conf.d"},
	{CHECK_INPUT_FILE, "etc/sssd"},
	{CHECK_INPUT_FILE, "usr/lib/pam.d"},
};

/* What a module asks of a new password */
struct demand {
	int64_t minlen;
	int64_t credits; /* characters that kinds of characters stand for */
	bool dictionary;
	bool enforced;
	bool damaged;
};

struct supposed {
	struct demand pwquality; /* by its files */
	struct demand best;	 /* of the modules whose refusal is final */
	const struct pam_rule *refusing;
	bool strange; /* a module that is not known looks at passwords too */
	bool damaged;
};

static bool is_credit(struct span key)
{
	static const char *const names[] = {"dcredit", "lcredit", "ocredit", "ucredit"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (span_eq(key, names[i])) {
			return true;
		}
	}
	return false;
}

/* Positive credits make a password count as longer (pwquality.conf(5)); others only ask for more.
 */
static void setting_take(
	struct demand *demand, struct span key, struct span value, int64_t standing)
{
	int64_t n = 0;

	if (span_eq(key, "enforcing") || span_eq(key, "dictcheck") || span_eq(key, "minlen") ||
		is_credit(key)) {
		demand->damaged = !pam_number(value, &n) || demand->damaged;
	}
	if (span_eq(key, "enforcing")) {
		demand->enforced = n != 0;
	} else if (span_eq(key, "dictcheck")) {
		demand->dictionary = n != 0;
	} else if (span_eq(key, "minlen")) {
		demand->minlen = n;
	} else if (is_credit(key)) {
		demand->credits += (n > 0 ? n : 0) - standing;
	}
}

static struct demand args_demand(struct demand demand, struct span args, int64_t standing)
{
	struct span key, value;

	while (pam_arg_next(&args, &key, &value)) {
		setting_take(&demand, key, value, standing);
	}
	return demand;
}

/* min=N0,N1,N2,N3,N4 (passwdqc.conf(5)); by itself the shortest is 7. It knows common words. */
static struct demand passwdqc_demand(struct span args)
{
	struct demand demand = {.minlen = 7, .dictionary = true, .enforced = true};
	struct span key, value, part;

	while (pam_arg_next(&args, &key, &value)) {
		if (span_eq(key, "config")) {
			demand.damaged = true;
		} else if (span_eq(key, "enforce")) {
			demand.enforced = !span_eq(value, "none");
		} else if (span_eq(key, "min")) {
			demand.minlen = INT32_MAX;
			while (span_next(&value, ',', &part)) {
				int64_t n = INT32_MAX;

				if (!span_eq(part, "disabled") && !pam_number(part, &n)) {
					demand.damaged = true;
				}
				demand.minlen = n < demand.minlen ? n : demand.minlen;
			}
		}
	}
	return demand;
}

/* False for a module that does not look at new passwords, or is not known to */
static bool demand_of(
	const struct supposed *supposed, const struct pam_rule *rule, struct demand *ret_demand)
{
	static const struct demand cracklib = {.minlen = 9,
		.credits = 4,
		.dictionary = true,
		.enforced = true}; /* pam_cracklib(8) */
	static const struct demand unix_by_itself = {.minlen = UNIX_MINLEN, .enforced = true};

	if (span_eq(rule->module, "pam_pwquality")) {
		*ret_demand = args_demand(supposed->pwquality, rule->args, 0);
	} else if (span_eq(rule->module, "pam_cracklib")) {
		*ret_demand = args_demand(cracklib, rule->args, 1);
	} else if (span_eq(rule->module, "pam_passwdqc")) {
		*ret_demand = passwdqc_demand(rule->args);
	} else if (span_eq(rule->module, "pam_unix")) {
		*ret_demand = args_demand(unix_by_itself, rule->args, 0);
		ret_demand->dictionary = false;
	} else {
		return false;
	}
	return true;
}

/* It keeps passwords of accounts that are not of this machine's files. */
static bool module_elsewhere(const struct pam_rule *rule)
{
	static const char *const elsewhere[] = {
		"pam_krb5", "pam_ldap", "pam_sss", "pam_systemd_home", "pam_winbind"};

	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		if (span_eq(rule->module, elsewhere[i])) {
			return true;
		}
	}
	return false;
}

/* Every module is content but the one that is asked about. */
static enum pam_outcome suppose(void *data, const struct pam_rule *rule)
{
	const struct supposed *supposed = data;
	enum pam_outcome outcome;

	if (module_elsewhere(rule)) {
		return PAM_OUTCOME_FAILURE;
	}
	if (pam_module_plain(rule, &outcome)) {
		return outcome;
	}
	if (span_eq(rule->module, "pam_unix") && supposed->refusing &&
		!span_eq(supposed->refusing->module, "pam_unix")) {
		return PAM_OUTCOME_SUCCESS;
	}
	return rule == supposed->refusing ? PAM_OUTCOME_FAILURE : PAM_OUTCOME_SUCCESS;
}

static void rule_judge(
	const struct pam_stack *stack, const struct pam_rule *rule, struct supposed *supposed)
{
	struct demand demand;
	enum pam_outcome outcome;

	if (!demand_of(supposed, rule, &demand)) {
		supposed->strange = supposed->strange ||
				    (!pam_module_plain(rule, &outcome) && !module_elsewhere(rule) &&
					    !span_eq(rule->module, "pam_pwhistory"));
		return;
	}
	supposed->refusing = rule;
	if (pam_stack_play(stack, suppose, supposed) || !demand.enforced) {
		return;
	}
	supposed->damaged = supposed->damaged || demand.damaged;
	demand.minlen -= demand.credits;
	if (demand.minlen > supposed->best.minlen) {
		supposed->best.minlen = demand.minlen;
	}
	supposed->best.dictionary = supposed->best.dictionary || demand.dictionary;
}

static int file_take(const struct sysroot *root, const char *path, struct supposed *supposed)
{
	cleanup(free_ptr) char *text = NULL;
	struct span rest, key, value;
	size_t len = 0;
	int r = sysroot_read(root, path, PAM_FILE_MAX, &text, &len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || memchr(text, '\0', len)) {
		supposed->damaged = supposed->damaged || r != FD_E_MISSING;
		return 0;
	}
	rest = (struct span){text, len};
	while (pam_setting_next(&rest, &key, &value)) {
		setting_take(&supposed->pwquality, key, value, 0);
	}
	return 0;
}

/* The files of pwquality.conf.d come first, by name, and then the one that stands alone. */
static int files_take(const struct sysroot *root, struct supposed *supposed)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, "etc/security/pwquality.conf.d", &names);

	if (r == -ENOMEM) {
		return r;
	}
	supposed->damaged = names.len > DROPINS_MAX;
	r = 0;
	for (size_t i = 0; i < names.len && i < DROPINS_MAX && r == 0; i++) {
		size_t len = strlen(names.names[i]);
		char path[320];

		if (len > 5 && strcmp(names.names[i] + len - 5, ".conf") == 0) {
			snprintf(path, sizeof(path), "etc/security/pwquality.conf.d/%.255s",
				names.names[i]);
			r = file_take(root, path, supposed);
		}
	}
	return r == 0 ? file_take(root, "etc/security/pwquality.conf", supposed) : r;
}

static int judge(const struct check_ctx *ctx, const struct supposed *supposed, struct verdict *v)
{
	int64_t long_enough = policy_control_number(ctx->policy, ID, "min_length", LONG_DEFAULT);
	int64_t with_list =
		policy_control_number(ctx->policy, ID, "min_length_with_list", SHORT_DEFAULT);
	bool enough = supposed->best.minlen >= long_enough ||
		      (supposed->best.dictionary && supposed->best.minlen >= with_list);

	if (supposed->damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	verdict_note(v, "length", "%lld", (long long)supposed->best.minlen);
	if (enough) {
		return verdict_set(v, POSTURE_PASS, POSTURE_PASSWORDS_LONG);
	}
	if (supposed->strange) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_MANAGER_UNKNOWN);
	}
	return verdict_set(v, POSTURE_FAIL, POSTURE_PASSWORDS_SHORT);
}

static int stack_missing(int r, struct verdict *v)
{
	return verdict_set(v, POSTURE_UNKNOWN,
		r == PAM_STACK_E_REFUSED   ? POSTURE_NOT_PERMITTED
		: r == PAM_STACK_E_MISSING ? POSTURE_SOURCE_MISSING
					   : POSTURE_FORMAT_UNKNOWN);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(pam_stack_finish) struct pam_stack stack = {.entries = {0}};
	struct supposed supposed = {
		.pwquality = {.minlen = 8, .dictionary = true, .enforced = true}};
	bool directory = false;
	int r = directory_used(ctx->root, "passwd", &directory);

	if (r == 0 && directory) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DIRECTORY_ACCOUNTS);
	}
	if (r == 0) {
		r = files_take(ctx->root, &supposed);
	}
	if (r == 0) {
		r = pam_stack_load(ctx->root, "passwd", PAM_TYPE_PASSWORD, &stack);
	}
	if (r != 0) {
		return r < 0 ? r : stack_missing(r, v);
	}
	vec_for_each (entry, &stack.entries) {
		if (entry->rule.kind == PAM_KIND_MODULE) {
			rule_judge(&stack, &entry->rule, &supposed);
		}
	}
	return judge(ctx, &supposed, v);
}

const struct check check_auth_password_quality = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
