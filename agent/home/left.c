/* SPDX-License-Identifier: Apache-2.0 */
#include "left.h"

#include "apply.h"
#include "expand.h"

#include <string.h>

struct row {
	const char *client, *key;
	bool lifted, undo;
};

static const struct json_field row_fields[] = {
	{"client", JSON_WANT_STRING, offsetof(struct row, client), true, 0},
	{"key", JSON_WANT_STRING, offsetof(struct row, key), true, 0},
	{"lifted", JSON_WANT_BOOL, offsetof(struct row, lifted), false, 0},
	{"undo", JSON_WANT_BOOL, offsetof(struct row, undo), true, 0},
};

static size_t length(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static int read_row(struct json_object *list, size_t i, struct row *ret_row)
{
	return json_decode(json_object_array_get_idx(list, i), row_fields, ARRAY_LEN(row_fields),
		ret_row, NULL);
}

int left_read(
	struct json_object *list, const struct enforce_profile *profile, struct left *ret_left)
{
	struct left left = {0};

	for (size_t i = 0; i < length(list); i++) {
		struct row row = {0};
		int r = read_row(list, i, &row);

		if (r != 0) {
			return r;
		}
		if (strcmp(row.client, profile->id) != 0) {
			continue;
		}
		left.client = left.client || row.key[0] == '\0';
		for (size_t j = 0; j < profile->n_settings; j++) {
			bool same = strcmp(row.key, profile->settings[j].key) == 0;

			left.settings[j] = left.settings[j] || same;
			left.lifted[j] = left.lifted[j] || (same && row.lifted);
		}
	}
	*ret_left = left;
	return 0;
}

bool left_is_lifted(const struct left *left, const struct enforce_profile *profile, const char *key)
{
	for (size_t i = 0; i < profile->n_settings; i++) {
		if (left->lifted[i] && enforce_key_covers(profile->settings[i].key, key)) {
			return true;
		}
	}
	return false;
}

int left_put_back(struct json_object *list, const struct enforce_place *place, int state)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	int r = enforce_journal_open(state, &journal);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < length(list); i++) {
		cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
		struct row row = {0};

		r = read_row(list, i, &row);
		if (r == 0 && row.undo) {
			r = enforce_undo(place, row.client, row.key[0] != '\0' ? row.key : NULL,
				&journal, &changes);
		}
	}
	return r;
}
