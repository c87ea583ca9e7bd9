/* SPDX-License-Identifier: Apache-2.0 */
#include "draft.h"

#include <string.h>

/* Follows names [from, n) down; false when one is not there */
static bool look_up(struct json_object *object, const struct json_path *path, size_t from, size_t n,
	struct json_object **ret_value)
{
	for (size_t i = from; i < n; i++) {
		if (!json_object_is_type(object, json_type_object) ||
			!json_object_object_get_ex(object, json_path_name(path, i), &object)) {
			return false;
		}
	}
	*ret_value = object;
	return true;
}

/* The members that an absent object at the first n names starts with; the caller puts it */
static int template_find(const struct enforce_templates *templates, const struct json_path *path,
	size_t n, struct json_object **ret_object)
{
	struct json_object *sources[] = {templates->defaults, templates->complete};

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		struct json_object *object;

		if (look_up(sources[i], path, 0, n, &object) &&
			json_object_is_type(object, json_type_object)) {
			*ret_object = json_object_get(object);
			return 0;
		}
	}
	*ret_object = json_object_new_object();
	return *ret_object ? 0 : -ENOMEM;
}

static int write_note(struct json_object *list, const struct json_path *path, const char *former,
	struct json_object *written, const char *why)
{
	cleanup(str_finish) struct str key = {.max = JSON_PATH_TEXT_MAX};
	struct enforce_journal_note note = {.former = former, .written = written, .why = why};
	int r = json_path_write(path, path->n, &key);

	if (r == 0) {
		note.key = key.p;
		r = enforce_journal_note(list, &note);
	}
	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_JOURNAL;
}

/* The text of a list without elements */
static int new_list(struct json_object **ret_object)
{
	*ret_object = json_object_new_string("");
	return *ret_object ? 0 : -ENOMEM;
}

/* Makes the objects on the way that are not there, or are no objects. */
static int make_parents(struct enforce_document *document, const struct enforce_setting *setting,
	const struct enforce_templates *templates, struct json_object *made)
{
	struct json_path part = setting->path;

	if (enforce_format_ops(document->format)->flat) {
		return 0;
	}
	for (part.n = 1; part.n < setting->path.n; part.n++) {
		cleanup(enforce_value_finish) struct enforce_value value = {0};
		cleanup(json_put) struct json_object *object = NULL;
		int r = enforce_document_get(document, &part, &value);

		if (r == 0 && enforce_document_holds(document, &part, &value)) {
			continue;
		}
		if (r == 0) {
			r = enforce_document_is_list(document, &part)
				    ? new_list(&object)
				    : template_find(templates, &part, part.n, &object);
		}
		if (r == 0) {
			r = write_note(made, &part, value.text, object, setting->why);
		}
		if (r == 0) {
			r = enforce_document_set(document, &part, object);
		}
		if (r != 0) {
			return r;
		}
	}
	return 0;
}

static bool lies_in(const struct json_path *path, const struct json_path *outer)
{
	if (outer->n >= path->n) {
		return false;
	}
	for (size_t i = 0; i < outer->n; i++) {
		if (strcmp(json_path_name(outer, i), json_path_name(path, i)) != 0) {
			return false;
		}
	}
	return true;
}

/* The made object that a path lies in, innermost: its note and how many names it has */
static bool find_made(struct json_object *made, const struct json_path *path,
	struct enforce_journal_note *ret_note, size_t *ret_n)
{
	size_t best = 0;

	for (size_t i = 0; i < json_object_array_length(made); i++) {
		struct enforce_journal_note note;
		struct json_path outer;

		enforce_journal_note_read(json_object_array_get_idx(made, i), &note);
		if (json_path_parse(span_z(note.key), &outer) == 0 && lies_in(path, &outer) &&
			outer.n > best) {
			best = outer.n;
			*ret_note = note;
		}
	}
	*ret_n = best;
	return best > 0;
}

/* A value that came in with an object we made was not there before us. */
static bool came_with_made(
	struct json_object *made, const struct json_path *path, struct json_object *value)
{
	struct enforce_journal_note note;
	struct json_object *member;
	size_t n;

	return find_made(made, path, &note, &n) &&
	       look_up(note.written, path, n, path->n, &member) && json_equal(member, value);
}

int enforce_draft_keep(struct enforce_document *document, const struct enforce_setting *setting,
	const struct enforce_templates *templates, struct json_object *values,
	struct json_object *made)
{
	cleanup(enforce_value_finish) struct enforce_value was = {0};
	bool ours;
	int r = make_parents(document, setting, templates, made);

	if (r == 0) {
		r = enforce_document_get(document, &setting->path, &was);
	}
	if (r != 0) {
		return r;
	}
	ours = was.present && came_with_made(made, &setting->path, was.object);
	r = write_note(
		values, &setting->path, ours ? NULL : was.text, setting->value, setting->why);
	if (r != 0 || enforce_format_same(document->format, &was, setting->value)) {
		return r;
	}
	return enforce_document_set(document, &setting->path, setting->value);
}

/* Absent before us, but inside an object we made whole: its default, not a hole, goes back */
static int put_back_absent(
	struct enforce_document *document, const struct json_path *path, struct json_object *made)
{
	struct enforce_journal_note note;
	struct json_object *member;
	size_t n;

	if (find_made(made, path, &note, &n) && look_up(note.written, path, n, path->n, &member)) {
		return enforce_document_set(document, path, member);
	}
	return enforce_document_remove(document, path);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

int enforce_draft_put_back(struct enforce_document *document,
	const struct enforce_journal_note *note, struct json_object *made,
	enum enforce_put_back *ret_outcome, struct enforce_value *ret_was)
{
	cleanup(enforce_value_finish) struct enforce_value was = {0};
	enum enforce_put_back outcome = ENFORCE_PUT_BACK_DONE;
	struct json_path path;
	int r = json_path_parse(span_z(note->key), &path) < 0 ? ENFORCE_ERROR_JOURNAL : 0;

	if (r == 0) {
		r = enforce_document_get(document, &path, &was);
	}
	if (r != 0) {
		return r;
	}
	if (enforce_format_same(document->format, &was, note->written)) {
		r = note->former ? enforce_document_put_back(document, &path, note->former)
				 : put_back_absent(document, &path, made);
	} else {
		outcome = same_text(was.text, note->former) ? ENFORCE_PUT_BACK_SAME
							    : ENFORCE_PUT_BACK_FOREIGN;
	}
	if (r == 0) {
		*ret_outcome = outcome;
		*ret_was = was;
		was = (struct enforce_value){0};
	}
	return r;
}

/* Whether one of our values lies in this object */
static bool is_used(struct json_object *values, const char *key)
{
	struct json_path outer;

	if (json_path_parse(span_z(key), &outer) < 0) {
		return true;
	}
	for (size_t i = 0; i < json_object_array_length(values); i++) {
		struct enforce_journal_note note;
		struct json_path path;

		enforce_journal_note_read(json_object_array_get_idx(values, i), &note);
		if (json_path_parse(span_z(note.key), &path) < 0 || lies_in(&path, &outer)) {
			return true;
		}
	}
	return false;
}

static int unmake_one(struct enforce_document *document, const struct enforce_journal_note *note)
{
	cleanup(enforce_value_finish) struct enforce_value now = {0};
	struct json_path path;
	int r = json_path_parse(span_z(note->key), &path) < 0 ? ENFORCE_ERROR_JOURNAL : 0;

	if (r == 0) {
		r = enforce_document_get(document, &path, &now);
	}
	if (r != 0 || !now.present || !json_equal(now.object, note->written)) {
		return r;
	}
	return note->former ? enforce_document_put_back(document, &path, note->former)
			    : enforce_document_remove(document, &path);
}

int enforce_draft_unmake(
	struct enforce_document *document, struct json_object *values, struct json_object *made)
{
	for (size_t i = json_object_array_length(made); i > 0; i--) {
		struct json_object *object = json_object_array_get_idx(made, i - 1);
		struct enforce_journal_note note;
		int r;

		enforce_journal_note_read(object, &note);
		if (is_used(values, note.key)) {
			continue;
		}
		r = unmake_one(document, &note);
		if (r != 0) {
			return r;
		}
		enforce_journal_note_drop(made, object);
	}
	return 0;
}
