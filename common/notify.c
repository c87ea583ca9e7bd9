/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The one variable that is read: the protocol knows no other way in. */
void notify_send(const char *text)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	cleanup(fd_close) int fd = -1;
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);

	if (len < 2 || len >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@')) {
		return;
	}
	memcpy(address.sun_path, path, len);
	if (path[0] == '@') {
		address.sun_path[0] = 0;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		(void)!sendto(
			fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
	}
}
