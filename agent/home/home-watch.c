/* SPDX-License-Identifier: Apache-2.0 */
#include "home-watch.h"

#include "vec.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define NAME_LEN_MAX 255
#define EVENTS_SIZE 4096

/* A write counts when the file is closed, or when a finished one is renamed onto it. */
#define MASK                                                                                \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | \
		IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct home_watch_row {
	int wd;
	char *name; /* owned: of an entry; empty for every one */
	bool fresh; /* added since begin */
};

struct home_watch {
	int fd;
	struct loop_source *source;
	home_watch_fn fn;
	void *data;
	bool see_made;
	VEC(struct home_watch_row) rows;
};

void home_watch_free(struct home_watch *watch)
{
	if (!watch) {
		return;
	}
	loop_source_free(watch->source);
	fd_close(&watch->fd);
	vec_for_each (row, &watch->rows) {
		free(row->name);
	}
	vec_free(&watch->rows);
	free(watch);
}

static bool event_matters(const struct home_watch *watch, const struct inotify_event *event)
{
	/* lost events, a directory that went: look again */
	if (event->mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
		return true;
	}
	vec_for_each (row, &watch->rows) {
		if (row->wd != event->wd || event->len == 0) {
			continue;
		}
		if (row->name[0] == '\0') {
			return true;
		}
		/* a file that is made is not yet written; a directory may already hold what is ours
		 */
		if (strcmp(row->name, event->name) == 0 &&
			(watch->see_made || !(event->mask & IN_CREATE) ||
				(event->mask & IN_ISDIR))) {
			return true;
		}
	}
	return false;
}

static int on_events(struct loop_source *source, uint32_t events, void *data)
{
	struct home_watch *watch = data;
	bool matters = false;

	(void)source;
	(void)events;
	for (;;) {
		char buf[EVENTS_SIZE] __attribute__((aligned(__alignof__(struct inotify_event))));
		ssize_t len = read(watch->fd, buf, sizeof(buf));

		if (len < 0 && errno == EINTR) {
			continue;
		}
		if (len <= 0) {
			break;
		}
		for (char *p = buf; p < buf + len;) {
			const struct inotify_event *event = (const struct inotify_event *)p;

			matters = matters || event_matters(watch, event);
			p += sizeof(*event) + event->len;
		}
	}
	return matters ? watch->fn(watch->data) : 0;
}

int home_watch_new(struct loop *loop, home_watch_fn fn, void *data, struct home_watch **ret_watch)
{
	struct home_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch) {
		return -ENOMEM;
	}
	*watch = (struct home_watch){.fn = fn, .data = data};
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	r = watch->fd < 0 ? -errno
			  : loop_add_fd(loop, watch->fd, EPOLLIN, on_events, watch, &watch->source);
	if (r < 0) {
		home_watch_free(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void home_watch_see_made(struct home_watch *watch)
{
	watch->see_made = true;
}

void home_watch_begin(struct home_watch *watch)
{
	vec_for_each (row, &watch->rows) {
		row->fresh = false;
	}
}

static int add_row(struct home_watch *watch, int wd, struct span name)
{
	struct home_watch_row row = {.wd = wd, .fresh = true};
	int r;

	vec_for_each (known, &watch->rows) {
		if (known->wd == wd && span_eq(name, known->name)) {
			known->fresh = true;
			return 0;
		}
	}
	row.name = span_dup(name);
	if (!row.name) {
		return -ENOMEM;
	}
	r = vec_push(&watch->rows, row, HOME_WATCH_MAX);
	if (r < 0) {
		free(row.name);
	}
	return r == -ENOSPC ? 0 : r;
}

/* The directory that fd is, told by its fd: no path that could lead elsewhere meanwhile */
static int watch_dir(struct home_watch *watch, int dirfd, struct span name)
{
	char path[32];
	int wd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", dirfd);
	wd = inotify_add_watch(watch->fd, path, MASK);
	if (wd < 0) {
		return errno == ENOMEM ? -ENOMEM : 0;
	}
	return add_row(watch, wd, name);
}

/*
 * Every directory on the way is watched for the next name, so that a directory that is moved away
 * or made anew is noticed; the innermost one for the file.
 */
int home_watch_add(struct home_watch *watch, const struct enforce_place *place, const char *path)
{
	bool home = path[0] == '~';
	int base = enforce_place_fd(place, home ? ENFORCE_USER : ENFORCE_SYSTEM);
	cleanup(fd_close) int dir = -1;
	struct span rest = span_z(path + home + 1), part;
	int r = 0;

	if (base < 0) {
		return 0;
	}
	dir = openat(base, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (dir >= 0 && r == 0 && span_next(&rest, '/', &part)) {
		char name[NAME_LEN_MAX + 1];
		int next;

		if (part.len > NAME_LEN_MAX) {
			break;
		}
		r = watch_dir(watch, dir, part);
		if (part.len == 0) {
			break;
		}
		snprintf(name, sizeof(name), "%.*s", (int)part.len, part.p);
		next = openat(
			dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (home ? O_NOFOLLOW : 0));
		fd_close(&dir);
		dir = next;
	}
	return r;
}

static bool wd_is_used(const struct home_watch *watch, int wd)
{
	vec_for_each (row, &watch->rows) {
		if (row->wd == wd && row->fresh) {
			return true;
		}
	}
	return false;
}

void home_watch_end(struct home_watch *watch)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->rows.len; i++) {
		struct home_watch_row row = watch->rows.items[i];

		if (row.fresh) {
			watch->rows.items[kept++] = row;
			continue;
		}
		if (!wd_is_used(watch, row.wd)) {
			/* already gone when the directory is */
			(void)inotify_rm_watch(watch->fd, row.wd);
		}
		free(row.name);
	}
	watch->rows.len = kept;
}
