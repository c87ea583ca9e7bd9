/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which labels have a text in them, worked out for whole groups: "lab" is in all labels of lab,
 * "b-01" in those of it whose number begins so. No list of devices is walked to count them, but
 * that of a group whose numbers have gaps.
 */
#pragma once

#include "device.h"
#include "fleet.h"
#include "store.h"

#define LABELS_PART_MAX 64
#define LABELS_RUNS_MAX 32
#define LABELS_NUMBER_MAX 2000000 /* the highest number of a group that is worked out */

struct label_team {
	char name[DEVICE_TEAM_MAX + 1];
	int64_t last;	 /* the highest number it gave */
	int64_t devices; /* that are in it, and in the state */
};

/* What of a label's number is asked for, as text of three digits and more */
struct label_part {
	char text[LABELS_PART_MAX + 1]; /* in small letters */
	char head[LABELS_PART_MAX + 1]; /* what ends in the group's last sign, "-"; or "" */
	char digits[LABELS_PART_MAX + 1];
};

/* false when it is longer than any label: no device has it */
bool labels_read(const char *text, struct label_part *ret_part);

enum label_fit { LABEL_NONE, LABEL_SOME, LABEL_ALL };
enum label_fit labels_fit(const struct label_part *part, const char *team);
bool labels_number_fits(const struct label_part *part, int64_t number);

/* Numbers that fit lie in runs: "-01" is 10 to 19, and 100 to 199 is in "-1". */
struct label_run {
	int64_t first, last;
};

struct labels {
	struct label_team *teams; /* in which one may be, sorted; owned */
	size_t n;
	int64_t total; /* devices whose label has it */
	/* All numbers that fit, where the team's name does not by itself; none: not worked out */
	struct label_run runs[LABELS_RUNS_MAX];
	size_t n_runs;
};
void labels_finish(struct labels *labels);
/* Of what the filter says of group, state and reach alone */
must_check int labels_find(struct store *store, const struct label_part *part,
	const struct fleet_filter *filter, struct labels *ret_labels);
