/* SPDX-License-Identifier: Apache-2.0 */
#include "totp.h"

#include "crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#define SHA1_LEN 20
#define COUNTER_LEN 8
#define BITS_A_SIGN 5

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int totp_code(const uint8_t *secret, size_t len, int64_t step, unsigned digits, uint32_t *ret_code)
{
	uint8_t counter[COUNTER_LEN], hash[SHA1_LEN];
	uint32_t code, modulus = 1;
	unsigned size = sizeof(hash);
	size_t at;

	if (len > INT32_MAX || digits > TOTP_DIGITS_MAX) {
		return -EINVAL;
	}
	for (size_t i = 0; i < COUNTER_LEN; i++) {
		counter[i] = (uint8_t)((uint64_t)step >> (8 * (COUNTER_LEN - 1 - i)));
	}
	if (!HMAC(EVP_sha1(), secret, (int)len, counter, sizeof(counter), hash, &size)) {
		return -EIO;
	}
	at = hash[SHA1_LEN - 1] & 0x0f;
	code = (uint32_t)(hash[at] & 0x7f) << 24 | (uint32_t)hash[at + 1] << 16 |
	       (uint32_t)hash[at + 2] << 8 | hash[at + 3];
	for (unsigned i = 0; i < digits; i++) {
		modulus *= 10;
	}
	*ret_code = code % modulus;
	return 0;
}

int totp_new(char ret_secret[TOTP_SECRET_LEN + 1])
{
	uint8_t bytes[TOTP_SECRET_LEN];
	int r = crypto_random(bytes, sizeof(bytes));

	/* A sign has five bits: any 32 of them are 20 bytes. */
	for (size_t i = 0; r == 0 && i < TOTP_SECRET_LEN; i++) {
		ret_secret[i] = alphabet[bytes[i] & 0x1f];
	}
	ret_secret[TOTP_SECRET_LEN] = 0;
	crypto_wipe(bytes, sizeof(bytes));
	return r;
}

int totp_decode(const char *secret, uint8_t ret_bytes[TOTP_SECRET_BYTES])
{
	uint32_t bits = 0;
	unsigned n = 0;
	size_t out = 0;

	if (strlen(secret) != TOTP_SECRET_LEN) {
		return -EINVAL;
	}
	for (size_t i = 0; i < TOTP_SECRET_LEN; i++) {
		const char *sign = strchr(alphabet, secret[i]);

		if (!sign) {
			return -EINVAL;
		}
		bits = bits << BITS_A_SIGN | (uint32_t)(sign - alphabet);
		n += BITS_A_SIGN;
		if (n >= 8) {
			n -= 8;
			ret_bytes[out++] = (uint8_t)(bits >> n);
		}
	}
	return 0;
}

static int matches(const uint8_t *secret, struct span code, int64_t step, bool *ret_matches)
{
	char text[TOTP_DIGITS_MAX + 4];
	uint32_t number = 0;
	int r = totp_code(secret, TOTP_SECRET_BYTES, step, TOTP_DIGITS, &number);

	snprintf(text, sizeof(text), "%0*u", TOTP_DIGITS, number);
	*ret_matches = r == 0 && crypto_equal(text, code.p, TOTP_DIGITS);
	return r;
}

int totp_find(const char *secret, struct span code, int64_t now_s, int64_t last, int64_t *ret_step)
{
	uint8_t bytes[TOTP_SECRET_BYTES];
	int64_t now = now_s / TOTP_STEP_S, found = 0;
	int r = totp_decode(secret, bytes);

	if (r == 0 && code.len == TOTP_DIGITS) {
		for (int64_t step = now - 1; r == 0 && step <= now + 1; step++) {
			bool same = false;

			r = matches(bytes, code, step, &same);
			found = same && step > last ? step : found;
		}
	}
	crypto_wipe(bytes, sizeof(bytes));
	if (r == 0) {
		*ret_step = found;
	}
	return r;
}
