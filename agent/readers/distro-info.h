/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the package distro-info-data, /usr/share/distro-info/ID.csv: until when each
 * release gets fixes, by tier. Columns are found by the names in the first line.
 */
#pragma once

#include "base.h"
#include "str.h"

#define DISTRO_INFO_MAX ((size_t)256 << 10)
#define DISTRO_INFO_COLUMNS_MAX 24

enum distro_info_tier {
	DISTRO_INFO_REGULAR, /* eol */
	DISTRO_INFO_LTS,     /* eol-lts */
	DISTRO_INFO_ELTS,    /* eol-elts, paid for */
	DISTRO_INFO_ESM,     /* eol-esm, with a subscription */
	DISTRO_INFO_LEGACY,  /* eol-legacy, paid for */
};
#define DISTRO_INFO_TIER_COUNT 5

/* First seconds of days; 0 where the table is silent. */
struct distro_info {
	int64_t release;
	int64_t end[DISTRO_INFO_TIER_COUNT];
};

enum distro_info_outcome { DISTRO_INFO_E_MISSING = 1 }; /* no such release in the table */

/*
 * The release with this version ("12", "24.04"; "24.04 LTS" in the table matches it) or, when
 * version is empty, with this series ("forky"). Pure. -EBADMSG when it is no such table.
 */
must_check int distro_info_find(
	struct span csv, struct span version, struct span series, struct distro_info *ret_info);
/* Tier of a policy's word ("regular", "lts", ...); -EINVAL */
must_check int distro_info_tier_parse(struct span word, enum distro_info_tier *ret_tier);
