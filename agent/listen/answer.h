/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The side of caretaker-listen-* that knows no sound server: who may run it, within which bounds,
 * and how it answers.
 */
#pragma once

#include "media-heard.h"

/* Of what a library may take for what a server says; both map far more than they touch. */
#define ANSWER_MEMORY_MAX ((size_t)512 << 20)
#define ANSWER_FILES_MAX 64

struct answer {
	int proc; /* directory fd of /proc */
	uid_t uid;
	bool told;
	struct media_heard last;
};

/*
 * -EPERM for root, and for who may gain rights. Bounds itself (confine.h). Not by Landlock, which
 * would keep it from /proc/PID/exe of everybody outside of its own domain.
 */
must_check int answer_init(struct answer *answer);
/* Writes it to standard output unless it is the last one again. -EPIPE: nobody listens. */
must_check int answer_tell(struct answer *answer, const struct media_heard *heard);
