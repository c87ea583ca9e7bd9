/* SPDX-License-Identifier: Apache-2.0 */
/* Installed browsers and what their managed policies allow without asking. */
#pragma once

#include "check.h"

#define BROWSERS_POLICY_MAX ((size_t)1 << 20)
#define BROWSERS_FILES_MAX 256

struct browsers_found {
	struct json_object *allowed; /* origins that may be allowed, borrowed; NULL for none */
	size_t n_installed;
	bool extra;	/* something else is allowed */
	bool damaged;	/* a policy file is no JSON object, or no file */
	bool refused;	/* no right to read one */
	bool sandboxed; /* one comes as flatpak or snap, which may read other files */
};

must_check int browsers_look_chromium(const struct sysroot *root, struct browsers_found *found);
must_check int browsers_look_firefox(const struct sysroot *root, struct browsers_found *found);

/* Notes it when the list holds an origin that is not allowed, or is no list of texts. */
void browsers_judge_list(struct json_object *list, struct browsers_found *found);
/* The file's object, to be put; NULL when it is not there or was noted as damaged or refused. */
must_check int browsers_read(const struct sysroot *root, const char *path,
	struct browsers_found *found, struct json_object **ret_object);
