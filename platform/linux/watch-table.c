/* SPDX-License-Identifier: Apache-2.0 */
#include "watch-parts.h"

#include <sys/epoll.h>

struct watch_table {
	int fd;
	struct loop_source *source;
	watch_part_fn fn;
	void *data;
};

/* The kernel clears the mark when it is polled: nothing has to be read (fs/proc_namespace.c,
 * mm/swapfile.c). */
static int on_table(struct loop_source *source, uint32_t events, void *data)
{
	struct watch_table *part = data;

	(void)source;
	(void)events;
	part->fn(part->data);
	return 0;
}

int watch_table_new(struct loop *loop, const struct sysroot *root, const char *path,
	watch_part_fn fn, void *data, struct watch_table **ret_part)
{
	struct watch_table *part;
	cleanup(fd_close) int fd = -1;
	int r;

	r = sysroot_open_file(root, path, &fd);
	if (r != 0) {
		return r < 0 ? r : -EOPNOTSUPP;
	}
	part = calloc(1, sizeof(*part));
	if (!part) {
		return -ENOMEM;
	}
	*part = (struct watch_table){.fd = TAKE_FD(fd), .fn = fn, .data = data};
	r = loop_add_fd(loop, part->fd, EPOLLPRI, on_table, part, &part->source);
	if (r < 0) {
		watch_table_free(part);
		return r == -EPERM ? -EOPNOTSUPP : r; /* a regular file cannot be polled */
	}
	*ret_part = part;
	return 0;
}

void watch_table_free(struct watch_table *part)
{
	if (!part) {
		return;
	}
	loop_source_free(part->source);
	close(part->fd);
	free(part);
}
