/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.os-supported: the system's release still gets fixes in a tier that the policy accepts.
 * Dates come from os-release's SUPPORT_END, from distro-info-data, else from the policy's own
 * table. What is built upon Debian or Ubuntu gets its fixes from there, and so no longer than that
 * one's release does; the policy may know of an earlier end. A tier that is paid for counts only
 * where apt has its archive.
 */
#include "apt-index.h"
#include "distro-info.h"
#include "os-release.h"

#include <stdio.h>
#include <string.h>

#define ID "patch.os-supported"

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/apt/sources.list"},
	{CHECK_INPUT_FILE, "etc/apt/sources.list.d"},
	{CHECK_INPUT_FILE, "etc/os-release"},
	{CHECK_INPUT_FILE, "usr/lib/os-release"},
	{CHECK_INPUT_FILE, "usr/share/distro-info/debian.csv"},
	{CHECK_INPUT_FILE, "usr/share/distro-info/ubuntu.csv"},
	{CHECK_INPUT_FILE, APT_LISTS_DIR},
};

/* What the sources say together; 0 where they are silent */
struct support {
	int64_t release; /* first day of the release */
	int64_t end;	 /* last day with fixes */
	const char *source;
	bool listed; /* distro-info knows the release */
	bool unpaid; /* an accepted tier that has not ended has no archive here */
};

/* A policy that names no tiers accepts the vendor's and the community's long-term support. */
static unsigned tiers_accepted(const struct policy *policy)
{
	struct json_object *list = policy_control_value(policy, ID, "tiers");
	unsigned accepted = 0;

	if (!json_object_is_type(list, json_type_array)) {
		return 1U << DISTRO_INFO_REGULAR | 1U << DISTRO_INFO_LTS;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *word = json_object_array_get_idx(list, i);
		enum distro_info_tier tier;

		if (json_object_is_type(word, json_type_string) &&
			distro_info_tier_parse(span_z(json_object_get_string(word)), &tier) == 0) {
			accepted |= 1U << tier;
		}
	}
	return accepted;
}

static void support_extend(struct support *support, int64_t end, const char *source)
{
	if (end > support->end) {
		support->end = end;
		support->source = source;
	}
}

/* Freexian's archive for Debian names itself by its address alone. */
#define ELTS_SITE "deb.freexian.com"

static unsigned tiers_paid(const struct sysroot *root)
{
	cleanup(apt_index_finish) struct apt_index index = {.n_judged = 0};
	unsigned paid = 0;

	if (apt_index_read(root, &index) != 0) {
		return 0;
	}
	for (size_t i = 0; i < index.archives.len; i++) {
		const struct apt_archive *archive = &index.archives.items[i];

		if (archive->release.esm) {
			paid |= 1U << DISTRO_INFO_ESM | 1U << DISTRO_INFO_LEGACY;
		}
		if (strcmp(archive->site, ELTS_SITE) == 0) {
			paid |= 1U << DISTRO_INFO_ELTS;
		}
	}
	return paid;
}

static void tiers_take(const struct check_ctx *ctx, const struct os_base *base,
	const struct distro_info *info, struct support *support)
{
	const unsigned free_of_charge = 1U << DISTRO_INFO_REGULAR | 1U << DISTRO_INFO_LTS;
	unsigned accepted = tiers_accepted(ctx->policy), there = free_of_charge;

	if (accepted & ~free_of_charge) {
		there |= tiers_paid(ctx->root);
	}
	for (size_t i = 0; i < DISTRO_INFO_TIER_COUNT; i++) {
		if (!(accepted & 1U << i)) {
			continue;
		}
		if (there & 1U << i) {
			support_extend(support, info->end[i],
				base->derived ? "distro-info-base" : "distro-info");
		} else if (info->end[i] + CLOCK_DAY_S > ctx->now.wall_s) {
			support->unpaid = true;
		}
	}
}

static int support_from_table(
	const struct check_ctx *ctx, const struct os_base *base, struct support *support)
{
	cleanup(free_ptr) char *csv = NULL;
	char path[sizeof("usr/share/distro-info/.csv") + OS_RELEASE_VALUE_MAX];
	struct distro_info info;
	size_t len = 0;
	int r;

	if (!base->id) {
		return 0;
	}
	snprintf(path, sizeof(path), "usr/share/distro-info/%s.csv", base->id);
	r = sysroot_read(ctx->root, path, DISTRO_INFO_MAX, &csv, &len);
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	r = distro_info_find(
		(struct span){csv, len}, span_z(base->version), span_z(base->series), &info);
	if (r != 0) {
		return 0;
	}
	support->listed = true;
	support->release = info.release;
	tiers_take(ctx, base, &info, support);
	return 0;
}

/* The last day that the policy gives a system's version or codename; 0 for none */
static int64_t policy_end(const struct policy *policy, const char *id, const char *version)
{
	struct json_object *table = policy_control_value(policy, ID, "support_end");
	struct json_object *versions, *day;
	int64_t end;

	if (!json_object_is_type(table, json_type_object) || !version[0] ||
		!json_object_object_get_ex(table, id, &versions) ||
		!json_object_is_type(versions, json_type_object) ||
		!json_object_object_get_ex(versions, version, &day) ||
		!json_object_is_type(day, json_type_string) ||
		clock_parse(json_object_get_string(day), (size_t)json_object_get_string_len(day),
			&end) != 0) {
		return 0;
	}
	return end;
}

static void support_from_policy(const struct policy *policy, const struct os_release *os,
	const struct os_base *base, struct support *support)
{
	int64_t own = policy_end(policy, os->id, os->version_id);

	if (support->end == 0 && base->id) {
		int64_t end = policy_end(policy, base->id, base->version);

		end = end != 0 ? end : policy_end(policy, base->id, base->series);
		support_extend(support, end, base->derived ? "policy-base" : "policy");
	}
	if (own == 0) {
		return;
	}
	/* The makers of what is built upon it may give up before its own makers do. */
	if (support->end == 0 || (base->derived && own < support->end)) {
		support->end = own;
		support->source = "policy";
	}
}

/*
 * os-release(5) has BUILD_ID=rolling for some, and "kali-rolling" for a codename; Debian's testing
 * and unstable have no VERSION_ID, and their table row no release in the past.
 */
static bool release_rolls(
	const struct os_release *os, const struct support *support, int64_t wall_s)
{
	const char *dash = strrchr(os->codename, '-');

	if (strcmp(os->build_id, "rolling") == 0 || (dash && strcmp(dash, "-rolling") == 0)) {
		return true;
	}
	return os->version_id[0] == '\0' && strcmp(os->id, "debian") == 0 && support->listed &&
	       (support->release == 0 || support->release > wall_s);
}

static int judge(const struct check_ctx *ctx, const struct support *support, struct verdict *v)
{
	int64_t over = support->end + CLOCK_DAY_S; /* the named day is the last one */
	char day[CLOCK_TEXT_LEN];

	if (support->end == 0) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SUPPORT_UNKNOWN);
	}
	if (support->release > ctx->now.wall_s) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_CLOCK_NOT_TRUSTED);
	}
	clock_format(support->end, day);
	verdict_note(v, "support-end", "%.10s", day);
	verdict_note(v, "source", "%s", support->source);
	if (ctx->now.wall_s >= over) {
		return verdict_set(v, POSTURE_FAIL,
			support->unpaid ? POSTURE_SUBSCRIPTION_MISSING : POSTURE_SUPPORT_ENDED);
	}
	v->due_s = over;
	return verdict_set(v, POSTURE_PASS, POSTURE_SUPPORTED);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct support support = {0};
	struct os_release os;
	struct os_base base;
	int64_t end;
	int r;

	r = os_release_read(ctx->root, &os);
	if (r < 0) {
		return r;
	}
	if (r != 0) {
		return verdict_set(v, POSTURE_UNKNOWN,
			r == OS_RELEASE_E_MISSING ? POSTURE_SOURCE_MISSING
						  : POSTURE_FORMAT_UNKNOWN);
	}
	base = os_release_base(&os);
	r = support_from_table(ctx, &base, &support);
	if (r < 0) {
		return r;
	}
	if (os.support_end[0] && clock_parse(os.support_end, strlen(os.support_end), &end) == 0) {
		support_extend(&support, end, "os-release");
	}
	support_from_policy(ctx->policy, &os, &base, &support);
	if (release_rolls(&os, &support, ctx->now.wall_s)) {
		return verdict_set(v, POSTURE_NA, POSTURE_ROLLING);
	}
	return judge(ctx, &support, v);
}

const struct check check_patch_os_supported = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
