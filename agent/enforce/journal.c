/* SPDX-License-Identifier: Apache-2.0 */
#include "journal.h"

#include "fd.h"
#include "former.h"

#include <string.h>

#define PATH_LEN_MAX 512
#define NOTES_MAX 1024

void enforce_journal_finish(struct enforce_journal *journal)
{
	json_object_put(journal->object);
	*journal = (struct enforce_journal){.dirfd = -1};
}

/* Takes value, also when it fails. */
static int add(struct json_object *object, const char *name, struct json_object *value)
{
	if (json_object_object_add(object, name, value) < 0) {
		json_object_put(value);
		return -ENOMEM;
	}
	return 0;
}

static int add_new(struct json_object *object, const char *name, struct json_object *value)
{
	return value ? add(object, name, value) : -ENOMEM;
}

static int add_text(struct json_object *object, const char *name, const char *text)
{
	return text ? add_new(object, name, json_object_new_string(text)) : add(object, name, NULL);
}

static int append(struct json_object *array, struct json_object *item)
{
	if (json_object_array_add(array, item) < 0) {
		json_object_put(item);
		return -ENOMEM;
	}
	return 0;
}

static struct json_object *get(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, name, &value);
	return value;
}

static const char *get_text(struct json_object *object, const char *name)
{
	struct json_object *value = get(object, name);

	return value ? json_object_get_string(value) : NULL;
}

struct note_wire {
	const char *key, *why;
	struct json_object *former, *written;
};

static const struct json_field note_fields[] = {
	{"former", JSON_WANT_ANY, offsetof(struct note_wire, former), true, 0},
	{"key", JSON_WANT_STRING, offsetof(struct note_wire, key), true, JSON_PATH_TEXT_MAX},
	{"why", JSON_WANT_STRING, offsetof(struct note_wire, why), true, PATH_LEN_MAX},
	{"written", JSON_WANT_ANY, offsetof(struct note_wire, written), true, 0},
};

static bool notes_valid(struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct note_wire wire = {0};
		struct json_path path;

		if (json_decode(json_object_array_get_idx(list, i), note_fields,
			    ARRAY_LEN(note_fields), &wire, NULL) != 0 ||
			json_path_parse(span_z(wire.key), &path) < 0 ||
			(wire.former && !json_object_is_type(wire.former, json_type_string))) {
			return false;
		}
	}
	return true;
}

struct file_wire {
	const char *client, *path, *dialect;
	bool aside, existed;
	int64_t dirs;
	struct json_object *start, *values, *made;
};

static const struct json_field file_fields[] = {
	{"aside", JSON_WANT_BOOL, offsetof(struct file_wire, aside), true, 0},
	{"client", JSON_WANT_STRING, offsetof(struct file_wire, client), true, PATH_LEN_MAX},
	{"dialect", JSON_WANT_STRING, offsetof(struct file_wire, dialect), true, PATH_LEN_MAX},
	{"dirs", JSON_WANT_INT, offsetof(struct file_wire, dirs), true, 64},
	{"existed", JSON_WANT_BOOL, offsetof(struct file_wire, existed), true, 0},
	{"made", JSON_WANT_ARRAY, offsetof(struct file_wire, made), true, NOTES_MAX},
	{"path", JSON_WANT_STRING, offsetof(struct file_wire, path), true, PATH_LEN_MAX},
	{"start", JSON_WANT_ANY, offsetof(struct file_wire, start), true, 0},
	{"values", JSON_WANT_ARRAY, offsetof(struct file_wire, values), true, NOTES_MAX},
};

static bool file_valid(struct json_object *object)
{
	struct file_wire wire = {0};
	enum enforce_format format;

	return json_decode(object, file_fields, ARRAY_LEN(file_fields), &wire, NULL) == 0 &&
	       enforce_format_parse(wire.dialect, &format) == 0 &&
	       (wire.path[0] == '/' || strncmp(wire.path, "~/", 2) == 0) &&
	       (!wire.start || json_object_is_type(wire.start, json_type_string)) &&
	       wire.existed == !wire.start && notes_valid(wire.values) && notes_valid(wire.made);
}

/* A client's former id becomes the one it has now. */
static int rename_client(struct json_object *object)
{
	const char *id = get_text(object, "client");
	const char *now = enforce_client_now(id);

	return now == id ? 0 : add_text(object, "client", now);
}

struct journal_wire {
	int64_t format;
	struct json_object *files;
};

static const struct json_field journal_fields[] = {
	{"files", JSON_WANT_ARRAY, offsetof(struct journal_wire, files), true,
		ENFORCE_JOURNAL_FILES_MAX},
	{"format", JSON_WANT_INT, offsetof(struct journal_wire, format), true,
		ENFORCE_JOURNAL_FORMAT},
};

int enforce_journal_parse(struct span text, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct journal_wire wire = {0};
	int r = json_parse(text, &object, NULL);

	if (r == 0) {
		r = json_decode(object, journal_fields, ARRAY_LEN(journal_fields), &wire, NULL);
	}
	if (r != 0) {
		return r < 0 ? r : ENFORCE_JOURNAL_E_BROKEN;
	}
	for (size_t i = 0; i < json_object_array_length(wire.files) && r == 0; i++) {
		struct json_object *file = json_object_array_get_idx(wire.files, i);

		r = file_valid(file) ? rename_client(file) : ENFORCE_JOURNAL_E_BROKEN;
	}
	if (r != 0) {
		return r;
	}
	*ret_object = TAKE_PTR(object);
	return 0;
}

static int journal_new(struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = json_object_new_object();
	int r = object ? add_new(object, "format", json_object_new_int(ENFORCE_JOURNAL_FORMAT))
		       : -ENOMEM;

	if (r == 0) {
		r = add_new(object, "files", json_object_new_array());
	}
	if (r == 0) {
		*ret_object = TAKE_PTR(object);
	}
	return r;
}

int enforce_journal_open(int dirfd, struct enforce_journal *ret_journal)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct json_object *object;
	size_t len;
	int r = FD_E_MISSING;

	if (dirfd >= 0) {
		r = fd_read_regular(dirfd, ENFORCE_JOURNAL_NAME, ENFORCE_JOURNAL_MAX, &bytes, &len);
	}
	if (r == FD_E_MISSING) {
		r = journal_new(&object);
	} else if (r == 0) {
		r = enforce_journal_parse((struct span){bytes, len}, &object);
	} else if (r > 0) {
		r = ENFORCE_JOURNAL_E_BROKEN;
	}
	if (r == 0) {
		*ret_journal = (struct enforce_journal){.dirfd = dirfd, .object = object};
	}
	return r;
}

int enforce_journal_save(const struct enforce_journal *journal)
{
	cleanup(str_finish) struct str out = {.max = ENFORCE_JOURNAL_MAX};
	int r;

	if (journal->dirfd < 0) {
		return -EROFS;
	}
	r = json_write_canonical(journal->object, &out);
	return r < 0 ? r
		     : fd_write_atomic(journal->dirfd, ENFORCE_JOURNAL_NAME, out.p, out.len, 0600);
}

struct json_object *enforce_journal_files(const struct enforce_journal *journal)
{
	return get(journal->object, "files");
}

struct json_object *enforce_journal_find(const struct enforce_journal *journal, const char *path)
{
	struct json_object *files = enforce_journal_files(journal);

	for (size_t i = 0; i < json_object_array_length(files); i++) {
		struct json_object *file = json_object_array_get_idx(files, i);

		if (strcmp(get_text(file, "path"), path) == 0) {
			return file;
		}
	}
	return NULL;
}

/* A word that is none was refused when the journal was opened. */
static enum enforce_format format_of(struct json_object *object)
{
	enum enforce_format format;

	return enforce_format_parse(get_text(object, "dialect"), &format) == 0
		       ? format
		       : ENFORCE_JSON_RELAXED;
}

void enforce_journal_read(struct json_object *object, struct enforce_journal_file *ret_file)
{
	*ret_file = (struct enforce_journal_file){
		.client = get_text(object, "client"),
		.path = get_text(object, "path"),
		.format = format_of(object),
		.aside = json_object_get_boolean(get(object, "aside")),
		.existed = json_object_get_boolean(get(object, "existed")),
		.dirs = json_object_get_int64(get(object, "dirs")),
		.start = get_text(object, "start"),
		.values = get(object, "values"),
		.made = get(object, "made"),
	};
}

int enforce_journal_add(struct enforce_journal *journal, const struct enforce_journal_file *file,
	struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = json_object_new_object();
	struct json_object *files = enforce_journal_files(journal);

	if (json_object_array_length(files) >= ENFORCE_JOURNAL_FILES_MAX) {
		return -ENOSPC;
	}
	if (!object || add_text(object, "client", file->client) < 0 ||
		add_text(object, "path", file->path) < 0 ||
		add_text(object, "dialect", enforce_format_word(file->format)) < 0 ||
		add_new(object, "aside", json_object_new_boolean(file->aside)) < 0 ||
		add_new(object, "existed", json_object_new_boolean(file->existed)) < 0 ||
		add_new(object, "dirs", json_object_new_int64(file->dirs)) < 0 ||
		add_text(object, "start", file->start) < 0 ||
		add_new(object, "values", json_object_new_array()) < 0 ||
		add_new(object, "made", json_object_new_array()) < 0 ||
		append(files, json_object_get(object)) < 0) {
		return -ENOMEM;
	}
	*ret_object = object;
	return 0;
}

static void drop(struct json_object *array, struct json_object *item)
{
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		if (json_object_array_get_idx(array, i) == item) {
			(void)json_object_array_del_idx(array, i, 1);
			return;
		}
	}
}

void enforce_journal_drop(struct enforce_journal *journal, struct json_object *file)
{
	drop(enforce_journal_files(journal), file);
}

void enforce_journal_note_drop(struct json_object *list, struct json_object *note)
{
	drop(list, note);
}

void enforce_journal_note_read(struct json_object *object, struct enforce_journal_note *ret_note)
{
	*ret_note = (struct enforce_journal_note){
		.key = get_text(object, "key"),
		.former = get_text(object, "former"),
		.written = get(object, "written"),
		.why = get_text(object, "why"),
	};
}

struct json_object *enforce_journal_note_find(struct json_object *list, const char *key)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *note = json_object_array_get_idx(list, i);

		if (strcmp(get_text(note, "key"), key) == 0) {
			return note;
		}
	}
	return NULL;
}

int enforce_journal_note(struct json_object *list, const struct enforce_journal_note *note)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *known = enforce_journal_note_find(list, note->key);

	if (known) {
		return add(known, "written", json_object_get(note->written));
	}
	if (json_object_array_length(list) >= NOTES_MAX) {
		return -ENOSPC;
	}
	object = json_object_new_object();
	if (!object || add_text(object, "key", note->key) < 0 ||
		add_text(object, "former", note->former) < 0 ||
		add_text(object, "why", note->why) < 0 ||
		add(object, "written", json_object_get(note->written)) < 0) {
		return -ENOMEM;
	}
	return append(list, TAKE_PTR(object));
}
