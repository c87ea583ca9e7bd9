/* SPDX-License-Identifier: Apache-2.0 */
#include "home-settings.h"

#include "claims.h"
#include "exempt-run.h"
#include "json-build.h"
#include "keeper.h"
#include "kept.h"
#include "left-on.h"
#include "profiles.h"
#include "sensors.h"

#include <string.h>
#include <time.h>

static void add_left(const struct core *core, struct json_build *list, const char *client,
	const char *key, enum kept kept)
{
	struct json_build item = json_build_object();

	json_build_string(&item, "client", client);
	json_build_string(&item, "key", key);
	json_build_bool(&item, "lifted", kept == KEPT_LIFTED);
	json_build_bool(&item, "undo", kept != KEPT_ASKED || kept_parted(core));
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
		add_left(core, list, profile->id, "",
			n[KEPT_ASKED] > 0 ? KEPT_ASKED : KEPT_DECLINED);
		return;
	}
	for (size_t i = 0; i < profile->n_settings; i++) {
		enum kept kept = setting_kept(core, profile, i);

		if (kept != KEPT) {
			add_left(core, list, profile->id, profile->settings[i].key, kept);
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

/* Of the form of "lesson_hours" (left-on.h): at these hours nobody is told. */
static bool is_quiet(const struct core *core, const char *control, int64_t wall_s)
{
	struct json_object *hours = policy_control_value(core->hold.policy, control, "quiet_hours");
	time_t now = (time_t)wall_s;
	struct tm local;

	tzset();
	return hours && localtime_r(&now, &local) &&
	       left_on_lesson(hours, local.tm_wday, local.tm_hour * 60 + local.tm_min);
}

/* Right now: what the device's state says of these is of days that are over. */
static bool is_left_on(const struct core *core, const char *control)
{
	for (size_t i = 0; core->judge && i < check_registry_len; i++) {
		if (strcmp(check_registry[i]->id, control) == 0) {
			return judge_verdict(core->judge, i)->state == POSTURE_FAIL;
		}
	}
	return false;
}

/* The day on which the first of them was opened, so that no time of use is remembered anywhere */
static int64_t day_of(const struct core *core, enum media_device device, struct clock_now now)
{
	const struct media_view *view = sensors_view(core->sensors);
	int64_t open_ms = now.boot_ms;

	for (size_t i = 0; i < view->len; i++) {
		const struct media_row *row = &view->rows[i];

		if (row->device == device && row->open_ms > 0 && row->open_ms < open_ms) {
			open_ms = row->open_ms;
		}
	}
	return (now.wall_s - (now.boot_ms - open_ms) / 1000) / CLOCK_DAY_S * CLOCK_DAY_S;
}

/* One that was opened on that day is one cause: it is told once, however often this is sent. */
static void add_left_on(const struct core *core, struct json_build *later)
{
	static const struct {
		const char *control, *what;
		enum media_device device;
	} rows[] = {{"av.camera-idle", "camera", MEDIA_CAMERA},
		{"av.mic-idle", "microphone", MEDIA_MICROPHONE}};
	const struct clock_now now = clock_read();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_build item;

		if (!is_left_on(core, rows[i].control) ||
			!policy_control_on(core->hold.policy, rows[i].control) ||
			is_quiet(core, rows[i].control, now.wall_s)) {
			continue;
		}
		item = json_build_object();
		json_build_string(&item, "client", rows[i].what);
		json_build_int(&item, "since", day_of(core, rows[i].device, now));
		json_build_string(&item, "when", "left-on");
		json_build_join(later, NULL, &item);
	}
}

int home_settings_later(const struct core *core, uid_t uid, struct json_object **ret_array)
{
	struct json_build later = json_build_array();

	add_left_on(core, &later);
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
