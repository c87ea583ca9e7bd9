/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int base64url_append(struct str *out, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	char text[4];

	for (; len > 2; len -= 3, p += 3) {
		uint32_t bits = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		int r;

		for (int i = 3; i >= 0; i--, bits >>= 6) {
			text[i] = alphabet[bits & 63];
		}
		r = str_append(out, text, 4);
		if (r < 0) {
			return r;
		}
	}
	if (len > 0) {
		text[0] = alphabet[p[0] >> 2];
		text[1] = alphabet[(p[0] & 3) << 4 | (len > 1 ? p[1] >> 4 : 0)];
		text[2] = alphabet[len > 1 ? (p[1] & 15) << 2 : 0];
	}
	return str_append(out, text, len > 0 ? len + 1 : 0);
}

/* What each sign stands for, and one more; 0: no sign of the alphabet */
/* clang-format off */
static const uint8_t sextets[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['-'] = 63,
	['_'] = 64,
};
/* clang-format on */

int base64url_decode(struct span text, size_t max, char **ret_bytes, size_t *ret_len)
{
	size_t whole = text.len / 4 * 3, rest = text.len % 4;
	size_t len = whole + (rest ? rest - 1 : 0);
	cleanup(free_ptr) char *bytes = NULL;
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	if (rest == 1 || len > max) {
		return -EINVAL;
	}
	bytes = malloc(len + 1);
	if (!bytes) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < text.len; i++) {
		unsigned six = sextets[(uint8_t)text.p[i]];

		if (six == 0) {
			return -EINVAL;
		}
		bits = (bits << 6 | (six - 1)) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[n++] = (char)(bits >> held & 0xff);
		}
	}
	/* One value has one spelling: else two strings would name one key. */
	if ((bits & ((1u << held) - 1)) != 0) {
		return -EINVAL;
	}
	bytes[n] = '\0';
	*ret_bytes = TAKE_PTR(bytes);
	*ret_len = n;
	return 0;
}
