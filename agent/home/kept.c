/* SPDX-License-Identifier: Apache-2.0 */
#include "kept.h"

#include "apply.h"
#include "clock.h"
#include "keeper-changes.h"
#include "redact.h"

#include <string.h>

/*
 * Values that were put back after they had been right once. One that somebody changed again before
 * it could be read back is a round of the fight, too: a fast client would otherwise go on for ever.
 */
static int note_restored(struct kept_client *client, const struct enforce_changes *changes,
	size_t first, struct keeper_restored *restored)
{
	struct clock_now now = clock_read();
	bool fought = false;
	int r = 0;

	for (size_t i = first; i < changes->len && client->judged && r == 0; i++) {
		const struct enforce_change *change = &changes->items[i];
		bool applied = change->result == ENFORCE_APPLIED;

		fought = fought || applied || change->error == ENFORCE_ERROR_CHANGED_MEANWHILE;
		if (applied) {
			r = keeper_restored_add(restored, client->profile->id,
				enforce_key_told(client->profile, change->key), now.wall_s);
		}
	}
	if (fought && r == 0) {
		truce_note(&client->truce, now.boot_ms);
	}
	return r;
}

bool kept_waits(const struct kept_client *client, const struct enforce_change *change)
{
	const struct enforce_profile *profile = client->profile;

	if (change->error != ENFORCE_ERROR_RUNNING || strcmp(change->client, profile->id) != 0 ||
		client->held || client->left.client) {
		return false;
	}
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (!client->left.settings[i] &&
			strcmp(profile->settings[i].key, change->key) == 0) {
			return true;
		}
	}
	return false;
}

int kept_count(struct kept_client *client, const struct enforce_place *place,
	const struct enforce_journal *journal, struct enforce_changes *changes)
{
	cleanup(enforce_plan_finish) struct enforce_plan plan = {0};
	int r = enforce_plan(place, client->profile, client->tier, journal, &plan);

	if (r != 0) {
		return r;
	}
	keeper_changes_leave_lifted(&client->left, client->profile, &plan);
	client->installed = plan.installed;
	client->kept = plan.kept;
	client->drifted = plan.drifted;
	return changes ? keeper_changes_move(&plan.changes, changes) : 0;
}

int kept_look(struct kept_client *client, const struct enforce_place *place, bool keep,
	struct enforce_journal *journal, struct enforce_changes *changes,
	struct keeper_restored *restored)
{
	bool truce = truce_holds(&client->truce, clock_read().boot_ms);
	size_t first = changes->len;
	int r;

	if (!keep || client->held || client->left.client || truce || client->tier == ENFORCE_OFF) {
		r = kept_count(client, place, journal, changes);
		if (r == 0 && truce) {
			keeper_changes_mark_truce(changes, first);
		}
		return r;
	}
	r = enforce_lower(place, client->profile, client->tier, journal, changes);
	if (r == 0) {
		r = enforce_keep(place, client->profile, client->tier, client->left.settings,
			journal, changes);
	}
	if (r == 0) {
		r = kept_count(client, place, journal, NULL);
	}
	if (r == 0) {
		r = note_restored(client, changes, first, restored);
	}
	client->judged = true;
	return r;
}
