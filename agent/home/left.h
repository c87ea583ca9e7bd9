/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "left" of HOME_SETTINGS: what this user's worker leaves alone. A list of
 * {"client","key","lifted","undo"}; an empty key is the client as a whole; undo: what was kept goes
 * back, as the owner asked or an exemption has it; lifted: for an exemption, so that whatever
 * stands there is right.
 */
#pragma once

#include "journal.h"
#include "json.h"
#include "place.h"
#include "profile.h"

#define LEFT_MAX 1024

struct left {
	bool client;			     /* as a whole */
	bool settings[ENFORCE_SETTINGS_MAX]; /* of the profile */
	bool lifted[ENFORCE_SETTINGS_MAX];   /* of those */
};

bool left_is_lifted(
	const struct left *left, const struct enforce_profile *profile, const char *key);
/* What list says of this client; list may be NULL. JSON_E_* */
must_check int left_read(
	struct json_object *list, const struct enforce_profile *profile, struct left *ret_left);
/*
 * Puts back what was undone, perhaps while this worker did not run. What was put back before is
 * left as it is, and a journal that cannot be had changes nothing. state: as enforce_journal_open
 * wants it. JSON_E_*, or -errno when memory is out.
 */
must_check int left_put_back(
	struct json_object *list, const struct enforce_place *place, int state);
