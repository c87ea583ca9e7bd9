/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an administrator decided before us. A file of policies (Firefox's policies.json, a managed
 * directory), a key that KConfig's mark [$i] fixes and a property that xfconf locks for everybody
 * are there for nothing else, so a value that differs from ours is told and left: it is merged
 * around, never replaced. A plain file of settings (config, user-config) is where the setting
 * itself lives, written by packages, dialogs and persons alike: there the value is kept, shown
 * before, and given back by undo.
 */
#pragma once

#include "document.h"
#include "journal.h"
#include "profile.h"

/*
 * Whether somebody's decision stands in the way of this setting: another value, or on the way to it
 * something that is no object. What we wrote ourselves once (the journal knows it) and what changed
 * since is drift, and no decision. enum enforce_error, -ENOMEM
 */
must_check int enforce_mandate_find(const struct enforce_file *file, const char *path,
	const struct enforce_document *document, const struct enforce_setting *setting,
	const struct enforce_value *value, const struct enforce_journal *journal, bool *ret_stands);
/*
 * Whether two settings are members of one object below a policy's name. Where an administrator
 * decided one, our "Locked" beside it would fix what we do not want.
 */
bool enforce_mandate_together(
	const struct enforce_file *file, const struct json_path *a, const struct json_path *b);
