/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int base64url_append(struct str *out, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint32_t bits = 0;
	unsigned held = 0; /* bits not written yet */

	for (size_t i = 0; i < len; i++) {
		bits = (bits << 8) | p[i];
		for (held += 8; held >= 6; held -= 6) {
			int r = str_append_char(out, alphabet[(bits >> (held - 6)) & 63]);

			if (r < 0) {
				return r;
			}
		}
		bits &= 0xff;
	}
	if (held > 0) {
		return str_append_char(out, alphabet[(bits << (6 - held)) & 63]);
	}
	return str_append(out, "", 0);
}

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

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
		int six = sextet(text.p[i]);

		if (six < 0) {
			return -EINVAL;
		}
		bits = (bits << 6 | (uint32_t)six) & 0xffff;
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
