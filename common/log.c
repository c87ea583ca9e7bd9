/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"
#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOG_LINE_MAX 1024
#define LOG_PROGRAM_MAX 32

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG };

/* The one state of the tree outside a main: a failing library has no context to log through. */
static struct {
	char program[LOG_PROGRAM_MAX];
	bool debug;
	bool journal;
} log_state = {.program = "caretaker"};

/* The journal listens at a socket (systemd.exec(5), StandardError=). */
static bool is_journal(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

void log_open(const char *program, bool debug)
{
	snprintf(log_state.program, sizeof(log_state.program), "%s", program);
	log_state.debug = debug;
	log_state.journal = is_journal(STDERR_FILENO);
}

static printf_like(2, 0) void log_line(enum log_level level, const char *fmt, va_list args)
{
	char text[LOG_LINE_MAX];
	cleanup(str_finish) struct str line = {.max = LOG_LINE_MAX * 2};
	int saved = errno, n, r;
	ssize_t written;

	n = vsnprintf(text, sizeof(text), fmt, args);
	if (n < 0) {
		return;
	}
	n = n < (int)sizeof(text) ? n : (int)sizeof(text) - 1;
	r = log_state.journal ? str_appendf(&line, "<%d>%s: ", level, log_state.program)
			      : str_appendf(&line, "%s: ", log_state.program);
	if (r == 0) {
		r = str_append_printable(&line, (struct span){text, (size_t)n});
	}
	if (r == 0) {
		r = str_append_char(&line, '\n');
	}
	if (r == 0) {
		written = write(STDERR_FILENO, line.p, line.len);
		(void)written; /* nowhere is left to say so */
	}
	errno = saved;
}

void log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(LOG_LEVEL_ERROR, fmt, args);
	va_end(args);
}

void log_warning(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(LOG_LEVEL_WARNING, fmt, args);
	va_end(args);
}

void log_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line(LOG_LEVEL_INFO, fmt, args);
	va_end(args);
}

void log_debug(const char *fmt, ...)
{
	va_list args;

	if (!log_state.debug) {
		return;
	}
	va_start(args, fmt);
	log_line(LOG_LEVEL_DEBUG, fmt, args);
	va_end(args);
}

bool log_limit_allows(struct log_limit *limit, int64_t boot_ms)
{
	if (limit->used == 0 || boot_ms - limit->started_ms >= limit->window_ms) {
		limit->started_ms = boot_ms;
		limit->used = 0;
	}
	if (limit->used < limit->burst) {
		limit->used++;
		return true;
	}
	limit->dropped++;
	return false;
}
