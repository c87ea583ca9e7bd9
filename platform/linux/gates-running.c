/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the programs of a client that run now are under its gate. */
#include "gates-parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BYTES_MAX ((size_t)8 << 10)
#define PATH_BYTES_MAX 512

static bool is_process(const char *name)
{
	return name[0] != '\0' && strspn(name, "0123456789") == strlen(name);
}

static bool runs(const struct sysroot *root, const char *pid, const struct gate *gate)
{
	cleanup(free_ptr) char *exe = NULL;
	char path[PATH_BYTES_MAX];

	snprintf(path, sizeof(path), "proc/%.32s/exe", pid);
	if (sysroot_readlink(root, path, &exe) != 0) {
		return false; /* it has ended, or it is the kernel's own */
	}
	for (size_t i = 0; i < GATE_NAMES_MAX && gate->folders[i]; i++) {
		if (strncmp(exe, gate->folders[i], strlen(gate->folders[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* "NAME (MODE)", in the folder of its own where other modules are there too (proc(5)) */
static bool is_held(const struct sysroot *root, const char *pid, const struct gate *gate)
{
	static const char *const places[] = {"attr/apparmor/current", "attr/current"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		cleanup(free_ptr) char *text = NULL;
		char path[PATH_BYTES_MAX];
		size_t len = 0;

		snprintf(path, sizeof(path), "proc/%.32s/%s", pid, places[i]);
		if (sysroot_read(root, path, WORD_BYTES_MAX, &text, &len) == 0) {
			return gates_mode_of(text, gate->profile) == 1;
		}
	}
	return false;
}

static bool is_recording(char *path, const struct gate *gate)
{
	size_t len = strlen(path);

	gates_lower(path);
	for (size_t i = 0; i < GATE_NAMES_MAX && gate->extensions[i]; i++) {
		size_t end = strlen(gate->extensions[i]);

		if (len > end && strcmp(path + len - end, gate->extensions[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* "flags:	0100001", octal (proc(5)): what the file was opened for */
static bool is_written(const struct sysroot *root, const char *pid, const char *fd)
{
	cleanup(free_ptr) char *text = NULL;
	char path[PATH_BYTES_MAX];
	const char *flags;
	size_t len = 0;

	snprintf(path, sizeof(path), "proc/%.32s/fdinfo/%.32s", pid, fd);
	if (sysroot_read(root, path, WORD_BYTES_MAX, &text, &len) != 0) {
		return false;
	}
	flags = strstr(text, "flags:");
	return flags && (strtoul(flags + strlen("flags:"), NULL, 8) & O_ACCMODE) != O_RDONLY;
}

static bool records(const struct sysroot *root, const char *pid, const struct gate *gate)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	char path[PATH_BYTES_MAX];

	snprintf(path, sizeof(path), "proc/%.32s/fd", pid);
	if (sysroot_list(root, path, &names) != 0) {
		return false;
	}
	for (size_t i = 0; i < names.len; i++) {
		cleanup(free_ptr) char *target = NULL;

		snprintf(path, sizeof(path), "proc/%.32s/fd/%.32s", pid, names.names[i]);
		if (sysroot_readlink(root, path, &target) == 0 && is_recording(target, gate) &&
			is_written(root, pid, names.names[i])) {
			return true;
		}
	}
	return false;
}

int gate_count_unheld(const struct sysroot *root, const struct gate *gate, size_t *ret_n)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	size_t n = 0;
	int r = sysroot_list(root, "proc", &names);

	if (r != 0) {
		return r < 0 ? r : -ENOENT;
	}
	for (size_t i = 0; i < names.len; i++) {
		const char *pid = names.names[i];

		/* one that ended between the two looks is not running */
		n += is_process(pid) && runs(root, pid, gate) &&
		     (!is_held(root, pid, gate) || records(root, pid, gate)) &&
		     runs(root, pid, gate);
	}
	*ret_n = n;
	return 0;
}
