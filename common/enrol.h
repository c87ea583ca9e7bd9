/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The enrolment string: one line to copy. "caretaker1." and base64url of
 * {"key": thumbprint of the policy key, "pins": [SHA-256 of a TLS SubjectPublicKeyInfo, base64url],
 *  "token": one-time token, "url": "https://host:port"}.
 */
#pragma once

#include "json.h"
#include "jws.h"
#include "pins.h"

#define ENROL_TEXT_MAX 1024
#define ENROL_PINS_MAX PINS_MAX
#define ENROL_PIN_LEN PINS_TEXT_LEN
#define ENROL_URL_MAX 256
#define ENROL_TOKEN_LEN 32

struct enrol {
	char url[ENROL_URL_MAX + 1]; /* https, host, optional port; no path, user, query */
	char key[JWS_THUMBPRINT_LEN + 1];
	struct pins pins;
	char token[ENROL_TOKEN_LEN + 1];
};

/* -EBADMSG with error filled when it is no enrolment string */
must_check int enrol_parse(struct span text, struct enrol *ret_enrol, struct json_error *error);
must_check int enrol_write(const struct enrol *enrol, struct str *out);
bool enrol_url_valid(struct span url);
