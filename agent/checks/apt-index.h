/* SPDX-License-Identifier: Apache-2.0 */
/* What apt last heard from the security archives: /var/lib/apt/lists and its stamp. */
#pragma once

#include "check.h"

#define APT_LISTS_DIR "var/lib/apt/lists"
#define APT_STAMP "var/lib/apt/periodic/update-success-stamp"
#define APT_STATUS "var/lib/dpkg/status"
#define APT_ARCHIVES_MAX 32
#define APT_LISTS_MAX 64

struct apt_archive {
	int64_t date;
	int64_t valid_until; /* 0 for none */
};

/* One Packages list of a security archive */
struct apt_list {
	char *path;  /* below the root */
	size_t stem; /* bytes of path without what tells the compression */
	size_t archive;
};

struct apt_index {
	struct apt_archive archives[APT_ARCHIVES_MAX];
	size_t n_archives;
	struct apt_list lists[APT_LISTS_MAX];
	size_t n_lists;
	int64_t updated; /* when apt last fetched all it wanted; 0 when not known */
	int64_t newest;	 /* the latest time that any of it is marked with */
};
void apt_index_finish(struct apt_index *index);

enum apt_index_outcome {
	APT_INDEX_E_IMAGE = 1, /* an image-based system: packages are not what is updated */
	APT_INDEX_E_MANAGER,   /* no dpkg here */
	APT_INDEX_E_MISSING,   /* no list of a security archive */
	APT_INDEX_E_FORMAT,    /* an archive's file is not readable as one */
	APT_INDEX_E_PERMITTED, /* no right to read it */
	APT_INDEX_E_LIMIT,     /* more archives or lists than the maximum */
};
must_check int apt_index_read(const struct sysroot *root, struct apt_index *ret_index);
/* The verdict for each of these outcomes */
int apt_index_explain(int outcome, struct verdict *v);

struct apt_freshness {
	enum posture_reason reason; /* index-fresh, index-stale, index-expired, clock-not-trusted */
	int64_t oldest_s;	    /* age of the oldest */
	int64_t due_s;		    /* when it stops to be fresh */
};
struct apt_freshness apt_index_judge(const struct apt_index *index, const struct check_ctx *ctx);
