/* SPDX-License-Identifier: Apache-2.0 */
#include "own-files.h"

#include "fd.h"
#include "tool.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define OUTPUT_MAX ((size_t)128 << 10)
#define READ_SIZE 4096

static bool ends_with(struct span line, const char *end)
{
	size_t len = strlen(end);

	return line.len > len && memcmp(line.p + line.len - len, end, len) == 0;
}

int own_files_count(struct span said, struct own_files *ret_files)
{
	struct own_files files = {0};

	while (said.len > 0) {
		const char *end = memchr(said.p, '\n', said.len);
		struct span line = {said.p, end ? (size_t)(end - said.p) : said.len};

		if (ends_with(line, ": OK")) {
			files.whole++;
		} else if (ends_with(line, ": FAILED") ||
			   ends_with(line, ": FAILED open or read")) {
			files.changed++;
		} else {
			return OWN_FILES_E_FORMAT;
		}
		said.p += line.len + (end != NULL);
		said.len -= line.len + (end != NULL);
	}
	*ret_files = files;
	return 0;
}

/* All that it says, also when it ends with the status of a file that differs. */
static int listen_to(const struct tool *tool, struct str *said)
{
	cleanup(tool_finish) struct tool_child child = {0};
	int r = tool_start(tool, &child);

	while (r == 0) {
		char buf[READ_SIZE];
		size_t n = 0;

		r = tool_read(&child, buf, sizeof(buf), &n);
		if (r == 0 && n == 0) {
			return 0;
		}
		if (r == 0) {
			r = str_append(said, buf, n);
		}
	}
	return r == TOOL_E_FAILED && child.status == 1 ? 0 : r;
}

static int outcome_of(int r)
{
	switch (r) {
	case TOOL_E_ABSENT:
	case TOOL_E_FAILED:
		return OWN_FILES_E_NO_TOOL;
	case TOOL_E_TIMEOUT:
	case TOOL_E_LIMIT:
		return OWN_FILES_E_LIMIT;
	default:
		return r;
	}
}

int own_files_look(const char *manifest, struct own_files *ret_files)
{
	static const char *const argv[] = {"/usr/bin/sha256sum", "--check", "--strict", "-", NULL};
	cleanup(fd_close) int list = open(manifest, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const struct tool tool = {
		.argv = argv,
		.input = list,
		.timeout_ms = OWN_FILES_TIMEOUT_MS,
		.output_max = OUTPUT_MAX,
		.confined = true,
	};
	cleanup(str_finish) struct str said = {.max = OUTPUT_MAX};
	struct own_files files = {0};
	struct stat st;
	int r;

	if (list < 0) {
		return errno == ENOENT ? OWN_FILES_E_ABSENT : -errno;
	}
	if (fstat(list, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		return OWN_FILES_E_ABSENT;
	}
	if ((size_t)st.st_size > OWN_FILES_MANIFEST_MAX) {
		return OWN_FILES_E_LIMIT;
	}
	r = listen_to(&tool, &said);
	if (r != 0) {
		return outcome_of(r);
	}
	r = own_files_count((struct span){said.p, said.len}, &files);
	if (r == 0 && files.whole + files.changed == 0) {
		r = OWN_FILES_E_FORMAT;
	}
	if (r == 0) {
		*ret_files = files;
	}
	return r;
}
