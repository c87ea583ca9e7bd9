/* SPDX-License-Identifier: Apache-2.0 */
#include "plugs.h"

#include "fd.h"
#include "json.h"

#include <string.h>

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	return json_object_is_type(object, json_type_object) &&
			       json_object_object_get_ex(object, name, &value) &&
			       json_object_is_type(value, json_type_object)
		       ? value
		       : NULL;
}

static bool is_true(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(object, name, &value) &&
	       json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

/* "NAME:PLUG OTHER:SLOT"; one that its owner took away is remembered as undesired. */
static int add_connection(
	const char *id, struct json_object *connection, const char *snap, struct str *text)
{
	struct span plug = {id, strcspn(id, " ")};
	size_t len = strlen(snap);
	int r;

	if (plug.len <= len + 1 || memcmp(plug.p, snap, len) != 0 || plug.p[len] != ':' ||
		memchr(plug.p, '\n', plug.len) || memchr(plug.p, '=', plug.len) ||
		!json_object_is_type(connection, json_type_object) ||
		is_true(connection, "undesired") || is_true(connection, "hotplug-gone")) {
		return 0;
	}
	r = str_append(text, plug.p, plug.len);
	return r < 0 ? r : str_append_z(text, "=" ENFORCE_PLUGS_ON "\n");
}

int enforce_plugs_text(struct span state, const char *snap, struct str *text, bool *ret_known)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *data, *connections;
	int r = json_parse_bounded(state, ENFORCE_PLUGS_VALUES_MAX, &object, NULL);

	data = r == 0 ? member(object, "data") : NULL;
	if (!data) {
		return r == -ENOMEM ? r : ENFORCE_ERROR_NOT_JSON;
	}
	*ret_known = member(member(data, "snaps"), snap) != NULL;
	connections = member(data, "conns");
	if (!connections) {
		return 0;
	}
	json_object_object_foreach(connections, id, connection)
	{
		r = r == 0 ? add_connection(id, connection, snap, text) : r;
	}
	return r == -ENOSPC ? ENFORCE_ERROR_TOO_LARGE : r;
}

static int read_state(const struct enforce_place *place, struct enforce_target *target,
	char **ret_bytes, size_t *ret_len)
{
	int r = sysroot_open_file(&place->root, &ENFORCE_PLUGS_STATE[1], &target->fd);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0 || fstat(target->fd, &target->st) < 0) {
		return ENFORCE_ERROR_SNAPD;
	}
	if (target->st.st_uid != place->owner) {
		return ENFORCE_ERROR_FOREIGN_OWNER;
	}
	r = fd_read_all(target->fd, ENFORCE_PLUGS_STATE_MAX, ret_bytes, ret_len);
	return r == 0 || r == -ENOMEM ? r : ENFORCE_ERROR_TOO_LARGE;
}

int enforce_plugs_open(
	const struct enforce_place *place, const char *path, struct enforce_target *ret_target)
{
	cleanup(enforce_target_finish) struct enforce_target target = {
		.dirfd = -1, .above = -1, .fd = -1};
	cleanup(str_finish) struct str text = {.max = ENFORCE_PLUGS_TEXT_MAX};
	cleanup(free_ptr) char *bytes = NULL;
	bool known = false;
	size_t len = 0;
	int r = read_state(place, &target, &bytes, &len);

	if (r == 0) {
		r = enforce_plugs_text(
			(struct span){bytes, len}, strrchr(path, '/') + 1, &text, &known);
	}
	if (r == 0) {
		r = str_append_z(&text, "");
	}
	if (r != 0) {
		return r;
	}
	*ret_target = (struct enforce_target){.dirfd = -1, .above = -1, .fd = -1};
	if (!known) {
		return 0;
	}
	target.bytes = text.p ? TAKE_PTR(text.p) : strdup("");
	target.len = text.len;
	if (!target.bytes) {
		return -ENOMEM;
	}
	*ret_target = target;
	target = (struct enforce_target){.dirfd = -1, .above = -1, .fd = -1};
	return 0;
}

static bool has_line(struct span text, struct span wanted)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		if (line.len == wanted.len && memcmp(line.p, wanted.p, line.len) == 0) {
			return true;
		}
	}
	return false;
}

/* Each line of one that is not in the other */
static int ask_each(
	const struct enforce_place *place, struct span one, struct span other, bool connect)
{
	struct span line;
	int r = 0;

	while (r == 0 && span_next(&one, '\n', &line)) {
		const char *end = memchr(line.p, '=', line.len);
		cleanup(free_ptr) char *plug = NULL;

		if (!end || has_line(other, line)) {
			continue;
		}
		plug = span_dup((struct span){line.p, (size_t)(end - line.p)});
		r = plug ? place->plug(place, plug, connect) : -ENOMEM;
	}
	return r;
}

int enforce_plugs_write(const struct enforce_place *place, struct span from, struct span to)
{
	int r = place->plug ? ask_each(place, from, to, false) : ENFORCE_ERROR_SNAPD;

	return r == 0 ? ask_each(place, to, from, true) : r;
}
