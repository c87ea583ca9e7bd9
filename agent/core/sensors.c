/* SPDX-License-Identifier: Apache-2.0 */
#include "sensors.h"

#include "clock.h"
#include "homes.h"
#include "log.h"
#include "vec.h"

#include <fcntl.h>
#include <string.h>

struct sensors {
	struct core *core;
	struct media *media;
	int proc;
	VEC(uint64_t) followers; /* peers of control.sock */
};

const struct media_view *sensors_view(const struct sensors *sensors)
{
	return media_get(sensors->media);
}

struct media *sensors_media(struct sensors *sensors)
{
	return sensors->media;
}

static void add_row(
	struct json_build *list, const struct media_row *row, int number, int64_t now_ms)
{
	const char *reason = media_reason_code(row->reason);
	struct json_build one = json_build_object();

	if (row->has_kind) {
		json_build_string(&one, "kind", media_kind_code(row->kind));
	} else {
		json_build_null(&one, "kind");
	}
	json_build_int(&one, "number", number);
	if (reason) {
		json_build_string(&one, "reason", reason);
	} else {
		json_build_null(&one, "reason");
	}
	json_build_int(&one, "since_seconds", (now_ms - row->since_ms) / 1000);
	json_build_string(&one, "state", media_state_code(row->state));
	json_build_join(list, NULL, &one);
}

static void add_list(struct json_build *build, const struct media_view *view,
	enum media_device device, const char *name)
{
	struct json_build list = json_build_array();
	int64_t now_ms = clock_read().boot_ms;
	int number = 0;

	for (size_t i = 0; i < view->len; i++) {
		if (view->rows[i].device == device) {
			add_row(&list, &view->rows[i], ++number, now_ms);
		}
	}
	json_build_join(build, name, &list);
}

static int body_of(const struct sensors *sensors, struct json_object **ret_body)
{
	const struct media_view *view = media_get(sensors->media);
	struct json_build build = json_build_object();

	add_list(&build, view, MEDIA_CAMERA, "cameras");
	json_build_int(&build, "format", 1);
	add_list(&build, view, MEDIA_MICROPHONE, "microphones");
	json_build_bool(&build, "more", view->more);
	return json_build_finish(&build, ret_body);
}

static int tell_followers(struct sensors *sensors)
{
	cleanup(json_put) struct json_object *body = NULL;
	size_t kept = 0;
	int r;

	if (sensors->followers.len == 0) {
		return 0;
	}
	r = body_of(sensors, &body);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < sensors->followers.len; i++) {
		uint64_t peer = sensors->followers.items[i];

		if (control_push(sensors->core->control, peer, body)) {
			sensors->followers.items[kept++] = peer;
		}
	}
	sensors->followers.len = kept;
	return 0;
}

static int on_changed(void *data)
{
	struct sensors *sensors = data;
	int r = sensors->core->control ? tell_followers(sensors) : 0;

	if (r == 0 && sensors->core->judge) {
		r = judge_media_changed(sensors->core->judge);
	}
	return r;
}

static void on_listen(uid_t uid, bool on, void *data)
{
	struct sensors *sensors = data;

	if (sensors->core->homes) {
		homes_listen(sensors->core->homes, uid, on);
	}
}

static bool forget_gone(struct sensors *sensors)
{
	size_t kept = 0;

	for (size_t i = 0; i < sensors->followers.len; i++) {
		if (control_has(sensors->core->control, sensors->followers.items[i])) {
			sensors->followers.items[kept++] = sensors->followers.items[i];
		}
	}
	sensors->followers.len = kept;
	return kept < SENSORS_FOLLOWERS_MAX;
}

int sensors_ask(struct core *core, const struct control_call *call)
{
	cleanup(json_put) struct json_object *body = NULL;
	struct sensors *sensors = core->sensors;
	int r = media_look(sensors->media);

	if (r == 0) {
		r = body_of(sensors, &body);
	}
	if (r < 0) {
		return r;
	}
	if (!call->follow) {
		control_reply_object(core->control, call->peer, body);
		return 0;
	}
	if (!forget_gone(sensors)) {
		control_fail(core->control, call->peer, "busy", "too many are following already");
		return 0;
	}
	if (!control_push(core->control, call->peer, body)) {
		return 0;
	}
	return vec_push(&sensors->followers, call->peer, SENSORS_FOLLOWERS_MAX);
}

int sensors_new(struct core *core, struct sensors **ret_sensors)
{
	cleanup(sensors_free_p) struct sensors *sensors = calloc(1, sizeof(*sensors));
	struct media_setup setup = {
		.loop = core->loop,
		.root = &core->root,
		.changed = on_changed,
		.listen = on_listen,
		.data = sensors,
	};
	int r;

	if (!sensors) {
		return -ENOMEM;
	}
	sensors->core = core;
	sensors->proc = -1;
	if (sysroot_open_dir(&core->root, "proc", &sensors->proc) != 0) {
		sensors->proc = -1; /* then nobody is seen, and nothing is idle */
	}
	setup.proc = sensors->proc;
	r = media_new(&setup, &sensors->media);
	if (r == 0) {
		*ret_sensors = TAKE_PTR(sensors);
	}
	return r;
}

void sensors_free(struct sensors *sensors)
{
	if (sensors) {
		media_free(sensors->media);
		fd_close(&sensors->proc);
		vec_free(&sensors->followers);
		free(sensors);
	}
}

void sensors_free_p(struct sensors **sensors)
{
	sensors_free(*sensors);
}
