/* SPDX-License-Identifier: Apache-2.0 */
/* The client profiles that hold: those of the policy's bundle, else the package's. */
#pragma once

#include "core.h"
#include "plan.h"

/* After another policy was taken: whether its profiles can be used; says why not. -ENOMEM */
must_check int profiles_admit(struct core *core);
/*
 * All of them, or with an id no more than is needed to find that one: look it up in what is
 * returned. Says what is wrong in them. -errno
 */
must_check int profiles_read(
	const struct core *core, const char *id, struct enforce_profiles *ret_profiles);
/* What is kept of this client: the policy's tier, off when the owner wants none of it. */
enum enforce_tier profiles_tier(const struct core *core, const struct enforce_profile *profile);
/* The tier of the policy alone: what would be kept if the owner wanted it */
enum enforce_tier profiles_policy_tier(
	const struct core *core, const struct enforce_profile *profile);
/* Plans one system client as of now, but for what an exemption lets go. journal of caretaker-hand
 * is read along. */
must_check int profiles_plan(const struct core *core, const struct enforce_profile *profile,
	enum enforce_tier tier, struct enforce_plan *ret_plan);
/* What a plan comes to, now that its owner was asked */
struct profiles_due {
	size_t asked;	  /* would be set, were it agreed to */
	size_t differing; /* of what is kept, whatever stands in its way */
	size_t wanted;	  /* of what is kept, to be written */
};
struct profiles_due profiles_due(const struct core *core, const struct enforce_plan *plan);
/* What caretaker-hand wrote and has not put back, each as planned undo; none without a journal. */
must_check int profiles_written(const struct core *core, struct enforce_changes *ret_changes);
/* The HAND_WRITE bodies of a plan, without the keys that the owner does not want kept */
must_check int profiles_writes(const struct core *core, const struct enforce_profile *profile,
	enum enforce_tier tier, const struct enforce_plan *plan, struct json_object **ret_array);
