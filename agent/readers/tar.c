/* SPDX-License-Identifier: Apache-2.0 */
#include "tar.h"

#include "str.h"

#include <string.h>

/* Of the header block: where a field lies, and how long it is */
#define NAME_AT 0
#define NAME_LEN 100
#define SIZE_AT 124
#define SIZE_LEN 12
#define SUM_AT 148
#define SUM_LEN 8
#define TYPE_AT 156
#define PREFIX_AT 345
#define PREFIX_LEN 155

enum use {
	USE_NONE,
	USE_MEMBER, /* a wanted one */
	USE_PAX,    /* an extended header, which may name the next one */
	USE_LONG,   /* GNU's long name of the next one */
};

struct tar_reader {
	tar_want_fn want;
	tar_member_fn member;
	void *data;
	char block[TAR_BLOCK];
	size_t block_len;
	bool ended;
	enum use use;
	uint64_t left;	  /* bytes of the member still to come */
	uint64_t padding; /* and of what fills its last block */
	char name[TAR_NAME_MAX + 1];
	char next[TAR_NAME_MAX + 1]; /* name of the next one, when a header before it says so */
	char bytes[TAR_MEMBER_MAX];
	size_t bytes_len;
};

int tar_reader_new(
	tar_want_fn want, tar_member_fn member, void *data, struct tar_reader **ret_reader)
{
	struct tar_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		return -ENOMEM;
	}
	reader->want = want;
	reader->member = member;
	reader->data = data;
	*ret_reader = reader;
	return 0;
}

void tar_reader_free_p(struct tar_reader **reader)
{
	free(*reader);
}

/* Octal digits between blanks, ended by a blank or a NUL byte */
static int octal_parse(const char *field, size_t len, uint64_t *ret_n)
{
	uint64_t n = 0;
	size_t i = 0;

	while (i < len && field[i] == ' ') {
		i++;
	}
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
		n = n << 3 | (uint64_t)(field[i] - '0');
	}
	if (i < len && field[i] != ' ' && field[i] != '\0') {
		return -EBADMSG;
	}
	*ret_n = n;
	return 0;
}

static bool sum_fits(const char *block)
{
	uint64_t wanted = 0, sum = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool own = i >= SUM_AT && i < SUM_AT + SUM_LEN;

		sum += own ? (uint8_t)' ' : (uint8_t)block[i];
	}
	return octal_parse(block + SUM_AT, SUM_LEN, &wanted) == 0 && sum == wanted;
}

static void name_take(struct tar_reader *reader)
{
	const char *block = reader->block;
	size_t prefix = strnlen(block + PREFIX_AT, PREFIX_LEN);
	size_t name = strnlen(block + NAME_AT, NAME_LEN);

	if (reader->next[0]) {
		memcpy(reader->name, reader->next, sizeof(reader->name));
		reader->next[0] = '\0';
		return;
	}
	if (memcmp(block + 257, "ustar", 6) != 0) {
		prefix = 0;
	}
	memcpy(reader->name, block + PREFIX_AT, prefix);
	if (prefix > 0) {
		reader->name[prefix++] = '/';
	}
	memcpy(reader->name + prefix, block + NAME_AT, name);
	reader->name[prefix + name] = '\0';
}

static enum use use_of(struct tar_reader *reader, char type)
{
	switch (type) {
	case 'x':
		return USE_PAX;
	case 'L':
		return USE_LONG;
	case '0':
	case '\0':
		name_take(reader);
		return reader->want(reader->name, reader->data) ? USE_MEMBER : USE_NONE;
	case 'g': /* for all of them; names nobody */
		return USE_NONE;
	default:
		reader->next[0] = '\0';
		return USE_NONE;
	}
}

static int next_set(struct tar_reader *reader, struct span name)
{
	if (name.len == 0 || name.len > TAR_NAME_MAX || memchr(name.p, '\0', name.len)) {
		return -EBADMSG;
	}
	memcpy(reader->next, name.p, name.len);
	reader->next[name.len] = '\0';
	return 0;
}

/* Records "LENGTH KEY=VALUE\n", where the length counts itself */
static int pax_take(struct tar_reader *reader)
{
	struct span rest = {reader->bytes, reader->bytes_len};
	int r = 0;

	while (rest.len > 0 && r == 0) {
		struct span record = rest, digits;
		uint64_t len;

		if (!span_next(&record, ' ', &digits) || !record.p || span_u64(digits, &len) != 0 ||
			len > rest.len || len < digits.len + 3 || rest.p[len - 1] != '\n') {
			return -EBADMSG;
		}
		record.len = (size_t)len - digits.len - 2;
		if (span_starts(record, "path=")) {
			r = next_set(reader, (struct span){record.p + 5, record.len - 5});
		}
		rest = (struct span){rest.p + len, rest.len - (size_t)len};
	}
	return r;
}

static int member_end(struct tar_reader *reader)
{
	struct span bytes = {reader->bytes, reader->bytes_len};

	switch (reader->use) {
	case USE_MEMBER:
		return reader->member(reader->name, bytes, reader->data);
	case USE_PAX:
		return pax_take(reader);
	case USE_LONG:
		bytes.len = strnlen(bytes.p, bytes.len);
		return next_set(reader, bytes);
	case USE_NONE:
		break;
	}
	return 0;
}

static int header_take(struct tar_reader *reader)
{
	static const char zeros[TAR_BLOCK];
	uint64_t size = 0;

	if (memcmp(reader->block, zeros, TAR_BLOCK) == 0) {
		reader->ended = true;
		return 0;
	}
	if (!sum_fits(reader->block) ||
		octal_parse(reader->block + SIZE_AT, SIZE_LEN, &size) != 0) {
		return -EBADMSG;
	}
	reader->use = use_of(reader, reader->block[TYPE_AT]);
	if (reader->use != USE_NONE && size > TAR_MEMBER_MAX) {
		return -EBADMSG;
	}
	reader->left = size;
	reader->padding = (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
	reader->bytes_len = 0;
	return size == 0 ? member_end(reader) : 0;
}

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

static int content_take(struct tar_reader *reader, struct span *rest)
{
	size_t n = least(reader->left, rest->len);

	if (reader->use != USE_NONE) {
		memcpy(reader->bytes + reader->bytes_len, rest->p, n);
		reader->bytes_len += n;
	}
	reader->left -= n;
	*rest = (struct span){rest->p + n, rest->len - n};
	return reader->left == 0 ? member_end(reader) : 0;
}

int tar_reader_feed(struct tar_reader *reader, const char *bytes, size_t len)
{
	struct span rest = {bytes, len};
	int r = 0;

	/* What stands behind the mark of the end fills the last record. */
	while (rest.len > 0 && r == 0 && !reader->ended) {
		size_t n;

		if (reader->left > 0) {
			r = content_take(reader, &rest);
			continue;
		}
		n = reader->padding > 0 ? least(reader->padding, rest.len)
					: least(TAR_BLOCK - reader->block_len, rest.len);
		if (reader->padding > 0) {
			reader->padding -= n;
		} else {
			memcpy(reader->block + reader->block_len, rest.p, n);
			reader->block_len += n;
		}
		rest = (struct span){rest.p + n, rest.len - n};
		if (reader->block_len == TAR_BLOCK) {
			reader->block_len = 0;
			r = header_take(reader);
		}
	}
	return r;
}

int tar_reader_end(const struct tar_reader *reader)
{
	return reader->ended ? 0 : -EBADMSG;
}
