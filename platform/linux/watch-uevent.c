/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block devices as the kernel itself tells of them (lib/kobject_uevent.c): what is asked about a
 * device is read from sysfs, so nothing that udev adds is waited for. A message is a line
 * "ACTION@DEVPATH" and then variables, each ended by a zero byte.
 */
#include "watch-parts.h"

#include <linux/netlink.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define GROUP_KERNEL 1	 /* group 2 is udev's, and anybody with CAP_NET_ADMIN may send there */
#define MESSAGE_MAX 8192 /* UEVENT_BUFFER_SIZE is 2048, and the line comes before it */
#define SUBSYSTEM "SUBSYSTEM=block"

struct watch_uevent {
	int fd;
	struct loop_source *source;
	watch_part_fn fn;
	void *data;
};

static bool is_block(const char *message, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t word = strnlen(message + at, len - at);

		if (word == strlen(SUBSYSTEM) && memcmp(message + at, SUBSYSTEM, word) == 0) {
			return true;
		}
		at += word + 1;
	}
	return false;
}

static int on_messages(struct loop_source *source, uint32_t events, void *data)
{
	struct watch_uevent *part = data;
	char message[MESSAGE_MAX];
	bool any = false;

	(void)source;
	(void)events;
	for (;;) {
		struct sockaddr_nl from = {0};
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(part->fd, message, sizeof(message), MSG_DONTWAIT,
			(struct sockaddr *)&from, &from_len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && errno == ENOBUFS) {
			any = true; /* some were lost: look anew */
			continue;
		}
		if (n < 0) {
			break;
		}
		/* a port of 0 is the kernel; whoever else sends here proves nothing */
		any = (from.nl_pid == 0 && is_block(message, (size_t)n)) || any;
	}
	if (any) {
		part->fn(part->data);
	}
	return 0;
}

int watch_uevent_new(
	struct loop *loop, watch_part_fn fn, void *data, struct watch_uevent **ret_part)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = GROUP_KERNEL};
	cleanup(fd_close) int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
	struct watch_uevent *part;
	int r;

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -EOPNOTSUPP;
	}
	part = calloc(1, sizeof(*part));
	if (!part) {
		return -ENOMEM;
	}
	*part = (struct watch_uevent){.fd = TAKE_FD(fd), .fn = fn, .data = data};
	r = loop_add_fd(loop, part->fd, EPOLLIN, on_messages, part, &part->source);
	if (r < 0) {
		watch_uevent_free(part);
		return r;
	}
	*ret_part = part;
	return 0;
}

void watch_uevent_free(struct watch_uevent *part)
{
	if (!part) {
		return;
	}
	loop_source_free(part->source);
	close(part->fd);
	free(part);
}
