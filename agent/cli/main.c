/* SPDX-License-Identifier: Apache-2.0 */
/* caretaker: the command line. The only file of it that reads the environment. */
#include "cli.h"

#include "config.h"
#include "fd.h"
#include "help.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

/* How every enrolment string begins (common/enrol.h). */
#define SECRET_PREFIX "caretaker1."

static int texts_open(const char *datadir, struct text_catalogue **ret_texts)
{
	cleanup(str_finish) struct str path = {0};
	cleanup(fd_close) int dir = -1;
	int r = str_appendf(&path, "%s/texts", datadir);

	if (r < 0) {
		return r;
	}
	dir = fd_open_dir(AT_FDCWD, path.p);
	return dir < 0 ? dir : text_open(dir, setlocale(LC_MESSAGES, NULL), ret_texts);
}

/* The data directory, which texts come from, must be known before anything can be said. */
static const char *datadir_find(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--data=", 7) == 0) {
			return argv[i] + 7;
		}
		if (strcmp(argv[i], "--data") == 0 && i + 1 < argc) {
			return argv[i + 1];
		}
	}
	return CARETAKER_DATADIR;
}

static enum cli_exit options_complain(const struct cli *cli, int outcome, const char *where)
{
	static const char *const keys[] = {
		[OPTIONS_E_UNKNOWN] = "cli.usage.option",
		[OPTIONS_E_VALUE] = "cli.usage.value",
		[OPTIONS_E_TWICE] = "cli.usage.twice",
		[OPTIONS_E_MANY] = "cli.usage.many",
	};

	cleanup(str_finish) struct str name = {0};

	/* A value may be a secret: it is not repeated. */
	if (str_append(&name, where, strcspn(where, "=")) < 0) {
		return cli_complain_errno(cli, "cli.do.write", -ENOMEM);
	}
	return cli_complain(cli, CLI_EXIT_USAGE, keys[outcome], {"where", name.p});
}

static enum cli_exit misfit_complain(const struct cli *cli, const struct cli_command *command)
{
	unsigned allowed = command->options | OPTIONS_COMMON;

	for (size_t i = 0; i < options_table_len; i++) {
		if (cli->options.given & options_table[i].bit & ~allowed) {
			return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.misfit",
				{"command", command->name}, {"option", options_table[i].name});
		}
	}
	if (cli->options.n_operands < command->operands_min) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.few",
			{"command", command->name}, {"operands", command->operands});
	}
	if (cli->options.n_operands > command->operands_max) {
		/* A secret may stand there by mistake: it is not repeated. */
		return cli_complain(cli, CLI_EXIT_USAGE,
			command == &command_enrol ? "cli.usage.secret" : "cli.usage.surplus",
			{"command", command->name});
	}
	return CLI_EXIT_PASS;
}

static enum cli_exit overview_show(struct cli *cli)
{
	struct page page;

	cli_page(cli, &page);
	help_overview(&page);
	return cli_show(cli, &page, CLI_EXIT_PASS);
}

static enum cli_exit command_run(struct cli *cli)
{
	const struct cli_command *command;
	enum cli_exit code;
	struct page page;

	if (cli->options.command == NULL) {
		if (cli->options.version) {
			return command_version.run(cli);
		}
		return cli->options.help ? overview_show(cli)
					 : cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.none");
	}
	command = cli_command_find(cli->options.command);
	if (command == NULL && span_starts(span_z(cli->options.command), SECRET_PREFIX)) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.secret");
	}
	if (command == NULL) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.command",
			{"command", cli->options.command});
	}
	if (cli->options.help) {
		cli_page(cli, &page);
		help_command(&page, command);
		return cli_show(cli, &page, CLI_EXIT_PASS);
	}
	code = misfit_complain(cli, command);
	return code == CLI_EXIT_PASS ? command->run(cli) : code;
}

int main(int argc, char **argv)
{
	cleanup(text_free_p) struct text_catalogue *texts = NULL;
	struct cli cli = {.in = stdin, .out = stdout, .err = stderr, .now = clock_read()};
	const char *where = "";
	int r;

	cli.home = getenv("HOME");
	signal(SIGPIPE, SIG_IGN);
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	r = texts_open(datadir_find(argc, argv), &texts);
	if (r != 0) {
		fprintf(stderr, "caretaker: could not read texts below %s: %s\n",
			datadir_find(argc, argv), strerror(r < 0 ? -r : EINVAL));
		return CLI_EXIT_ERROR;
	}
	cli.texts = texts;
	term_look(STDOUT_FILENO,
		&(struct term_environment){
			.no_color = getenv("NO_COLOR"),
			.term = getenv("TERM"),
			.codeset = nl_langinfo(CODESET),
		},
		&cli.term);
	r = options_parse(argc, argv, &cli.options, &where);
	return r != 0 ? options_complain(&cli, r, where) : command_run(&cli);
}
