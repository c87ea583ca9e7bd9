/* SPDX-License-Identifier: Apache-2.0 */
/* A fake machine with one home below a temporary directory, and what tests do to its files. */
#pragma once

#include "apply.h"
#include "tree.h"

struct fake {
	char path[64]; /* the temporary directory; "root", "home" and "state" are in it */
	struct enforce_place place;
	int state;
	struct enforce_journal journal;
	struct enforce_profile *profile;
};

/* For cmocka's setup and teardown */
int fake_new(void **state);
int fake_new_below(const char *dir, void **state);
int fake_free(void **state);
/* Loads policies/clients/ID.json. */
void fake_profile(struct fake *fake, const char *id);
/* name: "root/etc/..." or "home/..."; directories are made */
void fake_write(struct fake *fake, const char *name, const char *text);
/* Heap; NULL when it is not there */
char *fake_read(const struct fake *fake, const char *name);
char *fake_path(const struct fake *fake, const char *name); /* heap */
/* Everything below root and home as text, heap */
char *fake_describe(const struct fake *fake);
/* The journal as it is on disk */
void fake_reopen_journal(struct fake *fake);

void fake_keep(struct fake *fake, struct enforce_changes *ret_changes);
void fake_undo(struct fake *fake, const char *client, const char *key,
	struct enforce_changes *ret_changes);
const struct enforce_change *fake_change(const struct enforce_changes *changes, const char *key);
