/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of devices, of which no two in a row have the same key. libcrypto's own way makes a
 * key of each, at 20 us beside the 48 of a verification; here the point alone is exchanged, at 1
 * us. Beside crypto.h and tls.h the only file pair of the server that knows libcrypto.
 */
#pragma once

#include "jws.h"

#define VERIFY_KEPT 4 /* as many threads verify at once without making anything anew */

struct verify;
must_check int verify_new(struct verify **ret_verify);
void verify_free(struct verify *verify); /* NULL is fine */

/*
 * The payload of a JWS whose header jws_peek has read, on the heap, terminated; public_key as
 * device_key_text writes it. JWS_E_FORMAT, JWS_E_SIGNATURE; -EBADMSG when that is no key. On any
 * thread.
 */
must_check int verify_open(struct verify *verify, const char *public_key, struct span jws,
	char **ret_payload, size_t *ret_len);
