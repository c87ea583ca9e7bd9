/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include <string.h>

static int error_from(int r)
{
	switch (r) {
	case 0:
	case -ENOMEM:
		return r;
	case JSON_EDIT_E_SYNTAX:
	case JSON_EDIT_E_NOT_OBJECT:
		return ENFORCE_ERROR_NOT_JSON;
	case JSON_EDIT_E_DUPLICATE:
		return ENFORCE_ERROR_DUPLICATE_KEY;
	case -ENOSPC:
		return ENFORCE_ERROR_TOO_LARGE;
	default:
		return ENFORCE_ERROR_SYSTEM;
	}
}

void enforce_document_finish(struct enforce_document *document)
{
	free(document->bytes);
	*document = (struct enforce_document){0};
}

int enforce_document_new(
	struct span text, enum json_edit_dialect dialect, struct enforce_document *ret_document)
{
	char *bytes = malloc(text.len + 1);

	if (!bytes) {
		return -ENOMEM;
	}
	memcpy(bytes, text.p, text.len);
	bytes[text.len] = '\0';
	*ret_document = (struct enforce_document){bytes, text.len, dialect};
	return 0;
}

void enforce_value_finish(struct enforce_value *value)
{
	json_object_put(value->object);
	free(value->text);
	*value = (struct enforce_value){0};
}

static struct span text_of(const struct enforce_document *document)
{
	return (struct span){document->bytes, document->len};
}

static int parse_part(
	struct span part, enum json_edit_dialect dialect, struct json_object **ret_object)
{
	cleanup(str_finish) struct str plain = {.max = JSON_EDIT_MAX};
	int r = error_from(json_edit_strip(part, dialect, &plain));

	if (r != 0) {
		return r;
	}
	r = json_parse((struct span){plain.p, plain.len}, ret_object, NULL);
	return r > 0 ? ENFORCE_ERROR_NOT_JSON : r;
}

int enforce_document_get(const struct enforce_document *document, const struct json_path *path,
	struct enforce_value *ret_value)
{
	cleanup(enforce_value_finish) struct enforce_value value = {0};
	struct json_edit_found found;
	int r = error_from(json_edit_find(text_of(document), document->dialect, path, &found));

	if (r != 0) {
		return r;
	}
	if (found.value.p) {
		value.present = true;
		value.text = span_dup(found.value);
		if (!value.text) {
			return -ENOMEM;
		}
		r = parse_part(found.value, document->dialect, &value.object);
		if (r != 0) {
			return r;
		}
	}
	*ret_value = value;
	value = (struct enforce_value){0};
	return 0;
}

/* Takes the text over as the document's */
static void settle(struct enforce_document *document, struct str *text)
{
	free(document->bytes);
	document->len = text->len;
	document->bytes = TAKE_PTR(text->p);
	*text = (struct str){0};
}

static int set_text(struct enforce_document *document, const struct json_path *path,
	struct span value, bool verbatim)
{
	cleanup(str_finish) struct str out = {.max = JSON_EDIT_MAX};
	int r = json_edit_set(text_of(document), document->dialect, path, value, verbatim, &out);

	if (r == 0) {
		settle(document, &out);
	}
	return error_from(r);
}

int enforce_document_set(
	struct enforce_document *document, const struct json_path *path, struct json_object *value)
{
	/* not canonical: the members of a completed object keep the order of the profile */
	const char *text = value ? json_object_to_json_string_ext(value,
					   JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
				 : "null";

	return text ? set_text(document, path, span_z(text), false) : -ENOMEM;
}

int enforce_document_put_back(
	struct enforce_document *document, const struct json_path *path, const char *text)
{
	return set_text(document, path, span_z(text), true);
}

int enforce_document_remove(struct enforce_document *document, const struct json_path *path)
{
	cleanup(str_finish) struct str out = {.max = JSON_EDIT_MAX};
	int r = json_edit_remove(text_of(document), document->dialect, path, &out);

	if (r == 0) {
		settle(document, &out);
	}
	return error_from(r);
}

int enforce_document_check(const struct enforce_document *document)
{
	static const struct json_path nothing = {.n = 0};
	struct json_edit_found found;

	return error_from(json_edit_find(text_of(document), document->dialect, &nothing, &found));
}

int enforce_document_object(
	const struct enforce_document *document, struct json_object **ret_object)
{
	return parse_part(text_of(document), document->dialect, ret_object);
}
