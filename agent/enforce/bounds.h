/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretaker-hand and caretaker-home may ever write: the profiles this build was made with. A
 * message, and the policy behind it, chooses among these files, keys and values and can add to
 * none; of a number with a range, which is stricter throughout, it may name another one of it.
 */
#pragma once

#include "apply.h"
#include "profile.h"

/* Generated from policies/clients/ */
struct bounds_row {
	const char *id;
	const char *json;
};
extern const struct bounds_row bounds_rows[]; /* those with files of the system */
extern const size_t bounds_rows_len;
extern const struct bounds_row bounds_user_rows[]; /* those with files of a user */
extern const size_t bounds_user_rows_len;

enum bounds_outcome {
	BOUNDS_E_SHAPE = 1, /* the message is no HAND_WRITE */
	BOUNDS_E_CLIENT,
	BOUNDS_E_FILE, /* no such file of that client, or another path */
	BOUNDS_E_KEY,  /* no setting of that file */
	BOUNDS_E_VALUE,
};

/* The compiled-in profile; BOUNDS_E_CLIENT. The caller frees it. */
must_check int bounds_profile(const char *id, struct enforce_profile **ret_profile);
/*
 * The compiled-in user profiles of the clients that this list of profiles names by their "id";
 * whatever else it says of them, and every other client, is left out. -errno
 */
must_check int bounds_user_profiles(
	struct json_object *list, struct enforce_profiles *ret_profiles);
/*
 * A HAND_WRITE body to what is to be written. The profile is the compiled-in one, which the caller
 * frees; where a setting is content with a range of numbers, the body's own may stand in it. The
 * selection's path and such a number are borrowed from body.
 */
must_check int bounds_admit(const struct enforce_place *place, struct json_object *body,
	struct enforce_profile **ret_profile, struct enforce_selection *ret_selection);
