/* SPDX-License-Identifier: Apache-2.0 */
/* What a pin speaks of: versions, or the archives they come from (apt_preferences(5)). */
#pragma once

#include "base.h"

#include <regex.h>

#define APT_MATCH_DATA_MAX 299 /* apt cuts longer lists of properties off there */
#define APT_MATCH_STARS_MAX 8  /* in one pattern */
#define APT_MATCH_FRAGMENTS_MAX 19

enum apt_match_type { APT_MATCH_VERSION, APT_MATCH_RELEASE, APT_MATCH_ORIGIN };

/*
 * A name as it stands, with *, ? and [], or between slashes a regular expression; upper and lower
 * case are one.
 */
struct apt_pattern {
	const char *text; /* borrowed */
	bool is_regex;
	bool broken; /* a regular expression that is none: nothing fits it */
	regex_t regex;
};
enum apt_match_outcome { APT_MATCH_E_BOUNDS = 1 }; /* it could take without end to apply it */
/* 0, APT_MATCH_E_BOUNDS, -ENOMEM */
must_check int apt_pattern_init(struct apt_pattern *pattern, const char *text);
void apt_pattern_finish(struct apt_pattern *pattern);
/* NULL never fits. */
bool apt_pattern_fits(const struct apt_pattern *pattern, const char *text);

enum apt_match_property {
	APT_MATCH_ARCHIVE,    /* a= */
	APT_MATCH_ARCH,	      /* b= */
	APT_MATCH_COMPONENT,  /* c= */
	APT_MATCH_LABEL,      /* l= */
	APT_MATCH_CODENAME,   /* n= */
	APT_MATCH_ORIGINATOR, /* o= */
	APT_MATCH_NUMBER,     /* v= */
	APT_MATCH_EITHER,     /* a word alone: archive or codename */
	APT_MATCH_SITE,	      /* "Pin: origin" */
};
#define APT_MATCH_PROPERTIES 9

struct apt_match {
	enum apt_match_type type;
	char data[APT_MATCH_DATA_MAX + 1]; /* what the patterns borrow */
	bool all;			   /* "release *" */
	bool prefix;			   /* version or number went with * at its end */
	bool nothing;			   /* apt does not understand it: nothing fits */
	struct apt_pattern patterns[APT_MATCH_PROPERTIES];
	unsigned asked; /* bit per property */
	struct apt_pattern version;
};
/* 0, APT_MATCH_E_BOUNDS, -ENOMEM. Nothing is to be finished unless it gives 0. */
must_check int apt_match_new(
	enum apt_match_type type, const char *data, struct apt_match **ret_match);
void apt_match_free(struct apt_match *match);
void apt_match_free_p(struct apt_match **match);

/* One list of an archive, or dpkg's status. NULL for what is not said. */
struct apt_match_file {
	bool status;
	const char *properties[APT_MATCH_PROPERTIES];
};
/* Never for a match by version */
bool apt_match_file(const struct apt_match *match, const struct apt_match_file *file);
/* Only for a match by version */
bool apt_match_version(const struct apt_match *match, const char *version);
