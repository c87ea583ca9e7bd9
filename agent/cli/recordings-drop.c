/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings-drop.h"

#include "consent.h"
#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* The directory part of a name as it was typed, "~/" for the home; opened only to know it again */
static int dir_open(const struct left_overs *left, const char *typed, const char *slash)
{
	cleanup(str_finish) struct str path = {0};
	bool home = typed[0] == '~' && typed[1] == '/' && left->home;
	int r, fd;

	if (!slash) {
		r = str_appendf(&path, ".");
	} else if (home) {
		r = str_appendf(&path, "%s%.*s", left->home, (int)(slash - typed), typed + 1);
	} else {
		r = str_appendf(&path, "%.*s", (int)(slash - typed) + 1, typed);
	}
	if (r < 0) {
		return r;
	}
	fd = open(path.p, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * The row that a typed name means: the same directory and the same name in it. A link by another
 * name is none of the list, wherever it leads.
 */
static const struct recording *row_find(const struct left_overs *left, const char *typed)
{
	const char *slash = strrchr(typed, '/');
	const char *name = slash ? slash + 1 : typed;
	cleanup(fd_close) int dir = dir_open(left, typed, slash);
	struct stat st;

	if (dir < 0 || fstat(dir, &st) < 0) {
		return NULL;
	}
	vec_for_each (row, &left->list.rows) {
		if (row->in_dev == st.st_dev && row->in_ino == st.st_ino &&
			strcmp(row->path + row->dir + 1, name) == 0) {
			return row;
		}
	}
	return NULL;
}

static bool named_before(const struct recording *const *rows, size_t n, const struct recording *row)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i] == row) {
			return true;
		}
	}
	return false;
}

/* Shows what would go, so that the question can be answered. */
static enum cli_exit agree(const struct cli *cli, const struct left_overs *left,
	const struct recording **rows, size_t n)
{
	for (size_t i = 0; i < n && !cli->options.yes; i++) {
		cleanup(str_finish) struct str name = {0};

		if (recordings_name(left, (size_t)(rows[i] - left->list.rows.items), &name) == 0) {
			cli_notice(cli, "cli.recordings.going", {"path", name.p});
		}
	}
	return consent_ask(cli, "cli.recordings.ask");
}

static enum cli_exit delete_all(const struct cli *cli, const struct personal_place *place,
	const struct recording **rows, size_t n, size_t *deleted)
{
	enum cli_exit code = CLI_EXIT_PASS;

	for (size_t i = 0; i < n; i++) {
		int r = recordings_delete(place, rows[i]);

		if (r == 0) {
			++*deleted;
			continue;
		}
		code = cli_complain(cli, CLI_EXIT_ERROR, "cli.error.recordings.delete",
			{"path", rows[i]->path},
			{"reason", r < 0 ? strerror(-r)
					 : text_get(cli->texts, "cli.recordings.changed")});
	}
	return code;
}

enum cli_exit recordings_drop(const struct cli *cli, const struct personal_place *place,
	const struct left_overs *left, size_t *ret_deleted)
{
	const struct recording *rows[OPTIONS_OPERANDS_MAX];
	size_t n = 0, deleted = 0;
	enum cli_exit code;

	for (size_t i = 0; i < cli->options.n_operands; i++) {
		const struct recording *row = row_find(left, cli->options.operands[i]);

		if (!row) {
			return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.recording",
				{"path", cli->options.operands[i]});
		}
		if (!named_before(rows, n, row)) {
			rows[n++] = row;
		}
	}
	code = agree(cli, left, rows, n);
	if (code == CLI_EXIT_PASS) {
		code = delete_all(cli, place, rows, n, &deleted);
	}
	*ret_deleted = deleted;
	return code;
}
