/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of caretaker-hand. The peer must be root, and one peer is served at a time. Whatever
 *a message asks is checked against the compiled-in table (bounds.h); nothing is taken from a file.
 *
 *	HAND_WRITE   {"format","client","file","path","edits":[{"key","value"}]}
 *	HAND_UNDO    {"client": id or null, "key": key or null}
 *	HAND_GATE    {"client","format","lifted"}: gate.h
 *	HAND_SWITCH  {"format","off","what"}: switch.h
 *	HAND_JOURNAL {}
 *	HAND_DONE    {"changes":[CHANGE],"format":1}; for HAND_JOURNAL what an undo would do, as
 *planned ERROR        {"code","text"}: nothing was changed
 */
#pragma once

#include "json.h"
#include "loop.h"
#include "surroundings.h"
#include "sysroot.h"

struct hand_config {
	int listener; /* borrowed, as all fds here */
	int state;    /* the journal's directory */
	struct sysroot root;
	int64_t idle_ms;
	/* What this process was given, borrowed: it leaves when that is out of date. NULL: never */
	const struct surroundings *surroundings;
	/* apparmor_parser, absolute paths to look for; NULL: none, so that nothing is loaded */
	const char *const *parsers;
};

/*
 * While something can be undone it stays, asleep, since what is kept is put back sooner by a
 * process that is there; otherwise it ends when nobody wants anything.
 */
struct hand;
must_check int hand_new(
	struct loop *loop, const struct hand_config *config, struct hand **ret_hand);
void hand_free(struct hand *hand);
/* It ended, though something is kept, for a fresh process to stay in its place. */
bool hand_wants_successor(const struct hand *hand);
void hand_free_p(struct hand **hand);

/* Whether an undo would find anything; also false when that cannot be told */
bool hand_keeps(const struct hand_config *config);
/* One message to its answer, for caretaker-hand and for tests. The caller puts ret_body. */
must_check int hand_answer(const struct hand_config *config, unsigned type,
	struct json_object *body, unsigned *ret_type, struct json_object **ret_body);
