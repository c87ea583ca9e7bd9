/* SPDX-License-Identifier: Apache-2.0 */
/* rotate-tls: the next key, which devices learn from their policies, becomes the server's own. */
#include "cmd.h"

#include "args.h"
#include "audit.h"
#include "clock.h"
#include "config.h"
#include "log.h"
#include "next-key.h"
#include "settings.h"
#include "state.h"
#include "tls-cert.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int note(struct store *store, int64_t now_s)
{
	char text[24];
	int r = store->ops->begin(store, true);

	snprintf(text, sizeof(text), "%" PRId64, now_s);
	r = r != 0 ? r : settings_keep(store, NEXT_KEY_MARK, text);
	r = r != 0 ? r : audit_append(store, now_s, "console", "rotate-tls", "");
	if (r == 0) {
		return store->ops->commit(store);
	}
	store->ops->rollback(store);
	return r;
}

static int name_devices(const struct next_key *behind, struct str *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < behind->n_labels; i++) {
		r = str_appendf(out, "%s%s", i > 0 ? ", " : "", behind->labels[i]);
	}
	if (r == 0 && behind->devices > (int64_t)behind->n_labels) {
		r = str_append_z(out, ", ...");
	}
	return r;
}

static bool may_rotate(const struct state *state, struct store *store, bool force)
{
	cleanup(str_finish) struct str names = {0};
	struct next_key behind = {0};
	int r = next_key_count(state, store, &behind);

	r = r != 0 ? r : name_devices(&behind, &names);
	if (r != 0) {
		log_error("could not read the store: %s", strerror(-r));
		return false;
	}
	if (behind.devices > 0 && !force) {
		log_error("%" PRId64 " devices have not said yet that they know the next key (%s): "
			  "wait until they have reported, or cut them off with --lock-out yes, "
			  "until each is enrolled anew",
			behind.devices, names.p);
	}
	return behind.devices == 0 || force;
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
	r = state_load_pins(&state);
	if (r == 0 && !may_rotate(&state, store, force)) {
		return CMD_FAILED;
	}
	/* Noted first: what breaks off behind it is a rotation that must not happen twice. */
	r = r != 0 ? r : note(store, now_s);
	r = r != 0 ? r : state_rotate_tls(&state, names->items, names->n, now_s);
	if (r != 0) {
		log_error("could not change the key in %s: %s; the same command again ends it",
			path, strerror(r < 0 ? -r : EIO));
		return CMD_FAILED;
	}
	printf("the key is changed: restart caretaker-server, and make codes that are still out "
	       "anew; devices learn the key after it with their next report\n");
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
