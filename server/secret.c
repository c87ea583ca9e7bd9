/* SPDX-License-Identifier: Apache-2.0 */
#include "secret.h"

#include "base64.h"
#include "crypto.h"

#include <string.h>

static int to_text(const void *bytes, size_t len, char *ret, size_t ret_len)
{
	struct str out = {.max = ret_len};
	int r = base64url_append(&out, bytes, len);

	if (r == 0) {
		memcpy(ret, out.p, out.len);
		ret[out.len] = 0;
		explicit_bzero(out.p, out.len);
	}
	str_finish(&out);
	return r;
}

int secret_new(char ret[SECRET_LEN + 1])
{
	uint8_t bytes[24];
	int r = crypto_random(bytes, sizeof(bytes));

	return r < 0 ? r : to_text(bytes, sizeof(bytes), ret, SECRET_LEN);
}

int secret_new_id(char ret[SECRET_ID_LEN + 1])
{
	uint8_t bytes[16] = {0};
	int r;

	/* A name on a command line: "-" and "_" are 62 and 63, the first six bits (RFC 4648). */
	do {
		r = crypto_random(bytes, sizeof(bytes));
	} while (r == 0 && bytes[0] >> 2 >= 62);
	return r < 0 ? r : to_text(bytes, sizeof(bytes), ret, SECRET_ID_LEN);
}

int secret_hash(struct span text, char ret[SECRET_HASH_LEN + 1])
{
	uint8_t hash[CRYPTO_SHA256_LEN];
	int r = crypto_sha256(text, hash);

	return r < 0 ? r : to_text(hash, sizeof(hash), ret, SECRET_HASH_LEN);
}
