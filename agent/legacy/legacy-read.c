/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getsockopt(2) on any socket of the family (net/ipv4/netfilter/ip_tables.c): IPT_SO_GET_INFO gives
 * the hooks and the size, IPT_SO_GET_ENTRIES the entries. A table is asked for only when /proc
 * names it: the kernel would make the others.
 */
#include "legacy-read.h"

#include "fd.h"

#include <errno.h>
#include <fcntl.h>
/* before the kernel's, which give way to it */
#include <netinet/in.h>

#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define NAMES_FILE_MAX ((size_t)4096)
#define TRIES_MAX 8 /* rules may change between two questions */

static const struct family {
	uint32_t number;
	int domain, level;
	const char *names;
} families[] = {
	{4, AF_INET, IPPROTO_IP, "/proc/self/net/ip_tables_names"},
	{6, AF_INET6, IPPROTO_IPV6, "/proc/self/net/ip6_tables_names"},
};

/* Both families share the numbers of the requests and the shapes of what surrounds the entries. */
_Static_assert(IPT_SO_GET_INFO == IP6T_SO_GET_INFO && IPT_SO_GET_ENTRIES == IP6T_SO_GET_ENTRIES,
	"requests");
_Static_assert(sizeof(struct ipt_getinfo) == sizeof(struct ip6t_getinfo), "answer");
_Static_assert(offsetof(struct ipt_get_entries, entrytable) ==
		       offsetof(struct ip6t_get_entries, entrytable),
	"entries");
_Static_assert(XT_TABLE_MAXNAMELEN == LEGACY_NAME_SIZE && NF_INET_NUMHOOKS == LEGACY_HOOKS, "head");

void legacy_bytes_finish(struct legacy_bytes *bytes)
{
	free(bytes->p);
	*bytes = (struct legacy_bytes){.p = NULL};
}

static int bytes_add(struct legacy_bytes *bytes, const void *more, size_t len)
{
	char *grown;

	if (len > LEGACY_ALL_MAX - bytes->len) {
		return LEGACY_E_LIMIT;
	}
	grown = realloc(bytes->p, bytes->len + len);
	if (!grown) {
		return -ENOMEM;
	}
	memcpy(grown + bytes->len, more, len);
	bytes->p = grown;
	bytes->len += len;
	return 0;
}

static int info_ask(int fd, const struct family *family, const char *name, struct ipt_getinfo *info)
{
	socklen_t len = sizeof(*info);

	*info = (struct ipt_getinfo){.valid_hooks = 0};
	if (strlen(name) >= sizeof(info->name)) {
		return -EINVAL;
	}
	(void)snprintf(info->name, sizeof(info->name), "%s", name);
	return getsockopt(fd, family->level, IPT_SO_GET_INFO, info, &len) < 0 ? -errno : 0;
}

static int entries_ask(int fd, const struct family *family, const struct ipt_getinfo *info,
	struct legacy_bytes *bytes)
{
	cleanup(free_ptr) struct ipt_get_entries *entries = NULL;
	socklen_t len = (socklen_t)(sizeof(*entries) + info->size);

	entries = calloc(1, len);
	if (!entries) {
		return -ENOMEM;
	}
	memcpy(entries->name, info->name, sizeof(entries->name));
	entries->size = info->size;
	if (getsockopt(fd, family->level, IPT_SO_GET_ENTRIES, entries, &len) < 0) {
		return -errno;
	}
	return bytes_add(bytes, entries->entrytable, info->size);
}

static int table_read(
	int fd, const struct family *family, const char *name, struct legacy_bytes *bytes)
{
	struct legacy_table head = {.family = family->number};
	struct ipt_getinfo info;
	int r = info_ask(fd, family, name, &info);

	if (r != 0) {
		return r;
	}
	if (info.size > LEGACY_TABLE_MAX) {
		return LEGACY_E_LIMIT;
	}
	memcpy(head.name, info.name, sizeof(head.name));
	memcpy(head.hook_entry, info.hook_entry, sizeof(head.hook_entry));
	memcpy(head.underflow, info.underflow, sizeof(head.underflow));
	head.valid_hooks = info.valid_hooks;
	head.size = info.size;
	r = bytes_add(bytes, &head, sizeof(head));
	return r != 0 ? r : entries_ask(fd, family, &info, bytes);
}

static int names_read(const struct family *family, char **ret_names)
{
	cleanup(fd_close) int fd = open(family->names, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	int r;

	if (fd < 0) {
		return errno == ENOENT ? FD_E_MISSING : -errno;
	}
	r = fd_read_all(fd, NAMES_FILE_MAX, ret_names, &len);
	return r == FD_E_TOO_LARGE ? -E2BIG : r;
}

static int family_read(const struct family *family, struct legacy_bytes *bytes)
{
	cleanup(free_ptr) char *names = NULL;
	cleanup(fd_close) int fd = -1;
	char *rest = NULL;
	int r = names_read(family, &names);

	if (r != 0 || names[0] == '\0') {
		return r == FD_E_MISSING ? 0 : r; /* the kernel has no such tables */
	}
	fd = socket(family->domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -errno;
	}
	for (char *name = strtok_r(names, "\n", &rest); name && r == 0;
		name = strtok_r(NULL, "\n", &rest)) {
		r = table_read(fd, family, name, bytes);
	}
	return r;
}

static int families_read(struct legacy_bytes *ret_bytes)
{
	cleanup(legacy_bytes_finish) struct legacy_bytes bytes = {.p = NULL};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(families) && r == 0; i++) {
		r = family_read(&families[i], &bytes);
	}
	if (r == 0) {
		*ret_bytes = bytes;
		bytes = (struct legacy_bytes){.p = NULL};
	}
	return r;
}

int legacy_read(struct legacy_bytes *ret_bytes)
{
	int r = -EAGAIN;

	/* EAGAIN: the size was another one a moment ago. ENOENT: so was the list of names. */
	for (size_t i = 0; i < TRIES_MAX && (r == -EAGAIN || r == -ENOENT); i++) {
		r = families_read(ret_bytes);
	}
	return r;
}
