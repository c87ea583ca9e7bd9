/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cameras and microphones, for the parts of caretakerd: follows them (agent/media), has the checks
 * judged again, and tells who asks over control.sock. Nothing of it is written down.
 */
#pragma once

#include "control.h"
#include "media.h"

#define SENSORS_FOLLOWERS_MAX CONTROL_PEERS_MAX

struct sensors;
must_check int sensors_new(struct core *core, struct sensors **ret_sensors);
void sensors_free(struct sensors *sensors);
void sensors_free_p(struct sensors **sensors);

const struct media_view *sensors_view(const struct sensors *sensors);
/* For agent/core/homes.c: what a worker says, that it is gone, whether it is wanted. */
struct media *sensors_media(struct sensors *sensors);

/* The verb "media": the state now; with follow, each other state as well until the peer hangs up.
 */
must_check int sensors_ask(struct core *core, const struct control_call *call);
