/* SPDX-License-Identifier: Apache-2.0 */
/* Where apt takes packages from (sources.list(5)). */
#pragma once

#include "base.h"
#include "str.h"

#define APT_SOURCES_FILE_MAX ((size_t)1 << 20)

/* Spans lie in the text that was parsed; several words each, see apt_source_next_word. */
struct apt_source {
	bool enabled;
	bool forced; /* trusted, or allowed to be unsigned, by its own word */
	bool binary; /* of packages, not only of their sources */
	struct span uris;
	struct span suites;
	struct span components;
	struct span archs;	   /* instead of the system's; p is NULL when not said */
	struct span archs_added;   /* beside those */
	struct span archs_removed; /* without these */
};
enum apt_sources_outcome {
	APT_SOURCES_E_END = 1,
	APT_SOURCES_E_FORMAT,
};
/* Pure: takes a line off a .list file. */
must_check int apt_sources_next_line(struct span *text, struct apt_source *ret_source);
/* Pure: takes a stanza off a .sources file (deb822). */
must_check int apt_sources_next_stanza(struct span *text, struct apt_source *ret_source);

/* Takes a word off; commas part words too. False when there is none any more. */
bool apt_source_next_word(struct span *words, struct span *ret_word);

/*
 * The source is asked for lists of this component and architecture, both as in the names of files,
 * where "updates/main" is "updates_main"; component.p is NULL for an archive without any. Where no
 * architecture is named, each list that is there was asked for.
 */
bool apt_source_wants(
	const struct apt_source *source, struct span component, struct span architecture);

/* strutl.cc, StringToBool: "yes", "true", "with", "on", "enable" or a number but 0 */
bool apt_truth(struct span value);
