/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves a user's side of the machine says what stands in the profiles, and nothing of the
 * user's: for a name that a user gave (a folder, a server), and for the place of a home, the
 * profile's own {each} and {folder}; for a text or a list that was found, "…".
 */
#pragma once

#include "change.h"
#include "profile.h"

must_check int enforce_changes_redact(
	struct enforce_changes *changes, const struct enforce_profiles *profiles);
/* The values alone, for whoever does not know which profiles were used */
must_check int enforce_changes_hide(struct enforce_changes *changes);
/* The key of a profile that stands for this one, or the key itself */
const char *enforce_key_told(const struct enforce_profile *profile, const char *key);
