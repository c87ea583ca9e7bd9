/* SPDX-License-Identifier: Apache-2.0 */
/* Listens to one PipeWire server. The one file of libpipewire. */
#pragma once

#include "answer.h"

/*
 * fd: connected to its socket, taken over. Answers for as long as the server is there: first once
 * everything that the server has was seen, then at each change. 0: it went away, or whoever listens
 * to us did; -EPROTO: it has more than is taken in, or does not speak as PipeWire does.
 */
must_check int pipewire_listen(int fd, struct answer *answer);
