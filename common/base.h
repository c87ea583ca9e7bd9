/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes and ownership helpers that every file uses.
 *
 * Error convention of the whole tree: a function returns a negative errno for what it did not
 * expect, 0 when done, and a positive MODULE_E_* for an outcome its header documents and its
 * caller handles. Outputs come last, are named ret_x, and are written only on success.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define must_check __attribute__((warn_unused_result))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))
#define cleanup(fn) __attribute__((cleanup(fn)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Hands a pointer or an fd over to the caller: the variable's own cleanup then does nothing. */
#define TAKE_PTR(p)                         \
	({                                  \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})
#define TAKE_FD(fd)                \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})

/* cleanup(free_ptr) on any heap pointer */
static inline void free_ptr(void *p)
{
	free(*(void **)p);
}

/* cleanup(fd_close) on an int fd; -1 is fine */
static inline void fd_close(const int *fd)
{
	if (*fd >= 0) {
		int saved = errno;

		close(*fd);
		errno = saved;
	}
}

/* Bytes that come from outside: not terminated, not validated. The memory belongs to its maker. */
struct span {
	const char *p;
	size_t len;
};
