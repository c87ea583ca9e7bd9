/* SPDX-License-Identifier: Apache-2.0 */
/* The state directory: files that are replaced whole, and what happens to a damaged one. */
#pragma once

#include "identity.h"
#include "state.h"

struct store {
	int state_fd;  /* STATEDIR */
	int sent_fd;   /* STATEDIR/sent */
	int outbox_fd; /* SPOOLDIR/outbox */
	int inbox_fd;  /* SPOOLDIR/inbox, written by a less trusted process */
};
#define STORE_NONE             \
	{                      \
		-1, -1, -1, -1 \
	}

/* Opens the directories; sent/ is made when missing, the others are packaging's. */
must_check int store_open(const char *state_dir, const char *spool_dir, struct store *ret_store);
void store_finish(struct store *store);

/*
 * A missing file gives an empty state. A damaged one is set aside as state.json.bad, told once, and
 * gives an empty state whose sequence is above every one used so far, as sent/ and the outbox tell.
 */
must_check int store_load_state(const struct store *store, struct state *ret_state);
must_check int store_save_state(const struct store *store, const struct state *state);

/* FD_E_MISSING when this device is not enrolled; -EBADMSG when the file is damaged */
must_check int store_load_identity(const struct store *store, struct identity *ret_identity);
must_check int store_save_identity(const struct store *store, const struct identity *identity);
/* Removes endpoint.json and policy.jws */
must_check int store_erase_identity(const struct store *store);
