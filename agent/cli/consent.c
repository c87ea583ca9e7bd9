/* SPDX-License-Identifier: Apache-2.0 */
#include "consent.h"

#include "enrol.h"
#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>

static bool at_terminal(const struct cli *cli)
{
	return isatty(fileno(cli->in)) == 1;
}

static void prompt(const struct cli *cli, const char *key)
{
	fprintf(cli->err, "%s ", text_get(cli->texts, key));
	fflush(cli->err);
}

enum cli_exit consent_ask(const struct cli *cli, const char *question)
{
	char answer[CONSENT_ANSWER_MAX] = "";
	struct span word;

	if (cli->options.yes) {
		return CLI_EXIT_PASS;
	}
	if (!at_terminal(cli)) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.yes");
	}
	prompt(cli, question);
	if (fgets(answer, sizeof(answer), cli->in) == NULL) {
		answer[0] = '\0';
	}
	answer[strcspn(answer, "\n")] = '\0';
	word = span_trim(span_z(answer));
	if (span_eq(word, text_get(cli->texts, "cli.yes")) ||
		span_eq(word, text_get(cli->texts, "cli.yes.short"))) {
		return CLI_EXIT_PASS;
	}
	return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.not-agreed");
}

static int hidden_line_read(const struct cli *cli, char *line, size_t size)
{
	struct termios shown, hidden;
	int fd = fileno(cli->in);
	int r = 0;

	if (tcgetattr(fd, &shown) != 0) {
		return -errno;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(fd, TCSAFLUSH, &hidden) != 0) {
		return -errno;
	}
	prompt(cli, "cli.enrol.prompt"); /* only now: what is typed before would be thrown away */
	if (fgets(line, (int)size, cli->in) == NULL) {
		r = -ENODATA;
	}
	if (tcsetattr(fd, TCSADRAIN, &shown) != 0 && r == 0) {
		r = -errno;
	}
	fputc('\n', cli->err);
	return r;
}

/* ret is terminated; -ENODATA for nothing, -E2BIG for more than one string can be */
static int stdin_read(const struct cli *cli, char *line, size_t size)
{
	int r = 0;

	if (at_terminal(cli)) {
		r = hidden_line_read(cli, line, size);
	} else if (fgets(line, (int)size, cli->in) == NULL) {
		r = -ENODATA;
	}
	if (r == 0 && strlen(line) == size - 1 && line[size - 2] != '\n') {
		r = -E2BIG;
	}
	return r;
}

static int file_read(const char *path, char *line, size_t size)
{
	const char *slash = strrchr(path, '/');
	cleanup(free_ptr) char *dir =
		slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = -1;
	size_t len;
	int r;

	if (dir == NULL) {
		return -ENOMEM;
	}
	fd = fd_open_dir(AT_FDCWD, dir);
	if (fd < 0) {
		return fd;
	}
	r = fd_read_regular(fd, slash ? slash + 1 : path, size - 1, &bytes, &len);
	if (r == FD_E_MISSING) {
		return -ENOENT;
	}
	if (r != 0) {
		return r == FD_E_TOO_LARGE ? -E2BIG : r < 0 ? r : -EINVAL;
	}
	memcpy(line, bytes, len);
	line[len] = '\0';
	explicit_bzero(bytes, len);
	return strlen(line) == len ? 0 : -EINVAL;
}

enum cli_exit consent_secret_read(const struct cli *cli, char **ret_secret)
{
	char line[ENROL_TEXT_MAX + 3] = ""; /* and CR, LF, NUL */
	const char *path = cli->options.token_file;
	int r = path ? file_read(path, line, sizeof(line)) : stdin_read(cli, line, sizeof(line));
	struct span text;
	char *secret = NULL;

	if (r == 0) {
		line[strcspn(line, "\r\n")] = '\0';
		text = span_trim(span_z(line));
		secret = span_dup(text);
		r = secret == NULL ? -ENOMEM : text.len == 0 ? -ENODATA : 0;
	}
	explicit_bzero(line, sizeof(line));
	if (r < 0) {
		free(secret);
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.token",
			{"where", path ? path : text_get(cli->texts, "cli.stdin")},
			{"reason", strerror(-r)});
	}
	*ret_secret = secret;
	return CLI_EXIT_PASS;
}

void consent_secret_free_p(char **secret)
{
	if (*secret != NULL) {
		explicit_bzero(*secret, strlen(*secret));
		free(*secret);
		*secret = NULL;
	}
}
