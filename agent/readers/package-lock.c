/* SPDX-License-Identifier: Apache-2.0 */
#include "package-lock.h"

#include <fcntl.h>
#include <unistd.h>

/* The first is held by apt and its like from beginning to end, the second by dpkg itself. */
static const char *const locks[] = {"var/lib/dpkg/lock-frontend", "var/lib/dpkg/lock"};

bool package_lock_held(const struct sysroot *root)
{
	for (size_t i = 0; i < ARRAY_LEN(locks); i++) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		cleanup(fd_close) int fd = -1;

		if (sysroot_open_file(root, locks[i], &fd) == 0 && fcntl(fd, F_GETLK, &lock) == 0 &&
			lock.l_type != F_UNLCK) {
			return true;
		}
	}
	return false;
}
