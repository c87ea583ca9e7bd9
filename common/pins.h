/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLS keys that a device speaks to: hashes of a SubjectPublicKeyInfo (RFC 7469 section 2.4) in
 * base64url, the one the server has and the one it will have next. They come with the enrolment
 * code and from then on with each signed policy.
 */
#pragma once

#include "json.h"

#define PINS_MAX 2
#define PINS_TEXT_LEN 43

struct pins {
	char list[PINS_MAX][PINS_TEXT_LEN + 1];
	size_t n;
};

/* -EBADMSG with error filled (which may be NULL) unless it is a list of one or two hashes */
must_check int pins_parse(
	struct json_object *array, struct pins *ret_pins, struct json_error *error);
/* One or two hashes; of what was parsed always so */
bool pins_valid(const struct pins *pins);
bool pins_have(const struct pins *pins, const char *pin);
/* Whether a server that has one of some may be spoken to by who knows the other */
bool pins_meet(const struct pins *a, const struct pins *b);
bool pins_equal(const struct pins *a, const struct pins *b);
