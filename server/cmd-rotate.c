/* SPDX-License-Identifier: Apache-2.0 */
/* rotate-tls: the second key that every device has pinned becomes the server's own. */
#include "cmd.h"

#include "args.h"
#include "audit.h"
#include "clock.h"
#include "config.h"
#include "log.h"
#include "settings.h"
#include "state.h"
#include "tls-cert.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MARK "tls_rotated"

/*
 * Devices that came before the last time know the present key and its forerunner, not the next one:
 * who rotated again would lock them out for good.
 */
static int count_left_behind(struct store *store, int64_t *ret_devices)
{
	int64_t at = 0, devices = 0;
	int r = settings_number(store, MARK, &at);

	r = r != 0 ? r
		   : store_query(store, store_row_int, &devices,
			     "SELECT COUNT(*) FROM devices WHERE site = $1 AND enrolled <= $2 "
			     "AND lost IS NULL",
			     store_site(), store_int(at));
	if (r == 0) {
		*ret_devices = devices;
	}
	return r;
}

static int note(struct store *store, int64_t now_s)
{
	char text[24];
	int r = store->ops->begin(store, true);

	snprintf(text, sizeof(text), "%" PRId64, now_s);
	r = r != 0 ? r : settings_keep(store, MARK, text);
	r = r != 0 ? r : audit_append(store, now_s, "console", "rotate-tls", "");
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

static bool may_rotate(struct store *store, bool force)
{
	int64_t devices = 0;
	int r = count_left_behind(store, &devices);

	if (r != 0) {
		log_error("could not read the store: %s", strerror(r < 0 ? -r : EIO));
		return false;
	}
	if (devices > 0 && !force) {
		log_error("%" PRId64
			  " devices came before the key was changed last and do not know the "
			  "next one: enrol them anew first, or lock them out with --lock-out yes",
			devices);
	}
	return devices == 0 || force;
}

static int rotate(const char *path, const struct args_list *names, bool force)
{
	cleanup(store_close_p) struct store *store = NULL;
	cleanup(state_finish) struct state state = {.fd = -1};
	int64_t now_s = clock_read().wall_s;
	const char *error = NULL;
	int r = state_open(path, false, &state);

	r = r < 0 ? r : state_open_store(&state, STORE_WRITE, &store, &error);
	if (r != 0) {
		log_error("could not open %s: %s", path, error ? error : strerror(-r));
		return CMD_FAILED;
	}
	if (!may_rotate(store, force)) {
		return CMD_FAILED;
	}
	r = state_rotate_tls(&state, names->items, names->n, now_s);
	r = r != 0 ? r : note(store, now_s);
	if (r != 0) {
		log_error("could not change the key in %s: %s; the same command again ends it",
			path, strerror(r < 0 ? -r : EIO));
		return CMD_FAILED;
	}
	printf("the key is changed: restart caretaker-server, and make codes that are still out "
	       "anew\n");
	return CMD_OK;
}

int cmd_rotate_tls(int argc, char **argv)
{
	const char *path = CARETAKER_SERVER_STATEDIR, *force = "no";
	struct args_list names = {0};
	const struct args_option options[] = {
		{"lock-out", ARGS_TEXT, &force, 0, 0},
		{"name", ARGS_LIST, &names, 0, 0},
		{"state", ARGS_TEXT, &path, 0, 0},
	};

	if (!args_parse(argc, argv, options, ARRAY_LEN(options), NULL, 0)) {
		return CMD_USAGE;
	}
	for (size_t i = 0; i < names.n; i++) {
		if (tls_cert_check_name(names.items[i]) < 0) {
			log_error("--name takes a host name or an address, not %s", names.items[i]);
			return CMD_USAGE;
		}
	}
	if (strcmp(force, "yes") != 0 && strcmp(force, "no") != 0) {
		log_error("--lock-out takes yes or no");
		return CMD_USAGE;
	}
	return rotate(path, &names, strcmp(force, "yes") == 0);
}
