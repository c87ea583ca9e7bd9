// SPDX-License-Identifier: Apache-2.0
#include "homes.h"

#include "fd.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOGIN_DEFS "login.defs"
#define LOGIN_DEFS_MAX ((size_t)64 << 10)
#define STAT_MAX ((size_t)4 << 10)
#define STAT_START_TIME 22

struct uid_range {
	uint64_t min, max;
};

static void read_range_line(struct span line, struct uid_range *range)
{
	static const char *const names[] = {"UID_MIN", "UID_MAX"};
	uint64_t *const values[] = {&range->min, &range->max};

	line = span_trim(line);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);
		struct span rest = {line.p + len, line.len - len};
		uint64_t n;

		if (!span_starts(line, names[i])) {
			continue;
		}
		if (span_u64(span_trim(rest), &n) == 0) {
			*values[i] = n;
		}
	}
}

/* The defaults are those that shadow's own programs take when the file is silent. */
static int read_range(struct uid_range *ret_range)
{
	struct uid_range range = {.min = 1000, .max = 60000};
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int etc = fd_open_dir(AT_FDCWD, "/etc");
	struct span text, line;
	size_t len;
	int r;

	if (etc < 0) {
		return etc;
	}
	r = fd_read_regular(etc, LOGIN_DEFS, LOGIN_DEFS_MAX, &bytes, &len);
	if (r < 0) {
		return r;
	}
	text = r == 0 ? (struct span){bytes, len} : (struct span){"", 0};
	while (span_next(&text, '\n', &line)) {
		read_range_line(line, &range);
	}
	*ret_range = range;
	return 0;
}

static bool is_chosen(const struct passwd *user, const uid_t *only, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (only[i] == user->pw_uid) {
			return true;
		}
	}
	return n == 0;
}

static bool has_login(const struct passwd *user)
{
	const char *shell = strrchr(user->pw_shell, '/');
	struct stat home;

	/* An empty field means /bin/sh, passwd(5). */
	if (shell && (strcmp(shell, "/nologin") == 0 || strcmp(shell, "/false") == 0)) {
		return false;
	}
	return stat(user->pw_dir, &home) == 0 && S_ISDIR(home.st_mode);
}

static int add_home(struct homes *homes, const struct passwd *user)
{
	struct home *home;

	if (homes->len == HOMES_MAX) {
		return -ENOSPC;
	}
	home = &homes->items[homes->len++];
	*home = (struct home){
		.uid = user->pw_uid,
		.gid = user->pw_gid,
		.user = strdup(user->pw_name),
		.path = strdup(user->pw_dir),
	};
	return home->user && home->path ? 0 : -ENOMEM;
}

int homes_read(const uid_t *only, size_t n, struct homes *ret_homes)
{
	struct homes homes = {0};
	struct uid_range range;
	const struct passwd *user;
	int r;

	r = read_range(&range);
	if (r < 0) {
		return r;
	}
	setpwent();
	while (r == 0 && (user = getpwent())) {
		bool regular = user->pw_uid >= range.min && user->pw_uid <= range.max;

		if (regular && is_chosen(user, only, n) && has_login(user)) {
			r = add_home(&homes, user);
		}
	}
	endpwent();
	if (r < 0) {
		homes_finish(&homes);
		return r;
	}
	*ret_homes = homes;
	return 0;
}

void homes_finish(struct homes *homes)
{
	for (size_t i = 0; i < homes->len; i++) {
		free(homes->items[i].user);
		free(homes->items[i].path);
	}
	homes->len = 0;
}

/* The program's name stands in brackets and may hold any byte: count from the last bracket. */
static int read_start_time(pid_t pid, uint64_t *ret_ticks)
{
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = -1;
	char path[64];
	struct span rest, field;
	const char *bracket;
	size_t len;
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, STAT_MAX, &bytes, &len);
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	bracket = memrchr(bytes, ')', len);
	if (!bracket || bracket + 2 >= bytes + len) {
		return -EBADMSG;
	}
	rest = (struct span){bracket + 2, (size_t)(bytes + len - bracket - 2)};
	for (int i = 3; i <= STAT_START_TIME; i++) {
		if (!span_next(&rest, ' ', &field)) {
			return -EBADMSG;
		}
	}
	return span_u64(field, ret_ticks);
}

int homes_write_pid(int dirfd, uid_t uid, pid_t pid)
{
	char name[32], text[64];
	uint64_t ticks;
	int r;

	r = read_start_time(pid, &ticks);
	if (r < 0) {
		return r;
	}
	(void)snprintf(name, sizeof(name), "%u.pid", (unsigned)uid);
	r = snprintf(text, sizeof(text), "%d %llu\n", (int)pid, (unsigned long long)ticks);
	return fd_write_atomic(dirfd, name, text, (size_t)r, 0644);
}

void homes_remove_pid(int dirfd, uid_t uid)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%u.pid", (unsigned)uid);
	(void)unlinkat(dirfd, name, 0);
}
