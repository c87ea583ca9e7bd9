/* SPDX-License-Identifier: Apache-2.0 */
#include "seen.h"

#include "fd.h"
#include "log.h"

#include <stdio.h>
#include <sys/random.h>

static int start_new(struct first_seen **ret_memory)
{
	uint8_t key[FIRST_SEEN_KEY_LEN];

	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key)) {
		return -EIO;
	}
	return first_seen_new(key, ret_memory);
}

static int load(int state_fd, struct first_seen **ret_memory)
{
	cleanup(json_put) struct json_object *object = NULL;
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r;

	r = fd_read_regular(state_fd, SEEN_FILE, FIRST_SEEN_JSON_MAX, &bytes, &len);
	if (r != 0) {
		return r;
	}
	r = json_parse((struct span){bytes, len}, &object, NULL);
	if (r == 0) {
		r = first_seen_load(object, ret_memory);
	}
	return r > 0 ? -EBADMSG : r;
}

int seen_open(int state_fd, struct first_seen **ret_memory)
{
	int r = load(state_fd, ret_memory);

	if (r == 0 || r == -ENOMEM) {
		return r;
	}
	if (r != FD_E_MISSING) {
		log_warning("could not read " SEEN_FILE ": kept as " SEEN_FILE
			    ".bad; the age of waiting fixes is learnt anew");
		if (renameat(state_fd, SEEN_FILE, state_fd, SEEN_FILE ".bad") < 0) {
			return -errno;
		}
	}
	return start_new(ret_memory);
}

int seen_save(int state_fd, struct first_seen *memory)
{
	cleanup(str_finish) struct str text = {.max = FIRST_SEEN_JSON_MAX};
	cleanup(json_put) struct json_object *object = NULL;
	int r;

	if (!first_seen_changed(memory)) {
		return 0;
	}
	r = first_seen_save(memory, &object);
	if (r == 0) {
		r = json_write_canonical(object, &text);
	}
	return r == 0 ? fd_write_atomic(state_fd, SEEN_FILE, text.p, text.len, 0600) : r;
}
