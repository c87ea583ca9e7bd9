/* SPDX-License-Identifier: Apache-2.0 */
/* Devices in the store: entering, reporting, leaving. What a device said is all that is kept. */
#pragma once

#include "crypto.h"
#include "device-recent.h"
#include "moment.h"
#include "report.h"
#include "store.h"

#define DEVICE_TEAM_MAX 24 /* [a-z0-9-] */
#define DEVICE_SHOWN_MAX 16
#define DEVICE_KEY_LEN 86 /* x and y in base64url */
#define DEVICE_SILENT_S ((int64_t)21 * 86400)
#define DEVICE_HISTORY_S ((int64_t)400 * 86400) /* of the counts of a day */

enum device_outcome {
	DEVICE_E_UNKNOWN = 1, /* no such device */
	DEVICE_E_CONFLICT,    /* other bytes came under this sequence, or it is long past */
	DEVICE_E_NO_TOKEN,    /* no such token */
	DEVICE_E_TOKEN_USED,  /* used up or expired */
};

struct device {
	char id[REPORT_DEVICE_LEN + 1];
	char public_key[DEVICE_KEY_LEN + 1];
	char team[DEVICE_TEAM_MAX + 1];
	enum policy_ownership owner;
	int64_t number;
	int64_t heard_day; /* since 1970, of the last report, or of its enrolment */
	int64_t sequence;  /* of the last report; 0 before the first */
	int64_t policy;	   /* the version that it holds, as it said last */
	int64_t failing;   /* controls */
	char worst[POSTURE_ID_MAX + 1];
	char posture[DEVICE_SHOWN_MAX + 1];
	char shown[DEVICE_SHOWN_MAX + 1]; /* its posture, or silent */
	char recent[DEVICE_RECENT_MAX + 1];
	bool want_full;
	bool lost;   /* nothing that it signs is taken any more */
	bool silent; /* shown as silent until its next report is in */
};

bool device_team_valid(struct span team);
must_check int device_key_text(const struct crypto_key *key, char ret[DEVICE_KEY_LEN + 1]);

/* DEVICE_E_UNKNOWN */
must_check int device_find(struct store *store, const char *id, struct device *ret_device);
/* The same of one that is lost, or that has another key: what it signed is not taken. */
must_check int device_find_signer(
	struct store *store, const char *id, const char *public_key, struct device *ret_device);
must_check int device_find_key(
	struct store *store, const char *public_key, struct device *ret_device);

struct device_token {
	enum policy_ownership owner;
	const char *team;
	int64_t uses;
	int64_t expires;
};
must_check int device_put_token(
	struct store *store, const char *token, const struct device_token *terms);
/* Takes one use of the token. DEVICE_E_NO_TOKEN, DEVICE_E_TOKEN_USED */
must_check int device_enrol(struct store *store, const char *public_key, struct span token,
	int64_t now_s, struct device *ret_device);

struct device_signed {
	const char *public_key; /* with which it was verified */
	const char *hash;	/* of what is signed, by which it is known again */
};

/*
 * Takes a verified report in. The same bytes again: 0, with the same answer. DEVICE_E_UNKNOWN as
 * device_find_signer, DEVICE_E_CONFLICT.
 */
must_check int device_report(struct store *store, const struct report *report,
	const struct device_signed *by, int64_t now_s, struct device *ret_device);
must_check int device_erase(struct store *store, const char *id);
