/* SPDX-License-Identifier: Apache-2.0 */
#include "dconf-update.h"

#include "change.h"

#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

int dconf_update(const struct enforce_place *place)
{
	char path[64];
	char *argv[] = {"dconf", "update", path, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status = -1;

	/* a descriptor's own path: whoever made the place need not be asked where it lies */
	snprintf(path, sizeof(path), "/proc/%d/fd/%d/etc/dconf/db", getpid(), place->root.fd);
	if (posix_spawn_file_actions_init(&actions) != 0) {
		return -ENOMEM;
	}
	if (posix_spawn(&pid, "/usr/bin/dconf", &actions, NULL, argv, NULL) == 0) {
		(void)waitpid(pid, &status, 0);
	}
	posix_spawn_file_actions_destroy(&actions);
	return status == 0 ? 0 : ENFORCE_ERROR_TOOL_FAILED;
}
