/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define GROUPS_MAX 65536 /* NGROUPS_MAX of the kernel */

static int fill_address(const char *path, struct sockaddr_un *address)
{
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(address->sun_path)) {
		return len ? -ENAMETOOLONG : -EINVAL;
	}
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->sun_path, path, len);
	return 0;
}

static int open_socket(int flags)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0);

	return fd < 0 ? -errno : fd;
}

int ipc_connect(const char *path)
{
	cleanup(fd_close) int fd = -1;
	struct sockaddr_un address;
	int r = fill_address(path, &address);

	if (r < 0) {
		return r;
	}
	fd = open_socket(0);
	if (fd < 0) {
		return fd;
	}
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	return TAKE_FD(fd);
}

/* Removes a socket that nobody listens on any more; leaves everything else alone. */
static int remove_left_over(const char *path)
{
	cleanup(fd_close) int fd = -1;
	struct stat st;

	if (lstat(path, &st) < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	if (!S_ISSOCK(st.st_mode)) {
		return -EEXIST;
	}
	fd = ipc_connect(path);
	if (fd != -ECONNREFUSED) {
		return -EADDRINUSE;
	}
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int ipc_listen(const char *path, mode_t mode)
{
	cleanup(fd_close) int fd = -1;
	struct sockaddr_un address;
	mode_t mask;
	int r = fill_address(path, &address);

	if (r < 0) {
		return r;
	}
	r = remove_left_over(path);
	if (r < 0) {
		return r;
	}
	fd = open_socket(SOCK_NONBLOCK);
	if (fd < 0) {
		return fd;
	}
	/* bind(2) makes the file 0777 without the mask: no moment with a wider mode. */
	mask = umask(~mode & 0777);
	r = bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	(void)umask(mask);
	if (r == 0 && listen(fd, SOMAXCONN) < 0) {
		r = -errno;
	}
	return r < 0 ? r : TAKE_FD(fd);
}

int ipc_peer_read(int fd, struct ipc_peer *ret_peer)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0) {
		return -errno;
	}
	*ret_peer = (struct ipc_peer){.pid = cred.pid, .uid = cred.uid, .gid = cred.gid};
	return 0;
}

int ipc_peer_in_group(int fd, gid_t gid, bool *ret_member)
{
	cleanup(free_ptr) gid_t *groups = NULL;
	struct ipc_peer peer;
	socklen_t len = 0;
	bool member;
	int r = ipc_peer_read(fd, &peer);

	if (r < 0) {
		return r;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &len) < 0 && errno != ERANGE) {
		return -errno;
	}
	if (len > GROUPS_MAX * sizeof(*groups)) {
		return -E2BIG;
	}
	groups = malloc(len ? len : sizeof(*groups));
	if (!groups) {
		return -ENOMEM;
	}
	if (len > 0 && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0) {
		return -errno;
	}
	member = peer.gid == gid;
	for (size_t i = 0; i < len / sizeof(*groups); i++) {
		member = member || groups[i] == gid;
	}
	*ret_member = member;
	return 0;
}
