/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of the system's clients: planned here, written by caretaker-hand, watched, and put
 * back when somebody changes them. Whether a setting is kept is the owner's word (rules.h) or,
 * where he said nothing, the school's ownership. A client's profile is in memory only while it is
 * planned.
 */
#pragma once

#include "core.h"
#include "json-build.h"

#define KEEPER_CLIENTS_MAX 64
#define KEEPER_RESTORED_MAX 32
/* Put back so often within the window, a value is somebody's who keeps writing it: then rarely. */
#define KEEPER_BURST 3
#define KEEPER_WINDOW_MS 10000
#define KEEPER_PAUSE_FIRST_MS 5000
#define KEEPER_PAUSE_LAST_MS 600000

struct keeper;

must_check int keeper_new(struct core *core, struct keeper **ret_keeper);
void keeper_free(struct keeper *keeper);
void keeper_free_p(struct keeper **keeper);

/* Reads the profiles anew, watches their files, and brings everything to what holds now. */
must_check int keeper_begin(struct keeper *keeper);

/* Other exemptions run: lets go what they are for, and keeps what they were for. */
must_check int keeper_exemptions_changed(struct keeper *keeper);

/* The owner's word; answers control peer `peer` when all is written. client and key may be NULL. */
must_check int keeper_enforce(
	struct keeper *keeper, const char *client, const char *key, uint64_t peer);
must_check int keeper_undo(
	struct keeper *keeper, const char *client, const char *key, uint64_t peer);
/* The firewall stays as it was made. */
must_check int keeper_confirm(struct keeper *keeper, uint64_t peer);

/* Whether there is a profile of this name, or a gate, or it is the firewall */
bool keeper_knows(const struct keeper *keeper, const char *client);
/* CHANGE of everything that is not as it would be kept; of one client when id is not NULL */
must_check int keeper_add_plan(struct keeper *keeper, const char *id, struct json_build *array);
void keeper_add_clients(const struct keeper *keeper, struct json_build *array); /* CLIENT */
void keeper_add_restored(const struct keeper *keeper, struct json_build *array);
/*
 * What this account has to know of what is kept: {"client","when"}, when it counts: "start", of the
 * computer; "sign-in", this person's next; "close", of that client, if it runs here.
 */
void keeper_add_later(const struct keeper *keeper, uid_t uid, struct json_build *array);
/* Settings that are not as they would be kept and wait for the owner's yes */
size_t keeper_asked(const struct keeper *keeper);
