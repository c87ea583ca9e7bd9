/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-snapd.h"

#include "change.h"
#include "fd.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

#define STATE "var/lib/snapd/state.json"
#define STATE_MAX ((size_t)1 << 20)

/* "NAME:PLUG core:PLUG" is taken out, or is there again. */
static int edit(struct json_object *state, const char *plug, bool connect)
{
	struct json_object *data, *connections;
	char id[128];

	if (!json_object_object_get_ex(state, "data", &data) ||
		!json_object_object_get_ex(data, "conns", &connections)) {
		return ENFORCE_ERROR_SNAPD;
	}
	snprintf(id, sizeof(id), "%s core:%s", plug, strchr(plug, ':') + 1);
	if (connect) {
		json_object_object_add(connections, id, json_object_new_object());
	} else {
		json_object_object_del(connections, id);
	}
	return 0;
}

int fake_snapd(const struct enforce_place *place, const char *plug, bool connect)
{
	cleanup(json_put) struct json_object *state = NULL;
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int dir = -1;
	const char *text;
	size_t len;
	int r = sysroot_read(&place->root, STATE, STATE_MAX, &bytes, &len);

	r = r == 0 ? json_parse((struct span){bytes, len}, &state, NULL) : r;
	r = r == 0 ? edit(state, plug, connect) : r;
	r = r == 0 ? sysroot_open_dir(&place->root, "var/lib/snapd", &dir) : r;
	if (r != 0) {
		return ENFORCE_ERROR_SNAPD;
	}
	text = json_object_to_json_string_ext(state, JSON_C_TO_STRING_PLAIN);
	return fd_write_atomic(dir, "state.json", text, strlen(text), 0600) == 0
		       ? 0
		       : ENFORCE_ERROR_SNAPD;
}
