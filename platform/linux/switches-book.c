/* SPDX-License-Identifier: Apache-2.0 */
#include "switches.h"

#include "json-build.h"

#include <stdio.h>
#include <string.h>

#define BOOK_FORMAT 1
#define WORD_MAX 16

static const char *const what_codes[SWITCHES_WHAT_COUNT] = {
	[SWITCHES_CAMERA] = "camera",
	[SWITCHES_MICROPHONE] = "microphone",
};
static const char *const way_codes[SWITCHES_WAY_COUNT] = {
	[SWITCHES_USB] = "usb",
	[SWITCHES_DRIVER] = "driver",
	[SWITCHES_NODE] = "node",
	[SWITCHES_NO_WAY] = "none",
};

const char *switches_what_code(enum switches_what what)
{
	return what_codes[what];
}

static int word_find(const char *const *words, size_t n, struct span word, size_t *ret_at)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(word, words[i])) {
			*ret_at = i;
			return 0;
		}
	}
	return -EINVAL;
}

int switches_what_parse(struct span word, enum switches_what *ret_what)
{
	size_t at;
	int r = word_find(what_codes, SWITCHES_WHAT_COUNT, word, &at);

	if (r == 0) {
		*ret_what = (enum switches_what)at;
	}
	return r;
}

bool switches_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= SWITCHES_NAME_MAX && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-") ==
		       len;
}

bool switches_same(const struct switches_part *a, const struct switches_part *b)
{
	return a->what == b->what && a->way == b->way && strcmp(a->name, b->name) == 0;
}

const struct switches_part *switches_find(
	const struct switches_parts *parts, const struct switches_part *part)
{
	for (size_t i = 0; i < parts->len; i++) {
		if (switches_same(&parts->items[i], part)) {
			return &parts->items[i];
		}
	}
	return NULL;
}

void switches_add(struct switches_parts *parts, const struct switches_part *part)
{
	if (switches_find(parts, part)) {
		return;
	}
	if (parts->len == SWITCHES_PARTS_MAX) {
		parts->more = true;
		return;
	}
	parts->items[parts->len++] = *part;
}

int switches_path(const struct switches_part *part, struct str *out)
{
	switch (part->way) {
	case SWITCHES_USB:
		return str_appendf(out, "/sys/bus/usb/devices/%s/authorized", part->name);
	case SWITCHES_DRIVER:
		return str_appendf(
			out, "/sys/bus/%s/drivers/%s/%s", part->bus, part->driver, part->name);
	case SWITCHES_NODE:
		return str_appendf(out, "/dev/%s%s",
			part->what == SWITCHES_MICROPHONE ? "snd/" : "", part->name);
	case SWITCHES_NO_WAY:
		break;
	}
	return str_appendf(out, "/dev/%s", part->name);
}

struct part_wire {
	const char *bus, *driver, *name, *way, *what;
};
static const struct json_field part_fields[] = {
	{"bus", JSON_WANT_STRING, offsetof(struct part_wire, bus), false, SWITCHES_NAME_MAX},
	{"driver", JSON_WANT_STRING, offsetof(struct part_wire, driver), false, SWITCHES_NAME_MAX},
	{"name", JSON_WANT_STRING, offsetof(struct part_wire, name), true, SWITCHES_NAME_MAX},
	{"way", JSON_WANT_STRING, offsetof(struct part_wire, way), true, WORD_MAX},
	{"what", JSON_WANT_STRING, offsetof(struct part_wire, what), true, WORD_MAX},
};

static int part_take(struct json_object *json, struct switches_parts *parts)
{
	struct part_wire wire = {0};
	struct switches_part part = {0};
	size_t way = 0;
	int r = json_decode(json, part_fields, ARRAY_LEN(part_fields), &wire, NULL);

	if (r != 0) {
		return r;
	}
	if (switches_what_parse(span_z(wire.what), &part.what) < 0 ||
		word_find(way_codes, SWITCHES_WAY_COUNT, span_z(wire.way), &way) < 0 ||
		!switches_name_valid(wire.name)) {
		return -EBADMSG;
	}
	part.way = (enum switches_way)way;
	if (part.way == SWITCHES_NO_WAY) {
		return -EBADMSG;
	}
	if (part.way == SWITCHES_DRIVER) {
		if (!wire.bus || !wire.driver || !switches_name_valid(wire.bus) ||
			!switches_name_valid(wire.driver)) {
			return -EBADMSG;
		}
		(void)snprintf(part.bus, sizeof(part.bus), "%s", wire.bus);
		(void)snprintf(part.driver, sizeof(part.driver), "%s", wire.driver);
	}
	(void)snprintf(part.name, sizeof(part.name), "%s", wire.name);
	switches_add(parts, &part);
	return 0;
}

struct book_wire {
	bool camera, microphone;
	int64_t format;
	struct json_object *parts;
};
static const struct json_field book_fields[] = {
	{"camera", JSON_WANT_BOOL, offsetof(struct book_wire, camera), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct book_wire, format), true, BOOK_FORMAT},
	{"microphone", JSON_WANT_BOOL, offsetof(struct book_wire, microphone), true, 0},
	{"parts", JSON_WANT_ARRAY, offsetof(struct book_wire, parts), true, SWITCHES_PARTS_MAX},
};

int switches_book_parse(struct span text, struct switches_book *ret_book)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct switches_book book = {0};
	struct book_wire wire = {0};
	int r = json_parse(text, &object, NULL);

	if (r == 0) {
		r = json_decode(object, book_fields, ARRAY_LEN(book_fields), &wire, NULL);
	}
	if (r == 0 && wire.format != BOOK_FORMAT) {
		r = -EBADMSG;
	}
	book.off[SWITCHES_CAMERA] = wire.camera;
	book.off[SWITCHES_MICROPHONE] = wire.microphone;
	for (size_t i = 0; r == 0 && i < json_object_array_length(wire.parts); i++) {
		r = part_take(json_object_array_get_idx(wire.parts, i), &book.parts);
	}
	if (r == 0) {
		*ret_book = book;
	}
	return r;
}

int switches_book_write(const struct switches_book *book, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	struct json_build rows = json_build_array();
	int r;

	for (size_t i = 0; i < book->parts.len; i++) {
		const struct switches_part *part = &book->parts.items[i];
		struct json_build row = json_build_object();

		if (part->way == SWITCHES_DRIVER) {
			json_build_string(&row, "bus", part->bus);
			json_build_string(&row, "driver", part->driver);
		}
		json_build_string(&row, "name", part->name);
		json_build_string(&row, "way", way_codes[part->way]);
		json_build_string(&row, "what", what_codes[part->what]);
		json_build_join(&rows, NULL, &row);
	}
	json_build_bool(&build, "camera", book->off[SWITCHES_CAMERA]);
	json_build_int(&build, "format", BOOK_FORMAT);
	json_build_bool(&build, "microphone", book->off[SWITCHES_MICROPHONE]);
	json_build_join(&build, "parts", &rows);
	r = json_build_finish(&build, &object);
	return r == 0 ? json_write_canonical(object, out) : r;
}

int switches_book_read(const struct sysroot *root, struct switches_book *ret_book)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = sysroot_read(root, SWITCHES_BOOK_PATH, SWITCHES_BOOK_MAX, &bytes, &len);

	if (r == FD_E_MISSING) {
		*ret_book = (struct switches_book){.off = {false}};
		return 0;
	}
	if (r == 0) {
		r = switches_book_parse((struct span){bytes, len}, ret_book);
	}
	return r > 0 ? -EBADMSG : r;
}
