/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd does with a unit, by files alone: systemd.unit(5) for where units and their masks
 * lie, the kernel's cgroup-v2.rst for whether one runs.
 */
#pragma once

#include "check.h"

#define UNIT_NAME_MAX 128
#define UNIT_FILE_MAX ((size_t)64 << 10)

enum unit_running {
	UNIT_ABSENT,  /* no such unit is installed */
	UNIT_STOPPED, /* or masked */
	UNIT_UNSEEN,  /* its control group is not where it can be told, or only files are judged */
	UNIT_ACTIVE,
};

enum unit_enablement {
	UNIT_NOT_INSTALLED,
	UNIT_DISABLED,
	UNIT_MASKED,
	UNIT_ENABLED,
};

/* systemd.unit(5): what a unit's name may hold. No slash: it stays below its directory. */
bool unit_name_valid(const char *unit);
/* The unit's name must be valid. */
must_check int unit_look_running(
	const struct check_ctx *ctx, const char *unit, enum unit_running *ret_running);
/* Whether one of the usual targets wants it. */
must_check int unit_look_enablement(
	const struct sysroot *root, const char *unit, enum unit_enablement *ret_enablement);
/* A line of text begins so. */
bool unit_text_has_line(const char *text, const char *start);
