/* SPDX-License-Identifier: Apache-2.0 */
/* What stands between the quotes of an attribute, and what it means. */
#include "xfconf-raw.h"

#include <string.h>

#define CHAR_MAX_BYTES 4
#define CODE_DIGITS_MAX 8

static const struct {
	const char *word;
	char means;
} entities[] = {{"&amp;", '&'}, {"&apos;", '\''}, {"&gt;", '>'}, {"&lt;", '<'}, {"&quot;", '"'}};

static size_t encode(uint32_t code, char out[CHAR_MAX_BYTES])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* XML 1.0, production 2 */
static bool is_char(uint32_t code)
{
	return code == '\t' || code == '\n' || code == '\r' || (code >= ' ' && code < 0xd800) ||
	       (code >= 0xe000 && code < 0xfffe) || (code >= 0x10000 && code < 0x110000);
}

static int digit_of(char c, unsigned int base)
{
	const char *digits = "0123456789abcdef";
	const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

	return found && (unsigned int)(found - digits) < base ? (int)(found - digits) : -1;
}

/* "&#10;", "&#xA;": bytes of it, and what it means; 0 when it is none */
static size_t take_number(struct span raw, char out[CHAR_MAX_BYTES], size_t *ret_len)
{
	bool hex = raw.len > 2 && raw.p[2] == 'x';
	size_t from = hex ? 3 : 2, i = from;
	uint32_t code = 0;

	for (; i < raw.len && i - from < CODE_DIGITS_MAX; i++) {
		int digit = digit_of(raw.p[i], hex ? 16 : 10);

		if (digit < 0) {
			break;
		}
		code = code * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (i == from || i == raw.len || raw.p[i] != ';' || !is_char(code)) {
		return 0;
	}
	*ret_len = encode(code, out);
	return i + 1;
}

static size_t take_entity(struct span raw, char out[CHAR_MAX_BYTES], size_t *ret_len)
{
	if (raw.len > 1 && raw.p[1] == '#') {
		return take_number(raw, out, ret_len);
	}
	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		if (span_starts(raw, entities[i].word)) {
			out[0] = entities[i].means;
			*ret_len = 1;
			return strlen(entities[i].word);
		}
	}
	return 0;
}

/* Moves raw behind one piece; false at its end, and at what is no entity. */
static bool next_piece(struct span *raw, char out[CHAR_MAX_BYTES], size_t *ret_len)
{
	size_t used = 1;

	if (raw->len == 0) {
		return false;
	}
	if (raw->p[0] == '&') {
		used = take_entity(*raw, out, ret_len);
	} else {
		/* a blank of any kind is a space in an attribute: XML 1.0, 3.3.3 */
		out[0] = strchr("\t\r\n", raw->p[0]) && raw->p[0] ? ' ' : raw->p[0];
		*ret_len = 1;
	}
	raw->p += used;
	raw->len -= used;
	return used > 0;
}

bool xfconf_raw_valid(struct span raw)
{
	char piece[CHAR_MAX_BYTES];
	size_t len;

	while (next_piece(&raw, piece, &len)) {
	}
	return raw.len == 0;
}

bool xfconf_raw_has(struct span raw, char c)
{
	char piece[CHAR_MAX_BYTES];
	size_t len;

	while (next_piece(&raw, piece, &len)) {
		if (len == 1 && piece[0] == c) {
			return true;
		}
	}
	return false;
}

bool xfconf_raw_is(struct span raw, const char *plain)
{
	char piece[CHAR_MAX_BYTES];
	size_t len;

	if (!raw.p) {
		return false;
	}
	while (next_piece(&raw, piece, &len)) {
		if (strncmp(plain, piece, len) != 0) {
			return false;
		}
		plain += len;
	}
	return *plain == '\0' && raw.len == 0;
}

int xfconf_raw_read(struct span raw, struct str *out)
{
	char piece[CHAR_MAX_BYTES];
	size_t len;
	int r = str_append_z(out, "");

	while (r == 0 && next_piece(&raw, piece, &len)) {
		r = str_append(out, piece, len);
	}
	return r;
}

static const char *entity_of(char c)
{
	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		if (entities[i].means == c) {
			return entities[i].word;
		}
	}
	return NULL;
}

int xfconf_raw_write(const char *plain, struct str *out)
{
	int r = 0;

	for (; *plain && r == 0; plain++) {
		const char *entity = entity_of(*plain);

		if (*plain == '\t' || *plain == '\n' || *plain == '\r') {
			r = str_appendf(out, "&#%d;", *plain);
		} else {
			r = entity ? str_append_z(out, entity) : str_append_char(out, *plain);
		}
	}
	return r;
}
