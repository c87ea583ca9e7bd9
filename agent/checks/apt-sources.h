/* SPDX-License-Identifier: Apache-2.0 */
/* Where apt takes packages from (sources.list(5)). */
#pragma once

#include "base.h"
#include "str.h"

#define APT_SOURCES_FILE_MAX ((size_t)1 << 20)

struct apt_source {
	bool enabled;
	bool forced; /* trusted, or allowed to be unsigned, by its own word */
};
enum apt_sources_outcome {
	APT_SOURCES_E_END = 1,
	APT_SOURCES_E_FORMAT,
};
/* Pure: takes a line off a .list file. */
must_check int apt_sources_next_line(struct span *text, struct apt_source *ret_source);
/* Pure: takes a stanza off a .sources file (deb822). */
must_check int apt_sources_next_stanza(struct span *text, struct apt_source *ret_source);

/* strutl.cc, StringToBool: "yes", "true", "with", "on", "enable" or a number but 0 */
bool apt_truth(struct span value);
