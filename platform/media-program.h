/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which kind of program a process is: a closed list of words, and all that is ever told or kept of
 * it. By its executable, its folder, and the control group that flatpak, snap or the desktop gave
 * it.
 */
#pragma once

#include "base.h"

#include <sys/types.h>

#define MEDIA_KINDS(X)                                                   \
	X(CONFERENCING, "conferencing")                                  \
	X(BROWSER, "browser")                                            \
	X(RECORDER, "recorder")                                          \
	X(OTHER, "other")                                                \
	/* serves cameras or sound to others, and uses neither itself */ \
	X(DAEMON, "daemon")

enum media_kind {
#define X(name, code) MEDIA_KIND_##name,
	MEDIA_KINDS(X)
#undef X
		MEDIA_KIND_COUNT,
};
const char *media_kind_code(enum media_kind kind);
/* Any of the words but "daemon"; -EINVAL */
must_check int media_kind_parse(struct span word, enum media_kind *ret_kind);

struct media_program {
	enum media_kind kind;
	uid_t uid;		/* whose process; -1: cannot be seen */
	uint64_t device, inode; /* of its executable; 0: cannot be seen */
};
/*
 * proc: directory fd of /proc. MEDIA_KIND_OTHER for what is on no list, or cannot be seen; a daemon
 * only when its program is root's, so that nobody hides behind a name.
 */
void media_program_look(int proc, pid_t pid, struct media_program *ret_program);
/* By its executable alone, whether this process runs what it ran then; false where that cannot be
 * seen. A seventh of the time */
bool media_program_is(int proc, pid_t pid, const struct media_program *program);

/* Pure, of the path of an executable and the text of /proc/PID/cgroup */
enum media_kind media_program_judge(struct span exe, struct span cgroup);
/* Pure, of one name: of a program, a package, a flatpak's id */
enum media_kind media_program_name(struct span name);
