/* SPDX-License-Identifier: Apache-2.0 */
#include "deb-stanza.h"
#include "str.h"

#include <string.h>

static const struct {
	const char *name;
	size_t name_len;
	size_t offset;
	size_t size;
} fields[] = {
#define FIELD(name, member)                                                  \
	{                                                                    \
		name, sizeof(name) - 1, offsetof(struct deb_stanza, member), \
			sizeof(((struct deb_stanza *)0)->member)             \
	}
	FIELD("Architecture:", architecture),
	FIELD("Package:", package),
	FIELD("Phased-Update-Percentage:", phased),
	FIELD("Source:", source),
	FIELD("Status:", status),
	FIELD("Version:", version),
#undef FIELD
};

static void field_set(struct deb_stanza *stanza, size_t field, struct span value)
{
	char *out = (char *)stanza + fields[field].offset;

	value = span_trim(value);
	if (value.len == 0 || value.len >= fields[field].size || out[0] != '\0' ||
		memchr(value.p, '\0', value.len)) {
		stanza->damaged = true;
		return;
	}
	memcpy(out, value.p, value.len);
	out[value.len] = '\0';
}

/* len may be more than the bytes at hand: then they are only the first DEB_LINE_MAX of them */
static int line_take(struct deb_reader *reader, const char *line, size_t len)
{
	if (len == 0) {
		return deb_reader_end(reader);
	}
	reader->any = true;
	switch (line[0]) {
	case 'A':
	case 'P':
	case 'S':
	case 'V':
		break;
	default:
		return 0; /* nearly all lines */
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		size_t n = fields[i].name_len;

		if (len < n || memcmp(line, fields[i].name, n) != 0) {
			continue;
		}
		if (len > DEB_LINE_MAX) {
			reader->stanza.damaged = true;
			return 0;
		}
		field_set(&reader->stanza, i, (struct span){line + n, len - n});
	}
	return 0;
}

static void line_keep(struct deb_reader *reader, const char *bytes, size_t len)
{
	if (reader->line_len < DEB_LINE_MAX) {
		size_t room = DEB_LINE_MAX - reader->line_len;

		memcpy(reader->line + reader->line_len, bytes, len < room ? len : room);
	}
	/* One past the maximum says "longer": the exact length is nobody's business */
	reader->line_len += len;
	if (reader->line_len > DEB_LINE_MAX) {
		reader->line_len = DEB_LINE_MAX + 1;
	}
}

int deb_reader_feed(struct deb_reader *reader, const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		int r;

		if (!newline) {
			line_keep(reader, p, (size_t)(end - p));
			return 0;
		}
		if (reader->line_len > 0) {
			line_keep(reader, p, (size_t)(newline - p));
			r = line_take(reader, reader->line, reader->line_len);
			reader->line_len = 0;
		} else {
			r = line_take(reader, p, (size_t)(newline - p));
		}
		if (r < 0) {
			return r;
		}
		p = newline + 1;
	}
	return 0;
}

int deb_reader_end(struct deb_reader *reader)
{
	struct deb_stanza *stanza = &reader->stanza;
	int r = 0;

	if (reader->line_len > 0) {
		size_t len = reader->line_len;

		reader->line_len = 0;
		r = line_take(reader, reader->line, len);
	}
	if (r == 0 && reader->any) {
		r = reader->fn(stanza, reader->data);
	}
	stanza->package[0] = stanza->version[0] = '\0';
	stanza->architecture[0] = stanza->status[0] = '\0';
	stanza->source[0] = stanza->phased[0] = '\0';
	stanza->damaged = false;
	reader->any = false;
	return r;
}
