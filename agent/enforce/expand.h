/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a profile's settings are for one file of one account:
 *   key "{each}.x"    x of each server that the client knows, by its origin ("https://x.example"):
 *                     of those that file->names finds, and of those that the file has already
 *   value "{folder}"  the account's own encrypted folder; a place inside it, and none at all (the
 *                     client's own choice is that folder), are right as well
 */
#pragma once

#include "place.h"

#define ENFORCE_FOLDER "{folder}"
#define ENFORCE_SERVERS_MAX 16

struct enforce_expansion {
	struct enforce_profile profile; /* the same one with other settings */
	bool asked[ENFORCE_SETTINGS_MAX];
	bool more; /* a server was left out: too many, or its address is not one that is understood
		    */
	struct enforce_setting settings[ENFORCE_SETTINGS_MAX];
	struct json_object *held; /* owned: keys and values that were made */
};
void enforce_expansion_finish(struct enforce_expansion *expansion);
/* asked: of the profile's settings. The profile has to outlive it. NULL when it is as it stands.
 * -ENOMEM alone */
must_check int enforce_expand(const struct enforce_place *place,
	const struct enforce_profile *profile, size_t file, const char *path, const bool *asked,
	struct enforce_expansion **ret_expansion);
void enforce_expansion_free_p(struct enforce_expansion **expansion);
/* Whether a key of a profile, which may begin with {each}, stands for this one */
bool enforce_key_covers(const char *pattern, const char *key);
