/* SPDX-License-Identifier: Apache-2.0 */
/* Listens to one PulseAudio server. The one file of libpulse. */
#pragma once

#include "answer.h"

/*
 * runtime: directory of its socket. Starts no server, reads no configuration and no cookie. Answers
 * as pipewire_listen does; what comes in from a sink's monitor, and a stream that is corked, is
 * none.
 */
must_check int pulse_listen(const char *runtime, struct answer *answer);
