/* SPDX-License-Identifier: Apache-2.0 */
#include "ostree-commit.h"

#include <stdio.h>
#include <string.h>

/*
 * (a{sv}aya(say)sstayay): metadata, parent, related, subject, body, time, two checksums. Behind
 * them stand the ends of all members of variable size but the last, in reverse.
 */
enum end { END_CONTENTS, END_BODY, END_SUBJECT, END_RELATED, END_PARENT, END_METADATA, ENDS };

#define CHECKSUM_BYTES 32
#define TIME_BYTES 8

/* GVariant: as wide as the whole needs */
static size_t offset_width(size_t len)
{
	return len <= UINT8_MAX ? 1 : len <= UINT16_MAX ? 2 : 4;
}

static size_t little_endian(const uint8_t *p, size_t width)
{
	size_t n = 0;

	for (size_t i = width; i > 0; i--) {
		n = n << 8 | p[i - 1];
	}
	return n;
}

static void hex_write(const uint8_t *p, char out[OSTREE_CHECKSUM_LEN + 1])
{
	for (size_t i = 0; i < CHECKSUM_BYTES; i++) {
		snprintf(out + 2 * i, 3, "%02x", p[i]);
	}
}

int ostree_commit_parse(struct span bytes, struct ostree_commit *ret_commit)
{
	static const char layer[] = "rpmostree.clientlayer";
	const uint8_t *p = (const uint8_t *)bytes.p;
	size_t width = offset_width(bytes.len), ends[ENDS], table, at;
	struct ostree_commit commit = {.made = 0};

	if (bytes.len < ENDS * width + TIME_BYTES + 2 * CHECKSUM_BYTES ||
		bytes.len > OSTREE_COMMIT_MAX) {
		return -EBADMSG;
	}
	table = bytes.len - ENDS * width;
	for (size_t i = 0; i < ENDS; i++) {
		ends[i] = little_endian(p + table + i * width, width);
		if (ends[i] > table || (i > 0 && ends[i] > ends[i - 1])) {
			return -EBADMSG;
		}
	}
	at = (ends[END_BODY] + 7) & ~(size_t)7;
	if (at + TIME_BYTES + CHECKSUM_BYTES != ends[END_CONTENTS] ||
		ends[END_CONTENTS] + CHECKSUM_BYTES != table) {
		return -EBADMSG;
	}
	for (size_t i = 0; i < TIME_BYTES; i++) { /* big-endian, whatever the machine is */
		if (i < 3 && p[at + i] != 0) {
			return -EBADMSG;
		}
		commit.made = commit.made << 8 | p[at + i];
	}
	if (ends[END_PARENT] - ends[END_METADATA] == CHECKSUM_BYTES) {
		hex_write(p + ends[END_METADATA], commit.parent);
	} else if (ends[END_PARENT] != ends[END_METADATA]) {
		return -EBADMSG;
	}
	commit.layered = memmem(p, ends[END_METADATA], layer, sizeof(layer)) != NULL;
	*ret_commit = commit;
	return 0;
}
