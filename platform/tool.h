/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one fixed tool: argv[0] is an absolute path, no shell, no environment but LC_ALL=C, no fd
 * but its own three (stderr is /dev/null), a time limit, an output cap.
 */
#pragma once

#include "base.h"

#include <sys/types.h>

#define TOOL_CPU_SECONDS_MAX 30	   /* where a tool says nothing else */
#define TOOL_CONFINED_FDS_MAX 16   /* enough for the dynamic loader */
#define TOOL_NOBODY ((uid_t)65534) /* the kernel's own overflow id: owns nothing on any system */

struct tool {
	const char *const *argv; /* ends with NULL; static text, never something that was read */
	int input;		 /* its standard input, borrowed; -1 for /dev/null */
	int64_t timeout_ms;	 /* from start to the end of its output */
	size_t output_max;
	/*
	 * For what reads bytes of strangers: it runs as nobody without supplementary groups when
	 * the caller is root, its environment is empty, its fds are few, its memory is bounded. It
	 * has to be a binary, not a script.
	 */
	bool confined;
	bool nobody;	 /* only that: as nobody when the caller is root, whatever else it may be */
	size_t file_max; /* bytes of each file it may write; 0: it only reads */
	unsigned cpu_seconds; /* of each process; 0: TOOL_CPU_SECONDS_MAX */
	size_t memory_max;    /* address space of a confined one; 0 for no bound */
};

enum tool_outcome {
	TOOL_E_ABSENT = 1, /* no such program */
	TOOL_E_FAILED,	   /* it ended with a status other than 0, or by a signal */
	TOOL_E_TIMEOUT,	   /* it was ended after the time limit */
	TOOL_E_LIMIT,	   /* it was ended when its output went past the cap */
};

struct tool_child {
	pid_t pid; /* 0 when none runs */
	int output;
	int64_t deadline_ms; /* CLOCK_MONOTONIC */
	size_t left;	     /* bytes of output still allowed */
	int status;	     /* what it exited with, once it did; -1 for a signal */
};

must_check int tool_start(const struct tool *tool, struct tool_child *ret_child);
/*
 * Some bytes of output; 0 of them at its end, when the tool ended well. TOOL_E_*, -errno; waits no
 * longer than the time limit, neither for output nor for the tool's end.
 */
must_check int tool_read(struct tool_child *child, char *buf, size_t size, size_t *ret_n);
/* Ends it when it still runs. A zeroed child is fine. */
void tool_finish(struct tool_child *child);
/* The three in one: all of its output on the heap, terminated. */
must_check int tool_run(const struct tool *tool, char **ret_output, size_t *ret_len);
