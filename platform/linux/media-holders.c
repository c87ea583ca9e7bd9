/* SPDX-License-Identifier: Apache-2.0 */
#include "media-holders.h"

#include "fd.h"
#include "media-maps.h"
#include "media-parts.h"
#include "str.h"
#include "vec.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#define PROCESSES_MAX 65536
#define LOADAVG_MAX ((size_t)256)
#define ENTRIES_MAX 8192 /* bytes: of some 300 descriptors */
#define NO_NODE UINT16_MAX
#define FOUND_MAX 16 /* different files of nodes in one process */

struct found {
	struct media_mapped file;
	uint16_t node, opens;
};
struct look {
	const struct media_nodes *nodes;
	struct found found[FOUND_MAX];
	size_t n;
	bool maps; /* what is mapped is looked at, too */
};

void media_holds_finish(struct media_holds *holds)
{
	free(holds->items);
	*holds = (struct media_holds){.items = NULL};
}

static uint16_t node_of(const struct media_nodes *nodes, dev_t number)
{
	for (size_t i = 0; i < nodes->len; i++) {
		if (nodes->items[i].device == MEDIA_CAMERA && nodes->items[i].number == number) {
			return (uint16_t)i;
		}
	}
	return NO_NODE;
}

struct file {
	uint64_t device, inode;
};

static void note(struct look *look, uint16_t node, struct file file, int dir, const char *name)
{
	struct found *found = NULL;
	ssize_t n;

	for (size_t i = 0; i < look->n; i++) {
		if (look->found[i].node == node && look->found[i].file.inode == file.inode) {
			found = &look->found[i];
		}
	}
	if (!found && look->n < FOUND_MAX) {
		found = &look->found[look->n++];
		*found = (struct found){
			.node = node, .file = {.device = file.device, .inode = file.inode}};
		n = name && look->maps
			    ? readlinkat(dir, name, found->file.path, sizeof(found->file.path) - 1)
			    : -1;
		found->file.path[n > 0 ? n : 0] = '\0';
	}
	if (found && name && found->opens < UINT16_MAX) {
		found->opens++;
	}
}

/* A file of a server that is gone must not hold us: AT_STATX_DONT_SYNC asks nobody. */
static void look_at(struct look *look, int dir, const char *name)
{
	struct statx st;
	uint16_t node;

	if (name[0] == '.' ||
		statx(dir, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO,
			&st) < 0 ||
		!S_ISCHR(st.stx_mode)) {
		return;
	}
	node = node_of(look->nodes, makedev(st.stx_rdev_major, st.stx_rdev_minor));
	if (node != NO_NODE) {
		const struct file file = {makedev(st.stx_dev_major, st.stx_dev_minor), st.stx_ino};

		note(look, node, file, dir, name);
	}
}

/* Without readdir(3), which asks and allocates more. *ret_seen: whether this process may be looked
 * at */
static void look_at_fds(struct look *look, int dir, bool *ret_seen)
{
	char buf[ENTRIES_MAX] __attribute__((aligned(__alignof__(struct dirent64))));
	ssize_t len = dir < 0 ? -1 : 0;

	while (dir >= 0 && (len = getdents64(dir, buf, sizeof(buf))) > 0) {
		for (char *p = buf; p < buf + len;) {
			const struct dirent64 *entry = (const struct dirent64 *)p;

			look_at(look, dir, entry->d_name);
			p += entry->d_reclen;
		}
	}
	*ret_seen = len == 0 || errno == ENOENT || errno == ESRCH;
}

/* The machine's own node, for one whose descriptor is closed while its memory is mapped yet */
static void add_known(struct look *look, uint64_t known)
{
	for (size_t i = 0; i < look->nodes->len; i++) {
		const struct media_node *node = &look->nodes->items[i];
		struct stat st;

		if ((known >> i & 1) && sysroot_stat(look->nodes->root, node->path, &st) == 0 &&
			S_ISCHR(st.st_mode) && st.st_rdev == node->number) {
			note(look, (uint16_t)i, (struct file){st.st_dev, st.st_ino}, -1, NULL);
		}
	}
}

static int add_holds(const struct look *look, pid_t pid, struct media_holds *holds)
{
	size_t first = holds->len;

	for (size_t i = 0; i < look->n; i++) {
		const struct found *found = &look->found[i];
		struct media_hold hold = {.pid = pid,
			.node = found->node,
			.opens = found->opens,
			.mapped = found->file.mapped};
		size_t j = first;
		int r = 0;

		if (hold.opens == 0 && !hold.mapped) {
			continue;
		}
		while (j < holds->len && holds->items[j].node != hold.node) {
			j++;
		}
		if (j < holds->len) {
			holds->items[j].opens = (uint16_t)(holds->items[j].opens + hold.opens);
			holds->items[j].mapped = holds->items[j].mapped || hold.mapped;
			continue;
		}
		r = vec_push(holds, hold, MEDIA_HOLDS_MAX);
		if (r < 0) {
			holds->unseen = holds->unseen || r == -ENOSPC;
			return r == -ENOSPC ? 0 : r;
		}
	}
	return 0;
}

static void look_at_maps(struct look *look, int process)
{
	struct media_mapped wanted[FOUND_MAX];

	for (size_t i = 0; i < look->n; i++) {
		wanted[i] = look->found[i].file;
	}
	if (look->n == 0 || media_maps_look(process, wanted, look->n) < 0) {
		return;
	}
	for (size_t i = 0; i < look->n; i++) {
		look->found[i].file.mapped = wanted[i].mapped;
	}
}

int media_holders_of(int proc, pid_t pid, const struct media_nodes *nodes, uint64_t known,
	struct media_holds *holds)
{
	struct look look = {.nodes = nodes, .maps = true};
	cleanup(fd_close) int process = -1, dir = -1;
	char name[MEDIA_PID_SIZE];
	bool seen;

	media_pid_write(pid, name);
	process = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process < 0) {
		return MEDIA_HOLDERS_E_GONE;
	}
	dir = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	look_at_fds(&look, dir, &seen);
	holds->unseen = holds->unseen || !seen;
	add_known(&look, known);
	look_at_maps(&look, process);
	return add_holds(&look, pid, holds);
}

int media_holders_open(
	int proc, pid_t pid, const struct media_nodes *nodes, struct media_holds *holds)
{
	struct look look = {.nodes = nodes};
	char path[MEDIA_PID_SIZE + sizeof("/fd")];
	cleanup(fd_close) int dir = -1;
	bool seen;

	media_pid_write(pid, path);
	memcpy(path + strlen(path), "/fd", sizeof("/fd"));
	dir = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 && errno == ENOENT) {
		return MEDIA_HOLDERS_E_GONE;
	}
	look_at_fds(&look, dir, &seen);
	holds->unseen = holds->unseen || !seen;
	return add_holds(&look, pid, holds);
}

/* "0.20 0.18 0.12 1/80 11206": the last number is the last process, proc_loadavg(5) */
int media_last_parse(struct span text, pid_t *ret_pid)
{
	struct span line, word, last = {NULL, 0};
	uint64_t n;

	if (!span_next(&text, '\n', &line)) {
		return -EINVAL;
	}
	while (span_next(&line, ' ', &word)) {
		last = word;
	}
	if (span_u64(last, &n) < 0 || n == 0 || n > 4194304) {
		return -EINVAL;
	}
	*ret_pid = (pid_t)n;
	return 0;
}

int media_holders_newest(int proc, const struct media_nodes *nodes, bool maps,
	media_enough_fn enough, void *data, struct media_holds *holds)
{
	cleanup(fd_close) int fd = openat(proc, "loadavg", O_RDONLY | O_CLOEXEC);
	char bytes[LOADAVG_MAX];
	ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	pid_t last;
	int r;

	if (len <= 0 || media_last_parse((struct span){bytes, (size_t)len}, &last) < 0) {
		return 0;
	}
	for (pid_t pid = last; pid > 0 && pid > last - MEDIA_NEWEST; pid--) {
		r = maps ? media_holders_of(proc, pid, nodes, 0, holds)
			 : media_holders_open(proc, pid, nodes, holds);
		if (r < 0 || (r == 0 && enough(holds, data))) {
			return r;
		}
	}
	return 0;
}

struct pids {
	pid_t *items;
	size_t len, cap;
};

static int list_pids(int proc, struct pids *pids)
{
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int r = 0;

	if (!dir) {
		fd_close(&fd);
		return -ENOENT;
	}
	while (r == 0 && (entry = readdir(dir))) {
		uint64_t n;

		if (span_u64(span_z(entry->d_name), &n) == 0 && n <= INT32_MAX) {
			r = vec_push(pids, (pid_t)n, PROCESSES_MAX);
		}
	}
	closedir(dir);
	return r == -ENOSPC ? 0 : r;
}

int media_holders_all(int proc, const struct media_nodes *nodes, uint64_t known,
	media_enough_fn enough, void *data, struct media_holds *holds)
{
	struct pids pids = {.items = NULL};
	int r = list_pids(proc, &pids);

	if (r < 0 && r != -ENOMEM) {
		holds->unseen = true;
		r = 0;
	}
	for (size_t i = pids.len; r >= 0 && i > 0; i--) {
		r = media_holders_of(proc, pids.items[i - 1], nodes, known, holds);
		if (enough && enough(holds, data)) {
			break;
		}
	}
	vec_free(&pids);
	return r < 0 ? r : 0;
}
