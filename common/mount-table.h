/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/PID/mountinfo (proc(5)): what is mounted where, as that process sees it. */
#pragma once

#include "base.h"
#include "str.h"
#include "vec.h"

#define MOUNT_TABLE_BYTES_MAX ((size_t)4 << 20)
#define MOUNT_TABLE_MAX 16384

/* Texts lie in the table's own copy of the file, unescaped. */
struct mount {
	unsigned major, minor;
	const char *point;
	const char *fstype;
	const char *source;
	const char *options; /* of the file system: "rw,upperdir=/x" */
};

struct mount_table {
	char *text;
	VEC(struct mount) mounts; /* in the order of the file: later ones cover earlier ones */
};
void mount_table_finish(struct mount_table *table);

/* Pure. Takes over text, which is terminated; -EBADMSG on a line that is none. */
must_check int mount_table_parse(char *text, size_t len, struct mount_table *ret_table);
/* The mount that holds this path below the root ("" is the root itself); NULL for none. */
const struct mount *mount_table_find(const struct mount_table *table, const char *path);
/* The value of "NAME=" among the options, on the heap; NULL when it is not there. */
char *mount_option(const struct mount *mount, const char *name);
/* In place: blanks and the like are written \040 and so on in /proc (fs/seq_file.c, mangle_path).
 */
void mount_unescape(char *text);
