/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include <string.h>

void enforce_document_finish(struct enforce_document *document)
{
	free(document->bytes);
	*document = (struct enforce_document){0};
}

int enforce_document_new(
	struct span text, enum enforce_format format, struct enforce_document *ret_document)
{
	char *bytes = malloc(text.len + 1);

	if (!bytes) {
		return -ENOMEM;
	}
	memcpy(bytes, text.p, text.len);
	bytes[text.len] = '\0';
	*ret_document = (struct enforce_document){bytes, text.len, format};
	return 0;
}

static struct span text_of(const struct enforce_document *document)
{
	return (struct span){document->bytes, document->len};
}

static const struct enforce_format_ops *ops_of(const struct enforce_document *document)
{
	return enforce_format_ops(document->format);
}

int enforce_document_get(const struct enforce_document *document, const struct json_path *path,
	struct enforce_value *ret_value)
{
	return ops_of(document)->get(text_of(document), document->format, path, ret_value);
}

bool enforce_document_is_list(const struct enforce_document *document, const struct json_path *path)
{
	return document->format == ENFORCE_INI && path->n == 2;
}

bool enforce_document_holds(const struct enforce_document *document, const struct json_path *path,
	const struct enforce_value *value)
{
	return enforce_document_is_list(document, path)
		       ? value->present
		       : json_object_is_type(value->object, json_type_object);
}

/* Takes the text over as the document's */
static int settle(struct enforce_document *document, struct str *text)
{
	if (!text->p && str_append_z(text, "") < 0) {
		return -ENOMEM;
	}
	free(document->bytes);
	document->len = text->len;
	document->bytes = TAKE_PTR(text->p);
	*text = (struct str){0};
	return 0;
}

int enforce_document_set(
	struct enforce_document *document, const struct json_path *path, struct json_object *value)
{
	cleanup(str_finish) struct str out = {.max = ENFORCE_FILE_MAX};
	int r = ops_of(document)->set(text_of(document), document->format, path, value, &out);

	return r != 0 ? r : settle(document, &out);
}

int enforce_document_put_back(
	struct enforce_document *document, const struct json_path *path, const char *text)
{
	cleanup(str_finish) struct str out = {.max = ENFORCE_FILE_MAX};
	int r = ops_of(document)->put_back(
		text_of(document), document->format, path, span_z(text), &out);

	return r != 0 ? r : settle(document, &out);
}

int enforce_document_remove(struct enforce_document *document, const struct json_path *path)
{
	cleanup(str_finish) struct str out = {.max = ENFORCE_FILE_MAX};
	int r = ops_of(document)->remove(text_of(document), document->format, path, &out);

	return r != 0 ? r : settle(document, &out);
}

int enforce_document_check(const struct enforce_document *document)
{
	return ops_of(document)->check(text_of(document), document->format);
}

int enforce_document_object(
	const struct enforce_document *document, struct json_object **ret_object)
{
	return ops_of(document)->object(text_of(document), document->format, ret_object);
}
