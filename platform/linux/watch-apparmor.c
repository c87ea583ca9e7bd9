/* SPDX-License-Identifier: Apache-2.0 */
#include "watch-parts.h"

#include <fcntl.h>
#include <sys/epoll.h>

#define REVISION "sys/kernel/security/apparmor/revision"

struct watch_apparmor {
	int fd;
	struct loop_source *source;
	watch_part_fn fn;
	void *data;
};

/* Reading takes note of the revision: the next one is announced (security/apparmor/apparmorfs.c,
 * ns_revision_poll). What the number is does not matter. */
static void revision_take(const struct watch_apparmor *part)
{
	char text[32];

	while (pread(part->fd, text, sizeof(text), 0) < 0 && errno == EINTR) {
	}
}

static int on_revision(struct loop_source *source, uint32_t events, void *data)
{
	struct watch_apparmor *part = data;

	(void)source;
	(void)events;
	revision_take(part);
	part->fn(part->data);
	return 0;
}

int watch_apparmor_new(struct loop *loop, const struct sysroot *root, watch_part_fn fn, void *data,
	struct watch_apparmor **ret_part)
{
	struct watch_apparmor *part;
	cleanup(fd_close) int fd = -1;
	int r;

	r = sysroot_open_file(root, REVISION, &fd);
	if (r != 0) {
		return r < 0 ? r : -EOPNOTSUPP;
	}
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		return -errno;
	}
	part = calloc(1, sizeof(*part));
	if (!part) {
		return -ENOMEM;
	}
	*part = (struct watch_apparmor){.fd = TAKE_FD(fd), .fn = fn, .data = data};
	revision_take(part);
	r = loop_add_fd(loop, part->fd, EPOLLIN, on_revision, part, &part->source);
	if (r < 0) {
		watch_apparmor_free(part);
		return r == -EPERM ? -EOPNOTSUPP : r; /* a regular file cannot be polled */
	}
	*ret_part = part;
	return 0;
}

void watch_apparmor_free(struct watch_apparmor *part)
{
	if (!part) {
		return;
	}
	loop_source_free(part->source);
	close(part->fd);
	free(part);
}
