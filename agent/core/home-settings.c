/* SPDX-License-Identifier: Apache-2.0 */
#include "home-settings.h"

#include "claims.h"
#include "exempt-run.h"
#include "json-build.h"
#include "keeper.h"
#include "kept.h"
#include "profiles.h"

static void add_left(struct json_build *list, const char *client, const char *key, enum kept kept)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "client", client);
	json_build_string(&item, "key", key);
	json_build_bool(&item, "lifted", kept == KEPT_LIFTED);
	json_build_bool(&item, "undo", kept != KEPT_ASKED);
	json_build_join(list, NULL, &item);
}

static enum kept setting_kept(
	const struct core *core, const struct enforce_profile *profile, size_t i)
{
	const struct enforce_setting *setting = &profile->settings[i];

	return kept_setting(core, profile->id, setting->key, setting->value);
}

/* One row for a client of which nothing was agreed to, or all was declined; else one for each
 * setting that is not kept */
static void add_all_left(
	const struct core *core, const struct enforce_profile *profile, struct json_build *list)
{
	size_t n[KEPT_COUNT] = {0};

	for (size_t i = 0; i < profile->n_settings; i++) {
		n[setting_kept(core, profile, i)]++;
	}
	if (n[KEPT_ASKED] == profile->n_settings || n[KEPT_DECLINED] == profile->n_settings) {
		add_left(list, profile->id, "", n[KEPT_ASKED] > 0 ? KEPT_ASKED : KEPT_DECLINED);
		return;
	}
	for (size_t i = 0; i < profile->n_settings; i++) {
		enum kept kept = setting_kept(core, profile, i);

		if (kept != KEPT) {
			add_left(list, profile->id, profile->settings[i].key, kept);
		}
	}
}

static void add_groups(const struct core *core, struct json_build *body)
{
	struct json_build groups = json_build_array();

	for (int i = 0; i < PERSONAL_GROUP_COUNT; i++) {
		if (claims_wanted(core->claims) & 1U << i) {
			json_build_string(
				&groups, NULL, personal_group_code((enum personal_group)i));
		}
	}
	json_build_join(body, "facts", &groups);
}

/* Which profile it is: what it says, the worker takes from its own. */
static void add_profile(struct json_build *list, const struct enforce_profile *profile)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "id", profile->id);
	json_build_join(list, NULL, &item);
}

static int add_profiles(const struct core *core, struct json_build *body)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	struct json_build list = json_build_array();
	struct json_build left = json_build_array();
	struct json_build tiers = json_build_object();
	bool keep = false;
	int r = profiles_read(core, NULL, &profiles);

	for (size_t i = 0; r == 0 && i < profiles.len; i++) {
		const struct enforce_profile *profile = profiles.items[i];

		if (!enforce_profile_has(profile, ENFORCE_USER)) {
			continue;
		}
		keep = keep || kept_any(core, profile);
		add_all_left(core, profile, &left);
		add_profile(&list, profile);
		json_build_string(&tiers, profile->id,
			enforce_tier_name(profiles_policy_tier(core, profile)));
	}
	json_build_bool(body, "keep", keep);
	json_build_join(body, "left", &left);
	json_build_join(body, "profiles", &list);
	json_build_join(body, "tiers", &tiers);
	return r;
}

int home_settings_later(const struct core *core, uid_t uid, struct json_object **ret_array)
{
	struct json_build later = json_build_array();

	keeper_add_later(core->keeper, uid, &later);
	return json_build_finish(&later, ret_array);
}

int home_settings_build(const struct core *core, int64_t serial, struct json_object *later,
	struct json_object **ret_body)
{
	struct json_build body = json_build_object();
	struct json_build exemptions = json_build_array();
	int r;

	exempt_run_build(core->exempt_run, &exemptions);
	json_build_join(&body, "exemptions", &exemptions);
	json_build_share(&body, "later", later);
	if (!core_school_owned(core)) {
		json_build_int(&body, "asked", (int64_t)keeper_asked(core->keeper));
	}
	json_build_int(&body, "policy", policy_version(core->hold.policy));
	add_groups(core, &body);
	json_build_int(&body, "format", 1);
	json_build_int(&body, "serial", serial);
	r = add_profiles(core, &body);
	if (r < 0) {
		json_build_drop(&body);
		return r;
	}
	return json_build_finish(&body, ret_body);
}
