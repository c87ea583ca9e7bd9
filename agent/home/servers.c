/* SPDX-License-Identifier: Apache-2.0 */
#include "servers.h"

#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define DELETED " (deleted)" /* replaced while it runs, proc_pid_exe(5) */

static const struct {
	const char *name;
	enum server server;
} rows[] = {
	{"jackd", SERVER_UNHEARD},
	{"jackdbus", SERVER_UNHEARD},
	{"pipewire", SERVER_PIPEWIRE},
	{"pulseaudio", SERVER_PULSE},
};

static unsigned servers_of(const char *exe)
{
	const char *slash = strrchr(exe, '/');

	for (size_t i = 0; slash && i < ARRAY_LEN(rows); i++) {
		if (strcmp(slash + 1, rows[i].name) == 0) {
			return 1U << rows[i].server;
		}
	}
	return 0;
}

static unsigned look_at(int proc, const char *name, uid_t uid)
{
	char path[64], exe[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fstatat(proc, name, &st, 0) < 0 || st.st_uid != uid) {
		return 0;
	}
	snprintf(path, sizeof(path), "%.32s/exe", name);
	n = readlinkat(proc, path, exe, sizeof(exe) - 1);
	if (n <= 0) {
		return 0;
	}
	exe[n] = '\0';
	if ((size_t)n > strlen(DELETED) && strcmp(exe + n - strlen(DELETED), DELETED) == 0) {
		exe[(size_t)n - strlen(DELETED)] = '\0';
	}
	return servers_of(exe);
}

int servers_look(int proc, uid_t uid, unsigned *ret_servers)
{
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	unsigned servers = 0;
	uint64_t pid;

	if (!dir) {
		fd_close(&fd);
		return -errno;
	}
	while ((entry = readdir(dir))) {
		if (span_u64(span_z(entry->d_name), &pid) == 0) {
			servers |= look_at(proc, entry->d_name, uid);
		}
	}
	closedir(dir);
	*ret_servers = servers;
	return 0;
}
