/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who this device is to its school, endpoint.json: written when an enrolment starts (pending), and
 * complete when the server's answer was verified.
 */
#pragma once

#include "enrol.h"
#include "report.h"
#include "spool.h"

#define IDENTITY_FILE "endpoint.json"
#define IDENTITY_MAX ((size_t)8 << 10)
#define IDENTITY_KEY_MAX 256 /* bytes of a public key as canonical JSON */

struct identity {
	struct spool_endpoint endpoint;
	char thumbprint[JWS_THUMBPRINT_LEN + 1]; /* of the policy key, from the enrolment string */
	char device[REPORT_DEVICE_LEN + 1];	 /* empty while pending */
	char policy_key[IDENTITY_KEY_MAX + 1];	 /* JWK as canonical JSON; empty while pending */
};

bool identity_pending(const struct identity *identity);
/* -EBADMSG with error filled (which may be NULL) */
must_check int identity_parse(
	struct span text, struct identity *ret_identity, struct json_error *error);
must_check int identity_write(const struct identity *identity, struct str *out);
void identity_from_enrol(const struct enrol *enrol, struct identity *ret_identity);
