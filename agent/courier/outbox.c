/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

int outbox_open(const char *spool, struct outbox *ret_outbox)
{
	cleanup(outbox_finish) struct outbox outbox = OUTBOX_NONE;
	cleanup(fd_close) int spool_fd = -1;

	spool_fd = fd_open_dir(AT_FDCWD, spool);
	if (spool_fd < 0) {
		return spool_fd;
	}
	outbox.out_fd = fd_open_dir(spool_fd, SPOOL_OUTBOX);
	if (outbox.out_fd < 0) {
		return outbox.out_fd;
	}
	outbox.in_fd = fd_open_dir(spool_fd, SPOOL_INBOX);
	if (outbox.in_fd < 0) {
		return outbox.in_fd;
	}
	ret_outbox->out_fd = TAKE_FD(outbox.out_fd);
	ret_outbox->in_fd = TAKE_FD(outbox.in_fd);
	return 0;
}

void outbox_finish(struct outbox *outbox)
{
	fd_close(&outbox->out_fd);
	fd_close(&outbox->in_fd);
	outbox->out_fd = -1;
	outbox->in_fd = -1;
}

int outbox_read_endpoint(
	const struct outbox *outbox, struct spool_endpoint *ret_endpoint, struct json_error *error)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r;

	r = fd_read_regular(outbox->out_fd, SPOOL_ENDPOINT, SPOOL_ENDPOINT_MAX, &bytes, &len);
	if (r != 0) {
		return r;
	}
	return spool_endpoint_parse((struct span){bytes, len}, ret_endpoint, error);
}

static int compare_items(const void *a, const void *b)
{
	const struct outbox_item *x = a;
	const struct outbox_item *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static void close_dir(DIR **dir)
{
	if (*dir) {
		(void)closedir(*dir);
	}
}

/* Keeps the lowest numbers when there are more than fit. */
static void keep_item(struct outbox_items *items, const struct outbox_item *item)
{
	if (items->len < OUTBOX_ITEMS_MAX) {
		items->items[items->len++] = *item;
	} else if (item->number < items->items[items->len - 1].number) {
		items->items[items->len - 1] = *item;
	} else {
		return;
	}
	if (items->len == OUTBOX_ITEMS_MAX) {
		qsort(items->items, items->len, sizeof(items->items[0]), compare_items);
	}
}

int outbox_list(const struct outbox *outbox, struct outbox_items *ret_items)
{
	cleanup(close_dir) DIR *dir = NULL;
	cleanup(fd_close) int fd = -1;

	fd = fd_open_dir(outbox->out_fd, ".");
	if (fd < 0) {
		return fd;
	}
	dir = fdopendir(fd);
	if (!dir) {
		return -errno;
	}
	fd = -1;
	ret_items->len = 0;
	for (;;) {
		struct outbox_item item;
		struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry) {
			break;
		}
		if (spool_name_parse(span_z(entry->d_name), &item.number, &item.kind) == 0) {
			keep_item(ret_items, &item);
		}
	}
	if (errno != 0) {
		return -errno;
	}
	qsort(ret_items->items, ret_items->len, sizeof(ret_items->items[0]), compare_items);
	return 0;
}

int outbox_read(const struct outbox *outbox, const struct outbox_item *item, char **ret_bytes,
	size_t *ret_len)
{
	struct spool_name name = spool_name_format(item->number, item->kind);

	return fd_read_regular(outbox->out_fd, name.text, SPOOL_ITEM_MAX, ret_bytes, ret_len);
}

int outbox_answer(const struct outbox *outbox, const struct outbox_item *item,
	const struct spool_reply *reply)
{
	static const struct spool_reply too_large = {.error = SPOOL_ERROR_TOO_LARGE};
	cleanup(str_finish) struct str text = {.max = SPOOL_REPLY_MAX};
	struct spool_name name = spool_reply_name_format(item->number);
	int r;

	r = spool_reply_write(reply, &text);
	if (r == -ENOSPC) {
		str_clear(&text);
		r = spool_reply_write(&too_large, &text);
	}
	if (r != 0) {
		return r;
	}
	/* the group is the core's root: it reads this and removes it */
	return fd_write_atomic(outbox->in_fd, name.text, text.p, text.len, 0640);
}
