/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens, links and session cookies: random text that is stored as its hash alone. */
#pragma once

#include "base.h"
#include "str.h"

#define SECRET_LEN 32	   /* 24 random bytes in base64url */
#define SECRET_HASH_LEN 43 /* SHA-256 in base64url */
#define SECRET_ID_LEN 22   /* 16 random bytes in base64url: an id */

must_check int secret_new(char ret[SECRET_LEN + 1]);
/* Begins with a letter or digit, so that no command takes it for an option. */
must_check int secret_new_id(char ret[SECRET_ID_LEN + 1]);
must_check int secret_hash(struct span text, char ret[SECRET_HASH_LEN + 1]);
