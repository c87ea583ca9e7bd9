/* SPDX-License-Identifier: Apache-2.0 */
/* HOME_STATE: what a user's worker says of that user's clients. Checked here, believed as a claim.
 */
#pragma once

#include "json-build.h"

#include <sys/types.h>

#define HOME_STATE_CLIENTS_MAX 64
#define HOME_STATE_CHANGES_MAX 512
#define HOME_STATE_RESTORED_MAX 32

/* Each an array that this module has written anew: nothing unchecked is in it. */
struct home_state {
	struct json_object *changes;  /* CHANGE; what the user had typed is not in it */
	struct json_object *clients;  /* CLIENT, with the worker's uid */
	struct json_object *restored; /* {"at","client","key"} */
	int64_t serial; /* of the message it answers; the highest of one that never says */
};
void home_state_finish(struct home_state *state);
/* JSON_E_* with error filled, or -errno */
must_check int home_state_read(struct json_object *body, uid_t uid, struct home_state *ret_state,
	struct json_error *error);
