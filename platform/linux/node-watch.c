/* SPDX-License-Identifier: Apache-2.0 */
#include "node-watch.h"

#include "vec.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define NODES_MAX 128
#define MASK (IN_OPEN | IN_CLOSE)

struct watched {
	size_t node;
	int wd;
	unsigned what; /* waiting to be told */
};

struct node_watch {
	const struct sysroot *root;
	node_watch_fn fn;
	void *data;
	struct loop_source *source;
	VEC(struct watched) rows;
	int fd;
};

static void note(struct node_watch *watch, const struct inotify_event *event)
{
	vec_for_each (row, &watch->rows) {
		if (event->mask & IN_Q_OVERFLOW) {
			row->what = NODE_WATCH_OPENED | NODE_WATCH_CLOSED;
		} else if (row->wd == event->wd) {
			row->what |= event->mask & IN_OPEN ? NODE_WATCH_OPENED : 0;
			row->what |= event->mask & IN_CLOSE ? NODE_WATCH_CLOSED : 0;
		}
	}
}

/* fn may change the list: found anew after each call */
static bool tell_one(struct node_watch *watch)
{
	vec_for_each (row, &watch->rows) {
		if (row->what != 0) {
			unsigned what = row->what;

			row->what = 0;
			watch->fn(row->node, what, watch->data);
			return true;
		}
	}
	return false;
}

static int on_events(struct loop_source *source, uint32_t events, void *data)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	struct node_watch *watch = data;
	ssize_t len;

	(void)source;
	(void)events;
	/* What does not fit is told again: asking whether there is more would cost each event a
	 * call. */
	len = read(watch->fd, buf, sizeof(buf));
	for (char *p = buf; p < buf + len;) {
		const struct inotify_event *event = (const struct inotify_event *)p;

		note(watch, event);
		p += sizeof(*event) + event->len;
	}
	while (tell_one(watch)) {
	}
	return 0;
}

int node_watch_new(struct loop *loop, const struct sysroot *root, node_watch_fn fn, void *data,
	struct node_watch **ret_watch)
{
	struct node_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch) {
		return -ENOMEM;
	}
	*watch = (struct node_watch){.root = root, .fn = fn, .data = data};
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	r = watch->fd < 0 ? -errno
			  : loop_add_fd(loop, watch->fd, EPOLLIN, on_events, watch, &watch->source);
	if (r < 0) {
		node_watch_free(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void node_watch_free(struct node_watch *watch)
{
	if (watch) {
		loop_source_free(watch->source);
		fd_close(&watch->fd);
		vec_free(&watch->rows);
		free(watch);
	}
}

int node_watch_add(struct node_watch *watch, const char *path, size_t node)
{
	struct watched row = {.node = node};
	cleanup(fd_close) int fd = -1;
	char link[32];
	int r = sysroot_open_path(watch->root, path, &fd);

	if (r != 0) {
		return r;
	}
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	row.wd = inotify_add_watch(watch->fd, link, MASK);
	if (row.wd < 0) {
		return -errno;
	}
	r = vec_push(&watch->rows, row, NODES_MAX);
	if (r < 0) {
		(void)inotify_rm_watch(watch->fd, row.wd);
	}
	return r;
}

void node_watch_remove(struct node_watch *watch, size_t node)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->rows.len; i++) {
		struct watched row = watch->rows.items[i];

		if (row.node == node) {
			/* already gone when the node is */
			(void)inotify_rm_watch(watch->fd, row.wd);
		} else {
			watch->rows.items[kept++] = row;
		}
	}
	watch->rows.len = kept;
}

void node_watch_clear(struct node_watch *watch)
{
	vec_for_each (row, &watch->rows) {
		(void)inotify_rm_watch(watch->fd, row->wd);
	}
	vec_free(&watch->rows);
}
