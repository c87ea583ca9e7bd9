/* SPDX-License-Identifier: Apache-2.0 */
/* How long each exemption ran, by the boot clock: the bound that no wall clock moves. */
#pragma once

#include "exempt.h"
#include "json-build.h"
#include "state.h"

/*
 * Adds elapsed_s to those that run on this device, forgets those that nobody names any more;
 * ret_changed tells whether anything is to be saved.
 */
must_check int exempt_use_count(
	struct state *state, const struct check_ctx *ctx, int64_t elapsed_s, bool *ret_changed);

/* The same for the time since it was last asked for; called before exemptions are looked at. */
must_check int exempt_use_charge(
	struct state *state, const struct check_ctx *ctx, bool *ret_changed);

/* [{"id","used"}]; JSON_E_*, -EBADMSG or another -errno */
must_check int exempt_use_from_json(
	struct json_object *array, struct state *state, struct json_error *error);
void exempt_use_build(const struct state *state, struct json_build *array);
