/* SPDX-License-Identifier: Apache-2.0 */
/* What the fleet looks like, read for the console: rows of the store as JSON. */
#pragma once

#include "device.h"
#include "json.h"
#include "store.h"

#define FLEET_PAGE 50
#define FLEET_WORST_MAX 10
#define FLEET_NEW_S ((int64_t)7 * 86400)
#define FLEET_TREND_DAYS 84
#define FLEET_HISTORY_MAX 500
#define FLEET_TEAMS_MAX 100

/* Each fills *ret with an object of server/openapi.json, of that name. */
must_check int fleet_read(struct store *store, int64_t now_s, struct json_object **ret);

enum fleet_sort {
	FLEET_BY_LABEL,
	FLEET_BY_GROUP,	  /* down: groups from the last, labels of each as ever */
	FLEET_BY_HEARD,	  /* the day on which it was heard last; those of a day by label */
	FLEET_BY_FAILING, /* how many controls fail; then by label */
	FLEET_BY_STATE,	  /* failing, unknown, silent, passing; then by label */
};
struct fleet_filter {
	const char *state;	   /* DeviceState or NULL */
	const char *control;	   /* with control_state, or NULL */
	const char *control_state; /* a state's word */
	const char *team;	   /* or NULL */
	const char *text;	   /* part of a label, or NULL */
	const char *reach;	   /* ",a,b,": groups that may be seen; "" for all */
	enum fleet_sort sort;
	bool down;
	const char *after_team; /* the page begins behind this device; NULL for the first */
	int64_t after_number;
	int64_t after_value; /* with it: days since 1970, how many fail, fleet_state_rank() */
};
must_check int fleet_read_devices(
	struct store *store, const struct fleet_filter *filter, struct json_object **ret);
/* DEVICE_E_UNKNOWN */
must_check int fleet_read_device(
	struct store *store, const char *id, const char *reach, struct json_object **ret);

/* Of a device that is silent, what passed is counted as unknown. */
must_check int fleet_read_controls(struct store *store, struct json_object **ret);
/* DEVICE_E_UNKNOWN when no device has reported it and no policy names it */
must_check int fleet_read_control(
	struct store *store, const char *id, int64_t now_s, struct json_object **ret);

/*
 * Marks who fell silent, as many as one transaction should: ret_more when some are left. What is
 * read below and above knows of silence by these marks alone.
 */
must_check int fleet_sweep(struct store *store, int64_t now_s, bool *ret_more);
/* Counts today for the trends, from the counts that stand; called every round. */
must_check int fleet_count_day(struct store *store, int64_t now_s);

/* "team-007" */
#define FLEET_LABEL_MAX (DEVICE_TEAM_MAX + 21)
must_check int fleet_add_label(struct json_object *object, struct span team, int64_t number);
