/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What apt last heard from its archives: /var/lib/apt/lists and its stamp. Lists count that belong
 * to a source apt is told of (sources.list(5)), since those of a source that was taken away stay
 * for a while, or for ever; where no sources are told of at all, the lists as they lie.
 *
 * Which of them are asked for fixes: those of security archives, and those of makers who publish
 * fixes among all else (apt-release.h). An archive of anybody else has updates, but by nobody's
 * word fixes.
 */
#pragma once

#include "apt-release.h"
#include "check.h"
#include "vec.h"

#define APT_LISTS_DIR "var/lib/apt/lists"
#define APT_STAMP "var/lib/apt/periodic/update-success-stamp"
#define APT_STATUS "var/lib/dpkg/status"
#define APT_ARCHIVES_MAX 256
#define APT_LISTS_MAX 1024
#define APT_SUITES_MAX 4096 /* that all sources name together */
#define APT_JUDGED_MAX 64
#define APT_SITE_MAX 255
#define APT_COMPONENT_MAX 63

struct apt_archive {
	struct apt_release release;
	char *stem; /* what its files' names begin with */
	bool known; /* it has a release file */
	char site[APT_SITE_MAX + 1];
};

/* One Packages list */
struct apt_list {
	char *path;  /* below the root */
	size_t stem; /* bytes of path without what tells the compression */
	size_t archive;
	char component[APT_COMPONENT_MAX + 1];
	char architecture[32]; /* empty where the list does not say */
	int bit;	       /* place in judged; -1 for one that is not asked for fixes */
};

struct apt_index {
	VEC(struct apt_archive) archives;
	VEC(struct apt_list) lists; /* in apt's order */
	size_t judged[APT_JUDGED_MAX];
	size_t n_judged;
	uint64_t marked; /* bits of lists whose every update is a fix by the archive's own word */
	int64_t updated; /* when apt last fetched all it wanted; 0 when not known */
	int64_t newest;	 /* the latest time that any of it is marked with */
};
void apt_index_finish(struct apt_index *index);

enum apt_index_outcome {
	APT_INDEX_E_IMAGE = 1, /* an image-based system: packages are not what is updated */
	APT_INDEX_E_MANAGER,   /* no dpkg here */
	APT_INDEX_E_MISSING,   /* no list of an archive that has fixes */
	APT_INDEX_E_FORMAT,    /* an archive's file, or what tells of the sources, is unreadable */
	APT_INDEX_E_PERMITTED, /* no right to read it */
	APT_INDEX_E_LIMIT,     /* more archives or lists than the maximum */
};
/* Never APT_INDEX_E_MISSING when apt has any lists at all. */
must_check int apt_index_read(const struct sysroot *root, struct apt_index *ret_index);
/* The same, for who asks for fixes */
must_check int apt_index_read_judged(const struct sysroot *root, struct apt_index *ret_index);
/* The archive of a judged list; bit < n_judged */
const struct apt_archive *apt_index_judged(const struct apt_index *index, size_t bit);
