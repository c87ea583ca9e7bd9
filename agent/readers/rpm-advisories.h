/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two documents of a repository of rpm packages that tell of security fixes: repomd.xml, which
 * names the other, and updateinfo.xml, the advisories (createrepo_c, libsolv's repo_updateinfoxml).
 */
#pragma once

#include "xml.h"

/* One package that one advisory brings */
struct rpm_advisory {
	const char *name;
	const char *evr; /* "0:1.2-3.fc40" */
	const char *arch;
	int64_t date;	    /* when it was last issued; 0 where it does not say */
	const char *module; /* "NAME:STREAM" that it is for; empty for none */
};
typedef int (*rpm_advisory_fn)(const struct rpm_advisory *advisory, void *data);

struct rpm_advisories;
/* Calls fn for each package of each advisory of type "security" that was not taken back. */
must_check int rpm_advisories_new(
	rpm_advisory_fn fn, void *data, struct rpm_advisories **ret_advisories);
void rpm_advisories_free_p(struct rpm_advisories **advisories);
/* -EBADMSG for damage; what fn returned */
must_check int rpm_advisories_feed(
	struct rpm_advisories *advisories, const char *bytes, size_t len);
must_check int rpm_advisories_end(const struct rpm_advisories *advisories);

#define RPM_METADATA_PATHS_MAX 2
#define RPM_METADATA_PATH_MAX 255
struct rpm_metadata {
	/* "repodata/HASH-updateinfo.xml.gz", the same compressed in two ways; empty for none */
	char paths[RPM_METADATA_PATHS_MAX][RPM_METADATA_PATH_MAX + 1];
	size_t n;
};
/* Pure; of repomd.xml. -EBADMSG */
must_check int rpm_metadata_parse(struct span text, struct rpm_metadata *ret_metadata);
