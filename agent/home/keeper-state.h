/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of HOME_SETTINGS, HOME_UNDO and HOME_STATE (ARCHITECTURE.md). */
#pragma once

#include "change.h"
#include "keeper.h"

#include <sys/types.h>

struct keeper_settings {
	int64_t format;
	bool keep;
	int64_t asked;	/* settings of the system that wait for a yes; -1: none is asked for */
	int64_t policy; /* its version */
	int64_t serial; /* echoed; 0 from a caretakerd that gives none */
	/* borrowed from the body; exemptions, facts, later and left may be NULL */
	struct json_object *exemptions, *facts, *later, *left, *profiles, *tiers;
};
/* JSON_E_* */
must_check int keeper_settings_read(struct json_object *body, struct keeper_settings *ret_settings);
/* A client's tier; one that the settings do not name is off. */
enum enforce_tier keeper_settings_tier(struct json_object *tiers, const char *client);
struct keeper_undo {
	const char *client, *key; /* NULL for all; borrowed from the body */
	int64_t serial;
};
/* JSON_E_* */
must_check int keeper_undo_read(struct json_object *body, struct keeper_undo *ret_undo);

/* What was put back, newest last */
struct keeper_restored {
	struct {
		char *client, *key;
		int64_t at;
	} items[KEEPER_RESTORED_MAX];
	size_t n;
	bool anew; /* added to since it was last told */
};
void keeper_restored_finish(struct keeper_restored *restored);
/* The oldest makes room. */
must_check int keeper_restored_add(
	struct keeper_restored *restored, const char *client, const char *key, int64_t at);

struct keeper_client {
	const char *id;
	bool installed;
	size_t kept, drifted;
	const char *tier;
	uid_t uid;
};
struct keeper_state {
	struct json_object *body, *clients; /* body is owned */
};
void keeper_state_finish(struct keeper_state *state);
/* serial: of the message it answers; 0 for none that had one */
must_check int keeper_state_new(const struct enforce_changes *changes,
	const struct keeper_restored *restored, int64_t serial, struct keeper_state *ret_state);
must_check int keeper_state_add(struct keeper_state *state, const struct keeper_client *client);
