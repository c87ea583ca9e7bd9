/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include "ini-edit.h"

#include <string.h>

static int error_from(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case INI_EDIT_E_SYNTAX:
	case INI_EDIT_E_CONTINUED:
		return ENFORCE_ERROR_NOT_JSON;
	case INI_EDIT_E_DUPLICATE:
		return ENFORCE_ERROR_DUPLICATE_KEY;
	case -ENOSPC:
		return ENFORCE_ERROR_TOO_LARGE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

static bool has_sections(enum enforce_format format)
{
	return format == ENFORCE_INI || format == ENFORCE_DCONF;
}

static enum ini_edit_dialect dialect_of(enum enforce_format format)
{
	return has_sections(format) ? INI_EDIT_SECTIONS : INI_EDIT_FLAT;
}

static char quote_of(struct span word)
{
	bool quoted = word.len >= 2 && (word.p[0] == '"' || word.p[0] == '\'') &&
		      word.p[word.len - 1] == word.p[0];

	return quoted ? word.p[0] : '\0';
}

/* Text of a value: what the quotes of an assignment hold, a TOML scalar, or the text as it is */
static int read_word(struct span word, enum enforce_format format, struct json_object **ret_object)
{
	struct span plain = word;

	if (format == ENFORCE_TOML) {
		int r = json_parse(word, ret_object, NULL);

		return r > 0 ? ENFORCE_ERROR_NOT_JSON : r;
	}
	if (format == ENFORCE_ASSIGNMENTS && quote_of(word)) {
		plain = (struct span){word.p + 1, word.len - 2};
	}
	*ret_object = json_object_new_string_len(plain.p, (int)plain.len);
	return *ret_object ? 0 : -ENOMEM;
}

static int add_pair(
	const struct ini_edit_pair *pair, enum enforce_format format, struct json_object *into)
{
	cleanup(json_put) struct json_object *value = NULL;
	cleanup(free_ptr) char *key = span_dup(pair->key);
	int r = key ? read_word(pair->value, format, &value) : -ENOMEM;

	/* a value of another kind than ours is compared as its text */
	if (r > 0) {
		value = json_object_new_string_len(pair->value.p, (int)pair->value.len);
		r = value ? 0 : -ENOMEM;
	}
	if (r == 0 && json_object_object_add(into, key, json_object_get(value)) < 0) {
		json_object_put(value);
		r = -ENOMEM;
	}
	return r;
}

/* The object of a section, made where it is not there yet */
static int section_of(
	struct json_object *object, struct span name, struct json_object **ret_section)
{
	cleanup(free_ptr) char *key = span_dup(name);
	struct json_object *section;

	if (!key) {
		return -ENOMEM;
	}
	if (json_object_object_get_ex(object, key, &section)) {
		*ret_section = section;
		return 0;
	}
	section = json_object_new_object();
	if (!section || json_object_object_add(object, key, section) < 0) {
		json_object_put(section);
		return -ENOMEM;
	}
	*ret_section = section;
	return 0;
}

static int object_of(struct span text, enum enforce_format format, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *object = json_object_new_object();
	struct ini_edit_pair pair = {.next = 0};
	int r = object ? error_from(ini_edit_check(text, dialect_of(format))) : -ENOMEM;

	while (r == 0 && ini_edit_next(text, dialect_of(format), &pair)) {
		struct json_object *into = object;

		if (pair.in_section) {
			r = section_of(object, pair.section, &into);
		}
		r = r < 0 ? r : add_pair(&pair, format, into);
	}
	if (r == 0) {
		*ret_object = TAKE_PTR(object);
	}
	return r;
}

/* A section is an object of its pairs, an element of a list is there: true. */
static int value_object(struct span text, enum enforce_format format, const struct json_path *path,
	struct span word, struct json_object **ret_object)
{
	cleanup(json_put) struct json_object *whole = NULL;
	struct json_object *section = NULL;
	int r;

	if (!has_sections(format) || path->n == 2) {
		return read_word(word, format, ret_object);
	}
	if (path->n == 3) {
		*ret_object = json_object_new_boolean(true);
		return *ret_object ? 0 : -ENOMEM;
	}
	r = object_of(text, format, &whole);
	if (r == 0 && json_object_object_get_ex(whole, json_path_name(path, 0), &section)) {
		*ret_object = json_object_get(section);
		return 0;
	}
	*ret_object = r == 0 ? json_object_new_object() : NULL;
	return r != 0 || *ret_object ? r : -ENOMEM;
}

static int get(struct span text, enum enforce_format format, const struct json_path *path,
	struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	struct span word = {NULL, 0};
	int r = error_from(ini_edit_find(text, dialect_of(format), path, &word));

	if (r == 0 && word.p) {
		value.present = true;
		value.text = span_dup(word);
		r = value.text ? value_object(text, format, path, word, &value.object) : -ENOMEM;
	}
	if (r == 0) {
		*ret_value = value;
		value = (struct enforce_value){0};
	}
	return r;
}

/* In the quotes that an assignment has now; without any for what no shell would take apart */
static int write_assignment(struct span now, const char *word, struct str *out)
{
	char quote = quote_of(now);
	bool plain = word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789_./-")] == '\0';

	/* our own values hold none of these */
	if (strpbrk(word, "\"'\\$`")) {
		return -EINVAL;
	}
	if (!quote && !plain) {
		quote = '"';
	}
	return quote ? str_appendf(out, "%c%s%c", quote, word, quote) : str_append_z(out, word);
}

static int write_value(
	struct span now, enum enforce_format format, struct json_object *value, struct str *out)
{
	if (format == ENFORCE_TOML) {
		const char *word = json_object_to_json_string_ext(
			value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

		return word ? str_append_z(out, word) : -ENOMEM;
	}
	if (!json_object_is_type(value, json_type_string)) {
		return 0; /* a section, or an element of a list: its name says it all */
	}
	return format == ENFORCE_ASSIGNMENTS
		       ? write_assignment(now, json_object_get_string(value), out)
		       : str_append_z(out, json_object_get_string(value));
}

static int set(struct span text, enum enforce_format format, const struct json_path *path,
	struct json_object *value, struct str *out)
{
	cleanup(str_finish) struct str word = {.max = INI_EDIT_MAX};
	struct span now = {NULL, 0};
	int r = ini_edit_find(text, dialect_of(format), path, &now);

	r = r != 0 ? r : write_value(now, format, value, &word);
	r = r != 0 ? r
		   : ini_edit_set(
			     text, dialect_of(format), path, (struct span){word.p, word.len}, out);
	return error_from(r);
}

static int put_back(struct span text, enum enforce_format format, const struct json_path *path,
	struct span former, struct str *out)
{
	return error_from(ini_edit_set(text, dialect_of(format), path, former, out));
}

static int take_out(
	struct span text, enum enforce_format format, const struct json_path *path, struct str *out)
{
	return error_from(ini_edit_remove(text, dialect_of(format), path, out));
}

static int check(struct span text, enum enforce_format format)
{
	return error_from(ini_edit_check(text, dialect_of(format)));
}

const struct enforce_format_ops enforce_format_lines = {
	.empty = "",
	.check = check,
	.get = get,
	.set = set,
	.put_back = put_back,
	.remove = take_out,
	.object = object_of,
	.read = read_word,
};
