/* SPDX-License-Identifier: Apache-2.0 */
#include "password.h"

#include "base64.h"
#include "crypto.h"
#include "secret.h"

#include <openssl/evp.h>
#include <string.h>

/* The strength that RFC 7914 and OWASP's password storage sheet give for interactive sign-in. */
#define COST_N 32768
#define COST_R 8
#define COST_P 1
#define MEMORY_MAX ((uint64_t)128 << 20)
#define HASH_BYTES 32

static int derive(struct password *password, struct span text)
{
	struct str out = {.max = PASSWORD_HASH_LEN};
	uint8_t hash[HASH_BYTES];
	int r;

	if (password->n <= 1 || password->r <= 0 || password->p <= 0) {
		return -EINVAL;
	}
	if (EVP_PBE_scrypt(text.p, text.len, (const unsigned char *)password->salt,
		    strlen(password->salt), (uint64_t)password->n, (uint64_t)password->r,
		    (uint64_t)password->p, MEMORY_MAX, hash, sizeof(hash)) != 1) {
		return -ENOMEM;
	}
	r = base64url_append(&out, hash, sizeof(hash));
	if (r == 0) {
		memcpy(password->hash, out.p, out.len);
		password->hash[out.len] = 0;
	}
	str_finish(&out);
	explicit_bzero(hash, sizeof(hash));
	return r;
}

int password_make(struct span text, struct password *ret_password)
{
	struct password made = {.n = COST_N, .r = COST_R, .p = COST_P};
	int r = secret_new_id(made.salt);

	r = r < 0 ? r : derive(&made, text);
	if (r == 0) {
		*ret_password = made;
	}
	return r;
}

int password_check(const struct password *stored, struct span text, bool *ret_right)
{
	struct password tried = {.salt = "nobody", .n = COST_N, .r = COST_R, .p = COST_P};
	int r;

	if (stored) {
		tried = *stored;
	}
	r = derive(&tried, text);
	if (r == 0) {
		*ret_right = stored && strlen(stored->hash) == PASSWORD_HASH_LEN &&
			     crypto_equal(tried.hash, stored->hash, PASSWORD_HASH_LEN);
	}
	return r;
}
