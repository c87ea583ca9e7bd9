/* SPDX-License-Identifier: Apache-2.0 */
#include "switch.h"

#include "fd.h"
#include "switch-acts.h"

#include <stdio.h>
#include <string.h>

#define SWITCH_FORMAT 1
#define WHAT_MAX 16
#define KEY "switch"
#define WHY_LEN 32

static int book_read(const struct hand_config *config, struct switches_book *ret_book)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = fd_read_regular(config->state, SWITCHES_BOOK, SWITCHES_BOOK_MAX, &bytes, &len);

	if (r == FD_E_MISSING) {
		*ret_book = (struct switches_book){.off = {false}};
		return 0;
	}
	if (r == 0) {
		r = switches_book_parse((struct span){bytes, len}, ret_book);
	}
	return r == 0 || r == -ENOMEM ? r : SWITCH_E_BOOK;
}

static int book_save(const struct hand_config *config, const struct switches_book *book)
{
	cleanup(str_finish) struct str out = {.max = SWITCHES_BOOK_MAX};
	int r = switches_book_write(book, &out);

	if (r == 0) {
		r = fd_write_atomic(config->state, SWITCHES_BOOK, out.p, out.len, 0600);
	}
	return r == 0 || r == -ENOMEM ? r : SWITCH_E_BOOK;
}

static enum enforce_error error_of(int r)
{
	switch (r) {
	case 0:
		return ENFORCE_NO_ERROR;
	case -EOPNOTSUPP:
		return ENFORCE_ERROR_NO_SWITCH;
	case -EROFS:
		return ENFORCE_ERROR_READ_ONLY;
	case -EACCES:
	case -EPERM:
		return ENFORCE_ERROR_NOT_PERMITTED;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

/* done: what it is called when it went well */
static int add_change(struct enforce_changes *changes, const struct switches_part *part, bool off,
	enum enforce_result done, int outcome)
{
	cleanup(json_put) struct json_object *from = json_object_new_string(off ? "on" : "off");
	cleanup(json_put) struct json_object *to = json_object_new_string(off ? "off" : "on");
	cleanup(str_finish) struct str path = {0};
	enum enforce_error error = error_of(outcome);
	char why[WHY_LEN];
	int r = from && to ? switches_path(part, &path) : -ENOMEM;

	(void)snprintf(why, sizeof(why), "switch.why.%s", switches_what_code(part->what));
	return r < 0 ? r
		     : enforce_changes_add(changes, switches_what_code(part->what), path.p, KEY,
			       from, to, why,
			       error == ENFORCE_NO_ERROR ? done : enforce_error_result((int)error),
			       error);
}

/* What the book has of this kind, without what the device lost since: it is on when it returns. */
static void book_prune(const struct hand_config *config, struct switches_book *book,
	enum switches_what what, const struct switches_parts *now)
{
	struct switches_parts kept = {.len = 0};

	for (size_t i = 0; i < book->parts.len; i++) {
		const struct switches_part *part = &book->parts.items[i];
		const struct switches_part *there = switches_find(now, part);

		if (part->what != what || (there && there->off)) {
			switches_add(&kept, part);
		} else {
			switch_part_forget(&config->root, part);
		}
	}
	book->parts = kept;
}

static bool concerns(const struct switches_part *part, enum switches_what what)
{
	return part->what == what && !part->off;
}

static int off_parts(const struct hand_config *config, enum switches_what what,
	const struct switches_parts *now, int outcomes[SWITCHES_PARTS_MAX])
{
	for (size_t i = 0; i < now->len; i++) {
		outcomes[i] = 0;
		if (concerns(&now->items[i], what)) {
			outcomes[i] = switch_part_off(&config->root, &now->items[i]);
		}
		if (outcomes[i] == -ENOMEM) {
			return -ENOMEM;
		}
	}
	return 0;
}

/* Read back: what was asked for and is not so has failed, whatever the kernel answered. */
static int tell_off(const struct hand_config *config, enum switches_what what,
	const struct switches_parts *before, const int outcomes[SWITCHES_PARTS_MAX],
	struct switches_book *book, struct enforce_changes *changes)
{
	struct switches_parts after;
	int r = switches_look(&config->root, book, &after);

	for (size_t i = 0; r == 0 && i < before->len; i++) {
		const struct switches_part *part = &before->items[i];
		const struct switches_part *there = switches_find(&after, part);
		int outcome = outcomes[i];

		if (!concerns(part, what)) {
			continue;
		}
		/* a driver's device takes its other nodes with it */
		if (!there || there->off) {
			outcome = 0;
		} else if (outcome == 0) {
			outcome = -EIO;
		}
		r = add_change(changes, part, true, ENFORCE_APPLIED, outcome);
	}
	if (r == 0) {
		book_prune(config, book, what, &after);
	}
	return r;
}

static int set_off(const struct hand_config *config, enum switches_what what,
	struct switches_book *book, struct enforce_changes *changes)
{
	struct switches_parts now;
	int outcomes[SWITCHES_PARTS_MAX];
	int r = switches_look(&config->root, book, &now);

	if (r < 0) {
		return r;
	}
	book->off[what] = true;
	book_prune(config, book, what, &now);
	for (size_t i = 0; i < now.len; i++) {
		if (concerns(&now.items[i], what) && now.items[i].way != SWITCHES_NO_WAY) {
			switches_add(&book->parts, &now.items[i]);
		}
	}
	r = book->parts.more ? SWITCH_E_BOOK : book_save(config, book);
	if (r == 0) {
		r = off_parts(config, what, &now, outcomes);
	}
	if (r == 0) {
		r = tell_off(config, what, &now, outcomes, book, changes);
	}
	return r == 0 ? book_save(config, book) : r;
}

/* The wish first: should this end here, the next word of the core finds what is left to be done. */
static int set_on(const struct hand_config *config, enum switches_what what,
	struct switches_book *book, struct enforce_changes *changes)
{
	struct switches_parts left = {.len = 0};
	int r;

	book->off[what] = false;
	r = book_save(config, book);
	for (size_t i = 0; r == 0 && i < book->parts.len; i++) {
		const struct switches_part *part = &book->parts.items[i];
		int outcome = part->what == what ? switch_part_on(&config->root, part) : 1;

		if (outcome != 0) {
			switches_add(&left, part);
		}
		if (part->what == what) {
			r = add_change(changes, part, false, ENFORCE_UNDONE, outcome);
		}
	}
	for (size_t i = 0; r == 0 && i < book->parts.len; i++) {
		if (book->parts.items[i].what == what) {
			r = switch_part_probe(&config->root, &book->parts.items[i]);
		}
	}
	if (r == 0) {
		book->parts = left;
		r = book_save(config, book);
	}
	return r;
}

struct switch_wire {
	int64_t format;
	bool again;
	bool off;
	const char *what;
};
static const struct json_field switch_fields[] = {
	{"again", JSON_WANT_BOOL, offsetof(struct switch_wire, again), false, 0},
	{"format", JSON_WANT_INT, offsetof(struct switch_wire, format), true, SWITCH_FORMAT},
	{"off", JSON_WANT_BOOL, offsetof(struct switch_wire, off), true, 0},
	{"what", JSON_WANT_STRING, offsetof(struct switch_wire, what), true, WHAT_MAX},
};

int switch_set(
	const struct hand_config *config, struct json_object *body, struct enforce_changes *changes)
{
	struct switch_wire wire = {0};
	struct switches_book book;
	enum switches_what what;
	int r = json_decode(body, switch_fields, ARRAY_LEN(switch_fields), &wire, NULL);

	if (r != 0 || wire.format != SWITCH_FORMAT ||
		switches_what_parse(span_z(wire.what), &what) < 0) {
		return r < 0 ? r : SWITCH_E_SHAPE;
	}
	r = book_read(config, &book);
	if (r != 0 || (wire.again && wire.off != book.off[what])) {
		return r;
	}
	return wire.off ? set_off(config, what, &book, changes)
			: set_on(config, what, &book, changes);
}

int switch_undo(const struct hand_config *config, const char *client, const char *key,
	struct enforce_changes *changes)
{
	struct switches_book book;
	int r = key && strcmp(key, KEY) != 0 ? 1 : 0;

	if (r != 0) {
		return 0;
	}
	r = book_read(config, &book);
	for (size_t i = 0; r == 0 && i < SWITCHES_WHAT_COUNT; i++) {
		const char *code = switches_what_code((enum switches_what)i);

		if ((!client || strcmp(client, code) == 0) && (book.off[i] || book.parts.len > 0)) {
			r = set_on(config, (enum switches_what)i, &book, changes);
		}
	}
	return r;
}

int switch_undo_plan(const struct hand_config *config, struct enforce_changes *changes)
{
	struct switches_book book;
	int r = book_read(config, &book);

	for (size_t i = 0; r == 0 && i < book.parts.len; i++) {
		r = add_change(changes, &book.parts.items[i], false, ENFORCE_PLANNED, 0);
	}
	return r;
}
