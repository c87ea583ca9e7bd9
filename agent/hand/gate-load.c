/* SPDX-License-Identifier: Apache-2.0 */
#include "gate-load.h"

#include "tool.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define APPARMOR "sys/kernel/security/apparmor"
#define COMPILED "var/cache/apparmor"
/* Two of them fit into the time that caretakerd waits for an answer (HAND_TIMEOUT_MS). */
#define LOAD_TIMEOUT_MS 4500
#define OUTPUT_MAX ((size_t)4 << 10)

static int text_to_fd(const char *text, int *ret_fd)
{
	cleanup(fd_close) int fd = memfd_create("profile", MFD_CLOEXEC);
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = fd_write_all(fd, text, strlen(text));
	if (r < 0) {
		return r;
	}
	if (lseek(fd, 0, SEEK_SET) < 0) {
		return -errno;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* The text comes from this program, not from the file: nobody changes it on its way. */
static int load_text(const char *parser, const char *text)
{
	/* apparmor_parser(8): replace; no cache, which is for the start of the system; no children;
	 * and where apparmorfs is, since the list of mounts is hidden from caretaker-hand */
	const char *const argv[] = {parser, "-r", "-K", "-j0", "-f", "/" APPARMOR, NULL};
	cleanup(free_ptr) char *output = NULL;
	cleanup(fd_close) int fd = -1;
	size_t len = 0;
	int r = text_to_fd(text, &fd);

	if (r == 0) {
		const struct tool tool = {.argv = argv,
			.input = fd,
			.timeout_ms = LOAD_TIMEOUT_MS,
			.output_max = OUTPUT_MAX};

		r = tool_run(&tool, &output, &len);
	}
	return r;
}

int gate_load(const char *const *parsers, const struct gate *gate, enum gate_mode mode,
	enum gate_dialect *ret_dialect)
{
	int r = TOOL_E_ABSENT;

	for (; *parsers; parsers++) {
		for (size_t i = 0; i < GATE_DIALECT_COUNT; i++) {
			r = load_text(*parsers, gate->texts[i][mode]);
			if (r == 0) {
				*ret_dialect = (enum gate_dialect)i;
				return 0;
			}
			/* a rule that it does not know makes it give up before it loads anything */
			if (r != TOOL_E_FAILED) {
				break;
			}
		}
		if (r != TOOL_E_ABSENT) {
			break;
		}
	}
	if (r < 0) {
		return r;
	}
	return r == TOOL_E_ABSENT ? GATE_LOAD_E_NO_PARSER : GATE_LOAD_E_FAILED;
}

int gate_unload(const struct sysroot *root, const struct gate *gate)
{
	cleanup(fd_close) int dirfd = -1;
	cleanup(fd_close) int fd = -1;
	size_t len = strlen(gate->profile);
	int r = sysroot_open_dir(root, APPARMOR, &dirfd);

	if (r != 0) {
		return r == FD_E_MISSING ? 0 : r;
	}
	fd = openat(dirfd, ".remove", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return -errno;
	}
	/* one write is one profile (security/apparmor/apparmorfs.c, profile_remove) */
	if (write(fd, gate->profile, len) != (ssize_t)len) {
		return errno == ENOENT ? 0 : -errno;
	}
	return 0;
}

void gate_forget_compiled(const struct sysroot *root, const struct gate *gate)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	const char *name = strrchr(gate->path, '/') + 1;

	if (sysroot_list(root, COMPILED, &names) != 0) {
		return;
	}
	for (size_t i = 0; i < names.len; i++) {
		cleanup(fd_close) int dirfd = -1;
		char path[sizeof(COMPILED) + 256];

		/* one folder for each set of the kernel's features */
		(void)snprintf(path, sizeof(path), COMPILED "/%.255s", names.names[i]);
		if (sysroot_open_dir(root, path, &dirfd) == 0) {
			(void)unlinkat(dirfd, name, 0);
		}
	}
}
