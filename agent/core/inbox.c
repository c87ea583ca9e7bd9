/* SPDX-License-Identifier: Apache-2.0 */
#include "inbox.h"

#include "clock.h"
#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define RUBBISH_WINDOW_MS 3600000
#define EVENTS_BYTES 4096

struct inbox {
	int dirfd;
	int inotify_fd;
	struct loop_source *events;
	struct loop_source *timer;
	inbox_fn fn;
	void *data;
	struct log_limit rubbish;
	size_t removed; /* in this pass */
};

static void tell_rubbish(struct inbox *inbox, const char *what)
{
	if (log_limit_allows(&inbox->rubbish, clock_read().boot_ms)) {
		log_warning("removed from the inbox: %s", what);
	}
}

/* A directory goes only when it is empty; one that does not go is left where it lies. */
static void remove_entry(struct inbox *inbox, const char *name)
{
	int r = unlinkat(inbox->dirfd, name, 0);

	if (r < 0 && errno == EISDIR) {
		r = unlinkat(inbox->dirfd, name, AT_REMOVEDIR);
	}
	inbox->removed += r == 0;
}

static int read_reply(struct inbox *inbox, const char *name, struct spool_reply *ret_reply)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r;

	r = fd_read_regular(inbox->dirfd, name, SPOOL_REPLY_MAX, &bytes, &len);
	if (r == 0) {
		r = spool_reply_parse((struct span){bytes, len}, ret_reply, NULL);
	}
	return r;
}

static int take_reply(struct inbox *inbox, const char *name, int64_t number)
{
	cleanup(spool_reply_finish) struct spool_reply reply = {0};
	int r = read_reply(inbox, name, &reply);

	if (r == -ENOMEM || r == FD_E_MISSING) {
		return 0;
	}
	remove_entry(inbox, name);
	switch (r) {
	case 0:
		return inbox->fn(number, &reply, inbox->data);
	case FD_E_NOT_REGULAR:
		tell_rubbish(inbox, "a reply that is no regular file");
		return 0;
	case FD_E_TOO_LARGE:
		tell_rubbish(inbox, "a reply that is too large");
		return 0;
	default:
		tell_rubbish(inbox, "a reply that is not in its format");
		return 0;
	}
}

/* ".NAME.PID.tmp" is a reply being written (fd_write_atomic) */
static bool is_temporary(int dirfd, const char *name)
{
	struct stat st;

	return name[0] == '.' && fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_size <= (off_t)SPOOL_REPLY_MAX;
}

static int take_entry(struct inbox *inbox, const char *name)
{
	int64_t number;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		return 0;
	}
	if (spool_reply_name_parse(span_z(name), &number) == 0) {
		return take_reply(inbox, name, number);
	}
	if (!is_temporary(inbox->dirfd, name)) {
		remove_entry(inbox, name);
		tell_rubbish(inbox, "a file of another kind");
	}
	return 0;
}

struct names {
	char (*text)[NAME_MAX + 1];
	size_t len;
};

/* Names first: the directory changes under our hands while entries are taken. */
static int read_names(int dirfd, struct names *names)
{
	int fd = fd_open_dir(dirfd, ".");
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		int r = fd < 0 ? fd : -errno;

		fd_close(&fd);
		return r;
	}
	while (names->len < INBOX_SCAN_MAX && (entry = readdir(dir))) {
		(void)snprintf(
			names->text[names->len], sizeof(names->text[0]), "%s", entry->d_name);
		names->len++;
	}
	(void)closedir(dir);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int scan(struct loop_source *source, void *data)
{
	cleanup(free_ptr) char(*text)[NAME_MAX + 1] = calloc(INBOX_SCAN_MAX, sizeof(*text));
	struct names names = {.text = text};
	struct inbox *inbox = data;
	int r;

	(void)source;
	if (!text) {
		return loop_timer_set(inbox->timer, INBOX_BUSY_MS);
	}
	r = read_names(inbox->dirfd, &names);
	if (r < 0) {
		tell_rubbish(inbox, strerror(-r));
		return 0;
	}
	inbox->removed = 0;
	qsort(names.text, names.len, sizeof(names.text[0]), compare_names);
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		r = take_entry(inbox, names.text[i]);
	}
	if (r == 0 && names.len == INBOX_SCAN_MAX && inbox->removed > 0) {
		r = loop_timer_set(inbox->timer, INBOX_BUSY_MS);
	}
	return r;
}

static int on_events(struct loop_source *source, uint32_t events, void *data)
{
	char bytes[EVENTS_BYTES] __attribute__((aligned(__alignof__(struct inotify_event))));
	struct inbox *inbox = data;

	(void)source;
	(void)events;
	/* What happened does not matter: the pass looks at everything. */
	while (read(inbox->inotify_fd, bytes, sizeof(bytes)) > 0) {
	}
	return loop_timer_set(inbox->timer, INBOX_SETTLE_MS);
}

static int start_watching(struct inbox *inbox, struct loop *loop)
{
	char path[32];

	inbox->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (inbox->inotify_fd < 0) {
		return -errno;
	}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", inbox->dirfd);
	if (inotify_add_watch(inbox->inotify_fd, path,
		    IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0) {
		return -errno;
	}
	return loop_add_fd(loop, inbox->inotify_fd, EPOLLIN, on_events, inbox, &inbox->events);
}

int inbox_new(struct loop *loop, int dirfd, inbox_fn fn, void *data, struct inbox **ret_inbox)
{
	cleanup(inbox_free_p) struct inbox *inbox = calloc(1, sizeof(*inbox));
	int r;

	if (!inbox) {
		return -ENOMEM;
	}
	*inbox = (struct inbox){
		.dirfd = dirfd,
		.inotify_fd = -1,
		.fn = fn,
		.data = data,
		.rubbish = {.window_ms = RUBBISH_WINDOW_MS, .burst = 1},
	};
	r = start_watching(inbox, loop);
	if (r == 0) {
		r = loop_add_timer(loop, scan, inbox, &inbox->timer);
	}
	if (r == 0) {
		r = loop_timer_set(inbox->timer, 0);
	}
	if (r == 0) {
		*ret_inbox = TAKE_PTR(inbox);
	}
	return r;
}

void inbox_free(struct inbox *inbox)
{
	if (inbox) {
		loop_source_free(inbox->events);
		loop_source_free(inbox->timer);
		fd_close(&inbox->inotify_fd);
		free(inbox);
	}
}

void inbox_free_p(struct inbox **inbox)
{
	inbox_free(*inbox);
}
