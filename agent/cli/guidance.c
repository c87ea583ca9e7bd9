/* SPDX-License-Identifier: Apache-2.0 */
#include "guidance.h"

#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)256 << 10)
#define PATH_LEN_MAX 4096
#define PREFIX "setting."

void guidance_finish(struct guidance *guidance)
{
	json_object_put(guidance->root);
	*guidance = (struct guidance){0};
}

void guidance_load(const char *datadir, struct guidance *ret_guidance)
{
	cleanup(guidance_finish) struct guidance guidance = {0};
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int dirfd = -1;
	char path[PATH_LEN_MAX];
	size_t len;

	*ret_guidance = guidance;
	if ((size_t)snprintf(path, sizeof(path), "%s/guidance", datadir) >= sizeof(path)) {
		return;
	}
	dirfd = fd_open_dir(AT_FDCWD, path);
	if (dirfd < 0 || fd_read_regular(dirfd, "settings.json", FILE_MAX, &bytes, &len) != 0 ||
		json_parse((struct span){bytes, len}, &guidance.root, NULL) != 0) {
		return;
	}
	if (json_object_object_get_ex(guidance.root, "settings", &guidance.settings)) {
		*ret_guidance = guidance;
		guidance.root = NULL;
	}
}

const char *guidance_control(const struct guidance *guidance, const char *why)
{
	struct json_object *control;

	if (!guidance->settings || strncmp(why, PREFIX, strlen(PREFIX)) != 0 ||
		!json_object_object_get_ex(guidance->settings, why + strlen(PREFIX), &control) ||
		!json_object_is_type(control, json_type_string)) {
		return NULL;
	}
	return json_object_get_string(control);
}
