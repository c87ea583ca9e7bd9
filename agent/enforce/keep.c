/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping all files of one client, those of running programs left for later. */
#include "apply.h"

static bool any_waits(const struct enforce_changes *changes)
{
	for (size_t i = 0; i < changes->len; i++) {
		if (changes->items[i].error == ENFORCE_ERROR_RUNNING) {
			return true;
		}
	}
	return false;
}

/*
 * The client has the file in its memory: what is to be done is said, and done when it is closed.
 * Whether it is so.
 */
static int put_off(const struct enforce_place *place, const struct enforce_profile *profile,
	const struct enforce_selection *selection, const struct enforce_journal *journal,
	struct enforce_changes *changes, bool *ret_off)
{
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	int r = enforce_plan_file(
		place, profile, selection->file, selection->settings, journal, &plan);

	*ret_off = r == 0 && any_waits(&plan.changes);
	for (size_t i = 0; *ret_off && i < plan.changes.len && r == 0; i++) {
		r = vec_push(changes, plan.changes.items[i], ENFORCE_CHANGES_MAX);
		if (r == 0) {
			plan.changes.items[i] = (struct enforce_change){0};
		}
	}
	return r;
}

static int keep_file(const struct enforce_place *place, const struct enforce_profile *profile,
	struct enforce_selection *selection, struct enforce_journal *journal,
	struct enforce_changes *changes)
{
	cleanup(enforce_paths_finish) struct enforce_paths paths = {0};
	const struct enforce_file *file = &profile->files[selection->file];
	bool off = false;
	int r = file->n_running > 0 ? put_off(place, profile, selection, journal, changes, &off)
				    : 0;

	if (r != 0 || off) {
		return r;
	}
	r = enforce_place_paths(place, file->path, &paths);
	for (size_t i = 0; i < paths.len && r == 0; i++) {
		selection->path = paths.items[i];
		r = enforce_apply(place, profile, selection, journal, changes);
	}
	if (r == 0 && paths.more) {
		r = enforce_add_unlisted(profile, selection->file, changes);
	}
	return r;
}

int enforce_keep(const struct enforce_place *place, const struct enforce_profile *profile,
	enum enforce_tier tier, const bool *left, struct enforce_journal *journal,
	struct enforce_changes *changes)
{
	int r = 0;

	for (size_t i = 0; i < profile->n_files && r == 0; i++) {
		struct enforce_selection selection = {.file = i};

		if (tier == ENFORCE_OFF || !enforce_file_installed(place, &profile->files[i])) {
			continue;
		}
		enforce_file_settings(profile, i, tier, selection.settings);
		for (size_t j = 0; left && j < profile->n_settings; j++) {
			selection.settings[j] = selection.settings[j] && !left[j];
		}
		r = keep_file(place, profile, &selection, journal, changes);
	}
	return r;
}
