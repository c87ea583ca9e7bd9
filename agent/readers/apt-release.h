/* SPDX-License-Identifier: Apache-2.0 */
/* The head of an archive's InRelease or Release file (Debian wiki, DebianRepository/Format). */
#pragma once

#include "base.h"
#include "str.h"

/* The fields stand before the lists of hashes: more than this is not looked at. */
#define APT_RELEASE_HEAD_MAX ((size_t)16 << 10)
#define APT_RELEASE_WORD_MAX 127

/* What its fixes are told apart by */
enum apt_release_kind {
	APT_RELEASE_OTHER,    /* nothing: its updates are no fixes by anybody's word */
	APT_RELEASE_SECURITY, /* the whole archive: it holds security fixes alone */
	APT_RELEASE_MIXED,    /* a maker's own archive, in which fixes are not told from the rest */
};

struct apt_release {
	int64_t date;	     /* wall second; 0 for none or not a date */
	int64_t valid_until; /* 0 for none */
	enum apt_release_kind kind;
	bool esm;     /* extended maintenance that wants a subscription */
	bool damaged; /* a date is twice there, or is none; a name is too long */
	bool not_automatic;
	bool but_automatic_upgrades;
	char origin[APT_RELEASE_WORD_MAX + 1]; /* empty: not said */
	char label[APT_RELEASE_WORD_MAX + 1];
	char suite[APT_RELEASE_WORD_MAX + 1];
	char codename[APT_RELEASE_WORD_MAX + 1];
	char version[APT_RELEASE_WORD_MAX + 1];
};

/* Pure. -EBADMSG when it has none of the fields of such a file. */
must_check int apt_release_parse(struct span head, struct apt_release *ret_release);
