/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch: what camera and microphone do, as it happens, for whoever sits at the device. Nothing of
 * it is kept, here or in caretakerd.
 */
#include "ask.h"
#include "watch-show.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

/* How long something has been on is drawn anew so often, while anything is on */
#define REDRAW_MS 20000

struct watching {
	const struct cli *cli;
	struct term term; /* of now: its window may change */
	struct watch_view view;
	bool any;    /* view holds an answer */
	size_t rows; /* of the terminal that the last drawing took */
};

static int signals_open(int *ret_fd)
{
	sigset_t wanted;
	int fd;

	if (sigemptyset(&wanted) < 0 || sigaddset(&wanted, SIGINT) < 0 ||
		sigaddset(&wanted, SIGTERM) < 0 || sigaddset(&wanted, SIGWINCH) < 0 ||
		sigprocmask(SIG_BLOCK, &wanted, NULL) < 0) {
		return -errno;
	}
	fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0) {
		return -errno;
	}
	*ret_fd = fd;
	return 0;
}

static size_t rows_of(const char *text)
{
	size_t rows = 0;

	for (; *text; text++) {
		rows += *text == '\n';
	}
	return rows;
}

static enum cli_exit page_out(const struct watching *watching, struct page *page)
{
	enum cli_exit code = cli_show(watching->cli, page, CLI_EXIT_PASS);

	return code == CLI_EXIT_PASS && fflush(watching->cli->out) != 0
		       ? cli_complain_errno(watching->cli, "cli.do.write", -errno)
		       : code;
}

/* Over what was drawn before; rows are counted as the page was laid out, so that no line wraps. */
static enum cli_exit draw(struct watching *watching)
{
	struct page page;

	cli_page(watching->cli, &page);
	page.term = &watching->term;
	watch_show_all(&page, &watching->view, clock_read().boot_ms);
	if (watching->rows > 0) {
		(void)fprintf(watching->cli->out, "\033[%zuF\033[J", watching->rows);
	}
	watching->rows = page.out.p ? rows_of(page.out.p) : 0;
	return page_out(watching, &page);
}

static enum cli_exit show(
	struct watching *watching, const struct watch_view *view, struct json_object *reply)
{
	const struct cli *cli = watching->cli;
	struct watch_view before = watching->view;
	struct page page;

	watching->view = *view;
	if (cli->options.json) {
		const char *text = json_object_to_json_string_ext(reply, JSON_C_TO_STRING_PLAIN);

		return text && fprintf(cli->out, "%s\n", text) > 0 && fflush(cli->out) == 0
			       ? CLI_EXIT_PASS
			       : cli_complain_errno(cli, "cli.do.write", -errno);
	}
	if (watching->term.moves) {
		return draw(watching);
	}
	cli_page(cli, &page);
	watch_show_changes(&page, view, watching->any ? &before : NULL);
	return page_out(watching, &page);
}

static enum cli_exit take(struct watching *watching, int fd)
{
	cleanup(json_put) struct json_object *reply = NULL;
	const struct service_call call = {.socket = ask_socket(watching->cli)};
	struct service_refusal refusal = {0};
	struct json_error error = {0};
	struct watch_view view;
	enum cli_exit code;
	bool done = false;
	int r = service_take(fd, &call, &refusal, &reply, &done);

	if (r != 0) {
		return ask_complain_outcome(watching->cli, r, &refusal);
	}
	if (!done) {
		return CLI_EXIT_PASS;
	}
	if (watch_view_read(reply, clock_read().boot_ms, &view, &error) != 0) {
		return ask_complain_answer(watching->cli, &error);
	}
	code = show(watching, &view, reply);
	watching->any = true;
	return code;
}

/* Whether it is over */
static bool take_signals(struct watching *watching, int fd)
{
	struct signalfd_siginfo info;
	bool over = false;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		over = over || info.ssi_signo != SIGWINCH;
		if (info.ssi_signo == SIGWINCH) {
			term_look_again(fileno(watching->cli->out), &watching->term);
		}
	}
	return over;
}

static enum cli_exit follow(struct watching *watching, int fd, int signals)
{
	enum cli_exit code = CLI_EXIT_PASS;

	while (code == CLI_EXIT_PASS) {
		struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
			{.fd = signals, .events = POLLIN}, {.fd = fileno(watching->cli->out)}};
		bool live = watching->term.moves && watching->any && !watching->cli->options.json;
		int n = poll(fds, ARRAY_LEN(fds), live && watching->view.len > 0 ? REDRAW_MS : -1);

		if (n < 0 && errno != EINTR) {
			return cli_complain_errno(watching->cli, "cli.do.ask", -errno);
		}
		if (n > 0 && fds[1].revents && take_signals(watching, signals)) {
			return CLI_EXIT_PASS;
		}
		if (n > 0 && fds[2].revents) {
			return CLI_EXIT_PASS; /* whoever read along has gone */
		}
		if (n > 0 && fds[0].revents) {
			code = take(watching, fd);
		} else if (live) {
			code = draw(watching);
		}
	}
	return code;
}

static struct json_object *request_make(void)
{
	struct json_object *request = service_request("media");

	if (request && json_object_object_add(request, "follow", json_object_new_boolean(true))) {
		json_put(&request);
	}
	return request;
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(json_put) struct json_object *request = request_make();
	cleanup(fd_close) int fd = -1;
	cleanup(fd_close) int signals = -1;
	struct watching watching = {.cli = cli, .term = cli->term};
	int r = request ? service_connect(ask_socket(cli), &fd) : -ENOMEM;

	if (r == 0) {
		r = signals_open(&signals);
	}
	if (r == 0) {
		r = service_send(fd, request);
	}
	return r == 0 ? follow(&watching, fd, signals)
		      : ask_complain_outcome(cli, r, &(struct service_refusal){.code = ""});
}

const struct cli_command command_watch = {
	.name = "watch",
	.run = run,
	.help = "cli.command.watch",
	.operands = "",
	.options = OPTION_JSON,
};
