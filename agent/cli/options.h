/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of the command line, by table. A secret is never an option: `ps` shows those to
 * everybody.
 */
#pragma once

#include "base.h"

#define OPTIONS_OPERANDS_MAX 64

enum {
	OPTION_DATA = 1 << 0,
	OPTION_DRY_RUN = 1 << 1,
	OPTION_HELP = 1 << 2,
	OPTION_JSON = 1 << 3,
	OPTION_ONLY = 1 << 4,
	OPTION_ROOT = 1 << 5,
	OPTION_SOCKET = 1 << 6,
	OPTION_TABLE = 1 << 7,
	OPTION_TOKEN_FILE = 1 << 8,
	OPTION_VERSION = 1 << 9,
	OPTION_YES = 1 << 10,
	OPTION_DELETE = 1 << 11,
	OPTION_ALL = 1 << 12,
	OPTION_END = 1 << 13,
	OPTION_FOR = 1 << 14,
	OPTION_FROM = 1 << 15,
	OPTION_PURPOSE = 1 << 16,
	OPTION_UNTIL = 1 << 17,
	OPTION_WITHDRAW = 1 << 18,
};
/* What every command takes. */
#define OPTIONS_COMMON (OPTION_DATA | OPTION_HELP | OPTION_SOCKET)

/* All strings point into argv. */
struct options {
	const char *data;
	const char *end;
	const char *from;
	const char *only;
	const char *persons; /* --for */
	const char *purpose;
	const char *root;
	const char *socket;
	const char *token_file;
	bool delete_files;
	const char *until;
	bool all;
	bool dry_run;
	bool help;
	bool json;
	bool table;
	bool version;
	bool withdraw;
	bool yes;
	unsigned given; /* OPTION_* */
	const char *command;
	const char *operands[OPTIONS_OPERANDS_MAX];
	size_t n_operands;
};

struct options_row {
	unsigned bit;
	const char *name;  /* without the dashes */
	const char *value; /* what the help calls its value; NULL for a switch */
	const char *help;  /* text key */
	size_t offset;
};
extern const struct options_row options_table[]; /* sorted by name */
extern const size_t options_table_len;

enum options_outcome {
	OPTIONS_E_UNKNOWN = 1, /* no such option */
	OPTIONS_E_VALUE,       /* a value is missing, empty, or given to a switch */
	OPTIONS_E_TWICE,       /* given twice */
	OPTIONS_E_MANY,	       /* more operands than any command takes */
};

/* ret_where: the argument that is wrong. The first operand is the command. "--" ends options. */
must_check int options_parse(
	int argc, char **argv, struct options *ret_options, const char **ret_where);
