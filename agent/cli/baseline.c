/* SPDX-License-Identifier: Apache-2.0 */
#include "baseline.h"

#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define PATH_LEN_MAX 4096

int baseline_read(
	const char *datadir, const char *name, struct policy **ret_policy, struct json_error *error)
{
	char dir[PATH_LEN_MAX], file[64];
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = -1;
	size_t len;
	int r;

	if ((size_t)snprintf(dir, sizeof(dir), "%s/baseline", datadir) >= sizeof(dir) ||
		(size_t)snprintf(file, sizeof(file), "%s.json", name) >= sizeof(file)) {
		return -ENAMETOOLONG;
	}
	fd = fd_open_dir(AT_FDCWD, dir);
	if (fd < 0) {
		return fd;
	}
	r = fd_read_regular(fd, file, POLICY_MAX, &bytes, &len);
	if (r != 0) {
		return r < 0 ? r : r == FD_E_MISSING ? -ENOENT : -EINVAL;
	}
	return policy_parse((struct span){bytes, len}, ret_policy, error);
}

size_t baseline_severity_rank(const char *severity)
{
	static const char *const ranks[] = {"critical", "high", "medium", "low"};
	size_t rank = 0;

	while (rank < ARRAY_LEN(ranks) &&
		(severity == NULL || strcmp(ranks[rank], severity) != 0)) {
		rank++;
	}
	return rank;
}
