/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a unit of systemd starts by itself: by the links that "systemctl enable" lays and the
 * mask (systemd.unit(5)), and whether it runs: its control group holds a process.
 */
#pragma once

#include "sysroot.h"

#define UNITS_NAME_MAX 128

enum unit_state {
	UNIT_ABSENT,
	UNIT_OFF,     /* there, and nothing starts it */
	UNIT_ENABLED, /* it, or its socket, starts with the system */
	UNIT_RUNNING,
};
/* unit: "ssh.service", a constant of the caller. -ENOMEM */
must_check int units_look(
	const struct sysroot *root, const char *unit, bool live, enum unit_state *ret_state);
