/* SPDX-License-Identifier: Apache-2.0 */
/* One running caretaker-listen-*. */
#pragma once

#include "loop.h"
#include "media-heard.h"

#define EAR_PATH_MAX 256

struct ear;
struct ear_config {
	const char *program; /* read by ear_new alone, as runtime */
	const char *runtime;
	int (*changed)(void *data); /* ear_heard is another one */
	void *data;
};

must_check int ear_new(struct loop *loop, const struct ear_config *config, struct ear **ret_ear);
/* Ends it. */
void ear_free(struct ear *ear);
/* What it said last; NULL until it said something, and once it ended. */
const struct media_heard *ear_heard(const struct ear *ear);
bool ear_ended(const struct ear *ear);
