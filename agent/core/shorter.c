/* SPDX-License-Identifier: Apache-2.0 */
#include "shorter.h"

#include "claims.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 48

/* Settings that are such a time, and how many seconds one of it is: seconds of GNOME's schemas,
 * minutes of MATE's, Plasma's and Xfce's */
static const struct row {
	const char *client;
	const char *key;
	int64_t unit_s;
} rows[] = {
	{"cinnamon-desktop", "org/cinnamon/desktop/session.idle-delay", 1},
	{"gnome-desktop", "org/gnome/desktop/session.idle-delay", 1},
	{"kde-plasma", "Daemon[\"Timeout[$i]\"]", 60},
	{"mate-desktop", "org/mate/desktop/session.idle-delay", 60},
	{"xfce-desktop", "saver.idle-activation.delay", 60},
};

static const struct row *find(const char *client, const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].client, client) == 0 && strcmp(rows[i].key, key) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

int shorter_value(const struct core *core, const char *client, const char *key,
	struct json_object *value, struct json_object **ret_value)
{
	const struct row *row = find(client, key);
	int64_t chosen_s = row && core->claims ? claims_lock_shortest(core->claims) : 0;
	const char *text = chosen_s > 0 ? json_object_get_string(value) : NULL;
	const char *number = text ? strrchr(text, ' ') : NULL;
	char shorter[TEXT_MAX];
	struct json_object *made;
	int64_t most;

	number = number ? number + 1 : text;
	if (chosen_s > 0 && chosen_s < SHORTER_LEAST_S) {
		chosen_s = SHORTER_LEAST_S;
	}
	most = number ? strtoll(number, NULL, 10) : 0;
	if (!number || chosen_s / row->unit_s >= most) {
		*ret_value = json_object_get(value);
		return 0;
	}
	(void)snprintf(shorter, sizeof(shorter), "%.*s%lld", (int)(number - text), text,
		(long long)(chosen_s / row->unit_s));
	made = json_object_is_type(value, json_type_int)
		       ? json_object_new_int64(chosen_s / row->unit_s)
		       : json_object_new_string(shorter);
	if (!made) {
		return -ENOMEM;
	}
	*ret_value = made;
	return 0;
}
