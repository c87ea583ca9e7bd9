/* SPDX-License-Identifier: Apache-2.0 */
#include "gvariant.h"

#include "str.h"

#include <byteswap.h>
#include <string.h>

struct shape {
	size_t len;   /* of the type's text */
	size_t align; /* 1, 2, 4 or 8 */
	size_t fixed; /* bytes; 0: it varies */
};

static size_t align_up(size_t pos, size_t align)
{
	return (pos + align - 1) & ~(align - 1);
}

static bool basic_shape(char letter, struct shape *ret_shape)
{
	static const struct {
		char letter;
		unsigned char align, fixed;
	} rows[] = {{'b', 1, 1}, {'d', 8, 8}, {'g', 1, 0}, {'h', 4, 4}, {'i', 4, 4}, {'n', 2, 2},
		{'o', 1, 0}, {'q', 2, 2}, {'s', 1, 0}, {'t', 8, 8}, {'u', 4, 4}, {'v', 8, 0},
		{'x', 8, 8}, {'y', 1, 1}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].letter == letter) {
			*ret_shape = (struct shape){1, rows[i].align, rows[i].fixed};
			return true;
		}
	}
	return false;
}

struct frame {
	size_t pos, align;
	bool varies;
	bool wrapped; /* "a" or "m" stands before the next member */
};

static void frame_take(struct frame *frame, const struct shape *member)
{
	bool varies = frame->wrapped || member->fixed == 0;

	frame->wrapped = false;
	frame->varies = frame->varies || varies;
	frame->align = member->align > frame->align ? member->align : frame->align;
	if (!varies) {
		frame->pos = align_up(frame->pos, member->align) + member->fixed;
	}
}

static struct shape frame_close(const struct frame *frame)
{
	/* the unit type takes one byte */
	size_t size = frame->pos ? align_up(frame->pos, frame->align) : 1;

	return (struct shape){.align = frame->align, .fixed = frame->varies ? 0 : size};
}

/* The first complete type of the text */
static int measure(struct span type, struct shape *ret_shape)
{
	struct frame stack[GVARIANT_DEPTH_MAX] = {{.align = 1}};
	size_t depth = 0;

	for (size_t i = 0; i < type.len; i++) {
		struct shape member;
		char c = type.p[i];

		if (c == 'a' || c == 'm') {
			stack[depth].wrapped = true;
			continue;
		}
		if (c == '(' || c == '{') {
			if (++depth == GVARIANT_DEPTH_MAX) {
				return GVARIANT_E_FORMAT;
			}
			stack[depth] = (struct frame){.align = 1};
			continue;
		}
		if (c == ')' || c == '}') {
			if (depth == 0 || stack[depth].wrapped) {
				return GVARIANT_E_FORMAT;
			}
			member = frame_close(&stack[depth--]);
		} else if (!basic_shape(c, &member)) {
			return GVARIANT_E_FORMAT;
		}
		frame_take(&stack[depth], &member);
		if (depth == 0) {
			*ret_shape = (struct shape){.len = i + 1,
				.align = stack[0].align,
				.fixed = stack[0].varies ? 0 : stack[0].pos};
			return 0;
		}
	}
	return GVARIANT_E_FORMAT;
}

static bool is_complete(struct span type)
{
	struct shape shape;

	return measure(type, &shape) == 0 && shape.len == type.len;
}

int gvariant_unbox(const struct gvariant *variant, struct gvariant *ret_value)
{
	struct span bytes = variant->bytes;
	const char *nul;
	struct gvariant value = {.swapped = variant->swapped};

	if (!span_eq(variant->type, "v")) {
		return GVARIANT_E_TYPE;
	}
	nul = bytes.len > 0 ? memrchr(bytes.p, '\0', bytes.len) : NULL;
	if (!nul) {
		return GVARIANT_E_FORMAT;
	}
	value.bytes = (struct span){bytes.p, (size_t)(nul - bytes.p)};
	value.type = (struct span){nul + 1, bytes.len - value.bytes.len - 1};
	if (!is_complete(value.type)) {
		return GVARIANT_E_FORMAT;
	}
	*ret_value = value;
	return 0;
}

/* Little and big endian alike: the bytes of a number as this machine has them */
static uint64_t load(const char *p, size_t size, bool swapped)
{
	uint64_t n64;
	uint32_t n32;
	uint16_t n16;

	switch (size) {
	case 8:
		memcpy(&n64, p, sizeof(n64));
		return swapped ? bswap_64(n64) : n64;
	case 4:
		memcpy(&n32, p, sizeof(n32));
		return swapped ? bswap_32(n32) : n32;
	case 2:
		memcpy(&n16, p, sizeof(n16));
		return swapped ? bswap_16(n16) : n16;
	default:
		return (unsigned char)*p;
	}
}

int gvariant_number(const struct gvariant *value, int64_t *ret_number)
{
	struct shape shape;
	uint64_t n;
	char letter;

	if (value->type.len != 1 || !basic_shape(value->type.p[0], &shape) ||
		strchr("dghosv", value->type.p[0])) {
		return GVARIANT_E_TYPE;
	}
	if (value->bytes.len != shape.fixed) {
		return GVARIANT_E_FORMAT;
	}
	letter = value->type.p[0];
	n = load(value->bytes.p, shape.fixed, value->swapped);
	if (letter == 't' && n > INT64_MAX) {
		return -ERANGE;
	}
	if (letter == 'b' && n > 1) {
		return GVARIANT_E_FORMAT;
	}
	*ret_number = letter == 'n' ? (int16_t)n : letter == 'i' ? (int32_t)n : (int64_t)n;
	return 0;
}

int gvariant_string(const struct gvariant *value, struct span *ret_text)
{
	struct span bytes = value->bytes;

	if (value->type.len != 1 || !strchr("gos", value->type.p[0])) {
		return GVARIANT_E_TYPE;
	}
	if (bytes.len == 0 || memchr(bytes.p, '\0', bytes.len) != bytes.p + bytes.len - 1) {
		return GVARIANT_E_FORMAT;
	}
	*ret_text = (struct span){bytes.p, bytes.len - 1};
	return 0;
}

/* How wide a container of this length writes its framing offsets */
static size_t offset_size(size_t len)
{
	return len <= UINT8_MAX ? 1 : len <= UINT16_MAX ? 2 : len <= UINT32_MAX ? 4 : 8;
}

/* Framing offsets are little endian, whatever the values' order is; index counts from the end. */
static bool offset_at(struct span bytes, size_t index, size_t *ret_offset)
{
	size_t size = offset_size(bytes.len), n = 0;

	if (bytes.len / size <= index) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		const char *p = bytes.p + bytes.len - size * (index + 1);

		n |= (size_t)(unsigned char)p[i] << (8 * i);
	}
	*ret_offset = n;
	return true;
}

/* Members of varying size but for the last one, each of which has an offset */
static int count_offsets(struct span members, size_t *ret_n)
{
	size_t n = 0;

	while (members.len > 0) {
		struct shape shape;

		if (measure(members, &shape) != 0) {
			return GVARIANT_E_FORMAT;
		}
		members.p += shape.len;
		members.len -= shape.len;
		n += shape.fixed == 0 && members.len > 0;
	}
	*ret_n = n;
	return 0;
}

int gvariant_member(const struct gvariant *tuple, size_t index, struct gvariant *ret_member)
{
	struct span type = tuple->type, bytes = tuple->bytes;
	size_t pos = 0, n_offsets, offset = 0;

	if (type.len < 2 || (type.p[0] != '(' && type.p[0] != '{')) {
		return GVARIANT_E_TYPE;
	}
	type = (struct span){type.p + 1, type.len - 2};
	if (count_offsets(type, &n_offsets) != 0 ||
		n_offsets > bytes.len / offset_size(bytes.len)) {
		return GVARIANT_E_FORMAT;
	}
	for (size_t i = 0; type.len > 0; i++) {
		size_t end = bytes.len - n_offsets * offset_size(bytes.len);
		struct shape shape;

		if (measure(type, &shape) != 0) {
			return GVARIANT_E_FORMAT;
		}
		pos = align_up(pos, shape.align);
		if (shape.fixed > 0) {
			end = pos + shape.fixed;
		} else if (shape.len < type.len && !offset_at(bytes, offset++, &end)) {
			return GVARIANT_E_FORMAT;
		}
		if (pos > end || end > bytes.len) {
			return GVARIANT_E_FORMAT;
		}
		if (i == index) {
			*ret_member = (struct gvariant){.bytes = {bytes.p + pos, end - pos},
				.type = {type.p, shape.len},
				.swapped = tuple->swapped};
			return 0;
		}
		pos = end;
		type.p += shape.len;
		type.len -= shape.len;
	}
	return GVARIANT_E_NONE;
}

int gvariant_element(const struct gvariant *array, size_t index, struct gvariant *ret_element)
{
	struct span bytes = array->bytes, type = array->type;
	size_t size = offset_size(bytes.len), table, n, start = 0, end;
	struct shape shape;

	if (type.len < 2 || type.p[0] != 'a' ||
		measure((struct span){type.p + 1, type.len - 1}, &shape) != 0 ||
		shape.len != type.len - 1 || shape.fixed > 0) {
		return GVARIANT_E_TYPE;
	}
	if (bytes.len == 0) {
		return GVARIANT_E_NONE;
	}
	if (!offset_at(bytes, 0, &table) || table > bytes.len) {
		return GVARIANT_E_FORMAT;
	}
	n = (bytes.len - table) / size;
	if (index >= n) {
		return GVARIANT_E_NONE;
	}
	/* offsets are counted from the end */
	if (!offset_at(bytes, n - 1 - index, &end) ||
		(index > 0 && !offset_at(bytes, n - index, &start)) || start > table) {
		return GVARIANT_E_FORMAT;
	}
	start = align_up(start, shape.align);
	if (start > end || end > table) {
		return GVARIANT_E_FORMAT;
	}
	*ret_element = (struct gvariant){.bytes = {bytes.p + start, end - start},
		.type = {type.p + 1, shape.len},
		.swapped = array->swapped};
	return 0;
}

static int entry_matches(const struct gvariant *entry, struct span key, bool *ret_matches)
{
	struct gvariant member;
	struct span text;
	int r = gvariant_member(entry, 0, &member);

	if (r == 0) {
		r = gvariant_string(&member, &text);
	}
	if (r == 0) {
		*ret_matches = text.len == key.len && memcmp(text.p, key.p, key.len) == 0;
	}
	return r;
}

int gvariant_lookup(const struct gvariant *dictionary, struct span key, struct gvariant *ret_value)
{
	struct span bytes = dictionary->bytes;
	size_t size = offset_size(bytes.len), table, pos = 0, n;

	if (!span_eq(dictionary->type, "a{sv}")) {
		return GVARIANT_E_TYPE;
	}
	if (bytes.len == 0) {
		return GVARIANT_E_NONE;
	}
	if (!offset_at(bytes, 0, &table) || table > bytes.len) {
		return GVARIANT_E_FORMAT;
	}
	n = (bytes.len - table) / size;
	for (size_t i = 0; i < n; i++) {
		struct gvariant entry = {.type = span_z("{sv}"), .swapped = dictionary->swapped};
		bool matches;
		size_t end;

		pos = align_up(pos, 8);
		if (!offset_at(bytes, n - 1 - i, &end) || pos > end || end > table) {
			return GVARIANT_E_FORMAT;
		}
		entry.bytes = (struct span){bytes.p + pos, end - pos};
		if (entry_matches(&entry, key, &matches) != 0) {
			return GVARIANT_E_FORMAT;
		}
		if (matches) {
			struct gvariant boxed;
			int r = gvariant_member(&entry, 1, &boxed);

			return r == 0 ? gvariant_unbox(&boxed, ret_value) : r;
		}
		pos = end;
	}
	return GVARIANT_E_NONE;
}
