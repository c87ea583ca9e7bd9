/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The repositories of rpm packages that are switched on, and what lies on disk of each: the caches
 * of dnf, dnf5, PackageKit (dnf.conf(5), dnf5.conf(5)) and zypp (zypp.conf). Nothing is fetched.
 */
#pragma once

#include "rpm-advisories.h"
#include "sysroot.h"

#define RPM_REPOS_MAX 128
#define RPM_REPO_ID_MAX 127
#define RPM_REPO_PATH_MAX 383
#define RPM_REPOMD_BYTES_MAX ((size_t)1 << 20)

struct rpm_repo {
	char id[RPM_REPO_ID_MAX + 1];
	bool on;
	char dir[RPM_REPO_PATH_MAX + 1]; /* of its newest cache; empty: there is none */
	int64_t heard;			 /* when dir was last asked for or renewed */
	struct rpm_metadata metadata;	 /* of dir */
};
struct rpm_repos {
	struct rpm_repo *items; /* those switched on */
	size_t len;
	size_t cap;
	bool zypp;
};
void rpm_repos_finish(struct rpm_repos *repos);

enum rpm_repos_outcome {
	RPM_REPOS_E_FORMAT = 1,
	RPM_REPOS_E_LIMIT,
	RPM_REPOS_E_PERMITTED,
};
must_check int rpm_repos_read(const struct sysroot *root, struct rpm_repos *ret_repos);
