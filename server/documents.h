/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates for a school (the rows doc.* of the catalogue, and the notices of exempt.* and lost.*),
 * one file for each language in policies/documents/. What stands in braces is filled from the
 * settings, so that a notice to families always says what is so.
 *
 * Lines are plain Markdown, of which only these are known: "# ", "## ", "- " and "1. "; all else is
 * a paragraph. Nothing in a file or a setting is ever taken for HTML.
 */
#pragma once

#include "files.h"
#include "json.h"
#include "store.h"

#define DOCUMENTS_BYTES_MAX ((size_t)64 << 10)
#define DOCUMENTS_EMPTY "........"

enum documents_format { DOCUMENTS_HTML, DOCUMENTS_TEXT };
enum documents_outcome {
	DOCUMENTS_E_UNKNOWN = 1, /* no such document in this language */
};

/* openapi's Documents */
must_check int documents_list(struct json_object **ret_body);
struct documents_field {
	const char *name;
	const char *value;
	bool lines; /* alone on its line: each line of the value becomes one of a list */
};
/* Any file of that name, and more that may stand in braces. DOCUMENTS_E_UNKNOWN */
must_check int documents_write_with(const struct files *files, struct store *store,
	const char *name, const char *language, enum documents_format format,
	const struct documents_field *fields, size_t n, struct str *out);
/* One that is listed. language: NULL for the setting's. DOCUMENTS_E_UNKNOWN */
must_check int documents_write(const struct files *files, struct store *store, const char *name,
	const char *language, enum documents_format format, struct str *out);
