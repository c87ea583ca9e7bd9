/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware-version.h"

#include "str.h"

#include <string.h>

#define PARTS_MAX 4

/* One number of a version: bits of the table's, from the highest to the lowest */
struct part {
	unsigned shift, bits, plus;
	bool bcd;
};
struct format {
	const char *name;
	size_t n;
	struct part parts[PARTS_MAX];
	bool by_length; /* as text: numbers of different length have no order */
};
static const struct format formats[] = {
	{"bcd", 4, {{24, 8, 0, true}, {16, 8, 0, true}, {8, 8, 0, true}, {0, 8, 0, true}}, false},
	{"dell-bios", 3, {{16, 8, 0, false}, {8, 8, 0, false}, {0, 8, 0, false}}, false},
	{"dell-bios-msb", 3, {{24, 8, 0, false}, {16, 8, 0, false}, {8, 8, 0, false}}, false},
	{"hex", 1, {{0, 32, 0, false}}, false},
	{"intel-csme19", 4,
		{{29, 3, 19, false}, {24, 5, 0, false}, {16, 8, 0, false}, {0, 16, 0, false}},
		false},
	{"intel-me", 4,
		{{29, 3, 11, false}, {24, 5, 0, false}, {16, 8, 0, false}, {0, 16, 0, false}},
		false},
	{"intel-me2", 4,
		{{28, 4, 0, false}, {24, 4, 0, false}, {16, 8, 0, false}, {0, 16, 0, false}},
		false},
	{"number", 1, {{0, 32, 0, false}}, false},
	{"pair", 2, {{16, 16, 0, false}, {0, 16, 0, false}}, false},
	{"plain", 1, {{0, 32, 0, false}}, true},
	{"quad", 4, {{24, 8, 0, false}, {16, 8, 0, false}, {8, 8, 0, false}, {0, 8, 0, false}},
		false},
	{"surface", 3, {{24, 8, 0, false}, {8, 16, 0, false}, {0, 8, 0, false}}, false},
	{"surface-legacy", 3, {{22, 10, 0, false}, {10, 12, 0, false}, {0, 10, 0, false}}, false},
	{"triplet", 3, {{24, 8, 0, false}, {16, 8, 0, false}, {0, 16, 0, false}}, false},
};

static const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			return &formats[i];
		}
	}
	return NULL;
}

static uint64_t part_of(const struct part *part, uint32_t raw)
{
	uint32_t mask = part->bits == 32 ? UINT32_MAX : (UINT32_C(1) << part->bits) - 1;
	uint32_t n = raw >> part->shift & mask;

	return part->bcd ? (n >> 4) * 10 + (n & 15) : (uint64_t)n + part->plus;
}

static int hex_parse(struct span text, uint64_t *ret_n)
{
	uint64_t n = 0;

	if (!span_starts(text, "0x") || text.len < 3 || text.len > 10) {
		return -EINVAL;
	}
	for (size_t i = 2; i < text.len; i++) {
		const char *digits = "0123456789abcdef";
		char c = text.p[i] >= 'A' && text.p[i] <= 'F' ? (char)(text.p[i] + 32) : text.p[i];
		const char *digit = memchr(digits, c, 16);

		if (!digit) {
			return -EINVAL;
		}
		n = n << 4 | (uint64_t)(digit - digits);
	}
	*ret_n = n;
	return 0;
}

static size_t digits_of(uint64_t n)
{
	size_t digits = 1;

	for (; n >= 10; n /= 10) {
		digits++;
	}
	return digits;
}

int firmware_version_compare(const char *name, uint32_t raw, const char *text, int *ret_order)
{
	const struct format *format = format_find(name);
	struct span rest = span_z(text), word;
	size_t n = 0;
	int order = 0;

	if (!format) {
		return FIRMWARE_VERSION_E_FORMAT;
	}
	for (; span_next(&rest, '.', &word); n++) {
		uint64_t wanted, have;
		bool hex = format->n == 1 && span_starts(word, "0x");

		if (n == format->n ||
			(hex ? hex_parse(word, &wanted) : span_u64(word, &wanted)) != 0) {
			return FIRMWARE_VERSION_E_FORMAT;
		}
		have = part_of(&format->parts[n], raw);
		if (format->by_length && (hex || digits_of(have) != word.len)) {
			return FIRMWARE_VERSION_E_FORMAT;
		}
		order = order != 0 ? order : (have > wanted) - (have < wanted);
	}
	if (n != format->n) {
		return FIRMWARE_VERSION_E_FORMAT;
	}
	*ret_order = order;
	return 0;
}
