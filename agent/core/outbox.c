/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox.h"

#include "base64.h"

#include <fcntl.h>
#include <string.h>

/* Others are kept out by the directory; the courier is of its group, the files' group is root. */
#define FILE_MODE 0644

int outbox_put(int dirfd, int64_t number, enum spool_kind kind, struct span jws)
{
	struct spool_name name = spool_name_format(number, kind);

	return fd_write_atomic(dirfd, name.text, jws.p, jws.len, FILE_MODE);
}

int outbox_put_endpoint(int dirfd, const struct spool_endpoint *endpoint)
{
	cleanup(str_finish) struct str text = {.max = SPOOL_ENDPOINT_MAX};
	int r = spool_endpoint_write(endpoint, &text);

	return r == 0 ? fd_write_atomic(dirfd, SPOOL_ENDPOINT, text.p, text.len, FILE_MODE) : r;
}

static int parse_name(struct span name, int64_t *ret_number, int *ret_kind)
{
	enum spool_kind kind;
	int r = spool_name_parse(name, ret_number, &kind);

	if (r == 0) {
		*ret_kind = (int)kind;
	}
	return r;
}

int outbox_list(int dirfd, struct spool_dir *ret_items)
{
	return spool_dir_list(dirfd, parse_name, ret_items);
}

int outbox_count(int dirfd, enum spool_kind kind, size_t *ret_n)
{
	cleanup(spool_dir_finish) struct spool_dir items = {0};
	size_t n = 0;
	int r = outbox_list(dirfd, &items);

	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < items.len; i++) {
		n += items.entries[i].kind == (int)kind;
	}
	*ret_n = n;
	return 0;
}

int outbox_highest(int dirfd, int64_t *ret_number)
{
	cleanup(spool_dir_finish) struct spool_dir items = {0};
	int r = outbox_list(dirfd, &items);

	if (r == 0) {
		*ret_number = items.len > 0 ? items.entries[items.len - 1].number : 0;
	}
	return r;
}

int outbox_read(int dirfd, int64_t number, enum spool_kind kind, char **ret_jws, size_t *ret_len)
{
	struct spool_name name = spool_name_format(number, kind);

	return fd_read_regular(dirfd, name.text, SPOOL_ITEM_MAX, ret_jws, ret_len);
}

int outbox_payload(struct span jws, char **ret_payload, size_t *ret_len)
{
	struct span part;

	/* header.payload.signature, RFC 7515 section 3.1 */
	if (!span_next(&jws, '.', &part) || !span_next(&jws, '.', &part)) {
		return -EBADMSG;
	}
	return base64url_decode(part, SPOOL_ITEM_MAX, ret_payload, ret_len);
}

static int remove_name(int dirfd, const char *name)
{
	return unlinkat(dirfd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int outbox_remove(int dirfd, int64_t number, enum spool_kind kind)
{
	struct spool_name name = spool_name_format(number, kind);

	return remove_name(dirfd, name.text);
}

int outbox_remove_kind(int dirfd, enum spool_kind kind)
{
	cleanup(spool_dir_finish) struct spool_dir items = {0};
	int r = outbox_list(dirfd, &items);

	for (size_t i = 0; r == 0 && i < items.len; i++) {
		if (items.entries[i].kind == (int)kind) {
			r = outbox_remove(dirfd, items.entries[i].number, kind);
		}
	}
	return r == 0 ? fd_sync_dir(dirfd) : r;
}

int outbox_clear(int dirfd)
{
	int r = 0;

	for (int kind = 0; r == 0 && kind < SPOOL_KIND_COUNT; kind++) {
		r = outbox_remove_kind(dirfd, (enum spool_kind)kind);
	}
	return r == 0 ? remove_name(dirfd, SPOOL_ENDPOINT) : r;
}

int outbox_wake(int dirfd)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	cleanup(fd_close) int fd = openat(dirfd, SPOOL_WAKE, flags, FILE_MODE);

	/* systemd.path(5) PathChanged= and the supervisor react to the close behind a write */
	return fd < 0 ? -errno : fd_write_all(fd, "\n", 1);
}
