/* SPDX-License-Identifier: Apache-2.0 */
/* Who logs somebody in without asking: display managers, and getty on the consoles. */
#pragma once

#include "check.h"

struct autologin {
	bool on;      /* somebody is logged in automatically */
	bool unknown; /* a display manager that is not known here */
	bool damaged; /* a file could not be read as one */
	bool refused; /* no right to read one */
};

must_check int autologin_look_display(const struct sysroot *root, struct autologin *autologin);
must_check int autologin_look_getty(const struct sysroot *root, struct autologin *autologin);
/* systemd.unit(5): a unit or a drop-in that is a link to /dev/null says nothing */
bool autologin_masked(const struct sysroot *root, const char *path);
/* Reads a file; *ret_text stays NULL when it is not there or is noted as damaged or refused. */
must_check int autologin_read(const struct sysroot *root, const char *path,
	struct autologin *autologin, char **ret_text, size_t *ret_len);
