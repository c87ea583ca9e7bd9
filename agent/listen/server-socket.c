/* SPDX-License-Identifier: Apache-2.0 */
#include "server-socket.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int check_own(const char *path, mode_t type)
{
	struct stat st;

	if (lstat(path, &st) < 0) {
		return -errno;
	}
	return st.st_uid == getuid() && (st.st_mode & S_IFMT) == type ? 0 : -EPERM;
}

static int address_of(const char *runtime, const char *name, struct sockaddr_un *ret_address)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int n = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", runtime, name);
	int r = n < 0 || (size_t)n >= sizeof(address.sun_path) ? -ENAMETOOLONG : 0;

	r = r < 0 ? r : check_own(runtime, S_IFDIR);
	r = r < 0 ? r : check_own(address.sun_path, S_IFSOCK);
	if (r == 0) {
		*ret_address = address;
	}
	return r;
}

int server_socket_check(const char *runtime, const char *name)
{
	struct sockaddr_un address;

	return address_of(runtime, name, &address);
}

int server_socket_open(const char *runtime, const char *name, int *ret_fd)
{
	struct sockaddr_un address;
	cleanup(fd_close) int fd = -1;
	int r = address_of(runtime, name, &address);

	if (r < 0) {
		return r;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}
