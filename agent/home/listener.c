/* SPDX-License-Identifier: Apache-2.0 */
#include "listener.h"

#include "ear.h"
#include "json-build.h"
#include "servers.h"

#include <stdio.h>
#include <string.h>

#define FORMAT 1

struct listener {
	struct loop *loop;
	struct listener_config config;
	bool on, paused, waiting;
	unsigned running; /* servers, by bit */
	struct ear *ears[SERVER_COUNT];
	struct loop_source *pause;
};

static void close_ears(struct listener *listener)
{
	for (size_t i = 0; i < SERVER_COUNT; i++) {
		ear_free(TAKE_PTR(listener->ears[i]));
	}
}

void listener_free(struct listener *listener)
{
	if (!listener) {
		return;
	}
	close_ears(listener);
	loop_source_free(listener->pause);
	free(listener);
}

/* At once, and then at most once in each pause */
static int tell(struct listener *listener)
{
	int r;

	if (listener->paused) {
		listener->waiting = true;
		return 0;
	}
	listener->paused = true;
	listener->waiting = false;
	r = loop_timer_set(listener->pause, LISTENER_PAUSE_MS);
	return r < 0 ? r : listener->config.changed(listener->config.data);
}

static int on_pause(struct loop_source *source, void *data)
{
	struct listener *listener = data;

	(void)source;
	listener->paused = false;
	return listener->waiting && listener->on ? tell(listener) : 0;
}

static int on_heard(void *data)
{
	return tell(data);
}

int listener_new(
	struct loop *loop, const struct listener_config *config, struct listener **ret_listener)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	int r;

	if (!listener) {
		return -ENOMEM;
	}
	*listener = (struct listener){.loop = loop, .config = *config};
	r = loop_add_timer(loop, on_pause, listener, &listener->pause);
	if (r < 0) {
		listener_free(listener);
		return r;
	}
	*ret_listener = listener;
	return 0;
}

static int open_ear(struct listener *listener, enum server server)
{
	static const char *const programs[SERVER_COUNT] = {
		[SERVER_PIPEWIRE] = "caretaker-listen-pipewire",
		[SERVER_PULSE] = "caretaker-listen-pulse",
	};
	struct ear_config config = {.changed = on_heard, .data = listener};
	char program[EAR_PATH_MAX], runtime[EAR_PATH_MAX];
	int n = snprintf(
		program, sizeof(program), "%s/%s", listener->config.programs, programs[server]);
	int m = snprintf(runtime, sizeof(runtime), "%s/run/user/%u",
		strcmp(listener->config.root, "/") == 0 ? "" : listener->config.root,
		(unsigned)listener->config.uid);
	int r;

	if (n < 0 || (size_t)n >= sizeof(program) || m < 0 || (size_t)m >= sizeof(runtime)) {
		return 0;
	}
	config.program = program;
	config.runtime = runtime;
	r = ear_new(listener->loop, &config, &listener->ears[server]);
	return r == -ENOMEM ? r : 0;
}

void listener_stop(struct listener *listener)
{
	listener->on = false;
	listener->running = 0;
	close_ears(listener);
}

static int begin(struct listener *listener)
{
	static const enum server heard[] = {SERVER_PIPEWIRE, SERVER_PULSE};
	int r = 0;

	listener->on = true;
	if (servers_look(listener->config.proc, listener->config.uid, &listener->running) < 0) {
		listener->running = 1U << SERVER_UNHEARD;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(heard); i++) {
		struct ear **ear = &listener->ears[heard[i]];
		bool runs = listener->running >> heard[i] & 1;

		if (*ear && (!runs || ear_ended(*ear))) {
			ear_free(TAKE_PTR(*ear));
		}
		if (runs && !*ear) {
			r = open_ear(listener, heard[i]);
		}
	}
	return r < 0 ? r : tell(listener);
}

struct fields {
	int64_t format;
	bool on;
};
static const struct json_field table[] = {
	{"format", JSON_WANT_INT, offsetof(struct fields, format), true, FORMAT},
	{"on", JSON_WANT_BOOL, offsetof(struct fields, on), true, 0},
};

int listener_take(struct listener *listener, struct json_object *body)
{
	struct fields fields = {.format = 0};
	int r = json_decode(body, table, ARRAY_LEN(table), &fields, NULL);

	if (r == 0 && fields.on) {
		r = begin(listener);
	} else if (r == 0) {
		listener_stop(listener);
	}
	return r;
}

static void build_kinds(struct json_build *body, const char *name, unsigned kinds)
{
	struct json_build list = json_build_array();

	for (int kind = 0; kind < MEDIA_KIND_DAEMON; kind++) {
		if (kinds >> kind & 1) {
			json_build_string(&list, NULL, media_kind_code((enum media_kind)kind));
		}
	}
	json_build_join(body, name, &list);
}

static bool hears(const struct listener *listener, enum server server)
{
	return listener->ears[server] && ear_heard(listener->ears[server]);
}

/* Every server that runs, and at least one */
static bool hears_sound(const struct listener *listener)
{
	bool pipewire = listener->running >> SERVER_PIPEWIRE & 1;
	bool pulse = listener->running >> SERVER_PULSE & 1;

	return (pipewire || pulse) && !(listener->running >> SERVER_UNHEARD & 1) &&
	       (!pipewire || hears(listener, SERVER_PIPEWIRE)) &&
	       (!pulse || hears(listener, SERVER_PULSE));
}

int listener_body(const struct listener *listener, struct json_object **ret_body)
{
	struct json_build body = json_build_object();
	struct media_heard all = {.format = MEDIA_HEARD_FORMAT};

	for (size_t i = 0; i < SERVER_COUNT; i++) {
		const struct media_heard *heard =
			listener->ears[i] ? ear_heard(listener->ears[i]) : NULL;

		if (heard) {
			all.captures |= heard->captures;
			all.plays |= heard->plays;
			all.films |= heard->films;
		}
	}
	build_kinds(&body, "captures", all.captures);
	build_kinds(&body, "films", all.films);
	json_build_int(&body, "format", FORMAT);
	build_kinds(&body, "plays", all.plays);
	json_build_bool(&body, "sound", hears_sound(listener));
	json_build_bool(&body, "video", hears(listener, SERVER_PIPEWIRE));
	return json_build_finish(&body, ret_body);
}
