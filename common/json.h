/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON over json-c: hostile text in, structs by table, canonical text out.
 *
 * Canonical form is RFC 8785 for what we write: keys sorted by bytes, no blanks, integers, strings
 * (UTF-8), booleans, null, arrays, objects; a number that is no integer is refused.
 */
#pragma once

#include "base.h"
#include "str.h"

#include <json-c/json.h>

#define JSON_DEPTH_MAX 32
#define JSON_VALUES_MAX ((size_t)65536)	 /* a parsed value may take 700 bytes */
#define JSON_TEXT_MAX ((size_t)64 << 20) /* bytes; callers have caps of their own below it */

enum json_outcome {
	JSON_E_SYNTAX = 1, /* not JSON, trailing bytes, invalid UTF-8, too deep, duplicate key */
	JSON_E_MISSING,	   /* a mandatory field is not there */
	JSON_E_TYPE,	   /* a field has another type or is out of its range */
	JSON_E_UNKNOWN,	   /* a field that the table does not know */
};

/* Where decoding failed, for the one clear error: a field name or an offset. */
struct json_error {
	char where[96];
	const char *what; /* static text */
};

/* Fills error, which may be NULL; where may be hostile text, and is made printable. */
void json_error_set(struct json_error *error, const char *where, const char *what);

/*
 * One value, whole span, no key twice, integers within int64. The object is the caller's:
 * json_object_put; a lone null gives NULL. error may be NULL.
 */
must_check int json_parse(
	struct span text, struct json_object **ret_object, struct json_error *error);
/* The same with a bound on the number of values of the caller's own */
must_check int json_parse_bounded(struct span text, size_t values_max,
	struct json_object **ret_object, struct json_error *error);
/*
 * Makes of a value that will be kept one that takes no more memory than it needs: an object of one
 * member then takes a third. What was borrowed from it before is gone. -ENOMEM, or -EINVAL when it
 * is too deep: it is as it was.
 */
must_check int json_slim(struct json_object **object);
static inline void json_put(struct json_object **object)
{
	json_object_put(*object);
}

enum json_type_wanted {
	JSON_WANT_STRING, /* const char * into the object: valid as long as the object */
	JSON_WANT_INT,	  /* int64_t, 0 or more */
	JSON_WANT_BOOL,	  /* bool */
	JSON_WANT_OBJECT, /* struct json_object *, borrowed */
	JSON_WANT_ARRAY,  /* struct json_object *, borrowed */
	JSON_WANT_ANY,	  /* struct json_object *, borrowed; null gives NULL */
};

struct json_field {
	const char *name;
	enum json_type_wanted type;
	size_t offset; /* offsetof in the struct */
	bool mandatory;
	size_t max; /* longest string, most items, or largest number; 0 for no bound of its own */
};

/* Fills out from object by the table of n fields. Unknown fields are an error. error may be NULL.
 */
must_check int json_decode(struct json_object *object, const struct json_field *fields, size_t n,
	void *out, struct json_error *error);

/* -EINVAL on a number that is no integer */
must_check int json_write_canonical(struct json_object *object, struct str *out);
/* Two values mean the same: order of keys and spelling of text aside */
bool json_equal(struct json_object *a, struct json_object *b);
