/* SPDX-License-Identifier: Apache-2.0 */
#include "wall-store.h"

#include "fd.h"
#include "json-build.h"

#include <string.h>

#define FORMAT 1
#define WORD_MAX 16

static const char *const phases[WALL_PHASE_COUNT] = {[WALL_NONE] = "none",
	[WALL_WAITING] = "waiting",
	[WALL_KEPT] = "kept",
	[WALL_REVERTED] = "reverted"};

struct wire {
	const char *fallback, *manager, *phase;
	int64_t format;
	bool enabled, mdns;
};

static const struct json_field fields[] = {
	{"default", JSON_WANT_STRING, offsetof(struct wire, fallback), true, WORD_MAX},
	{"enabled", JSON_WANT_BOOL, offsetof(struct wire, enabled), true, 0},
	{"format", JSON_WANT_INT, offsetof(struct wire, format), true, FORMAT},
	{"manager", JSON_WANT_STRING, offsetof(struct wire, manager), true, WORD_MAX},
	{"mdns", JSON_WANT_BOOL, offsetof(struct wire, mdns), true, 0},
	{"phase", JSON_WANT_STRING, offsetof(struct wire, phase), true, WORD_MAX},
};

static bool phase_find(const char *code, enum wall_phase *ret_phase)
{
	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		if (strcmp(phases[i], code) == 0) {
			*ret_phase = (enum wall_phase)i;
			return true;
		}
	}
	return false;
}

int wall_state_parse(struct span text, struct wall_state *ret_state)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct wall_state state = {.phase = WALL_NONE};
	struct wire wire = {0};
	int r = json_parse(text, &object, NULL);

	if (r == 0) {
		r = json_decode(object, fields, ARRAY_LEN(fields), &wire, NULL);
	}
	if (r != 0) {
		return r == -ENOMEM ? r : WALL_STORE_E_BROKEN;
	}
	if (wire.format != FORMAT || !phase_find(wire.phase, &state.phase) ||
		!wall_manager_find(wire.manager, &state.manager) ||
		!wall_default_find(span_z(wire.fallback), &state.former.ufw_default)) {
		return WALL_STORE_E_BROKEN;
	}
	state.former.ufw_enabled = wire.enabled;
	state.mdns = wire.mdns;
	*ret_state = state;
	return 0;
}

int wall_state_write(const struct wall_state *state, struct str *out)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_build build = json_build_object();
	int r;

	json_build_string(&build, "default", wall_default_code(state->former.ufw_default));
	json_build_bool(&build, "enabled", state->former.ufw_enabled);
	json_build_int(&build, "format", FORMAT);
	json_build_string(&build, "manager", wall_manager_code(state->manager));
	json_build_bool(&build, "mdns", state->mdns);
	json_build_string(&build, "phase", phases[state->phase]);
	r = json_build_finish(&build, &object);
	return r == 0 ? json_write_canonical(object, out) : r;
}

int wall_store_load(int dirfd, struct wall_state *ret_state)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = fd_read_regular(dirfd, WALL_STATE_NAME, WALL_STATE_MAX, &bytes, &len);

	if (r == FD_E_MISSING) {
		*ret_state = (struct wall_state){.phase = WALL_NONE};
		return 0;
	}
	if (r != 0) {
		return r < 0 ? r : WALL_STORE_E_BROKEN;
	}
	return wall_state_parse((struct span){bytes, len}, ret_state);
}

int wall_store_save(int dirfd, const struct wall_state *state)
{
	cleanup(str_finish) struct str out = {.max = WALL_STATE_MAX};
	int r;

	if (state->phase == WALL_NONE) {
		if (unlinkat(dirfd, WALL_STATE_NAME, 0) < 0 && errno != ENOENT) {
			return -errno;
		}
		return fd_sync_dir(dirfd);
	}
	r = wall_state_write(state, &out);
	return r == 0 ? fd_write_atomic(dirfd, WALL_STATE_NAME, out.p, out.len, 0600) : r;
}
