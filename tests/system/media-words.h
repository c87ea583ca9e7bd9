/* SPDX-License-Identifier: Apache-2.0 */
/* What caretakerd tells of cameras and microphones over control.sock, as words to compare. */
#pragma once

#include "ipc.h"

/* Only a machine that hangs takes this long. */
#define MEDIA_WORDS_LIMIT_S 60
#define MEDIA_WORDS_SAID_MAX 96
#define MEDIA_WORDS_SOCKET "/run/caretaker/control.sock"

/* A connection that is told now and at each change; -1 */
must_check int media_words_follow(const char *socket);
/* Until there is something to receive, or a time of the boot clock; false when nothing came */
must_check bool media_words_wait(int fd, int64_t until_ms);
/* The next answer, until a time of the boot clock; false when none came */
must_check bool media_words_receive(int fd, int64_t until_ms, struct ipc_message *ret_message);
/*
 * Whether a word is true of an answer: "c1=held" of the first camera, "m2=other/browser" with the
 * kind of program, "c3=-" for none. said: the same word, as it is true.
 */
bool media_words_hold(struct json_object *body, const char *word, char said[MEDIA_WORDS_SAID_MAX]);
