/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.standard-user: who uses the device every day does not administer it. On a pupil's device
 * ("profile": "pupil" in the policy) that is every account with a login, on the staff's ("staff")
 * each that signed in lately; accounts that the policy names as administrators' ("admin_accounts")
 * are nobody's everyday ones. On a private device with several accounts one of them has to be a
 * standard one; with a single account there is nothing to tell apart. Who is signed in now, and
 * which account it is, never shows.
 */
#include "administrators.h"
#include "directory.h"
#include "people.h"

#include <string.h>

#define ID "auth.standard-user"
#define UID_PEOPLE 1000 /* login.defs(5), UID_MIN */
#define UID_PEOPLE_LAST 59999

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/group"},
	{CHECK_INPUT_FILE, "etc/nsswitch.conf"},
	{CHECK_INPUT_FILE, "etc/passwd"},
	{CHECK_INPUT_FILE, "etc/polkit-1/localauthority.conf.d"},
	{CHECK_INPUT_FILE, "etc/polkit-1/rules.d"},
	{CHECK_INPUT_FILE, "etc/sudoers"},
	{CHECK_INPUT_FILE, "etc/sudoers.d"},
	{CHECK_INPUT_FILE, "usr/etc/sudoers"},
	{CHECK_INPUT_FILE, "usr/share/polkit-1/rules.d"},
	{CHECK_INPUT_PEOPLE, NULL, PERSONAL_GROUP_DESKTOP},
};

struct tally {
	size_t accounts; /* everyday ones */
	size_t admins;	 /* of them */
	bool damaged;
};

static bool signed_in_lately(const struct check_ctx *ctx, uint64_t uid)
{
	for (size_t i = 0; i < ctx->n_people; i++) {
		const struct check_person *person = &ctx->people[i];
		bool lately = person->said_s > 0 &&
			      ctx->now.wall_s - person->said_s <= PEOPLE_FACTS_AGE_MAX_S;

		if (person->uid == uid && (lately || person->answering || person->silent)) {
			return true;
		}
	}
	return false;
}

static bool is_named(struct json_object *list, struct span name)
{
	for (size_t i = 0;
		json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
		i++) {
		struct json_object *word = json_object_array_get_idx(list, i);

		if (json_object_is_type(word, json_type_string) &&
			span_eq(name, json_object_get_string(word))) {
			return true;
		}
	}
	return false;
}

static bool is_staff(const struct check_ctx *ctx)
{
	struct json_object *profile = policy_control_value(ctx->policy, ID, "profile");

	return json_object_is_type(profile, json_type_string) &&
	       strcmp(json_object_get_string(profile), "staff") == 0;
}

static bool is_everyday(const struct check_ctx *ctx, const struct account *account)
{
	struct json_object *others = policy_control_value(ctx->policy, ID, "admin_accounts");

	if (account->uid < UID_PEOPLE || account->uid > UID_PEOPLE_LAST ||
		!accounts_shell_login(account->shell) || is_named(others, account->name)) {
		return false;
	}
	return policy_owner(ctx->policy) == POLICY_PRIVATE || !is_staff(ctx) ||
	       signed_in_lately(ctx, account->uid);
}

static void count(const struct check_ctx *ctx, struct span passwd,
	const struct administrators *admins, struct tally *tally)
{
	struct account account;
	int r;

	while ((r = accounts_next(&passwd, &account)) != ACCOUNTS_E_END) {
		if (r != 0) {
			tally->damaged = true;
		} else if (is_everyday(ctx, &account)) {
			tally->accounts++;
			tally->admins += administrators_has(admins, &account);
		}
	}
}

static bool is_bad(const struct check_ctx *ctx, const struct tally *tally)
{
	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		return tally->accounts > 1 && tally->admins == tally->accounts;
	}
	return tally->admins > 0;
}

/* What is not known, from what says most to what says least; pass when all is */
static int judge_rest(const struct check_ctx *ctx, const struct administrators *admins,
	const struct tally *tally, bool directory, struct verdict *v)
{
	if (admins->refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (directory) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_DIRECTORY_ACCOUNTS);
	}
	if (tally->damaged || admins->damaged || !admins->group.p) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (policy_owner(ctx->policy) == POLICY_PRIVATE && tally->accounts == 1) {
		return verdict_set(v, POSTURE_NA, POSTURE_ONE_OWNER);
	}
	if (tally->accounts == 0) {
		return is_staff(ctx) ? verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOBODY_SIGNED_IN)
				     : verdict_set(v, POSTURE_NA, POSTURE_NO_ACCOUNTS);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_STANDARD_ACCOUNTS);
}

static int directories_look(const struct sysroot *root, bool *ret_used)
{
	static const char *const databases[] = {"group", "passwd", "sudoers"};
	int r = 0;

	*ret_used = false;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(databases); i++) {
		bool used = false;

		r = directory_used(root, databases[i], &used);
		*ret_used = *ret_used || used;
	}
	return r;
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(administrators_finish) struct administrators admins = {.everybody = false};
	cleanup(free_ptr) char *passwd = NULL;
	struct tally tally = {0};
	bool directory;
	size_t len = 0;
	int r = sysroot_read(ctx->root, "etc/passwd", ACCOUNTS_FILE_MAX, &passwd, &len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	r = directories_look(ctx->root, &directory);
	if (r == 0) {
		r = administrators_read(ctx->root, &admins);
	}
	if (r < 0) {
		return r;
	}
	count(ctx, (struct span){passwd, len}, &admins, &tally);
	return is_bad(ctx, &tally) ? verdict_set(v, POSTURE_FAIL, POSTURE_ADMIN_DAILY)
				   : judge_rest(ctx, &admins, &tally, directory, v);
}

const struct check check_auth_standard_user = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
