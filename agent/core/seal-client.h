/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-seal as functions: the key and the cryptography live in a process that is started for
 * one act. It gets the key directory as fd 3, an empty environment, SEAL_TIMEOUT_MS and a cap on
 * what it may answer. A few milliseconds each, so the caller simply waits.
 */
#pragma once

#include "jws.h"

#define SEAL_TIMEOUT_MS 5000
#define SEAL_OUTPUT_MAX (JWS_MAX + 1024)

struct seal {
	const char *path; /* of the program, absolute */
	int key_fd;	  /* STATEDIR/key */
};

enum seal_outcome {
	SEAL_E_REFUSED = 1, /* it said no: signature, key, type or format is wrong */
};

/* -ETIMEDOUT, -EPROTO when it answered what it should not, -ENOENT when there is no program */

/* Makes the device key, replacing one of an enrolment that came to nothing. */
must_check int seal_make_key(const struct seal *seal);
must_check int seal_erase_key(const struct seal *seal);
/* kid NULL puts the public key into the header. */
must_check int seal_sign(const struct seal *seal, const char *typ, const char *kid,
	struct span payload, struct str *ret_jws);
/*
 * The verified bytes of a policy; key is a JWK. SEAL_E_REFUSED also when thumbprint, unless NULL,
 * is not the key's.
 */
must_check int seal_verify_policy(const struct seal *seal, const char *key, const char *thumbprint,
	struct span jws, char **ret_payload, size_t *ret_len);
