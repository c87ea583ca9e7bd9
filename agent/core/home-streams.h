/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker says of its person's sound and picture streams: kinds of programs, and no more. */
#pragma once

#include "json.h"
#include "media-join.h"

/* -EINVAL, also for a kind that is none. uid is the peer's, not the message's. */
must_check int home_streams_read(
	struct json_object *body, uid_t uid, struct media_streams *ret_streams);
