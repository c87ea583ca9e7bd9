/* SPDX-License-Identifier: Apache-2.0 */
/* The socket of a sound server in its user's runtime directory. */
#pragma once

#include "base.h"

/* -EPERM unless directory and socket are this user's own */
must_check int server_socket_check(const char *runtime, const char *name);
/*
 * -EPERM unless directory and socket are this user's own. Opened without a wait: -EAGAIN where
 * nobody takes calls.
 */
must_check int server_socket_open(const char *runtime, const char *name, int *ret_fd);
