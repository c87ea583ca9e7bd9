/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts kept beside the rows that they count, so that no page reads a fleet to count it: devices
 * by what they are shown as (subject ''), and each control by state, for every group. Of a device
 * that is silent, what passed is counted as unknown. And how many hold which version of their
 * ownership's policy. Whoever writes rows of devices or controls
 * keeps them.
 */
#pragma once

#include "posture.h"
#include "store.h"

#define TALLY_DEVICES ""      /* subject: devices by "passing", "failing", "unknown", "silent" */
#define TALLY_MENDS "mends"   /* state: devices on which nothing fails but this control */
#define TALLY_SILENT "silent" /* devices.shown of one that is silent, else its posture */
#define TALLY_SWEEP_MAX 256   /* devices of one sweep */

must_check int tally_add(
	struct store *store, const char *team, const char *subject, const char *state, int64_t n);
/* The version of the policy that the device's row says, likewise */
must_check int tally_hold(struct store *store, const char *device, int64_t n);
/* The two rows of one count, at once: tally_add does both, or leaves them to store->batch. */
must_check int tally_put_team(
	struct store *store, const char *team, const char *subject, const char *state, int64_t n);
must_check int tally_put_total(
	struct store *store, const char *subject, const char *state, int64_t n);
/* All that this device adds as its rows stand: n is 1, or -1 before they change or go. */
must_check int tally_device(struct store *store, const char *device, int64_t n);
/* A device is shown as this from now on: its counts go over. */
must_check int tally_show(struct store *store, const char *device, bool silent);
/* Those not heard of since before_s become silent, at most TALLY_SWEEP_MAX; ret_n: how many. */
must_check int tally_sweep(struct store *store, int64_t before_s, size_t *ret_n);
/* What a control is counted as, by what is shown of its device */
const char *tally_state(enum posture_state state, bool silent);
/* Counts everything anew; ret_wrong: how many counts are not as the rows say. */
must_check int tally_check(struct store *store, int64_t *ret_wrong);
