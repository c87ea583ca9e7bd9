/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which version of a package apt would take: apt_preferences(5) with what apt's own source adds to
 * it (policy.cc, upgrade.cc of apt 2.6). Equal to the candidate that `apt-cache policy` names, and
 * to what `apt-get upgrade` puts off as phased or held; tests/apt proves it. What a version depends
 * on is no part of it: `apt-get upgrade` may keep a package back for that as well.
 *
 * Two builds under one version are taken for one. apt tells them apart by what they depend on.
 */
#pragma once

#include "apt-packages.h"
#include "apt-pins.h"
#include "apt-settings.h"

#define APT_POLICY_VERSIONS_MAX 64 /* of one package */

struct apt_policy {
	struct apt_settings settings;
	struct apt_pins pins;
	int *priorities; /* of each list in the index */
	int installed;	 /* of dpkg's status */
	bool spoken;	 /* something is said about archives, so that their defaults do not hold */
	const struct apt_index *index;
	const struct apt_packages *packages;
};
void apt_policy_finish(struct apt_policy *policy);

/* 0, APT_PARTS_E_*, APT_PINS_E_*, -errno. Index and packages are borrowed. */
must_check int apt_policy_read(const struct sysroot *root, const struct apt_index *index,
	const struct apt_packages *packages, struct apt_policy *ret_policy);

/*
 * Nothing is said about the package nor about any archive: then apt takes the highest version that
 * an archive holds, and the package's offers need not be read.
 */
bool apt_policy_silent(const struct apt_policy *policy, const struct apt_package *package);

struct apt_candidate {
	const char *version; /* NULL: none at all */
	int priority;
	bool deferred; /* phased, and not for this machine yet */
};
/* The package's offers have been read. 0, -ENOSPC, -ENOMEM */
must_check int apt_policy_choose(const struct apt_policy *policy, const struct apt_package *package,
	struct apt_candidate *ret_candidate);
/* The priority that a version of the package has, installed or offered */
int apt_policy_priority(
	const struct apt_policy *policy, const struct apt_package *package, const char *version);
