/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: what every command is given, and the table of them.
 *
 * A command returns its exit code and has said on stderr why when that is CLI_EXIT_ERROR or
 * CLI_EXIT_USAGE. Exit codes never depend on how much is printed.
 */
#pragma once

#include "base.h"
#include "clock.h"
#include "json.h"
#include "options.h"
#include "page.h"
#include "term.h"
#include "text.h"

#include <stdio.h>

enum cli_exit {
	CLI_EXIT_PASS = 0,
	CLI_EXIT_ERROR = 1,
	CLI_EXIT_FINDINGS = 2, /* something fails, or could not be seen: not everything passes */
	CLI_EXIT_USAGE = 64,   /* EX_USAGE of sysexits(3) */
};

struct cli {
	struct text_catalogue *texts; /* owned by main */
	struct term term;	      /* of stdout */
	struct options options;
	struct clock_now now;
	FILE *in;
	FILE *out;
	FILE *err;
	const char *home; /* of whoever runs this, as their programs know it; NULL or empty */
};

struct cli_command {
	const char *name;
	enum cli_exit (*run)(struct cli *cli);
	const char *help;     /* text key */
	const char *operands; /* as the synopsis shows them, "" for none */
	size_t operands_min;
	size_t operands_max;
	unsigned options; /* OPTION_* */
};

/* In the order in which help shows them. */
extern const struct cli_command *const cli_commands[];
extern const size_t cli_commands_len;
const struct cli_command *cli_command_find(const char *name); /* NULL */

extern const struct cli_command command_status;
extern const struct cli_command command_audit;
extern const struct cli_command command_explain;
extern const struct cli_command command_enforce;
extern const struct cli_command command_confirm;
extern const struct cli_command command_undo;
extern const struct cli_command command_consent;
extern const struct cli_command command_exempt;
extern const struct cli_command command_enrol;
extern const struct cli_command command_leave;
extern const struct cli_command command_preview;
extern const struct cli_command command_send;
extern const struct cli_command command_sent;
extern const struct cli_command command_watch;
extern const struct cli_command command_camera;
extern const struct cli_command command_microphone;
extern const struct cli_command command_recordings;
extern const struct cli_command command_catalog;
extern const struct cli_command command_doctor;
extern const struct cli_command command_version;
extern const struct cli_command command_help;

/* "caretaker: " and the text, on stderr, safe to print. Returns code. */
enum cli_exit cli_complain_args(const struct cli *cli, enum cli_exit code, const char *key,
	const struct text_arg *args, size_t n);
#define cli_complain(cli, code, key, ...) \
	cli_complain_args(cli, code, key, TEXT_ARGS(__VA_ARGS__), TEXT_ARGS_LEN(__VA_ARGS__))
/* A notice on stderr, in the same shape. */
#define cli_notice(cli, key, ...) \
	(void)cli_complain_args(  \
		cli, CLI_EXIT_PASS, key, TEXT_ARGS(__VA_ARGS__), TEXT_ARGS_LEN(__VA_ARGS__))
/* "could not DO: reason of -error"; what is a text key */
enum cli_exit cli_complain_errno(const struct cli *cli, const char *what, int error);

/* A page for stdout. */
void cli_page(const struct cli *cli, struct page *ret_page);
/* Writes the page out and finishes it; code, or CLI_EXIT_ERROR when it could not be written. */
enum cli_exit cli_show(const struct cli *cli, struct page *page, enum cli_exit code);
/* Pretty JSON and a newline on stdout; code, or CLI_EXIT_ERROR. */
enum cli_exit cli_show_json(const struct cli *cli, struct json_object *object, enum cli_exit code);
/* These bytes, unchanged. */
enum cli_exit cli_show_bytes(const struct cli *cli, struct span bytes, enum cli_exit code);
