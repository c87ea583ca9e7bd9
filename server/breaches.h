/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A breach on file (GDPR Art. 33(5); server.breach-file): what kind, when it happened and was
 * known, which devices and whether their disks were encrypted as last reported, and a line for each
 * step. Devices are entered with the label or the receipt that they have; what is held of them may
 * go meanwhile. No names of pupils.
 */
#pragma once

#include "documents.h"
#include "json.h"
#include "store.h"

#define BREACHES_LISTED_MAX 200
#define BREACHES_DEVICES_MAX 500
#define BREACHES_NOTES_MAX 200 /* of one breach */
#define BREACHES_NOTE_MAX 400
#define BREACHES_WORD_MAX 24
#define BREACHES_TELL_S ((int64_t)72 * 3600) /* GDPR Art. 33(1), from when it was known */

enum breaches_outcome {
	BREACHES_E_UNKNOWN = 1, /* no such breach */
	BREACHES_E_REFUSED,	/* the error says what and why */
	BREACHES_E_CLOSED,
	BREACHES_E_DEVICE, /* no such device */
};

struct breaches_wish {
	const char *kind;
	const char *happened, *known; /* days or instants */
	struct json_object *devices;  /* labels or ids */
	const char *who;
};
/* BREACHES_E_REFUSED, BREACHES_E_DEVICE */
must_check int breaches_open(struct store *store, int64_t now_s, const struct breaches_wish *wish,
	int64_t *ret_id, struct json_error *error);
/* A step, which may tell or close. BREACHES_E_UNKNOWN, _REFUSED, _CLOSED */
must_check int breaches_note(struct store *store, int64_t now_s, int64_t id, const char *who,
	const char *step, const char *note, struct json_error *error);
/* openapi's Breaches */
must_check int breaches_list(struct store *store, int64_t now_s, struct json_object **ret_body);
/* openapi's Breach. BREACHES_E_UNKNOWN */
must_check int breaches_show(
	struct store *store, int64_t now_s, int64_t id, struct json_object **ret_body);
/*
 * What an authority's form asks for, in its order, from the template breach-form. authority: ap,
 * ico, pcpd or uodo. BREACHES_E_UNKNOWN; BREACHES_E_REFUSED for no such authority or language
 */
must_check int breaches_form(const struct files *files, struct store *store, int64_t id,
	const char *authority, const char *language, enum documents_format format, struct str *out);
