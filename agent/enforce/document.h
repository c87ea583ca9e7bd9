/* SPDX-License-Identifier: Apache-2.0 */
/* The text of one settings file in memory. Functions return enum enforce_error, or -ENOMEM. */
#pragma once

#include "format.h"

struct enforce_document {
	char *bytes; /* owned */
	size_t len;
	enum enforce_format format;
};
void enforce_document_finish(struct enforce_document *document);
must_check int enforce_document_new(
	struct span text, enum enforce_format format, struct enforce_document *ret_document);

must_check int enforce_document_get(const struct enforce_document *document,
	const struct json_path *path, struct enforce_value *ret_value);
must_check int enforce_document_set(
	struct enforce_document *document, const struct json_path *path, struct json_object *value);
/* text: a former value, put back as it stood */
must_check int enforce_document_put_back(
	struct enforce_document *document, const struct json_path *path, const char *text);
must_check int enforce_document_remove(
	struct enforce_document *document, const struct json_path *path);
/* Whether what lies at this path is a list of texts, "a;b;", and what is below it an element */
bool enforce_document_is_list(
	const struct enforce_document *document, const struct json_path *path);
/* Whether this value of that path can hold what lies below it */
bool enforce_document_holds(const struct enforce_document *document, const struct json_path *path,
	const struct enforce_value *value);
must_check int enforce_document_check(const struct enforce_document *document);
/* The whole text as a value, for comparing */
must_check int enforce_document_object(
	const struct enforce_document *document, struct json_object **ret_object);
