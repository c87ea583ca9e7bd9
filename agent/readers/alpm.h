/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pacman keeps on disk (pacman(8), pacman.conf(5), alpm's be_sync and be_local): the packages
 * that are installed, the repositories in their order, and each one's database.
 */
#pragma once

#include "str.h"
#include "sysroot.h"

#define ALPM_LOCAL "var/lib/pacman/local"
#define ALPM_SYNC "var/lib/pacman/sync"
#define ALPM_REPOS_MAX 64
#define ALPM_REPO_MAX 127
#define ALPM_IGNORES_MAX 256
#define ALPM_CONF_MAX ((size_t)1 << 20)

/* A member "NAME-VERSION/desc" of a database */
struct alpm_desc {
	struct span name;
	struct span version;
	struct span groups; /* lines */
	int64_t built;	    /* 0 where it does not say */
};
/* Pure; points into text. -EBADMSG */
must_check int alpm_desc_parse(struct span text, struct alpm_desc *ret_desc);

struct alpm_conf {
	char repos[ALPM_REPOS_MAX][ALPM_REPO_MAX + 1]; /* the first that has a package wins */
	size_t n_repos;
	struct span ignores[ALPM_IGNORES_MAX]; /* patterns of names; they point into text */
	size_t n_ignores;
	struct span groups[ALPM_IGNORES_MAX];
	size_t n_groups;
	bool elsewhere; /* the databases are not where they usually are */
};
/* Pure. -EBADMSG, -ENOSPC */
must_check int alpm_conf_parse(struct span text, struct alpm_conf *ret_conf);
bool alpm_conf_ignores(const struct alpm_conf *conf, const struct alpm_desc *desc);

struct alpm_installed {
	struct span name;
	struct span version;
	bool seen;
};
struct alpm_local {
	struct sysroot_names names;   /* the others point into these */
	struct alpm_installed *items; /* by name */
	size_t len;
};
void alpm_local_finish(struct alpm_local *local);
/* FD_E_MISSING, -errno */
must_check int alpm_local_read(const struct sysroot *root, struct alpm_local *ret_local);
struct alpm_installed *alpm_local_find(const struct alpm_local *local, struct span name);
