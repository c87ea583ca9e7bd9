/* SPDX-License-Identifier: Apache-2.0 */
#include "profiles.h"

#include "apply.h"
#include "json-build.h"
#include "kept.h"
#include "log.h"
#include "shorter.h"

#include <stdio.h>
#include <string.h>

#define PROFILES_DIR "clients"
#define UNDO_DIR "undo"

#define ID_FIELD_MAX (RULES_CLIENT_MAX + 16)

/* All, when id is NULL. One that is not in the file of its name is looked for in all of them. */
static int load_package(const struct core *core, const char *id,
	struct enforce_profiles *ret_profiles, struct json_error *error)
{
	cleanup(fd_close) int dirfd = fd_open_dir(core->hold.data_fd, PROFILES_DIR);
	cleanup(enforce_profiles_finish) struct enforce_profiles one = {0};
	int r = dirfd;

	if (dirfd >= 0 && id) {
		r = enforce_profiles_load_one(dirfd, id, &one, error);
		if (r == 0 && one.len > 0) {
			*ret_profiles = one;
			one = (struct enforce_profiles){0};
			return 0;
		}
		if (r != 0) {
			return r;
		}
	}
	return dirfd < 0 ? r : enforce_profiles_load(dirfd, ret_profiles, error);
}

/* Text of a policy is written without blanks; what only looks like the id is told apart later. */
static bool may_be(const char *text, const char *id)
{
	char field[ID_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "\"id\":\"%s\"", id);
	return strstr(text, field) != NULL;
}

static int decode_one(const struct policy *policy, const char *id,
	struct enforce_profiles *ret_profiles, struct json_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < policy_profiles_len(policy); i++) {
		cleanup(enforce_profile_free_p) struct enforce_profile *profile = NULL;
		cleanup(free_ptr) char *text = NULL;

		r = policy_profile_text(policy, i, &text);
		if (r != 0 || !may_be(text, id)) {
			continue;
		}
		r = enforce_profile_parse(span_z(text), &profile, error);
		if (r == 0 && strcmp(profile->id, id) == 0) {
			return enforce_profiles_of_one(TAKE_PTR(profile), ret_profiles);
		}
	}
	if (r == 0) {
		*ret_profiles = (struct enforce_profiles){0};
	}
	return r;
}

static int decode_all(const struct policy *policy, struct enforce_profiles *ret_profiles,
	struct json_error *error)
{
	cleanup(json_put) struct json_object *array = json_object_new_array();
	int r = array ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < policy_profiles_len(policy); i++) {
		cleanup(free_ptr) char *text = NULL;
		struct json_object *object = NULL;

		r = policy_profile_text(policy, i, &text);
		if (r == 0) {
			r = json_parse(span_z(text), &object, error);
		}
		if (r == 0 && json_object_array_add(array, object) < 0) {
			json_object_put(object);
			r = -ENOMEM;
		}
	}
	return r == 0 ? enforce_profiles_decode(array, ret_profiles, error) : r;
}

int profiles_admit(struct core *core)
{
	cleanup(enforce_profiles_finish) struct enforce_profiles profiles = {0};
	struct json_error error = {"", "cannot be read"};
	int r = 0;

	core->hold.profiles_refused = false;
	if (policy_bundles_profiles(core->hold.policy)) {
		r = decode_all(core->hold.policy, &profiles, &error);
	}
	if (r != 0 && r != -ENOMEM) {
		log_warning("the policy's client profiles are not used: %s %s", error.where,
			error.what);
		core->hold.profiles_refused = true;
		r = 0;
	}
	return r;
}

int profiles_read(const struct core *core, const char *id, struct enforce_profiles *ret_profiles)
{
	const struct policy *policy = core->hold.policy;
	struct json_error error = {"", "cannot be read"};
	int r;

	if (policy_bundles_profiles(policy) && !core->hold.profiles_refused) {
		r = id ? decode_one(policy, id, ret_profiles, &error)
		       : decode_all(policy, ret_profiles, &error);
	} else {
		r = load_package(core, id, ret_profiles, &error);
	}
	if (r != 0) {
		log_error("could not read the client profiles: %s %s", error.where, error.what);
	}
	return r > 0 ? -EBADMSG : r;
}

enum enforce_tier profiles_policy_tier(
	const struct core *core, const struct enforce_profile *profile)
{
	const char *word = policy_client_tier(core->hold.policy, profile->id);
	enum enforce_tier tier;

	return word && enforce_tier_parse(word, &tier) == 0 ? tier : ENFORCE_OFF;
}

enum enforce_tier profiles_tier(const struct core *core, const struct enforce_profile *profile)
{
	return kept_any(core, profile) ? profiles_policy_tier(core, profile) : ENFORCE_OFF;
}

static struct enforce_place place_of(const struct core *core)
{
	return (struct enforce_place){.root = core->root, .home = -1, .owner = 0};
}

static enum kept change_kept(const struct core *core, const struct enforce_change *change)
{
	return kept_setting(core, change->client, change->key, change->to);
}

static void leave_lifted_out(const struct core *core, struct enforce_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->changes.len; i++) {
		struct enforce_change *change = &plan->changes.items[i];

		if (change_kept(core, change) == KEPT_LIFTED) {
			enforce_change_finish(change);
			plan->drifted--;
		} else {
			plan->changes.items[kept++] = *change;
		}
	}
	plan->changes.len = kept;
}

struct profiles_due profiles_due(const struct core *core, const struct enforce_plan *plan)
{
	struct profiles_due due = {0};

	for (size_t i = 0; i < plan->changes.len; i++) {
		const struct enforce_change *change = &plan->changes.items[i];
		bool planned = change->result == ENFORCE_PLANNED;

		/* a base file that changed: of no setting, and of the client as a whole */
		if (strcmp(change->key, ENFORCE_WHOLE_KEY) == 0) {
			due.wanted++;
			continue;
		}
		switch (change_kept(core, change)) {
		case KEPT:
			due.differing++;
			due.wanted += planned;
			break;
		case KEPT_ASKED:
			due.asked += planned;
			break;
		case KEPT_DECLINED:
		case KEPT_LIFTED:
			break;
		}
	}
	return due;
}

int profiles_plan(const struct core *core, const struct enforce_profile *profile,
	enum enforce_tier tier, struct enforce_plan *ret_plan)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	cleanup(fd_close) int undo_fd = fd_open_dir(core->store.state_fd, UNDO_DIR);
	struct enforce_place place = place_of(core);
	int r = enforce_journal_open(undo_fd < 0 ? -1 : undo_fd, &journal);

	if (r == -ENOMEM) {
		return r;
	}
	r = enforce_plan(&place, profile, tier, r == 0 ? &journal : NULL, ret_plan);
	if (r == 0) {
		leave_lifted_out(core, ret_plan);
	}
	return r;
}

int profiles_written(const struct core *core, struct enforce_changes *ret_changes)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	cleanup(fd_close) int undo_fd = fd_open_dir(core->store.state_fd, UNDO_DIR);
	int r = enforce_journal_open(undo_fd < 0 ? -1 : undo_fd, &journal);

	if (r != 0) {
		return r == -ENOMEM ? r : 0; /* the hand says so itself when it is asked */
	}
	return enforce_undo_plan(&journal, ret_changes);
}

static bool is_kept(
	const struct core *core, const struct enforce_profile *profile, struct json_object *edit)
{
	const char *key = json_object_get_string(json_object_object_get(edit, "key"));

	return key &&
	       kept_setting(core, profile->id, key, json_object_object_get(edit, "value")) == KEPT;
}

/* Under the value that is written: the profile's, or a person's own stricter one */
static void share_edit(const struct core *core, const struct enforce_profile *profile,
	struct json_object *edit, struct json_build *array)
{
	const char *key = json_object_get_string(json_object_object_get(edit, "key"));
	struct json_object *named = json_object_object_get(edit, "value");
	cleanup(json_put) struct json_object *value = NULL;
	struct json_build one;

	if (shorter_value(core, profile->id, key, named, &value) == 0 && value == named) {
		json_build_share(array, NULL, edit);
		return;
	}
	one = json_build_object();
	json_build_string(&one, "key", key);
	/* without memory it is NULL, which fails the whole */
	json_build_take(&one, "value", TAKE_PTR(value));
	json_build_join(array, NULL, &one);
}

/* A new body with the edits that are wanted; none when there is no such edit */
static void filter_write(const struct core *core, const struct enforce_profile *profile,
	struct json_object *write, struct json_build *array)
{
	struct json_object *edits = json_object_object_get(write, "edits");
	struct json_build wanted = json_build_array();
	struct json_build body = json_build_object();
	size_t n = 0;

	for (size_t i = 0; edits && i < json_object_array_length(edits); i++) {
		struct json_object *edit = json_object_array_get_idx(edits, i);

		if (is_kept(core, profile, edit)) {
			share_edit(core, profile, edit, &wanted);
			n++;
		}
	}
	json_object_object_foreach(write, name, value)
	{
		if (strcmp(name, "edits") != 0) {
			json_build_share(&body, name, value);
		}
	}
	json_build_join(&body, "edits", &wanted);
	if (n > 0) {
		json_build_join(array, NULL, &body);
	} else {
		json_build_drop(&body);
	}
}

int profiles_writes(const struct core *core, const struct enforce_profile *profile,
	enum enforce_tier tier, const struct enforce_plan *plan, struct json_object **ret_array)
{
	cleanup(json_put) struct json_object *all = NULL;
	struct enforce_place place = place_of(core);
	struct json_build array = json_build_array();
	int r = enforce_plan_writes(&place, profile, tier, plan, &all);

	for (size_t i = 0; r == 0 && i < json_object_array_length(all); i++) {
		filter_write(core, profile, json_object_array_get_idx(all, i), &array);
	}
	if (r != 0) {
		json_build_drop(&array);
		return r;
	}
	return json_build_finish(&array, ret_array);
}
