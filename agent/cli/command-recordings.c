/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recordings: what meetings left behind on this computer, for its owner's eyes, read and deleted
 * with nothing but their own rights. caretakerd is not asked, and nothing of it is kept or sent.
 */
#include "fd.h"
#include "recordings-drop.h"
#include "recordings-show.h"
#include "recordings.h"

#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

static void left_overs_finish(struct left_overs *left)
{
	recordings_finish(&left->list);
	free(left->crypts);
}

static int crypts_fill(const struct sysroot *root, struct left_overs *left)
{
	cleanup(mount_table_finish) struct mount_table table = {.text = NULL};
	size_t n = left->list.rows.len;
	int r;

	left->crypts = calloc(n + 1, sizeof(*left->crypts));
	if (!left->crypts) {
		return -ENOMEM;
	}
	r = mount_crypt_table(root, &table);
	for (size_t i = 0; i < n; i++) {
		int64_t device = left->list.rows.items[i].device;
		int found = r == 0 && device >= 0 ? recordings_device_crypt(
							    root, &table, device, &left->crypts[i])
						  : 1;

		if (found == -ENOMEM) {
			return found;
		}
		if (found != 0) {
			left->crypts[i] = BLOCK_CRYPT_UNKNOWN;
		}
	}
	return r == -ENOMEM ? r : 0;
}

static enum cli_exit look(
	const struct cli *cli, const struct personal_place *place, struct left_overs *left)
{
	int r = recordings_list(place, &left->list);

	if (r == 0) {
		r = crypts_fill(place->root, left);
	}
	if (r == RECORDINGS_E_HOME) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.recordings.home");
	}
	return r == 0 ? CLI_EXIT_PASS : cli_complain_errno(cli, "cli.do.look-recordings", r);
}

static enum cli_exit list_show(const struct cli *cli, const struct left_overs *left, size_t deleted)
{
	enum cli_exit code =
		left->list.rows.len > 0 || left->list.unseen ? CLI_EXIT_FINDINGS : CLI_EXIT_PASS;
	cleanup(json_put) struct json_object *json = NULL;
	cleanup(str_finish) struct str gone = {0};
	struct page page;
	int r;

	if (cli->options.json) {
		r = recordings_json(left, deleted, cli->now.wall_s, &json);
		return r < 0 ? cli_complain_errno(cli, "cli.do.write", r)
			     : cli_show_json(cli, json, code);
	}
	cli_page(cli, &page);
	if (deleted > 0) {
		page_count(&page, "cli.recordings.deleted", deleted, &gone);
		page_put(&page, PAGE_BLOCK(.text = gone.p));
		page_text(&page, PAGE_BLOCK(0), "cli.recordings.deleted.elsewhere");
		page_gap(&page);
	}
	recordings_page(&page, left, cli->now.wall_s);
	return cli_show(cli, &page, code);
}

/* Looks again after deleting: what is said to be left is what is left. */
static enum cli_exit drop(const struct cli *cli, const struct personal_place *place,
	const struct left_overs *before, const char *home)
{
	cleanup(left_overs_finish) struct left_overs after = {.home = home};
	size_t deleted = 0;
	enum cli_exit code = recordings_drop(cli, place, before, &deleted), shown;

	if (code != CLI_EXIT_PASS && deleted == 0) {
		return code;
	}
	shown = look(cli, place, &after);
	if (shown == CLI_EXIT_PASS) {
		shown = list_show(cli, &after, deleted);
	}
	return code == CLI_EXIT_PASS ? shown : code;
}

/* The home that programs of this person use; only one that is theirs */
static int home_open(const struct cli *cli, char real[PATH_MAX], int *ret_fd)
{
	const char *path = cli->home;
	cleanup(fd_close) int fd = -1;
	char link[32];
	struct stat st;
	ssize_t len;

	if (!path || path[0] != '/') {
		const struct passwd *entry = getpwuid(geteuid());

		path = entry ? entry->pw_dir : NULL;
	}
	fd = path ? fd_open_dir(AT_FDCWD, path) : -ENOENT;
	if (fd < 0) {
		return fd;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, real, PATH_MAX - 1);
	if (fstat(fd, &st) < 0 || st.st_uid != geteuid() || len <= 0) {
		return -EACCES;
	}
	real[len] = '\0';
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static enum cli_exit run(struct cli *cli)
{
	cleanup(left_overs_finish) struct left_overs left = {.home = NULL};
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	cleanup(fd_close) int home = -1;
	struct personal_place place = {.root = &root, .uid = geteuid(), .now_s = cli->now.wall_s};
	char real[PATH_MAX];
	enum cli_exit code;

	if (geteuid() == 0 || getuid() != geteuid()) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.recordings-root");
	}
	if (cli->options.delete_files != (cli->options.n_operands > 0)) {
		return cli_complain(cli, CLI_EXIT_USAGE, "cli.usage.recordings-delete");
	}
	if (sysroot_open("/", true, &root) != 0 || home_open(cli, real, &home) != 0) {
		return cli_complain(cli, CLI_EXIT_ERROR, "cli.error.recordings.home");
	}
	place.home = home;
	left.home = real;
	code = look(cli, &place, &left);
	if (code != CLI_EXIT_PASS) {
		return code;
	}
	return cli->options.delete_files ? drop(cli, &place, &left, real)
					 : list_show(cli, &left, 0);
}

const struct cli_command command_recordings = {
	.name = "recordings",
	.run = run,
	.help = "cli.command.recordings",
	.operands = "[FILE...]",
	.operands_max = OPTIONS_OPERANDS_MAX,
	.options = OPTION_DELETE | OPTION_JSON | OPTION_YES,
};
