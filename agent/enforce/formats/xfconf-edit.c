/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-edit.h"

#include "xfconf-layout.h"
#include "xfconf-walk.h"

#include <string.h>

#define EMPTY_END "/>"
#define LOCK "root" /* who may set it all the same */

int xfconf_edit_check(struct span text)
{
	static const struct json_path nothing = {.n = 0};
	struct xfconf_walk walk;

	return xfconf_walk(text, &nothing, &walk);
}

static bool is_locked(const struct xfconf_place *place)
{
	return xfconf_raw_is(place->tag.attributes[XFCONF_UNLOCKED], LOCK);
}

int xfconf_edit_find(
	struct span text, const struct json_path *path, struct xfconf_edit_found *ret_found)
{
	struct xfconf_edit_found found = {.tag = {NULL, 0}};
	struct xfconf_walk walk;
	int r = xfconf_walk(text, path, &walk);

	if (r == 0 && walk.depth == path->n) {
		const struct xfconf_place *place = &walk.places[path->n];

		found.tag =
			(struct span){text.p + place->tag.start, place->tag.end - place->tag.start};
		found.type = place->tag.attributes[XFCONF_TYPE];
		found.value = place->tag.attributes[XFCONF_TEXT];
		found.holds = place->holds;
		found.children = place->children;
		found.locked = is_locked(place) || is_locked(&walk.places[0]);
	}
	if (r == 0) {
		*ret_found = found;
	}
	return r;
}

/* out = text with [start, end) replaced by middle, and still a channel */
static int splice(
	struct span text, size_t start, size_t end, const struct str *middle, struct str *out)
{
	size_t before = out->len;
	int r = str_append(out, text.p, start);

	r = r < 0 ? r : str_append(out, middle->p, middle->len);
	r = r < 0 ? r : str_append(out, text.p + end, text.len - end);
	return r < 0 ? r : xfconf_edit_check((struct span){out->p + before, out->len - before});
}

static int append_attribute(enum xfconf_attribute which, const char *value, struct str *out)
{
	int r = str_appendf(out, " %s=\"", xfconf_attribute_word(which));

	r = r < 0 ? r : xfconf_raw_write(value, out);
	return r < 0 ? r : str_append_char(out, '"');
}

struct wanted {
	enum xfconf_attribute which;
	const char *value;
};
#define WANTED_COUNT 3

/* The attribute that is to be another one and stands next behind from; NULL: none */
static const struct wanted *next_other(
	const struct xfconf_tag *tag, const struct wanted *wanted, const char *from)
{
	const struct wanted *next = NULL;

	for (size_t i = 0; i < WANTED_COUNT; i++) {
		const char *raw = tag->attributes[wanted[i].which].p;

		if (raw && raw >= from && (!next || raw < tag->attributes[next->which].p) &&
			!xfconf_raw_is(tag->attributes[wanted[i].which], wanted[i].value)) {
			next = &wanted[i];
		}
	}
	return next;
}

/* The start tag with these attributes; those that it has not come behind the others. */
static int write_tag(struct span text, const struct xfconf_tag *tag, const struct wanted *wanted,
	struct str *out)
{
	const char *from = text.p + tag->start;
	const char *added = text.p + tag->attributes_end;
	const struct wanted *next;
	int r = 0;

	while (r == 0 && (next = next_other(tag, wanted, from))) {
		struct span raw = tag->attributes[next->which];

		r = str_append(out, from, (size_t)(raw.p - from));
		r = r < 0 ? r : xfconf_raw_write(next->value, out);
		from = raw.p + raw.len;
	}
	r = r < 0 ? r : str_append(out, from, (size_t)(added - from));
	for (size_t i = 0; i < WANTED_COUNT && r == 0; i++) {
		if (!tag->attributes[wanted[i].which].p) {
			r = append_attribute(wanted[i].which, wanted[i].value, out);
		}
	}
	return r < 0 ? r : str_append(out, added, tag->end - tag->attributes_end);
}

/* A property of the last name, at the end of what holds it */
static int insert(struct span text, const struct json_path *path, const struct xfconf_walk *walk,
	const struct str *element, struct str *out)
{
	const struct xfconf_place *above = &walk->places[path->n - 1];
	cleanup(str_finish) struct str whole = {.max = XFCONF_EDIT_MAX};
	size_t at = xfconf_layout_end(text, above);
	int r = xfconf_layout_before(text, above, &walk->places[0], &whole);

	r = r < 0 ? r : str_append(&whole, element->p, element->len);
	return r < 0 ? r : splice(text, at, at, &whole, out);
}

static int can_hold(const struct xfconf_walk *walk, const struct json_path *path)
{
	return walk->depth + 1 == path->n && walk->places[walk->depth].holds
		       ? 0
		       : XFCONF_EDIT_E_NO_PARENT;
}

static int open_element(const struct json_path *path, struct str *out)
{
	int r = str_append_z(out, "<property");

	return r < 0 ? r : append_attribute(XFCONF_NAME, json_path_name(path, path->n - 1), out);
}

static int add(struct span text, const struct json_path *path, const struct xfconf_walk *walk,
	const struct wanted *wanted, struct str *out)
{
	cleanup(str_finish) struct str element = {.max = XFCONF_EDIT_MAX};
	int r = open_element(path, &element);

	for (size_t i = 0; i < WANTED_COUNT && r == 0; i++) {
		r = append_attribute(wanted[i].which, wanted[i].value, &element);
	}
	r = r < 0 ? r : str_append_z(&element, EMPTY_END);
	return r < 0 ? r : insert(text, path, walk, &element, out);
}

int xfconf_edit_set(struct span text, const struct json_path *path, const char *type,
	const char *value, struct str *out)
{
	const struct wanted wanted[WANTED_COUNT] = {
		{XFCONF_TYPE, type}, {XFCONF_TEXT, value}, {XFCONF_UNLOCKED, LOCK}};
	cleanup(str_finish) struct str tag = {.max = XFCONF_EDIT_MAX};
	const struct xfconf_place *place;
	struct xfconf_walk walk;
	int r = xfconf_walk(text, path, &walk);

	if (r == 0 && walk.depth < path->n) {
		r = can_hold(&walk, path);
		return r != 0 ? r : add(text, path, &walk, wanted, out);
	}
	if (r != 0) {
		return r;
	}
	place = &walk.places[path->n];
	r = write_tag(text, &place->tag, wanted, &tag);
	return r < 0 ? r : splice(text, place->tag.start, place->tag.end, &tag, out);
}

static bool ends_at_once(struct span tag)
{
	return tag.len >= 2 && tag.p[tag.len - 2] == '/';
}

/* A tag as that of an element with an end tag, or without one */
static int append_as(struct span tag, bool holds, struct str *out)
{
	int r = str_append(out, tag.p, tag.len - (ends_at_once(tag) ? 2 : 1));

	return r < 0 ? r : str_append_z(out, holds ? ">" : EMPTY_END);
}

/* "<property .../>" as "<property ...>" and its end tag on a line of its own, if it has one */
static int append_opened(
	struct span text, const struct xfconf_place *place, struct span tag, struct str *out)
{
	int r = append_as(tag, true, out);

	r = r < 0 ? r : xfconf_layout_line(text, place, out);
	return r < 0 ? r : str_append_z(out, "</property>");
}

static int make_new(struct span text, const struct json_path *path, const struct xfconf_walk *walk,
	struct str *out)
{
	cleanup(str_finish) struct str element = {.max = XFCONF_EDIT_MAX};
	int r = open_element(path, &element);

	r = r < 0 ? r : append_attribute(XFCONF_TYPE, "empty", &element);
	r = r < 0 ? r : str_append_char(&element, '>');
	if (r == 0) {
		r = xfconf_layout_before(
			text, &walk->places[path->n - 1], &walk->places[0], &element);
	}
	r = r < 0 ? r : str_append_z(&element, "</property>");
	return r < 0 ? r : insert(text, path, walk, &element, out);
}

int xfconf_edit_make(struct span text, const struct json_path *path, struct str *out)
{
	cleanup(str_finish) struct str element = {.max = XFCONF_EDIT_MAX};
	const struct xfconf_place *place;
	struct xfconf_walk walk;
	int r = xfconf_walk(text, path, &walk);

	if (r == 0 && walk.depth < path->n) {
		r = can_hold(&walk, path);
		return r != 0 ? r : make_new(text, path, &walk, out);
	}
	if (r != 0) {
		return r;
	}
	place = &walk.places[path->n];
	if (place->holds) {
		return str_append(out, text.p, text.len);
	}
	r = append_opened(text, place,
		(struct span){text.p + place->tag.start, place->tag.end - place->tag.start},
		&element);
	return r < 0 ? r : splice(text, place->tag.start, place->tag.end, &element, out);
}

/* What was made to hold others goes back to "<property .../>" once nothing lies in it. */
static bool closes_again(struct span text, const struct xfconf_place *place, struct span former)
{
	struct span between = {text.p + place->tag.end, place->close - place->tag.end};

	return place->holds && ends_at_once(former) && xfconf_layout_blank(between);
}

int xfconf_edit_put_back(
	struct span text, const struct json_path *path, struct span former, struct str *out)
{
	cleanup(str_finish) struct str element = {.max = XFCONF_EDIT_MAX};
	const struct xfconf_place *place;
	struct xfconf_walk walk;
	struct xfconf_tag tag;
	bool closes;
	int r = xfconf_lex_property(former, &tag) == 0 ? xfconf_walk(text, path, &walk)
						       : XFCONF_EDIT_E_SYNTAX;

	if (r != 0) {
		return r;
	}
	if (walk.depth < path->n) {
		r = can_hold(&walk, path);
		r = r != 0 ? r : append_as(former, false, &element);
		return r != 0 ? r : insert(text, path, &walk, &element, out);
	}
	place = &walk.places[path->n];
	closes = closes_again(text, place, former);
	r = append_as(former, place->holds && !closes, &element);
	return r < 0 ? r
		     : splice(text, place->tag.start, closes ? place->end : place->tag.end,
			       &element, out);
}

int xfconf_edit_remove(struct span text, const struct json_path *path, struct str *out)
{
	static const struct str nothing = {.p = NULL};
	struct xfconf_walk walk;
	int r = xfconf_walk(text, path, &walk);

	if (r != 0 || walk.depth < path->n || path->n == 0) {
		return r != 0 ? r : str_append(out, text.p, text.len);
	}
	return splice(text, xfconf_layout_start(text, &walk.places[path->n]),
		walk.places[path->n].end, &nothing, out);
}
