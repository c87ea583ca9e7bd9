/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "config.h"

#include <getopt.h>

const char options_usage[] =
	"usage: caretakerd [--state DIR] [--spool DIR] [--run DIR] [--data DIR]"
	" [--libexec DIR] [--root DIR] [--debug]\n";

int options_parse(int argc, char **argv, struct options *ret_options)
{
	static const struct option rows[] = {
		{"data", required_argument, NULL, 'd'},
		{"debug", no_argument, NULL, 'g'},
		{"help", no_argument, NULL, 'h'},
		{"libexec", required_argument, NULL, 'l'},
		{"root", required_argument, NULL, 'o'},
		{"run", required_argument, NULL, 'r'},
		{"spool", required_argument, NULL, 'p'},
		{"state", required_argument, NULL, 's'},
		{0},
	};
	struct options options = {
		.state = CARETAKER_STATEDIR,
		.spool = CARETAKER_SPOOLDIR,
		.run = CARETAKER_RUNDIR,
		.data = CARETAKER_DATADIR,
		.libexec = CARETAKER_LIBEXECDIR,
		.root = "/",
	};
	const struct {
		int letter;
		const char **value;
	} texts[] = {
		{'d', &options.data},
		{'l', &options.libexec},
		{'o', &options.root},
		{'r', &options.run},
		{'p', &options.spool},
		{'s', &options.state},
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "", rows, NULL)) != -1) {
		if (letter == 'h') {
			return OPTIONS_E_HELP;
		}
		if (letter == '?') {
			return -EINVAL;
		}
		options.debug = options.debug || letter == 'g';
		for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
			if (texts[i].letter == letter) {
				*texts[i].value = optarg;
			}
		}
	}
	if (optind != argc) {
		return -EINVAL;
	}
	*ret_options = options;
	return 0;
}
