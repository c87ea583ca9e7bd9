/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment codes: made, listed, revoked. The code itself is kept as a hash and shown once. */
#pragma once

#include "device.h"
#include "enrol.h"
#include "json.h"
#include "role.h"
#include "secret.h"

#define CODES_USES_MAX 100000
#define CODES_DAYS_MAX 365
#define CODES_LISTED_MAX 500

enum codes_outcome {
	CODES_E_UNKNOWN = 1, /* no such code, or not of these groups */
};

/* ret_id: what it is listed under */
must_check int codes_put(struct store *store, const char *token, const struct device_token *terms,
	int64_t now_s, char ret_id[SECRET_ID_LEN + 1]);
/* As openapi's Codes, newest first; teams as role_reach gives them */
must_check int codes_read(
	struct store *store, const char *teams, int64_t now_s, struct json_object **ret);
/* Devices that came in stay. ret_team: the group it was for */
must_check int codes_revoke(
	struct store *store, const char *id, const char *teams, char ret_team[DEVICE_TEAM_MAX + 1]);
