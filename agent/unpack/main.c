/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"
#include "unpack.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#define EXIT_ERROR 1

/*
 * All it needs is open: from here on no file, no socket and no process can be made, whatever the
 * bytes make a decoder do. Memory is bounded by who starts it.
 */
static int close_up(void)
{
	static const int none_of[] = {RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_NPROC};
	static const struct rlimit none;

	/* Started through an fd, it would be called by the number of that. */
	if (prctl(PR_SET_NAME, "caretaker-unpac") < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		return -errno;
	}
	for (size_t i = 0; i < ARRAY_LEN(none_of); i++) {
		if (setrlimit((__rlimit_resource_t)none_of[i], &none) < 0) {
			return -errno;
		}
	}
	return 0;
}

static int input_read(void *data, void *buf, size_t size, size_t *ret_n)
{
	ssize_t n;

	(void)data;
	do {
		n = read(STDIN_FILENO, buf, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	*ret_n = (size_t)n;
	return 0;
}

static int output_write(void *data, const void *bytes, size_t len)
{
	(void)data;
	return fd_write_all(STDOUT_FILENO, bytes, len);
}

int main(int argc, char **argv)
{
	static const struct unpack_pipe pipe = {
		.read = input_read,
		.write = output_write,
		.output_max = UNPACK_OUTPUT_MAX,
	};
	int r;

	(void)argv;
	r = argc == 1 ? close_up() : -EINVAL;
	if (r == 0) {
		r = unpack_run(&pipe);
	}
	if (r == -ENOMEM) {
		r = UNPACK_E_LIMIT;
	}
	/* Nothing is left to flush, and nothing to run that could open a file. */
	_exit(r < 0 ? EXIT_ERROR : r);
}
