/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "compiled.h"
#include "expand.h"
#include "judge.h"
#include "person.h"

#include <string.h>

#define BASE_CHANGED_WHY "enforce.base-changed"
#define UNLISTED_WHY "enforce.unlisted"

void enforce_plan_finish(struct enforce_plan *plan)
{
	enforce_changes_finish(&plan->changes);
	*plan = (struct enforce_plan){0};
}

bool enforce_file_installed(const struct enforce_place *place, const struct enforce_file *file)
{
	if (!enforce_place_edits(place, file)) {
		return false;
	}
	for (size_t i = 0; i < file->n_detect; i++) {
		if (enforce_place_has(place, file->detect[i])) {
			return true;
		}
	}
	return false;
}

bool enforce_file_runs(const struct enforce_place *place, const struct enforce_file *file)
{
	return file->n_running > 0 && place->person && place->person->runs &&
	       place->person->runs(file, place->person->data);
}

void enforce_file_settings(const struct enforce_profile *profile, size_t file,
	enum enforce_tier tier, bool *ret_settings)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		ret_settings[i] = profile->settings[i].tier <= tier &&
				  enforce_file_takes(&profile->files[file], &profile->settings[i]);
	}
}

static int add_change(struct enforce_plan *plan, const struct enforce_profile *profile,
	const char *path, const struct enforce_setting *setting, struct json_object *from,
	enum enforce_result result, int error)
{
	plan->drifted++;
	return enforce_changes_add(&plan->changes, profile->id, path, setting->key, from,
		setting->value, setting->why, result, (enum enforce_error)error);
}

/* A kept value counts for those who came later than the file. */
static void note_change(struct enforce_plan *plan, const struct enforce_file *file,
	const struct enforce_judgement *judgement)
{
	int64_t changed_s = judgement->target.st.st_ctim.tv_sec;
	int64_t *last = file->holds == ENFORCE_HOLDS_START ? &plan->start_s : &plan->sign_in_s;

	if (file->holds != ENFORCE_HOLDS_NOW && judgement->target.fd >= 0 && changed_s > *last) {
		*last = changed_s;
	}
}

static int plan_setting(struct enforce_plan *plan, const struct enforce_profile *profile,
	size_t file, const char *path, const struct enforce_judgement *judgement, size_t i,
	bool running)
{
	const struct enforce_setting *setting = &profile->settings[i];

	if (judgement->error) {
		bool other = judgement->error == ENFORCE_ERROR_OTHER_FILE;

		return add_change(plan, profile, path, setting, NULL,
			other ? ENFORCE_CONFLICT : ENFORCE_REFUSED, judgement->error);
	}
	switch (judgement->settings[i].standing) {
	case ENFORCE_NOT_ASKED:
	case ENFORCE_KEPT:
		plan->kept++;
		note_change(plan, &profile->files[file], judgement);
		return 0;
	case ENFORCE_WANTS:
		plan->files |= running ? 0 : (uint32_t)1 << file;
		return add_change(plan, profile, path, setting, judgement->settings[i].from,
			ENFORCE_PLANNED, running ? ENFORCE_ERROR_RUNNING : ENFORCE_NO_ERROR);
	case ENFORCE_OVERRULED:
		break;
	}
	return add_change(plan, profile, judgement->settings[i].path, setting,
		judgement->settings[i].from, ENFORCE_CONFLICT, (int)judgement->settings[i].error);
}

static int plan_path(const struct enforce_place *place, const struct enforce_profile *profile,
	size_t file, const char *path, const bool *asked, const struct enforce_journal *journal,
	struct enforce_plan *plan)
{
	struct enforce_judgement judgement;
	cleanup(enforce_expansion_free_p) struct enforce_expansion *expansion = NULL;
	bool running = false;
	int r = enforce_expand(place, profile, file, path, asked, &expansion);

	if (r == 0 && expansion && expansion->more) {
		plan->drifted++;
		r = enforce_add_unlisted(profile, file, &plan->changes);
	}
	if (r == 0 && expansion) {
		profile = &expansion->profile;
		asked = expansion->asked;
	}
	if (r == 0) {
		r = enforce_judge(place, profile, file, path, asked, journal, &judgement);
	}
	if (r != 0) {
		return r;
	}
	/* looked for only when there is something to write: it costs a walk through /proc */
	for (size_t i = 0; i < profile->n_settings && !running; i++) {
		if (judgement.settings[i].standing == ENFORCE_WANTS) {
			running = enforce_file_runs(place, &profile->files[file]);
			break;
		}
	}
	for (size_t i = 0; i < profile->n_settings && r == 0; i++) {
		if (asked[i]) {
			r = plan_setting(plan, profile, file, path, &judgement, i, running);
		}
	}
	if (r == 0 && judgement.base_changed) {
		plan->files |= (uint32_t)1 << file;
		r = enforce_changes_add(&plan->changes, profile->id, path, ENFORCE_WHOLE_KEY, NULL,
			NULL, BASE_CHANGED_WHY, ENFORCE_PLANNED, ENFORCE_NO_ERROR);
	}
	enforce_judgement_finish(&judgement);
	return r;
}

int enforce_add_unlisted(
	const struct enforce_profile *profile, size_t file, struct enforce_changes *changes)
{
	return enforce_changes_add(changes, profile->id, profile->files[file].path,
		ENFORCE_WHOLE_KEY, NULL, NULL, UNLISTED_WHY, ENFORCE_REFUSED,
		ENFORCE_ERROR_UNLISTED);
}

int enforce_plan_file(const struct enforce_place *place, const struct enforce_profile *profile,
	size_t file, const bool *asked, const struct enforce_journal *journal,
	struct enforce_plan *plan)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	int r = enforce_place_paths(place, profile->files[file].path, &paths);

	for (size_t i = 0; i < paths.len && r == 0; i++) {
		r = plan_path(place, profile, file, paths.items[i], asked, journal, plan);
	}
	if (r == 0 && paths.more) {
		plan->drifted++;
		r = enforce_add_unlisted(profile, file, &plan->changes);
	}
	return r;
}

static bool is_assessed(const struct enforce_place *place, const struct enforce_profile *profile)
{
	for (size_t i = 0; place->edits == ENFORCE_SYSTEM && i < profile->n_assessed; i++) {
		if (enforce_place_has(place, profile->assessed[i])) {
			return true;
		}
	}
	return false;
}

int enforce_plan(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, const struct enforce_journal *journal,
	struct enforce_plan *ret_plan)
{
	struct enforce_plan plan = {.assessed = is_assessed(place, profile)};
	int r = 0;

	plan.installed = plan.assessed;
	for (size_t i = 0; i < profile->n_files && r == 0; i++) {
		if (!enforce_file_installed(place, &profile->files[i])) {
			continue;
		}
		plan.installed = true;
		if (tier != ENFORCE_OFF) {
			bool asked[ENFORCE_SETTINGS_MAX] = {false};

			enforce_file_settings(profile, i, tier, asked);
			r = enforce_plan_file(place, profile, i, asked, journal, &plan);
		}
	}
	if (r != 0) {
		enforce_plan_finish(&plan);
		return r;
	}
	*ret_plan = plan;
	return 0;
}

/* What may make the file another one: it itself, or any of its directory */
static int add_file_paths(const struct enforce_place *place, const struct enforce_file *file,
	enforce_path_fn fn, void *data)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	const char *each = strstr(file->path, ENFORCE_EACH);
	int r = enforce_place_paths(place, file->path, &paths);

	if (r == 0 && each) {
		cleanup(free_ptr) char *above =
			span_dup((struct span){file->path, (size_t)(each - file->path)});

		r = above ? fn(above, data) : -ENOMEM;
	}
	for (size_t i = 0; i < paths.len && r == 0; i++) {
		if (file->role == ENFORCE_MANAGED_DIR) {
			*strrchr(paths.items[i], '/') = '\0';
		}
		r = fn(paths.items[i], data);
	}
	return r;
}

int enforce_plan_paths(const struct enforce_place *place, const struct enforce_profile *profile,
	enforce_path_fn fn, void *data)
{
	int r = 0;

	for (size_t i = 0; place->edits == ENFORCE_SYSTEM && i < profile->n_assessed && r == 0;
		i++) {
		r = fn(profile->assessed[i], data);
	}
	for (size_t i = 0; i < profile->n_files && r == 0; i++) {
		const struct enforce_file *file = &profile->files[i];

		if (!enforce_place_edits(place, file)) {
			continue;
		}
		for (size_t j = 0; j < file->n_detect && r == 0; j++) {
			r = fn(file->detect[j], data);
		}
		/* Also of what is not installed: it may be, at any time. */
		for (size_t j = 0; j < file->n_base && r == 0; j++) {
			r = fn(file->base[j], data);
		}
		if (r == 0) {
			r = add_file_paths(place, file, fn, data);
		}
		if (r == 0 && file->format == ENFORCE_DCONF) {
			/* what is made of the text, and what lies behind it in the profile */
			r = fn(ENFORCE_COMPILED_DIR, data);
		}
	}
	return r;
}
