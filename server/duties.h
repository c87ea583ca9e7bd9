/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a school has to see to outside of any device: how its meeting services are set (conf.* of
 * the catalogue, kind server) and how this endpoint is run (server.*, doc.dpia). No program of ours
 * reads a meeting service: whoever looked there says what was seen, and an answer older than 90
 * days counts no more. What the endpoint can see of itself it sees itself.
 */
#pragma once

#include "json.h"
#include "store.h"

#define DUTIES_ANSWER_S ((int64_t)90 * 86400)
#define DUTIES_NOTE_MAX 200
#define DUTIES_WORD_MAX 40

enum duties_outcome {
	DUTIES_E_REFUSED = 1, /* the error says why */
};

/* What only the running endpoint can tell */
enum duties_storage { DUTIES_UNSEEN, DUTIES_PLAIN, DUTIES_ENCRYPTED };

/* openapi's Duties */
must_check int duties_read(struct store *store, int64_t now_s, enum duties_storage storage,
	struct json_object **ret_body);

struct duties_answer {
	const char *control;
	const char *provider; /* "" for the school's own */
	const char *answer;
	const char *note;
	const char *who;
};
/* DUTIES_E_REFUSED */
must_check int duties_put(struct store *store, int64_t now_s, const struct duties_answer *answer,
	struct json_error *error);

/* Whether this is a list of meeting services as the setting providers takes it: "jitsi,zoom",
 * "none"
 */
bool duties_providers_valid(const char *text);
