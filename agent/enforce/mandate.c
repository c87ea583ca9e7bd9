/* SPDX-License-Identifier: Apache-2.0 */
#include "mandate.h"

#include <string.h>

#define POLICY_DEPTH 2 /* "policies", and the policy's name */

static bool of_policies(const struct enforce_file *file)
{
	return file->role == ENFORCE_POLICIES && file->format == ENFORCE_JSON;
}

/*
 * "Timeout[$i]", "Location[$ie]": found only where it is fixed so (KDE/kconfig docs/options.md); a
 * property of Xfce's that is locked for everybody
 */
static bool is_fixed(const struct enforce_file *file, const struct json_path *path,
	const struct enforce_value *value)
{
	const char *mark = file->format == ENFORCE_INI
				   ? strstr(json_path_name(path, path->n - 1), "[$")
				   : NULL;

	return file->format == ENFORCE_XFCONF ? !value->open : mark && strchr(mark, 'i');
}

static int is_ours(const char *path, const struct enforce_setting *setting,
	const struct enforce_journal *journal, bool *ret_ours)
{
	cleanup(str_finish) struct str key = {.max = JSON_PATH_TEXT_MAX};
	struct json_object *object = journal ? enforce_journal_find(journal, path) : NULL;
	struct enforce_journal_file file;
	int r = object ? json_path_write(&setting->path, setting->path.n, &key) : 0;

	*ret_ours = false;
	if (r == 0 && object) {
		enforce_journal_read(object, &file);
		*ret_ours = enforce_journal_note_find(file.values, key.p) != NULL;
	}
	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_SYSTEM;
}

/* Something that cannot hold our value lies where an object would have to be. */
static int blocks(
	const struct enforce_document *document, const struct json_path *path, bool *ret_blocks)
{
	struct json_path part = *path;

	for (part.n = 1; part.n < path->n; part.n++) {
		cleanup(enforce_value_finish) struct enforce_value value = {0};
		int r = enforce_document_get(document, &part, &value);

		if (r != 0) {
			return r;
		}
		if (value.present && !enforce_document_holds(document, &part, &value)) {
			*ret_blocks = true;
			return 0;
		}
	}
	*ret_blocks = false;
	return 0;
}

int enforce_mandate_find(const struct enforce_file *file, const char *path,
	const struct enforce_document *document, const struct enforce_setting *setting,
	const struct enforce_value *value, const struct enforce_journal *journal, bool *ret_stands)
{
	bool stands =
		value->present && (of_policies(file) || is_fixed(file, &setting->path, value));
	bool ours = false;
	int r = 0;

	if (!value->present && of_policies(file)) {
		r = blocks(document, &setting->path, &stands);
	}
	if (r == 0 && stands) {
		r = is_ours(path, setting, journal, &ours);
	}
	if (r == 0) {
		*ret_stands = stands && !ours;
	}
	return r;
}

bool enforce_mandate_together(
	const struct enforce_file *file, const struct json_path *a, const struct json_path *b)
{
	if (!of_policies(file) || a->n != b->n || a->n <= POLICY_DEPTH) {
		return false;
	}
	for (size_t i = 0; i + 1 < a->n; i++) {
		if (strcmp(json_path_name(a, i), json_path_name(b, i)) != 0) {
			return false;
		}
	}
	return true;
}
