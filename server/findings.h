/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is not as it should be, a row for each control of a device that does not pass, in the order
 * in which the console asks across the fleet. All of it stands in the device's own row too
 * (device-held.h): who writes that keeps these.
 */
#pragma once

#include "held-text.h"
#include "store.h"

/* From was to is, of one control; NULL for none */
must_check int findings_change(struct store *store, const char *device,
	const struct held_control *was, const struct held_control *is);
