/* SPDX-License-Identifier: Apache-2.0 */
/* The one file pair that knows libcrypto: P-256 keys, ES256, SHA-256, random. Own library. */
#pragma once

#include "base.h"
#include "str.h"

#define CRYPTO_SHA256_LEN 32
#define CRYPTO_ES256_LEN 64 /* R then S, 32 bytes each, RFC 7518 section 3.4 */

struct crypto_key; /* a P-256 key, public or private */

void crypto_key_free(struct crypto_key *key);
void crypto_key_free_p(struct crypto_key **key);
must_check int crypto_key_generate(struct crypto_key **ret_key);
/* PEM of a P-256 private key, with no pass phrase; -EINVAL when it is none */
must_check int crypto_key_from_pem(struct span pem, struct crypto_key **ret_key);
/* PKCS#8; finish out with crypto_str_finish, which wipes it */
must_check int crypto_key_to_pem(const struct crypto_key *key, struct str *out);
/* x and y of the public half, 32 bytes each; point validated on the way in: -EINVAL */
must_check int crypto_key_from_xy(
	const uint8_t x[32], const uint8_t y[32], struct crypto_key **ret_key);
must_check int crypto_key_xy(const struct crypto_key *key, uint8_t ret_x[32], uint8_t ret_y[32]);

must_check int crypto_sign(
	const struct crypto_key *key, struct span text, uint8_t ret_signature[CRYPTO_ES256_LEN]);
/* 0 when it is right, -EBADMSG when it is not */
must_check int crypto_verify(
	const struct crypto_key *key, struct span text, const uint8_t signature[CRYPTO_ES256_LEN]);

must_check int crypto_sha256(struct span text, uint8_t ret_hash[CRYPTO_SHA256_LEN]);
must_check int crypto_random(void *ret_bytes, size_t len);
void crypto_wipe(void *bytes, size_t len);
void crypto_str_finish(struct str *s);
bool crypto_equal(const void *a, const void *b, size_t len); /* constant time */
