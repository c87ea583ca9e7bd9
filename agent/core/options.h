/* SPDX-License-Identifier: Apache-2.0 */
/* caretakerd's command line. Each directory can be another, so that tests run several side by side.
 */
#pragma once

#include "base.h"

struct options {
	const char *state;
	const char *spool;
	const char *run;
	const char *data;
	const char *libexec;
	const char *root;
	bool debug;
};

enum options_outcome {
	OPTIONS_E_HELP = 1,
};
/* -EINVAL when it is to be explained */
must_check int options_parse(int argc, char **argv, struct options *ret_options);
extern const char options_usage[];
