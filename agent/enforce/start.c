/* SPDX-License-Identifier: Apache-2.0 */
#include "start.h"

#include <string.h>

/* A base that is torn or no object says nothing to the client either, so it hides nothing. */
static int read_first(const struct enforce_place *place, const struct enforce_file *file,
	struct enforce_document *document, const char **ret_base)
{
	for (size_t i = 0; i < file->n_base; i++) {
		cleanup(free_ptr) char *bytes = NULL;
		size_t len;
		int r = sysroot_read(
			&place->root, file->base[i] + 1, ENFORCE_FILE_MAX, &bytes, &len);

		if (r == -ENOMEM) {
			return r;
		}
		if (r != 0) {
			continue;
		}
		r = enforce_document_new((struct span){bytes, len}, file->format, document);
		if (r < 0) {
			return r;
		}
		r = enforce_document_check(document);
		if (r <= 0) {
			*ret_base = file->base[i];
			return r;
		}
		enforce_document_finish(document);
	}
	return 0;
}

static int new_text(const struct enforce_file *file, char **ret_text)
{
	const struct enforce_format_ops *ops = enforce_format_ops(file->format);
	cleanup(str_finish) struct str text = {.max = ENFORCE_FILE_MAX};
	int r = ops->begin ? ops->begin(file->path, &text) : str_append_z(&text, ops->empty);

	if (r < 0) {
		return -ENOMEM;
	}
	*ret_text = TAKE_PTR(text.p);
	return 0;
}

int enforce_start_text(const struct enforce_place *place, const struct enforce_file *file,
	char **ret_text, const char **ret_base)
{
	cleanup(enforce_document_finish) struct enforce_document document = {0};
	const char *base = NULL;
	int r = file->role == ENFORCE_POLICIES ? read_first(place, file, &document, &base) : 0;

	if (r != 0) {
		return r;
	}
	if (document.bytes) {
		*ret_text = TAKE_PTR(document.bytes);
	} else {
		r = new_text(file, ret_text);
	}
	if (r == 0 && ret_base) {
		*ret_base = base;
	}
	return r;
}

int enforce_start_defaults(const struct enforce_place *place, const struct enforce_file *file,
	struct json_object **ret_object)
{
	cleanup(enforce_document_finish) struct enforce_document document = {0};
	struct json_object *object = NULL;
	const char *base = NULL;
	int r = file->role == ENFORCE_USER_CONFIG ? read_first(place, file, &document, &base) : 0;

	if (r == 0 && document.bytes) {
		r = enforce_document_object(&document, &object);
	}
	if (r == -ENOMEM) {
		return r;
	}
	*ret_object = object;
	return 0;
}
