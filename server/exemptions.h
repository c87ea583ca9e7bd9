/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exemptions as a school gives them: one person asks, another approves (a third, too, where pupils
 * are seen), and only then it is signed into the policy. What has to stand in one is
 * common/exemption.h's to say. They are for the school's own devices alone: what is let go on a
 * family's device is its owner's to say, on the device.
 *
 * Names of accounts stay here; what is signed has their roles.
 */
#pragma once

#include "device.h"
#include "json.h"
#include "store.h"

#define EXEMPTIONS_LISTED_MAX 200
#define EXEMPTIONS_WORD_MAX 32 /* a role */

enum exemptions_outcome {
	EXEMPTIONS_E_UNKNOWN = 1, /* no such exemption */
	EXEMPTIONS_E_REFUSED,	  /* it may not be: the error says why */
	EXEMPTIONS_E_PHASE,	  /* decided already, or over */
	EXEMPTIONS_E_PERSON,	  /* who asked, or has approved already, cannot be who approves */
	EXEMPTIONS_E_FULL,	  /* a policy has no room for one more */
};

struct exemptions_wish {
	struct json_object *terms;   /* as signed, without id, devices and approvers */
	struct json_object *devices; /* ids; NULL when team is given */
	const char *team;	     /* all of the school's devices of this group, or "" */
};
/* EXEMPTIONS_E_REFUSED */
must_check int exemptions_request(struct store *store, int64_t now_s, const char *who,
	const struct exemptions_wish *wish, int64_t *ret_id, struct json_error *error);
/* role: one of EXEMPTION_APPROVERS that who acts in. E_UNKNOWN, E_REFUSED, E_PHASE, E_PERSON,
 * E_FULL
 */
must_check int exemptions_approve(struct store *store, int64_t now_s, int64_t id, const char *who,
	const char *role, struct json_error *error);
/* Of one that nobody has approved yet. E_UNKNOWN, E_PHASE */
must_check int exemptions_refuse(struct store *store, int64_t now_s, int64_t id);
/* Of one that is approved, or by who asked for it before. E_UNKNOWN, E_PHASE */
must_check int exemptions_end(struct store *store, int64_t now_s, int64_t id, const char *who);

/* What policies carry: approved, not over. NULL when there is none */
must_check int exemptions_in_force(
	struct store *store, int64_t now_s, struct json_object **ret_array);
/* openapi's Exemptions, newest first; device NULL for all, else those that concern it */
must_check int exemptions_list(
	struct store *store, int64_t now_s, const char *device, struct json_object **ret_body);
/* One, with its devices. E_UNKNOWN */
must_check int exemptions_show(
	struct store *store, int64_t now_s, int64_t id, struct json_object **ret_body);
