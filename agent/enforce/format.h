/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats of settings files, one table of operations each. Pure functions from bytes to bytes;
 * they return enum enforce_error, or -ENOMEM. For document.c and the journal alone.
 */
#pragma once

#include "change.h"
#include "json-path.h"

#define ENFORCE_FILE_MAX ((size_t)1 << 20) /* bytes of a settings file */

/* X(NAME, "word"): the word stands in profiles and journals. */
#define ENFORCE_FORMATS(X)                                                            \
	X(JSON, "json")                                                               \
	X(JSON_RELAXED, "json-relaxed") /* Chromium's reader */                       \
	X(INI, "ini")			/* sections; values are texts */              \
	X(ASSIGNMENTS, "assignments")	/* NAME="value" lines, as sh(1) reads them */ \
	X(TOML, "toml")			/* name = value lines before any table */

enum enforce_format {
#define X(name, word) ENFORCE_##name,
	ENFORCE_FORMATS(X)
#undef X
};
const char *enforce_format_word(enum enforce_format format);
/* -EINVAL */
must_check int enforce_format_parse(const char *word, enum enforce_format *ret_format);

struct enforce_value {
	bool present;
	struct json_object *object; /* owned; NULL for null and for absent */
	char *text;		    /* owned: as it stands in the file; NULL when absent */
};
void enforce_value_finish(struct enforce_value *value);

struct enforce_format_ops {
	const char *empty; /* text of a new file */
	int (*check)(struct span text, enum enforce_format format);
	int (*get)(struct span text, enum enforce_format format, const struct json_path *path,
		struct enforce_value *ret_value);
	int (*set)(struct span text, enum enforce_format format, const struct json_path *path,
		struct json_object *value, struct str *out);
	/* former: text that enforce_value had */
	int (*put_back)(struct span text, enum enforce_format format, const struct json_path *path,
		struct span former, struct str *out);
	int (*remove)(struct span text, enum enforce_format format, const struct json_path *path,
		struct str *out);
	/* The whole text as a value, for comparing */
	int (*object)(
		struct span text, enum enforce_format format, struct json_object **ret_object);
	/* A former value's text as a value, for showing */
	int (*read)(
		struct span former, enum enforce_format format, struct json_object **ret_object);
};
extern const struct enforce_format_ops enforce_format_json, enforce_format_lines;

static inline const struct enforce_format_ops *enforce_format_ops(enum enforce_format format)
{
	return format == ENFORCE_JSON || format == ENFORCE_JSON_RELAXED ? &enforce_format_json
									: &enforce_format_lines;
}
