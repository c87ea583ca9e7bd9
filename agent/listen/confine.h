/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the libraries of sound servers may ask of the kernel, besides what the unit of
 * caretaker-home refuses already: files to read, memory, threads, and one server to talk to. A
 * server that lies to a library until it runs what the server likes runs no other program with it,
 * changes no file, and reaches nobody.
 */
#pragma once

#include "base.h"

/*
 * By seccomp(2), for this process for good: what is not on the list gets EPERM, and another ABI
 * than the machine's own ends it. Wants NoNewPrivileges, and to be called before there are threads.
 * -errno
 */
must_check int confine(void);
/* From now on also no socket and no connection: the server has been found. -errno */
must_check int confine_connected(void);
