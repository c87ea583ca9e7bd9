/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other files of a managed directory. Chromium reads every regular file there, hidden ones too,
 * skips one that it cannot parse, and for a policy in several files takes the last in the order of
 * bytes (components/policy/core/common/config_dir_policy_loader.cc; tried with Chromium 156). A
 * file that sorts after ours overrules it; one that sorts before would be overruled by it, and is
 * an administrator's all the same. Not so with apt: what comes before ours there was brought by
 * packages and written by the dialogs of updates (20auto-upgrades), and is plain settings.
 */
#pragma once

#include "document.h"
#include "vec.h"

#define ENFORCE_OTHERS_MAX 256
/* apt reads it after all parts of apt.conf.d (apt.conf(5)) */
#define ENFORCE_OTHER_ABOVE "../"
#define ENFORCE_OTHER_MAIN ENFORCE_OTHER_ABOVE "apt.conf"

struct enforce_other {
	char *name;
	bool later; /* it counts more than ours */
	struct enforce_document document;
};
struct enforce_others {
	struct enforce_other *items; /* the one that counts most first */
	size_t len, cap;
};
void enforce_others_finish(struct enforce_others *others);
must_check int enforce_others_read(
	int dirfd, const char *ours, enum enforce_format format, struct enforce_others *ret_others);
/* The first that has this key, with its value; NULL when none has. The caller finishes the value.
 */
must_check int enforce_others_find(const struct enforce_others *others,
	const struct json_path *path, const struct enforce_other **ret_other,
	struct enforce_value *ret_value);
