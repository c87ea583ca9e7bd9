/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caretaker-seal does: one verb, one answer. The caller passes the key's directory as fd 3.
 *
 *   keygen       makes key/device.pem when there is none; prints its public key (JWK)
 *   sign TYP     {"kid": id or null, "payload": text} in, JWS out
 *   verify TYP   {"key": JWK, "jws": text} in, the payload's bytes out
 *   thumbprint   JWK in, RFC 7638 thumbprint out
 *   erase        removes the key
 *
 * Exit: 0 yes, 1 error with one line on stderr, 2 no (signature, format or type is wrong).
 */
#pragma once

#include "jws.h"

#define SEAL_KEY_FD 3
#define SEAL_KEY_NAME "device.pem"
#define SEAL_INPUT_MAX (JWS_MAX + 4096)

enum seal_outcome {
	SEAL_E_NO = 2, /* the exit code: well asked, and the answer is no */
};

struct seal {
	int key_fd; /* directory of the key; borrowed */
	struct span input;
};

/* A directory of our own uid, mode 0700, and nothing looser: -EPERM */
must_check int seal_check_directory(int fd);

struct seal_verb {
	const char *name;
	bool wants_typ;
	bool wants_key; /* the directory */
	bool wants_input;
	int (*run)(const struct seal *seal, const char *typ, struct str *out);
};
/* NULL when there is no such verb */
const struct seal_verb *seal_verb_find(const char *name);
bool seal_typ_known(const char *typ);
