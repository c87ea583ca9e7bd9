/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody keeps from being updated: excludes of dnf (dnf.conf(5)), version locks of dnf and
 * dnf5 (dnf-versionlock(8), dnf5-versionlock(8)), locks of zypper (locks(5)).
 */
#pragma once

#include "sysroot.h"

#define RPM_HOLDS_MAX 1024

enum rpm_hold_kind {
	RPM_HOLD_EXCLUDE, /* packages that match are kept out */
	RPM_HOLD_LOCK,	  /* of a package it names, all versions but those that match */
	RPM_HOLD_NAME,	  /* all versions of a package of such a name */
};
struct rpm_hold {
	enum rpm_hold_kind kind;
	char *pattern;
};
struct rpm_holds {
	struct rpm_hold *items;
	size_t len;
	size_t cap;
};
void rpm_holds_finish(struct rpm_holds *holds);

/* The parsers are pure and add to *holds: -EBADMSG, -ENOSPC, -ENOMEM. */
must_check int rpm_holds_parse_conf(struct span text, struct rpm_holds *holds);
must_check int rpm_holds_parse_list(struct span text, struct rpm_holds *holds);
must_check int rpm_holds_parse_toml(struct span text, struct rpm_holds *holds);
must_check int rpm_holds_parse_zypp(struct span text, struct rpm_holds *holds);

/* FD_E_NOT_REGULAR, -errno; a file that is not there holds nothing. */
must_check int rpm_holds_read(const struct sysroot *root, bool zypp, struct rpm_holds *ret_holds);
/* evr has an epoch: "0:1.2-3.fc40". */
bool rpm_holds_match(
	const struct rpm_holds *holds, const char *name, const char *evr, const char *arch);
