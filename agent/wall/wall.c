/* SPDX-License-Identifier: Apache-2.0 */
#include "wall.h"

#include "json-build.h"
#include "log.h"
#include "serve.h"
#include "wall-parts.h"

#include <string.h>

#define FORMAT 1

static int revert(struct wall *wall)
{
	bool left = false;
	int r = wall_put_back(wall, WALL_REVERTED, &left);

	if (r == -ENOMEM) {
		return r;
	}
	if (r != 0) {
		log_error("could not put the firewall back: %s",
			r < 0 ? strerror(-r) : "its program failed");
		return wall_timer_set(wall, WALL_RETRY_MS);
	}
	log_warning("the firewall was put back: nobody confirmed that the network works");
	return 0;
}

static int on_timer(struct loop_source *source, void *data)
{
	struct wall *wall = data;

	(void)source;
	return wall->state.phase == WALL_WAITING ? revert(wall) : 0;
}

static const struct {
	const char *name;
	int (*fn)(struct wall *wall, const struct wall_act *act, struct enforce_changes *changes);
} acts[] = {
	{"apply", wall_do_apply},
	{"confirm", wall_do_confirm},
	{"keep", wall_do_keep},
	{"look", wall_do_look},
	{"undo", wall_do_undo},
};

static const struct json_field fields[] = {
	{"act", JSON_WANT_STRING, offsetof(struct wall_act, name), true, 16},
	{"format", JSON_WANT_INT, offsetof(struct wall_act, format), true, FORMAT},
	{"mdns", JSON_WANT_BOOL, offsetof(struct wall_act, mdns), true, 0},
	{"seconds", JSON_WANT_INT, offsetof(struct wall_act, seconds), true, WALL_SECONDS_MAX},
};

static int refuse(
	const char *code, const char *text, enum ipc_type *ret_type, struct json_object **ret_body)
{
	struct json_build body = json_build_object();

	json_build_string(&body, "code", code);
	json_build_string(&body, "text", text);
	*ret_type = IPC_ERROR;
	return json_build_finish(&body, ret_body);
}

static int tell(const struct enforce_changes *changes, enum ipc_type *ret_type,
	struct json_object **ret_body)
{
	struct json_build body = json_build_object();
	struct json_object *list = NULL;
	int r = enforce_changes_to_json(changes, &list);

	json_build_take(&body, "changes", r == 0 ? list : NULL);
	json_build_int(&body, "format", FORMAT);
	*ret_type = IPC_HAND_DONE;
	return json_build_finish(&body, ret_body);
}

int wall_answer(struct wall *wall, struct json_object *body, enum ipc_type *ret_type,
	struct json_object **ret_body)
{
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	struct wall_act act = {0};
	int r = json_decode(body, fields, ARRAY_LEN(fields), &act, NULL);

	if (r == -ENOMEM) {
		return r;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(acts); i++) {
		if (strcmp(acts[i].name, act.name) == 0) {
			r = acts[i].fn(wall, &act, &changes);
			if (r < 0 && r != -ENOMEM) {
				log_error("could not change the firewall: %s", strerror(-r));
				return refuse(
					"journal", "enforce.error.journal", ret_type, ret_body);
			}
			return r == 0 ? tell(&changes, ret_type, ret_body) : r;
		}
	}
	return refuse("bad-message", "error.bad-message", ret_type, ret_body);
}

static int on_message(void *data, enum ipc_type type, struct json_object *body,
	enum ipc_type *ret_type, struct json_object **ret_body)
{
	(void)type; /* there is one */
	return wall_answer(data, body, ret_type, ret_body);
}

static bool is_busy(void *data)
{
	const struct wall *wall = data;

	return wall->state.phase == WALL_WAITING;
}

void wall_free(struct wall *wall)
{
	if (wall) {
		serve_free(wall->serve);
		loop_source_free(wall->timer);
		free(wall);
	}
}

void wall_free_p(struct wall **wall)
{
	wall_free(*wall);
}

/* A state that cannot be read says nothing of what to put back: it is left for a person to see. */
static int state_load(struct wall *wall)
{
	int r = wall_store_load(wall->setup.state, &wall->state);

	if (r > 0) {
		log_error("could not read " WALL_STATE_NAME ": it is damaged");
		return -EBADMSG;
	}
	return r;
}

static int wall_open(const struct wall_setup *setup, struct wall **ret_wall)
{
	cleanup(wall_free_p) struct wall *wall = calloc(1, sizeof(*wall));
	int r;

	if (!wall) {
		return -ENOMEM;
	}
	wall->setup = *setup;
	r = state_load(wall);
	if (r == 0 && setup->loop) {
		r = loop_add_timer(setup->loop, on_timer, wall, &wall->timer);
	}
	if (r == 0 && wall->state.phase == WALL_WAITING) {
		r = revert(wall);
	}
	if (r == 0) {
		*ret_wall = TAKE_PTR(wall);
	}
	return r;
}

int wall_new(const struct wall_setup *setup, struct wall **ret_wall)
{
	cleanup(wall_free_p) struct wall *wall = NULL;
	struct serve_setup serve = {
		.loop = setup->loop,
		.listener = setup->listener,
		.idle_ms = setup->idle_ms,
		.party = IPC_FIREWALL,
		.answer = on_message,
		.busy = is_busy,
	};
	int r = wall_open(setup, &wall);

	if (r == 0) {
		serve.data = wall;
		r = serve_new(&serve, &wall->serve);
	}
	if (r == 0) {
		*ret_wall = TAKE_PTR(wall);
	}
	return r;
}

int wall_restore(const struct wall_setup *setup)
{
	cleanup(wall_free_p) struct wall *wall = NULL;
	const struct wall_look own = {.manager = WALL_OWN};
	int r = wall_open(setup, &wall);

	/* ufw and firewalld start by themselves. */
	if (r == 0 && wall->state.phase == WALL_KEPT && wall->state.manager == WALL_OWN) {
		r = acts_apply(&own, wall->state.mdns);
		r = r > 0 ? -EIO : r;
	}
	return r;
}
