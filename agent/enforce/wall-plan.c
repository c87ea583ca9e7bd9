/* SPDX-License-Identifier: Apache-2.0 */
#include "wall-plan.h"

#include "fd.h"

#include <string.h>

#define UFW_CONF "etc/ufw/ufw.conf"
#define UFW_DEFAULT "etc/default/ufw"
#define FIREWALLD_CONF "etc/firewalld/firewalld.conf"
#define EVENTS_MAX ((size_t)4096)

static const char *const managers[WALL_MANAGER_COUNT] = {[WALL_NOBODY] = "nobody",
	[WALL_OWN] = "own",
	[WALL_UFW] = "ufw",
	[WALL_FIREWALLD] = "firewalld"};
static const char *const defaults[WALL_DEFAULT_COUNT] = {
	[WALL_ACCEPT] = "ACCEPT", [WALL_DROP] = "DROP", [WALL_REJECT] = "REJECT"};

const char *wall_manager_code(enum wall_manager manager)
{
	return managers[manager];
}

const char *wall_default_code(enum wall_default value)
{
	return defaults[value];
}

bool wall_manager_find(const char *code, enum wall_manager *ret_manager)
{
	for (size_t i = 0; i < ARRAY_LEN(managers); i++) {
		if (strcmp(managers[i], code) == 0) {
			*ret_manager = (enum wall_manager)i;
			return true;
		}
	}
	return false;
}

bool wall_default_find(struct span code, enum wall_default *ret_value)
{
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
		if (span_eq(code, defaults[i])) {
			*ret_value = (enum wall_default)i;
			return true;
		}
	}
	return false;
}

static struct span unquote(struct span value)
{
	bool quoted = value.len >= 2 && (*value.p == '"' || *value.p == '\'') &&
		      value.p[value.len - 1] == *value.p;

	return quoted ? (struct span){value.p + 1, value.len - 2} : value;
}

bool wall_value(struct span text, const char *key, struct span *ret_value)
{
	size_t key_len = strlen(key);
	struct span line;
	bool found = false;

	while (span_next(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.len > key_len && memcmp(line.p, key, key_len) == 0 &&
			line.p[key_len] == '=') {
			*ret_value = unquote(span_trim(
				(struct span){line.p + key_len + 1, line.len - key_len - 1}));
			found = true;
		}
	}
	return found;
}

/* 1 when there is no such file, or none that is to be read */
static int conf_read(const struct sysroot *root, const char *path, char **ret_text, size_t *ret_len)
{
	int r = sysroot_read(root, path, WALL_CONF_MAX, ret_text, ret_len);

	return r == -ENOMEM ? r : r != 0;
}

static int ufw_look(const struct sysroot *root, struct wall_look *look)
{
	cleanup(free_ptr) char *conf = NULL, *fallback = NULL;
	struct span value;
	size_t len = 0;
	int r = conf_read(root, UFW_CONF, &conf, &len);

	look->ufw_enabled = r == 0 && wall_value((struct span){conf, len}, "ENABLED", &value) &&
			    span_eq(value, "yes");
	look->ufw_default = WALL_DROP; /* ufw(8): as delivered */
	if (r >= 0) {
		r = conf_read(root, UFW_DEFAULT, &fallback, &len);
	}
	if (r == 0 && wall_value((struct span){fallback, len}, "DEFAULT_INPUT_POLICY", &value)) {
		(void)wall_default_find(value, &look->ufw_default);
	}
	return r < 0 ? r : 0;
}

static int firewalld_look(const struct sysroot *root, struct wall_look *look)
{
	cleanup(free_ptr) char *conf = NULL;
	struct span value = {WALL_ZONE_CLOSED, strlen(WALL_ZONE_CLOSED)};
	size_t len = 0;
	int r = conf_read(root, FIREWALLD_CONF, &conf, &len);

	if (r < 0) {
		return r;
	}
	if (r == 0) {
		(void)wall_value((struct span){conf, len}, "DefaultZone", &value);
	}
	len = value.len < WALL_ZONE_MAX ? value.len : WALL_ZONE_MAX;
	memcpy(look->zone, value.p, len);
	look->zone[len] = '\0';
	return 0;
}

/* By its control group, and where there is none by the file that it keeps while it runs */
static int firewalld_running(const struct sysroot *root, bool *ret_running)
{
	cleanup(free_ptr) char *events = NULL;
	size_t len = 0;
	int r = sysroot_read(root, "sys/fs/cgroup/system.slice/firewalld.service/cgroup.events",
		EVENTS_MAX, &events, &len);

	if (r == -ENOMEM) {
		return r;
	}
	*ret_running = r == 0 ? strstr(events, "populated 1") != NULL
			      : sysroot_exists(root, "run/firewalld.pid");
	return 0;
}

int wall_look_at(const struct sysroot *root, enum wall_manager manager, struct wall_look *ret_look)
{
	struct wall_look look = {.manager = manager};
	bool running = false;
	int r = 0;

	switch (manager) {
	case WALL_NOBODY:
	case WALL_OWN:
		break;
	case WALL_UFW:
		r = ufw_look(root, &look);
		break;
	case WALL_FIREWALLD:
		r = firewalld_look(root, &look);
		if (r == 0) {
			r = firewalld_running(root, &running);
		}
		look.stopped = !running;
		break;
	}
	if (r == 0) {
		*ret_look = look;
	}
	return r;
}

int wall_look(const struct sysroot *root, struct wall_look *ret_look)
{
	enum wall_manager manager = WALL_NOBODY;
	bool firewalld = sysroot_exists(root, "usr/sbin/firewalld");
	bool running = false;
	int r = firewalld ? firewalld_running(root, &running) : 0;

	if (r != 0) {
		return r;
	}
	if (running) {
		manager = WALL_FIREWALLD;
	} else if (sysroot_exists(root, "usr/sbin/ufw")) {
		manager = WALL_UFW;
	} else if (firewalld) {
		manager = WALL_FIREWALLD;
	} else if (sysroot_exists(root, "usr/sbin/nft")) {
		manager = WALL_OWN;
	}
	return wall_look_at(root, manager, ret_look);
}

struct row {
	const char *path, *key, *from, *to;
};

static int row_add(const struct row *row, enum enforce_result result, enum enforce_error error,
	struct enforce_changes *changes)
{
	cleanup(json_put) struct json_object *from = NULL, *to = NULL;
	cleanup(str_finish) struct str why = {0};
	int r = str_appendf(&why, "setting." WALL_CLIENT ".%s", row->key);

	from = row->from ? json_object_new_string(row->from) : NULL;
	to = row->to ? json_object_new_string(row->to) : NULL;
	if (r != 0 || (row->from && !from) || (row->to && !to)) {
		return -ENOMEM;
	}
	return enforce_changes_add(
		changes, WALL_CLIENT, row->path, row->key, from, to, why.p, result, error);
}

static int ufw_plan(const struct wall_look *look, struct enforce_changes *changes)
{
	const struct row enabled = {"/" UFW_CONF, "ENABLED", "no", "yes"};
	const struct row deny = {"/" UFW_DEFAULT, "DEFAULT_INPUT_POLICY",
		wall_default_code(look->ufw_default), wall_default_code(WALL_DROP)};
	int r = 0;

	if (look->ufw_default == WALL_ACCEPT) {
		r = row_add(&deny, ENFORCE_PLANNED, ENFORCE_NO_ERROR, changes);
	}
	if (r == 0 && !look->ufw_enabled) {
		r = row_add(&enabled, ENFORCE_PLANNED, ENFORCE_NO_ERROR, changes);
	}
	if (r == 0 && look->ufw_enabled && look->ufw_default != WALL_ACCEPT) {
		const struct row stands = {"/" UFW_CONF, "ENABLED", "yes", "yes"};

		r = row_add(&stands, ENFORCE_CONFLICT, ENFORCE_ERROR_OTHER_RULES, changes);
	}
	return r;
}

static int firewalld_plan(const struct wall_look *look, struct enforce_changes *changes)
{
	const struct row zone = {"/" FIREWALLD_CONF, "DefaultZone", look->zone, WALL_ZONE_CLOSED};

	if (look->stopped) {
		const struct row stopped = {
			"/" FIREWALLD_CONF, "DefaultZone", NULL, WALL_ZONE_CLOSED};

		return row_add(&stopped, ENFORCE_CONFLICT, ENFORCE_ERROR_MANAGER_STOPPED, changes);
	}
	if (strcmp(look->zone, WALL_ZONE_OPEN) == 0) {
		return row_add(&zone, ENFORCE_PLANNED, ENFORCE_NO_ERROR, changes);
	}
	return row_add(&zone, ENFORCE_CONFLICT, ENFORCE_ERROR_OTHER_RULES, changes);
}

int wall_plan(const struct wall_look *look, struct enforce_changes *changes)
{
	const struct row own = {"nftables inet caretaker", "input", NULL, "drop"};
	enum enforce_result result = ENFORCE_PLANNED;
	enum enforce_error error = ENFORCE_NO_ERROR;

	switch (look->manager) {
	case WALL_UFW:
		return ufw_plan(look, changes);
	case WALL_FIREWALLD:
		return firewalld_plan(look, changes);
	case WALL_NOBODY:
		result = ENFORCE_REFUSED;
		error = ENFORCE_ERROR_NO_FIREWALL;
		break;
	case WALL_OWN:
		break;
	}
	return row_add(&own, result, error, changes);
}
