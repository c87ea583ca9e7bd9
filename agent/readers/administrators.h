/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which accounts may administer this device, by its own files: members of the groups that
 * distributions give that right (sudo, wheel, admin), whoever a rule of sudoers(5) lets run
 * everything as root, and whoever polkit takes for an administrator. polkit's rules are programs:
 * every "unix-user:" and "unix-group:" in a file that makes administrators counts.
 */
#pragma once

#include "accounts.h"
#include "sysroot.h"
#include "vec.h"

#define ADMINISTRATORS_FILES_MAX 256
#define ADMINISTRATORS_NAMES_MAX 1024

struct administrators_file {
	char *text; /* owned */
	size_t len;
	bool sudoers;
};
struct administrators {
	VEC(struct administrators_file) files;
	VEC(struct span) users, groups; /* names, pointing into files */
	struct span group;		/* etc/group, pointing into files */
	bool everybody;
	bool refused; /* something may not be read by whoever judges */
	bool damaged; /* or is not understood */
};

/* -ENOMEM */
must_check int administrators_read(const struct sysroot *root, struct administrators *ret_admins);
void administrators_finish(struct administrators *admins);
bool administrators_has(const struct administrators *admins, const struct account *account);
