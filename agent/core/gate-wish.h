/* SPDX-License-Identifier: Apache-2.0 */
/* What a recording gate is to be by policy, owner and exemption, and how it stands. */
#pragma once

#include "core.h"
#include "gate-change.h"
#include "json-build.h"
#include "kept.h"
#include "profile.h"

struct gate_wish {
	bool installed;
	enum kept word; /* the owner's, and the exemptions' */
	enum enforce_tier tier;
	enum gate_mode mode;
	bool kept; /* as it is to be */
	struct gate_view view;
	enum enforce_result result; /* ENFORCE_PLANNED, or what is in the way */
	enum enforce_error error;
};

/* -ENOMEM, -errno */
must_check int gate_wish_read(
	const struct core *core, const struct gate *gate, struct gate_wish *ret_wish);
/* Whether it is looked after at all */
bool gate_wish_wanted(const struct gate_wish *wish);
/* Whether there is something to be done, now */
bool gate_wish_due(const struct gate_wish *wish);
/* CHANGE of what is not as it is to be. rewritten: somebody keeps taking it away. planned_too: also
 * of what nothing is in the way of */
must_check int gate_wish_add_change(const struct gate_wish *wish, const struct gate *gate,
	bool rewritten, bool planned_too, struct json_build *array);
