/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the keeper's files, of gatekeeper.c and of guard.c alone. */
#pragma once

#include "gatekeeper.h"
#include "ipc.h"
#include "keeper-client.h"
#include "profiles.h"
#include "watch.h"

struct restored {
	char client[RULES_CLIENT_MAX + 1];
	char key[RULES_KEY_MAX + 1];
	int64_t at; /* wall second */
};

struct keeper {
	struct core *core;
	struct watch *watch;
	struct gatekeeper *gatekeeper;
	struct loop_source *timer; /* of the clients that are left alone for a while */
	struct keeper_client *clients[KEEPER_CLIENTS_MAX];
	size_t n_clients;
	struct restored restored[KEEPER_RESTORED_MAX]; /* a ring, oldest overwritten */
	size_t n_restored;
};

/* What one question to the hand was for */
struct errand {
	struct keeper *keeper;
	struct gather *gather; /* NULL when nobody waits for it */
	char client[RULES_CLIENT_MAX + 1];
	bool counted; /* as a write that nobody asked for: keeper_client_may_write */
	bool drift;   /* a value was changed by somebody after it was kept */
};

/* Answers to several questions, for one peer */
struct gather {
	struct keeper *keeper;
	uint64_t peer;
	size_t pending;
	bool failed;
	size_t unheard; /* workers that said nothing in time */
	struct json_build changes;
	char client[RULES_CLIENT_MAX + 1]; /* empty for all */
};

/* A value that somebody changed was put back. */
void keeper_note_restored(struct keeper *keeper, const char *client, const char *key);
/* CLIENT, with what its gate adds. later: when what is set holds, NULL for now */
void keeper_add_client(const struct keeper_client *client, struct gatekeeper_count gate,
	const char *later, struct json_build *array);
struct keeper_client *keeper_find(struct keeper *keeper, const char *id);
/* One question to caretaker-hand; the errand is copied. */
must_check int keeper_send(struct keeper *keeper, enum ipc_type type, struct json_object *body,
	const struct errand *errand);
/* Plans and has written: one client, or all of the system's when id is NULL. */
must_check int keeper_keep(struct keeper *keeper, const char *id, struct gather *gather);
/* Has put back what was written for this client and is not kept any more. */
must_check int keeper_lower(
	struct keeper *keeper, const struct enforce_profile *profile, const struct errand *errand);
/* Has caretaker-hand started where something is kept. */
must_check int keeper_wake_hand(struct keeper *keeper);
/* CHANGE of those refused or in conflict, and when planned_too also of those to be written */
void keeper_add_changes(const struct core *core, const struct keeper_client *client,
	const struct enforce_plan *plan, bool planned_too, struct json_build *array);
/* Lets go of one question, or of the gather's own hold: the last one answers the peer. */
void keeper_release(struct gather *gather);
