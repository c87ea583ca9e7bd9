/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs caretaker-notify: one at a time until its messages are shown. It stays for as long as one of
 * their buttons can be pressed; of those that stay, the oldest makes room, and what it showed then
 * has a button that does nothing.
 */
#pragma once

#include "json.h"
#include "loop.h"

#define CRIER_STAY_MAX 3

struct crier;
struct crier_config {
	const char *program;			 /* caretaker-notify's path, borrowed */
	const char *data;			 /* its texts, borrowed; NULL: the installed ones */
	int (*told)(bool shown, void *for_whom); /* of the last crier_tell */
	void *for_whom;
};

must_check int crier_new(
	struct loop *loop, const struct crier_config *config, struct crier **ret_crier);
void crier_free(struct crier *crier);
/* Whether messages are on their way that are not shown yet */
bool crier_busy(const struct crier *crier);
/*
 * Has an array of MESSAGE shown over this session bus; `told` follows, never from here. What cannot
 * be started is not told, and nothing else depends on it: -EAGAIN. -ENOMEM
 */
must_check int crier_tell(struct crier *crier, const char *bus, struct json_object *messages);
