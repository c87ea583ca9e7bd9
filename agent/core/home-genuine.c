/* SPDX-License-Identifier: Apache-2.0 */
#include "home-genuine.h"

#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SLICE "/system.slice"
#define STARTTIME_FIELD 22

/* The path behind "0::" */
static bool unified_path(struct span text, struct span *ret_path)
{
	struct span line;

	while (span_next(&text, '\n', &line)) {
		if (span_starts(line, "0::/")) {
			*ret_path = (struct span){line.p + 3, line.len - 3};
			return true;
		}
	}
	return false;
}

/* ".../system.slice" that this program itself is in, or the root's: in a container it lies deeper
 */
static struct span own_slice(struct span own)
{
	struct span path;

	if (unified_path(own, &path)) {
		for (size_t i = 0; i + strlen(SLICE) < path.len; i++) {
			struct span rest = {path.p + i, path.len - i};

			if (span_starts(rest, SLICE "/")) {
				return (struct span){path.p, i + strlen(SLICE)};
			}
		}
	}
	return span_z(SLICE);
}

bool home_genuine_cgroup(struct span peer, struct span own, uid_t uid)
{
	struct span slice = own_slice(own);
	struct span path, rest;
	char unit[64];
	int n;

	n = snprintf(unit, sizeof(unit), "/caretaker-home@%u.service", (unsigned)uid);
	if (n <= 0 || !unified_path(peer, &path) || path.len <= slice.len + (size_t)n - 1 ||
		memcmp(path.p, slice.p, slice.len) != 0 || path.p[slice.len] != '/') {
		return false;
	}
	rest = (struct span){path.p + path.len - (size_t)n, (size_t)n};
	return span_eq(rest, unit);
}

/* The name in field 2 may hold blanks and brackets: counted from the last bracket. */
static bool read_starttime(struct span stat, uint64_t *ret_starttime)
{
	const char *bracket = memrchr(stat.p, ')', stat.len);
	struct span rest, field = {NULL, 0};

	if (!bracket || (size_t)(bracket - stat.p) + 2 >= stat.len) {
		return false;
	}
	rest = (struct span){bracket + 2, stat.len - (size_t)(bracket - stat.p) - 2};
	for (int i = 3; i <= STARTTIME_FIELD; i++) {
		if (!span_next(&rest, ' ', &field)) {
			return false;
		}
	}
	return span_u64(field, ret_starttime) == 0;
}

bool home_genuine_pidfile(struct span pidfile, struct span stat, pid_t pid)
{
	uint64_t wanted_pid, wanted_start, start;
	struct span line, field;

	if (!span_next(&pidfile, '\n', &line) || !span_next(&line, ' ', &field) ||
		span_u64(field, &wanted_pid) != 0 || !span_next(&line, ' ', &field) ||
		span_u64(span_trim(field), &wanted_start) != 0) {
		return false;
	}
	return wanted_pid == (uint64_t)pid && read_starttime(stat, &start) && start == wanted_start;
}

static int read_proc(const char *which, const char *name, char **ret_bytes, size_t *ret_len)
{
	cleanup(fd_close) int fd = -1;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%s/%s", which, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd_read_all(fd, HOME_GENUINE_FILE_MAX, ret_bytes, ret_len);
}

static bool supervised(int run_fd, const char *which, pid_t pid, uid_t uid)
{
	cleanup(free_ptr) char *pidfile = NULL;
	cleanup(free_ptr) char *stat = NULL;
	cleanup(fd_close) int dirfd = -1;
	size_t pidfile_len, stat_len;
	struct stat st;
	char name[32];

	(void)snprintf(name, sizeof(name), "%u.pid", (unsigned)uid);
	dirfd = fd_open_dir(run_fd, "homes");
	if (dirfd < 0 || fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_uid != 0 ||
		(st.st_mode & 022) != 0) {
		return false;
	}
	if (fd_read_regular(dirfd, name, HOME_GENUINE_FILE_MAX, &pidfile, &pidfile_len) != 0 ||
		read_proc(which, "stat", &stat, &stat_len) != 0) {
		return false;
	}
	return home_genuine_pidfile(
		(struct span){pidfile, pidfile_len}, (struct span){stat, stat_len}, pid);
}

bool home_genuine(int run_fd, pid_t pid, uid_t uid)
{
	cleanup(free_ptr) char *peer = NULL;
	cleanup(free_ptr) char *own = NULL;
	size_t peer_len, own_len;
	char which[16];

	(void)snprintf(which, sizeof(which), "%d", (int)pid);
	if (read_proc(which, "cgroup", &peer, &peer_len) == 0 &&
		read_proc("self", "cgroup", &own, &own_len) == 0 &&
		home_genuine_cgroup(
			(struct span){peer, peer_len}, (struct span){own, own_len}, uid)) {
		return true;
	}
	return supervised(run_fd, which, pid, uid);
}
