/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a setting is kept, and why not. On a school's device everything is kept that nobody with
 * a say undid; on a private one what its owner agreed to, setting by setting. An exemption that
 * runs lets settings go on either.
 */
#pragma once

#include "core.h"
#include "profile.h"

enum kept {
	KEPT,
	KEPT_ASKED,    /* a private device: nobody agreed to it, nor said no */
	KEPT_DECLINED, /* somebody with a say said no: what was kept goes back */
	KEPT_LIFTED,   /* an exemption runs */
};
#define KEPT_COUNT 4

/* value NULL stands for null: the one that is to be kept */
enum kept kept_setting(
	const struct core *core, const char *client, const char *key, struct json_object *value);
/* Whether any setting of the client is kept */
bool kept_any(const struct core *core, const struct enforce_profile *profile);
/*
 * Whether the device was a school's and is no more, by leaving or by a policy that gives it away:
 * then what is KEPT_ASKED goes back. A school whose policy cannot be read at the moment is one.
 */
bool kept_parted(const struct core *core);
/* Whether anything at all may be kept: what `status` calls keeping */
bool kept_at_all(const struct core *core);

/*
 * The owner's word about everything (client NULL), one client or one of its settings: what the
 * profiles that hold now name. Nothing is saved. -ENOSPC, -ENOMEM or another -errno, with part of
 * it noted.
 */
must_check int kept_say(struct core *core, const char *client, const char *key, bool keep);
